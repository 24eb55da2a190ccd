"""What reviews/words.py says, for templates."""

from django import template

from districts.words import Label
from reviews import words

register = template.Library()


@register.filter
def department_label(status: str, was_returned: bool) -> Label:  # noqa: FBT001 - a filter's only way
    return words.department_label(status, was_returned=was_returned)


for reads in (words.came_label, words.carried_out_label, words.distance):
    register.filter(reads)
