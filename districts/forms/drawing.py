"""How forms are drawn: crispy says what stands where, and one template of ours draws it all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout, LayoutObject
from django import forms
from django.forms import BoundField
from django.forms.renderers import Jinja2
from django.template import engines


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
    jinja: Any = engines["jinja2"]
    return jinja.env.get_template(template).module


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
