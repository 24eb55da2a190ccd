"""Sending a plan back to its district with numbered required changes (R40).

What is sent is the draft that all reviewers of the plan share, and only as the sender saw it.
"""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max

from districts.calendar import eastern_day
from districts.models import User
from plans.documents.places import Place
from plans.models import ChangeVerdict, Plan, PlanEvent, PlanVersion, RequiredChange
from plans.sections import WRITTEN
from plans.services import Blocked, already_taken, digest_of, locked_plan, take_step
from plans.services.letters import DECISIONS_GO_TO, outside_district, people_of, post_letter
from plans.workflow import Status, Step, StepNotAllowed
from reviews.calendar import business_days_after
from reviews.models import ProposedChange, ReturnDraft
from reviews.models.default_letters import LetterKind
from reviews.reports.deciders import deciders
from reviews.services.judging_answers import ask_again, to_ask_again
from reviews.services.letter_words import freeze, write
from reviews.services.news import event_of, post_news
from reviews.services.places import read_place
from reviews.services.return_drafts import open_draft, save_change
from reviews.services.return_letter import Asked, return_values
from reviews.services.turns import ask_turn, version_read

DAYS_TO_ANSWER = 15  # business days


@dataclass(frozen=True)
class ChangeAsked:
    """One required change, before it has its number. No date: the usual days to answer."""

    section: str
    text: str
    due_on: date | None = None


def usual_due_date(at: datetime) -> date:
    return business_days_after(eastern_day(at), DAYS_TO_ANSWER)


@dataclass(frozen=True)
class Seen:
    """What the sender's page showed: the version of the words, and of each change by lineage.

    And which changes were to be asked again, each by whose word.
    """

    words: int
    changes: dict[UUID, int]
    again: dict[int, int] = field(default_factory=dict)  # verdicts, by the number of the change

    @property
    def digest(self) -> str:
        changes = {str(lineage): version for lineage, version in self.changes.items()}
        again = {f"{number}": verdict for number, verdict in self.again.items()}
        return digest_of(words=self.words, changes=changes, **({"again": again} if again else {}))


class Unseen(StepNotAllowed):
    """Somebody wrote, changed or took out a part of the draft that the sender has not seen."""


@transaction.atomic
def send_return(
    *, plan_id: int, version: int, seen: Seen, key: UUID, by: User, at: datetime
) -> Plan:
    """Return the plan with all changes of the draft that its reviewers share, as they were seen.

    `version` is the number of the plan's version that was read. The changes are numbered on
    through all returns.

    Raises:
        PermissionDenied: not an assigned reviewer, the program manager or a decider.
        MovedOn, StepNotAllowed: the plan is not under review, or in another version.
        Unseen: the draft is not as the sender saw it.
        Blocked: no change is asked for, or one lacks its section, its text or a date to come.
    """
    plan = locked_plan(plan_id)
    if already_taken(plan, key, Step.RETURN, seen.digest):
        return plan
    return _return_as_seen(
        plan, version=version, seen=seen, key=key, digest=seen.digest, by=by, at=at
    )


def _return_as_seen(
    plan: Plan, *, version: int, seen: Seen, key: UUID, digest: str, by: User, at: datetime
) -> Plan:
    ask_turn(plan, Step.RETURN, by=by, at=at)
    draft = plan.return_drafts.unsent().first()
    again = to_ask_again(plan)
    if _seen_in(draft, again) != seen:
        raise Unseen(
            "This draft was written on since you opened the page, so nothing was sent. "
            "What is new is marked below. Return the plan again once you have read it."
        )
    rows = _changes_of(draft)
    if reasons := _what_is_missing(draft, rows, again, today=eastern_day(at)):
        raise Blocked(reasons)
    judged = version_read(plan, version)
    draft = draft or open_draft(plan, by=by, at=at)
    act: dict[str, Any] = {"version": judged, "key": key, "digest": digest, "by": by, "at": at}
    return _send(plan, draft, rows, again, **act)


@transaction.atomic
def return_for_changes(
    *, plan_id: int, version: int, changes: list[ChangeAsked], key: UUID, by: User, at: datetime
) -> Plan:
    """Write these changes and return the plan with them, where nobody has drafted any.

    Raises:
        PermissionDenied, MovedOn, StepNotAllowed, Unseen, Blocked: as sending does.
    """
    plan = locked_plan(plan_id)
    digest = digest_of(asked=[_as_said(change) for change in changes])
    if already_taken(plan, key, Step.RETURN, digest):
        return plan
    act: dict[str, Any] = {"by": by, "at": at}
    new: dict[str, Any] = {"plan_id": plan_id, "version": 0, "as_typed": {}, **act}
    written = [save_change(lineage=uuid4(), values=asdict(change), **new) for change in changes]
    again = {change.number: verdict.number for change, verdict in to_ask_again(plan)}
    seen = Seen(words=1, changes={row.lineage: row.version for row in written}, again=again)
    return _return_as_seen(plan, version=version, seen=seen, key=key, digest=digest, **act)


def _as_said(change: ChangeAsked) -> list[str]:
    return [change.section, change.text.strip(), str(change.due_on or "")]


def _send(
    plan: Plan,
    draft: ReturnDraft,
    rows: list[ProposedChange],
    again: list[tuple[RequiredChange, ChangeVerdict]],
    *,
    version: PlanVersion,
    key: UUID,
    digest: str,
    by: User,
    at: datetime,
) -> Plan:
    required = _numbered(plan, version, rows, by=by, at=at)
    asked = [_asked_again(change, verdict, at) for change, verdict in again]
    asked += [Asked(change, change.due_on) for change in required]
    was_recommended = plan.status == Status.RECOMMENDED
    words = draft.words.strip()
    listed = [each.line for each in asked]
    plan = take_step(
        plan_id=plan.pk,
        step=Step.RETURN,
        by=by,
        at=at,
        key=key,
        version=version,
        reason="\n".join([words, "", *listed] if words else listed),
        digest=digest,
    )
    event = event_of(plan, key)
    _keep(draft, rows, required, event)
    for (change, verdict), each in zip(again, asked, strict=False):
        ask_again(change, verdict, event=event, version=version, due_on=each.due_on, by=by, at=at)
    letter = write(LetterKind.RETURN, return_values(plan, version, words, asked))
    freeze(letter, plan, at=at, event=event)
    post_letter(
        plan,
        kind="plan_returned",
        because=event,
        occasion=f"change-{required[0].number}" if required else f"event-{event.pk}",
        to=people_of(plan, DECISIONS_GO_TO),
        why="The plan was returned for changes",
        at=at,
        letter=letter.text,
    )
    post_news(plan, event, also=outside_district(plan, deciders(at=at)) if was_recommended else [])
    return plan


def _changes_of(draft: ReturnDraft | None) -> list[ProposedChange]:
    return list(draft.changes.filter(removed_at=None).order_by("pk")) if draft else []


def _asked_again(change: RequiredChange, verdict: ChangeVerdict, at: datetime) -> Asked:
    """A day that has passed by now is as none: the usual days to answer."""
    due_on = verdict.due_on
    is_to_come = due_on is not None and due_on >= eastern_day(at)
    return Asked(change, due_on if due_on and is_to_come else usual_due_date(at), verdict.words)


def _seen_in(draft: ReturnDraft | None, again: list[tuple[RequiredChange, ChangeVerdict]]) -> Seen:
    return Seen(
        words=draft.version if draft else 1,
        changes={row.lineage: row.version for row in _changes_of(draft)},
        again={change.number: verdict.number for change, verdict in again},
    )


def _what_is_missing(
    draft: ReturnDraft | None,
    rows: list[ProposedChange],
    again: list[tuple[RequiredChange, ChangeVerdict]],
    *,
    today: date,
) -> list[str]:
    if not (rows or again):
        return ["Ask for at least one change."]
    if draft is None:
        return []
    reasons = ["The words before the changes are too long."] if draft.as_typed else []
    for place, row in enumerate(rows, start=_last_number(draft.plan) + 1):
        reasons += _what_a_change_lacks(place, row, today=today)
    return reasons


def _what_a_change_lacks(number: int, row: ProposedChange, *, today: date) -> list[str]:
    reasons = []
    if row.section not in WRITTEN:
        reasons.append(f"Change {number} names no section that the district writes.")
    if "text" in row.as_typed:
        reasons.append(f"The text of change {number} is too long.")
    elif not row.text.strip():
        reasons.append(f"Change {number} does not say what to change.")
    if "due_on" in row.as_typed:
        reasons.append(f"The day by which change {number} is due cannot be read.")
    elif row.due_on is not None and row.due_on < today:
        reasons.append(f"Change {number} is due on a day that has passed.")
    return reasons


def _numbered(
    plan: Plan, version: PlanVersion, rows: list[ProposedChange], *, by: User, at: datetime
) -> list[RequiredChange]:
    """The changes as they are asked, not kept yet."""
    return [
        RequiredChange(
            plan=plan,
            version=version,
            number=number,
            section=row.section,
            **read_place(version, row.section, Place.read(row.anchor)),
            text=row.text.strip(),
            due_on=row.due_on or usual_due_date(at),
            asked_at=at,
            asked_by=by,
        )
        for number, row in enumerate(rows, start=_last_number(plan) + 1)
    ]


def _keep(
    draft: ReturnDraft, rows: list[ProposedChange], required: list[RequiredChange], event: PlanEvent
) -> None:
    """The changes point to the return that asks for them, and each row of the draft to its own."""
    for change in required:
        change.event = event
    RequiredChange.objects.bulk_create(required)
    for row, change in zip(rows, required, strict=True):
        row.became = change
    ProposedChange.objects.bulk_update(rows, ["became"])
    draft.event = event
    draft.save(update_fields=["event"])


def _last_number(plan: Plan) -> int:
    numbers = RequiredChange.on_record.filter(plan=plan)
    return numbers.aggregate(last=Max("number"))["last"] or 0
