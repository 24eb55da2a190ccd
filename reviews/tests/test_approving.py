"""The Commissioner's approval, and a delegate's."""

from datetime import date, datetime
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from districts.calendar import EASTERN
from districts.models import Delegation, standing_of
from districts.roles import Role
from districts.tests.factories import AllocationFactory, DelegationFactory, person, restated
from notices.models import Notice
from plans.documents import as_of_now
from plans.documents.terms import Money
from plans.models import Cycle, PlanVersion, Signature
from plans.services import Blocked, SentBefore
from plans.tests.documents import change
from plans.tests.factories import (
    PlanFactory,
    RequiredChangeFactory,
    a_year_later,
    closed_version,
    document_of,
    recommend_by_both,
    sign_version,
)
from plans.workflow import Status, Step, StepNotAllowed
from reviews.models import Determination
from reviews.services import MovedOn, approve

pytestmark = pytest.mark.django_db

FINDINGS = {
    "implementation": "largely",
    "implementation_reasons": " Nineteen of 24 milestones were met. ",
    "performance": "progress",
    "performance_reasons": "Four of nine targets were met.",
}


def approve_plan(plan, by, at, **given):
    return approve(
        plan_id=plan.pk, by=by, at=at, **{"key": uuid4(), "version": 1, **FINDINGS, **given}
    )


def reasons_against(plan, by, at, **given):
    with pytest.raises(Blocked) as refusal:
        approve_plan(plan, by, at, **given)
    assert not Determination.objects.exists()
    return refusal.value.reasons


@pytest.mark.parametrize("stage", ["under_review", "recommended"])
def test_approve_records_findings_amount_and_version(stage, commissioner, noon):
    plan = PlanFactory(**{stage: True}, reviews=stage == "under_review")

    approve_plan(plan, commissioner, noon)

    plan.refresh_from_db()
    assert plan.status == Status.APPROVED
    assert list(
        Determination.objects.values_list(
            "plan",
            "version__number",
            "implementation",
            "implementation_reasons",
            "performance",
            "performance_reasons",
            "delegation",
            "amount",
            "decided_by",
            "decided_at",
        )
    ) == [
        (
            plan.pk,
            1,
            "largely",
            "Nineteen of 24 milestones were met.",
            "progress",
            "Four of nine targets were met.",
            None,
            1_000_000,
            commissioner.pk,
            noon,
        )
    ]
    event = plan.events.order_by("pk").last()
    assert (event.step, event.version.number, event.taken_by) == (Step.APPROVE, 1, commissioner)


def test_approve_freezes_the_letter_and_posts_it_to_four_people(commissioner, people_of, noon):
    plan = PlanFactory(recommended=True)
    people = people_of(plan)

    determination = approve_plan(plan, commissioner, noon)

    assert determination.letter == (
        "State of Connecticut\n"
        "State Department of Education\n"
        "Office of the Commissioner\n\n"
        "November 23, 2026\n\n"
        "To the Superintendent of Schools and the Chair of the Board of Education, "
        f"{plan.district}\n\n"
        "Fiscal year 2027 Alliance District plan: approval\n\n"
        "I have approved the annual amendment your board submitted on June 26, 2026 (version 1)."
        "\n\n"
        "Under section 10-262u of the Connecticut General Statutes the board of education may "
        "spend $1,000,000 for the purposes of the plan. The statute calls it the improvement plan; "
        "with its objectives and performance targets it is the application (Conn. Gen. Stat. "
        "§ 10-262u(d), 2024 edition).\n\n"
        "Implementation: Largely carried out. Nineteen of 24 milestones were met.\n\n"
        "Performance: Progress. Four of nine targets were met.\n\n"
        "A mid-year progress report is due February 28, 2027, an end-of-year progress report "
        "August 15, 2027, and a certified expenditure report August 31, 2027.\n\n"
        f"{commissioner.name}\n"
        "Commissioner of Education\n"
    )
    letters = Notice.objects.filter(kind="plan_approved")
    assert {letter.to for letter in letters} == {
        people.superintendent,
        people.board_chair,
        people.plan_coordinator,
        people.fiscal_officer,
    }
    assert {letter.subject for letter in letters} == {
        f"{plan.district}: the FY2027 plan is approved"
    }
    assert all(letter.body.startswith(determination.letter) for letter in letters)


def test_delegate_decides_in_the_commissioners_name(delegate, noon):
    plan = PlanFactory(under_review=True, reviews=True)

    determination = approve_plan(plan, delegate, noon)

    assert determination.delegation == Delegation.objects.get()
    assert determination.letter.endswith(
        "In the name of the Commissioner of Education,\n"
        f"{delegate.name}\n"
        "under the Commissioner’s delegation of January 1, 2020 to December 31, 2099\n"
    )


def test_commissioner_decides_under_no_delegation(commissioner, noon):
    DelegationFactory(delegate=commissioner)

    determination = approve_plan(PlanFactory(under_review=True, reviews=True), commissioner, noon)

    assert determination.delegation is None


@pytest.mark.parametrize("day", [date(2026, 11, 22), None])
def test_delegation_that_is_over_gives_no_authority(day, noon, commissioner):
    reviewer = person(Role.PROGRAM_REVIEWER)
    if day:
        DelegationFactory(delegate=reviewer, last_day=day)
    else:
        DelegationFactory(delegate=reviewer, ended_at=noon, ended_by=commissioner)

    with pytest.raises(PermissionDenied):
        approve_plan(PlanFactory(under_review=True, reviews=True), reviewer, noon)


def test_delegation_ended_since_the_page_opened_gives_no_authority(delegate, commissioner, noon):
    """What the person was when the request began is remembered; a decision asks again."""
    plan = PlanFactory(under_review=True, reviews=True)
    plan.assignments.update(reviewer=delegate)
    assert standing_of(delegate).may_decide
    Delegation.objects.update(ended_at=noon, ended_by=commissioner)

    with pytest.raises(PermissionDenied):
        approve_plan(plan, delegate, noon)


@pytest.mark.parametrize(
    "role", [Role.PROGRAM_REVIEWER, Role.PROGRAM_MANAGER, Role.AUDITOR, Role.SYSADMIN]
)
def test_approve_by_anyone_else_is_forbidden(role, noon):
    plan = PlanFactory(recommended=True)

    with pytest.raises(PermissionDenied):
        approve_plan(plan, person(role), noon)

    plan.refresh_from_db()
    assert (plan.status, Determination.objects.count()) == (Status.RECOMMENDED, 0)


def test_approve_by_an_assigned_reviewer_is_forbidden(program_reviewer_of, noon):
    plan = PlanFactory(recommended=True)

    with pytest.raises(PermissionDenied):
        approve_plan(plan, program_reviewer_of(plan), noon)


def test_approve_with_the_same_key_is_one_act(commissioner, people_of, noon):
    plan = PlanFactory(recommended=True)
    people_of(plan)
    key = uuid4()

    first = approve_plan(plan, commissioner, noon, key=key)
    second = approve_plan(plan, commissioner, noon, key=key)

    assert second == first
    assert (Determination.objects.count(), plan.events.filter(step=Step.APPROVE).count()) == (1, 1)
    assert Notice.objects.filter(kind="plan_approved").count() == 4
    assert Notice.objects.filter(kind="plan_moved").count() == 2


def test_second_decision_is_told_who_decided_and_when(commissioner, delegate, noon):
    plan = PlanFactory(recommended=True)
    approve_plan(plan, delegate, noon)

    with pytest.raises(MovedOn) as refusal:
        approve_plan(plan, commissioner, noon)

    assert str(refusal.value) == (
        f"{delegate.name} approved this plan on November 23, 2026, 12:00 pm ET. "
        "Nothing else was recorded."
    )


def test_own_second_decision_says_you(commissioner, noon):
    plan = PlanFactory(recommended=True)
    approve_plan(plan, commissioner, noon)

    with pytest.raises(MovedOn, match=r"You approved this plan on November 23"):
        approve_plan(plan, commissioner, noon)


@pytest.mark.parametrize("stage", [{}, {"submitted": True}])
def test_approve_is_refused_before_review(stage, commissioner, noon):
    with pytest.raises(StepNotAllowed, match="cannot be taken"):
        approve_plan(PlanFactory(**stage), commissioner, noon)


def test_approve_of_a_returned_plan_says_who_returned_it(commissioner, noon):
    with pytest.raises(MovedOn, match="returned this plan for changes on July 8, 2026"):
        approve_plan(PlanFactory(returned=True), commissioner, noon)


# The gate -----------------------------------------------------------------------------------------


def test_gate_wants_the_local_boards_date(commissioner, noon):
    plan = PlanFactory(under_review=True, reviews=True, board__approved_on=None)

    assert reasons_against(plan, commissioner, noon) == [
        "The local board’s approval has no date. The district enters it."
    ]


def test_gate_does_not_take_a_planned_vote_for_an_approval(commissioner, noon):
    plan = PlanFactory(
        under_review=True,
        reviews=True,
        board__approved_on=None,
        board__planned_on=date(2026, 12, 8),
    )

    assert reasons_against(plan, commissioner, noon) == [
        "The local board’s approval has no date; its vote was planned for December 8, 2026."
    ]


def test_gate_does_not_take_a_date_to_come(commissioner, noon):
    plan = PlanFactory(under_review=True, reviews=True, board__approved_on=date(2026, 11, 24))

    assert reasons_against(plan, commissioner, noon) == [
        "The local board’s approval is dated November 24, 2026, still to come."
    ]


def hand_in_again(plan, version):
    """Make this the version handed in, whatever it lacks: rows that no service would write."""
    plan.events.model.objects.create(
        plan=plan,
        step=Step.SUBMIT,
        source=Status.DRAFT,
        target=Status.SUBMITTED,
        version=version,
        taken_at=plan.submitted_at,
        taken_by=plan.submitted_by,
    )


def test_gate_wants_both_signatures_on_the_version_handed_in(commissioner, noon):
    plan = PlanFactory(under_review=True, reviews=True)
    plan.edition += 1
    version = closed_version(plan)
    sign_version(version, capacities=[Signature.Capacity.SUPERINTENDENT])
    hand_in_again(plan, version)
    recommend_by_both(plan, version)

    assert reasons_against(plan, commissioner, noon, version=2) == [
        "Version 2 lacks the signature of the board chair."
    ]


def test_gate_wants_signatures_on_the_very_text_that_was_handed_in(commissioner, noon):
    plan = PlanFactory(under_review=True, reviews=True)
    plan.edition += 1
    version = closed_version(plan)
    sign_version(version, capacities=[Signature.Capacity.SUPERINTENDENT])
    other = PlanVersion(number=version.number, plan=plan, sha256="0" * 64, pk=version.pk)
    sign_version(other, capacities=[Signature.Capacity.BOARD_CHAIR])
    hand_in_again(plan, version)
    recommend_by_both(plan, version)

    assert reasons_against(plan, commissioner, noon, version=2) == [
        "Version 2 lacks the signature of the board chair."
    ]


def test_gate_wants_an_allocation(commissioner, noon):
    plan = PlanFactory(under_review=True, reviews=True)
    plan.edition += 1
    text = document_of(plan.district, money=Money(amount=None, stage=None))
    hand_in_again(plan, closed_version(plan, text, signed=True))
    recommend_by_both(plan)

    assert reasons_against(plan, commissioner, noon, version=2) == [
        "The text names no allocation for FY2027: it was closed before the amount was known."
    ]


def test_gate_takes_an_allocation_of_nothing(commissioner, noon):
    plan = PlanFactory(under_review=True, reviews=True)
    plan.edition += 1
    restated(plan.district.allocations.get(), amount=0)
    text = document_of(plan.district, lines=())
    text = change(text, "money", amount=0)
    hand_in_again(plan, closed_version(plan, text, signed=True))
    recommend_by_both(plan)

    assert approve_plan(plan, commissioner, noon, version=2).amount == 0


def test_gate_wants_every_required_change_answered(commissioner, noon):
    plan = PlanFactory(under_review=True, reviews=True)
    for number in (1, 2):
        RequiredChangeFactory(plan=plan, version=plan.versions.get(), number=number)

    assert reasons_against(plan, commissioner, noon) == [
        "Required changes 1 and 2 are not answered."
    ]


@pytest.mark.parametrize(("last_year", "blocks"), [("under_review", True), ("approved", False)])
def test_gate_wants_last_years_plan_approved_where_there_is_one(
    last_year, blocks, commissioner, noon
):
    before = PlanFactory(**{last_year: True})
    plan = PlanFactory(
        under_review=True, reviews=True, district=before.district, cycle=Cycle.objects.get(pk=2028)
    )
    AllocationFactory(district=plan.district, fiscal_year=2028)
    plan.edition += 1
    text = as_of_now(a_year_later(document_of(plan.district)), plan.pk)
    hand_in_again(plan, closed_version(plan, text, signed=True))
    recommend_by_both(plan)

    if blocks:
        assert reasons_against(plan, commissioner, noon, version=2) == [
            "The FY2027 plan is not approved: its status is “under review”."
        ]
    else:
        assert approve_plan(plan, commissioner, noon, version=2).plan == plan


def test_gate_and_findings_say_everything_that_is_missing_at_once(commissioner, noon):
    plan = PlanFactory(under_review=True, reviews=True, board__approved_on=None)
    RequiredChangeFactory(plan=plan, version=plan.versions.get())

    assert reasons_against(
        plan,
        commissioner,
        noon,
        implementation="",
        implementation_reasons=" ",
        performance="splendid",
        performance_reasons="",
    ) == [
        "Required change 1 is not answered.",
        "The local board’s approval has no date. The district enters it.",
        "The finding on implementation is missing.",
        "The finding on implementation gives no reasons.",
        "The finding on performance is missing.",
        "The finding on performance gives no reasons.",
    ]


def test_approve_looks_at_the_version_handed_in_not_at_one_closed_since(commissioner, noon):
    plan = PlanFactory(under_review=True, reviews=True)
    plan.edition += 1
    plan.save()
    text = document_of(plan.district, money=Money(amount=5, stage="final"))
    closed_version(plan, text, at=datetime(2026, 7, 30, tzinfo=EASTERN))

    determination = approve_plan(plan, commissioner, noon)

    assert (determination.version.number, determination.amount) == (1, 1_000_000)


def test_approve_sent_again_with_other_findings_says_that_they_were_not_recorded(
    commissioner, noon
):
    plan, key = PlanFactory(recommended=True), uuid4()
    approve_plan(plan, commissioner, noon, key=key)

    with pytest.raises(SentBefore, match="What you wrote now was not recorded"):
        approve_plan(plan, commissioner, noon, key=key, performance="not_met")

    assert Determination.objects.get().performance == "progress"
