"""The walk itself: the years in their order, and in each its acts on the days they fall."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from alliance.walk.deciding import decide, determine
from alliance.walk.people import FIRST_YEAR, Walker, gather
from alliance.walk.planning import Planning, moment
from alliance.walk.reporting import Reporting
from alliance.walk.stories import Story, When, story_of
from alliance.walk.within import hold_back, revise
from notices.services import post_reminders
from plans.models import Cycle, Plan
from plans.services import begin_reminders, open_cycle
from plans.workflow import Status
from progress.services.unreported import carry_unreported

Say = Callable[[str], None]
BEFORE_ALL = date(2026, 1, 5)
SWEEPS = 30  # days between two looks for what is to be reminded of


@dataclass
class Walk:
    """Districts through fiscal years; `say` hears a line as each year ends."""

    districts: int
    years: int
    say: Say = field(default=lambda line: None)

    def __post_init__(self) -> None:
        self.walkers: list[Walker] = []
        self.swept = BEFORE_ALL

    @property
    def last_year(self) -> int:
        return FIRST_YEAR + self.years - 1

    def walk(self) -> None:
        self.walkers = gather(count=self.districts, years=self.years, at=moment(BEFORE_ALL))
        for year in range(FIRST_YEAR, self.last_year + 1):
            self._year(year)
            self.say(f"FY{year} is walked.")
        self._close(self.last_year)

    def story(self, walker: Walker, year: int) -> Story:
        return story_of(walker.place, year - FIRST_YEAR)

    def _year(self, year: int) -> None:
        cycle = self._opened(year)
        here = [walker for walker in self.walkers if walker.is_designated(year)]
        plans = {}
        for walker in self._by_day(here, lambda story: story.plan, cycle.plan_due_on, year):
            planning = Planning(walker, self.story(walker, year), year)
            plan = planning.file(due_on=cycle.plan_due_on, opens_on=cycle.opens_on)
            if plan is not None:
                planning.review(plan)
                plans[walker.place] = plan
        self._remind(cycle.reviews_complete_on)
        if year > FIRST_YEAR:
            self._close(year - 1)
        for walker in here:
            if (plan := plans.get(walker.place)) is not None:
                decide(plan, walker, at=moment(cycle.decisions_on + timedelta(days=15)))
                self._within(walker, plan)
        self._remind(cycle.last_revision_on)

    def _opened(self, year: int) -> Cycle:
        admin = self.walkers[0].people["admin"]
        at = moment(date(year - 1, 1, 10))
        cycle: Cycle = Cycle.objects.filter(pk=year).first() or open_cycle(
            fiscal_year=year, by=admin, at=at
        )
        begin_reminders(fiscal_year=year, by=admin, at=at)
        return cycle

    def _within(self, walker: Walker, plan: Plan) -> None:
        story = self.story(walker, plan.cycle_id)
        reporting = Reporting(walker, story, plan)
        if story.is_revised:
            revise(plan, walker)
        reporting.quarters()
        reporting.mid_year()
        if story.is_withheld:
            hold_back(plan, walker)

    def _close(self, year: int) -> None:
        """What is reported and determined of a year after its end, and what goes on to the next."""
        cycle = Cycle.objects.get(pk=year)
        due_on = cycle.end_of_year_report_on
        for walker in self._by_day(self.walkers, lambda story: story.report, due_on, year):
            plan = Plan.objects.filter(district=walker.district, cycle=year).first()
            story = self.story(walker, year)
            if plan is not None and plan.status == Status.APPROVED:
                Reporting(walker, story, plan).end_of_year()
                determine(plan, walker, story)
            elif year >= walker.joins:
                carry_unreported(
                    district_id=walker.district.pk,
                    fiscal_year=year,
                    reason="No plan was approved for the year, so nothing could be spent.",
                    by=walker.people["manager"],
                    at=moment(date(year, 9, 20)),
                )

    def _by_day(
        self, walkers: Iterable[Walker], when: Callable[[Story], When], due_on: date, year: int
    ) -> Iterator[Walker]:
        """In the order in which they file; reminders leave on the days before each of them does."""
        days = {walker.place: when(self.story(walker, year)).value for walker in walkers}
        for walker in sorted(walkers, key=lambda walker: days[walker.place] or 0):
            if (late := days[walker.place]) is not None:
                self._remind(due_on + timedelta(days=late - 1))
            yield walker

    def _remind(self, until: date) -> None:
        while self.swept < until:
            self.swept = min(until, self.swept + timedelta(days=SWEEPS))
            post_reminders(at=moment(self.swept))
