"""Each figure of the dashboard equals an independent sum in SQL, written here and not asked of it.

The kind of fault: a sum that leaves out what names no focus area, counts a version twice, a recall
as a submission, or a return that was undone as a round.
"""

from datetime import date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection

from districts.calendar import EASTERN
from districts.models import Membership
from districts.roles import Role
from districts.tests.factories import DesignationFactory, DistrictFactory, person
from plans.models import Cycle, Plan, PlanEvent, RequiredChange
from plans.tests.documents import change, complete_document
from plans.tests.factories import PlanFactory, closed_version, resubmit
from plans.workflow import Status, Step
from reviews.reports.dashboard import (
    Cut,
    Side,
    dollars_of_year,
    late_in,
    plan_dollars,
    plan_times,
    quiet_districts,
    read_dashboard,
)
from reviews.reports.turns import NO_DUTIES

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 30)


def sql(query, *asked):
    with connection.cursor() as cursor:
        cursor.execute(query, asked)
        return cursor.fetchall()


def town(name, **others):
    return DistrictFactory(name=name, slug=name.lower(), designated=True, **others)


@pytest.fixture
def year():
    """Plans of FY2027 in every status that has one, one sent back and handed in again, and one
    whose submission was recalled."""
    town("Ansonia")
    PlanFactory(district=town("Bristol"))
    PlanFactory(district=town("Danbury"), submitted=True)
    PlanFactory(district=town("Derby"), under_review=True)
    PlanFactory(district=town("Groton"), returned=True)
    PlanFactory(district=town("Hamden"), recommended=True, reviews=True)
    PlanFactory(district=town("Hartford"), approved=True)
    PlanFactory(district=town("Meriden"), approved=True)
    resubmit(PlanFactory(district=town("Norwalk"), returned=True))
    bare = change(complete_document(), "lines", 0, strategy=None, focus_area=None, object_code=None)
    bare = change(bare, "lines", 1, funding_source="other")
    plan = PlanFactory(district=town("Norwich"), submitted=True)
    plan.edition += 1
    plan.save()
    handed_in(plan, closed_version(plan, bare))
    recalled = PlanFactory(district=town("Putnam"), submitted=True)
    step(recalled, Step.RECALL, Status.SUBMITTED, Status.DRAFT)
    return Cycle.objects.get(pk=2027)


def handed_in(plan, version):
    """Taken back and handed in again, with another text."""
    step(plan, Step.RECALL, Status.SUBMITTED, Status.DRAFT)
    step(plan, Step.SUBMIT, Status.DRAFT, Status.SUBMITTED, version=version)


def step(plan, taken, source, target, *, version=None, at=None):
    PlanEvent.objects.create(
        plan=plan,
        step=taken,
        source=source,
        target=target,
        version=version,
        reason="So." if taken in {Step.RETURN, Step.UNDO_RETURN} else "",
        taken_at=at or datetime(2026, 8, 3, 12, tzinfo=EASTERN),
        taken_by=plan.started_by,
    )
    plan.status = target
    plan.save(update_fields=["status"])


def dashboard(cycle, *, today=TODAY, reader_id=-1):
    return read_dashboard(cycle, reader_id=reader_id, duties=NO_DUTIES, today=today)


def test_plans_at_each_stage_are_those_counted_by_status(year):
    tallies = dashboard(year).tallies
    counted = dict(
        sql("SELECT status, count(*) FROM plans_plan WHERE cycle_id = 2027 GROUP BY status")
    )

    shown = {"drafts": "draft", "returned": "returned", "approved": "approved"}
    assert {tab: tallies[tab].count for tab in shown} == {
        tab: counted[status] for tab, status in shown.items()
    }
    [(districts,)] = sql(
        "SELECT count(*) FROM districts_designation WHERE superseded_in_id IS NULL"
    )
    assert tallies[""].count == districts == 11
    assert tallies["not-begun"].count == districts - sum(counted.values()) == 1
    stages = ("to-assign", "under-review", "with-districts", "with-commissioner", "decided")
    assert sum(tallies[stage].count for stage in stages) == districts


DOLLARS = """
    WITH last AS (
        SELECT plan.id, plan.status, (
            SELECT version.document FROM plans_planversion AS version
            WHERE version.id IN (
                SELECT event.version_id FROM plans_planevent AS event
                WHERE event.plan_id = plan.id AND event.step = 'submit' AND NOT EXISTS (
                    SELECT FROM plans_planevent AS taken_back
                    WHERE taken_back.plan_id = plan.id AND taken_back.step = 'recall'
                        AND taken_back.id > event.id AND NOT EXISTS (
                            SELECT FROM plans_planevent AS again WHERE again.plan_id = plan.id
                                AND again.step = 'submit' AND again.id > event.id
                                AND again.id < taken_back.id))
            ) ORDER BY version.number DESC LIMIT 1
        ) AS document
        FROM plans_plan AS plan WHERE plan.cycle_id = 2027
    )
    SELECT coalesce({key}, 'none'), sum((line->>'amount')::int)::bigint, count(DISTINCT last.id)
    FROM last, jsonb_array_elements(document->'lines') AS line
    LEFT JOIN LATERAL (
        SELECT each->'domain'->>'code' AS domain FROM jsonb_array_elements(document->'strategies')
            AS each WHERE each->>'lineage' = line->>'strategy'
    ) AS strategy ON true
    WHERE line->>'funding_source' <> 'other' AND last.status = ANY(%s)
    GROUP BY 1
"""
KEYS = {
    Cut.AREA: "line->'focus_area'->>'number'",
    Cut.DOMAIN: "strategy.domain",
    Cut.GROUP: "left(line->'object_code'->>'code', 1)",
}


@pytest.mark.parametrize("cut", Cut)
def test_dollars_are_those_of_the_lines_in_the_texts_that_stand(year, cut):
    shown = dashboard(year).dollars
    query = DOLLARS.format(key=KEYS[cut])
    counted = {key: (dollars, plans) for key, dollars, plans in sql(query, [*Status])}
    approved = {key: dollars for key, dollars, _ in sql(query, [Status.APPROVED])}

    parts = shown.cuts[cut]
    assert {part.key: (part.dollars, part.plans) for part in parts} == counted
    assert {part.key: part.approved for part in parts if part.approved} == approved
    assert "none" in counted
    assert sum(part.dollars for part in parts) == shown.all.dollars > 0
    assert sum(part.approved for part in parts) == shown.all.approved > 0
    for part in parts:
        rows = list(plan_dollars(2027, cut, part.key))
        assert (sum(row.dollars for row in rows), len(rows)) == (part.dollars, part.plans)
    assert sum(row.dollars for row in plan_dollars(2027, cut, "")) == shown.all.dollars
    assert {row.district for row in plan_dollars(2027, cut, "")}.isdisjoint(
        {"Ansonia", "Bristol", "Putnam"}  # begun or not, never handed in; and recalled
    )


def test_a_withdrawn_plan_counts_for_no_dollars(year):
    before = dashboard(year).dollars.all.dollars
    plan = PlanFactory(district=town("Windham"), submitted=True)
    assert dashboard(year).dollars.all.dollars > before

    step(plan, Step.WITHDRAW, Status.SUBMITTED, Status.WITHDRAWN)

    assert dashboard(year).dollars.all.dollars == before


def days(plan_id, statuses):
    """Day by day: on how many evenings the plan was in one of these statuses."""
    [(number,)] = sql(
        """
        SELECT count(*) FROM plans_plan AS plan, generate_series(
            (plan.started_at AT TIME ZONE 'America/New_York')::date, %s::date - 1, '1 day') AS day
        WHERE plan.id = %s AND coalesce((
            SELECT event.target FROM plans_planevent AS event WHERE event.plan_id = plan.id
                AND (event.taken_at AT TIME ZONE 'America/New_York')::date <= day::date
            ORDER BY event.id DESC LIMIT 1), 'draft') = ANY(%s)
        """,
        TODAY,
        plan_id,
        statuses,
    )
    return number


def test_days_with_whom_are_those_counted_day_by_day(year):
    rows = {row.slug: row for row in plan_times(2027, today=TODAY)}
    plans = sql(
        "SELECT plan.id, district.slug FROM plans_plan AS plan"
        " JOIN districts_district AS district ON district.id = plan.district_id"
    )

    assert len(rows) == len(plans) == 10
    for plan_id, slug in plans:
        row = rows[slug]
        assert row.with_district == days(plan_id, ["draft", "returned"])
        assert row.with_state == days(plan_id, ["submitted", "under_review", "recommended"])
        assert row.since_decided == days(plan_id, ["approved", "withheld", "withdrawn"])
        assert row.days == row.with_district + row.with_state + row.since_decided
    assert rows["norwalk"].rounds == 1
    assert rows["groton"].side == Side.DISTRICT


def test_a_return_that_was_undone_is_no_round(year):
    plan = PlanFactory(district=town("Windham"), under_review=True)
    step(plan, Step.RETURN, Status.UNDER_REVIEW, Status.RETURNED)
    assert plan_times_of("windham").rounds == 1
    step(plan, Step.UNDO_RETURN, Status.RETURNED, Status.UNDER_REVIEW)
    assert plan_times_of("windham").rounds == 0


def plan_times_of(slug):
    return next(row for row in plan_times(2027, today=TODAY) if row.slug == slug)


def test_sums_of_each_side_are_those_of_its_rows(year):
    times = dashboard(year).times

    for side in Side:
        rows = list(plan_times(2027, today=TODAY, side=side))
        sums = times[side]
        assert sums.plans == len(rows) > 0
        assert sums.rounds == sum(row.rounds for row in rows)
        assert sums.longest == max(row.here for row in rows)
        assert sums.here == sorted(row.here for row in rows)[(len(rows) - 1) // 2]  # the median
    [(plans, returns)] = sql(
        "SELECT count(DISTINCT plan.id), count(event.id) FROM plans_plan AS plan"
        " LEFT JOIN plans_planevent AS event ON event.plan_id = plan.id AND event.step = 'return'"
    )
    assert (times[None].plans, times[None].rounds) == (plans, returns)
    returned = list(plan_times(2027, today=TODAY, returned=True))
    assert times[None].returned == len(returned) == 2


LATE_PLANS = """
    SELECT count(*) FROM districts_district AS district
    LEFT JOIN plans_plan AS plan ON plan.district_id = district.id AND plan.cycle_id = 2027
    JOIN plans_cycle AS cycle ON cycle.fiscal_year = 2027
    WHERE ((plan.id IS NULL OR plan.status = 'draft') AND cycle.plan_due_on < %(today)s)
        OR (plan.status IN ('submitted', 'under_review') AND cycle.reviews_complete_on < %(today)s)
        OR (plan.status = 'recommended' AND cycle.decisions_on < %(today)s)
        OR (plan.status = 'returned' AND %(today)s > (
            SELECT min(due_on) FROM plans_requiredchange WHERE plan_id = plan.id))
"""
LATE_REPORTS = """
    SELECT count(*) FROM plans_plan AS plan, (VALUES ('q1', date '2026-10-20'),
        ('q2', '2027-01-20'), ('q3', '2027-04-20'), ('mid_year', '2027-02-28')) AS due(period, day)
    WHERE plan.status = 'approved' AND due.day < %(today)s
"""


@pytest.mark.parametrize("today", [date(2026, 6, 30), date(2026, 9, 16), TODAY, date(2027, 5, 1)])
def test_what_is_late_is_what_the_dates_of_the_year_say(year, today):
    late = late_in(year, today=today, reader_id=-1)
    with connection.cursor() as cursor:
        cursor.execute(LATE_PLANS, {"today": today})
        [plans] = cursor.fetchone()
        cursor.execute(LATE_REPORTS, {"today": today})
        [reports] = cursor.fetchone()

    assert (late.plans, late.reports) == (plans, reports)
    assert len(late.things) == late.count == plans + reports
    assert [one.since for one in late.things] == sorted(one.since for one in late.things)
    shown = dashboard(year, today=today).late
    assert (shown.count, shown.things) == (late.count, late.things[:8])


def test_no_report_is_late_before_its_plan_was_approved(year):
    plan = PlanFactory(district=town("Windham"), recommended=True, reviews=True)
    approved_at = datetime(2026, 11, 10, 12, tzinfo=EASTERN)
    step(plan, Step.APPROVE, Status.RECOMMENDED, Status.APPROVED, at=approved_at)

    def late(today):
        things = late_in(year, today=today, reader_id=-1).things
        return [(one.due_on, one.since) for one in things if one.slug == "windham"]

    assert late(date(2026, 11, 10)) == []  # due October 20, before there was a plan to report on
    assert late(date(2026, 11, 11)) == [(date(2026, 10, 20), date(2026, 11, 10))]


def test_who_is_kept_from_a_district_reads_no_more_of_it_than_the_district(year):
    of_hamden = person(Role.BOARD_CHAIR, town_of("hamden"))

    def told(reader_id):
        things = late_in(year, today=TODAY, reader_id=reader_id).things
        return next((one.status, one.is_ready) for one in things if one.slug == "hamden")

    assert told(-1) == (Status.RECOMMENDED, True)
    assert told(of_hamden.pk) == (Status.UNDER_REVIEW, False)


def town_of(slug):
    return Cycle.objects.get(pk=2027).plans.get(district__slug=slug).district


def test_quiet_are_those_whose_writers_nobody_saw(year):
    seen = {"ansonia": 13, "bristol": 14, "groton": 40}
    for slug, days_ago in seen.items():
        district = DesignationFactory._meta.model.objects.get(district__slug=slug).district
        coordinator = person(Role.PLAN_COORDINATOR, district)
        coordinator.last_login = datetime(2026, 11, 30, 12, tzinfo=EASTERN) - timedelta(days_ago)
        coordinator.save()
        viewer = person(Role.DISTRICT_VIEWER, district)  # reads, and writes nothing
        viewer.last_login = datetime(2026, 11, 29, tzinfo=EASTERN)
        viewer.save()

    quiet, count = quiet_districts(year, today=TODAY)

    # Nobody ever signed in for Putnam; the others handed theirs in, and owe nothing.
    assert [(one.slug, one.people) for one in quiet] == [
        ("putnam", 0),
        ("groton", 1),
        ("bristol", 1),
    ]
    assert count == dashboard(year).quiet_count == 3
    assert [one.slug for one in quiet_districts(year, today=TODAY, days=41)[0]] == ["putnam"]
    assert quiet_districts(year, today=year.opens_on - timedelta(1)) == ([], 0)
    assert Membership.objects.filter(role=Role.DISTRICT_VIEWER).count() == len(seen)


def test_a_dashboard_asks_as_often_for_one_district_as_for_many(year, django_assert_num_queries):
    """Once more for the dollars of texts that it was not asked for before."""
    for names in (), ("Vernon", "Waterbury", "Windham"):
        for name in names:
            PlanFactory(district=town(name), approved=True)
        with django_assert_num_queries(8):
            before = dashboard(year)
        with django_assert_num_queries(7):
            assert dashboard(year) == before


def test_sums_that_are_kept_are_those_of_the_texts_and_statuses_of_now(year):
    plan = town_of("derby").plans.get()
    approved = dashboard(year).dollars.all.approved
    for status in (Status.APPROVED, Status.UNDER_REVIEW, Status.WITHDRAWN):
        Plan.objects.filter(pk=plan.pk).update(status=status)
        shown, before = dashboard(year).dollars, dollars_of_year(year.pk)
        cache.clear()
        assert shown == before == dollars_of_year(year.pk)
        assert (shown.all.approved > approved) == (status == Status.APPROVED)


def test_answers_that_are_open_are_counted(year):
    plan = town_of("groton").plans.get()
    open_changes = RequiredChange.objects.filter(plan=plan, answered_at=None).count()

    things = late_in(year, today=TODAY, reader_id=-1).things
    assert next(one for one in things if one.slug == "groton").open_changes == open_changes > 0
