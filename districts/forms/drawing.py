"""How forms are drawn: crispy lays them out, and one template of ours draws each field."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout, LayoutObject
from django import forms

FIELD = "fields/field.html"  # in place of crispy's own, drawn quickly: a page here shows dozens


def words(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def chips(name: str) -> Field:
    return Field(name, wrapper_class="chips", template=FIELD)


def ticks(name: str) -> Field:
    return Field(name, wrapper_class="ticks", template=FIELD)


def pair(*names: str) -> Div:
    return Div(*names, css_class="pair")


def laid_out(*layout: str | LayoutObject) -> FormHelper:
    """The template brings the form's tag and its token."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.field_template = FIELD
    helper.layout = Layout(*layout)
    return helper


def fields_only(*layout: str | LayoutObject) -> FormHelper:
    """The template brings what is wrong with the whole of the form, too."""
    helper = laid_out(*layout)
    helper.template = "components/form_fields.html"
    return helper
