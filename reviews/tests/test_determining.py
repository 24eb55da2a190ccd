"""The determination on an expenditure report: its figures, its dollars, its letter, its pages."""

from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, InternalError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from districts.calendar import EASTERN
from districts.models import FundingAdjustment
from districts.reports.money import money_of
from districts.roles import Role
from districts.tests.factories import AllocationFactory, person
from notices.models import Notice
from plans.services import Blocked, SentBefore
from plans.workflow import StepNotAllowed
from progress.tests.factories import (
    ExpenditureReportFactory,
    as_lineage,
    line_outcome,
)
from progress.workflow import ReportStatus, ReportStep
from reviews.models import SpendingDetermination
from reviews.reports.determinations import is_closed, spent_lines, waiting
from reviews.services import LineFound, determine
from reviews.services.determining import ACCEPTED_IT
from reviews.tests.years import approved_2027

pytestmark = pytest.mark.django_db

AT = datetime(2027, 9, 9, 12, tzinfo=EASTERN)
COACHES, STIPENDS = as_lineage("line-41"), as_lineage("line-42")


@pytest.fixture
def plan(db):
    plan = approved_2027()
    line_outcome(plan, "line-41", 500_000)
    line_outcome(plan, "line-42", 20_000)
    line_outcome(plan, "line-43", 0)
    return plan


@pytest.fixture
def report(plan):
    return ExpenditureReportFactory(plan=plan, accepted=True)


def found(lineage=COACHES, *, out=18_400, remedy="repay", remedied=None, evidence="Invoices."):
    remedied = (0 if remedy == "none" else out) if remedied is None else remedied
    return LineFound(lineage, out, remedy, remedied, evidence)


def determine_by(by, report, *lines, lands_in=2028, reasons="Trips are not in the plan.", key=None):
    return determine(
        report_id=report.pk,
        lines=lines,
        lands_in=lands_in,
        reasons=reasons,
        key=key or uuid4(),
        by=by,
        at=AT,
    )


def adjustments(plan):
    rows = FundingAdjustment.objects.standing().filter(district=plan.district)
    return list(rows.order_by("pk").values_list("kind", "fiscal_year", "origin_year", "amount"))


def test_none_is_a_determination_with_a_letter_and_no_money(plan, report, commissioner):
    chair = person(Role.BOARD_CHAIR, plan.district)

    determination = determine_by(commissioner, report, reasons="All as planned.")

    assert "All that is reported was expended in accordance" in determination.letter
    assert (determination.lands_in, determination.lines.count()) == (None, 0)
    assert adjustments(plan) == []
    letter = Notice.objects.get(kind="spending_determined")
    assert letter.to == chair
    assert determination.letter.strip() in letter.body
    assert is_closed(plan)


def test_repaid_and_reduced_dollars_are_posted_each_where_it_counts(plan, report, commissioner):
    AllocationFactory(district=plan.district, fiscal_year=2028)
    before = money_of(plan.district_id, 2028)

    determination = determine_by(
        commissioner, report, found(), found(STIPENDS, out=5_000, remedy="reduce", remedied=4_000)
    )

    assert adjustments(plan) == [
        ("repayment", 2027, 2027, 18_400),
        ("reduction", 2028, 2027, 4_000),
    ]
    after = money_of(plan.district_id, 2028)
    assert (after.reductions, after.authorized) == (4_000, before.authorized - 4_000)
    assert money_of(plan.district_id, 2027).repaid == 18_400
    assert money_of(plan.district_id, 2027).authorized == 1_000_000  # it changes no balance
    assert (
        "of $500,000 expended, $18,400 was not expended in accordance with the approved"
        " application. $18,400 is to be repaid. Evidence: Invoices.\n" in determination.letter
    )
    assert "Funding of fiscal year 2028 is reduced by $4,000." in determination.letter


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (
            found(STIPENDS, out=20_001),
            "Line 2: $20,001 is out of compliance, and $20,000 was expended on it.",
        ),
        (found(out=0, remedy="none"), "Line 1: no amount is out of compliance."),
        (
            found(remedied=18_401),
            "Line 1: $18,401 is to be remedied, and $18,400 is out of compliance: each dollar is"
            " remedied once at most.",
        ),
        (found(remedy="none", remedied=5), "Line 1: a remedy and its amount go together."),
        (found(remedied=0), "Line 1: a remedy and its amount go together."),
        (found(remedy="fine"), "Line 1: say whether it is repaid, or reduces a later year."),
        (found(evidence=" "), "Line 1: say what shows it."),
        (found(as_lineage("line-43")), "Nothing was expended on a line that is named."),
        (found(UUID(int=7)), "Nothing was expended on a line that is named."),
    ],
)
def test_a_figure_that_does_not_hold_is_named(report, commissioner, line, fault):
    with pytest.raises(Blocked) as refusal:
        determine_by(commissioner, report, line)

    assert refusal.value.reasons == [fault]
    assert not SpendingDetermination.objects.exists()


def test_a_line_is_named_once_and_reasons_are_given(report, commissioner):
    with pytest.raises(Blocked) as refusal:
        determine_by(commissioner, report, found(), found(), reasons=" ")

    assert refusal.value.reasons == [
        "The determination gives no reasons.",
        "A line is named twice. Name each line once.",
    ]


@pytest.mark.parametrize(
    ("lands_in", "may"), [(None, False), (2027, False), (2028, True), (2029, True), (2030, False)]
)
def test_a_reduction_lands_within_two_years(report, commissioner, lands_in, may):
    if may:
        made = determine_by(commissioner, report, found(remedy="reduce"), lands_in=lands_in)
        assert made.lands_in == lands_in
        return
    with pytest.raises(Blocked, match="A reduction lands in FY2028 or FY2029"):
        determine_by(commissioner, report, found(remedy="reduce"), lands_in=lands_in)


@pytest.mark.parametrize("status", sorted(set(ReportStatus) - {ReportStatus.ACCEPTED}))
def test_a_report_is_accepted_first(plan, commissioner, status):
    report = ExpenditureReportFactory(plan=plan, status=status)

    with pytest.raises(StepNotAllowed, match="It gets its determination once the Department"):
        determine_by(commissioner, report)


def test_a_quarterly_report_gets_none(plan, commissioner):
    with pytest.raises(StepNotAllowed, match="Only the annual"):
        determine_by(commissioner, ExpenditureReportFactory(plan=plan, period="q1", accepted=True))


def test_it_is_the_deciders_alone(plan, report, delegate):
    for role in (Role.PROGRAM_MANAGER, Role.FISCAL_REVIEWER, Role.SYSADMIN):
        with pytest.raises(PermissionDenied):
            determine_by(person(role), report)
    with pytest.raises(PermissionDenied):
        determine_by(person(Role.SUPERINTENDENT, plan.district), report)

    commissioner = person(Role.COMMISSIONER)
    determination = determine_by(delegate, report)

    assert "In the name of the Commissioner" in determination.letter
    assert Notice.objects.filter(kind="spending_determined", to=commissioner).exists()


def test_who_accepted_the_report_does_not_determine_it(report, delegate):
    report.events.create(
        step=ReportStep.ACCEPT,
        source="certified",
        target="accepted",
        taken_at=AT,
        taken_by=delegate,
    )

    with pytest.raises(Blocked) as refusal:
        determine_by(delegate, report)
    assert refusal.value.reasons == [ACCEPTED_IT]


def test_who_reviewed_the_plan_does_not_determine_its_spending(plan, report, delegate):
    plan.assignments.create(
        reviewer=delegate,
        reviews_as="fiscal_reviewer",
        assigned_at=AT,
        assigned_by=plan.started_by,
        ended_at=AT,
        ended_by=plan.started_by,
    )

    with pytest.raises(Blocked, match="somebody else decides"):
        determine_by(delegate, report)


def test_the_same_again_is_the_same_act_and_other_words_are_refused(report, commissioner):
    key = uuid4()
    first = determine_by(commissioner, report, found(), key=key)

    assert determine_by(commissioner, report, found(), key=key) == first
    with pytest.raises(SentBefore):
        determine_by(commissioner, report, found(out=1), key=key)
    with pytest.raises(StepNotAllowed, match="determined this report already"):
        determine_by(commissioner, report)
    assert FundingAdjustment.objects.count() == 1


def corrected(report, **outcomes):
    """The report that corrects it, accepted."""
    type(report).objects.filter(pk=report.pk).update(status=ReportStatus.SUPERSEDED)
    return ExpenditureReportFactory(
        plan=report.plan, accepted=True, supersedes=report, reason="A transfer was left out."
    )


def test_a_corrected_report_is_determined_anew_and_its_dollars_take_the_place(
    plan, report, commissioner
):
    first = determine_by(commissioner, report, found(), found(STIPENDS, out=900, remedy="reduce"))
    again = corrected(report)
    assert not is_closed(plan)

    second = determine_by(commissioner, again, found(out=100, remedy="reduce"), lands_in=2029)

    assert second.supersedes == first
    assert adjustments(plan) == [("repayment", 2027, 2027, 0), ("reduction", 2029, 2027, 100)]
    third = determine_by(commissioner, corrected(again), found(out=50))
    assert third.supersedes == second
    assert adjustments(plan) == [("repayment", 2027, 2027, 50), ("reduction", 2029, 2027, 0)]


def test_a_correction_of_a_correction_finds_the_determination_before_it(report, commissioner):
    first = determine_by(commissioner, report, found())
    never_determined = corrected(report)

    assert determine_by(commissioner, corrected(never_determined)).supersedes == first


def test_it_stands_for_ever(report, commissioner):
    determination = determine_by(commissioner, report, found())

    for row in (determination, determination.lines.get()):
        rows = type(row).objects.filter(pk=row.pk)
        with pytest.raises(InternalError), transaction.atomic():
            rows._raw_delete("default")
        with pytest.raises(InternalError), transaction.atomic():
            row.save()


def test_the_table_itself_keeps_the_amounts(report, commissioner):
    determination = determine_by(commissioner, report)
    line = {
        "lineage": COACHES,
        "number": 1,
        "expended": 10,
        "out_of_compliance": 5,
        "remedy": "repay",
        "remedied": 5,
        "evidence": "It.",
    }
    for wrong in (
        {"out_of_compliance": 11},
        {"remedied": 6},
        {"remedied": 0},
        {"remedy": "none"},
        {"evidence": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            determination.lines.create(**line | wrong)
    determination.lines.create(**line)


amounts = st.integers(-5, 600_000)
lines_found = st.builds(
    LineFound,
    lineage=st.sampled_from([COACHES, STIPENDS]),
    out_of_compliance=amounts,
    remedy=st.sampled_from(["none", "repay", "reduce"]),
    remedied=amounts,
    evidence=st.just("Invoices."),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(lines_found, max_size=3))
def test_whatever_is_entered_no_dollar_is_remedied_twice_or_out_of_nothing(
    report, commissioner, lines
):
    with transaction.atomic():
        try:
            determination = determine_by(commissioner, report, *lines)
        except Blocked:
            return
        rows = list(determination.lines.all())
        posted = sum(amount for *_, amount in adjustments(report.plan))
        transaction.set_rollback(True)

    spent = {line.lineage: line.expended for line in spent_lines(report)}
    assert posted == sum(row.remedied for row in rows)
    assert len({row.lineage for row in rows}) == len(rows)
    assert all(0 <= row.remedied <= row.out_of_compliance <= spent[row.lineage] for row in rows)


def url_of(name, plan):
    return reverse(f"reviews:{name}", args=[plan.district.slug, plan.cycle_id])


def typed(**said):
    return {"key": str(uuid4()), "reasons": "Trips are not in the plan.", "lands_in": "", **said}


def test_the_page_makes_it_and_both_sides_read_it(client, plan, report, commissioner):
    client.force_login(commissioner)
    page = client.get(url_of("determine", plan)).text
    assert "$520,000 expended" in page
    assert "Line 1, " in page

    answer = client.post(
        url_of("determine", plan),
        typed(
            **{
                "line-1-out_of_compliance": "18,400",
                "line-1-remedy": "reduce",
                "line-1-evidence": "Invoices 3, 4 and 7.",
                "lands_in": "2028",
            }
        ),
    )

    assert (answer.status_code, answer.url) == (302, url_of("determination", plan))
    assert adjustments(plan) == [("reduction", 2028, 2027, 18_400)]
    for reader in (commissioner, person(Role.DISTRICT_VIEWER, plan.district)):
        client.force_login(reader)
        text = client.get(url_of("determination", plan)).text
        assert "Invoices 3, 4 and 7." in text
        assert "Reduce a later year: FY2028" in text
    client.force_login(person(Role.DISTRICT_VIEWER, approved_2027().district))
    assert client.get(url_of("determination", plan)).status_code == 404


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"line-2-out_of_compliance": "20,001", "line-2-evidence": "x"}, "more than was expended"),
        ({"line-2-out_of_compliance": "ten", "line-2-evidence": "x"}, "is not an amount"),
        ({"line-2-evidence": "Kept words"}, "Write how much was out of compliance"),
        ({"line-2-out_of_compliance": "10"}, "Say what shows it"),
        (
            {"line-2-out_of_compliance": "10", "line-2-evidence": "x", "line-2-remedied": "11"},
            "This is more than is out of compliance",
        ),
        ({"reasons": ""}, "Reasons"),
        (
            {
                "line-2-out_of_compliance": "10",
                "line-2-evidence": "Kept words",
                "line-2-remedy": "reduce",
            },
            "A reduction lands in FY2028 or FY2029",
        ),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    client, plan, report, commissioner, said, words
):
    client.force_login(commissioner)

    answer = client.post(url_of("determine", plan), typed(**said))

    assert answer.status_code == 422
    assert words in answer.text
    for kept in said.values():
        assert kept in answer.text
    assert not SpendingDetermination.objects.exists()


def test_the_list_says_which_reports_have_none(client, plan, report, commissioner):
    ExpenditureReportFactory(plan=approved_2027())
    client.force_login(person(Role.AUDITOR))

    text = client.get(reverse("reviews:determinations")).text

    assert ("To determine" in text, "To accept" in text) == (True, True)
    determine_by(commissioner, report)
    text = client.get(reverse("reviews:determinations")).text
    assert "To determine" not in text
    assert url_of("determination", plan) in text


def test_the_list_asks_as_often_for_three_as_for_one(client, report, django_assert_num_queries):
    client.force_login(person(Role.AUDITOR))
    client.get(reverse("reviews:determinations"))
    with django_assert_num_queries(5):
        client.get(reverse("reviews:determinations"))
    for _ in range(2):
        ExpenditureReportFactory(plan=approved_2027())
    with django_assert_num_queries(5):
        client.get(reverse("reviews:determinations"))


def test_who_may_not_reads_no_form(client, plan, report, reviewer):
    client.force_login(reviewer)
    assert client.get(url_of("determine", plan)).status_code == 403
    client.force_login(person(Role.FISCAL_OFFICER, plan.district))
    assert client.get(url_of("determine", plan)).status_code == 404
    assert client.get(reverse("reviews:determinations")).status_code == 403


def test_without_a_report_there_is_no_page(client, plan, commissioner):
    client.force_login(commissioner)

    assert client.get(url_of("determine", plan)).status_code == 404
    assert client.get(url_of("determination", plan)).status_code == 404
    assert list(waiting(type(plan).objects.all())) == []
