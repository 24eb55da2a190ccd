"""How templates are read: without the blanks that indent them, which no reader of a page sees.

A template is indented for those who write it. Left in, the blanks were a third of a long plan, sent
each time and kept in memory. Lines stay lines, so that an error names the right one.
"""

import re
from typing import Any

from django.template import Origin
from django.template.loaders import filesystem
from jinja2.ext import Extension

INDENTATION = re.compile(r"(?<=\n)[ \t]+")


def without_indentation(source: str) -> str:
    return INDENTATION.sub("", source)


class PageLoader(filesystem.Loader):
    """Of our own pages. A letter's text keeps every blank: its readers see them."""

    def get_contents(self, origin: Origin) -> Any:
        source = super().get_contents(origin)
        return without_indentation(source) if str(origin.name).endswith(".html") else source


class FieldsWithoutIndentation(Extension):
    """The same for the fields of forms, which Jinja2 draws."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return without_indentation(source)
