"""What reviews/words.py says, for templates; and the long tables of jinja2/reviews/rows.html."""

from types import SimpleNamespace
from typing import Any

from django import template
from django.template import engines
from django.template.defaultfilters import slugify

from districts.templatetags.prose import linebreaksbr
from districts.words import Label
from reviews import words

register = template.Library()


@register.filter
def department_label(status: str, was_returned: bool) -> Label:  # noqa: FBT001 - a filter's only way
    return words.department_label(status, was_returned=was_returned)


for reads in (words.came_label, words.carried_out_label, words.distance):
    register.filter(reads)

SAID = SimpleNamespace(
    came_label=words.came_label,
    carried_out_label=words.carried_out_label,
    distance=words.distance,
    linebreaksbr=linebreaksbr,
    slugify=slugify,
)


@register.simple_tag
def sight_rows(rows, through, spent, caption) -> Any:
    """The table of the line of sight."""
    return _rows().sight(rows, through, spent, caption)


@register.simple_tag
def found_strategies(sheet) -> Any:
    """The rows of a finding sheet: its strategies."""
    return _rows().strategies(sheet.strategies, SAID)


@register.simple_tag
def found_targets(sheet) -> Any:
    """The rows of a finding sheet: its targets."""
    return _rows().targets(sheet.targets, SAID)


def _rows() -> Any:
    rows: Any = engines["jinja2"].get_template("reviews/rows.html")
    return rows.template.module
