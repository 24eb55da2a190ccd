"""What an expenditure report brings about, and what stops it."""

from datetime import date
from uuid import UUID

import pytest

from districts.models import Allocation, FundingAdjustment
from districts.reports.money import money_by_district, money_of
from districts.tests.factories import DistrictFactory
from notices.models import Notice
from plans.models import Cycle, LineOutcome
from plans.tests.factories import PlanFactory
from plans.workflow import StepNotAllowed
from progress import services
from progress.models import CodeSpending
from progress.reports.certified import certified_figures
from progress.services.spending import EXPENDITURE_KIND
from progress.tests.spending import AUGUST, OCTOBER, Office, approved_plan, line

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return Office.of(approved_plan())


def stops(report) -> list[str]:
    found = EXPENDITURE_KIND.findings(EXPENDITURE_KIND.document_of(report), AUGUST.date())
    return [each.sentence for each in found if each.stops]


def warnings(report) -> list[str]:
    found = EXPENDITURE_KIND.findings(EXPENDITURE_KIND.document_of(report), AUGUST.date())
    return [each.sentence for each in found if not each.stops]


def carried(plan) -> list[tuple[int, bool]]:
    rows = FundingAdjustment.objects.filter(district=plan.district).order_by("pk")
    return [(row.amount, row.superseded_at is None) for row in rows]


def receipt_of(office) -> str:
    letter = Notice.objects.get(kind="report_receipt", to=office.superintendent)
    return " ".join(letter.body.split())


def test_it_starts_with_the_approved_amounts_and_nothing_said(office):
    report = office.start()
    rows = report.codes.order_by("pk").values_list(
        "object_code", "budgeted", "obligated", "expended"
    )
    assert list(rows) == [("111B", 900_000, None, None), ("611", 100_000, None, None)]
    assert report.as_of == date(2027, 6, 30)


def test_nothing_said_is_not_zero(office):
    report = office.start()
    assert stops(report) == [
        "111B Teachers: say what is obligated and what was spent; write 0 if it is nothing.",
        "611 Instructional supplies: say what is obligated and what was spent; write 0 if it is"
        " nothing.",
    ]
    office.write(report, {})
    assert stops(report) == []


def test_more_than_a_tenth_over_needs_a_reason(office):
    report = office.start()
    office.write(report, {"611": 110_000})
    assert stops(report) == []
    office.write(report, {"611": 110_001})
    (sentence,) = stops(report)
    assert "spent $10,001 over the approved $100,000 (10.0%), which is more than 10%" in sentence
    office.write(report, {"611": {"expended": 110_001, "over_reason": "Paper rose in price."}})
    assert stops(report) == []


def test_no_more_is_spent_than_is_authorized(office):
    report = office.start()
    office.write(report, {"111B": 900_000, "611": 100_001})
    (sentence,) = stops(report)
    assert "$1 too much" in sentence
    office.write(report, {"111B": 900_000, "611": 100_000})
    assert stops(report) == []


def test_lines_that_do_not_add_up_say_by_how_much(office):
    report = office.start()
    office.write(report, {"111B": {"expended": 500_000, "split": "by_line"}})
    assert [one for one in stops(report) if "say what was spent" in one]
    code = report.codes.get(object_code="111B")
    code.lines.filter(lineage=UUID(int=1)).update(expended=300_000)
    code.lines.filter(lineage=UUID(int=2)).update(expended=199_999)
    (sentence,) = stops(report)
    assert "its lines add up to $499,999, $1 less than the $500,000 spent" in sentence


def test_a_report_is_closed_once_its_period_is_over(office):
    report = office.start("q3", at=OCTOBER)
    office.write(report, {}, at=OCTOBER)
    with pytest.raises(services.NotReady) as refusal:
        office.close(report, at=OCTOBER)
    assert "as of March 31, 2027" in refusal.value.stops[0].sentence


def test_what_is_less_than_before_is_warned_of(office):
    office.file({"111B": 200_000}, "q1")
    report = office.start("q2")
    office.write(report, {"111B": 199_999})
    assert any("less than the $200,000 of the last report" in one for one in warnings(report))


def test_what_is_spent_is_spread_over_the_lines_to_the_dollar(office):
    report = office.file({"111B": {"expended": 100_001, "obligated": 1}, "611": 7})
    rows = LineOutcome.objects.filter(plan=office.plan).order_by("lineage")
    assert [(row.expended, row.obligated, row.basis) for row in rows] == [
        (66_667, 1, "by_share"),
        (33_334, 0, "by_share"),
        (7, 0, "by_share"),
    ]
    assert {row.report for row in rows} == {f"expenditure/{report.pk}"}


def test_what_is_said_line_by_line_stands(office):
    report = office.start()
    office.write(report, {"111B": {"expended": 10, "split": "by_line"}})
    lines = report.codes.get(object_code="111B").lines
    lines.filter(lineage=UUID(int=1)).update(expended=1)
    lines.filter(lineage=UUID(int=2)).update(expended=9)
    office.close(report)
    office.certify(report)
    rows = LineOutcome.objects.filter(plan=office.plan).order_by("lineage")
    assert [(row.expended, row.basis) for row in rows] == [
        (1, "reported"),
        (9, "reported"),
        (0, "by_share"),
    ]


def test_the_whole_balance_opens_the_next_year(office):
    report = office.file({"111B": 800_000, "611": 50_000})
    after = money_of(office.plan.district_id, 2028)
    assert after.carried_in == 150_000
    (row,) = FundingAdjustment.objects.all()
    assert (row.cause, row.origin_year) == (f"expenditure/{report.pk}", 2027)


def test_sums_of_money_are_whole_dollars_of_the_districts_asked_for(office):
    """As PostgreSQL sums whole dollars they would be decimals."""
    office.file({"111B": 800_000, "611": 50_000})
    mine, other = office.plan.district_id, DistrictFactory().pk
    certified = certified_figures(districts=[mine, other], fiscal_year=2027)[mine]["annual"]
    money = money_by_district([mine, other], 2028)

    sums = (certified.expended, money[mine].carried_in)
    assert sums == (850_000, 150_000)
    assert {type(each) for each in sums} == {int}
    assert money[other].carried_in is None
    assert certified_figures(districts=[other], fiscal_year=2027) == {}
    assert certified_figures(districts=[mine], fiscal_year=2028) == {}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (None, "and the FY2028 plan budgets it, on lines of carry-forward."),
        ("returned", "and the FY2028 plan budgets it, on lines of carry-forward."),
        ("submitted", "and otherwise by a revision once it is approved, by April 30, 2028."),
        ("approved", "Budget it by a revision of that plan, handed in by April 30, 2028, so that"),
    ],
)
def test_the_receipt_says_what_the_balance_opens_and_where_it_is_budgeted(office, status, words):
    if status:
        cycle = Cycle.objects.get(pk=2028)
        PlanFactory(district=office.plan.district, cycle=cycle, **{status: True})
    office.file({"111B": 800_000, "611": 50_000})
    said = receipt_of(office)
    assert "$150,000 was not spent. It opens FY2028 whole (§ 10-262u(h))," in said
    assert words in said


def test_the_receipt_says_that_nothing_is_left(office):
    office.file({"111B": 900_000, "611": 100_000})
    assert "Nothing of FY2027 is left to carry forward." in receipt_of(office)


def test_the_receipt_of_a_quarter_speaks_of_no_balance(office):
    office.file({"111B": 100_000}, "q1")
    assert "carry forward" not in receipt_of(office)


def test_a_quarterly_report_carries_nothing(office):
    office.file({"111B": 100_000}, "q1")
    assert carried(office.plan) == []


def test_a_correction_states_the_balance_again(office):
    first = office.file({"111B": 800_000})
    office.correct(first, {"111B": 799_000})
    assert carried(office.plan) == [(200_000, False), (201_000, True)]
    assert money_of(office.plan.district_id, 2028).carried_in == 201_000
    assert LineOutcome.objects.get(lineage=UUID(int=1)).expended == 532_667


def test_the_figures_of_the_old_report_hold_until_the_new_one_is_certified(office):
    first = office.file({"111B": 800_000})
    services.supersede(
        kind=EXPENDITURE_KIND,
        report_id=first.pk,
        by=office.officer,
        at=AUGUST,
        key=UUID(int=9),
        reason="An invoice was counted twice.",
    )
    assert money_of(office.plan.district_id, 2028).carried_in == 200_000
    assert LineOutcome.objects.filter(report=f"expenditure/{first.pk}").count() == 3


def test_an_earlier_quarter_certified_late_takes_no_place_of_a_later_one(office):
    office.file({"111B": 300_000}, "q2")
    office.file({"111B": 100_000}, "q1")
    assert {row.as_of.month for row in LineOutcome.objects.all()} == {12}


def test_whoever_prepared_it_does_not_certify_it(office):
    report = office.start()
    office.write(report, {})
    CodeSpending.objects.filter(report=report).update(saved_by=office.superintendent)
    office.close(report)
    with pytest.raises(StepNotAllowed, match="somebody else certifies it"):
        office.certify(report)


def test_an_allocation_that_changed_since_it_was_closed_is_noticed(office):
    report = office.start()
    office.write(report, {})
    office.close(report)
    allocation = Allocation.objects.get(district=office.plan.district)
    FundingAdjustment.objects.create(
        district=office.plan.district,
        fiscal_year=2027,
        origin_year=2026,
        kind="carry_forward",
        amount=5,
        reason="Last year.",
        cause="expenditure/0",
        posted_at=AUGUST,
        posted_by=office.officer,
    )
    assert allocation.amount == 1_000_000
    with pytest.raises(StepNotAllowed, match="now it is 1,000,005"):
        office.certify(report)
    assert not LineOutcome.objects.exists()


def test_a_year_without_an_allocation_reports_its_carry_forward():
    plan = approved_plan(line(1, "111B", 5_000, "carry_forward"), allocation=0)
    office = Office.of(plan)
    FundingAdjustment.objects.create(
        district=plan.district,
        fiscal_year=2027,
        origin_year=2026,
        kind="carry_forward",
        amount=5_000,
        reason="Last year.",
        cause="expenditure/0",
        posted_at=AUGUST,
        posted_by=office.officer,
    )
    office.file({"111B": 2_000})
    assert money_of(plan.district_id, 2028).carried_in == 3_000


def test_a_report_waits_for_an_approved_plan():
    plan = approved_plan()
    plan.status = "draft"
    plan.save()
    with pytest.raises(StepNotAllowed, match="is not approved"):
        Office.of(plan).start()
