"""One plan as the Department holds it: the version handed in, and all that was said about it.

Two queries: the plan, and everything around it as JSON. The frozen text is read where it is asked
for, and its document is kept: a version never changes.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.dateparse import parse_datetime
from pydantic import BaseModel, ConfigDict

from districts.models import Allocation, Designation, Statement, instance_of
from plans.documents import PlanDocument, thaw
from plans.documents.rows import JSONRows
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
from plans.workflow import DEPARTMENT_LABELS, DISTRICT_STEPS, Label, Status, Step
from reviews.models import Recommendation, Waiver
from reviews.reports.handed_in import submissions

BACK = Label("Back: answered", "info", "mail")


QUERIED_AS = {
    "version": "version_number",
    "asked_by": "asked_by_name",
    "answered_by": "answered_by_name",
    "written_by": "written_by_name",
    "made_by": "made_by_name",
    "closed_by": "closed_by_name",
    "assigned_by": "assigned_by_name",
    "ended_by": "ended_by_name",
    "given_by": "given_by_name",
}


class NothingHandedIn(Exception):
    """The district has not handed this plan in, or not that version: nobody here reads it (R59)."""


class Line(BaseModel):
    """A row as it is shown. What it points at was queried under a name of its own."""

    model_config = ConfigDict(
        frozen=True,
        alias_generator=lambda name: QUERIED_AS.get(name, name),
        validate_by_name=True,
    )


AnyLine = TypeVar("AnyLine", bound=Line)

WITH_PLAN = (
    "district",
    "cycle",
    "board_approval",
    "determination__decided_by",
    "determination__delegation",
    "determination__waiver__given_by",
)
VERSION_COLUMNS = (
    "id",
    "plan_id",
    "number",
    "edition",
    "schema",
    "sha256",
    "closed_at",
    "closed_by_id",
)
AS_TEXT = "_as_text"
HANDS = ("assigned", "signed", "handed_in")
DocumentOf = Callable[[PlanVersion], PlanDocument]


class Reviewer(Line):
    person: int
    name: str
    reviews_as: str
    since: datetime


class SignedBy(Line):
    version_id: int
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
    made_as: str
    person: int
    text: str
    made_at: datetime
    made_by: str


class Waived(Line):
    """The Commissioner's waiver of who must review and who may decide, with its grounds."""

    id: int
    version: int
    grounds: str
    given_at: datetime
    given_by: str


class Event(Line):
    step: str
    version: int | None
    reason: str
    at: datetime
    by: str


class Given(Line):
    """A reviewer's assignment, whether it still holds or ended."""

    name: str
    reviews_as: str
    assigned_at: datetime
    assigned_by: str
    ended_at: datetime | None
    ended_by: str | None

    @property
    def part(self) -> str:
        return Assignment.As(self.reviews_as).label.lower()


class Closing(Line):
    version: int
    version_id: int
    closed_at: datetime
    closed_by: str


class Submission(Line):
    version: int
    version_id: int
    at: datetime
    by: str


@dataclass(frozen=True)
class Packet:
    plan: Plan
    version: PlanVersion
    submissions: list[Submission]  # the latest first; each names a version handed in
    signings: list[SignedBy]  # on every version
    closings: list[Closing]  # of every version
    given: list[Given]  # every assignment, the latest first
    reviewers: list[Reviewer]
    changes: list[Change]
    comments: list[Remark]
    advice: list[Advice]
    waivers: list[Waived]
    had_a_hand: set[int]  # people who were ever to review it, signed it or handed it in
    events: list[Event]  # the latest first
    status_last_year: str | None  # none where no plan of the year before is kept here
    allocation_now: int | None  # US dollars, of the Department's list as it stands
    is_reform_now: bool | None  # as the roster stands; none where it designates the year no more
    document_of: DocumentOf

    @property
    def signatures(self) -> list[SignedBy]:
        """On the version read."""
        return [one for one in self.signings if one.version_id == self.version.pk]

    @property
    def is_reform_district(self) -> bool:
        """As the roster stands; as the text was signed only where the roster says nothing now."""
        now = self.is_reform_now
        return self.document.district.is_reform_district if now is None else now

    @cached_property
    def document(self) -> PlanDocument:
        return self.document_of(self.version)

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
    def waiver(self) -> Waived | None:
        """Of the version that is read."""
        return next(
            (one for one in self.waivers if self._is_of_this_review(one, one.given_at)), None
        )

    @property
    def reviews(self) -> dict[str, Advice]:
        """The recommendations that count, by the part they were made in.

        A version that came back unedited is reviewed anew: its answers are new. And a review
        counts while its author is the reviewer: one who was replaced is followed by another.
        """
        now = {(one.reviews_as, one.person) for one in self.reviewers}
        return {
            one.made_as: one
            for one in self.advice
            if self._is_of_this_review(one, one.made_at)
            and ((one.made_as, one.person) in now or one.made_as == Recommendation.As.MANAGER)
        }

    def _is_of_this_review(self, said: Advice | Waived, at: datetime) -> bool:
        return said.version == self.version.number and at >= self.submission.at

    @property
    def unanswered(self) -> list[Change]:
        return [change for change in self.changes if change.answered_at is None]


def department_label(status: str, *, was_returned: bool) -> Label:
    """A plan that came back with answers says so while it is under review again."""
    if status == Status.UNDER_REVIEW and was_returned:
        return BACK
    return DEPARTMENT_LABELS[Status(status)]


def stored_document(version: PlanVersion) -> PlanDocument:
    return thaw(version.document)


def read_packet(
    plans: QuerySet[Plan],
    *,
    number: int | None = None,
    document_of: DocumentOf = stored_document,
) -> Packet:
    """The packet of the one plan in `plans`, with the latest version handed in, or an earlier one.

    A page may show the document as it is kept; what is decided rests on the stored one.

    Raises:
        Plan.DoesNotExist: there is none.
        NothingHandedIn: there is no such version for the Department to read.
    """
    plan = plans.select_related(*WITH_PLAN).get()
    said = {
        name.removesuffix(AS_TEXT): json.loads(value) if name.endswith(AS_TEXT) else value
        for name, value in SAID.ask(plan.pk)[0].items()
    }
    handed_in = _parsed(Submission, said["submissions"])
    wanted = next((one for one in handed_in if number in (None, one.version)), None)
    if wanted is None:
        raise NothingHandedIn
    return Packet(
        plan=plan,
        version=_version(said["versions"], wanted.version_id),
        submissions=handed_in,
        signings=_parsed(SignedBy, said["signatures"]),
        closings=_parsed(Closing, said["closings"]),
        given=_parsed(Given, said["given"]),
        reviewers=_parsed(Reviewer, said["reviewers"]),
        changes=_parsed(Change, said["changes"]),
        comments=_parsed(Remark, said["comments"]),
        advice=_parsed(Advice, said["advice"]),
        waivers=_parsed(Waived, said["waivers"]),
        had_a_hand={row["person"] for name in HANDS for row in said[name]}
        | {row["person"] for row in said["advice"]},
        events=_parsed(Event, said["events"]),
        status_last_year=said["status_last_year"],
        allocation_now=said["allocation_now"],
        is_reform_now=said["is_reform_now"],
        document_of=document_of,
    )


def _parsed(kind: type[AnyLine], rows: list[dict[str, Any]]) -> list[AnyLine]:
    return [kind.model_validate(row) for row in rows]


def _version(rows: list[dict[str, Any]], wanted: int) -> PlanVersion:
    """The version without its text, which is read where it is asked for."""
    row = next(row for row in rows if row["id"] == wanted)
    return instance_of(PlanVersion, row | {"closed_at": parse_datetime(row["closed_at"])})


def _rows(queryset: QuerySet, *columns: str, **renamed: str) -> JSONRows:
    return JSONRows(
        queryset.annotate(**{to: F(what) for to, what in renamed.items()}), *columns, *renamed
    )


def _said(plan_id: int) -> QuerySet:
    of_plan = {"plan": OuterRef("pk")}
    year = OuterRef("cycle_id")
    of_district = {"district": OuterRef("district_id")}
    columns = {
        "submissions": _rows(
            submissions(OuterRef("pk")),
            "version_id",
            version_number="version__number",
            at="taken_at",
            by="taken_by__name",
        ),
        "versions": _rows(PlanVersion.objects.filter(**of_plan), *VERSION_COLUMNS),
        "signatures": _rows(
            Signature.objects.filter(version__plan=OuterRef("pk")).order_by("pk"),
            *("version_id", "capacity", "name", "sha256"),
            at="signed_at",
        ),
        "closings": _rows(
            PlanVersion.objects.filter(**of_plan).order_by("-pk"),
            "closed_at",
            version_number="number",
            version_id="pk",
            closed_by_name="closed_by__name",
        ),
        "given": _rows(
            Assignment.objects.filter(**of_plan).order_by("-pk"),
            *("reviews_as", "assigned_at", "ended_at"),
            name="reviewer__name",
            assigned_by_name="assigned_by__name",
            ended_by_name="ended_by__name",
        ),
        "reviewers": _rows(
            Assignment.objects.current().filter(**of_plan).order_by("-reviews_as"),
            "reviews_as",
            person="reviewer_id",
            name="reviewer__name",
            since="assigned_at",
        ),
        "changes": _rows(
            RequiredChange.objects.filter(**of_plan).order_by("number"),
            *("number", "section", "text", "due_on", "asked_at", "answer", "answered_at"),
            version_number="version__number",
            asked_by_name="asked_by__name",
            answered_by_name="answered_by__name",
        ),
        "comments": _rows(
            Comment.objects.filter(**of_plan).order_by("pk"),
            *("id", "section", "audience", "text", "written_at"),
            version_number="version__number",
            written_by_name="written_by__name",
        ),
        "advice": _rows(
            Recommendation.objects.filter(**of_plan).order_by("-pk"),
            *("text", "made_at", "made_as"),
            person="made_by_id",
            version_number="version__number",
            made_by_name="made_by__name",
        ),
        "waivers": _rows(
            Waiver.objects.filter(**of_plan).order_by("-pk"),
            *("id", "grounds", "given_at"),
            version_number="version__number",
            given_by_name="given_by__name",
        ),
        "assigned": _rows(Assignment.objects.filter(**of_plan), person="reviewer_id"),
        "signed": _rows(
            Signature.objects.filter(version__plan=OuterRef("pk")), person="signed_by_id"
        ),
        "handed_in": _rows(
            PlanEvent.objects.filter(step__in=DISTRICT_STEPS, **of_plan), person="taken_by_id"
        ),
        "events": _rows(
            PlanEvent.objects.filter(**of_plan).order_by("-pk").naming(),
            *("step", "reason", "by"),
            version_number="version__number",
            at="taken_at",
        ),
    }
    numbers = {
        "status_last_year": Subquery(
            Plan.objects.filter(cycle=year - 1, **of_district).values("status")[:1]
        ),
        "allocation_now": Subquery(
            Allocation.objects.filter(fiscal_year=year, **of_district)
            .order_by("stage")  # "final" sorts before "preliminary"
            .values("amount")[:1]
        ),
        "is_reform_now": Subquery(
            Designation.objects.filter(
                first_fiscal_year__lte=year, last_fiscal_year__gte=year, **of_district
            ).values("is_reform_district")[:1]
        ),
    }
    named = {f"{name}{AS_TEXT}": rows for name, rows in columns.items()} | numbers
    return Plan.objects.filter(pk=plan_id).order_by().annotate(**named).values(*named)


SAID = Statement(_said, -1)
