"""Keeping the example wordings of required changes, which program managers write and retire."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from districts.services.locks import hold
from districts.words import eastern
from plans.sections import WRITTEN
from plans.services import Blocked
from plans.workflow import StepNotAllowed
from reviews.models import Wording
from reviews.permissions import may_keep_wordings
from reviews.services.turns import MovedOn


@transaction.atomic
def add_wording(*, name: str, section: str, text: str, by: User, at: datetime) -> Wording:
    """A new wording; `section` empty is of any section. The same form sent twice is one.

    Raises:
        PermissionDenied: not a program manager.
        Blocked: it lacks its name or words, or another in use has the name.
    """
    _ask(by, at)
    said = _said(name, section, text)
    same = Wording.objects.in_use().filter(name=said["name"]).first()
    if same is not None and all(getattr(same, key) == value for key, value in said.items()):
        return same
    _refuse_faults(said, same)
    return Wording.objects.create(**said, saved_at=at, saved_by=by)


@transaction.atomic
def save_wording(
    *, wording_id: int, version: int, name: str, section: str, text: str, by: User, at: datetime
) -> Wording:
    """Mend a wording. What was asked with it before stays as it was asked.

    Raises:
        PermissionDenied, Blocked: as adding does.
        MovedOn: a colleague saved it since the page was opened.
        StepNotAllowed: it is retired.
    """
    _ask(by, at)
    row = _held(wording_id)
    said = _said(name, section, text)
    if all(getattr(row, key) == value for key, value in said.items()):
        return row
    _refuse_if_moved(row, version)
    others = Wording.objects.in_use().exclude(pk=row.pk)
    _refuse_faults(said, others.filter(name=said["name"]).first())
    for key, value in said.items():
        setattr(row, key, value)
    row.version += 1
    row.saved_at, row.saved_by = at, by
    row.save()
    return row


@transaction.atomic
def retire_wording(*, wording_id: int, version: int, by: User, at: datetime) -> Wording:
    """Offer it no longer. It stays on record. Twice is one act.

    Raises:
        PermissionDenied, MovedOn.
    """
    _ask(by, at)
    row = Wording.objects.select_related("saved_by").get(pk=wording_id)
    if row.retired_at is None:
        _refuse_if_moved(row, version)
        row.retired_at, row.retired_by = max(at, row.saved_at), by
        row.save(update_fields=["retired_at", "retired_by"])
    return row


def _ask(by: User, at: datetime) -> None:
    """One at a time: the list is short, and a name is looked for in all of it."""
    hold("wordings")
    if not may_keep_wordings(by, at=at):
        raise PermissionDenied


def _held(wording_id: int) -> Wording:
    row = Wording.objects.select_related("saved_by").get(pk=wording_id)
    if row.retired_at is not None:
        raise StepNotAllowed("This wording is retired, so it is not changed. Add another one.")
    return row


def _said(name: str, section: str, text: str) -> dict[str, str]:
    return {"name": name.strip(), "section": section, "text": text.strip()}


def _refuse_if_moved(row: Wording, version: int) -> None:
    if row.version != version:
        raise MovedOn(
            f"{row.saved_by.name} saved this wording on {eastern(row.saved_at)}, since you opened"
            " the page. Nothing was saved. Open it again."
        )


def _refuse_faults(said: dict[str, str], same: Wording | None) -> None:
    reasons = []
    if not said["name"]:
        reasons.append("Name the wording, so that it is found in the list.")
    if said["section"] and said["section"] not in WRITTEN:
        reasons.append("Choose a section that the district writes, or any section.")
    if not said["text"]:
        reasons.append("Write the wording.")
    if same is not None:
        reasons.append(f"Another wording in use is called “{same.name}”. Name this one otherwise.")
    if reasons:
        raise Blocked(reasons)
