"""What the Department reads: the version handed in, and what belongs to it."""

from datetime import UTC, datetime

import pytest

from districts.models import User
from districts.roles import Role
from districts.tests.factories import person
from plans.models import Plan, Signature
from plans.tests.factories import (
    RECOMMENDED,
    REVIEW_STARTED,
    PlanFactory,
    assign_reviewers,
    closed_version,
    resubmit,
)
from plans.workflow import Status, Step
from reviews.models import Recommendation
from reviews.permissions import had_a_hand
from reviews.reports.handed_in import handed_in_version
from reviews.reports.packet import NothingHandedIn, read_packet
from reviews.words import department_label

pytestmark = pytest.mark.django_db


def packet_of(plan, **given):
    return read_packet(Plan.objects.filter(pk=plan.pk), **given)


def label_of(plan):
    packet = packet_of(plan)
    return department_label(packet.plan.status, was_returned=packet.was_returned)


def took(plan, step, *, by, to):
    plan.events.create(
        step=step, source=Status.SUBMITTED, target=to, taken_at=REVIEW_STARTED, taken_by=by
    )


def take_back(plan, *, to):
    """Recall a submission."""
    took(plan, Step.RECALL, by=plan.started_by, to=to)


def hand_in(plan, version):
    plan.events.create(
        step=Step.SUBMIT,
        source=Status.DRAFT,
        target=Status.SUBMITTED,
        version=version,
        taken_at=REVIEW_STARTED,
        taken_by=plan.started_by,
    )


def test_nothing_is_handed_in_of_a_draft_even_if_it_is_closed_for_signature():
    plan = PlanFactory()
    closed_version(plan, signed=True)

    assert handed_in_version(plan) is None
    with pytest.raises(NothingHandedIn):
        packet_of(plan)


def test_nothing_is_handed_in_of_a_plan_taken_back():
    plan = PlanFactory(submitted=True)
    take_back(plan, to=Status.DRAFT)

    assert handed_in_version(plan) is None


def test_a_version_closed_after_the_return_is_not_the_one_handed_in():
    plan = PlanFactory(returned=True)
    plan.edition += 1
    closed_version(plan, signed=True)

    assert handed_in_version(plan).number == 1


def test_a_resubmission_taken_back_leaves_the_version_that_was_returned():
    plan = PlanFactory(returned=True)
    resubmit(plan)
    take_back(plan, to=Status.RETURNED)

    assert handed_in_version(plan).number == 1


def test_a_version_taken_back_and_handed_in_again_is_handed_in():
    plan = PlanFactory(submitted=True)
    take_back(plan, to=Status.DRAFT)
    hand_in(plan, plan.versions.get())

    assert handed_in_version(plan).number == 1
    assert [one.version for one in packet_of(plan).submissions] == [1]


def test_packet_holds_every_version_handed_in_and_reads_the_latest():
    plan = PlanFactory(returned=True)
    resubmit(plan)

    packet = packet_of(plan)

    assert [one.version for one in packet.submissions] == [2, 1]
    assert (packet.version.number, packet.is_latest, packet.came_after_return) == (2, True, True)
    assert packet.document.district.name == plan.district.name


def test_packet_reads_an_earlier_version_where_asked():
    plan = PlanFactory(returned=True)
    resubmit(plan)

    packet = packet_of(plan, number=1)

    assert (packet.version.number, packet.is_latest, packet.came_after_return) == (1, False, False)


@pytest.mark.parametrize("number", [0, 2, 99])
def test_packet_reads_no_version_that_was_not_handed_in(number):
    plan = PlanFactory(returned=True)
    plan.edition += 1
    closed_version(plan, signed=True)

    with pytest.raises(NothingHandedIn):
        packet_of(plan, number=number)


def test_an_answer_belongs_to_the_district_until_it_is_handed_in():
    plan = PlanFactory(returned=True)
    plan.required_changes.update(
        answer="Half an answer",
        answered_at=datetime(2026, 7, 10, tzinfo=UTC),
        answered_by=plan.started_by,
    )

    assert packet_of(plan).answers_in == set()

    resubmit(plan)
    assert packet_of(plan).answers_in == {1}


def test_packet_takes_two_queries(django_assert_num_queries):
    plan = PlanFactory(returned=True)
    resubmit(plan)

    with django_assert_num_queries(2):
        packet = packet_of(plan)
        assert packet.plan.district.name
        assert packet.plan.cycle.fiscal_year == 2027
        assert packet.plan.board_approval.approved_on
        assert not hasattr(packet.plan, "determination")


def test_packet_names_who_had_a_hand_as_the_permission_does():
    """One person for each way into it, and one for none."""
    assigned, advised, recalled, began = (person(Role.PROGRAM_MANAGER) for _ in range(4))
    plan = PlanFactory(submitted=True)
    assign_reviewers(plan, program=assigned)
    plan.assignments.update(ended_at=RECOMMENDED, ended_by=began)
    Recommendation.objects.create(
        plan=plan,
        version=plan.versions.get(),
        made_as="program_manager",
        text="Approve it.",
        made_at=RECOMMENDED,
        made_by=advised,
    )
    took(plan, Step.RECALL, by=recalled, to=Status.DRAFT)
    hand_in(plan, plan.versions.get())
    took(plan, Step.START_REVIEW, by=began, to=Status.UNDER_REVIEW)

    hands = packet_of(plan).had_a_hand

    assert {user.pk for user in User.objects.all() if had_a_hand(user, plan)} == hands
    signers = Signature.objects.filter(version__plan=plan).values_list("signed_by", flat=True)
    assert {assigned.pk, advised.pk, recalled.pk, *signers} <= hands
    assert began.pk not in hands


def test_packet_names_the_reviewers_of_now_the_program_reviewer_first():
    plan = PlanFactory(under_review=True)
    plan.assignments.update(ended_at=RECOMMENDED, ended_by=plan.started_by)
    program, fiscal = assign_reviewers(plan, at=RECOMMENDED)

    packet = packet_of(plan)

    assert [(one.reviews_as, one.person, one.name, one.since) for one in packet.reviewers] == [
        ("program_reviewer", program.pk, program.name, RECOMMENDED),
        ("fiscal_reviewer", fiscal.pk, fiscal.name, RECOMMENDED),
    ]
    assert len(packet.given) == 4


def test_packet_says_who_closed_each_version_the_latest_first():
    plan = PlanFactory(returned=True)
    resubmit(plan)

    closed = [(one.number, one.pk, one.closed_by.name) for one in plan.versions.order_by("-pk")]
    assert [(one.version, one.version_id, one.closed_by) for one in packet_of(plan).closings] == (
        closed
    )


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("submitted", "New: assign"),
        ("under_review", "Under review"),
        ("returned", "With the district"),
        ("recommended", "Recommended"),
        ("approved", "Approved"),
    ],
)
def test_label_of_a_stage(stage, words):
    assert label_of(PlanFactory(**{stage: True})).words == words


def test_label_of_a_plan_that_came_back():
    plan = PlanFactory(returned=True)
    resubmit(plan)

    assert label_of(plan).words == "Back: answered"
