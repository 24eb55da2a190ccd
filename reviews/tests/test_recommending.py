"""Recommending a plan to the Commissioner."""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import DelegationFactory, DistrictFactory, person
from notices.models import Notice
from plans.models import Plan
from plans.services import Blocked
from plans.tests.factories import PlanFactory
from plans.workflow import Status, Step, StepNotAllowed
from reviews.models import Recommendation
from reviews.services import MovedOn, recommend

pytestmark = pytest.mark.django_db


def advise(plan, by, at, text="Approve.", key=None):
    return recommend(plan_id=plan.pk, version=1, text=text, key=key or uuid4(), by=by, at=at)


def test_a_plan_is_recommended_once_both_reviews_are_in(
    under_review, program_reviewer_of, fiscal_reviewer_of, commissioner, delegate, people_of, noon
):
    people_of(under_review)
    program, fiscal = program_reviewer_of(under_review), fiscal_reviewer_of(under_review)

    advise(under_review, program, noon, text=" Approve. ")
    under_review.refresh_from_db()
    assert under_review.status == Status.UNDER_REVIEW
    assert not Notice.objects.exists()

    advise(under_review, fiscal, noon)
    under_review.refresh_from_db()
    assert under_review.status == Status.RECOMMENDED
    assert list(
        Recommendation.objects.order_by("pk").values_list("made_as", "text", "made_by", "made_at")
    ) == [
        ("program_reviewer", "Approve.", program.pk, noon),
        ("fiscal_reviewer", "Approve.", fiscal.pk, noon),
    ]
    event = under_review.events.order_by("pk").last()
    assert (event.step, event.version.number, event.reason) == (Step.RECOMMEND, 1, "")
    letters = Notice.objects.filter(kind="plan_recommended")
    assert {letter.to for letter in letters} == {commissioner, delegate}


def test_a_reform_district_needs_the_program_managers_too(
    program_reviewer_of, fiscal_reviewer_of, manager, noon
):
    plan = PlanFactory(
        under_review=True,
        district=DistrictFactory(
            designated=True, funded=True, designation__is_reform_district=True
        ),
    )
    for by in (program_reviewer_of(plan), fiscal_reviewer_of(plan)):
        advise(plan, by, noon)
        plan.refresh_from_db()
        assert plan.status == Status.UNDER_REVIEW

    advise(plan, manager, noon)
    plan.refresh_from_db()
    assert plan.status == Status.RECOMMENDED


def test_recommend_with_the_same_key_is_one_act(
    under_review, program_reviewer_of, fiscal_reviewer_of, commissioner, noon
):
    advise(under_review, program_reviewer_of(under_review), noon)
    key, fiscal = uuid4(), fiscal_reviewer_of(under_review)

    for _ in range(2):
        advise(under_review, fiscal, noon, key=key)

    assert Recommendation.objects.count() == 2
    assert Counter(Notice.objects.values_list("kind", flat=True)) == {
        "plan_recommended": 1,
        "plan_moved": 1,
    }


def test_nobody_gives_a_review_twice(under_review, program_reviewer_of, noon):
    program = program_reviewer_of(under_review)
    advise(under_review, program, noon)

    with pytest.raises(StepNotAllowed, match="program review of version 1 is in already"):
        advise(under_review, program, noon, text="Approve, but")

    assert list(Recommendation.objects.values_list("text", flat=True)) == ["Approve."]


@pytest.mark.parametrize("role", [Role.PROGRAM_REVIEWER, Role.COMMISSIONER, Role.AUDITOR])
def test_recommend_is_for_those_who_review(role, under_review, noon):
    with pytest.raises(PermissionDenied):
        recommend(
            plan_id=under_review.pk, version=1, text="Yes.", key=uuid4(), by=person(role), at=noon
        )


def test_recommend_a_second_time_says_who_was_first(program_reviewer_of, noon):
    plan = PlanFactory(recommended=True)

    with pytest.raises(MovedOn, match=r"recommended this plan on July 20, 2026, 11:00 am ET\."):
        advise(plan, program_reviewer_of(plan), noon)


def test_a_plan_recommended_by_one_before_takes_the_other_review(
    fiscal_reviewer_of, program_reviewer_of, noon
):
    """Plans of before: recommended, by a recommendation of no review."""
    plan = PlanFactory(recommended=True)
    Recommendation.objects.all().delete()
    Recommendation.objects.create(
        plan=plan,
        version=plan.versions.get(),
        text="Approve.",
        made_at=noon,
        made_by=program_reviewer_of(plan),
    )

    for by in (program_reviewer_of(plan), fiscal_reviewer_of(plan)):
        advise(plan, by, noon)

    assert plan.recommendations.exclude(made_as="").count() == 2


def test_recommend_without_a_reason_is_refused(under_review, manager, noon):
    with pytest.raises(Blocked) as refusal:
        recommend(plan_id=under_review.pk, version=1, text="  ", key=uuid4(), by=manager, at=noon)

    assert refusal.value.reasons == ["Say why the plan should be approved."]


def test_a_delegate_who_reviewed_it_is_told_as_the_reviewers_are(
    under_review, program_reviewer_of, fiscal_reviewer_of, commissioner, noon
):
    program, fiscal = program_reviewer_of(under_review), fiscal_reviewer_of(under_review)
    DelegationFactory(delegate=program)

    for by in (program, fiscal):
        advise(under_review, by, noon)

    assert set(Notice.objects.values_list("kind", "to")) == {
        ("plan_recommended", commissioner.pk),
        ("plan_moved", program.pk),
    }


def test_those_who_decide_hear_when_the_review_of_a_replaced_reviewer_is_in(
    program_reviewer_of, commissioner, manager, noon
):
    plan = PlanFactory(recommended=True)
    other = person(Role.PROGRAM_REVIEWER)
    plan.assignments.filter(reviewer=program_reviewer_of(plan)).update(
        ended_at=noon, ended_by=manager
    )
    plan.assignments.create(
        reviewer=other, reviews_as="program_reviewer", assigned_at=noon, assigned_by=manager
    )

    advise(plan, other, noon)

    assert list(Notice.objects.values_list("kind", "to")) == [("plan_recommended", commissioner.pk)]


@pytest.mark.parametrize("text", ["Approve.", "Approve, but"])
def test_form_from_before_the_plan_came_back_is_refused_in_words(
    under_review, program_reviewer_of, noon, text
):
    """It came back unedited, so its version has the same number; a key is used once."""
    program, key = program_reviewer_of(under_review), uuid4()
    advise(under_review, program, noon, key=key)
    came_back = noon + timedelta(days=2)
    Plan.objects.filter(pk=under_review.pk).update(submitted_at=came_back)
    under_review.events.create(
        step=Step.SUBMIT,
        source=Status.RETURNED,
        target=Status.UNDER_REVIEW,
        version=under_review.versions.get(),
        taken_at=came_back,
        taken_by=under_review.submitted_by,
    )

    with pytest.raises(StepNotAllowed, match="from before the plan came back"):
        advise(under_review, program, came_back + timedelta(hours=1), text=text, key=key)


def page_of(client, user, plan):
    client.force_login(user)
    page = client.get(reverse("reviews:recommend", args=[plan.district.slug, plan.cycle_id]))
    return " ".join(BeautifulSoup(page.text, "html.parser").select_one("main").text.split())


def test_page_asks_as_many_queries_whatever_was_reviewed(
    client, under_review, program_reviewer_of, fiscal_reviewer_of, noon, django_assert_num_queries
):
    program, fiscal = program_reviewer_of(under_review), fiscal_reviewer_of(under_review)
    client.force_login(program)
    url = reverse("reviews:recommend", args=[under_review.district.slug, under_review.cycle_id])

    client.get(url)  # the version's text is kept from here on
    with django_assert_num_queries(7):  # session, user, standing, plan, packet, parts, deciders
        client.get(url)
    advise(under_review, fiscal, noon)
    with django_assert_num_queries(7):
        client.get(url)


def test_page_says_which_review_one_gives_and_whose_the_others_are(
    client, under_review, program_reviewer_of, fiscal_reviewer_of, manager, noon
):
    program, fiscal = program_reviewer_of(under_review), fiscal_reviewer_of(under_review)

    page = page_of(client, fiscal, under_review)
    assert "You give the fiscal review of version 1, in your own name." in page
    assert "It counts for this version alone" in page
    assert f"Program review{program.name}, not in yet" in page
    assert "Fiscal reviewYou, with this page" in page

    advise(under_review, fiscal, noon)
    page = page_of(client, program, under_review)
    assert "You give the program review of version 1" in page
    assert f"Fiscal review{fiscal.name}, November 23, 2026" in page

    page = page_of(client, manager, under_review)
    assert "You give the program manager’s review of version 1" in page
    assert "stands for neither" in page


def test_what_is_said_after_a_review_names_it(client, under_review, fiscal_reviewer_of):
    client.force_login(fiscal_reviewer_of(under_review))
    url = reverse("reviews:recommend", args=[under_review.district.slug, 2027])

    page = client.post(url, {"key": uuid4(), "version": 1, "text": "Sound."}, follow=True).text

    assert "Your fiscal review is on record." in page
    assert "Fiscal review, " in page
