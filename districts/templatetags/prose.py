"""Lines of words on a page: line ends are kept, and so are the columns of a table pasted in.

These take the place of Django's own filters of the same names in every template, so nobody has to
remember another: what is stored stays as it was typed, tabs and all.
"""

import re
from itertools import groupby
from typing import Any, NamedTuple

from django import template

from districts.templatetags.alliance import marks

register = template.Library()

LINE_END = re.compile("\r\n|\r")
BETWEEN_PARAGRAPHS = re.compile(r"\n{2,}")
BETWEEN_COLUMNS = re.compile(r"\t| {3,}")  # a page of a PDF parts them by blanks


class Piece(NamedTuple):
    """Lines that follow one another: of a table the cells of each, else the words of each."""

    is_table: bool
    lines: list[Any]


@register.filter
def linebreaks(value: object) -> Any:
    """Paragraphs, each line of them on its own."""
    paragraphs = BETWEEN_PARAGRAPHS.split(LINE_END.sub("\n", str(value)))
    return marks().paragraphs([_pieces(each) for each in paragraphs])


@register.filter
def linebreaksbr(value: object) -> Any:
    """Lines, each on its own."""
    return marks().lines(_pieces(LINE_END.sub("\n", str(value))))


def _pieces(text: str) -> list[Piece]:
    lines = text.split("\n")
    if not BETWEEN_COLUMNS.search(text):
        return [Piece(is_table=False, lines=lines)]
    return [
        Piece(is_table, [_columns(line) for line in group] if is_table else list(group))
        for is_table, group in groupby(lines, key=lambda line: len(_columns(line)) > 1)
    ]


def _columns(line: str) -> list[str]:
    return [cell.strip() for cell in BETWEEN_COLUMNS.split(line.strip(" "))]
