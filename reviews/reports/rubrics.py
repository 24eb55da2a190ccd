"""The criteria of a year: its own latest version, else last year's, else the default."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from reviews.models import Criterion, Recommendation, Rubric
from reviews.models.default_rubric import DEFAULT_CRITERIA

RATED_BY = {
    Recommendation.As.PROGRAM: frozenset({Criterion.By.PROGRAM, Criterion.By.BOTH}),
    Recommendation.As.FISCAL: frozenset({Criterion.By.FISCAL, Criterion.By.BOTH}),
    Recommendation.As.MANAGER: frozenset(Criterion.By),
}


@dataclass(frozen=True)
class Question:
    """A criterion as it is shown, stored or not."""

    lineage: UUID
    number: int
    section: str
    title: str
    rated_by: Criterion.By
    meets: str
    partially: str
    does_not: str


@dataclass(frozen=True)
class RubricShown:
    """`number` is 0 where the year has none of its own; `of_year` then says whose it is."""

    number: int
    of_year: int | None  # none of the default
    asks_for_all: bool
    questions: tuple[Question, ...]
    made_at: datetime | None = None
    made_by: str = ""

    def of_part(self, made_as: Recommendation.As) -> list[Question]:
        """What a review of this part rates; the third rates all (R36)."""
        return [one for one in self.questions if one.rated_by in RATED_BY[made_as]]


DEFAULT = RubricShown(
    number=0,
    of_year=None,
    asks_for_all=False,
    questions=tuple(
        Question(
            one.lineage,
            place,
            one.section.value,
            one.title,
            Criterion.By(one.rated_by),
            one.meets,
            one.partially,
            one.does_not,
        )
        for place, one in enumerate(DEFAULT_CRITERIA, start=1)
    ),
)


def rubric_for(fiscal_year: int) -> RubricShown:
    """By which a review begun now is made. Two queries at most."""
    rubric = latest(fiscal_year)
    return shown_of(rubric, of_cycle=fiscal_year) if rubric else DEFAULT


def latest(fiscal_year: int) -> Rubric | None:
    """Of the year, else of the last year before it that has one."""
    return (
        Rubric.objects.filter(cycle__lte=fiscal_year)
        .select_related("made_by")
        .order_by("-cycle", "-number")
        .first()
    )


def shown_of(rubric: Rubric, *, of_cycle: int) -> RubricShown:
    return RubricShown(
        number=rubric.number if rubric.cycle_id == of_cycle else 0,
        of_year=rubric.cycle_id,
        asks_for_all=rubric.asks_for_all,
        questions=tuple(questions_of(rubric.criteria.order_by("position"))),
        made_at=rubric.made_at,
        made_by=rubric.made_by.name,
    )


def questions_of(criteria: Iterable[Criterion]) -> list[Question]:
    return [
        Question(
            one.lineage,
            one.position,
            one.section,
            one.title,
            Criterion.By(one.rated_by),
            one.meets,
            one.partially,
            one.does_not,
        )
        for one in criteria
    ]


def versions_of(fiscal_year: int) -> QuerySet[Rubric]:
    """The latest first."""
    return Rubric.objects.filter(cycle=fiscal_year).select_related("made_by").order_by("-number")
