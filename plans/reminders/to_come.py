"""The letters that leave later if nobody files first, and how another due date moves them."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import islice
from typing import Any, cast

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

from districts.calendar import eastern_day
from districts.models import Designation, District, Membership, User, can_be_told
from districts.statements import Statement
from plans.documents.rows import JSONRows
from plans.models import Cycle, Plan, ReminderRule
from plans.reminders.occurrences import Occurrence, ahead_of, occurrences_after, rules_of
from plans.reminders.owed import GO_TO, Owed
from plans.reminders.writing import text_of
from plans.workflow import ENDS_REMINDERS

# Of a letter that is scheduled: the first four are its place among the others.
TOLD = ("place", "where", "who", "user_id", "pk", "is_amendment")


@dataclass(frozen=True)
class Move:
    """What a new due date does to one rule's letter."""

    why: str
    was_on: date
    will_be_on: date
    leaves_next: bool  # the new day is past, and it is the latest of those
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
        return text_of(self.owed, self.person, self.occurrence.day)[0]


@dataclass(frozen=True)
class Upcoming:
    """Letters of a cycle that leave later, if nobody files first."""

    fiscal_year: int
    occurrence: Occurrence
    districts: int
    people: int


def upcoming(
    at: datetime, *, of_each_cycle: int = 1, but_of: Collection[int] = ()
) -> list[Upcoming]:
    """The letters that leave next after `at`, of each day that something is due, in order.

    That is the day of each cycle, and each that was granted to a plan of it. One query: they are
    counted, not read. Those of the districts in `but_of` are left out.
    """
    today = eastern_day(at)
    found = []
    owing = _owing(today, but_of=but_of) if but_of else OWING.ask(today)
    for year in owing:
        for due_on, districts, people in _by_due_day(year):
            rules = {days: days in year["weekly"] for days in year["rules"]}
            ahead = islice(occurrences_after(at, due_on, rules), of_each_cycle if districts else 0)
            found += [
                Upcoming(year["fiscal_year"], occurrence, districts, people) for occurrence in ahead
            ]
    return sorted(found, key=lambda letters: letters.occurrence.day)


def _by_due_day(year: dict[str, Any]) -> Iterator[tuple[date, int, int]]:
    """How many districts and people a letter of what is due on each day goes to."""
    yield year["plan_due_on"], *year["counts"]
    for group in json.loads(year["longer"]):
        yield date.fromisoformat(group["extended_until"]), group["districts"], group["people"]


def _owing(today: date, *, but_of: Collection[int] = ()) -> QuerySet:
    """The cycles that remind today: their rules, how many owe the plan, and how many are told.

    `longer` are those that were given another day, by that day; `counts` are the others.
    """
    cycle, of_district = OuterRef(OuterRef("pk")), {"district": OuterRef("pk")}
    runs = Designation.objects.filter(
        first_fiscal_year__lte=cycle, last_fiscal_year__gte=cycle, **of_district
    )
    plans = Plan.objects.filter(cycle=cycle, **of_district)
    by_another_day = Q(status__in=sorted(ENDS_REMINDERS)) | Q(
        extended_until__gt=OuterRef(OuterRef("plan_due_on"))
    )
    owing = (
        District.objects.active()
        .exclude(pk__in=but_of)
        .filter(Exists(runs), ~Exists(plans.filter(by_another_day)))
        .alias(told=FilteredRelation("memberships", condition=_is_told("memberships__")))
        .annotate(whole=Value(1))
    )
    rules = ReminderRule.objects.filter(cycle=OuterRef("pk")).order_by("days").values("days")
    districts, people = Count("pk", distinct=True), _people(F("pk"))
    return (
        Cycle.objects.filter(opens_on__lte=today, reminders_from__isnull=False)
        .annotate(
            rules=ArraySubquery(rules),
            weekly=ArraySubquery(rules.filter(repeats_weekly=True)),
            counts=Subquery(
                owing.values("whole")
                .annotate(
                    counts=Func(
                        districts,
                        people,
                        template="ARRAY[%(expressions)s]",
                        output_field=ArrayField(IntegerField()),
                    )
                )
                .values("counts")
            ),
            longer=JSONRows(
                _longer(but_of).annotate(districts=districts, people=_people(F("district"))),
                *("extended_until", "districts", "people"),
            ),
        )
        .order_by("fiscal_year")
        .values(*("fiscal_year", "plan_due_on", "rules", "weekly", "counts", "longer"))
    )


def _longer(but_of: Collection[int]) -> QuerySet:
    """The days that plans of a cycle were given, while they are owed."""
    year = OuterRef("cycle")
    runs = Designation.objects.filter(
        first_fiscal_year__lte=year, last_fiscal_year__gte=year, district=OuterRef("district")
    )
    of_district = _is_told("district__memberships__")
    return (
        Plan.objects.filter(
            Exists(runs),
            cycle=OuterRef("pk"),
            extended_until__gt=OuterRef("plan_due_on"),
            district__retired_at=None,
        )
        .exclude(status__in=sorted(ENDS_REMINDERS))
        .exclude(district__in=but_of)
        .alias(told=FilteredRelation("district__memberships", condition=of_district))
        .order_by()
        .values("extended_until")
    )


def _is_told(memberships: str) -> Q:
    return Q(**{f"{memberships}ended_at": None, f"{memberships}role__in": GO_TO})


def _people(district: F) -> Count:
    """Each person once in each district."""
    each = Func(district, F("told__user"), function="ROW")
    return Count(each, distinct=True, filter=can_be_told("told__user__"))


OWING = Statement(_owing, date.min)


class ScheduledLetters(Sequence[Scheduled]):
    """Each letter that leaves after `at`, in order; of those that repeat weekly only the next.

    However many they are, only a slice of them is read. `whose` narrows the memberships that they
    go to. All letters of a cycle of what is due on one day are those of the same memberships, so
    they are counted once.
    """

    def __init__(self, at: datetime, whose: Q = Q()):  # noqa: B008 - never changed
        self._whose = whose
        reminding = Cycle.objects.open_on(eastern_day(at)).filter(reminders_from__lte=at)
        cycles = reminding.prefetch_related("reminder_rules").order_by("fiscal_year")
        ahead = [
            (one, cycle)
            for cycle, due_on in _due_days(list(cycles))
            for one in ahead_of(at, cycle, due_on)
        ]
        self._days = sorted(ahead, key=lambda day: day[0].day)

    @cached_property
    def _counts(self) -> dict[tuple[int, date], int]:
        due = {(cycle.pk, one.due_on): cycle for one, cycle in self._days}
        return {key: self._told(due[key], key[1]).count() for key in sorted(due)}

    def __len__(self) -> int:
        return sum(self._counts[cycle.pk, one.due_on] for one, cycle in self._days)

    def __getitem__(self, wanted: Any) -> Any:
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        start, stop, _ = wanted.indices(len(self))
        parts, first = [], 0
        for place, (one, cycle) in enumerate(self._days):
            number = self._counts[cycle.pk, one.due_on]
            low, high = max(0, start - first), min(number, stop - first)
            if low < high:
                told = self._told(cycle, one.due_on).annotate(place=Value(place))
                parts.append(told.values(*TOLD)[low:high])
            first += number
        if not parts:
            return []
        found = parts[0]
        if len(parts) > 1:
            found = found.union(*parts[1:], all=True).order_by(*TOLD[:4])
        return self._letters(list(found))

    def _told(self, cycle: Cycle, due_on: date) -> QuerySet:
        """Of each person in each district that owes a plan by a day one membership, by name."""
        fiscal_year = cycle.fiscal_year
        by_then = Q(until=due_on)
        if due_on == cycle.plan_due_on:
            by_then = Q(until=None) | Q(until__lte=due_on)
        of_district = {"district": OuterRef("district")}
        runs = Designation.objects.filter(**of_district)
        filed = Plan.objects.filter(
            cycle=fiscal_year, status__in=sorted(ENDS_REMINDERS), **of_district
        )
        return (
            Membership.objects.current()
            .reachable()
            .filter(self._whose, role__in=GO_TO, district__retired_at=None)
            .alias(
                until=Subquery(
                    Plan.objects.filter(cycle=fiscal_year, **of_district).values("extended_until")
                )
            )
            .filter(by_then, Exists(_covering(runs, fiscal_year)), ~Exists(filed))
            .annotate(
                where=F("district__name"),
                who=F("user__name"),
                is_amendment=Exists(_covering(runs, fiscal_year - 1)),
            )
            .order_by("where", "who", "user_id", "pk")
            .distinct("where", "who", "user_id")
        )

    def _letters(self, found: list[dict[str, Any]]) -> list[Scheduled]:
        keys = {one["pk"] for one in found}
        held = Membership.objects.select_related("user", "district").in_bulk(keys)
        plans = {
            (plan.district_id, plan.cycle_id): plan
            for plan in Plan.objects.filter(
                district__in={one.district_id for one in held.values()},
                cycle__in={year for year, _ in self._counts},
            )
        }
        letters = []
        for one in found:
            membership = held[one["pk"]]
            district = cast(District, membership.district)  # those of the Department owe no plan
            occurrence, cycle = self._days[one["place"]]
            owed = Owed(
                cycle=cycle,
                district=district,
                plan=plans.get((district.pk, cycle.fiscal_year)),
                is_amendment=one["is_amendment"],
                people=[membership.user],
            )
            letters.append(Scheduled(owed, membership.user, occurrence))
        return letters


def _due_days(cycles: list[Cycle]) -> list[tuple[Cycle, date]]:
    """Each cycle with its own day, and with each later one that a plan of it was given."""
    granted = (
        Plan.objects.filter(cycle__in=cycles, extended_until__gt=F("cycle__plan_due_on"))
        .exclude(status__in=sorted(ENDS_REMINDERS))
        .order_by("extended_until")
        .values_list("cycle", "extended_until")
        .distinct()
    )
    days = [(cycle, cycle.plan_due_on) for cycle in cycles]
    by_year = {cycle.pk: cycle for cycle in cycles}
    return days + [(by_year[year], due_on) for year, due_on in granted if due_on]


def _covering(runs: QuerySet, fiscal_year: int) -> QuerySet:
    return runs.filter(first_fiscal_year__lte=fiscal_year, last_fiscal_year__gte=fiscal_year)


def moves(cycle: Cycle, new_due_on: date, *, at: datetime) -> list[Move]:
    """How each reminder moves when the plan's due date becomes another, in the order they leave.

    Whoever has had a letter about the old date hears of the new one: its letters are new ones.
    """
    rules = rules_of(cycle)
    past = [rule for rule in rules if Occurrence(new_due_on, rule.days).leaves_at <= at]
    return [
        Move(
            why=Occurrence(new_due_on, rule.days).why,
            was_on=Occurrence(cycle.plan_due_on, rule.days).day,
            will_be_on=Occurrence(new_due_on, rule.days).day,
            leaves_next=rule in past and rule == past[-1],
            is_passed_over=rule in past and rule != past[-1],
        )
        for rule in rules
    ]
