"""A new row written in the list where it will stand: `?adds=target&to=5` at the list's address.

It is the form of `adding`, sent to the same address, and saved in the same way. What the page
carries of it is in the address alone: which kind, and of which objective or strategy.
"""

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from districts.requests import SignedInRequest
from plans.documents import Draft, read_anew
from plans.documents.kinds import LISTED
from plans.documents.kinds import Kind as RowKind
from plans.documents.naming import called
from plans.forms.drafting import DraftForm
from plans.reading.removed import what_an_edit_voids
from plans.sections import SectionKey
from plans.views.editor import section_url
from plans.views.kinds import KINDS, Kind
from plans.views.row_addresses import add_url

ADDS, TO, ADDED = "adds", "to", "added"  # in the address of a list
GO_ON, HERE = "add-next", "add-here"  # the buttons: add and write another, or add alone
ADDED_HERE = ("objective", "target", "strategy", "milestone")


@dataclass(frozen=True)
class Adding:
    """The form of a new row, as its list shows it."""

    kind_key: str
    parent_id: int | None
    form: SafeString


def adding_in(request: SignedInRequest, draft: Draft, here: SectionKey) -> Adding | None:
    """What the address of a list asks to add; nothing where that cannot be added there."""
    kind = KINDS.get(request.GET.get(ADDS, ""))
    if kind is None or kind.key not in ADDED_HERE or kind.section != here:
        return None
    parent_id = _number(request.GET.get(TO, ""))
    if kind.parent and parent_id not in [each["id"] for each in draft.rows[kind.parent]]:
        return None
    parent_id = parent_id if kind.parent else None
    return Adding(kind.key, parent_id, _drawn(request, draft, kind, parent_id))


def _drawn(request: SignedInRequest, draft: Draft, kind: Kind, parent_id: int | None) -> SafeString:
    form, voids = kind.form({}, draft=draft), what_an_edit_voids(draft.plan)
    # What a script swaps in it gives the focus itself.
    form.fields[first_field(form)].widget.attrs["data-first" if request.htmx else "autofocus"] = (
        True
    )
    context = {
        "kind": kind,
        "form": form,
        "lineage": uuid.uuid4(),
        "voids": voids,
        "add_url": add_url(draft, kind, parent_id),
        "section_url": section_url(draft, kind.section),
        "again_url": adding_url(draft, kind.key, parent_id),
        "parent_id": parent_id or "",
        "parent": called(LISTED[kind.parent], parent_id, draft.rows) if parent_id else None,
        "there": _there(draft, LISTED[kind.key], parent_id) if kind.key == "milestone" else [],
        "added": added_words(request, draft),
    }
    return render_to_string("plans/_add_here.html", context, request)


def first_field(form: DraftForm) -> str:
    """It has the focus; these forms begin with a field that stands alone."""
    return next(name for name in form.places() if isinstance(name, str))


def _there(draft: Draft, kind: RowKind, parent_id: int | None) -> list[str]:
    """What stands there already, where the list itself only counts it."""
    return [
        called(kind, row["id"], draft.rows).words
        for row in draft.rows[kind.key]
        if row[f"{kind.parent}_id"] == parent_id
    ]


def adding_url(draft: Draft, kind_key: str, parent_id: int | None) -> str:
    asked = {ADDS: kind_key} | ({TO: parent_id} if parent_id else {})
    return f"{section_url(draft, KINDS[kind_key].section)}?{urlencode(asked)}"


def added_words(request: SignedInRequest, draft: Draft) -> str:
    """“Performance target 1.3, “Grade 3 reading””: what a script has just added, by its address."""
    kind_key, _, said = request.GET.get(ADDED, "").partition("-")
    if kind_key not in ADDED_HERE:
        return ""
    number = _number(said)
    if number not in [each["id"] for each in draft.rows[kind_key]]:
        return ""
    return called(LISTED[kind_key], number or 0, draft.rows).words


def go_on_here(request: SignedInRequest, draft: Draft, kind: Kind, row: Any) -> HttpResponse:
    """It was added by a button of its list: back there, and to a form for the next if asked."""
    now = read_anew(draft.plan)
    messages.success(request, f"Added: {called(LISTED[kind.key], row.pk, now.rows).words}.")
    parent_id = getattr(row, f"{kind.parent}_id") if kind.parent else None
    if GO_ON in request.POST:
        return redirect(adding_url(now, kind.key, parent_id))
    return redirect(section_url(now, kind.section) + row_anchor(kind, row.pk, parent_id))


def row_anchor(kind: Kind, row_id: int, parent_id: int | None) -> str:
    """Of the row in its list; a milestone is listed with its strategy."""
    if kind.key == "milestone":
        return f"#strategy-{parent_id}"
    return f"#{kind.key}-{row_id}"


def _number(said: str) -> int | None:
    return int(said) if said.isdecimal() and len(said) < 18 else None
