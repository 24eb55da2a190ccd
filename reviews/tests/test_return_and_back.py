"""A return, its answer and the approval, through the verbs of both sides."""

from uuid import uuid4

import pytest
from django.urls import reverse

from notices.models import Notice
from plans.models import Plan
from plans.services import Blocked, answer_change, submit
from plans.tests.factories import PlanFactory, closed_version, resubmit
from plans.workflow import Status
from reviews.reports.packet import read_packet
from reviews.services import ChangeAsked, approve, recommend, return_for_changes
from reviews.words import department_label

pytestmark = pytest.mark.django_db


def test_a_returned_plan_comes_back_answered_to_the_same_reviewers_and_is_approved(
    under_review, program_reviewer_of, fiscal_reviewer_of, people_of, commissioner, noon
):
    plan, people = under_review, people_of(under_review)
    program, fiscal = program_reviewer_of(plan), fiscal_reviewer_of(plan)
    coordinator = people.plan_coordinator
    act = {"plan_id": plan.pk, "at": noon}
    asked = [ChangeAsked("budget", "Name the grades.")]
    return_for_changes(version=1, changes=asked, key=uuid4(), by=program, **act)

    with pytest.raises(Blocked) as refusal:
        submit(key=uuid4(), by=coordinator, **act)
    assert refusal.value.reasons == ["Required change 1 is not answered."]

    answer_change(number=1, version=1, answer="Grades K to 3.", by=coordinator, **act)
    Plan.objects.filter(pk=plan.pk).update(edition=2)
    plan.refresh_from_db()
    closed_version(plan, signed=True, at=noon)
    submit(key=uuid4(), by=coordinator, **act)

    packet = read_packet(Plan.objects.filter(pk=plan.pk))
    label = department_label(packet.plan.status, was_returned=packet.was_returned)
    assert (packet.plan.status, label.words) == (Status.UNDER_REVIEW, "Back: answered")
    assert (packet.version.number, [one.answer for one in packet.changes]) == (
        2,
        ["Grades K to 3."],
    )
    assert {one.person for one in packet.reviewers} == {program.pk, fiscal.pk}
    assert {notice.to for notice in Notice.objects.filter(kind="plan_back")} == {program, fiscal}

    recommend(version=2, text="Approve.", key=uuid4(), by=fiscal, **act)
    plan.refresh_from_db()
    assert plan.status == Status.UNDER_REVIEW
    recommend(version=2, text="Approve.", key=uuid4(), by=program, **act)
    plan.refresh_from_db()
    assert plan.status == Status.RECOMMENDED
    determination = approve(
        version=2,
        implementation="first_plan",
        implementation_reasons="The first plan here.",
        performance="first_plan",
        performance_reasons="The first plan here.",
        key=uuid4(),
        by=commissioner,
        **act,
    )
    assert (determination.version.number, determination.plan.pk) == (2, plan.pk)


def test_answers_alone_bring_the_same_version_back(under_review, manager, people_of, noon):
    """Nothing in the text changed, so the signed version stands and is handed in again."""
    people = people_of(under_review)
    act = {"plan_id": under_review.pk, "at": noon}
    asked = [ChangeAsked("budget", "Which grades?")]
    return_for_changes(version=1, changes=asked, key=uuid4(), by=manager, **act)
    answer_change(number=1, version=1, answer="K to 3.", by=people.fiscal_officer, **act)
    submit(key=uuid4(), by=people.superintendent, plan_id=under_review.pk, at=noon.replace(hour=13))

    packet = read_packet(Plan.objects.filter(pk=under_review.pk))

    assert ([one.version for one in packet.submissions], packet.answers_in) == ([1, 1], {1})
    assert packet.submission.at == noon.replace(hour=13)


def test_a_plan_of_another_district_keeps_its_own_numbers(manager, noon):
    for plan in PlanFactory.create_batch(2, under_review=True):
        return_for_changes(
            plan_id=plan.pk,
            version=1,
            changes=[ChangeAsked("budget", "Which grades?")],
            key=uuid4(),
            by=manager,
            at=noon,
        )

    assert [
        list(plan.required_changes.values_list("number", flat=True)) for plan in Plan.objects.all()
    ] == [[1], [1]]


@pytest.mark.parametrize("act", ["approve", "recommend", "return"])
def test_nobody_judges_a_version_that_came_in_behind_their_open_page(
    client, under_review, manager, commissioner, act, noon
):
    client.force_login(commissioner if act == "approve" else manager)
    url = reverse(f"reviews:{act}", args=[under_review.district.slug, 2027])
    page = client.get(url)
    typed = {field.name: field.initial for field in page.context["form"] if field.initial}
    typed |= {
        "text": "Approve.",
        "rows": "3",
        "change-1-section": "budget",
        "change-1-text": "Why?",
    }
    typed |= {"change-1-due_on": "2030-01-07", "send": "1", "implementation": "first_plan"}
    typed |= {"performance": "first_plan"}
    typed |= {f"{name}_reasons": "The first." for name in ("implementation", "performance")}
    asked = [ChangeAsked("budget", "Name the grades.")]
    return_for_changes(
        plan_id=under_review.pk, version=1, changes=asked, key=uuid4(), by=manager, at=noon
    )
    under_review.refresh_from_db()
    resubmit(under_review)
    steps = under_review.events.count()
    assert '<input type="hidden" name="version" value="1"' in page.text

    for more in ({"preview": "1"}, {}) if act == "approve" else ({},):
        response = client.post(url, typed | more)

    assert (response.status_code, under_review.events.count()) == (409, steps)
    assert "has handed in version 2 since you opened this page on version 1" in response.text
    assert response.context["form"]["version"].value() == "1"
