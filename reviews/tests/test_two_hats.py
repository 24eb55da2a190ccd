"""Somebody of the Department who belongs to a district reads that district as the district does.

The kind of fault: a list, search, count or letter that asks whether they are of the Department,
and not whether the district is their own.
"""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from districts.models import standing_of
from districts.roles import DEPARTMENT_ROLES, DISTRICT_ROLES, Role
from districts.tests.factories import DesignationFactory, DistrictFactory, MembershipFactory, person
from notices.models import Notice
from plans.models import Assignment, Cycle, PlanEvent
from plans.tests.factories import PlanFactory, resubmit
from plans.workflow import Status
from reviews.models import Recommendation
from reviews.reports.queue import TABS, read_queue
from reviews.reports.turns import Duties
from reviews.services import ChangeAsked, assign, recommend, return_for_changes
from reviews.tests.queue_page import lines_of, queue_page

pytestmark = pytest.mark.django_db


def plan_at(stage):
    return PlanFactory(district=DistrictFactory(designated=True, funded=True), **{stage: True})


def two_hats(plan, role=Role.PROGRAM_MANAGER, district_role=Role.DISTRICT_VIEWER):
    user = person(role)
    MembershipFactory(user=user, role=district_role, district=plan.district)
    return user


def queue_of(reader, at, **given):
    cycle, duties = Cycle.objects.get(pk=2027), Duties.of(reader)
    return read_queue(cycle, reader_id=reader.pk, duties=duties, at=at, **given)


def counts_of(queue):
    return queue.counts


@pytest.mark.parametrize("role", sorted(DEPARTMENT_ROLES))
@pytest.mark.parametrize("district_role", sorted(DISTRICT_ROLES))
def test_any_role_in_a_district_makes_them_read_it_as_the_district(role, district_role):
    plan = plan_at("under_review")
    standing = standing_of(two_hats(plan, role, district_role))

    assert not standing.reads_as_department(plan.district_id)
    assert standing.reads_as_department(DistrictFactory().pk)


def test_a_recommendation_reads_in_every_tab_of_the_queue_as_the_review_it_is(noon):
    plan = plan_at("under_review")
    reader = two_hats(plan)
    before = {tab: queue_of(reader, noon, tab=tab) for tab in TABS}
    found = queue_of(reader, noon, words=plan.district.name)

    for one in plan.assignments.current():
        recommend(plan_id=plan.pk, version=1, text="Sound.", key=uuid4(), by=one.reviewer, at=noon)
    plan.refresh_from_db()

    assert queue_of(reader, noon, words=plan.district.name).rows == found.rows
    for tab, was in before.items():
        now = queue_of(reader, noon, tab=tab)
        assert (now.rows, counts_of(now)) == (was.rows, counts_of(was)), tab
    other = person(Role.AUDITOR)
    assert counts_of(queue_of(other, noon))["with-commissioner"] == 1


@pytest.mark.parametrize("stage", ["under_review", "recommended"])
def test_their_own_row_names_no_reviewer_and_opens_no_review(stage, noon):
    plan = plan_at(stage)

    reader = two_hats(plan)
    [row] = lines_of(queue_page(reader, noon))

    assert (row.url, row.status, row.with_whom) == ("", "With the Department", "Department")
    assert (row.program, row.fiscal, row.standing) == ("—", "—", "your district")
    [known] = queue_of(reader, noon).rows
    assert (known.status, known.program, known.fiscal) == (Status.UNDER_REVIEW, None, None)


def test_a_plan_back_with_answers_reads_as_the_district_is_told_it(noon):
    plan = plan_at("returned")
    resubmit(plan)

    [row] = lines_of(queue_page(two_hats(plan), noon))

    assert row.status == "With the Department"


def test_the_plans_own_page_does_not_say_recommended_either(client):
    plan = plan_at("recommended")
    client.force_login(two_hats(plan))
    version = reverse("plans:version", args=[plan.district.slug, 2027, 1])

    for page in (reverse("plans:read", args=[plan.district.slug, 2027]), version):
        assert "Recommended" not in client.get(page).text


def test_letters_of_the_department_about_a_plan_go_to_nobody_of_its_district(noon):
    plan = plan_at("under_review")
    hats = [two_hats(plan, role) for role in sorted(DEPARTMENT_ROLES)]
    commissioner, manager = person(Role.COMMISSIONER), person(Role.PROGRAM_MANAGER)
    reviewer = plan.assignments.current().get(reviews_as=Assignment.As.PROGRAM).reviewer
    belongs_since = plan.assignments.current().get(reviews_as=Assignment.As.FISCAL).reviewer
    MembershipFactory(user=belongs_since, role=Role.DISTRICT_VIEWER, district=plan.district)

    Recommendation.objects.create(
        plan=plan,
        version=plan.versions.get(),
        made_as=Assignment.As.FISCAL,
        text="Sound.",
        made_at=noon,
        made_by=belongs_since,
    )
    recommend(plan_id=plan.pk, version=1, text="Sound.", key=uuid4(), by=reviewer, at=noon)
    return_for_changes(
        plan_id=plan.pk,
        version=1,
        changes=[ChangeAsked("budget", "Name the grades.")],
        key=uuid4(),
        by=manager,
        at=noon,
    )

    told = set(Notice.objects.values_list("to", flat=True))
    assert commissioner.pk in told
    assert not told & {one.pk for one in [*hats, belongs_since]}


def test_a_manager_gives_no_plan_of_their_own_district_to_reviewers(noon):
    plan = plan_at("submitted")
    wanted = {
        "program_reviewer_id": person(Role.PROGRAM_REVIEWER).pk,
        "fiscal_reviewer_id": person(Role.FISCAL_REVIEWER).pk,
    }

    with pytest.raises(PermissionDenied):
        assign(plan_id=plan.pk, by=two_hats(plan), at=noon, key=uuid4(), **wanted)

    assert not PlanEvent.objects.filter(plan=plan, step="start_review").exists()


@pytest.mark.usefixtures("reminders_begun")
def test_reminders_to_come_name_no_colleague_of_their_own_district(client, time_machine):
    time_machine.move_to(datetime(2027, 6, 24, 12, 0, tzinfo=UTC), tick=False)
    own, other = DistrictFactory(), DistrictFactory()
    for district in (own, other):
        DesignationFactory(district=district, first_fiscal_year=2028, last_fiscal_year=2032)
        person(Role.SUPERINTENDENT, district)
    reader = person(Role.AUDITOR)
    MembershipFactory(user=reader, role=Role.DISTRICT_VIEWER, district=own)
    client.force_login(reader)

    response = client.get(reverse("reviews:letters"), {"status": "scheduled"})

    assert {one.owed.district for one in response.context["ledger"].scheduled} == {other}
