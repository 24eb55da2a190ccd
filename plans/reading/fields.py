"""What the read plan calls each field, and how it shows one that no template places."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from districts.words import day, money, num
from plans.documents.fields import Control, Field, fields_of
from plans.documents.kinds import IN_DOCUMENT, Kind
from plans.documents.parts import Row
from plans.documents.terms import FocusAreaTerm

PLACED = {  # the fields that templates/plans/document/ show in a way of their own
    "cover": "contact_name contact_title contact_email contact_phone summary",
    "needs": "narrative indicators root_causes",
    "look_back": "implementation performance lessons",
    "objective": "statement",
    "target": "indicator measure student_group baseline baseline_year target_value unit due_on"
    " data_source",
    "strategy": "title description domain focus_areas targets owner schools starts_on ends_on"
    " evidence comes_from",
    "milestone": "description due_on evidence",
    "narrative": "narrative",
    "line": "strategy description object_code focus_area funding_source line_kind quantity"
    " unit_cost amount narrative grades previously_locally_funded supplanting_explanation",
    "collaboration": "alignment",
    "engagement": "group held_on how heard",
    "sustainability": "sustaining non_supplanting",
    "statement": "assurances evaluation_plan_approved evaluation_plan_approved_on",
    "attachment": "title file_name size sha256",
}


SUPPRESSED = "suppressed"  # to protect students, so it was published without its number


class Other(NamedTuple):
    """A field that no template places, as it reads, or what was typed and could not be read."""

    words: str
    text: str
    unread: str = ""


def others_of(part: Row) -> list[Other]:
    """Those that hold something: a plan signed before there was the field does not name it."""
    others = OTHERS.get(type(part), ())
    found = (
        Other(field.words, said(part, field.part_name), unread(part, field.part_name))
        for field in others
    )
    return [other for other in found if other.text or other.unread]


def text_of(field: Field, value: Any) -> str:
    """What a field holds, as it reads; nothing where it is empty, or a tick that is not set."""
    if value in (None, "", ()) or (value is False and field.control is Control.TICK):
        return ""
    if isinstance(value, tuple):
        return " · ".join(text_of(field, each) for each in value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return day(value)
    if isinstance(value, int | Decimal):
        return money(value) if field.control is Control.DOLLARS else num(value)
    if isinstance(value, FocusAreaTerm):
        return f"{value.number} {value.short_name}"
    return str(getattr(value, "name", value))


def said(part: Row, name: str) -> str:
    """A field of a part as it reads; nothing where it is empty, or where it could not be read."""
    field = _field(type(part), name)
    if part.is_suppressed(field.name):
        published = part.as_typed[field.name]
        return SUPPRESSED if published == SUPPRESSED else f"{SUPPRESSED} ({published})"
    return text_of(field, getattr(part, name))


def unread(part: Row, name: str) -> str:
    """What was typed into a field that could not read it; nothing of any other."""
    return part.unread.get(_field(type(part), name).name, "") if part.as_typed else ""


@cache
def _field(part: type[Row], name: str) -> Field:
    return next(field for field in fields_of(part) if field.part_name == name)


def _others(kind: Kind) -> Sequence[Field]:
    placed = PLACED[kind.key].split()
    return tuple(field for field in kind.fields if field.part_name not in placed)


OTHERS = {kind.part: _others(kind) for kind in IN_DOCUMENT.values()}
