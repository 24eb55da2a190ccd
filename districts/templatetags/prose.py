"""Lines of words on a page: line ends are kept, and so are the columns of a table pasted in.

These take the place of Django's own filters of the same names in every template, so nobody has to
remember another: what is stored stays as it was typed, tabs and all.
"""

import re
from collections.abc import Iterable
from itertools import groupby

from django import template
from django.template.defaultfilters import stringfilter
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

BETWEEN_COLUMNS = re.compile(r"\t| {3,}")  # a page of a PDF parts them by blanks
LINE_END = re.compile("\r\n|\r")
BETWEEN_PARAGRAPHS = re.compile(r"\n{2,}")


@register.filter(is_safe=True, needs_autoescape=True)
@stringfilter
def linebreaks(value: str, autoescape: bool = True) -> SafeString:  # noqa: FBT001, FBT002
    """Paragraphs, each line of them on its own."""
    paragraphs = BETWEEN_PARAGRAPHS.split(_escaped(value, autoescape))
    return mark_safe("\n\n".join(f"<p>{_lines(each)}</p>" for each in paragraphs))  # noqa: S308  escaped


@register.filter(is_safe=True, needs_autoescape=True)
@stringfilter
def linebreaksbr(value: str, autoescape: bool = True) -> SafeString:  # noqa: FBT001, FBT002
    """Lines, each on its own."""
    return mark_safe(_lines(_escaped(value, autoescape)))  # noqa: S308  escaped


def _escaped(value: str, autoescape: bool) -> str:  # noqa: FBT001
    """With one kind of line end. What is safe already stays as it is."""
    return LINE_END.sub("\n", conditional_escape(value) if autoescape else value)


def _lines(text: str) -> str:
    if not BETWEEN_COLUMNS.search(text):
        return text.replace("\n", "<br>")
    pieces = []
    for is_table, group in groupby(text.split("\n"), key=lambda line: len(_columns(line)) > 1):
        rows = list(group)
        pieces.append(_table(rows) if is_table else "<br>".join(rows))
    return "".join(pieces)


def _columns(line: str) -> list[str]:
    return [cell.strip() for cell in BETWEEN_COLUMNS.split(line.strip(" "))]


def _table(rows: Iterable[str]) -> str:
    """No `table`: it stands within a paragraph, too. A tab goes with each cell that is copied."""
    made = ("&#9;".join(f"<span>{cell}</span>" for cell in _columns(row)) for row in rows)
    return f'<span class="pasted">{"".join(f"<span>{row}</span>" for row in made)}</span>'
