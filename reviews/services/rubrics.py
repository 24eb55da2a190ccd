"""Writing the criteria of a year. A version is never changed: to change it is to write the next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from districts.words import eastern
from plans.models import Cycle
from plans.sections import READABLE
from plans.services import Blocked
from plans.workflow import StepNotAllowed
from reviews.models import Criterion, Rubric
from reviews.permissions import may_edit_rubrics
from reviews.reports.rubrics import Question, RubricShown, questions_of, rubric_for

MOST_CRITERIA = 30  # of one rubric: a reviewer rates each of them in each plan


@dataclass(frozen=True)
class Asked:
    """A criterion as it is to stand."""

    lineage: UUID
    section: str
    title: str
    rated_by: str
    meets: str
    partially: str
    does_not: str

    @property
    def levels(self) -> tuple[str, str, str]:
        return self.meets, self.partially, self.does_not


class RubricMovedOn(StepNotAllowed):
    """Somebody saved another version meanwhile. The message says who and when."""


@transaction.atomic
def save_rubric(
    *,
    fiscal_year: int,
    read: int,
    asks_for_all: bool,
    criteria: Sequence[Asked],
    by: User,
    at: datetime,
) -> Rubric:
    """Write the next version of a year's rubric; what says the same as the last is that one.

    `read` is the number of the version that was on the page, 0 where the year had none. Criteria
    stand in the order of the plan's sections, those of one section in the order given. A review
    that was begun goes on by the version it was begun under.

    Raises:
        PermissionDenied: no program manager.
        Cycle.DoesNotExist: there is no such year.
        RubricMovedOn: another version was saved since.
        Blocked: a criterion is not whole, or there is none, or there are too many.
    """
    cycle = Cycle.objects.select_for_update().get(pk=fiscal_year)
    if not may_edit_rubrics(by, at=at):
        raise PermissionDenied
    if reasons := list(_what_is_missing(criteria)):
        raise Blocked(reasons)
    ordered = sorted(criteria, key=lambda one: READABLE.index(one.section))  # type: ignore[arg-type]
    last = Rubric.objects.filter(cycle=cycle).select_related("made_by").order_by("-number").first()
    if last is not None and _says(last, ordered, asks_for_all=asks_for_all):
        return last
    number = last.number if last else 0
    if last is not None and number != read:
        raise RubricMovedOn(
            f"{last.made_by.name} saved version {number} on {eastern(last.made_at)}, since you"
            " opened this page. What you wrote is below and not saved: compare, and save it again."
        )
    rubric = Rubric.objects.create(
        cycle=cycle,
        number=number + 1,
        asks_for_all=asks_for_all,
        made_at=at,
        made_by=by,
        is_copy=False,
    )
    _write(rubric, ordered)
    return rubric


def rubric_to_begin(cycle_id: int, *, number: int, by: User, at: datetime) -> Rubric:
    """The version that was on the reviewer's page; of a year without one, a copy of what was.

    Two reviews begun at once make one copy.
    """
    own = Rubric.objects.filter(cycle=cycle_id).order_by("-number")
    if (found := own.filter(number=number).first() or own.first()) is not None:
        return found
    shown = rubric_for(cycle_id)
    rubric, is_new = Rubric.objects.get_or_create(
        cycle_id=cycle_id,
        number=1,
        defaults={
            "asks_for_all": shown.asks_for_all,
            "made_at": at,
            "made_by": by,
            "is_copy": True,
        },
    )
    if is_new:
        _write(rubric, _as_asked(shown))
    return rubric


def _as_asked(shown: RubricShown) -> list[Asked]:
    return [_asked(one) for one in shown.questions]


def _asked(one: Question) -> Asked:
    return Asked(
        one.lineage,
        one.section,
        one.title,
        one.rated_by,
        one.meets,
        one.partially,
        one.does_not,
    )


def _says(rubric: Rubric, criteria: list[Asked], *, asks_for_all: bool) -> bool:
    stored = [_asked(one) for one in questions_of(rubric.criteria.order_by("position"))]
    return rubric.asks_for_all == asks_for_all and stored == criteria


def _write(rubric: Rubric, criteria: Sequence[Asked]) -> None:
    Criterion.objects.bulk_create(
        Criterion(rubric=rubric, position=place, **vars(one))
        for place, one in enumerate(criteria, start=1)
    )


def _what_is_missing(criteria: Sequence[Asked]) -> Iterator[str]:
    if not criteria:
        yield "A rubric has one criterion at least."
    if len(criteria) > MOST_CRITERIA:
        yield f"A rubric has {MOST_CRITERIA} criteria at most: this one has {len(criteria)}."
    for place, one in enumerate(criteria, start=1):
        if one.section not in READABLE or one.rated_by not in Criterion.By:
            yield f"Criterion {place}: say which section it is about, and who rates it."
        if not one.title.strip() or not all(level.strip() for level in one.levels):
            yield f"Criterion {place}: it needs a name, and words for each of its three levels."
