"""What every template can say: icons, the state badge, money, numbers and days in our words.

The tags build their few characters of HTML here: a long table cannot afford an include per cell.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page, Paginator
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from districts.calendar import EASTERN, eastern_day

register = template.Library()

NONE = "—"
TONES = frozenset({"", "info", "warn", "bad", "good"})
METER_WIDTH = 200


@register.simple_tag
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


@register.filter
def money(value) -> str:
    """US dollars: $1,204,000. Cents only where there are some."""
    if value is None or value == "":
        return NONE
    amount = Decimal(value)
    digits = f"{abs(amount):,.0f}" if amount == amount.to_integral() else f"{abs(amount):,.2f}"
    return f"{'−' if amount < 0 else ''}${digits}"


@register.filter
def num(value) -> str:
    """A number with thousands parted, and no more decimals than it has."""
    if value is None or value == "":
        return NONE
    number = Decimal(str(value))
    return f"{'−' if number < 0 else ''}{abs(number.normalize()):,f}"


def _day(value: date | datetime) -> date:
    return eastern_day(value) if isinstance(value, datetime) else value


def _month_day_year(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


@register.filter
def day(value) -> str:
    """June 30, 2026."""
    return _month_day_year(_day(value)) if value else NONE


@register.filter
def weekday(value) -> str:
    """Tue, June 30, 2026: a deadline in a table."""
    return f"{_day(value):%a}, {_month_day_year(_day(value))}" if value else NONE


@register.filter
def full_day(value) -> str:
    """Tuesday, June 30, 2026."""
    return f"{_day(value):%A}, {_month_day_year(_day(value))}" if value else NONE


@register.filter
def deadline(value) -> str:
    """Tuesday, June 30, 2026, 11:59 pm Eastern Time: a deadline outside tables, always in full."""
    return f"{full_day(value)}, 11:59 pm Eastern Time" if value else NONE


@register.filter
def eastern(value) -> str:
    """June 29, 2026, 2:14 pm ET."""
    if not value:
        return NONE
    local = value.astimezone(EASTERN)
    half = "am" if local.hour < 12 else "pm"
    return f"{_month_day_year(local)}, {local.hour % 12 or 12}:{local:%M} {half} ET"


@register.filter
def days_from(due, today) -> str:
    """How far a deadline is: `{{ due|days_from:today }}` is “14 days left” or “3 days late”."""
    if not due:
        return NONE
    days = (_day(due) - _day(today)).days
    if days == 0:
        return "due today"
    return f"{abs(days)} day{'' if abs(days) == 1 else 's'} {'left' if days > 0 else 'late'}"
