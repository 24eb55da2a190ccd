"""Two people, one form: both texts, side by side, so that neither is lost."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plans.documents import Draft
from plans.forms.drafting import DraftForm, KeptForm


@dataclass(frozen=True)
class Difference:
    label: str
    field_id: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Clash:
    """What was typed beside what somebody else saved meanwhile."""

    by: str
    at: datetime
    version: int
    differences: list[Difference]


def clash_of(form: DraftForm, row: Any, draft: Draft) -> Clash:
    """Each field that differs between what was typed and what is stored now."""
    by, at = row.saved_by or draft.plan.started_by, row.saved_at or draft.plan.started_at
    theirs = type(form).of_row(stored_values(row), draft=draft)
    return Clash(by.name, at, row.version, differences(form, theirs))


def stored_values(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def differences(form: KeptForm, theirs: KeptForm) -> list[Difference]:
    return [
        Difference(
            str(form.fields[name].label),
            form[name].id_for_label or f"id_{name}",
            form.in_words(name),
            theirs.in_words(name),
        )
        for name in form.fields
        if form.in_words(name) != theirs.in_words(name)
    ]
