"""Published figures over the years: drawn by templates/jinja2/districts/figures.html."""

from typing import Any

from django import template

from districts.forms.drawing import macros_of
from districts.reading.charts import Chart
from districts.reading.figures import Panel

register = template.Library()
FIGURES = "districts/figures.html"


@register.simple_tag
def published(panel: Panel) -> Any:
    """A measure over the years: its picture, and its table to open."""
    return macros_of(FIGURES).published(panel)


@register.simple_tag
def picture(chart: Chart, key: str) -> Any:
    """A series as a picture, whose ids begin with the key."""
    return macros_of(FIGURES).picture(chart, key)


@register.simple_tag
def figures_table(panel: Panel) -> Any:
    """The figures of a measure, the latest first."""
    return macros_of(FIGURES).table(panel)
