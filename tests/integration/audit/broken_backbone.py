"""A log, inboxes and runs that somebody meddled with."""

from uuid import uuid4

from django.db import connection

from tests.integration.audit.breaking import Break, Change, change, insert_command, run, unguard
from tests.integration.audit.every_state import CONFIRMED, UNKNOWN, said


def taken_twice() -> None:
    unguard("backbone_inbox")
    run(
        "INSERT INTO backbone_inbox SELECT * FROM backbone_inbox WHERE consumer = 'sagas.notifications' "
        "AND type = 'order.placed' LIMIT 1"
    )


def caused_twice() -> None:
    body = f'{{"order_id": "{CONFIRMED}"}}'
    for _ in range(2):
        insert_command("orders.confirm_order", body, said(CONFIRMED, "order.placed"))


def line_behind_pruned() -> None:
    run("UPDATE backbone_receipt SET watermark = (SELECT max(position) FROM backbone_position)")
    run(
        "INSERT INTO backbone_blocked (consumer, key, head, head_position) VALUES ('orders.events', 'order-1', %s, 1)",
        uuid4(),
    )


def swap_positions() -> None:
    """The order's first two events change places in the log."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.position FROM backbone_position p JOIN backbone_message m ON m.seq = p.message_id "
            "WHERE m.stream = %s ORDER BY m.version LIMIT 2",
            [f"order-{CONFIRMED}"],
        )
        (first,), (second,) = cursor.fetchall()
    for before, after in ((first, -1), (second, first), (-1, second)):
        run("UPDATE backbone_position SET position = %s WHERE position = %s", after, before)


LOG: dict[str, Break] = {
    "a position jumps": (
        change(
            "UPDATE backbone_position SET position = position + 9 "
            "WHERE position = (SELECT max(position) FROM backbone_position)"
        ),
        ("log.positions-dense",),
    ),
    "a position is lost": (
        change("DELETE FROM backbone_position WHERE position = 1"),
        ("log.positions-dense", "log.all-numbered", "inbox.nothing-invented"),
    ),
    "a message waits for a second position": (
        change("INSERT INTO backbone_unnumbered SELECT message_id FROM backbone_position WHERE position = 1"),
        ("log.all-numbered",),
    ),
    "two events of a stream change places": (
        swap_positions,
        ("log.order-kept", "inbox.nothing-invented"),
    ),
    "an event skips a version": (
        change("UPDATE backbone_message SET version = 2 WHERE type = 'warehouse.opened'"),
        ("log.versions-dense", "log.stream-versions"),
    ),
    "a stream is ahead of its events": (
        change("UPDATE backbone_stream SET version = version + 1 WHERE name = %s", f"order-{CONFIRMED}"),
        ("log.stream-versions",),
    ),
    "a state is ahead of its stream": (
        change("UPDATE backbone_stream SET state_version = version + 1 WHERE name = %s", f"order-{CONFIRMED}"),
        ("log.states-not-ahead",),
    ),
    "a command claims a stream": (
        change("UPDATE backbone_message SET stream = 'order-1' WHERE type = 'inventory.add_product'"),
        ("log.well-formed",),
    ),
    "a message has a cause that was never said": (
        change("UPDATE backbone_message SET causation_id = %s WHERE type = 'warehouse.opened'", uuid4()),
        ("log.causes-known",),
    ),
    "one cause has led to the same twice": (caused_twice, ("effects.once-a-cause",)),
}

INBOX: dict[str, Break] = {
    "a consumer has lost a message": (
        change("DELETE FROM backbone_inbox WHERE consumer = 'sagas.notifications' AND type = 'order.confirmed'"),
        ("inbox.has-everything",),
    ),
    "a consumer has a message twice": (taken_twice, ("inbox.nothing-twice",)),
    "something took effect that nobody said": (
        change(
            "UPDATE backbone_inbox SET message_id = %s WHERE consumer = 'inventory.commands' AND position = 1", uuid4()
        ),
        ("inbox.nothing-invented", "inbox.has-everything"),
    ),
    "a message is parked behind nothing": (
        change(
            "UPDATE backbone_inbox SET state = 'parked', raw = x'00' "
            "WHERE consumer = 'sagas.notifications' AND type = 'order.confirmed'"
        ),
        ("inbox.no-dead-ends",),
    ),
    "a line waits for what is done": (
        change(
            "INSERT INTO backbone_blocked (consumer, key, head, head_position) "
            "SELECT consumer, key, message_id, position FROM backbone_inbox WHERE state = 'done' AND key <> '' LIMIT 1"
        ),
        ("inbox.no-dead-ends",),
    ),
    "a line waits for what was pruned": (line_behind_pruned, ("inbox.no-dead-ends",)),
    "a dead letter has lost its bytes": (
        change(
            "UPDATE backbone_inbox SET state = 'dead' "
            "WHERE consumer = 'sagas.notifications' AND type = 'order.confirmed'"
        ),
        ("inbox.no-dead-ends",),
    ),
    "a watermark is ahead of the log": (
        change("UPDATE backbone_receipt SET watermark = 100000 WHERE consumer = 'orders.commands'"),
        ("inbox.not-ahead",),
    ),
}

SAGAS: dict[str, Break] = {
    "a run is past its deadline and not stuck": (
        change(
            "UPDATE backbone_sagainstance SET deadline = '2000-01-01' WHERE saga = 'checkout' AND key = %s", UNKNOWN
        ),
        ("sagas.end-or-wait",),
    ),
    "a run is stuck without a reason": (
        change("UPDATE backbone_sagainstance SET status = 'stuck' WHERE saga = 'checkout' AND key = %s", UNKNOWN),
        ("sagas.end-or-wait",),
    ),
    "a run that has ended still waits": (
        change("UPDATE backbone_sagainstance SET waits_for = 'rain' WHERE saga = 'checkout' AND key = %s", CONFIRMED),
        ("sagas.end-or-wait",),
    ),
    "a run is over before its order is": (
        change(
            "UPDATE backbone_sagainstance SET status = 'completed', deadline = NULL, waits_for = '' "
            "WHERE saga = 'checkout' AND key = %s",
            UNKNOWN,
        ),
        ("sagas.end-with-their-order",),
    ),
    "a run goes on after its end": (
        change(
            "UPDATE backbone_sagainstance SET status = 'running', deadline = '2999-01-01' "
            "WHERE saga = 'checkout' AND key = %s",
            CONFIRMED,
        ),
        ("sagas.end-with-their-order",),
    ),
    "a run was never begun": (
        change("DELETE FROM backbone_sagainstance WHERE saga = 'checkout' AND key = %s", UNKNOWN),
        ("sagas.begun",),
    ),
}


def not_handed_over() -> None:
    run("DELETE FROM backbone_inbox WHERE consumer = 'sagas.notifications'")
    run("UPDATE backbone_checkpoint SET position = 0 WHERE name = 'relay'")


HARMLESS: dict[str, Change] = {
    "messages that have just got their numbers": lambda: (
        run("UPDATE backbone_position SET numbered_at = '2999-01-01'"),
        run("DELETE FROM backbone_inbox WHERE consumer = 'sagas.notifications'"),
    )[0],
    "messages that the relay has not handed over": not_handed_over,
    "messages whose inbox rows are pruned": lambda: (
        run("UPDATE backbone_receipt SET watermark = (SELECT max(position) FROM backbone_position)"),
        run("DELETE FROM backbone_inbox WHERE state = 'done'"),
    )[0],
    "a dead letter": change(
        "UPDATE backbone_inbox SET state = 'dead', raw = x'00', error = 'why' "
        "WHERE consumer = 'sagas.notifications' AND type = 'order.confirmed'"
    ),
    "a run that is stuck and says why": change(
        "UPDATE backbone_sagainstance SET status = 'stuck', reason = 'why' WHERE saga = 'checkout' AND key = %s",
        UNKNOWN,
    ),
}
