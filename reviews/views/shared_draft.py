"""The draft of a return on its page: what came back is saved row by row, what is kept is shown."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self
from uuid import UUID, uuid4

from django.http import QueryDict

from districts.models import User
from plans.documents.places import Place, called_in
from plans.forms.conflicts import Conflict, conflict_over
from plans.rules.words import count
from plans.services import Saved as RowSaved
from plans.services import StaleRow
from plans.services.merging import holds
from plans.workflow import TRANSITIONS, Part, Status, Step, steps_from
from reviews import services
from reviews.forms import BLANK_ROWS, ChangeForm, WordsForm, typed_rows
from reviews.reports.packet import Packet
from reviews.reports.said_lines import Proposed, Words
from reviews.services.return_drafts import MOST_CHANGES
from reviews.services.returning import Seen
from reviews.services.turns import DEEDS, deed_of

AGAIN = re.compile(r"([0-9]{1,4}):([0-9]{1,4})")
WORDS = UUID(int=0)  # where a conflict is about the words before the changes
Form = ChangeForm | WordsForm


@dataclass(frozen=True)
class InConflict:
    """What was typed, and who saved other words or took the change out meanwhile."""

    form: Form
    names: tuple[str, ...]
    by: str
    at: datetime | None
    is_removed: bool = False

    def over(self, form: Form, stored: Form) -> Conflict:
        return conflict_over(form, stored, self.names, by=self.by, at=self.at)


@dataclass
class Saved:
    """What the save of a page came to, and what its reader has seen of the draft."""

    seen: Seen
    conflicts: dict[UUID, InConflict] = field(default_factory=dict)
    words: str = ""
    place: str = ""  # where on the page to go on


@dataclass(frozen=True)
class RowOnPage:
    number: int  # that the change would have, were the plan returned now
    place: int  # on the page
    lineage: UUID
    form: ChangeForm
    anchor: str
    line: Proposed | None = None  # none of a blank row
    conflict: Conflict | None = None
    is_removed: bool = False  # by whoever the conflict is with
    is_new: bool = False  # written or changed since the reader opened the page
    where: str = ""  # the row or field that it points to, as the version calls it
    is_nowhere: bool = False  # it points to one that the version has not


@dataclass(frozen=True)
class Wanted:
    """What a link to the page asks for: a section or place for a new change, or for a drafted."""

    section: str = ""
    place: Place | None = None
    into: str = ""  # the lineage of a drafted change

    @classmethod
    def of(cls, data: QueryDict) -> Self:
        place = Place.read(data.get("place", ""))
        section = place.section if place else data.get("section", "")
        return cls(section, place, data.get("into", ""))

    @property
    def values(self) -> dict[str, str]:
        return {"section": self.section, "anchor": str(self.place or "")}


@dataclass(frozen=True)
class WordsOnPage:
    form: WordsForm
    line: Words | None
    conflict: Conflict | None
    is_new: bool


def save_typed(data: QueryDict, packet: Packet, *, plan_id: int, by: User, at: datetime) -> Saved:
    """Save each row that was written on, in the order of the page, each by itself.

    Raises:
        PermissionDenied, StepNotAllowed: the plan is not theirs to return, or not now.
    """
    act: dict[str, Any] = {"plan_id": plan_id, "by": by, "at": at}
    saved = Saved(Seen(words=1, changes={}, again=again_on_page(data)))
    removed = ""
    for row in typed_rows(data):
        lineage = str(row.lineage)
        version = row.version
        typed = row.form.typed()
        if row.form.is_touched and typed.values and (version or not row.is_blank):
            try:
                kept = services.save_change(lineage=row.lineage, **typed.sent, **act)
            except StaleRow as stale:
                saved.conflicts[row.lineage] = _in_conflict(row.form, stale.saved)
                continue
            version = kept.version if holds(kept, typed) else version
            saved.seen.changes[kept.lineage] = version
        elif version:
            saved.seen.changes[row.lineage] = version
        if data.get("remove") == lineage and version:
            removed = _remove(row.lineage, version, saved, act)
    _save_words(data, saved, act)
    if (back := data.get("back", "")) and (line := _taken_out(packet, back)):
        _put_back(line, saved, act)
    told = f"Saved: {count(len(saved.seen.changes), 'change')} in the draft. Nothing was sent."
    saved.words = removed or told
    saved.place = "" if removed else "#drafted"
    return saved


def again_on_page(data: QueryDict) -> dict[int, int]:
    """Which changes the page said are asked again, “2:1 5:3”: each by which verdict."""
    found = (AGAIN.fullmatch(one) for one in data.get("again", "").split())
    return {int(one[1]): int(one[2]) for one in found if one}


def _remove(lineage: UUID, version: int, saved: Saved, act: dict[str, Any]) -> str:
    try:
        services.remove_change(lineage=lineage, version=version, **act)
    except StaleRow as stale:
        who = stale.row.saved_by.name
        return f"{who} wrote on that change since you opened the page, so it is still there."
    saved.seen.changes.pop(lineage, None)
    return "Taken out, and kept below: it can be put back. Nothing was sent."


def _save_words(data: QueryDict, saved: Saved, act: dict[str, Any]) -> None:
    form = WordsForm(data)
    typed = form.typed()
    version = typed.version or 1
    if form.is_touched and typed.values:
        try:
            kept = services.save_words(**replace(typed, version=version).sent, **act)
        except StaleRow as stale:
            saved.conflicts[WORDS] = _in_conflict(form, stale.saved)
            return
        version = kept.version if holds(kept, typed) else version
    saved.seen = replace(saved.seen, words=version)


def _taken_out(packet: Packet, lineage: str) -> Proposed | None:
    return next((one for one in packet.taken_out if str(one.lineage) == lineage), None)


def _put_back(line: Proposed, saved: Saved, act: dict[str, Any]) -> None:
    """As it was taken out. What a colleague put back and wrote on meanwhile stays theirs."""
    values = {
        "section": line.section,
        "anchor": line.anchor,
        "text": line.text,
        "due_on": line.due_on,
    }
    with suppress(StaleRow):
        kept = services.save_change(
            lineage=line.lineage, version=line.version, values=values, as_typed=line.as_typed, **act
        )
        saved.seen.changes[line.lineage] = kept.version


def _in_conflict(form: Form, saved: RowSaved) -> InConflict:
    is_removed = getattr(saved.row, "removed_at", None) is not None
    by = saved.by.name if saved.by else "Somebody"
    return InConflict(form, saved.conflicts, by, saved.at, is_removed)


def rows_on_page(packet: Packet, saved: Saved | None, wanted: Wanted) -> list[RowOnPage]:
    """Every change of the draft, those in conflict with what was typed, and blank rows."""
    lines: Sequence[Proposed] = packet.proposed
    if saved:
        lines = [one for one in packet.drafted if _is_shown(one, saved)]
    rows = [
        _row(packet, place, line, saved=saved, wanted=wanted)
        for place, line in enumerate(lines, start=1)
    ]
    is_placed = any(row.anchor == "new" for row in rows)
    blank = range(len(rows) + 1, min(len(rows) + BLANK_ROWS, MOST_CHANGES) + 1)
    for place in blank:
        is_first = place == blank.start and not is_placed
        rows.append(_blank(packet, place, wanted if is_first else Wanted(), is_first=is_first))
    return rows


def _is_shown(line: Proposed, saved: Saved) -> bool:
    return line.removed_at is None or line.lineage in saved.conflicts


def _row(
    packet: Packet, place: int, line: Proposed, *, saved: Saved | None, wanted: Wanted
) -> RowOnPage:
    stored = form = ChangeForm.of_row(line.model_dump(), prefix=f"change-{place}")
    found = saved.conflicts.get(line.lineage) if saved else None
    if found is not None:
        form = _again(found, line.model_dump(), prefix=stored.prefix)
    is_wanted = str(line.lineage) == wanted.into and found is None
    if is_wanted:
        _point(form, wanted)
    is_new = saved is not None and saved.seen.changes.get(line.lineage) != line.version
    return RowOnPage(
        number=packet.last_number + place,
        place=place,
        lineage=line.lineage,
        form=form,
        anchor="new" if is_wanted else f"drafted-{line.lineage}",
        line=line,
        conflict=found.over(form, stored) if found else None,
        is_removed=bool(found and found.is_removed),
        is_new=is_new and found is None,
        **_where(packet, form),
    )


def _point(form: ChangeForm, wanted: Wanted) -> None:
    """The form as if that place had been chosen in it; nothing of it is saved yet."""
    for name, value in wanted.values.items():
        form.data.setlist(form.add_prefix(name), [value])


def _where(packet: Packet, form: ChangeForm) -> dict[str, Any]:
    """Of a place in another section than is chosen nothing is said: it will be none."""
    place = Place.read(form.in_words("anchor"))
    if place is None or form.sent("section") != [place.section]:
        return {}
    called = called_in(packet.document, place)
    return {"where": called, "is_nowhere": not called}


def _again(found: InConflict, row: dict[str, Any], **options: Any) -> Any:
    """The form as it is stored now, but for what was typed into the fields in conflict."""
    return type(found.form).of_row(row, typed=found.form, keep=found.names, **options)


def _blank(packet: Packet, place: int, wanted: Wanted, *, is_first: bool) -> RowOnPage:
    empty: dict[str, Any] = {
        **wanted.values,
        "text": "",
        "due_on": None,
        "as_typed": {},
        "version": 0,
    }
    form = ChangeForm.of_row(empty, prefix=f"change-{place}")
    number = packet.last_number + place
    anchor = "new" if is_first else ""
    return RowOnPage(number, place, uuid4(), form, anchor, **_where(packet, form))


def words_on_page(packet: Packet, saved: Saved | None) -> WordsOnPage:
    line = packet.words
    row: dict[str, Any] = {"words": "", "as_typed": {}}
    if line:
        row = {"words": line.words, "as_typed": line.as_typed, "version": line.version}
    stored = form = WordsForm.of_row(row)
    found = saved.conflicts.get(WORDS) if saved else None
    if found is not None:
        form = _again(found, row)
    is_new = bool(line and saved and not found and line.version != saved.seen.words)
    conflict = found.over(form, stored) if found else None
    return WordsOnPage(form, line, conflict, is_new)


def not_sent(packet: Packet) -> str:
    """“2 changes · not sent”, for the badge of the draft; empty where nobody has begun one."""
    if not packet.has_draft:
        return ""
    return f"{count(len(packet.proposed), 'change')} · not sent"


def may_return(parts: frozenset[Part]) -> bool:
    """Whoever may return the plan reads the draft, also when it can be sent no longer."""
    return bool(TRANSITIONS[Step.RETURN].by & parts)


def why_not_sent(packet: Packet) -> str:
    """What became of the plan meanwhile; empty while it is under review."""
    status = Status(packet.plan.status)
    is_open = Step.RETURN in steps_from(status)
    if is_open and status != Status.RECOMMENDED:
        return ""
    last = packet.events[0]
    if not (last.by and last.step in DEEDS):
        return f"Not sent: the plan is {status.label.lower()} now."
    deed = deed_of(last.step, by=last.by, at=last.at)
    if is_open:
        return f"Not sent yet, and {deed}. It can still be returned with this."
    return f"Not sent, because {deed}. The district has seen nothing of this."
