"""What every form of a draft has in common.

They never refuse: a field that cannot read what was typed gives it back `as_typed`, marked, and
the rules say what is missing. So no field is required here; labels say which are optional.

A page carries, in two hidden fields of each form, the row's version and what each field was filled
from, so that a save overwrites nobody's words (`plans.services.merging`).
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar, Self

from django import forms
from django.core.validators import EMPTY_VALUES
from django.utils.datastructures import MultiValueDict

from districts import parsing
from districts.forms.drawing import OneTemplate, fields_only
from plans.documents import Draft
from plans.services.merging import Typed, digest_of

ALSO_IN_STATUTE = "Also in the statute"
OFFERS = (forms.TypedChoiceField, forms.TypedMultipleChoiceField)


class KeptForm(forms.Form):
    """Bound to what is stored or to what was just typed, and shown with its faults marked."""

    model: ClassVar[type[Any]]
    layout: ClassVar[tuple] = ()
    use_required_attribute = False
    fields: dict[str, Any]
    data: Any
    version: int = 1
    was: dict[str, str]  # of each field, the digest of what it was filled from

    def __init__(self, data: Any, **options: Any) -> None:
        options.setdefault("auto_id", "id_%s")
        super().__init__(data, **options)
        self.was = {}
        for field in self.fields.values():
            field.required = False
        self.offer_choices()

    @cached_property
    def helper(self) -> OneTemplate:
        return fields_only(*self.places())

    @property
    def drawn(self) -> str:
        """Its fields, for a page of so many forms that a tag for each would be felt."""
        return self.helper.fields_of(self)

    @classmethod
    def of_row(
        cls,
        row: dict[str, Any],
        *,
        typed: "KeptForm | None" = None,
        keep: Iterable[str] = (),
        **options: Any,
    ) -> Self:
        """The form filled from a stored row, with what could not be read as it was typed.

        The fields to `keep` hold what was typed in place of what is stored.
        """
        form = cls({}, **options)
        shown = {form.add_prefix(name): form._shown(name, row) for name in form.fields}
        if typed is not None:
            shown |= {form.add_prefix(name): typed.sent(name) for name in keep}
        form.data = MultiValueDict(shown)
        form.version = row.get("version", 1)
        form.was = {
            name: digest_of(_stored(name, row), row["as_typed"].get(name)) for name in form.fields
        }
        return form

    @property
    def carried(self) -> str:
        """What each field was filled from, as a hidden field carries it."""
        return write_carried(self.was)

    def carries(self, what: str) -> str:
        """The name of a hidden field, `version` or `was`."""
        return self.add_prefix(what)

    @property
    def version_name(self) -> str:
        return self.carries("version")

    @property
    def was_name(self) -> str:
        return self.carries("was")

    def sent(self, name: str) -> list[str]:
        return self.data.getlist(self.add_prefix(name))

    def typed(self, over: dict[str, Any] | None = None) -> Typed:
        """What came back, but for fields the page did not have and those left to a colleague.

        `over` is the stored row: see `values`.
        """
        values, as_typed = self.values(over)
        typed = Typed(values, as_typed, self.sent_version, self.filled_from)
        left = self.left_to_a_colleague
        for name in self.fields:
            column = self.model._meta.get_field(name).attname
            if name in left:
                typed.left[column] = values.pop(column)
                typed.left_as_typed.update({name: as_typed.pop(name)} if name in as_typed else {})
            elif not self.came_back(name):
                values.pop(column)
                as_typed.pop(name, None)
        return typed

    @property
    def sent_version(self) -> int:
        return _version(self.data.get(self.version_name, ""))

    @property
    def filled_from(self) -> dict[str, str] | None:
        """As it came back, but for a field of which “Keep mine” was pressed: that is filled from
        what stood beside it. None of a page opened under a release that carried none."""
        carried = read_carried(self.data.get(self.was_name))
        return carried if carried is None else carried | self.pressed("mine")

    @property
    def left_to_a_colleague(self) -> set[str]:
        """The fields in conflict that a save leaves as they are."""
        return {*self.pressed("theirs"), *self.pressed("both")}

    def pressed(self, button: str) -> dict[str, str]:
        """The fields for which a button of a conflict's panel was pressed: of each, the digest of
        what stood beside it."""
        said = read_carried(self.data.get(button)) or {}
        names = {self.add_prefix(name): name for name in self.fields}
        return {names[full]: digest for full, digest in said.items() if full in names}

    def join(self, name: str, theirs: "KeptForm") -> None:
        """Show both texts of a field, to be edited together."""
        both = [*self.sent(name), *theirs.sent(name)]
        self.data.setlist(self.add_prefix(name), ["\n\n".join(both)])

    def came_back(self, name: str) -> bool:
        """Whether the page had the field."""
        carried = self.filled_from
        return carried is None or name in carried or self.add_prefix(name) in self.data

    def places(self) -> Iterable[Any]:
        """What is laid out, in order."""
        return self.layout or self.fields

    @property
    def offers(self) -> bool:
        """Whether what is stored and not offered has to be kept: see `values`."""
        return any(isinstance(field, OFFERS) for field in self.fields.values())

    def offer_choices(self) -> None:
        """Set the choices that depend on what the form is part of."""

    def values(self, over: dict[str, Any] | None = None) -> tuple[dict[str, Any], dict[str, str]]:
        """What was read, by column, and what no column holds, as it was typed: what could not be
        read, and a figure that was published suppressed.

        What the row `over` holds and the form does not offer, such as a target removed since,
        stays: nobody could untick what was not on the page.
        """
        self.is_valid()
        columns: dict[str, Any] = {}
        as_typed: dict[str, str] = {}
        for name in self.fields:
            column = self.model._meta.get_field(name).attname
            if name in self.errors:
                typed = ", ".join(self.sent(name))
                as_typed[name] = parsing.text(typed)
                columns[column] = self._nothing(name)
            elif isinstance(self.cleaned_data[name], parsing.Suppressed):
                as_typed[name] = str(self.cleaned_data[name])
                columns[column] = self._nothing(name)
            else:
                columns[column] = self._with_unoffered(name, self.cleaned_data[name], over or {})
        return columns, as_typed

    def in_words(self, name: str) -> str:
        """What the field shows, as a person reads it."""
        shown = self.sent(name)
        labels = dict(offered_by(self.fields[name]))
        return ", ".join(str(labels.get(value, value)) for value in shown if value)

    @property
    def to_fix(self) -> int:
        """How many fields hold what they cannot read."""
        return len(self.errors)

    @property
    def is_touched(self) -> bool:
        """Whether somebody typed in it: it came back with other words than it was filled from."""
        carried = read_carried(self.data.get(self.was_name)) or {}
        return any(carried.get(name) != digest for name, digest in self.digests().items())

    def digests(self, over: dict[str, Any] | None = None) -> dict[str, str]:
        """Of each field, the digest of what was sent."""
        values, as_typed = self.values(over)
        columns = {name: self.model._meta.get_field(name).attname for name in self.fields}
        return {
            name: digest_of(values[column], as_typed.get(name)) for name, column in columns.items()
        }

    def all_words(self) -> list[tuple[str, str]]:
        """Label and words of each field that holds any."""
        return [
            (str(self.fields[name].label), words)
            for name in self.fields
            if (words := self.in_words(name))
        ]

    def _with_unoffered(self, name: str, value: Any, row: dict[str, Any]) -> Any:
        field, stored = self.fields[name], _stored(name, row)
        if not isinstance(field, OFFERS) or isinstance(stored, bool):
            return value
        offered = dict(offered_by(field))
        if isinstance(stored, list):
            return [*value, *(field.coerce(one) for one in stored if str(one) not in offered)]
        if stored in EMPTY_VALUES or value not in EMPTY_VALUES or str(stored) in offered:
            return value
        return field.coerce(stored)

    def _nothing(self, name: str) -> Any:
        """What a column holds while its text cannot be read."""
        field = self.model._meta.get_field(name)
        return None if field.null else field.get_default()

    def _shown(self, name: str, row: dict[str, Any]) -> list[str]:
        """A stored value as the field's widget would send it."""
        if name in row["as_typed"]:
            return [row["as_typed"][name]]
        value = _stored(name, row)
        if value is None or value is False:
            return ["no"] if value is False and self._is_yes_no(name) else []
        if value is True:
            return ["yes"] if self._is_yes_no(name) else ["on"]
        if isinstance(value, list):
            return [str(item) for item in value]
        return [str(self.fields[name].prepare_value(value))]

    def _is_yes_no(self, name: str) -> bool:
        return not isinstance(self.fields[name], forms.BooleanField)


def _stored(name: str, row: dict[str, Any]) -> Any:
    return row.get(name, row.get(f"{name}_id"))


def write_carried(digests: Mapping[str, str]) -> str:
    """What each field was filled from, as a hidden field carries it."""
    return " ".join(f"{name}:{digest}" for name, digest in digests.items())


def read_carried(said: str | None) -> dict[str, str] | None:
    """The digests by field; none of a page opened under a release that carried none."""
    if said is None:
        return None
    pairs = (one.partition(":") for one in said.split())
    return {name: digest for name, _, digest in pairs}


def _version(said: str) -> int:
    """The version a form was filled from; anything unreadable counts as long past."""
    return int(said) if said.isdecimal() and len(said) < 9 else 0


def offered_by(field: Any) -> Iterator[tuple[str, str]]:
    """The choices of a field as they are sent, each with its label, in or out of a group."""
    for value, label in getattr(field, "choices", []):
        for each in label if isinstance(label, list | tuple) else [(value, label)]:
            yield str(each[0]), str(each[1])


class DraftForm(KeptForm):
    """A form of the plan's text: its choices are those of the whole draft."""

    def __init__(self, data: Any, *, draft: Draft, **options: Any) -> None:
        self.draft = draft
        super().__init__(data, **options)
        del self.draft  # a form and its fields are a circle, in which the whole text would stay


def indicator_choices(draft: Draft) -> list[tuple[int, str]]:
    return [
        (word.number, f"{word.number} {word.name}" if word.number < 99 else word.name)
        for word in draft.words.indicators.values()
    ]


def area_choices(draft: Draft) -> list[tuple[Any, Any]]:
    """Those of the programme page first, the others under a heading."""
    groups: dict[bool, list[tuple[int, str]]] = {True: [], False: []}
    for area in draft.words.areas.values():
        groups[area.is_on_programme_page].append((area.number, f"{area.number} {area.short_name}"))
    return [*groups[True], *([(ALSO_IN_STATUTE, groups[False])] if groups[False] else [])]
