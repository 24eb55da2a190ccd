"""The rows of which a plan's review is told: what each says, as it was said."""

from datetime import date, datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from plans.models import (
    Assignment,
    ChangeVerdict,
    Comment,
    ExtensionEntry,
    QuestionEntry,
    RevisionEvent,
    Signature,
)
from plans.revision_workflow import RevisionStep
from plans.sections import SECTIONS, SectionKey
from plans.workflow import Step
from reviews.models import (
    Determination,
    Level,
    Recommendation,
    Waiver,
)
from reviews.models.default_letters import LetterKind

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
    "prepared_by": "prepared_by_name",
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
    watches: str  # by what it is met by itself
    met_on: date | None
    word: str | None  # what shows that it is met
    before: str | None  # what it said before it was corrected, the last time
    before_due: date | None
    written_at: datetime | None  # when it was corrected


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


class TimeSaid(Line):
    """What was asked and answered about more time for the plan."""

    did: ExtensionEntry.Did
    until: date | None
    reason: str
    written_at: datetime
    written_by: str


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


class Prepared(Line):
    """Findings and conditions that were kept for whoever decides. No district sees them."""

    id: int
    submission_id: int
    implementation: Determination.Implementation
    implementation_reasons: str
    performance: Determination.Performance
    performance_reasons: str
    conditions: list[tuple[str, str]]  # of each its words and its day
    prepared_at: datetime
    prepared_by: str


class Worded(Line):
    """The words that stand for a kind of decision letter, where the Department wrote its own."""

    id: int
    kind: LetterKind
    number: int
    text: str


class Begun(Line):
    """A review that somebody has begun to rate."""

    id: int
    submission_id: int
    made_as: Recommendation.As
    person: int


def parsed(kind: type[AnyLine], rows: list[dict[str, Any]]) -> list[AnyLine]:
    return [kind.model_validate(row) for row in rows]
