"""What districts have not handed in, whom to tell, and until when."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from districts.calendar import eastern_day, last_day
from districts.models import Designation, District, Membership, User
from districts.roles import Role
from districts.templatetags.alliance import day as day_in_words
from plans.models import Cycle, Plan
from plans.reminders.occurrences import Occurrence
from plans.workflow import FILED, Status

GO_TO = [Role.PLAN_COORDINATOR, Role.SUPERINTENDENT]
ENDS_REMINDERS = FILED | {Status.WITHHELD}  # a withheld plan cannot be handed in either


@dataclass(frozen=True)
class Owed:
    """A plan or amendment that a district has not handed in, and whom to tell."""

    cycle: Cycle
    district: District
    plan: Plan | None  # None: nobody has started it
    is_amendment: bool
    people: list[User]
    until: date  # the last day on which its reminders leave

    @property
    def about(self) -> str:
        return f"plan/{self.district.edsight_code}/{self.cycle.fiscal_year}"

    @property
    def thing(self) -> str:
        return "amendment" if self.is_amendment else "plan"

    @property
    def standing(self) -> str:
        if self.plan is None:
            return "has not been started"
        return "was withdrawn" if self.plan.status == Status.WITHDRAWN else "is not submitted"

    def why(self, occurrence: Occurrence) -> str:
        """The reason of one letter, as the ledger gives it."""
        verb = "was" if occurrence.days > 0 else "is"
        return (
            f"{occurrence.why}: the FY{self.cycle.fiscal_year} {self.thing} {verb} due on "
            f"{day_in_words(occurrence.due_on)}, and {self.standing}"
        )

    def __str__(self) -> str:
        return f"{self.district.name}, FY{self.cycle.fiscal_year} {self.thing}"


def everything_owed(at: datetime) -> list[Owed]:
    """What districts have not handed in for the cycles that remind at `at`. Five queries."""
    cycles = _reminding(at)
    if not cycles:
        return []
    years = [cycle.fiscal_year for cycle, _ in cycles]
    plans = {
        (plan.district_id, plan.cycle_id): plan for plan in Plan.objects.filter(cycle__in=years)
    }
    runs: dict[District, list[Designation]] = defaultdict(list)
    for run in (
        Designation.objects.filter(district__retired_at=None)
        .select_related("district")
        .order_by("district__name")
    ):
        runs[run.district].append(run)
    people = _people()
    return [
        Owed(
            cycle=cycle,
            district=district,
            plan=plan,
            is_amendment=_covers(runs[district], cycle.fiscal_year - 1),
            people=people[district.pk],
            until=until,
        )
        for cycle, until in cycles
        for district in runs
        if _covers(runs[district], cycle.fiscal_year)
        and (
            (plan := plans.get((district.pk, cycle.fiscal_year))) is None
            or plan.status not in ENDS_REMINDERS
        )
    ]


def _reminding(at: datetime) -> list[tuple[Cycle, date]]:
    """Cycles that are open and have rules, each with its last day of reminding, still to come."""
    today = eastern_day(at)
    cycles = Cycle.objects.prefetch_related("reminder_rules").order_by("fiscal_year")
    opens_on = {cycle.fiscal_year: cycle.opens_on for cycle in cycles}
    return [
        (cycle, until)
        for cycle in cycles
        if cycle.opens_on
        <= today
        <= (until := until_next(cycle.fiscal_year, opens_on.get(cycle.fiscal_year + 1)))
        and cycle.reminder_rules.all()
    ]


def until_next(fiscal_year: int, next_opens_on: date | None) -> date:
    """The day before the next year's cycle opens, and never after the fiscal year itself.

    From then on the district is asked for the next year's amendment. Letters about two years at
    once would say two things, and the older year is the Department's to settle.
    """
    end = last_day(fiscal_year)
    return end if next_opens_on is None else min(end, next_opens_on - timedelta(days=1))


def _people() -> dict[int, list[User]]:
    """Whom to tell in each district: one letter for someone who holds both roles."""
    people: dict[int, list[User]] = defaultdict(list)
    for membership in (
        Membership.objects.current()
        .filter(role__in=GO_TO, user__is_active=True)
        .select_related("user")
        .order_by("role", "user__name", "user")
    ):
        if membership.user not in people[membership.district_id]:
            people[membership.district_id].append(membership.user)
    return people


def _covers(runs: list[Designation], fiscal_year: int) -> bool:
    return any(run.first_fiscal_year <= fiscal_year <= run.last_fiscal_year for run in runs)
