"""A revision and two people at once: one act is done, and the other is told."""

from uuid import uuid4

import pytest

from plans import services as plan_services
from plans.models import RevisionEvent
from plans.revision_workflow import RevisionStep
from plans.tests.test_concurrency import slowly
from plans.tests.test_revising import NOW, edit, hand_in, move_between_lines, sign
from plans.tests.test_revising import cora as cora
from plans.tests.test_revising import plan as plan
from plans.tests.test_revising import signers as signers
from plans.tests.test_revising import start as start_revision
from plans.workflow import StepNotAllowed
from reviews import services
from reviews.tests.test_revisions import act, recommend_by_both

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def written(plan, cora, signers):
    """A revision that both have signed."""
    revision = start_revision(plan, cora)
    move_between_lines(plan, cora, 60_000)
    sign(plan, signers, cora)
    return revision


@pytest.fixture
def reviewed(written, plan, cora):
    handed_in = hand_in(plan, cora)
    recommend_by_both(handed_in)
    return handed_in


def steps(plan) -> list[str]:
    return list(RevisionEvent.objects.filter(revision__plan=plan).values_list("step", flat=True))


def by_coordinator(plan, cora, **said):
    return {"plan_id": plan.pk, "by": cora, "at": NOW, "key": uuid4(), **said}


def test_of_two_who_start_one_the_second_is_told(plan, cora):
    said = {"sections": ["budget"], "reason": "A tutor left."}

    with (
        slowly(plan_services.start_revision, **by_coordinator(plan, cora, **said)),
        pytest.raises(StepNotAllowed, match="is open already"),
    ):
        start_revision(plan, cora)

    assert steps(plan) == [RevisionStep.START]


def test_an_edit_while_it_is_handed_in_is_refused(written, plan, cora):
    line = plan.budgetline_set.first()

    with (
        slowly(plan_services.hand_in_revision, **by_coordinator(plan, cora)),
        pytest.raises(StepNotAllowed),
    ):
        edit(plan, line, cora, amount=line.amount + 5)

    assert steps(plan)[-1] == RevisionStep.HAND_IN


def test_handing_it_in_while_it_is_edited_is_refused(written, plan, cora):
    line = plan.budgetline_set.first()
    values = {"amount": line.amount + 5}

    with (
        slowly(
            plan_services.save_row,
            plan_id=plan.pk,
            model=type(line),
            row_id=line.pk,
            version=line.version,
            values=values,
            as_typed={},
            by=cora,
            at=NOW,
        ),
        pytest.raises(plan_services.Blocked, match="edited after it was closed"),
    ):
        hand_in(plan, cora)

    assert RevisionStep.HAND_IN not in steps(plan)


def test_approving_what_is_withdrawn_just_now_is_refused(reviewed, plan, cora, commissioner):
    with (
        slowly(
            plan_services.withdraw_revision, **by_coordinator(plan, cora, reason="The tutor stays.")
        ),
        pytest.raises(StepNotAllowed),
    ):
        act(services.approve_revision, reviewed, commissioner)

    assert steps(plan)[-1] == RevisionStep.WITHDRAW


def test_withdrawing_what_is_approved_just_now_is_refused(reviewed, plan, cora, commissioner):
    approving = slowly(
        services.approve_revision,
        plan_id=plan.pk,
        version=reviewed.version.number,
        text="It is sound.",
        key=uuid4(),
        by=commissioner,
        at=NOW,
    )
    with approving, pytest.raises(StepNotAllowed):
        plan_services.withdraw_revision(**by_coordinator(plan, cora, reason="The tutor stays."))

    assert steps(plan)[-1] == RevisionStep.APPROVE
