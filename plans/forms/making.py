"""Forms made from what is said of a plan's fields: see `plans/documents/kinds.py`.

A form says here only what is its own: how its fields stand together, and what they offer.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from crispy_forms.layout import Layout
from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models

from districts.forms.drawing import words
from districts.forms.fields import AddressField, DayField, LineField, ProseField, WholeDollarsField
from plans.documents.fields import Control, Field
from plans.documents.kinds import KINDS, Kind
from plans.forms.drafting import DraftForm
from plans.forms.fields import NumberField, SchoolYearField, typed_choice, typed_choices

YES_NO = [("yes", "Yes"), ("no", "No")]
Column = Any  # a field of a model
Form = TypeVar("Form", bound=type[DraftForm])

FORMS: dict[str, type[DraftForm]] = {}  # by the key of their kind


def form_of(key: str) -> Callable[[Form], Form]:
    """Give the class the fields of its kind; those its layout does not name come last."""

    def make(form: Form) -> Form:
        kind = KINDS[key]
        form.model = kind.model
        form.base_fields = form.declared_fields = fields_for(kind)
        if form.layout:
            named = {pointer.name for pointer in Layout(*form.layout).get_field_names()}
            form.layout = (*form.layout, *(name for name in form.base_fields if name not in named))
        FORMS[key] = form
        return form

    return make


def forms_for(kinds: Mapping[str, Kind]) -> dict[str, type[DraftForm]]:
    """The form of each kind; one without a class of its own has its fields one under another."""
    return {
        key: FORMS.get(key) or form_of(key)(type(f"{key}_form", (DraftForm,), {}))
        for key, kind in kinds.items()
        if kind.written
    }


def fields_for(kind: Kind) -> dict[str, Any]:
    return {
        field.name: _field(field, kind.model._meta.get_field(field.name)) for field in kind.written
    }


def _field(said: Field, column: Column) -> forms.Field:
    made: dict[str, Any] = {"label": said.label, "help_text": said.help}
    return MAKERS[said.control](said, column, made)


def _line(said: Field, column: Column, made: dict[str, Any]) -> forms.Field:
    return LineField(max_length=column.max_length, **made)


def _email(said: Field, column: Column, made: dict[str, Any]) -> forms.Field:
    return AddressField(max_length=column.max_length, **made)


def _prose(said: Field, column: Column, made: dict[str, Any]) -> forms.Field:
    return ProseField(widget=words(said.rows), **made)


def _day(said: Field, column: Column, made: dict[str, Any]) -> forms.Field:
    return DayField(**made)


def _school_year(said: Field, column: Column, made: dict[str, Any]) -> forms.Field:
    return SchoolYearField(**made)  # of any length: what it reads is as long as a school year


def _number(said: Field, column: Column, made: dict[str, Any]) -> forms.Field:
    return NumberField(
        max_digits=column.max_digits,
        decimal_places=column.decimal_places,
        may_be_suppressed=said.may_be_suppressed,
        **made,
    )


def _dollars(said: Field, column: Column, made: dict[str, Any]) -> forms.Field:
    return WholeDollarsField(**made)


def _choice(said: Field, column: Column, made: dict[str, Any]) -> forms.Field:
    offered = column.choices or []
    nothing = column.get_default() if offered else None
    return typed_choice(offered, coerce=_type_of(column), empty_value=nothing, **made)


def _radios(said: Field, column: Column, made: dict[str, Any]) -> forms.Field:
    return _choice(said, column, {**made, "widget": forms.RadioSelect})


def _choices(said: Field, column: Column, made: dict[str, Any]) -> forms.Field:
    return typed_choices([], coerce=_type_of(column), **made)


def _yes_no(said: Field, column: Column, made: dict[str, Any]) -> forms.Field:
    return typed_choice(
        YES_NO, coerce=lambda answer: answer == "yes", widget=forms.RadioSelect, **made
    )


def _tick(said: Field, column: Column, made: dict[str, Any]) -> forms.Field:
    return forms.BooleanField(**made)


MAKERS: dict[Control, Callable[[Field, Column, dict[str, Any]], forms.Field]] = {
    Control.LINE: _line,
    Control.EMAIL: _email,
    Control.PROSE: _prose,
    Control.DAY: _day,
    Control.SCHOOL_YEAR: _school_year,
    Control.NUMBER: _number,
    Control.DOLLARS: _dollars,
    Control.CHOICE: _choice,
    Control.RADIOS: _radios,
    Control.CHOICES: _choices,
    Control.YES_NO: _yes_no,
    Control.TICK: _tick,
}


def _type_of(column: Column) -> Callable[[Any], Any]:
    """What a choice is read as: the type of what the column holds."""
    if isinstance(column, ArrayField):
        column = column.base_field
    elif isinstance(column, models.ForeignKey):
        column = column.target_field
    if isinstance(column, models.IntegerField):
        return int
    return UUID if isinstance(column, models.UUIDField) else str


def with_empty(words: str, choices: Iterable[tuple[Any, str]]) -> list[tuple[Any, str]]:
    """The choices after one that is none yet."""
    return [("", words), *choices]
