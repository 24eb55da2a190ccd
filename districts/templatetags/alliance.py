"""What every template can say: icons, the state badge, and what districts/words.py says.

The marks are drawn by templates/jinja2/marks.html: a long table cannot afford an include per cell.
"""

import re
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page, Paginator
from django.template.defaulttags import CsrfTokenNode
from django.template.loader import render_to_string

from districts.forms.drawing import macros, macros_of
from districts.typed import TYPED_BY, mark_of
from districts.words import (
    access_label,
    day,
    days_from,
    deadline,
    eastern,
    figure,
    figure_year,
    full_day,
    money,
    num,
    weekday,
)

register = template.Library()

for reads in (
    *(access_label, day, days_from, deadline, eastern, figure, figure_year),
    *(full_day, money, num, weekday),
):
    register.filter(reads)

TONES = frozenset({"", "info", "warn", "bad", "good"})
METER_WIDTH = 200


class FormToken(CsrfTokenNode):
    """Django's, and beside it for whom the form was drawn: their words are kept for them alone."""

    def render(self, context: Any) -> str:
        token = super().render(context)
        user = getattr(getattr(context, "request", None), "user", None)
        if not token or user is None or not user.is_authenticated:
            return token
        return marks().whose(token, TYPED_BY, mark_of(user.pk))


@register.tag
def csrf_token(parser: Any, token: Any) -> FormToken:
    """In place of Django's own, for every form of ours and of the libraries."""
    return FormToken()


@register.simple_tag
@lru_cache(maxsize=100, typed=True)  # a long table shows the same few in every row
def icon(name: str) -> Any:
    """An icon of components/sprite.html. It says nothing alone: a word stands beside it."""
    return marks().icon(name)


@register.simple_tag
def state(*parts, plain: bool = False) -> Any:
    """The one badge: `{% state label %}` or `{% state tone icon words plain=True %}`.

    A label is anything with tone, icon and words, as plans.workflow gives it.
    """
    if len(parts) == 1:
        (label,) = parts
        parts = (label.tone, label.icon, label.words)
    return _badge(*parts, plain)


@lru_cache(maxsize=500, typed=True)  # words that are safe are not the same words typed
def _badge(tone: str, icon_name: str, words: str, plain: bool) -> Any:  # noqa: FBT001
    return marks().badge(tone if tone in TONES else "", icon_name, words, plain)


@register.simple_tag
def meter(fraction, label: str) -> Any:
    """A bar filled to a fraction (0 to 1) and drawn here; the number itself stands beside it."""
    filled = round(min(max(float(fraction), 0), 1) * METER_WIDTH, 1)
    return marks().meter(METER_WIDTH, f"{filled:g}", label)


@register.simple_tag
def pages(page: Page, query: str, what: str) -> Any:
    """Links to the other pages of a list, which keep what `query` asks; nothing of a single one."""
    if not page.has_other_pages():
        return ""
    start = f"?{query}&page=" if query else "?page="
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return marks().pages(page, numbers, start, what, Paginator.ELLIPSIS)


@register.simple_tag
def findings(lines, *, wide: bool = False) -> Any:
    """What rules found, one line each: see components/findings.html."""
    return marks().findings(lines, wide)


@register.simple_tag
def cell(field, *, shown: bool = False) -> Any:
    """A field with its words: shown, or for those who do not see where it stands."""
    return macros().cell(field, shown)


@register.simple_block_tag
def subject(content: str) -> str:
    """The first line of a letter: one line, whatever line breaks a name in it may hold."""
    return " ".join(content.split())


@register.simple_block_tag
def none_yet(content: str, title: str, url: str = "", link: str = "") -> str:
    """An empty place: `{% none_yet "No letters yet" %}They appear here.{% endnone_yet %}`."""
    said = {"title": title, "text": content, "url": url, "link": link}
    return render_to_string("components/none_yet.html", said)


@register.filter
def address(email) -> Any:
    """An e-mail address, which breaks before its @ and its dots and nowhere within a word."""
    return marks().address(re.split(r"(?=[@.])", str(email)))


def marks() -> Any:
    """The macros of marks.html; each answers with text that is known to be safe."""
    return macros_of("marks.html")
