"""All that was said and done about one plan, as rows: one query, each kind as JSON."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from pydantic import BaseModel, ConfigDict

from districts.models import Conflict, Designation
from districts.statements import Among, Statement
from plans.documents.rows import JSONRows
from plans.models import (
    ApprovalCondition,
    Assignment,
    ChangeVerdict,
    Comment,
    Plan,
    PlanEvent,
    PlanVersion,
    QuestionEntry,
    RequiredChange,
    RevisionEvent,
    Signature,
    VersionWarning,
)
from plans.revision_workflow import RevisionStep
from plans.sections import SECTIONS, SectionKey
from plans.workflow import Step
from reviews.models import (
    Consensus,
    Level,
    ProposedChange,
    Rating,
    Recommendation,
    ReturnDraft,
    ThirdReviewer,
    Waiver,
)
from reviews.reports import last_year
from reviews.reports.handed_in import submissions

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
    "saved_by": "saved_by_name",
    "removed_by": "removed_by_name",
    "resolved_by": "resolved_by_name",
    "recorded_by": "recorded_by_name",
    "since": "assigned_at",
}


class Line(BaseModel):
    """A row as it is shown. What it points at was queried under a name of its own."""

    model_config = ConfigDict(
        frozen=True,
        alias_generator=lambda name: QUERIED_AS.get(name, name),
        validate_by_name=True,
    )


AnyLine = TypeVar("AnyLine", bound=Line)

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


class Reviewer(Line):
    person: int
    name: str
    reviews_as: Assignment.As
    since: datetime


class Third(Line):
    """Who is named to give the third review (R36), and whether they still can."""

    person: int
    name: str
    since: datetime
    is_reachable: bool


class SignedBy(Line):
    version_id: int
    capacity: Signature.Capacity
    name: str
    at: datetime
    sha256: str


class Condition(Line):
    """What the approval asks of the district afterwards, and whether it is met."""

    number: int
    text: str
    due_on: date
    met_on: date | None
    word: str | None  # what shows that it is met


class Change(Line):
    number: int
    version: int
    section: str
    place: str  # the row or field there; empty for the whole section
    text: str
    due_on: date
    asked_at: datetime
    asked_by: str
    event_id: int | None  # the return that asked for it
    answer: str
    answered_at: datetime | None
    answered_by: str | None
    written_by: str | None  # in the draft of the return; none before drafts were shared

    @property
    def title(self) -> str:
        return SECTIONS[SectionKey(self.section)].title


class QuestionSaid(Line):
    """What was asked, answered or closed; `of` is the number of the question."""

    of: int
    number: int
    did: QuestionEntry.Did
    written_at: datetime
    written_by: str


class Judged(Line):
    """A verdict on the answer to a change; `of` is the number of the change."""

    of: int
    number: int
    verdict: ChangeVerdict.Verdict
    submission_id: int
    words: str
    due_on: date | None
    given_at: datetime
    given_by: str


class Proposed(Line):
    """A change in the draft of a return. It never shows to a district."""

    lineage: UUID
    version: int
    section: str
    anchor: str
    text: str
    due_on: date | None
    as_typed: dict[str, str]
    written_at: datetime
    written_by: str
    saved_at: datetime
    saved_by: str
    removed_at: datetime | None
    removed_by: str | None

    @property
    def title(self) -> str:
        return SECTIONS[SectionKey(self.section)].title if self.section in SECTIONS else ""

    @property
    def shown(self) -> str:
        """What has to change, also where it was too long to be kept as text."""
        return self.as_typed.get("text", self.text)


class Words(Line):
    """What the letter of a return will say before the changes."""

    version: int
    words: str
    as_typed: dict[str, str]
    saved_at: datetime | None
    saved_by: str | None


class Remark(Line):
    id: int
    version: int
    section: str
    audience: Comment.Audience
    text: str
    written_at: datetime
    written_by: str
    about_kind: str | None  # of the row that it is about; none or empty: the section
    about: str | None  # its lineage
    resolved_at: datetime | None
    resolved_by: str | None

    @property
    def is_open(self) -> bool:
        return self.resolved_at is None

    @property
    def is_internal(self) -> bool:
        return self.audience == Comment.Audience.INTERNAL


class Warned(Line):
    """A warning that stood when a version was closed, and the district's reason, if it gave one."""

    version_id: int
    rule: str
    sentence: str
    citation: str
    reason: str


class Advice(Line):
    """A recommendation. It never shows to a district."""

    version: int
    submission_id: int | None
    made_as: Recommendation.As | Literal[""]  # empty before it was kept which review it was
    person: int
    text: str
    made_at: datetime
    made_by: str
    is_recused: bool  # a conflict of interest of its author is in force


class Rated(Line):
    """A level that a finished review found of a criterion. It never shows to a district."""

    submission_id: int
    part: Recommendation.As
    person: int
    about: UUID  # the lineage of the criterion
    title: str
    section: str
    level: Level


class Agreed(Line):
    """What reviewers agreed on of a criterion, and when: of the reviews that were in by then."""

    submission_id: int
    about: UUID
    level: Level
    words: str
    recorded_at: datetime
    recorded_by: str


class Waived(Line):
    """The Commissioner's waiver of a condition of the gate, with its grounds."""

    id: int
    of: Waiver.Of
    version: int
    submission_id: int | None
    grounds: str
    given_at: datetime
    given_by: str


class Event(Line):
    id: int
    step: Step
    version: int | None
    reason: str
    at: datetime
    by: str
    by_id: int


class RevisionTaken(Line):
    """A step of a revision that came in, or was recorded."""

    number: int
    step: RevisionStep
    made_as: RevisionEvent.As | Literal[""]
    version: int | None
    at: datetime
    by: str


class Given(Line):
    """A reviewer's assignment, whether it still holds or ended."""

    name: str
    reviews_as: Assignment.As
    assigned_at: datetime
    assigned_by: str
    ended_at: datetime | None
    ended_by: str | None


class Closing(Line):
    version: int
    version_id: int
    closed_at: datetime
    closed_by: str


class Submission(Line):
    id: int
    version: int
    version_id: int
    at: datetime
    by: str


def said_of(plan_id: int) -> dict[str, Any]:
    """Every kind of row by its name, to be `parsed`; and what is a number or a status as it is."""
    return _read(SAID.ask(plan_id)[0])


def said_of_each(plan_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The same of several plans, in one query."""
    return {row.pop("id"): _read(row) for row in SAID_OF_EACH.ask(list(plan_ids))}


def _read(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name.removesuffix(AS_TEXT): json.loads(value) if name.endswith(AS_TEXT) else value
        for name, value in row.items()
    }


def parsed(kind: type[AnyLine], rows: list[dict[str, Any]]) -> list[AnyLine]:
    return [kind.model_validate(row) for row in rows]


def _rows(queryset: QuerySet, *columns: str, **renamed: str) -> JSONRows:
    return JSONRows(
        queryset.annotate(**{to: F(what) for to, what in renamed.items()}), *columns, *renamed
    )


def _said(plan_id: int) -> QuerySet:
    return _all_said(Plan.objects.filter(pk=plan_id))


def _said_of_each(plan_ids: list[int]) -> QuerySet:
    return _all_said(Plan.objects.filter(Among("pk", plan_ids)), "id")


def _all_said(plans: QuerySet[Plan], *beside: str) -> QuerySet:
    of_plan = {"plan": OuterRef("pk")}
    year = OuterRef("cycle_id")
    of_district = {"district": OuterRef("district_id")}
    columns = {
        "submissions": _rows(
            submissions(OuterRef("pk")),
            *("id", "version_id"),
            version_number="version__number",
            at="taken_at",
            by="taken_by__name",
        ),
        "versions": _rows(
            PlanVersion.objects.filter(**of_plan).order_by("-pk"),
            *VERSION_COLUMNS,
            version_number="number",
            version_id="pk",
            closed_by_name="closed_by__name",
        ),
        "signatures": _rows(
            Signature.objects.filter(version__plan=OuterRef("pk")).order_by("pk"),
            *("version_id", "capacity", "name", "sha256"),
            person="signed_by_id",
            at="signed_at",
        ),
        "revision_steps": _rows(
            RevisionEvent.objects.filter(revision__plan=OuterRef("pk"))
            .exclude(step=RevisionStep.START)
            .exclude(revision__version=None)
            .order_by("-pk"),
            *("step", "made_as"),
            number="revision__number",
            version_number="version__number",
            at="taken_at",
            by="taken_by__name",
        ),
        "given": _rows(
            Assignment.objects.filter(**of_plan).order_by("-pk"),
            *("reviews_as", "assigned_at", "ended_at"),
            person="reviewer_id",
            name="reviewer__name",
            assigned_by_name="assigned_by__name",
            ended_by_name="ended_by__name",
        ),
        "third": _rows(
            ThirdReviewer.objects.current()
            .filter(**of_plan)
            .annotate(
                is_reachable=Exists(
                    ThirdReviewer.objects.reachable().filter(pk=OuterRef("pk")).order_by()
                )
            ),
            *("assigned_at", "is_reachable"),
            person="reviewer_id",
            name="reviewer__name",
        ),
        "changes": _rows(
            RequiredChange.objects.filter(**of_plan).order_by("number"),
            *("number", "section", "place", "text", "due_on", "asked_at", "event_id"),
            *("answer", "answered_at"),
            version_number="version__number",
            asked_by_name="asked_by__name",
            answered_by_name="answered_by__name",
            written_by_name="proposal__written_by__name",
        ),
        "questions": _rows(
            QuestionEntry.objects.filter(question__plan=OuterRef("pk")).order_by("pk"),
            *("number", "did", "written_at"),
            of="question__number",
            written_by_name="written_by__name",
        ),
        "verdicts": _rows(
            ChangeVerdict.objects.filter(change__plan=OuterRef("pk"), change__undone=None).order_by(
                "pk"
            ),
            *("number", "verdict", "submission_id", "words", "due_on", "given_at"),
            of="change__number",
            given_by_name="given_by__name",
        ),
        "conditions": _rows(
            ApprovalCondition.objects.standing().filter(**of_plan).order_by("event_id", "number"),
            *("number", "text", "due_on"),
            met_on="met__met_on",
            word="met__word",
        ),
        "proposed": _rows(
            ProposedChange.objects.filter(draft__plan=OuterRef("pk"), draft__event=None).order_by(
                "pk"
            ),
            *("lineage", "version", "section", "anchor", "text", "due_on", "as_typed"),
            *("written_at", "saved_at", "removed_at"),
            written_by_name="written_by__name",
            saved_by_name="saved_by__name",
            removed_by_name="removed_by__name",
        ),
        "words": _rows(
            ReturnDraft.objects.unsent().filter(**of_plan),
            *("version", "words", "as_typed", "saved_at"),
            saved_by_name="saved_by__name",
        ),
        "comments": _rows(
            Comment.objects.filter(**of_plan).order_by("pk"),
            *("id", "section", "audience", "text", "written_at"),
            version_number="version__number",
            written_by_name="written_by__name",
            about_kind="concern__kind",
            about="concern__lineage",
            resolved_at="concern__resolved_at",
            resolved_by_name="concern__resolved_by__name",
        ),
        "warnings": _rows(
            VersionWarning.objects.filter(version__plan=OuterRef("pk")).order_by("position"),
            *("version_id", "rule", "sentence", "citation", "reason"),
        ),
        "advice": _rows(
            Recommendation.objects.filter(**of_plan)
            .annotate(is_recused=Exists(Conflict.objects.between("made_by", "plan__district")))
            .order_by("-pk"),
            *("text", "made_at", "made_as", "submission_id", "is_recused"),
            person="made_by_id",
            version_number="version__number",
            made_by_name="made_by__name",
        ),
        "rated": _rows(
            Rating.objects.filter(review__plan=OuterRef("pk"), review__recommendation__isnull=False)
            .exclude(level="")
            .order_by("criterion__position", "pk"),
            "level",
            submission_id="review__submission_id",
            part="review__made_as",
            person="review__begun_by_id",
            about="criterion__lineage",
            title="criterion__title",
            section="criterion__section",
        ),
        "agreed": _rows(
            Consensus.objects.filter(**of_plan).order_by("pk"),
            *("submission_id", "about", "level", "words", "recorded_at"),
            recorded_by_name="recorded_by__name",
        ),
        "waivers": _rows(
            Waiver.objects.filter(**of_plan).order_by("-pk"),
            *("id", "of", "grounds", "given_at", "submission_id"),
            version_number="version__number",
            given_by_name="given_by__name",
        ),
        "events": _rows(
            PlanEvent.objects.filter(**of_plan).order_by("-pk").naming(),
            *("id", "step", "reason", "by"),
            by_id="taken_by_id",
            version_number="version__number",
            at="taken_at",
        ),
        **last_year.columns(),
    }
    numbers = {
        **last_year.answers(),
        "is_reform_now": Subquery(
            Designation.objects.filter(
                first_fiscal_year__lte=year, last_fiscal_year__gte=year, **of_district
            ).values("is_reform_district")[:1]
        ),
    }
    named = {f"{name}{AS_TEXT}": rows for name, rows in columns.items()} | numbers
    return plans.order_by().annotate(**named).values(*beside, *named)


SAID = Statement(_said, -1)
SAID_OF_EACH = Statement(_said_of_each, [-1, -2])
