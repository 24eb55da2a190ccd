"""Comments on a section of what was handed in."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from districts.roles import Role
from districts.tests.factories import person
from plans.models import Comment
from plans.services import Blocked
from plans.tests.factories import PlanFactory, closed_version, resubmit
from plans.workflow import StepNotAllowed
from reviews.services import comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def remark(noon):
    return {"section": "budget", "audience": "internal", "text": " Dear. ", "at": noon}


@pytest.mark.parametrize("who", ["assigned", "manager", "commissioner", "delegate"])
def test_comment_is_kept_with_the_version_it_is_about(
    who, under_review, remark, program_reviewer_of, request, noon
):
    by = program_reviewer_of(under_review) if who == "assigned" else request.getfixturevalue(who)

    comment(plan_id=under_review.pk, by=by, key=uuid4(), **remark)

    assert list(
        Comment.objects.values_list(
            "plan", "version__number", "section", "audience", "text", "written_by", "written_at"
        )
    ) == [(under_review.pk, 1, "budget", "internal", "Dear.", by.pk, noon)]


def test_comment_with_the_same_key_is_one_comment(under_review, manager, remark):
    key = uuid4()

    first = comment(plan_id=under_review.pk, by=manager, key=key, **remark)
    second = comment(plan_id=under_review.pk, by=manager, key=key, **remark)

    assert (first, Comment.objects.count()) == (second, 1)


def test_comment_goes_to_the_version_handed_in_not_to_one_closed_since(manager, remark):
    plan = PlanFactory(returned=True)
    plan.edition += 1
    plan.save()
    closed_version(plan)

    written = comment(plan_id=plan.pk, by=manager, key=uuid4(), **remark)

    assert written.version.number == 1


def test_comment_goes_to_the_version_that_came_back(manager, remark):
    plan = PlanFactory(returned=True)
    resubmit(plan)

    written = comment(plan_id=plan.pk, by=manager, key=uuid4(), **remark)

    assert written.version.number == 2


@pytest.mark.parametrize("role", [Role.PROGRAM_REVIEWER, Role.AUDITOR, Role.SUPERINTENDENT])
def test_comment_by_someone_without_a_part_in_the_review_is_refused(role, under_review, remark):
    district = under_review.district if role == Role.SUPERINTENDENT else None

    with pytest.raises(PermissionDenied):
        comment(plan_id=under_review.pk, by=person(role, district), key=uuid4(), **remark)


@pytest.mark.parametrize("stage", [{}, {"approved": True}])
def test_comment_is_refused_before_the_plan_is_in_and_after_its_decision(stage, manager, remark):
    plan = PlanFactory(**stage)

    with pytest.raises(StepNotAllowed, match="so it takes no comments"):
        comment(plan_id=plan.pk, by=manager, key=uuid4(), **remark)


def test_comment_that_says_nothing_about_nothing_to_nobody_lists_all_three(
    under_review, manager, noon
):
    with pytest.raises(Blocked) as refusal:
        comment(
            plan_id=under_review.pk,
            section="signatures",
            audience="press",
            text=" ",
            key=uuid4(),
            by=manager,
            at=noon,
        )

    assert refusal.value.reasons == [
        "Say which section the comment is about.",
        "Say whether the comment is internal or to the district.",
        "The comment has no text.",
    ]


def test_comment_written_on_a_page_gone_back_to_is_another_comment(under_review, manager, remark):
    key, elsewhere = uuid4(), PlanFactory(under_review=True)
    for plan, text in [(under_review, "One."), (under_review, "Two."), (elsewhere, "One.")]:
        comment(plan_id=plan.pk, by=manager, key=key, **remark | {"text": text})

    assert list(Comment.objects.order_by("pk").values_list("plan", "text")) == [
        (under_review.pk, "One."),
        (under_review.pk, "Two."),
        (elsewhere.pk, "One."),
    ]
