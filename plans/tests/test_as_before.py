"""A plan that comes back as it was says so, to the district and to its reviewers."""

from datetime import date

import pytest
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from plans.documents import draft_document
from plans.documents.difference import is_same_section
from plans.models import Cover, StakeholderEngagement
from plans.sections import READABLE, SectionKey
from plans.tests.documents import ABSENTEEISM, change, complete_document
from plans.tests.factories import PlanFactory, closed_version, write_rows
from plans.workflow import Status, Step

pytestmark = pytest.mark.django_db

SAID = "You say you changed Engagement; it is as in version 1."
WHOLE = complete_document()
EDITS = {  # one of the district's words in each section that a change can be asked of
    SectionKey.COVER: (("cover",), {"summary": "Another."}),
    SectionKey.NEEDS: (("needs",), {"indicators": (ABSENTEEISM,)}),
    SectionKey.LOOK_BACK: (("look_back",), {"lessons": "Another."}),
    SectionKey.OBJECTIVES: (("objectives", 0, "targets", 0), {"unit": "percent"}),
    SectionKey.STRATEGIES: (("strategies", 0), {"focus_areas": ()}),
    SectionKey.BUDGET: (("lines", 0), {"amount": 7}),
    SectionKey.ENGAGEMENT: (("engagement", 0), {"held_on": date(2026, 5, 1)}),
    SectionKey.SUSTAINABILITY: (("sustainability",), {"sustaining": "Another."}),
    SectionKey.ASSURANCES: (("assurances", "assurances", 0), {"accepted": False}),
    SectionKey.ATTACHMENTS: (("attachments",), None),
}


@pytest.mark.parametrize("section", READABLE)
def test_a_section_is_as_it_was_until_its_own_words_change(section):
    if section not in EDITS:  # the board's vote and the profile are no words of the text
        assert not is_same_section(WHOLE, WHOLE, section)
        return
    path, fields = EDITS[section]
    edited = change(WHOLE, *path, **fields) if fields else change(WHOLE, attachments=())

    same = [key for key in EDITS if is_same_section(WHOLE, edited, key)]

    assert same == [key for key in EDITS if key != section]


def test_another_name_for_a_term_is_no_change_of_the_district():
    renamed = change(WHOLE, "strategies", 0, "focus_areas", 0, short_name="Another name")
    renamed = change(renamed, "assurances", "assurances", 0, text="Another text")

    assert is_same_section(WHOLE, renamed, SectionKey.STRATEGIES)
    assert is_same_section(WHOLE, renamed, SectionKey.ASSURANCES)


@pytest.fixture
def plan():
    """A returned plan, its change of Engagement answered, its text as it was."""
    plan = PlanFactory(returned=True, status=Status.RETURNED)
    write_rows(plan)
    plan.required_changes.update(
        section="engagement",
        answer="Added a forum.",
        answered_at=plan.submitted_at,
        answered_by=plan.started_by,
    )
    before = plan.versions.get()
    plan.edition += 1
    plan.save()
    written = closed_version(plan, draft_document(plan.pk), signed=True)
    plan.required_changes.update(version=written)
    assert before.number == 1
    return plan


@pytest.fixture
def coordinator(plan):
    return person(Role.PLAN_COORDINATOR, plan.district)


def page(client, plan, name, who):
    client.force_login(who)
    return " ".join(
        client.get(reverse(name, args=[plan.district.slug, plan.cycle_id])).text.split()
    )


def hand_in(plan):
    version = plan.versions.order_by("number").last()
    for step, source, target in (
        (Step.SUBMIT, Status.RETURNED, Status.SUBMITTED),
        (Step.START_REVIEW, Status.SUBMITTED, Status.UNDER_REVIEW),
    ):
        plan.events.create(
            step=step,
            source=source,
            target=target,
            version=version,
            taken_at=plan.submitted_at,
            taken_by=plan.submitted_by,
        )
    plan.status = Status.UNDER_REVIEW
    plan.save()


def test_both_sides_read_that_an_answered_section_is_as_it_was(client, plan, coordinator):
    said = SAID.replace("version 1", "version 2")
    for name in ("plans:changes", "plans:submit"):
        assert f"Change 1: {said}" in page(client, plan, name, coordinator)

    hand_in(plan)

    reviewer = plan.assignments.current().first().reviewer
    assert "Answered, and Engagement is as in version 2." in page(
        client, plan, "reviews:plan", reviewer
    )


def test_nothing_is_said_once_the_section_was_edited(client, plan, coordinator):
    StakeholderEngagement.objects.filter(plan=plan).update(heard="More tutoring, and a forum.")

    answers = page(client, plan, "plans:changes", coordinator)
    assert "it is as in version" not in answers
    assert "1 answered" in answers
    plan.edition += 1
    plan.save()
    closed_version(plan, draft_document(plan.pk), signed=True)
    hand_in(plan)

    reviewer = plan.assignments.current().first().reviewer
    review = page(client, plan, "reviews:plan", reviewer)
    assert "is as in version" not in review
    assert "Added a forum." in review


def test_an_edit_elsewhere_is_no_change_of_the_section_asked(client, plan, coordinator):
    Cover.objects.filter(plan=plan).update(summary="Another summary.")

    assert "it is as in version 2." in page(client, plan, "plans:changes", coordinator)


def test_nothing_is_said_of_a_change_that_is_not_answered(client, plan, coordinator):
    plan.required_changes.update(answer="", answered_at=None, answered_by=None)

    answers = page(client, plan, "plans:changes", coordinator)

    assert "it is as in version" not in answers
    assert "1 open" in answers
