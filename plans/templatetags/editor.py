"""What the editor's templates repeat so often that a template would be slow at it."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from districts.templatetags.alliance import icon
from plans.views.editor import NavEntry

register = template.Library()

HERE = SafeString(' aria-current="page"')


@register.simple_tag
def strategy_links(entries: Iterable[NavEntry]) -> SafeString:
    """The strategies under their section in the navigator."""
    return format_html_join(
        "",
        '<li class="{}"><a href="{}"{}>{}<span>{}<span class="visually-hidden">, {}</span></span>'
        "</a></li>",
        (
            (
                *(entry.css, entry.url, HERE if entry.is_here else ""),
                *(icon(entry.icon), entry.title, entry.words),
            )
            for entry in entries
        ),
    )
