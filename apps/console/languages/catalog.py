"""The catalog of Traditional Chinese: kept in step with the strings in use, complete, and compiled."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings

from apps.console.languages import sources
from apps.console.languages.reading import strings

LOCALE = "zh_Hant"
HEADER = "# Waybill in Traditional Chinese, as written in Taiwan. The words are those of docs/glossary.zh-Hant.md."
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|</?\w+")


def folder() -> Path:
    return settings.BASE_DIR / "locale" / LOCALE / "LC_MESSAGES"


def written() -> Catalog:
    with (folder() / "django.po").open("rb") as file:
        return read_po(file, locale=LOCALE)


def in_use() -> Catalog:
    """Every string of ours and of the libraries, and those of Django's that it has no translation for."""
    found = empty()
    gather(found, sources.ours())
    gather(found, sources.libraries(), besides=shipped())
    gather(found, sources.django(), besides=shipped())
    return found


def empty() -> Catalog:
    return Catalog(locale=LOCALE, domain="django", header_comment=HEADER, project="Waybill", fuzzy=False)


def gather(catalog: Catalog, files: Iterable[tuple[str, Path]], besides: frozenset[object] = frozenset()) -> None:
    for name, file in files:
        for text, context in strings(file):
            if (text, context) not in besides and text:
                catalog.add(text, locations=[(name, 0)], context=context)


def shipped() -> frozenset[object]:
    """What Django itself says in Traditional Chinese."""
    found: set[object] = set()
    for package in ("django.conf", *(name for name in sources.DJANGO if name.startswith("django.contrib"))):
        compiled = sources.folder_of(package) / "locale" / LOCALE / "LC_MESSAGES" / "django.mo"
        with compiled.open("rb") as file:
            found |= {key(message) for message in read_mo(file) if is_translated(message)}
    return frozenset(found)


def key(message: Message) -> tuple[object, str | None]:
    """The same for a message from a compiled file, whose contexts are bytes and whose plurals are lists."""
    context: str | bytes | None = message.context
    text = tuple(message.id) if isinstance(message.id, list) else message.id
    return text, context.decode() if isinstance(context, bytes) else context


def is_translated(message: Message) -> bool:
    return bool(texts(message)) and all(texts(message)) and not message.fuzzy


def texts(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, tuple | list) else (message.string or "",)


def renewed() -> Catalog:
    """The translations there are, for the strings in use; the others are left empty, none is guessed."""
    catalog, known = in_use(), written()
    for message in catalog:
        if message.id and (kept := known.get(message.id, message.context)):
            message.string = kept.string
    return catalog


def text_of(catalog: Catalog) -> bytes:
    file = BytesIO()
    write_po(file, catalog, width=110, sort_by_file=True, ignore_obsolete=True, include_lineno=False, omit_header=True)
    return HEADER.encode() + PLURALS + file.getvalue()


PLURALS = b"""
msgid ""
msgstr ""
"Language: zh_Hant\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
"""Without dates and names: the same strings make the same file."""


def compiled(catalog: Catalog) -> bytes:
    catalog.creation_date = catalog.revision_date = datetime.fromtimestamp(0, UTC)
    file = BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def same(one: Catalog, other: Catalog) -> bool:
    """Whether both say the same; not who compiled them, or when."""
    return said(one) == said(other)


def said(catalog: Catalog) -> dict[object, object]:
    return {key(message): texts(message) for message in catalog if message.id and is_translated(message)}


def write() -> None:
    catalog = renewed()
    (folder() / "django.po").write_bytes(text_of(catalog))
    (folder() / "django.mo").write_bytes(compiled(written()))


def complaints() -> Iterator[str]:
    """What keeps the catalog from being whole; nothing if it is."""
    known = written()
    for message in in_use():
        if message.id:
            yield from complaint(message, known.get(message.id, message.context))
    if not same(known, read_mo(BytesIO((folder() / "django.mo").read_bytes()))):
        yield "django.mo is not made from django.po"


def complaint(message: Message, translation: Message | None) -> Iterator[str]:
    where = message.locations[0][0]
    if translation is None or not is_translated(translation):
        yield f"{where}: {message.id!r} has no translation"
    elif odd := misplaced(translation):
        yield f"{where}: {message.id!r} has other places than its translation: {', '.join(sorted(odd))}"


def misplaced(message: Message) -> set[str]:
    """Places to fill and tags that one of the two lacks; a plural's are those of its many."""
    original = message.id[-1] if isinstance(message.id, tuple | list) else message.id
    return set(PLACE.findall(original)) ^ set(PLACE.findall(texts(message)[0]))
