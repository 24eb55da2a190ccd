"""Returning a plan with numbered required changes."""

from collections import Counter
from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from districts.roles import Role
from districts.tests.factories import person
from notices.models import Notice
from plans.services import Blocked, SentBefore
from plans.tests.factories import PlanFactory, resubmit
from plans.workflow import Status, Step, StepNotAllowed
from reviews.services import ChangeAsked, MovedOn, return_for_changes

pytestmark = pytest.mark.django_db

TWO = [
    ChangeAsked("budget", " Name the grades of line 10. ", date(2026, 12, 4)),
    ChangeAsked("needs", "Cite the source."),
]


def test_return_numbers_the_changes_and_gives_the_usual_days(
    under_review, program_reviewer_of, noon
):
    by = program_reviewer_of(under_review)

    return_for_changes(plan_id=under_review.pk, version=1, changes=TWO, key=uuid4(), by=by, at=noon)

    under_review.refresh_from_db()
    assert under_review.status == Status.RETURNED
    assert list(
        under_review.required_changes.order_by("number").values_list(
            "number", "version__number", "section", "text", "due_on", "asked_by", "asked_at"
        )
    ) == [
        (1, 1, "budget", "Name the grades of line 10.", date(2026, 12, 4), by.pk, noon),
        (2, 1, "needs", "Cite the source.", date(2026, 12, 15), by.pk, noon),
    ]
    event = under_review.events.order_by("pk").last()
    assert (event.step, event.version.number, event.reason) == (
        Step.RETURN,
        1,
        "1. Budget: Name the grades of line 10.\n2. Needs assessment: Cite the source.",
    )


def test_return_writes_to_the_districts_people_and_lists_each_change(
    under_review, manager, people_of, noon
):
    people = people_of(under_review)

    return_for_changes(
        plan_id=under_review.pk, version=1, changes=TWO, key=uuid4(), by=manager, at=noon
    )

    letters = Notice.objects.filter(kind="plan_returned")
    assert {letter.to for letter in letters} == {
        people.superintendent,
        people.board_chair,
        people.plan_coordinator,
        people.fiscal_officer,
    }
    (body,) = {letter.body for letter in letters}
    assert "2 changes are asked" in body
    assert (
        "1. Budget\n"
        "Name the grades of line 10.\n"
        "Answer due: Friday, December 4, 2026, 11:59 pm Eastern Time\n"
    ) in body
    assert (
        "2. Needs assessment\n"
        "Cite the source.\n"
        "Answer due: Tuesday, December 15, 2026, 11:59 pm Eastern Time\n"
    ) in body


def test_second_return_counts_on(manager, noon):
    plan = PlanFactory(returned=True)
    resubmit(plan)

    return_for_changes(
        plan_id=plan.pk, version=2, changes=TWO[:1], key=uuid4(), by=manager, at=noon
    )

    assert list(
        plan.required_changes.order_by("number").values_list("number", "version__number")
    ) == [(1, 1), (2, 2)]


def test_return_with_the_same_key_is_one_act(under_review, manager, people_of, noon):
    people_of(under_review)
    key = uuid4()

    for _ in range(2):
        return_for_changes(
            plan_id=under_review.pk, version=1, changes=TWO, key=key, by=manager, at=noon
        )

    assert under_review.required_changes.count() == 2
    assert under_review.events.filter(step=Step.RETURN).count() == 1
    assert Counter(Notice.objects.values_list("kind", flat=True)) == {
        "plan_returned": 4,
        "plan_moved": 2,
    }


@pytest.mark.parametrize("who", ["manager", "commissioner", "delegate"])
def test_return_can_be_taken_from_a_recommended_plan(who, request, noon):
    plan = PlanFactory(recommended=True)

    return_for_changes(
        plan_id=plan.pk,
        version=1,
        changes=TWO,
        key=uuid4(),
        by=request.getfixturevalue(who),
        at=noon,
    )

    plan.refresh_from_db()
    assert plan.status == Status.RETURNED


@pytest.mark.parametrize("role", [Role.PROGRAM_REVIEWER, Role.AUDITOR, Role.PLAN_COORDINATOR])
def test_return_by_someone_without_a_part_in_the_review_is_refused(role, under_review, noon):
    district = under_review.district if role == Role.PLAN_COORDINATOR else None

    with pytest.raises(PermissionDenied):
        return_for_changes(
            plan_id=under_review.pk,
            version=1,
            changes=TWO,
            key=uuid4(),
            by=person(role, district),
            at=noon,
        )

    assert not under_review.required_changes.exists()


def test_return_of_a_plan_nobody_reviews_yet_is_refused(manager, noon):
    plan = PlanFactory(submitted=True)

    with pytest.raises(StepNotAllowed, match="This plan is submitted now"):
        return_for_changes(
            plan_id=plan.pk, version=1, changes=TWO, key=uuid4(), by=manager, at=noon
        )


def test_return_of_a_plan_returned_already_says_by_whom_and_when(manager, noon):
    plan = PlanFactory(returned=True)

    with pytest.raises(MovedOn) as refusal:
        return_for_changes(
            plan_id=plan.pk, version=1, changes=TWO, key=uuid4(), by=manager, at=noon
        )

    assert str(refusal.value) == (
        f"{plan.submitted_by.name} returned this plan for changes on July 8, 2026, 2:00 pm ET. "
        "Nothing else was recorded."
    )
    assert plan.required_changes.count() == 1


def test_return_without_a_change_is_refused(under_review, manager, noon):
    with pytest.raises(Blocked) as refusal:
        return_for_changes(
            plan_id=under_review.pk, version=1, changes=[], key=uuid4(), by=manager, at=noon
        )

    assert refusal.value.reasons == ["Ask for at least one change."]


def test_return_lists_all_that_is_wrong_with_its_changes(under_review, manager, noon):
    changes = [
        ChangeAsked("signatures", " "),
        ChangeAsked("budget", "Name the grades.", date(2026, 11, 22)),
        ChangeAsked("profile", "Another enrollment."),  # the Department fills it
    ]

    with pytest.raises(Blocked) as refusal:
        return_for_changes(
            plan_id=under_review.pk, version=1, changes=changes, key=uuid4(), by=manager, at=noon
        )

    assert refusal.value.reasons == [
        "Change 1 names no section that the district writes.",
        "Change 1 does not say what to change.",
        "Change 2 is due on a day that has passed.",
        "Change 3 names no section that the district writes.",
    ]


def test_return_sent_again_with_another_change_says_that_it_was_not_recorded(
    under_review, manager, noon
):
    key = uuid4()
    return_for_changes(
        plan_id=under_review.pk, version=1, changes=TWO[:1], key=key, by=manager, at=noon
    )

    with pytest.raises(SentBefore, match="What you wrote now was not recorded"):
        return_for_changes(
            plan_id=under_review.pk, version=1, changes=TWO, key=key, by=manager, at=noon
        )

    assert under_review.required_changes.count() == 1


def test_return_from_a_page_used_before_the_plan_came_back_is_refused(under_review, manager, noon):
    key = uuid4()
    return_for_changes(
        plan_id=under_review.pk, version=1, changes=TWO, key=key, by=manager, at=noon
    )
    under_review.refresh_from_db()
    resubmit(under_review)

    with pytest.raises(StepNotAllowed, match="was used before"):
        return_for_changes(
            plan_id=under_review.pk, version=1, changes=TWO, key=key, by=manager, at=noon
        )
