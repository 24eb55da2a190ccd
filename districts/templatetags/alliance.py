"""What every template can say: icons, the state badge, and what districts/words.py says.

The tags build their few characters of HTML here: a long table cannot afford an include per cell.
"""

import re
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page, Paginator
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from districts.words import (
    access_label,
    day,
    days_from,
    deadline,
    eastern,
    full_day,
    money,
    num,
    weekday,
)

register = template.Library()

for reads in (access_label, day, days_from, deadline, eastern, full_day, money, num, weekday):
    register.filter(reads)

TONES = frozenset({"", "info", "warn", "bad", "good"})
METER_WIDTH = 200


@register.simple_tag
@lru_cache(maxsize=100, typed=True)  # a long table shows the same few in every row
def icon(name: str) -> SafeString:
    """An icon of components/sprite.html. It says nothing alone: a word stands beside it."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.simple_tag
def state(*parts, plain: bool = False) -> SafeString:
    """The one badge: `{% state label %}` or `{% state tone icon words plain=True %}`.

    A label is anything with tone, icon and words, as plans.workflow gives it.
    """
    if len(parts) == 1:
        (label,) = parts
        parts = (label.tone, label.icon, label.words)
    return _badge(*parts, plain)


@lru_cache(maxsize=500, typed=True)  # words that are safe are not the same words typed
def _badge(tone: str, icon_name: str, words: str, plain: bool) -> SafeString:  # noqa: FBT001
    classes = " ".join(filter(None, ("state", tone if tone in TONES else "", "plain" * plain)))
    return format_html('<span class="{}">{}{}</span>', classes, icon(icon_name), words)


@register.simple_tag
def meter(fraction, label: str, css: str = "m-fill") -> SafeString:
    """A bar filled to a fraction (0 to 1) and drawn here; the number itself stands beside it."""
    filled = round(min(max(float(fraction), 0), 1) * METER_WIDTH, 1)
    return format_html(
        '<svg class="meter" viewBox="0 0 {0} 12" preserveAspectRatio="none" role="img"'
        ' aria-label="{1}"><rect class="m-bg" width="{0}" height="12"/>'
        '<rect class="{2}" width="{3}" height="12"/></svg>',
        METER_WIDTH,
        label,
        css,
        f"{filled:g}",
    )


@register.simple_tag
def pages(page: Page, query: str, what: str) -> SafeString:
    """Links to the other pages of a list, which keep what `query` asks; nothing of a single one."""
    if not page.has_other_pages():
        return SafeString("")
    start = f"?{query}&page=" if query else "?page="
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    parts = [_page_link(start, number, is_current=number == page.number) for number in numbers]
    if page.has_previous():
        parts.insert(0, _page_link(start, page.previous_page_number(), "Previous"))
    if page.has_next():
        parts.append(_page_link(start, page.next_page_number(), "Next"))
    return format_html(
        '<nav class="hints" aria-label="{}"><span>Page {} of {}</span>{}</nav>',
        *(what, page.number, page.paginator.num_pages),
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _page_link(start: str, number: Any, words: str = "", *, is_current: bool = False) -> SafeString:
    if number == Paginator.ELLIPSIS:  # where numbers are left out
        return format_html('<span aria-hidden="true">{}</span>', number)
    return format_html(
        '<a class="px-1{}" href="{}{}"{}>{}{}</a>',
        " fw-bold text-decoration-none" if is_current else "",
        *(start, number),
        SafeString(' aria-current="page"' if is_current else ""),
        SafeString("" if words else '<span class="visually-hidden">Page </span>'),
        words or number,
    )


@register.simple_block_tag
def subject(content: str) -> str:
    """The first line of a letter: one line, whatever line breaks a name in it may hold."""
    return " ".join(content.split())


@register.filter
def address(email) -> SafeString:
    """An e-mail address, which breaks before its @ and its dots and nowhere within a word."""
    broken = re.sub(r"[@.]", r"<wbr>\g<0>", conditional_escape(email))
    return format_html('<span class="address">{}</span>', SafeString(broken))
