"""The queue of one reviewer, and of plans that lack one: in its address, its file and its views."""

import csv
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.models import Membership
from districts.roles import Role
from districts.tests.factories import ConflictFactory, MembershipFactory, person, restated
from plans.tests.factories import PlanFactory, assign_reviewers
from reviews.models import SavedView
from reviews.services import name_third

pytestmark = pytest.mark.django_db

URL = reverse("reviews:queue")


@pytest.fixture
def plans(noon):
    """Ada reviews Ansonia and Bristol, Finn all; Derby was handed in, Easton is a draft."""
    ada = person(Role.PROGRAM_REVIEWER, name="Ada")
    finn = person(Role.FISCAL_REVIEWER, name="Finn")
    other = person(Role.PROGRAM_REVIEWER, name="Otto")
    made = {"ada": ada, "finn": finn, "other": other}
    for name, program in (("Ansonia", ada), ("Bristol", ada), ("Canton", other)):
        plan = PlanFactory(district__name=name, under_review=True)
        plan.assignments.all().delete()
        assign_reviewers(plan, program=program, fiscal=finn, at=noon)
        made[name] = plan
    made["Derby"] = PlanFactory(district__name="Derby", submitted=True)
    made["Easton"] = PlanFactory(district__name="Easton")
    return made


def found(client, **asked):
    answer = client.get(reverse("reviews:queue_file", args=["csv"]), {"fy": 2027} | asked)
    return sorted(row[0] for row in csv.reader(StringIO(answer.content.decode("utf-8-sig"))))[:-1]


def test_the_list_and_its_file_are_of_one_reviewer_or_of_what_lacks_one(
    client, manager, plans, noon
):
    client.force_login(manager)
    ada, finn = plans["ada"].pk, plans["finn"].pk

    assert found(client, reviewer=ada) == ["Ansonia", "Bristol"]
    assert found(client, reviewer=finn) == ["Ansonia", "Bristol", "Canton"]
    assert found(client, reviewer="nobody") == ["Derby"]
    assert len(found(client, reviewer="x'; --")) == len(found(client)) == 5
    assert found(client, reviewer=ada, q="bris") == ["Bristol"]
    assert found(client, reviewer=ada, tab="to-assign") == []

    Membership.objects.filter(user=plans["other"]).update(ended_at=noon, ended_by=manager)
    assert found(client, reviewer="nobody") == ["Canton", "Derby"]
    assert found(client, reviewer=plans["other"].pk) == ["Canton"]  # who is on record all the same
    page = client.get(URL, {"fy": 2027, "reviewer": plans["other"].pk}).text
    assert "Somebody who reviews no longer" in page

    third = plans["Canton"]
    restated(third.district.designations.get(), is_reform_district=True)
    name_third(plan_id=third.pk, reviewer_id=manager.pk, by=manager, at=noon)
    assert found(client, reviewer=manager.pk) == ["Canton"]


def test_the_choice_stays_in_every_link_and_in_a_saved_view(client, manager, plans):
    client.force_login(manager)
    ada = plans["ada"].pk

    page = BeautifulSoup(client.get(URL, {"fy": 2027, "reviewer": ada}).text, "html.parser")

    chosen = page.select_one("#id_reviewer option[selected]")
    assert (chosen["value"], chosen.text.strip()) == (str(ada), "Ada")
    kept = f"reviewer={ada}"
    assert all(
        kept in link["href"] for link in page.select(".panel .tabs a, thead a, .hints a[href*=fy]")
    )
    assert page.select_one(".panel .tabs a").text.split() == ["All", "2"]
    (views,) = [link["href"] for link in page.select(".hints a") if "Your views" in link.text]
    client.post(views.partition("?")[0], {"name": "Ada", "query": views.partition("?")[2]})
    assert kept in SavedView.objects.get().query


def test_who_reviews_a_plan_is_not_told_to_who_is_kept_from_it(client, manager, plans):
    """Neither by whose filter it is found, nor that it lacks a reviewer (R37)."""
    MembershipFactory(user=manager, role=Role.DISTRICT_VIEWER, district=plans["Ansonia"].district)
    ConflictFactory(person=manager, district=plans["Derby"].district)
    client.force_login(manager)

    assert found(client, reviewer=plans["ada"].pk) == ["Bristol"]
    assert found(client, reviewer="nobody") == []
    assert {"Ansonia", "Derby"} < set(found(client))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_filter_asks_so_many_queries(client, manager, noon, rows, django_assert_num_queries):
    ada, finn = person(Role.PROGRAM_REVIEWER), person(Role.FISCAL_REVIEWER)
    for _ in range(rows):
        plan = PlanFactory(under_review=True)
        plan.assignments.all().delete()
        assign_reviewers(plan, program=ada, fiscal=finn, at=noon)
    client.force_login(manager)
    client.get(URL, {"reviewer": ada.pk})

    with django_assert_num_queries(8):
        response = client.get(URL, {"reviewer": ada.pk})

    assert len(response.context["queue"].rows) == rows
