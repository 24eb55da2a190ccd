"""Macros of Jinja2: a page of dozens of fields, marks or rows draws each in one call."""

from typing import Any

from django.template import engines


def macros_of(template: str) -> Any:
    """Its macros by name; each answers with text that is known to be safe.

    Of Jinja2's own environment: Django's backend wraps a template anew each time it is asked for,
    and a page asks for some hundreds of times.
    """
    return engines["jinja2"].env.get_template(template).module
