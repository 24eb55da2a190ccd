"""Recommending a plan to the Commissioner."""

from collections import Counter
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from districts.roles import Role
from districts.tests.factories import person
from notices.models import Notice
from plans.services import Blocked
from plans.tests.factories import PlanFactory
from plans.workflow import Status, Step
from reviews.models import Recommendation
from reviews.services import MovedOn, recommend

pytestmark = pytest.mark.django_db


def test_recommend_tells_those_who_decide_and_nobody_else(
    under_review, fiscal_reviewer_of, commissioner, delegate, manager, people_of, noon
):
    people_of(under_review)
    by = fiscal_reviewer_of(under_review)

    recommend(plan_id=under_review.pk, version=1, text=" Approve. ", key=uuid4(), by=by, at=noon)

    under_review.refresh_from_db()
    assert under_review.status == Status.RECOMMENDED
    assert list(
        Recommendation.objects.values_list("version__number", "text", "made_by", "made_at")
    ) == [(1, "Approve.", by.pk, noon)]
    event = under_review.events.order_by("pk").last()
    assert (event.step, event.version.number, event.reason) == (Step.RECOMMEND, 1, "")
    letters = Notice.objects.filter(kind="plan_recommended")
    assert {letter.to for letter in letters} == {commissioner, delegate}


def test_recommend_with_the_same_key_is_one_act(under_review, manager, commissioner, noon):
    key = uuid4()

    for _ in range(2):
        recommend(plan_id=under_review.pk, version=1, text="Approve.", key=key, by=manager, at=noon)

    assert Recommendation.objects.count() == 1
    assert Counter(Notice.objects.values_list("kind", flat=True)) == {
        "plan_recommended": 1,
        "plan_moved": 2,
    }


@pytest.mark.parametrize("role", [Role.PROGRAM_REVIEWER, Role.COMMISSIONER, Role.AUDITOR])
def test_recommend_is_for_those_who_review(role, under_review, noon):
    with pytest.raises(PermissionDenied):
        recommend(
            plan_id=under_review.pk, version=1, text="Yes.", key=uuid4(), by=person(role), at=noon
        )


def test_recommend_a_second_time_says_who_was_first(manager, noon):
    plan = PlanFactory(recommended=True)

    with pytest.raises(MovedOn, match=r"recommended this plan on July 20, 2026, 11:00 am ET\."):
        recommend(plan_id=plan.pk, version=1, text="Yes.", key=uuid4(), by=manager, at=noon)


def test_recommend_without_a_reason_is_refused(under_review, manager, noon):
    with pytest.raises(Blocked) as refusal:
        recommend(plan_id=under_review.pk, version=1, text="  ", key=uuid4(), by=manager, at=noon)

    assert refusal.value.reasons == ["Say why the plan should be approved."]


def test_recommend_sent_again_with_other_words_says_that_they_were_not_recorded(
    under_review, manager, noon
):
    key = uuid4()
    recommend(plan_id=under_review.pk, version=1, text="Approve.", key=key, by=manager, at=noon)

    with pytest.raises(MovedOn, match="Nothing else was recorded"):
        recommend(
            plan_id=under_review.pk, version=1, text="Approve, but", key=key, by=manager, at=noon
        )

    assert list(Recommendation.objects.values_list("text", flat=True)) == ["Approve."]
