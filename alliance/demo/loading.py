"""Loads the demo: its people, its assumptions and its plans, and leaves alone what is there."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from alliance.demo import content
from alliance.demo.assumptions import NEXT_YEAR, RENEWED_UNTIL, THIS_YEAR, assume
from alliance.demo.content import Content
from alliance.demo.drafting import write
from alliance.demo.history import (
    amend,
    live_through,
    read_carried,
    withdraw_letters,
    withdraw_reminders,
)
from alliance.demo.past import load_past
from alliance.demo.people import add_people, cast
from alliance.demo.publishing import publish_all
from districts.calendar import EASTERN
from districts.models import Allocation, District
from plans.models import Plan
from plans.services import start_plan

AS_OF = datetime(2026, 11, 23, 9, 0, tzinfo=EASTERN)  # the day the demo is set on
# Of a plan's file: it was handed in once last year's reports were in. The others went before them.
AFTER_LAST_YEAR = "goes_on_from_last_year"
LOAD_ROSTER = "manage.py load_roster districts/data/alliance_districts.csv --fiscal-year 2027"


class NoDemo(Exception):
    """The demo cannot be loaded here. The message says why, and what to do."""


@dataclass(frozen=True)
class DemoLoad:
    """What loading added."""

    people: int
    renewals: int
    plans: list[str]
    past: int
    public: int
    letters: int

    def lines(self) -> Iterator[str]:
        if not (self.people or self.renewals or self.plans or self.past):
            yield "The demo is loaded already: nothing changed."
            return
        yield f"{self.people} people, who sign in with the demo's password."
        yield (
            f"{self.renewals} designations renewed for FY{NEXT_YEAR} to FY{RENEWED_UNTIL} and"
            f" allocations repeated for FY{NEXT_YEAR}, each marked as assumed."
        )
        yield f"{len(self.plans)} plans: {', '.join(self.plans) or 'none'}."
        yield (
            f"{self.past} plans of FY2025 and FY2026 with their reports, assumed: short, each with"
            " the allocation that was published."
        )
        yield f"{self.public} plans published; a few wait to be checked."
        yield f"{self.letters} letters of their history, withdrawn: none is sent."
        yield (
            "The people, the words of the plans and the results in them are invented;"
            " districts, enrollment and money are real."
        )


@transaction.atomic
def load_demo(*, at: datetime, only: Collection[str] = ()) -> DemoLoad:
    """Load what is missing of the demo, with `only` some districts' plans. Twice changes nothing.

    Raises:
        NoDemo: this installation is not a demonstration, has no roster, or the demo has no plan of
            a district named.
    """
    if not settings.DEMO:
        raise NoDemo(
            "The demo is loaded only where DEMO is true: its people have a published password."
        )
    begun = _begun()
    missing = [content.plan(name) for name in _names(only) if name not in begun]
    districts = {
        district.slug: district
        for district in District.objects.designated_for(THIS_YEAR).order_by("name")
    }
    _ask_for_roster(missing, districts)
    people = add_people(districts.values())
    renewals = assume(districts.values(), at=at)
    plans = [_plan(file, districts[file["district"]]) for file in missing]
    chosen = [each for each in districts.values() if not only or each.slug in only]
    past = load_past(chosen)
    for file, plan in zip(missing, plans, strict=True):
        if file.get(AFTER_LAST_YEAR):
            live_through(plan, file, cast(plan.district))
    public = publish_all([*plans, *past], until=AS_OF)
    letters = withdraw_letters([*plans, *past], at=at)
    if renewals:  # the first time, when its cycles' reminders began
        letters += withdraw_reminders(at=at + settings.LETTERS_HELD_FOR)
    return DemoLoad(
        people, renewals, [str(plan) for plan in plans], len(past), len(public), letters
    )


def _names(only: Collection[str]) -> list[str]:
    """Plans to load, by the name of their file; `only` those of some districts."""
    districts = {name: name.rpartition("-")[0] for name in content.plan_names()}
    if unknown := sorted(set(only) - set(districts.values())):
        raise NoDemo(
            f"The demo has no plan of {', '.join(unknown)}."
            f" It has plans of {', '.join(sorted(set(districts.values())))}."
        )
    return [name for name, slug in districts.items() if not only or slug in only]


def _begun() -> set[str]:
    """Plans that are there, by the name of their file: files of those are not even read."""
    begun = Plan.objects.values_list("district__slug", "cycle")
    return {f"{slug}-{fiscal_year}" for slug, fiscal_year in begun}


def _ask_for_roster(files: list[Content], districts: dict[str, District]) -> None:
    with_money = set(
        Allocation.objects.filter(fiscal_year=THIS_YEAR, stage=Allocation.Stage.FINAL).values_list(
            "district__slug", flat=True
        )
    )
    if not {file["district"] for file in files} <= with_money & set(districts):
        raise NoDemo(f"The demo needs the roster. Load it first: {LOAD_ROSTER}")


def _plan(file: Content, district: District) -> Plan:
    people = cast(district)
    plan = start_plan(
        district_id=district.pk,
        fiscal_year=file["fiscal_year"],
        by=people["coordinator"],
        at=file["started_at"],
    )
    amend(plan, file, people)
    write(plan, content.first_draft(file), people)
    if plan.copied_from:
        read_carried(plan, file, people)
    if not file.get(AFTER_LAST_YEAR):
        live_through(plan, file, people)
    return plan
