"""From one year to the next by the districts' own acts: report, accept, determine, approve."""

from datetime import datetime
from uuid import uuid4

import pytest

from districts.calendar import EASTERN
from districts.models import FundingAdjustment
from districts.reports.money import money_of
from districts.roles import Role
from districts.tests.factories import person
from plans.models import ConditionMet
from plans.services import Blocked
from progress import services
from progress.services.spending import EXPENDITURE_KIND
from progress.tests.factories import ProgressReportFactory
from progress.tests.spending import Office, approved_plan
from reviews.reports.determinations import is_closed, spent_lines
from reviews.services import LineFound, approve, determine
from reviews.services.withholding import release, withhold
from reviews.tests.years import amendment_2028, approved_2027

pytestmark = pytest.mark.django_db

AUTUMN = datetime(2027, 9, 9, 12, tzinfo=EASTERN)
SUMMER = datetime(2027, 7, 20, 12, tzinfo=EASTERN)

FINDINGS = {
    "implementation": "largely",
    "implementation_reasons": "Six of seven strategies ran.",
    "performance": "progress",
    "performance_reasons": "Nothing was missed.",
}


def standing(plan, kind):
    rows = FundingAdjustment.objects.standing().filter(district=plan.district, kind=kind)
    return [row.amount for row in rows.order_by("pk")]


@pytest.mark.parametrize(("amount", "held"), [(250_000, 250_000), (None, 1_000_000)])
def test_what_is_withheld_and_released_stands_among_the_money_once(commissioner, amount, held):
    plan = approved_2027()
    key, act = uuid4(), {"plan_id": plan.pk, "by": commissioner, "at": AUTUMN}

    for _ in range(2):
        withhold(reason="No report came.", amount=amount, key=key, **act)
    assert money_of(plan.district_id, 2027).withheld == held
    assert standing(plan, "withholding") == [held]

    key = uuid4()
    for _ in range(2):
        release(reason="It came.", key=key, **act)
    assert money_of(plan.district_id, 2027).withheld == 0
    assert standing(plan, "release") == [held]
    withhold(reason="Again.", amount=5, key=uuid4(), **act)
    assert money_of(plan.district_id, 2027).withheld == 5
    assert money_of(plan.district_id, 2027).authorized == 1_000_000  # it is not paid, and is theirs


def test_the_districts_own_reports_open_the_gate_and_their_dollars_go_on(commissioner):
    """Approved in summer on conditions; the reports that meet them come by the district's acts."""
    last = approved_plan()
    office = Office.of(last)
    plan = amendment_2028(last)
    with pytest.raises(Blocked, match="mid-year progress report was due"):
        approve(plan_id=plan.pk, version=1, key=uuid4(), by=commissioner, at=SUMMER, **FINDINGS)
    ProgressReportFactory(plan=last, period="mid_year")
    approve(plan_id=plan.pk, version=1, key=uuid4(), by=commissioner, at=SUMMER, **FINDINGS)
    assert plan.approval_conditions.filter(met=None).count() == 2

    report = office.file({"111B": 890_000})
    reviewer = person(Role.PROGRAM_MANAGER)
    services.accept(kind=EXPENDITURE_KIND, report_id=report.pk, by=reviewer, at=AUTUMN, key=uuid4())

    met = ConditionMet.objects.get()
    assert met.condition.watches == "expenditure/annual"
    assert met.report == f"expenditure/{report.pk}"
    report.refresh_from_db()
    (line, *_) = spent_lines(report)
    determine(
        report_id=report.pk,
        lines=[LineFound(line.lineage, 10_000, "reduce", 10_000, "Invoices.")],
        lands_in=2028,
        reasons="Trips are not in the plan.",
        key=uuid4(),
        by=commissioner,
        at=AUTUMN,
    )
    assert is_closed(last)
    money = money_of(last.district_id, 2028)
    spent = sum(each.expended for each in spent_lines(report))
    assert spent == 890_000
    carried_out = money_of(last.district_id, 2027).authorized - spent
    assert (money.carried_in, money.reductions) == (carried_out, 10_000)
    assert money.authorized == money.allocation + carried_out - 10_000
