"""One plan as the Department holds it: the version handed in, and all that was said about it.

Two queries: the plan with everything around it as JSON in columns, and the frozen text.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from pydantic import BaseModel, ConfigDict

from districts.models import Allocation
from plans.documents import PlanDocument, thaw
from plans.models import (
    Assignment,
    Comment,
    Plan,
    PlanEvent,
    PlanVersion,
    RequiredChange,
    Signature,
)
from plans.sections import SECTIONS, SectionKey
from plans.workflow import DEPARTMENT_LABELS, Label, Status, Step
from reviews.models import Recommendation
from reviews.reports.handed_in import submissions

BACK = Label("Back: answered", "info", "mail")


class NothingHandedIn(Exception):
    """The district has not handed this plan in, or not that version: nobody here reads it (R59)."""


class Line(BaseModel):
    model_config = ConfigDict(frozen=True)


AnyLine = TypeVar("AnyLine", bound=Line)


class Reviewer(Line):
    person: int
    name: str
    reviews_as: str
    since: datetime


class SignedBy(Line):
    capacity: str
    name: str
    at: datetime
    sha256: str

    @property
    def words(self) -> str:
        return Signature.Capacity(self.capacity).label


class Change(Line):
    number: int
    version: int
    section: str
    text: str
    due_on: date
    asked_at: datetime
    asked_by: str
    answer: str
    answered_at: datetime | None
    answered_by: str | None

    @property
    def title(self) -> str:
        return SECTIONS[SectionKey(self.section)].title


class Remark(Line):
    id: int
    version: int
    section: str
    audience: str
    text: str
    written_at: datetime
    written_by: str

    @property
    def is_internal(self) -> bool:
        return self.audience == Comment.Audience.INTERNAL


class Advice(Line):
    """A recommendation. It never shows to a district."""

    version: int
    text: str
    made_at: datetime
    made_by: str


class Event(Line):
    step: str
    version: int | None
    reason: str
    at: datetime
    by: str


class Submission(Line):
    version: int
    version_id: int
    at: datetime
    by: str


@dataclass(frozen=True)
class Packet:
    plan: Plan
    version: PlanVersion
    document: PlanDocument
    submissions: list[Submission]  # the latest first; each names a version handed in
    signatures: list[SignedBy]  # on the version read
    reviewers: list[Reviewer]
    changes: list[Change]
    comments: list[Remark]
    advice: list[Advice]
    events: list[Event]  # the latest first
    status_last_year: str | None  # none where no plan of the year before is kept here
    allocation_now: int | None  # US dollars, of the Department's list as it stands

    @property
    def is_latest(self) -> bool:
        return self.version.pk == self.submissions[0].version_id

    @property
    def submission(self) -> Submission:
        """The submission by which the version that is read came in."""
        return next(one for one in self.submissions if one.version_id == self.version.pk)

    @property
    def came_after_return(self) -> bool:
        came_at = self.submission.at
        return any(event.step == Step.RETURN and event.at < came_at for event in self.events)

    @property
    def answers_in(self) -> set[int]:
        """Numbers of the changes whose answer was handed in; a later one is still a draft (R59)."""
        return {
            change.number for change in self.changes if change.asked_at < self.submissions[0].at
        }

    @property
    def was_returned(self) -> bool:
        return any(event.step == Step.RETURN for event in self.events)

    @property
    def label(self) -> Label:
        return department_label(self.plan.status, was_returned=self.was_returned)

    @property
    def unanswered(self) -> list[Change]:
        return [change for change in self.changes if change.answered_at is None]


def department_label(status: str, *, was_returned: bool) -> Label:
    """A plan that came back with answers says so while it is under review again."""
    if status == Status.UNDER_REVIEW and was_returned:
        return BACK
    return DEPARTMENT_LABELS[Status(status)]


def read_packet(plans: QuerySet[Plan], *, number: int | None = None) -> Packet:
    """The packet of the one plan in `plans`, with the latest version handed in, or an earlier one.

    Raises:
        Plan.DoesNotExist: there is none.
        NothingHandedIn: there is no such version for the Department to read.
    """
    plan: Any = _with_what_was_said(plans).get()
    handed_in = _parsed(Submission, plan.submission_rows)
    wanted = next((one for one in handed_in if number in (None, one.version)), None)
    if wanted is None:
        raise NothingHandedIn
    version = PlanVersion.objects.annotate(signature_rows=_signatures()).get(pk=wanted.version_id)
    return Packet(
        plan=plan,
        version=version,
        document=thaw(version.document),
        submissions=handed_in,
        signatures=_parsed(SignedBy, version.signature_rows),
        reviewers=_parsed(Reviewer, plan.reviewer_rows),
        changes=_parsed(Change, plan.change_rows),
        comments=_parsed(Remark, plan.comment_rows),
        advice=_parsed(Advice, plan.advice_rows),
        events=_parsed(Event, plan.event_rows),
        status_last_year=plan.status_last_year,
        allocation_now=plan.allocation_now,
    )


def _parsed(kind: type[AnyLine], rows: list[dict[str, Any]]) -> list[AnyLine]:
    return [kind.model_validate(row) for row in rows]


def _rows(queryset: QuerySet, **columns: Any) -> ArraySubquery:
    return ArraySubquery(queryset.values(row=JSONObject(**columns)))


def _signatures() -> ArraySubquery:
    return _rows(
        Signature.objects.filter(version=OuterRef("pk")).order_by("pk"),
        capacity="capacity",
        name="name",
        at="signed_at",
        sha256="sha256",
    )


def _with_what_was_said(plans: QuerySet[Plan]) -> QuerySet[Plan]:
    of_plan = {"plan": OuterRef("pk")}
    year = OuterRef("cycle_id")
    of_district = {"district": OuterRef("district_id")}
    return plans.select_related(
        "district",
        "cycle",
        "board_approval",
        "determination__decided_by",
        "determination__delegation",
    ).annotate(
        submission_rows=_rows(
            submissions(OuterRef("pk")),
            version="version__number",
            version_id="version_id",
            at="taken_at",
            by="taken_by__name",
        ),
        reviewer_rows=_rows(
            Assignment.objects.current().filter(**of_plan).order_by("-reviews_as"),
            person="reviewer_id",
            name="reviewer__name",
            reviews_as="reviews_as",
            since="assigned_at",
        ),
        change_rows=_rows(
            RequiredChange.objects.filter(**of_plan).order_by("number"),
            number="number",
            version="version__number",
            section="section",
            text="text",
            due_on="due_on",
            asked_at="asked_at",
            asked_by="asked_by__name",
            answer="answer",
            answered_at="answered_at",
            answered_by="answered_by__name",
        ),
        comment_rows=_rows(
            Comment.objects.filter(**of_plan).order_by("pk"),
            id="pk",
            version="version__number",
            section="section",
            audience="audience",
            text="text",
            written_at="written_at",
            written_by="written_by__name",
        ),
        advice_rows=_rows(
            Recommendation.objects.filter(**of_plan).order_by("-pk"),
            version="version__number",
            text="text",
            made_at="made_at",
            made_by="made_by__name",
        ),
        event_rows=_rows(
            PlanEvent.objects.filter(**of_plan).order_by("-pk"),
            step="step",
            version="version__number",
            reason="reason",
            at="taken_at",
            by="taken_by__name",
        ),
        status_last_year=Subquery(
            Plan.objects.filter(cycle=year - 1, **of_district).values("status")[:1]
        ),
        allocation_now=Subquery(
            Allocation.objects.filter(fiscal_year=year, **of_district)
            .order_by("stage")  # "final" sorts before "preliminary"
            .values("amount")[:1]
        ),
    )
