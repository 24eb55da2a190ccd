"""Who is to be reminded of a plan or amendment that is not handed in, and when it leaves.

Every question here is asked of a moment, and answered with all that is due on or before it. How
many queries it takes does not depend on how many districts there are.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.utils import parseaddr
from itertools import islice

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Count,
    Exists,
    F,
    FilteredRelation,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import lazy

from districts.calendar import eastern_day, fiscal_year_of, last_day, letters_leave_at
from districts.models import Designation, District, Membership, Statement, User
from districts.roles import Role
from districts.templatetags.alliance import day as day_in_words
from notices.models import REMINDER
from notices.reminders import Reminder
from plans.models import Cycle, Plan, ReminderRule
from plans.workflow import FILED, Status

GO_TO = [Role.PLAN_COORDINATOR, Role.SUPERINTENDENT]
ENDS_REMINDERS = FILED | {Status.WITHHELD}  # a withheld plan cannot be handed in either
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Occurrence:
    """One day on which a rule sends its letter: `days` after the due date, or before it if < 0."""

    due_on: date
    days: int

    @property
    def day(self) -> date:
        return self.due_on + timedelta(days=self.days)

    @property
    def leaves_at(self) -> datetime:
        return letters_leave_at(self.day)

    @property
    def rule(self) -> str:
        return f"overdue-{self.days}" if self.days > 0 else f"due-{-self.days}"

    @property
    def why(self) -> str:
        if self.days == 0:
            return "On the day it is due"
        number = abs(self.days)
        side = "before" if self.days < 0 else "after"
        return f"{number} day{'' if number == 1 else 's'} {side} it is due"


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


@dataclass(frozen=True)
class Move:
    """What a new due date does to one rule's letter."""

    why: str
    was_on: date
    will_be_on: date
    leaves_at_once: bool  # the new day is past, and it is the latest of those
    is_passed_over: bool  # the new day is past, and a later one is too


@dataclass(frozen=True)
class Scheduled:
    """One letter that leaves later, if the district does not file first."""

    owed: Owed
    person: User
    occurrence: Occurrence

    @property
    def leaves_at(self) -> datetime:
        return self.occurrence.leaves_at

    @property
    def why(self) -> str:
        weekly = " Then every week." if self.repeats else ""
        return f"{self.owed.why(self.occurrence)}.{weekly}"

    @property
    def repeats(self) -> bool:
        rules = self.owed.cycle.reminder_rules.all()
        return any(rule.repeats_weekly and rule.days <= self.occurrence.days for rule in rules)

    @property
    def subject(self) -> str:
        return _text(self.owed, self.person, self.occurrence.day)[0]


@dataclass(frozen=True)
class Upcoming:
    """Letters of a cycle that leave later, if nobody files first."""

    fiscal_year: int
    occurrence: Occurrence
    districts: int
    people: int


def due(at: datetime) -> Iterator[Reminder]:
    """Every reminder of a plan due on or before `at`, for what is still not handed in then."""
    today = eastern_day(at)
    for owed in everything_owed(at):
        occurrences = _until(at, owed.cycle)
        for person in owed.people:
            for occurrence in occurrences:
                is_latest = occurrence == occurrences[-1]
                yield _reminder(owed, person, occurrence, today if is_latest else occurrence.day)


def unreachable(at: datetime) -> Iterator[str]:
    """Each district that is owed a reminder and has no plan coordinator and no superintendent."""
    for owed in everything_owed(at):
        if not owed.people and _until(at, owed.cycle):
            yield f"{owed}: nobody is plan coordinator or superintendent"


def upcoming(at: datetime, *, of_each_cycle: int = 1) -> list[Upcoming]:
    """The letters that leave next after `at`, of each cycle that is owed something, in order.

    One query: they are counted, not read.
    """
    today = eastern_day(at)
    found = []
    for year in OWING.ask(today, fiscal_year_of(today)):
        rules = {days: days in year["weekly"] for days in year["rules"]}
        until = _until_next(year["fiscal_year"], year["next_opens_on"])
        districts, people = year["counts"]
        if districts:
            ahead = islice(_occurrences(at, year["plan_due_on"], rules, until), of_each_cycle)
            found += [
                Upcoming(year["fiscal_year"], occurrence, districts, people) for occurrence in ahead
            ]
    return sorted(found, key=lambda letters: letters.occurrence.day)


def _owing(today: date, fiscal_year: int) -> QuerySet:
    """The cycles that remind today: their rules, how many owe the plan, and how many are told."""
    cycle, of_district = OuterRef(OuterRef("pk")), {"district": OuterRef("pk")}
    runs = Designation.objects.filter(
        first_fiscal_year__lte=cycle, last_fiscal_year__gte=cycle, **of_district
    )
    filed = Plan.objects.filter(cycle=cycle, status__in=sorted(ENDS_REMINDERS), **of_district)
    is_told = Q(memberships__ended_at=None, memberships__role__in=GO_TO)
    owing = (
        District.objects.active()
        .filter(Exists(runs), ~Exists(filed))
        .alias(told=FilteredRelation("memberships", condition=is_told))
        .annotate(whole=Value(1))
    )
    each_person = Func(F("pk"), F("told__user"), function="ROW")
    rules = ReminderRule.objects.filter(cycle=OuterRef("pk")).order_by("days").values("days")
    following = Cycle.objects.filter(pk=OuterRef("pk") + 1).values("opens_on")
    return (
        Cycle.objects.filter(opens_on__lte=today, fiscal_year__gte=fiscal_year)
        .annotate(
            next_opens_on=Subquery(following),
            rules=ArraySubquery(rules),
            weekly=ArraySubquery(rules.filter(repeats_weekly=True)),
            counts=Subquery(
                owing.values("whole")
                .annotate(
                    counts=Func(
                        Count("pk", distinct=True),
                        Count(each_person, distinct=True, filter=Q(told__user__is_active=True)),
                        template="ARRAY[%(expressions)s]",
                        output_field=ArrayField(IntegerField()),
                    )
                )
                .values("counts")
            ),
        )
        .filter(Q(next_opens_on=None) | Q(next_opens_on__gt=today))
        .order_by("fiscal_year")
        .values(*("fiscal_year", "plan_due_on", "next_opens_on", "rules", "weekly", "counts"))
    )


OWING = Statement(_owing, date.min, 32_000)


def scheduled(at: datetime) -> list[Scheduled]:
    """Each letter that leaves after `at`, in order; of those that repeat weekly only the next."""
    everything = everything_owed(at)
    ahead = {owed.cycle: _ahead(at, owed.cycle, owed.until) for owed in everything}
    found = [
        Scheduled(owed, person, occurrence)
        for owed in everything
        for occurrence in ahead[owed.cycle]
        for person in owed.people
    ]
    return sorted(
        found,
        key=lambda letter: (
            letter.occurrence.day,
            letter.owed.district.name,
            letter.person.name,
            letter.person.pk,
        ),
    )


def moves(cycle: Cycle, new_due_on: date, *, at: datetime) -> list[Move]:
    """How each reminder moves when the plan's due date becomes another, in the order they leave.

    Whoever has had a letter about the old date hears of the new one: its letters are new ones.
    """
    rules = _rules(cycle)
    past = [rule for rule in rules if Occurrence(new_due_on, rule.days).leaves_at <= at]
    return [
        Move(
            why=Occurrence(new_due_on, rule.days).why,
            was_on=Occurrence(cycle.plan_due_on, rule.days).day,
            will_be_on=Occurrence(new_due_on, rule.days).day,
            leaves_at_once=rule in past and rule == past[-1],
            is_passed_over=rule in past and rule != past[-1],
        )
        for rule in rules
    ]


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
        <= (until := _until_next(cycle.fiscal_year, opens_on.get(cycle.fiscal_year + 1)))
        and cycle.reminder_rules.all()
    ]


def _until_next(fiscal_year: int, next_opens_on: date | None) -> date:
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


def _rules(cycle: Cycle) -> list[ReminderRule]:
    return sorted(cycle.reminder_rules.all(), key=lambda rule: rule.days)


def _until(at: datetime, cycle: Cycle) -> list[Occurrence]:
    """What the cycle's rules call for from its opening until `at`, in the order they leave."""
    found = set()
    for rule in _rules(cycle):
        days = rule.days
        while (occurrence := Occurrence(cycle.plan_due_on, days)).leaves_at <= at:
            if occurrence.day >= cycle.opens_on:
                found.add(occurrence)
            if not rule.repeats_weekly:
                break
            days += WEEK.days
    return sorted(found, key=lambda occurrence: occurrence.days)


def _after(at: datetime, cycle: Cycle, until: date) -> Iterator[Occurrence]:
    """What the cycle's rules call for after `at`, in order, as long as its reminders leave."""
    days = {rule.days: rule.repeats_weekly for rule in cycle.reminder_rules.all()}
    return _occurrences(at, cycle.plan_due_on, days, until)


def _occurrences(
    at: datetime, due_on: date, days: dict[int, bool], until: date
) -> Iterator[Occurrence]:
    """Those after `at` until a day; `days` says of each rule whether it repeats every week."""
    while days:
        number = min(days)
        if days.pop(number):
            days[number + WEEK.days] = True
        occurrence = Occurrence(due_on, number)
        if occurrence.day > until:
            return
        if occurrence.leaves_at > at:
            yield occurrence


def _ahead(at: datetime, cycle: Cycle, until: date) -> list[Occurrence]:
    """What a cycle's rules still call for, up to the first letter of what repeats every week."""
    weekly = [rule.days for rule in _rules(cycle) if rule.repeats_weekly]
    ahead: list[Occurrence] = []
    for occurrence in _after(at, cycle, until):
        ahead.append(occurrence)
        if weekly and occurrence.days >= weekly[-1]:
            break
    return ahead


def _reminder(owed: Owed, person: User, occurrence: Occurrence, day: date) -> Reminder:
    """`day` is the day the letter speaks of: one that leaves late says how late it is by now."""
    due_on = owed.cycle.plan_due_on
    series = f"{owed.about}/user-{person.pk}"
    return Reminder(
        key=f"{REMINDER}/{owed.about}/{occurrence.rule}/{due_on}/user-{person.pk}",
        series=series,
        about=owed.about,
        to_id=person.pk,
        address=person.email,
        rule=occurrence.rule,
        why=owed.why(occurrence),
        concerns=owed.district.name,
        due_on=due_on,
        leaves_at=occurrence.leaves_at,
        subject=_subject(owed, person, day),
        body=_body(owed, person, day),
    )


def _text(owed: Owed, person: User, day: date) -> tuple[str, str]:
    """Subject and body: the template's first line is the subject."""
    days = (owed.cycle.plan_due_on - day).days
    path = reverse("home")
    if owed.plan is not None:
        path = reverse("plans:overview", args=[owed.district.slug, owed.cycle.fiscal_year])
    text = render_to_string(
        "emails/plan_reminder.txt",
        {
            "person": person,
            "district": owed.district,
            "cycle": owed.cycle,
            "year_before": owed.cycle.fiscal_year - 1,
            "plan": owed.plan,
            "thing": owed.thing,
            "days": days,
            "late": -days,
            "link": settings.SITE_URL + path,
            "office": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        },
    )
    subject, _, body = text.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


# Written only when used: of all that is ever due, few letters leave.
_subject = lazy(lambda *about: _text(*about)[0], str)
_body = lazy(lambda *about: _text(*about)[1], str)
