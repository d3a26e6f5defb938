"""Causes and effects are drawn as chains: each message once, in order, nested no deeper than a logarithm."""

from datetime import UTC, datetime
from html.parser import HTMLParser
from uuid import UUID

import pytest

from apps.console.log_browser.descent import Drawing, Node, grown, way_to

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def node(seq: int, cause: int = 0) -> Node:
    return Node(seq, UUID(int=seq), UUID(int=cause) if cause else None, "parcel.moved", "event", NOON)


def drawn(nodes: list[Node], here: int = 1) -> str:
    return str(Drawing(here, way_to(nodes, here), len(nodes)).draw(grown(nodes)))


class Depth(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.depth = self.deepest = self.items = 0
        self.open_forks = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.items += tag == "li"
        self.open_forks += tag == "details" and ("open", None) in attributes
        if tag == "ol":
            self.depth += 1
            self.deepest = max(self.deepest, self.depth)

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "ol"


def test_what_leads_on_the_most_goes_on_and_the_rest_hangs_from_it() -> None:
    nodes = [node(1), node(2, 1), node(3, 1), node(4, 3), node(5, 4)]

    roots = grown(nodes)

    assert [(one.seq, one.size) for one in roots] == [(1, 5)]
    assert [one.seq for one in roots[0].effects] == [2, 3]
    said = drawn(nodes)
    places = [said.index(f"/events/{seq}/") for seq in (1, 2, 3, 4, 5)]
    assert places == sorted(places)
    assert Depth(said).deepest == 2


def test_a_cause_that_is_not_here_begins_a_tree() -> None:
    assert [one.seq for one in grown([node(3, 2), node(4, 3), node(6, 5)])] == [3, 6]


@pytest.mark.parametrize(
    "cause",
    [
        pytest.param(lambda seq: seq - 1, id="a chain"),
        pytest.param(lambda seq: seq // 2, id="a binary tree"),
        pytest.param(lambda seq: 1 if seq > 1 else 0, id="a star"),
        pytest.param(lambda seq: seq - 1 if seq % 2 == 0 else seq - 2 if seq > 1 else 0, id="a comb"),
    ],
)
def test_five_thousand_are_drawn_once_each_and_not_deep(cause: object) -> None:
    nodes = [node(seq, cause(seq)) for seq in range(1, 5001)]  # type: ignore[operator]

    found = Depth(drawn(nodes, here=4999))

    assert found.items == 5000
    assert found.deepest <= 14


def test_of_many_only_the_way_to_this_one_is_open() -> None:
    nodes = [node(seq, seq // 2) for seq in range(1, 1024)]

    assert 0 < Depth(drawn(nodes, here=700)).open_forks <= 9


def test_the_way_ends_where_causes_go_round() -> None:
    assert way_to([node(1, 2), node(2, 1)], 1) == {1, 2}
