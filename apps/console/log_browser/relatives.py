"""The messages that share a beginning with one; of very many, those that led to it and that it led to."""

from collections.abc import Iterable, Iterator

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.backbone.models import Message
from apps.console import lines, operators
from apps.console.log_browser.descent import Drawing, Node, grown, way_to

LONGEST = 5000
COLUMNS = ("seq", "message_id", "causation_id", "type", "kind", "occurred_at", "actor")
Row = tuple  # type: ignore[type-arg]


def picture(message: Message) -> tuple[SafeString, int, bool]:
    """The drawing, the number of messages in it, and whether others of the same beginning were left out."""
    rows = list(
        Message.objects.filter(correlation_id=message.correlation_id).order_by().values_list(*COLUMNS)[: LONGEST + 1]
    )
    cut = len(rows) > LONGEST
    if cut:
        rows = list({row[0]: row for row in (*causes(message), *effects(message))}.values())[:LONGEST]
    nodes = list(told(rows))
    drawing = Drawing(message.seq, way_to(nodes, message.seq), len(nodes))
    return drawing.draw(grown(nodes)), len(nodes), cut


def causes(message: Message) -> Iterator[Row]:
    """Itself, what led to it, what led to that, and so on."""
    row = Message.objects.filter(pk=message.pk).values_list(*COLUMNS).first()
    for _step in range(LONGEST):
        if row is None:
            return
        yield row
        row = Message.objects.filter(message_id=row[2]).values_list(*COLUMNS).first() if row[2] else None


def effects(message: Message) -> Iterator[Row]:
    level, seen = [message.message_id], 0
    while level and seen < LONGEST:
        found = list(
            Message.objects.filter(causation_id__in=level).order_by("seq").values_list(*COLUMNS)[: LONGEST - seen]
        )
        yield from found
        level, seen = [row[1] for row in found], seen + len(found)


def told(rows: Iterable[Row]) -> Iterator[Node]:
    """With who asked at the beginning, and what people did in between."""
    found = list(rows)
    people = lines.names({row[6] for row in found})
    acts = [row[0] for row in found if row[3] == operators.OperatorActed.type]
    said = dict(Message.objects.filter(pk__in=acts).values_list("pk", "body")) if acts else {}
    for row in found:
        who = people.get(row[6], row[6])
        says = _("by %(who)s") % {"who": who} if row[2] is None else ""
        if row[0] in said:
            says = f"{who}: {operators.sentence(lines.opened(said[row[0]]))}"
        yield Node(*row[:6], says=says)
