"""The rows of the pages that write a report: drawn by templates/jinja2/progress/rows.html."""

from typing import Any

from django import template
from django.template.loader import render_to_string

from districts.forms.drawing import macros_of

register = template.Library()
ROWS = "progress/rows.html"


@register.simple_tag
def strategy(row) -> Any:
    """What is said of a strategy and its milestones, to write."""
    return macros_of(ROWS).strategy(row, _conflict)


@register.simple_tag
def target(row) -> Any:
    """The actual of a target, to write, with the figures published of it."""
    return macros_of(ROWS).target(row, _conflict)


@register.simple_tag
def code(row) -> Any:
    """Two rows of the grid of an expenditure report."""
    return macros_of(ROWS).code(row)


def _conflict(conflict: Any) -> str:
    return render_to_string("plans/_conflict.html", {"conflict": conflict, "did": ""})
