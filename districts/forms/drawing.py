"""How forms are drawn: crispy says what stands where, and one template of ours draws it all."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout, LayoutObject
from django import forms
from django.forms import BoundField
from django.forms.renderers import Jinja2
from django.template import engines
from jinja2 import Environment
from markupsafe import Markup, escape


def words(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def chips(name: str) -> Field:
    return Field(name, wrapper_class="chips")


def ticks(name: str) -> Field:
    return Field(name, wrapper_class="ticks")


def pair(*names: str) -> Div:
    return Div(*names, css_class="pair")


@dataclass(frozen=True)
class Drawn:
    """One field, and the class of the box it stands in."""

    field: BoundField
    box: str = ""


@dataclass(frozen=True)
class Boxed:
    """What stands in one box."""

    box: str
    pieces: list["Drawn | Boxed"]


def pieces_of(form: forms.Form, layout: Iterable[Any]) -> Iterator[Drawn | Boxed]:
    """A layout of names, fields and boxes, with the fields of a form.

    Raises:
        TypeError: it holds something else, or says more of it, which the template would leave out.
    """
    for each in layout:
        if isinstance(each, str):
            yield Drawn(form[each])
        elif isinstance(each, Field) and not each.attrs:
            yield from (Drawn(form[name], each.wrapper_class) for name in each.fields)
        elif type(each) is Div and not (each.css_id or each.flat_attrs):
            yield Boxed(each.css_class or "", list(pieces_of(form, each.fields)))
        else:
            raise TypeError(f"fields/form.html does not draw this {type(each).__name__} whole")


class OneTemplate(FormHelper):
    """Draws a layout whole, where crispy’s own calls a template for each field and each box: twice
    as long of a page of dozens (ADR 73)."""

    form_tag = False  # the page brings the form's tag and its token
    disable_csrf = True

    def fields_of(self, form: forms.Form) -> str:
        drawn: str = macros().each(list(pieces_of(form, self.layout.fields)))
        return drawn

    def render_layout(self, form: forms.Form, context: Any, template_pack: str = "") -> str:
        context.dicts.clear()  # crispy's copy, in a circle with all the page says: ADR 89
        return self.fields_of(form)


def macros() -> Any:
    return macros_of("fields/form.html")


def macros_of(template: str) -> Any:
    """Of Jinja2, by name; each answers with text that is known to be safe.

    From Jinja2's own environment: Django's backend wraps a template anew each time it is asked for,
    and a page of dozens of fields asks for some hundreds of times.
    """
    backend: Any = engines["jinja2"]
    jinja: Environment = backend.env
    return _read(jinja, template) if jinja.auto_reload else _read_once(jinja, template)


def _read(jinja: Environment, template: str) -> Any:
    return jinja.get_template(template).module


_read_once = cache(_read)


def attributes(attrs: Mapping[str, Any], without: str = "") -> Markup:
    """Of an element, as Django's django/forms/widgets/attrs.html says them; names are our own."""
    said = (
        f" {name}" if value is True else f' {name}="{escape(value)}"'
        for name, value in attrs.items()
        if value is not False and name != without
    )
    return Markup("".join(said))  # noqa: S704  each value is escaped


class Controls(Jinja2):
    """Draws inputs, text areas and selects by one macro each, where Django's own include a template
    for each choice and each row of attributes (FORM_RENDERER)."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        macro = MACROS.get(template_name)
        if macro is None:
            return super().render(template_name, context, request)
        drawn: str = getattr(macros_of("controls.html"), macro)(context["widget"])
        return drawn


MACROS = {
    f"django/forms/widgets/{name}.html": macro
    for macro, names in {
        "entry": ("input", "text", "date", "number", "email", "password", "hidden", "file"),
        "textarea": ("textarea",),
        "select": ("select",),
    }.items()
    for name in names
}


def laid_out(*layout: str | LayoutObject) -> OneTemplate:
    """The template brings the form's tag and its token."""
    helper = OneTemplate()
    helper.layout = Layout(*layout)
    return helper


def fields_only(*layout: str | LayoutObject) -> OneTemplate:
    """The template brings what is wrong with the whole of the form, too."""
    helper = laid_out(*layout)
    helper.template = "components/form_fields.html"
    return helper
