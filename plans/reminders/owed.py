"""What districts have not handed in, and whom to tell."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from operator import itemgetter

from django.db.models import Exists, OuterRef, Prefetch

from districts.calendar import eastern_day
from districts.models import Designation, District, Membership, User
from districts.roles import Role
from districts.words import day as day_in_words
from notices.models import About, Notice
from plans.models import Cycle, CycleChange, ExtensionEntry, Plan, about_plan, due_day
from plans.reminders.occurrences import Occurrence, until_now
from plans.workflow import ENDS_REMINDERS

PLAN, ANSWERS, CONDITION, QUESTION = (
    "plan",
    "answers",
    "condition",
    "question",
)  # what is due on the day that a letter names
DISTRICTS = 200  # on a page: what a sweep posts at once, and holds meanwhile
GO_TO = [Role.PLAN_COORDINATOR, Role.SUPERINTENDENT]
HEAR_OF_MOVES = [*GO_TO, Role.BOARD_CHAIR]  # whom a letter may have told a due date


@dataclass(frozen=True)
class Owed:
    """A plan or amendment that a district has not handed in, and whom to tell."""

    cycle: Cycle
    district: District
    plan: Plan | None  # None: nobody has started it
    is_amendment: bool
    people: list[User]
    wrongly_told: list[tuple[User, date]] = field(default_factory=list)  # with the date they had
    extended_on: date | None = None  # when it was given the time it has; none of its year's

    @property
    def due_on(self) -> date:
        return due_day(self.cycle.plan_due_on, self.plan.extended_until if self.plan else None)

    @property
    def is_extended(self) -> bool:
        return self.due_on > self.cycle.plan_due_on

    def occurrences(self, at: datetime) -> list[Occurrence]:
        """What the rules call for until `at`; of a day that was granted, since it was granted."""
        return until_now(at, self.cycle, due_on=self.due_on, since=self.extended_on)

    @property
    def about(self) -> About:
        return about_plan(self.district, self.cycle.fiscal_year)

    @property
    def thing(self) -> str:
        return "amendment" if self.is_amendment else "plan"

    @property
    def standing(self) -> str:
        return "has not been started" if self.plan is None else "is not submitted"

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
    """What districts have not handed in for the cycles that remind at `at`, the years in order."""
    everything = [owed for page in pages_owed(at) for owed in page.owed]
    return sorted(everything, key=lambda owed: (owed.cycle.fiscal_year, owed.district.name))


@dataclass(frozen=True)
class PageOwed:
    """What the districts of a page owe."""

    districts: list[District]
    owed: list[Owed]


def pages_owed(at: datetime) -> Iterator[PageOwed]:
    """A page of districts at a time, by what never changes: a new name skips nobody."""
    page = page_owed(at)
    yield page
    while len(page.districts) == DISTRICTS:
        page = page_owed(at, pk__gt=page.districts[-1].pk)
        yield page


def page_owed(at: datetime, **only: object) -> PageOwed:
    """A page of these districts, and each cycle that reminds at `at`.

    Six queries; one more where a due date has moved, for what letters had said, and one where a
    plan was given more time, for when.
    """
    cycles = _reminding(at)
    if not cycles:
        return PageOwed([], [])
    runs = _runs(**only)
    plans = {
        (plan.district_id, plan.cycle_id): plan
        for plan in Plan.objects.filter(cycle__in=cycles, district__in=runs)
    }
    people = people_in(runs)
    told = _told([cycle for cycle in cycles if last_move(cycle)], runs)
    extended = _extended_on(plans.values())
    owed = [
        _owed(cycle, district, plan, runs[district], people[district.pk], told, extended)
        for cycle in cycles
        for district in runs
        if _covers(runs[district], cycle.fiscal_year)
        and (
            (plan := plans.get((district.pk, cycle.fiscal_year))) is None
            or plan.status not in ENDS_REMINDERS
        )
    ]
    return PageOwed(list(runs), owed)


def _runs(**only: object) -> dict[District, list[Designation]]:
    """The designations of a page of districts that have any, in the order of their pages."""
    designated = (
        District.objects.active()
        .filter(Exists(Designation.objects.filter(district=OuterRef("pk"))), **only)
        .order_by("pk")[:DISTRICTS]
    )
    runs: dict[District, list[Designation]] = defaultdict(list)
    for run in (
        Designation.objects.filter(district__in=designated.values("pk"))
        .select_related("district")
        .order_by("district")
    ):
        runs[run.district].append(run)
    return runs


def _owed(
    cycle: Cycle,
    district: District,
    plan: Plan | None,
    runs: list[Designation],
    people: dict[User, set[Role]],
    told: dict[tuple[str, int, int], date],
    extended: dict[int, date],
) -> Owed:
    owed = Owed(
        cycle=cycle,
        district=district,
        plan=plan,
        is_amendment=_covers(runs, cycle.fiscal_year - 1),
        people=[person for person, roles in people.items() if roles & set(GO_TO)],
    )
    if owed.is_extended and plan:  # letters of its own told the day; its year's moves are not its
        return replace(owed, extended_on=extended.get(plan.pk))
    for person in people:
        key = (district.edsight_code, cycle.fiscal_year, person.pk)
        said = told.get(key, cycle.plan_due_on)
        if said != cycle.plan_due_on:
            owed.wrongly_told.append((person, said))
    return owed


def _extended_on(plans: Iterable[Plan]) -> dict[int, date]:
    """When each of these that has more time was last given it."""
    longer = [plan.pk for plan in plans if plan.extended_until]
    if not longer:
        return {}
    granted = ExtensionEntry.objects.filter(plan__in=longer, did=ExtensionEntry.Did.GRANTED)
    rows = granted.order_by("plan", "number").values_list("plan", "written_at")
    return {plan: eastern_day(at) for plan, at in rows}  # the last of each stays


def _reminding(at: datetime) -> list[Cycle]:
    """Cycles that are open, have rules, and whose reminders an administrator has let begin."""
    changes = Prefetch("changes", CycleChange.objects.order_by("pk"))
    cycles = (
        Cycle.objects.open_on(eastern_day(at))
        .filter(reminders_from__lte=at)
        .prefetch_related("reminder_rules", changes)
        .order_by("fiscal_year")
    )
    return [cycle for cycle in cycles if cycle.reminder_rules.all()]


def held_until(cycle: Cycle) -> datetime | None:
    """Until when the last change of a cycle holds its letters; None: nothing ever held them."""
    hold = last_hold(cycle)
    return hold[1] if hold else None


def is_held(cycle: Cycle, at: datetime) -> bool:
    holds = held_until(cycle)
    return holds is not None and holds > at


def last_hold(cycle: Cycle) -> tuple[datetime, datetime] | None:
    """From when until when its letters were last held: changes during a hold prolong it."""
    holds = [(each.made_at, each.held_until) for each in cycle.changes.all() if each.held_until]
    if not holds:
        return None
    begins, ends = max(holds, key=itemgetter(1))
    for earlier, until in sorted(holds, key=itemgetter(1), reverse=True):
        if until >= begins:
            begins = min(begins, earlier)
    return begins, ends


def at_its_hour(occurrence: Occurrence, cycle: Cycle) -> datetime:
    """When a letter of the rules leaves: at its hour, or when a hold ends that lay over it."""
    hold = last_hold(cycle)
    if hold and hold[0] <= occurrence.leaves_at < hold[1]:
        return hold[1]
    return occurrence.leaves_at


def last_move(cycle: Cycle) -> CycleChange | None:
    """The change that gave the plan its present due date, if it ever moved."""
    moves = [change for change in cycle.changes.all() if change.moves_due_date]
    return moves[-1] if moves else None


def _told(moved: list[Cycle], districts: Iterable[District]) -> dict[tuple[str, int, int], date]:
    """The plan's due date that the last letter to each person named, by district and year."""
    if not moved:
        return {}
    last = (
        Notice.objects.filter(
            fiscal_year__in=[cycle.fiscal_year for cycle in moved],
            district_code__in=[district.edsight_code for district in districts],
            what_is_due=PLAN,
            status=Notice.Status.SENT,
        )
        .order_by("district_code", "fiscal_year", "to", "-sent_at", "-pk")
        .distinct("district_code", "fiscal_year", "to")
    )
    columns = ("district_code", "fiscal_year", "to", "names_due_on")
    return {(code, year, to): day for code, year, to, day in last.values_list(*columns)}


def people_in(districts: Iterable[District | int]) -> dict[int, dict[User, set[Role]]]:
    """Whom to tell in each district, with their roles. Who cannot sign in yet is told nothing."""
    people: dict[int, dict[User, set[Role]]] = defaultdict(dict)
    for membership in (
        Membership.objects.current()
        .reachable()
        .filter(role__in=HEAR_OF_MOVES, district__in=districts)
        .select_related("user")
        .order_by("role", "user__name", "user")
    ):
        roles = people[membership.district_id].setdefault(membership.user, set())
        roles.add(Role(membership.role))
    return people


def people_told(districts: Iterable[int]) -> dict[int, list[User]]:
    """Whom reminders go to in each of these districts."""
    return {
        district: [person for person, roles in people.items() if roles & set(GO_TO)]
        for district, people in people_in(districts).items()
    }


def _covers(runs: list[Designation], fiscal_year: int) -> bool:
    return any(run.first_fiscal_year <= fiscal_year <= run.last_fiscal_year for run in runs)
