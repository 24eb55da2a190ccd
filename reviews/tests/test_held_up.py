"""What the workload board says of plans whose reviews are in, and which wait all the same."""

from uuid import uuid4

import pytest
from django.urls import reverse

from districts.calendar import eastern_day
from districts.roles import Role
from districts.tests.factories import DistrictFactory, MembershipFactory, person, restated
from plans.models import Assignment
from plans.tests.factories import PlanFactory
from reviews.reports.held_up import HeldUp, held_up
from reviews.services import name_third, recommend
from reviews.tests.test_rating import finish, rate_all

pytestmark = pytest.mark.django_db

URL = reverse("reviews:workload")
PROGRAM, FISCAL = Assignment.As.PROGRAM, Assignment.As.FISCAL


def test_what_is_reviewed_and_waits_to_be_agreed_on_or_for_a_third_is_told(
    client,
    under_review,
    program_reviewer_of,
    fiscal_reviewer_of,
    noon,
    manager,
    django_assert_num_queries,
):
    """Of a district the reader is kept from nothing; no more queries than without."""
    plan = under_review
    reviewers = {PROGRAM: program_reviewer_of(plan), FISCAL: fiscal_reviewer_of(plan)}
    for part, reviewer in reviewers.items():
        rate_all(plan, reviewer, noon, part, dollars="meets" if part == PROGRAM else "does_not")
        assert held_up(2027, reader=manager, on=eastern_day(noon)) == ([], 0)
        finish(plan, reviewer, noon)
    plan.refresh_from_db()
    reform = PlanFactory(
        district=DistrictFactory(name="Waterbury", designated=True), under_review=True
    )
    restated(reform.district.designations.get(), is_reform_district=True)
    assert held_up(2027, reader=manager, on=eastern_day(noon)) == ([one(plan, noon)], 1)

    for assigned in reform.assignments.all():
        recommend(
            plan_id=reform.pk, version=1, text="Sound.", key=uuid4(), by=assigned.reviewer, at=noon
        )
    rows, how_many = held_up(2027, reader=manager, on=eastern_day(noon))
    assert how_many == 2
    assert {(each.name, each.is_disputed, each.lacks_third, each.third) for each in rows} == {
        (plan.district.name, True, False, None),
        ("Waterbury", False, True, None),
    }
    third = person(Role.PROGRAM_MANAGER, name="Thea")
    name_third(plan_id=reform.pk, reviewer_id=third.pk, by=manager, at=noon)
    client.force_login(manager)
    client.get(URL)
    with django_assert_num_queries(8):
        page = " ".join(client.get(URL).text.split())
    assert "Its reviewers, to agree where they lie two levels apart" in page
    assert "The third review, of an educational reform district, by Thea" in page

    MembershipFactory(user=manager, role=Role.DISTRICT_VIEWER, district=plan.district)
    assert [
        each.name for each in held_up(2027, reader=again(manager), on=eastern_day(noon))[0]
    ] == ["Waterbury"]
    recommend(plan_id=reform.pk, version=1, text="Third.", key=uuid4(), by=third, at=noon)
    assert held_up(2027, reader=again(manager), on=eastern_day(noon)) == ([], 0)


def one(plan, at):
    return HeldUp(
        name=plan.district.name,
        slug=plan.district.slug,
        days=(eastern_day(at) - eastern_day(plan.submitted_at)).days,
        is_disputed=True,
        lacks_third=False,
        third=None,
    )


def again(user):
    """As what they are now."""
    return type(user).objects.get(pk=user.pk)
