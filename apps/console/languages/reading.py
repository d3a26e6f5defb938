"""The strings that a Python file or a Django template hands to gettext, read without GNU's tools.

Docstrings of jobs, of their arguments, and of events and commands are shown to people, too: see `docstrings`.
"""

import ast
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.extract import extract
from django.utils.translation.template import templatize

Text = str | tuple[str, str]
Found = tuple[Text, str | None]
"""A string, or its singular and plural; and the context that tells it from its likes."""

PLAIN = ("_", "gettext", "gettext_lazy", "gettext_noop")
MESSAGES = {"Event", "Command"}
CALLS: dict[str, Any] = (
    dict.fromkeys(PLAIN)
    | dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2))
    | dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2))
    | dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3))
)


def strings(file: Path) -> Iterator[Found]:
    text = file.read_text(encoding="utf-8")
    yield from of_python(text) if file.suffix == ".py" else of_template(text)


def of_python(source: str) -> Iterator[Found]:
    """From the syntax tree: a string within an f-string is a token of its own only since Python 3.12."""
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        if (name := name_of(call.func)) in CALLS:
            context, texts = places(name)
            given = [text_of(argument) for argument in call.args]
            said = [text for place in texts if place <= len(given) and (text := given[place - 1])]
            if len(said) == len(texts):
                yield said[0] if len(said) == 1 else (said[0], said[1]), given[context - 1] if context else None

    for text in shown_docstrings(tree):
        yield text, None


def shown_docstrings(tree: ast.Module) -> Iterator[str]:
    jobs: dict[ast.stmt, ast.Call] = {
        node: job for node in tree.body if isinstance(node, ast.FunctionDef) and (job := job_of(node))
    }
    arguments = {name_of(given.value) for job in jobs.values() for given in job.keywords if given.arg == "arguments"}
    for node in tree.body:
        of_a_class = isinstance(node, ast.ClassDef) and (node.name in arguments or is_message(node))
        if (of_a_class or node in jobs) and (text := docstring_of(node)):
            yield one_line(text)


def docstring_of(node: ast.stmt) -> str | None:
    return ast.get_docstring(node) if isinstance(node, ast.FunctionDef | ast.ClassDef) else None


def job_of(function: ast.FunctionDef) -> ast.Call | None:
    """The `@jobs.on("name", title=…)` that registers it."""
    for call in function.decorator_list:
        if isinstance(call, ast.Call) and name_of(call.func) == "on" and "title" in {one.arg for one in call.keywords}:
            return call
    return None


def is_message(node: ast.ClassDef) -> bool:
    return not MESSAGES.isdisjoint(name_of(base) for base in node.bases)


def one_line(docstring: str) -> str:
    return " ".join(docstring.split())


def name_of(function: ast.expr) -> str:
    return getattr(function, "id", "") or getattr(function, "attr", "")


def text_of(argument: ast.expr) -> str | None:
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


def places(name: str) -> tuple[int | None, tuple[int, ...]]:
    """Where a call has its context, if any, and its texts, counted from one."""
    first, *rest = CALLS[name] or (1,)
    return (first[0], tuple(rest)) if isinstance(first, tuple) else (None, (first, *rest))


def of_template(template: str) -> Iterator[Found]:
    for _line, message, _comments, context in extract("python", BytesIO(as_python(template).encode()), CALLS, (), {}):
        yield message if isinstance(message, str) else (message[0], message[1]), context


def as_python(template: str) -> str:
    """Django writes a template's strings out as calls, between fillers whose indentation means nothing."""
    return "\n".join(line.lstrip() for line in templatize(template).splitlines())
