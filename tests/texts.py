"""What a page shows to those who read it, without what is marked as data."""

from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
DATA = {"code", "pre", "script", "style", "svg", "kbd", "textarea", "template", "datalist"}
SHOWN = {"title", "placeholder", "aria-label", "alt"}


class Texts(HTMLParser):
    """What a page shows, besides what is marked as data."""

    def __init__(self, besides: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.data = DATA | besides
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        data = tag in self.data or given.get("translate") == "no" or given.get("lang") == "en"
        if not data and not self.silent:
            self.found += [value for name, value in attrs if name in SHOWN and value]
        if tag not in VOID:
            self.open.append((tag, data or "material-symbols-outlined" in (given.get("class") or "")))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            continue

    def handle_data(self, text: str) -> None:
        if not self.silent and text.strip():
            self.found.append(" ".join(text.split()))

    @property
    def silent(self) -> bool:
        return any(data for _tag, data in self.open)


def texts(body: str, besides: frozenset[str] = frozenset()) -> list[str]:
    """Each text of a page, and each name and hint of its parts; nothing within the tags that are named besides."""
    parser = Texts(besides)
    parser.feed(body)
    return parser.found
