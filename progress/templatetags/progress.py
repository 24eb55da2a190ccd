"""What only the pages of reports draw."""

from typing import Any

from django import template
from django.template import engines

from districts.words import num

register = template.Library()


@register.simple_tag
def offers(row) -> Any:
    """The published figures beside a target, each with a button that fills its fields."""
    page: Any = engines["jinja2"].get_template("progress/offers.html")
    return page.template.module.offers(row, num)
