"""What happened to a plan so far: its steps, required changes, versions and signatures."""

import json
from datetime import date, datetime

from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from pydantic import BaseModel, ConfigDict

from districts.models import Allocation
from districts.statements import Statement
from plans.documents.rows import JSONRows
from plans.models import (
    ApprovalCondition,
    ChangeVerdict,
    DraftShare,
    ExtensionEntry,
    Plan,
    PlanEvent,
    PlanVersion,
    QuestionEntry,
    RequiredChange,
    RevisionEvent,
    Signature,
)
from plans.revision_workflow import RevisionStep


class Line(BaseModel):
    model_config = ConfigDict(frozen=True)


class Event(Line):
    step: str
    reason: str
    taken_at: datetime
    by: str


class RevisionTaken(Line):
    """A step of a revision of the plan."""

    number: int
    step: RevisionStep
    taken_at: datetime
    by: str


class Change(Line):
    number: int
    text: str
    due_on: date
    answered_at: datetime | None

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None


class Condition(Line):
    """What the approval asks of the district, by when, and whether it is met."""

    number: int
    text: str
    due_on: date
    met_on: date | None
    word: str | None  # what shows that it is met


class Closing(Line):
    """A version, as it was closed for signature, and what voided it if anything did."""

    number: int
    sha256: str
    is_current: bool
    closed_at: datetime
    by: str
    voided_at: datetime | None
    voided: str | None  # by whom


class Signing(Line):
    signed_by_id: int
    capacity: Signature.Capacity
    is_current: bool
    number: int
    signed_at: datetime
    name: str


class Sharing(Line):
    """That the draft was shared for help, with whom, and who ended that if anybody did."""

    reader_name: str
    shared_at: datetime
    by: str
    ended_at: datetime | None
    ended: str | None  # by whom


class QuestionSaid(Line):
    """What was asked of the district about its plan, answered, or closed."""

    of: int  # the number of the question
    did: QuestionEntry.Did
    due_on: date | None
    written_at: datetime
    by: str


class TimeSaid(Line):
    """What was asked and answered about more time for the plan."""

    did: ExtensionEntry.Did
    until: date | None
    reason: str
    written_at: datetime
    by: str


class Accepted(Line):
    """That the answer to a required change was accepted."""

    of: int  # the number of the change
    given_at: datetime


class Allocated(Line):
    """An allocation of the plan's year, of each stage the one that holds. Whole US dollars."""

    stage: str
    amount: int
    stated_at: datetime | None  # none of one that was there before changes were recorded


class History(Line):
    """What happened to a plan so far, the latest step and version first."""

    steps: list[Event]
    changes: list[Change]
    conditions: list[Condition]
    closings: list[Closing]
    signings: list[Signing]  # on every version
    sharings: list[Sharing]
    asked: list[QuestionSaid]  # every entry, the latest first
    time: list[TimeSaid]  # every entry, the latest first
    accepted: list[Accepted]
    allocations: list[Allocated]  # the earliest first
    revision_steps: list[RevisionTaken]  # without the Department's reviews of them

    @property
    def waiting(self) -> list[tuple[int, QuestionSaid]]:
        """The questions that have no answer, each with its number; what is due first is first."""
        last = {one.of: one for one in reversed(self.asked)}
        waiting = [one for one in last.items() if one[1].did == QuestionEntry.Did.ASKED]
        return sorted(waiting, key=lambda one: (one[1].due_on, one[0]))

    @property
    def time_asked(self) -> TimeSaid | None:
        """What is asked of the Department about more time, while it has no answer."""
        last = self.time[0] if self.time else None
        return last if last and last.did == ExtensionEntry.Did.ASKED else None

    @property
    def signatures(self) -> list[Signing]:
        """On the text as it stands."""
        return [one for one in self.signings if one.is_current]

    @property
    def closed(self) -> Closing | None:
        """The version of the text as it stands; none once it was edited."""
        return next((one for one in self.closings if one.is_current), None)

    def is_signed_by(self, user_id: int) -> bool:
        return any(one.signed_by_id == user_id for one in self.signatures)


def history_of(plan: Plan) -> History:
    """In one query."""
    (texts,) = HISTORY.ask(plan.pk)
    return History.model_validate({name: json.loads(text) for name, text in texts.items()})


def _history(plan_id: int) -> QuerySet:
    of_plan = {"plan": OuterRef("pk")}
    events = PlanEvent.objects.filter(**of_plan).order_by("-pk").naming()
    signatures = (
        Signature.objects.filter(version__plan=OuterRef("pk"))
        .order_by("-signed_at", "-pk")
        .annotate(
            number=F("version__number"),
            is_current=Q(version__edition=F("version__plan__edition")),
        )
    )
    versions = PlanVersion.objects.order_by("-number").annotate(
        by=F("closed_by__name"),
        voided_at=F("voiding__voided_at"),
        voided=F("voiding__voided_by__name"),
        is_current=Q(edition=F("plan__edition")),
    )
    parts = {
        "steps": JSONRows(events, *Event.model_fields),
        "changes": JSONRows(
            RequiredChange.objects.filter(**of_plan).order_by("number"), *Change.model_fields
        ),
        "conditions": JSONRows(
            ApprovalCondition.objects.standing()
            .filter(**of_plan)
            .order_by("event_id", "number")
            .annotate(met_on=F("met__met_on"), word=F("met__word")),
            *Condition.model_fields,
        ),
        "closings": JSONRows(versions.filter(**of_plan), *Closing.model_fields),
        "signings": JSONRows(signatures, *Signing.model_fields),
        "sharings": JSONRows(
            DraftShare.objects.filter(**of_plan)
            .order_by("-pk")
            .annotate(
                reader_name=F("reader__name"), by=F("shared_by__name"), ended=F("ended_by__name")
            ),
            *Sharing.model_fields,
        ),
        "asked": JSONRows(
            QuestionEntry.objects.filter(question__plan=OuterRef("pk"))
            .order_by("-pk")
            .annotate(of=F("question__number"), by=F("written_by__name")),
            *QuestionSaid.model_fields,
        ),
        "time": JSONRows(
            ExtensionEntry.objects.filter(**of_plan)
            .order_by("-number")
            .annotate(by=F("written_by__name")),
            *TimeSaid.model_fields,
        ),
        "accepted": JSONRows(
            ChangeVerdict.objects.filter(
                change__plan=OuterRef("pk"), verdict=ChangeVerdict.Verdict.ACCEPTED
            )
            .order_by("-pk")
            .annotate(of=F("change__number")),
            *Accepted.model_fields,
        ),
        "allocations": JSONRows(
            Allocation.objects.filter(
                district=OuterRef("district_id"), fiscal_year=OuterRef("cycle_id")
            )
            .order_by("pk")
            .annotate(stated_at=Coalesce("stated_in__confirmed_at", "stated_in__asked_at")),
            *Allocated.model_fields,
        ),
        "revision_steps": JSONRows(
            RevisionEvent.objects.filter(revision__plan=OuterRef("pk"))
            .exclude(step=RevisionStep.REVIEW)
            .order_by("-pk")
            .annotate(number=F("revision__number"), by=F("taken_by__name")),
            *RevisionTaken.model_fields,
        ),
    }
    return Plan.objects.filter(pk=plan_id).order_by().annotate(**parts).values(*parts)


HISTORY = Statement(_history, -1)
