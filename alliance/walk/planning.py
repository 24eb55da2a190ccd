"""A year's plans in the walk: written, signed, handed in, perhaps returned, approved."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from alliance.walk.people import Walker
from alliance.walk.stories import Story, When
from alliance.walk.writing import write
from districts.calendar import EASTERN
from plans import services as plan_services
from plans.models import Plan, PlanVersion, RequiredChange
from plans.services import start_plan
from plans.workflow import Status
from reviews import services as review_services
from reviews.services import ChangeAsked

MORNING = time(9, 30)


def moment(day: date, *, hours: int = 0) -> datetime:
    return datetime.combine(day, MORNING, tzinfo=EASTERN) + timedelta(hours=hours)


def key_of(*what: object) -> UUID:
    return uuid5(NAMESPACE_URL, "/".join(map(str, ("walk", *what))))


class Planning:
    """One district's plan of one year."""

    def __init__(self, walker: Walker, story: Story, fiscal_year: int) -> None:
        self.walker, self.story, self.year = walker, story, fiscal_year

    def file(self, *, due_on: date, opens_on: date) -> Plan | None:
        """Written and handed in; none where the story has no plan."""
        if self.story.plan is When.NEVER:
            return None
        filed_on = due_on + timedelta(days=self.story.plan.value or 0)
        started = max(opens_on + timedelta(days=1), filed_on - timedelta(days=30))
        plan = start_plan(
            district_id=self.walker.district.pk,
            fiscal_year=self.year,
            by=self.walker.people["coordinator"],
            at=moment(started),
        )
        write(plan, self.walker, at=moment(started, hours=1))
        self._hand_in(plan, filed_on)
        return plan

    def review(self, plan: Plan) -> None:
        """Assigned, returned once where the story says so, and recommended by both."""
        handed_in = plan_day(plan)
        review_services.assign(
            plan_id=plan.pk,
            program_reviewer_id=self.walker.people["reviewer"].pk,
            fiscal_reviewer_id=self.walker.people["fiscal-reviewer"].pk,
            **self._act("manager", "assign", moment(handed_in + timedelta(days=2))),
        )
        if self.story.is_returned:
            self._return(plan, handed_in + timedelta(days=5))
            handed_in = plan_day(plan)
        for hours, who in enumerate(("reviewer", "fiscal-reviewer", "manager")):
            plan.refresh_from_db()
            if plan.status == Status.UNDER_REVIEW:
                at = moment(handed_in + timedelta(days=6), hours=hours)
                review_services.recommend(
                    plan_id=plan.pk,
                    version=_handed_in(plan).number,
                    text="It is sound.",
                    **self._act(who, f"recommend/{who}/{_handed_in(plan).number}", at),
                )

    def _hand_in(self, plan: Plan, day: date) -> None:
        at = moment(day)
        version = plan_services.close_for_signature(
            plan_id=plan.pk, by=self.walker.people["coordinator"], at=at
        )
        for hours, signer in enumerate(("superintendent", "chair"), start=1):
            plan_services.sign(
                plan_id=plan.pk,
                sha256=version.sha256,
                by=self.walker.people[signer],
                at=moment(day, hours=hours),
            )
        plan_services.submit(
            plan_id=plan.pk,
            **self._act("coordinator", f"submit/{version.number}", moment(day, hours=3)),
        )

    def _return(self, plan: Plan, day: date) -> None:
        changes = [ChangeAsked(section="strategies", text="Say which schools come first.")]
        review_services.return_for_changes(
            plan_id=plan.pk,
            version=_handed_in(plan).number,
            changes=changes,
            **self._act("reviewer", "return", moment(day)),
        )
        answered_on = day + timedelta(days=4)
        for change in RequiredChange.objects.filter(plan=plan, answered_at=None):
            plan_services.answer_change(
                plan_id=plan.pk,
                number=change.number,
                version=change.answer_version,
                answer="The schools named first in the list.",
                by=self.walker.people["coordinator"],
                at=moment(answered_on),
            )
        strategy = plan.strategy_set.get()
        plan_services.save_row(
            plan_id=plan.pk,
            model=type(strategy),
            row_id=strategy.pk,
            version=strategy.version,
            values={"schools": f"First Mead School, then all ({self.year})"},
            as_typed={},
            by=self.walker.people["coordinator"],
            at=moment(answered_on, hours=1),
        )
        self._hand_in(plan, answered_on + timedelta(days=1))

    def _act(self, who: str, what: str, at: datetime) -> dict[str, Any]:
        key = key_of(self.walker.district.slug, self.year, what)
        return {"by": self.walker.people[who], "at": at, "key": key}


def plan_day(plan: Plan) -> date:
    """The day it was handed in last."""
    plan.refresh_from_db()
    assert plan.submitted_at is not None  # noqa: S101  it was handed in by the walk itself
    return plan.submitted_at.astimezone(EASTERN).date()


def _handed_in(plan: Plan) -> PlanVersion:
    version: PlanVersion = PlanVersion.objects.handed_in().filter(plan=plan).latest("number")
    return version


def all_of(walkers: Iterable[Walker], year: int) -> list[Walker]:
    return [walker for walker in walkers if walker.is_designated(year)]
