"""Naming who gives the third review of an educational reform district (R36)."""

from http import HTTPStatus

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import MembershipFactory, person, restated
from notices.models import Notice
from plans.models import Plan
from plans.services import Blocked
from plans.tests.factories import PlanFactory
from plans.workflow import StepNotAllowed
from reviews.models import ThirdReviewer
from reviews.permissions import had_a_hand
from reviews.reports.packet import read_packet
from reviews.services import name_third

pytestmark = pytest.mark.django_db


@pytest.fixture
def reform(under_review):
    restated(under_review.district.designations.get(), is_reform_district=True)
    return under_review


def test_who_is_named_is_on_record_with_who_was_before(reform, manager, noon):
    first, second = person(Role.PROGRAM_MANAGER), person(Role.PROGRAM_MANAGER)
    for named in (first, first, second):  # the same form sent twice is one act
        name_third(plan_id=reform.pk, reviewer_id=named.pk, by=manager, at=noon)
    assert list(
        ThirdReviewer.objects.order_by("pk").values_list("reviewer", "assigned_by", "ended_by")
    ) == [(first.pk, manager.pk, manager.pk), (second.pk, manager.pk, None)]
    told = Notice.objects.order_by("pk").values_list("kind", "to")
    assert list(told) == [
        ("third_named", first.pk),
        ("third_named", second.pk),
        ("plan_unassigned", first.pk),
    ]
    packet = read_packet(Plan.objects.filter(pk=reform.pk))
    assert (packet.third.name, second.pk in packet.had_a_hand) == (second.name, True)
    assert had_a_hand(second, reform)

    name_third(plan_id=reform.pk, reviewer_id=None, by=manager, at=noon)
    assert not ThirdReviewer.objects.current().exists()


def test_only_who_can_give_it_is_named(reform, manager, noon, program_reviewer_of):
    reviewer = program_reviewer_of(reform)
    MembershipFactory(user=reviewer, role=Role.PROGRAM_MANAGER, district=None)
    of_district = person(Role.PROGRAM_MANAGER)
    MembershipFactory(user=of_district, role=Role.DISTRICT_VIEWER, district=reform.district)
    for named, why in (
        (person(Role.PROGRAM_REVIEWER), "no program manager"),
        (of_district, "kept from"),
        (reviewer, "another person"),
    ):
        with pytest.raises(Blocked, match=why):
            name_third(plan_id=reform.pk, reviewer_id=named.pk, by=manager, at=noon)
    with pytest.raises(PermissionDenied):
        name_third(plan_id=reform.pk, reviewer_id=manager.pk, by=reviewer_only(), at=noon)
    assert not ThirdReviewer.objects.exists()


def reviewer_only():
    return person(Role.FISCAL_REVIEWER)


@pytest.mark.parametrize("state", ["submitted", "approved"])
def test_nobody_is_named_where_no_third_review_is_asked_for(state, manager, noon):
    plan = PlanFactory(**{state: True})
    if state == "approved":
        restated(plan.district.designations.get(), is_reform_district=True)
    with pytest.raises(StepNotAllowed):
        name_third(plan_id=plan.pk, reviewer_id=manager.pk, by=manager, at=noon)


def test_the_page_that_assigns_names_the_third_too(reform, manager, client):
    client.force_login(manager)
    args = [reform.district.slug, reform.cycle_id]
    assign, third = reverse("reviews:assign", args=args), reverse("reviews:third", args=args)
    assert "Who gives the third review" in client.get(assign).text
    assert client.post(third, {"third": manager.pk}).url == reverse("reviews:plan", args=args)
    page = BeautifulSoup(client.get(reverse("reviews:plan", args=args)).text, "html.parser")
    [term] = [each for each in page.select("dt") if each.text == "Third"]
    assert manager.name in term.find_next("dd").text
    assert client.post(third, {"third": "999999"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
