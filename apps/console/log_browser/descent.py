"""What led to what: the messages of one beginning as chains of causes and effects, drawn as nested lists.

At each fork the effect that leads on the most continues the chain and the others hang from it, so that however long
the chains are, lists nest only as deep as the logarithm of their number.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _, ngettext

from apps.console import show

OPEN_BELOW = 60
"""A picture of so few messages is shown whole."""
ROOTS_OPEN_BELOW = 300


@dataclass
class Node:
    seq: int
    message_id: UUID
    causation_id: UUID | None
    type: str
    kind: str
    occurred_at: datetime
    says: str = ""
    """Who asked for it, or what a person did."""
    effects: list["Node"] = field(default_factory=list)
    size: int = 1
    """Itself and all that it led to."""

    @property
    def person(self) -> bool:
        return self.type == "operator.acted"


def grown(nodes: Sequence[Node]) -> list[Node]:
    """Join causes and effects; returns those without a cause among them. An effect is written after its cause."""
    known = {node.message_id: node for node in nodes}
    roots = []
    for node in sorted(nodes, key=lambda node: -node.seq):
        cause = known.get(node.causation_id) if node.causation_id else None
        if cause is None or cause.seq >= node.seq:
            roots.append(node)
        else:
            cause.effects.append(node)
            cause.size += node.size
    for node in nodes:
        node.effects.reverse()
    return roots[::-1]


@dataclass(frozen=True)
class Drawing:
    """Draws trees of messages around one of them."""

    here: int
    way: frozenset[int]
    """The numbers of the messages that led to it."""
    number: int

    def draw(self, roots: Sequence[Node]) -> SafeString:
        if len(roots) == 1:
            return self.chain(roots[0])
        return joined(self.beginning(root) for root in roots)

    def beginning(self, root: Node) -> SafeString:
        is_open = self.number <= ROOTS_OPEN_BELOW or root.seq in self.way
        said = ngettext("%(count)d message", "%(count)d messages", root.size) % {"count": root.size}
        return details(is_open, format_html("<code>{}</code> · {}", root.type, said), self.chain(root))

    def chain(self, first: Node) -> SafeString:
        return format_html('<ol class="chain">{}</ol>', joined(self.links(first)))

    def links(self, node: Node | None) -> Iterator[SafeString]:
        while node:
            onward = max(node.effects, key=lambda one: one.size, default=None)
            yield self.item(node, [one for one in node.effects if one is not onward])
            node = onward

    def item(self, node: Node, aside: Sequence[Node]) -> SafeString:
        return format_html(
            '<li class="link-{}{}"{}>{}{}</li>',
            "person" if node.person else node.kind,
            " here" if node.seq == self.here else "",
            mark_safe(' aria-current="true"') if node.seq == self.here else "",
            self.label(node),
            self.fork(aside) if aside else "",
        )

    def label(self, node: Node) -> SafeString:
        icon, word = looks(node)
        return format_html(
            '<span class="chain-mark material-symbols-outlined" aria-hidden="true">{}</span>'
            '<span class="unseen">{}</span> <a class="link" href="{}"><code>{}</code></a> '
            '<span class="line-about">{}</span> <span class="chain-at">{}</span>',
            icon,
            word,
            reverse("console:event", args=[node.seq]),
            node.type,
            node.says,
            show.timed(node.occurred_at, show.clock_time(node.occurred_at)),
        )

    def fork(self, aside: Sequence[Node]) -> SafeString:
        size = sum(node.size for node in aside)
        is_open = self.number <= OPEN_BELOW or any(node.seq in self.way for node in aside)
        said = ngettext("led to %(count)d more message", "led to %(count)d more messages", size) % {"count": size}
        return details(is_open, said, joined(self.chain(node) for node in aside))


def looks(node: Node) -> tuple[str, str]:
    if node.person:
        return "person", _("a person:")
    return ("bolt", _("event")) if node.kind == "event" else ("send", _("command"))


def details(is_open: bool, summary: str, content: SafeString) -> SafeString:
    opened = mark_safe(" open") if is_open else ""
    return format_html('<details class="fork"{}><summary>{}</summary>{}</details>', opened, summary, content)


def joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def way_to(nodes: Iterable[Node], seq: int) -> frozenset[int]:
    """A message and all that led to it."""
    by_id = {node.message_id: node for node in nodes}
    step = next((node for node in by_id.values() if node.seq == seq), None)
    found: list[int] = []
    while step and step.seq not in found:
        found.append(step.seq)
        step = by_id.get(step.causation_id) if step.causation_id else None
    return frozenset(found)
