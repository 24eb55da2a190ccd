"""What reviews/words.py says, for templates; and the long tables of jinja2/reviews/rows.html."""

from types import SimpleNamespace
from typing import Any

from django import template
from django.template.defaultfilters import slugify

from districts.forms.drawing import macros_of
from districts.templatetags.prose import linebreaksbr
from districts.words import Label
from reviews import words

register = template.Library()
ROWS = "reviews/rows.html"


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
    return macros_of(ROWS).sight(rows, through, spent, caption)


@register.simple_tag
def found_strategies(sheet) -> Any:
    """The rows of a finding sheet: its strategies."""
    return macros_of(ROWS).strategies(sheet.strategies, SAID)


@register.simple_tag
def found_targets(sheet) -> Any:
    """The rows of a finding sheet: its targets."""
    return macros_of(ROWS).targets(sheet.targets, SAID)
