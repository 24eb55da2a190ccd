"""FY2025 and FY2026 in the demo: published allocations, and money that foots in every year."""

import csv
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection

from alliance.demo.loading import AS_OF
from alliance.demo.past.money import split
from alliance.tests.loaded import WHOLE, working_in
from districts.calendar import last_day
from districts.models import Allocation, FundingAdjustment
from districts.reports.money import money_over_years
from plans.documents import PLAN, draft_document, fingerprint, stored_document
from plans.models import (
    Carried,
    Cycle,
    LineOutcome,
    Plan,
    PlanVersion,
    StrategyOutcome,
    TargetOutcome,
)
from plans.workflow import Status
from progress.documents.certified import in_force
from progress.documents.progress import PROGRESS
from progress.documents.spending import EXPENDITURE, expenditure_document
from progress.documents.spreading import spread
from progress.models import ExpenditureReport, ProgressReport, ProgressVersion
from progress.rules.progress import findings
from progress.rules.spending import findings_of
from progress.services.progress import KIND
from progress.workflow import ReportStatus
from reviews.models import SpendingDetermination

pytestmark = pytest.mark.django_db

PAST = (2025, 2026)
CARRIED_FORWARD = FundingAdjustment.objects.filter(kind=FundingAdjustment.Kind.CARRY_FORWARD)


@pytest.fixture(scope="module", autouse=True)
def demo(whole_demo, django_db_blocker):
    with working_in(WHOLE, django_db_blocker):
        yield


def asked(sql: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def test_every_district_has_an_approved_plan_of_each_year():
    plans = Plan.objects.filter(cycle__in=PAST)

    assert plans.count() == 33 * 2
    assert set(plans.values_list("status", flat=True)) == {Status.APPROVED}
    assert plans.filter(cycle=2026, copied_from__cycle=2025).count() == 33
    assert Plan.objects.filter(cycle=2027, copied_from__cycle=2026).count() == 33


def test_allocations_are_those_that_were_published():
    file = settings.BASE_DIR / "districts" / "data" / "allocations_by_year.csv"
    published = {
        (row["edsight_district_code"], int(row["fiscal_year"])): int(row["alliance_portion"])
        for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    }
    kept = Allocation.objects.filter(fiscal_year__in=PAST).values_list(
        "district__edsight_code", "fiscal_year", "amount", "is_assumption"
    )

    assert len(kept) == 66
    for code, year, amount, is_assumption in kept:
        assert amount == published[code, year]
        assert not is_assumption


FOOTS = """
    WITH year AS (
        SELECT district.slug, plan.cycle_id AS fiscal_year, plan.id,
            (SELECT amount FROM districts_allocation
             WHERE district_id = district.id AND fiscal_year = plan.cycle_id AND stage = 'final'
               AND superseded_in_id IS NULL) AS allocation,
            coalesce((SELECT amount FROM districts_fundingadjustment
             WHERE district_id = district.id AND fiscal_year = plan.cycle_id
               AND kind = 'carry_forward' AND superseded_at IS NULL), 0) AS carried_in,
            coalesce((SELECT sum(amount) FROM districts_fundingadjustment
             WHERE district_id = district.id AND fiscal_year = plan.cycle_id
               AND kind = 'reduction' AND superseded_at IS NULL), 0) AS reductions,
            (SELECT amount FROM districts_fundingadjustment
             WHERE district_id = district.id AND fiscal_year = plan.cycle_id + 1
               AND kind = 'carry_forward' AND superseded_at IS NULL) AS carried_out,
            coalesce((SELECT sum(amount) FROM plans_budgetline
             WHERE plan_id = plan.id AND funding_source <> 'other'), 0) AS budgeted,
            coalesce((SELECT sum(expended) FROM plans_lineoutcome
             WHERE plan_id = plan.id), 0) AS expended,
            coalesce((SELECT sum(code.expended) FROM progress_codespending code
             JOIN progress_expenditurereport report ON report.id = code.report_id
             WHERE report.plan_id = plan.id AND report.period = 'annual'), 0) AS reported
        FROM plans_plan plan JOIN districts_district district ON district.id = plan.district_id
        WHERE plan.cycle_id IN (2025, 2026)
    )
    SELECT slug, fiscal_year, allocation + carried_in - reductions AS authorized,
        budgeted, expended, reported, carried_out
    FROM year ORDER BY slug, fiscal_year
"""


def test_money_foots_for_every_district_and_year():
    """authorized = allocation + carried in − reductions = budgeted = expended + carried out."""
    rows = asked(FOOTS)

    assert len(rows) == 66
    for slug, year, authorized, budgeted, expended, reported, carried_out in rows:
        assert authorized == budgeted == expended + carried_out, (slug, year)
        assert expended == reported, (slug, year)
        assert 0 <= carried_out <= authorized, (slug, year)
    assert sum(row[-1] for row in rows) > 0


def test_money_as_the_product_reads_it_is_the_same():
    reported = {(slug, year): row for slug, year, *row in asked(FOOTS)}
    slugs = dict(Plan.objects.filter(cycle=2026).values_list("district", "district__slug"))

    for district, years in money_over_years(list(slugs), last=2027).items():
        for year in PAST:
            authorized, *_, carried_out = reported[slugs[district], year]
            assert years[year].authorized == authorized
            assert years[year + 1].carried_in == carried_out


def test_no_line_is_spent_beyond_its_amount():
    above = asked(
        "SELECT count(*) FROM plans_lineoutcome outcome JOIN plans_budgetline line"
        " ON line.plan_id = outcome.plan_id AND line.lineage = outcome.lineage"
        " WHERE outcome.expended > line.amount"
    )

    assert above == [(0,)]


def test_reports_are_accepted_and_certified_by_another_than_their_preparer():
    for model in (ProgressReport, ExpenditureReport):
        reports = model.objects.filter(plan__cycle__in=PAST)
        assert reports.count() == 66
        assert set(reports.values_list("status", flat=True)) == {ReportStatus.ACCEPTED}
        for report in reports.select_related("measured_against"):
            assert report.certified_by_id != report.prepared_by_id
            assert report.certified_at.date() > last_day(report.measured_against.plan.cycle_id)
            assert [event.step for event in report.events.order_by("pk")] == ["certify", "accept"]


def test_every_row_of_a_plan_has_its_outcome():
    for outcomes, rows in (
        (StrategyOutcome, "plans_strategy"),
        (TargetOutcome, "plans_performancetarget"),
        (LineOutcome, "plans_budgetline"),
    ):
        lacking = asked(
            f"SELECT count(*) FROM {rows} row JOIN plans_plan plan ON plan.id = row.plan_id"  # noqa: S608
            f" WHERE plan.cycle_id IN (2025, 2026) AND NOT EXISTS (SELECT 1 FROM"
            f" {outcomes._meta.db_table} WHERE plan_id = plan.id AND lineage = row.lineage)"
        )
        assert lacking == [(0,)]
        assert outcomes.objects.filter(plan__cycle__in=PAST).exists()


def test_some_results_are_not_yet_available_and_say_when_they_will_be():
    waiting = TargetOutcome.objects.filter(actual=None)

    assert 0 < waiting.count() < TargetOutcome.objects.count() / 2
    assert not waiting.filter(available_on=None).exists()


def test_last_result_of_a_measured_target_is_the_baseline_of_the_year_after():
    """Rows keep their lineage over years, and each year goes on from the last."""
    (found,) = asked(
        "SELECT count(*), count(*) FILTER (WHERE outcome.actual = target.baseline)"
        " FROM plans_targetoutcome outcome"
        " JOIN plans_plan plan ON plan.id = outcome.plan_id AND plan.cycle_id = 2026"
        " JOIN plans_plan after ON after.district_id = plan.district_id AND after.cycle_id = 2027"
        " JOIN plans_performancetarget target ON target.plan_id = after.id"
        "  AND target.lineage = outcome.lineage AND target.baseline_year = '2025-26'"
    )

    assert found[0] == found[1] > 20


def test_versions_say_what_the_rows_say_and_are_signed():
    """The rows were written at once: they read as what was signed, by the document's own hash."""
    for version in PlanVersion.objects.filter(plan__cycle=2025).select_related("plan"):
        assert PLAN.close(draft_document(version.plan_id)).sha256 == version.sha256
        assert fingerprint(version.document) == version.sha256
        assert {each.capacity for each in version.signatures.all()} == {
            "superintendent",
            "board_chair",
        }
    assert set(PlanVersion.objects.filter(plan__cycle__in=PAST).values_list("number")) == {(1,)}


def test_what_is_not_published_says_that_it_is_assumed():
    texts = [
        *asked(
            "SELECT summary FROM plans_cover JOIN plans_plan p ON p.id = plan_id"
            " WHERE p.cycle_id IN (2025, 2026)"
        ),
        *asked("SELECT source FROM plans_targetoutcome WHERE actual IS NOT NULL"),
        *asked("SELECT sentence FROM plans_strategyoutcome"),
        *CARRIED_FORWARD.values_list("reason"),
    ]

    assert len(texts) > 300
    assert all("Assumed for this demonstration" in text for (text,) in texts)


def test_cycles_of_past_years_remind_nobody():
    assert list(
        Cycle.objects.filter(pk__in=PAST).values_list("reminders_from", "reminder_rules")
    ) == [(None, None), (None, None)]
    assert CARRIED_FORWARD.filter(fiscal_year=2027).count() == 33


def test_spending_is_certified_as_the_service_would_have_kept_it():
    """Outcomes, balance and text were written at once: they are those the certified text gives."""
    versions = in_force().filter(report__plan__cycle__in=PAST)
    assert versions.count() == 66
    for version in versions.select_related("report__plan", "report__measured_against"):
        document, report = EXPENDITURE.document_of(version), version.report
        plan = report.plan
        kept = LineOutcome.objects.filter(plan=plan)
        assert {each.lineage: (each.obligated, each.expended) for each in kept} == {
            UUID(each.lineage): (each.obligated, each.expended)
            for each in spread(document, stored_document(report.measured_against))
        }
        now = expenditure_document(report)
        assert EXPENDITURE.close(now).sha256 == version.sha256
        assert document.authorized.total == document.expended + (
            FundingAdjustment.objects.get(
                district=plan.district_id, kind="carry_forward", origin_year=plan.cycle_id
            ).amount
        )
        assert [each for each in findings_of(document, today=AS_OF.date()) if each.stops] == []


def test_progress_is_certified_as_the_service_would_have_kept_it():
    versions = ProgressVersion.objects.filter(report__plan__cycle__in=PAST)
    assert versions.count() == 66
    for version in versions.select_related("report__plan__district", "report__measured_against"):
        report = version.report
        document = PROGRESS.document_of(version)
        assert PROGRESS.close(KIND.document_of(report)).sha256 == version.sha256
        assert [each for each in findings(document, AS_OF.date()) if each.stops] == []
        held = (StrategyOutcome, TargetOutcome)
        kept = [list(model.objects.filter(plan=report.plan).order_by("lineage")) for model in held]
        KIND.on_certified(report, version)
        again = [list(model.objects.filter(plan=report.plan).order_by("lineage")) for model in held]
        assert [[_said(each) for each in rows] for rows in kept] == [
            [_said(each) for each in rows] for rows in again
        ]


def _said(row) -> dict:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name != "id"
    }


def test_every_expenditure_report_has_its_determination():
    """§ 10-262u(g), none included; decided by somebody else than whoever accepted it."""
    determined = SpendingDetermination.objects.filter(plan__cycle__in=PAST)

    assert determined.count() == 66
    for each in determined.select_related("report"):
        accepted = each.report.events.get(step="accept")
        assert accepted.taken_by_id != each.decided_by_id
        assert accepted.taken_at < each.decided_at


def test_every_row_of_an_amendment_that_was_there_before_was_read():
    """FY2026 goes on from FY2025, and FY2027 from FY2026."""
    for year in (2026, 2027):
        carried = Carried.objects.filter(plan__cycle=year)
        assert carried.values("plan").distinct().count() == 33
        assert not carried.unread().exists()
        assert {"cover", "objective", "target", "strategy", "milestone"} <= set(
            carried.values_list("kind", flat=True)
        )


@pytest.mark.parametrize("total", [0, 1, 99, 12_345_677])
def test_splitting_loses_no_dollar(total):
    parts = split(total, [3, 5, 11])

    assert sum(parts) == total
    assert min(parts) >= 0
