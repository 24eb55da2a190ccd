"""The draft of a return on its page: what came back is saved row by row, what is kept is shown."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import QueryDict

from districts.models import User
from plans.forms.conflicts import Conflict, conflict_over
from plans.rules.words import count
from plans.services import StaleRow
from plans.workflow import TRANSITIONS, Part, Status, Step, steps_from
from reviews import services
from reviews.forms import BLANK_ROWS, ChangeForm, TypedRow, WordsForm, is_touched, typed_rows, was
from reviews.models import ProposedChange
from reviews.reports.packet import Packet
from reviews.reports.said import Proposed, Words
from reviews.services.return_drafts import MOST_CHANGES
from reviews.services.returning import Seen
from reviews.services.turns import DEEDS, deed_of

WORDS = UUID(int=0)  # where a clash is about the words before the changes
Form = ChangeForm | WordsForm


@dataclass(frozen=True)
class Clashing:
    """What was typed, and who saved other words or took the change out meanwhile."""

    form: Form
    by: str
    at: datetime
    is_removed: bool = False

    def against(self, stored: Form, theirs: str) -> Conflict:
        both = conflict_over(self.form, stored, self.form.fields, by=self.by, at=self.at)
        return replace(both, keep_theirs=theirs)


@dataclass
class Saved:
    """What the save of a page came to, and what its reader has seen of the draft."""

    seen: Seen
    clashes: dict[UUID, Clashing] = field(default_factory=dict)
    words: str = ""
    place: str = ""  # where on the page to go on


@dataclass(frozen=True)
class RowOnPage:
    number: int  # that the change would have, were the plan returned now
    place: int  # on the page
    lineage: UUID
    version: int
    form: ChangeForm
    was: list[tuple[str, str]]
    anchor: str
    line: Proposed | None = None  # none of a blank row
    conflict: Conflict | None = None
    is_removed: bool = False  # by whoever the clash is with
    is_new: bool = False  # written or changed since the reader opened the page


@dataclass(frozen=True)
class WordsOnPage:
    version: int
    form: WordsForm
    was: list[tuple[str, str]]
    line: Words | None
    conflict: Conflict | None
    is_new: bool


def save_typed(data: QueryDict, packet: Packet, *, plan_id: int, by: User, at: datetime) -> Saved:
    """Save each row that was written on, in the order of the page, each by itself.

    Raises:
        PermissionDenied, StepNotAllowed: the plan is not theirs to return, or not now.
    """
    act: dict[str, Any] = {"plan_id": plan_id, "by": by, "at": at}
    saved = Saved(Seen(words=1, changes={}))
    removed = ""
    for row in typed_rows(data):
        lineage = str(row.lineage)
        version = row.version
        if row.is_touched and data.get("theirs") != lineage and (version or not row.is_blank):
            try:
                kept = _save(row, act)
            except StaleRow as stale:
                saved.clashes[row.lineage] = _clashing(row.form, stale.row)
                continue
            saved.seen.changes[kept.lineage] = version = kept.version
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


def _save(row: TypedRow, act: dict[str, Any]) -> ProposedChange:
    values, as_typed = row.form.values()
    return services.save_change(
        lineage=row.lineage, version=row.version, values=values, as_typed=as_typed, **act
    )


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
    typed = data.get("words-version", "")
    version = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 8 else 1
    if is_touched(form) and data.get("theirs") != str(WORDS):
        values, as_typed = form.values()
        try:
            kept = services.save_words(version=version, values=values, as_typed=as_typed, **act)
        except StaleRow as stale:
            saved.clashes[WORDS] = _clashing(form, stale.row)
            return
        version = kept.version
    saved.seen = Seen(words=version, changes=saved.seen.changes)


def _taken_out(packet: Packet, lineage: str) -> Proposed | None:
    return next((one for one in packet.taken_out if str(one.lineage) == lineage), None)


def _put_back(line: Proposed, saved: Saved, act: dict[str, Any]) -> None:
    """As it was taken out. What a colleague put back and wrote on meanwhile stays theirs."""
    values = {"section": line.section, "text": line.text, "due_on": line.due_on}
    with suppress(StaleRow):
        kept = services.save_change(
            lineage=line.lineage, version=line.version, values=values, as_typed=line.as_typed, **act
        )
        saved.seen.changes[line.lineage] = kept.version


def _clashing(form: Form, row: Any) -> Clashing:
    is_removed = getattr(row, "removed_at", None) is not None
    by, at = (row.removed_by, row.removed_at) if is_removed else (row.saved_by, row.saved_at)
    return Clashing(form, by.name, at, is_removed)


def rows_on_page(packet: Packet, saved: Saved | None, *, section: str) -> list[RowOnPage]:
    """Every change of the draft, those a clash is about with what was typed, and blank rows."""
    lines: Sequence[Proposed] = packet.proposed
    if saved:
        lines = [one for one in packet.drafted if _is_shown(one, saved)]
    rows = [_row(packet, place, line, saved=saved) for place, line in enumerate(lines, start=1)]
    blank = range(len(rows) + 1, min(len(rows) + BLANK_ROWS, MOST_CHANGES) + 1)
    for place in blank:
        is_first = place == blank.start
        rows.append(_blank(packet, place, section if is_first else "", "new" if is_first else ""))
    return rows


def _is_shown(line: Proposed, saved: Saved) -> bool:
    return line.removed_at is None or line.lineage in saved.clashes


def _row(packet: Packet, place: int, line: Proposed, *, saved: Saved | None) -> RowOnPage:
    stored = ChangeForm.of_row(line.model_dump(), prefix=f"change-{place}")
    clashing = saved.clashes.get(line.lineage) if saved else None
    form = stored
    if clashing is not None:
        form = ChangeForm.of_row(_values(clashing.form), prefix=stored.prefix)
        clashing = replace(clashing, form=form)
    is_new = saved is not None and saved.seen.changes.get(line.lineage) != line.version
    return RowOnPage(
        number=packet.last_number + place,
        place=place,
        lineage=line.lineage,
        version=line.version,
        form=form,
        was=was(stored),
        anchor=f"drafted-{line.lineage}",
        line=line,
        conflict=clashing.against(stored, str(line.lineage)) if clashing else None,
        is_removed=bool(clashing and clashing.is_removed),
        is_new=is_new and clashing is None,
    )


def _values(form: Form) -> dict[str, Any]:
    """What was typed, as a row would hold it."""
    values, as_typed = form.values()
    return values | {"as_typed": as_typed}


def _blank(packet: Packet, place: int, section: str, anchor: str) -> RowOnPage:
    empty: dict[str, Any] = {"section": section, "text": "", "due_on": None, "as_typed": {}}
    form = ChangeForm.of_row(empty, prefix=f"change-{place}")
    number = packet.last_number + place
    return RowOnPage(number, place, uuid4(), 0, form, was(form), anchor)


def words_on_page(packet: Packet, saved: Saved | None) -> WordsOnPage:
    line = packet.words
    row = {"words": line.words, "as_typed": line.as_typed} if line else {"as_typed": {}}
    stored = WordsForm.of_row(row)
    clashing = saved.clashes.get(WORDS) if saved else None
    form = clashing.form if clashing and isinstance(clashing.form, WordsForm) else stored
    is_new = bool(line and saved and not clashing and line.version != saved.seen.words)
    conflict = clashing.against(stored, str(WORDS)) if clashing else None
    return WordsOnPage(line.version if line else 1, form, was(stored), line, conflict, is_new)


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


def typed_in_words(forms: Sequence[TypedRow | WordsForm]) -> list[tuple[str, str]]:
    """Label and words of each field that holds any."""
    shown = [row.form if isinstance(row, TypedRow) else row for row in forms]
    return [
        (str(form.fields[name].label), words)
        for form in shown
        for name in form.fields
        if (words := form.in_words(name))
    ]
