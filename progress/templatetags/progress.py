"""The rows of the pages that write a report: drawn by templates/jinja2/progress/rows.html."""

from typing import Any

from django import template
from django.template import engines
from django.template.loader import render_to_string

register = template.Library()


@register.simple_tag
def strategy(row) -> Any:
    """What is said of a strategy and its milestones, to write."""
    return _rows().strategy(row, _conflict)


@register.simple_tag
def target(row) -> Any:
    """The actual of a target, to write, with the figures published of it."""
    return _rows().target(row, _conflict)


@register.simple_tag
def code(row) -> Any:
    """Two rows of the grid of an expenditure report."""
    return _rows().code(row)


def _rows() -> Any:
    rows: Any = engines["jinja2"].get_template("progress/rows.html")
    return rows.template.module


def _conflict(conflict: Any) -> str:
    return render_to_string("plans/_conflict.html", {"conflict": conflict, "did": ""})
