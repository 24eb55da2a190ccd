"""The lines of the budget's grid: drawn by templates/jinja2/plans/grid.html."""

from typing import Any

from django import template

from districts.forms.drawing import macros_of
from plans.documents.kinds import KINDS

register = template.Library()
GRID = "plans/grid.html"
LABELS = {field.name: field.words[:1].lower() + field.words[1:] for field in KINDS["line"].written}


@register.simple_tag
def grid_rows(rows, offered, copies) -> Any:
    """Each line in two rows of the table: its cells, and what more is said of it."""
    return macros_of(GRID).rows(rows, offered, LABELS, copies)


@register.simple_tag
def grid_blank(row, offered) -> Any:
    """What a script makes further lines from."""
    return macros_of(GRID).line(row, offered, LABELS, "")


@register.simple_tag
def grid_sums(table) -> Any:
    """The rows of a table of sums."""
    return macros_of(GRID).sums(table)
