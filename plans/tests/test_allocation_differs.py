"""A final allocation that a draft does not budget: both sides are told, and the page says what
to do.
"""

from datetime import date

import pytest

from districts.models import Allocation
from districts.roles import Role
from districts.services import Money, confirm_change, edition, propose_file, set_allocation
from districts.services.roster_load import RosterFile
from districts.tests.factories import AllocationFactory, DistrictFactory, person
from notices.models import Notice
from notices.services import deliver_due
from plans import services
from plans.models import BudgetLine
from plans.tests.factories import PlanFactory, write_rows

pytestmark = pytest.mark.django_db

FINAL, PRELIMINARY = Allocation.Stage.FINAL, Allocation.Stage.PRELIMINARY
SAYS_WHAT_TO_DO = "The final allocation is not what you budgeted"


@pytest.fixture
def plan():
    """A draft that budgets its preliminary allocation to the dollar."""
    district = DistrictFactory(name="Ansonia", designated=True)
    AllocationFactory(district=district, stage=PRELIMINARY, amount=1_000_000)
    plan = PlanFactory(district=district)
    write_rows(plan)
    budgeted = BudgetLine.objects.filter(plan=plan, funding_source="allocation")
    assert sum(line.amount for line in budgeted) == 1_000_000
    return plan


@pytest.fixture
def coordinator(plan):
    return person(Role.PLAN_COORDINATOR, plan.district)


def state(plan, amount, *, by, at, stage=FINAL):
    held = plan.district.allocations.filter(stage=stage, superseded_in=None).first()
    set_allocation(
        district_id=plan.district_id,
        fiscal_year=2027,
        stage=stage,
        money=Money(amount, "Department list", date(2026, 6, 1)),
        seen=edition(held),
        by=by,
        at=at,
    )


def told() -> dict[str, set]:
    letters = Notice.objects.filter(kind__startswith="allocation_differs")
    return {
        kind: set(letters.filter(kind=kind).values_list("to", flat=True))
        for kind in ("allocation_differs", "allocation_differs_there")
    }


def test_both_sides_are_told_and_the_department_no_word_of_the_draft(
    plan, coordinator, manager, reviewer, admin, noon
):
    services.share_draft(plan_id=plan.pk, reader_id=reviewer.pk, by=coordinator, at=noon)

    state(plan, 1_040_000, by=admin, at=noon)

    assert told() == {
        "allocation_differs": {coordinator.pk},
        "allocation_differs_there": {manager.pk, reviewer.pk},
    }
    to_district = Notice.objects.get(kind="allocation_differs").body
    assert "is $1,040,000 (Department list" in to_district
    assert "add up to $1,000,000" in to_district
    assert "budget $40,000 more" in to_district
    for letter in Notice.objects.filter(kind="allocation_differs_there"):
        assert "$1,000,000" not in letter.body + letter.subject


@pytest.mark.parametrize(("stage", "amount"), [(FINAL, 1_000_000), (PRELIMINARY, 1_040_000)])
def test_nobody_is_told_of_the_figure_that_is_budgeted_or_of_a_preliminary_one(
    plan, coordinator, admin, noon, stage, amount
):
    state(plan, amount, by=admin, at=noon, stage=stage)

    assert told() == {"allocation_differs": set(), "allocation_differs_there": set()}


def test_a_budget_that_is_not_begun_has_nothing_to_change(plan, coordinator, admin, noon):
    BudgetLine.objects.filter(plan=plan).delete()

    state(plan, 1_040_000, by=admin, at=noon)

    assert told()["allocation_differs"] == set()


def test_a_list_that_a_second_person_confirms_tells_too(plan, coordinator, manager, admin, noon):
    file = RosterFile(
        name="list.csv",
        raw=b"district,fiscal_year,amount\nAnsonia,2027,960000\n",
        fiscal_year=None,
        every_district=False,
        list_date=date(2026, 6, 1),
    )
    change = propose_file(file=file, by=admin, at=noon)
    assert told()["allocation_differs"] == set()

    confirm_change(change_id=change.pk, by=manager, at=noon)

    assert "budget $40,000 less" in Notice.objects.get(kind="allocation_differs").body


def test_the_letter_stays_once_the_draft_budgets_it(plan, coordinator, admin, noon, mailoutbox):
    state(plan, 1_040_000, by=admin, at=noon)
    line = BudgetLine.objects.filter(plan=plan, funding_source="allocation").first()
    BudgetLine.objects.filter(pk=line.pk).update(amount=line.amount + 40_000)

    deliver_due(at=noon)

    assert [mail for mail in mailoutbox if coordinator.email in mail.to] == []


def test_the_plans_page_says_what_to_do(client, plan, coordinator, admin, noon):
    client.force_login(coordinator)
    before = client.get(plan.get_absolute_url()).text
    services.close_for_signature(plan_id=plan.pk, by=coordinator, at=noon)
    state(plan, 960_000, by=admin, at=noon)

    page = " ".join(client.get(plan.get_absolute_url()).text.split())

    assert SAYS_WHAT_TO_DO not in before
    assert SAYS_WHAT_TO_DO in page
    assert "the preliminary one was $1,000,000" in page
    assert "<strong>$40,000 less</strong>" in page
    assert "version 1 has the former figure" in page
