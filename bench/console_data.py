"""A big shop to look at: the demo's two weeks, copied with other ids, times and numbers until it is big enough.

The copies are of real histories, so every page of the console shows what it would show of a shop of that size. The
newest copies have their messages; the older ones only their orders, as many as are wanted.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

from django.db import connection, models

from apps.backbone.models import Checkpoint, Inbox, JobRun, Message, Position, Receipt, SagaInstance, Stream, table
from apps.console.demo import shop
from apps.inventory import models as inventory
from apps.orders import models as orders
from apps.payments import models as payments
from apps.payments.gateway.simulated import models as gateway

IDENTITY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}(?=-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")
APART = timedelta(minutes=100)
"""Between one copy and the next, back in time: some 60,000 messages a day."""
RECENT = 100_000
"""So many of the last messages still have their inbox rows and task results."""
CATALOG = 50
"""So many times the demo's products are on the shelf."""

OF_THE_LOG = [Stream, SagaInstance, Inbox, JobRun, inventory.Movement, payments.LedgerEntry]
OF_ORDERS = [
    orders.Customer, orders.Order, orders.OrderLine, orders.Shipment, inventory.Reservation, inventory.OrderSummary,
    payments.Payment, payments.Operation, payments.OrderSummary, payments.Claim, gateway.SimulatedCharge,
    gateway.SimulatedOperation,
]  # fmt: skip
OF_THE_CATALOG = [inventory.Product, inventory.StockLevel]

Row = list[Any]


def fill(messages: int = 1_000_000, wanted_orders: int = 100_000) -> None:
    """Into an empty database on PostgreSQL; the log has more than was asked for by one copy at most."""
    shop.make(1, print)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout TO 0")
        cursor.execute("SET idle_in_transaction_session_timeout TO 0")
    logs = -(-messages // Message.objects.count())
    copies = max(logs, -(-wanted_orders // orders.Order.objects.count()))
    templates = {model: rows(model) for model in [*OF_THE_LOG, *OF_ORDERS]}
    write_log(logs)
    for model, template in templates.items():
        multiply(model, template, logs if model in OF_THE_LOG else copies, copies)
    for model in OF_THE_CATALOG:
        rewrite(model, stocked(model, rows(model)))
    for statement in settled():
        with connection.cursor() as cursor:
            cursor.execute(statement)


def write_log(copies: int) -> None:
    """Messages and positions, in the order of their times."""
    template, names = rows(Message), columns(Message)
    at, version, stream = names.index("occurred_at"), names.index("version"), names.index("stream")
    highest = {row[stream]: 0 for row in template}
    for row in template:
        highest[row[stream]] = max(highest[row[stream]], row[version])
    order = sorted(
        (row[at] - number * APART, number, place) for number in range(copies) for place, row in enumerate(template)
    )

    def written() -> Iterator[Row]:
        for seq, (_when, number, place) in enumerate(order, 1):
            row = copied(template[place], number)
            row[0] = seq
            if row[stream] and not IDENTITY.search(row[stream]):
                row[version] += (copies - 1 - number) * highest[template[place][stream]]
            yield row

    unguarded(lambda: truncate(Position, Message))
    rewrite(Message, written())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table(Position)} (position, message_id, numbered_at) "
            f"SELECT seq, seq, occurred_at + interval '50 ms' FROM {table(Message)} ORDER BY seq"
        )


def unguarded(work: Callable[[], None]) -> None:
    """The log refuses to be emptied; here it is a copy of its own."""
    guard: Any = import_module("apps.backbone.migrations.0002_append_only")
    with connection.schema_editor() as editor:
        guard.remove(None, editor)
    work()
    with connection.schema_editor() as editor:
        guard.install(None, editor)


def multiply(model: type[models.Model], template: list[Row], copies: int, of: int) -> None:
    names = columns(model)
    automatic = isinstance(model._meta.pk, models.AutoField)

    def written() -> Iterator[Row]:
        for number in range(copies):
            for row in template:
                if number and model is Stream and not IDENTITY.search(row[0]):
                    continue
                made = told_apart(copied(row, number), names, number, of)
                yield made[1:] if automatic else made

    truncate(model)
    rewrite(model, written(), names[1:] if automatic else names)


def told_apart(row: Row, names: Sequence[str], number: int, of: int) -> Row:
    """What is no id and yet must differ: order numbers, addresses, the gateway's references."""
    for place, name in enumerate(names):
        if name == "number" and isinstance(row[place], str):
            channel, _, count = row[place].partition("-")
            row[place] = f"{channel}-{int(count) + (of - 1 - number) * 300}"
        elif number and name == "email":
            row[place] = row[place].replace("@", f"+{number}@")
        elif number and name in ("reference", "gateway_reference", "charge_id") and row[place]:
            row[place] = f"{row[place][:32]}-{number}"
    return row


def copied(row: Row, number: int) -> Row:
    """The row as it would be of another shop, `number * APART` earlier; ids keep their order in time."""
    if not number:
        return list(row)
    back = number * APART
    milliseconds = round(back.total_seconds() * 1000)

    def earlier(found: re.Match[str]) -> str:
        first, second = found[0].split("-")
        made = f"{(int(first + second, 16) - milliseconds) % 2**48:012x}"
        return f"{made[:8]}-{made[8:]}"

    return [
        IDENTITY.sub(earlier, value) if isinstance(value, str) else value - back if hasattr(value, "tzinfo") else value
        for value in row
    ]


def stocked(model: type[models.Model], found: list[Row]) -> Iterator[Row]:
    """The same products again under further numbers, each with its levels."""
    sku = columns(model).index("sku")
    for number in range(CATALOG):
        for row in found:
            made = list(row)
            if number:
                made[sku] = f"{row[sku]}-{number}"
                made[0] = row[0].replace(row[sku], made[sku], 1)
            yield made


def columns(model: type[models.Model]) -> list[str]:
    return [field.column for field in model._meta.concrete_fields]


def rows(model: type[models.Model]) -> list[Row]:
    """As text, numbers and instants."""
    names = ", ".join(f'"{name}"' for name in columns(model))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {table(model)} ORDER BY 1")
        return [[str(value) if isinstance(value, UUID) else value for value in row] for row in cursor.fetchall()]


def truncate(*of: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(map(table, of))} CASCADE")


def rewrite(model: type[models.Model], made: Iterator[Row], names: Sequence[str] = ()) -> None:
    if model in OF_THE_CATALOG:
        made = iter(list(made))
        truncate(model)
    listed = ", ".join(f'"{name}"' for name in names or columns(model))
    with connection.cursor() as cursor, cursor.copy(f"COPY {table(model)} ({listed}) FROM STDIN") as copy:
        for row in made:
            copy.write_row(row)


def settled() -> Iterator[str]:
    """Nothing is left to hand over; the last messages have been taken by whoever hears them, commands by a task."""
    head = f"(SELECT max(position) FROM {table(Position)})"
    yield f"SELECT setval(pg_get_serial_sequence('{table(Message)}', 'seq'), {head})"
    yield f"UPDATE {table(Checkpoint)} SET position = {head}"
    yield f"UPDATE {table(Receipt)} SET watermark = {head}"
    yield (
        f"UPDATE {table(Inbox)} AS row SET position = seq FROM {table(Message)} AS said "
        "WHERE said.message_id = row.message_id"
    )
    yield (
        f"INSERT INTO {table(Inbox)} (consumer, message_id, state, type, position, key, tries, error_class, "
        "error_place, error, traceback, note, received_at) "
        "SELECT consumer, message_id, 'done', said.type, seq, stream, 0, '', '', '', '', '', occurred_at "
        f"FROM {table(Message)} AS said JOIN backbone_subscription AS heard ON heard.type = said.type "
        f"WHERE seq > {head} - {RECENT} ON CONFLICT DO NOTHING"
    )
    yield (
        "INSERT INTO django_celery_results_taskresult (task_id, status, content_type, content_encoding, result, "
        "date_done, traceback, meta, task_args, task_kwargs, task_name, date_created, worker, date_started) "
        "SELECT gen_random_uuid()::text, 'SUCCESS', 'application/json', 'utf-8', "
        "json_build_object(message_id, 'done'), occurred_at, NULL, '{\"children\": []}', '\"()\"', "
        "to_json(json_build_object('messages', json_build_array(message_id))::text)::text, type, occurred_at, "
        f"'worker@bench', occurred_at FROM {table(Message)} WHERE kind = 'command' AND seq > {head} - {RECENT}"
    )
    yield "ANALYZE"
