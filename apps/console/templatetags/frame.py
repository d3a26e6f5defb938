"""The template tags of what stands around every page: its heading, and the pages beside it."""

from typing import Any

from django import template

from apps.console import sidebar

register = template.Library()


@register.simple_tag(takes_context=True)
def heading(context: Any) -> list[dict[str, Any]]:
    """`{% heading as parts %}`: from the menu to this page."""
    return sidebar.heading(context["request"], context.flatten())


@register.simple_tag(takes_context=True)
def page_title(context: Any) -> str:
    """For the browser's tab: the page first, for tabs are narrow."""
    return " · ".join(str(part["title"]) for part in reversed(heading(context)))


@register.simple_tag(takes_context=True)
def beside(context: Any) -> list[dict[str, Any]]:
    """`{% beside as pages %}`: the pages under the same item of the menu."""
    return sidebar.strip(context["request"])
