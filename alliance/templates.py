"""How templates are read: without the blanks that indent them, which no reader of a page sees.

A template is indented for those who write it. Left in, the blanks were a third of a long plan, sent
each time and kept in memory. Lines stay lines, so that an error names the right one.
"""

import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template import Origin, Template, TemplateDoesNotExist
from django.template.backends import django as backend
from django.template.base import Node
from django.template.context import make_context
from django.template.loaders import cached, filesystem
from jinja2 import Environment, FileSystemLoader

from districts.forms.drawing import attributes
from districts.words import day, money, num

INDENTATION = re.compile(r"(?<=\n)[ \t]+")


def without_indentation(source: str) -> str:
    return INDENTATION.sub("", source)


class Pages(backend.DjangoTemplates):
    """Draws pages, and lets go of what a page was drawn from as soon as it is drawn."""

    def get_template(self, template_name: str) -> "Page":
        return Page(super().get_template(template_name).template, self)


class Page(backend.Template):
    """A context holds what was pushed onto it, and that holds the context: with whole documents in
    it, such a circle is 1 MB of a process that stays until Python weighs all there is."""

    def render(self, context: Any = None, request: HttpRequest | None = None) -> Any:
        made = make_context(context, request, autoescape=self.backend.engine.autoescape)
        try:
            return self.template.render(made)
        except TemplateDoesNotExist as fault:
            backend.reraise(fault, self.backend)  # as Django does: it says who looked
        finally:
            made.dicts.clear()


class PageLoader(filesystem.Loader):
    """Of our own pages. A letter's text keeps every blank: its readers see them."""

    def get_contents(self, origin: Origin) -> Any:
        source = super().get_contents(origin)
        return without_indentation(source) if str(origin.name).endswith(".html") else source


class CachedLoader(cached.Loader):
    """Without what only Django's page of errors shows: 1 MB of each process."""

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        template = super().get_template(template_name, skip)
        if not settings.DEBUG and template.source:
            template.source = ""
            for node in template.nodelist.get_nodes_by_type(Node):
                node.token = None
        return template


class FieldLoader(FileSystemLoader):
    """Of the fields of forms, which Jinja2 draws."""

    def get_source(self, environment: Environment, template: str) -> Any:
        source, path, is_current = super().get_source(environment, template)
        return without_indentation(source), path, is_current


def fields(*, loader: FileSystemLoader, **options: Any) -> Environment:
    """What Jinja2 draws fields with. Django's backend says that it escapes."""
    environment = Environment(loader=FieldLoader(loader.searchpath), **options)  # noqa: S701
    environment.filters.update(attributes=attributes, day=day, money=money, num=num)
    return environment
