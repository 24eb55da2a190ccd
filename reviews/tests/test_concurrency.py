"""Two people at once: the second waits for the first, and is told."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from districts.roles import Role
from districts.services import end_delegation
from districts.tests.factories import DelegationFactory, person
from plans.models import Comment, Plan, RequiredChange
from plans.tests.factories import PlanFactory
from plans.workflow import Status, Step, StepNotAllowed
from reviews.models import Determination, ProposedChange, Recommendation, ReturnDraft
from reviews.services import (
    ChangeAsked,
    MovedOn,
    Seen,
    Unseen,
    approve,
    comment,
    recommend,
    release,
    return_for_changes,
    save_change,
    send_return,
    withhold,
)

# Rows that data migrations made are put back after each of these tests.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def meanwhile():
    """Start one act in a transaction that stays open a while, and give the way to wait for it."""
    pool = ThreadPoolExecutor(max_workers=1)

    def _meanwhile(act):
        row_is_held = Event()

        def slowly():
            try:
                with transaction.atomic():
                    act()
                    row_is_held.set()
                    time.sleep(0.3)  # long enough for an unlocked reader to see the old status
            finally:
                row_is_held.set()
                connection.close()

        running = pool.submit(slowly)
        row_is_held.wait(timeout=5)
        return running.result

    yield _meanwhile
    pool.shutdown()


def approval(plan, by, at, key=None):
    return lambda: approve(
        plan_id=plan.pk,
        version=1,
        implementation="largely",
        implementation_reasons="Most of it ran.",
        performance="progress",
        performance_reasons="Four of nine.",
        key=key or uuid4(),
        by=by,
        at=at,
    )


def return_of(plan, by, at, key=None):
    return lambda: return_for_changes(
        plan_id=plan.pk,
        version=1,
        changes=[ChangeAsked("budget", "Name the grades.")],
        key=key or uuid4(),
        by=by,
        at=at,
    )


def test_of_two_who_approve_at_once_one_wins_and_the_other_is_told(
    meanwhile, commissioner, delegate, noon
):
    plan = PlanFactory(recommended=True)
    wait = meanwhile(approval(plan, delegate, noon))

    with pytest.raises(MovedOn, match=f"{delegate.name} approved this plan on November 23, 2026"):
        approval(plan, commissioner, noon)()

    wait()
    assert Determination.objects.get().decided_by == delegate
    assert list(plan.events.filter(target=Status.APPROVED).values_list("taken_by", flat=True)) == [
        delegate.pk
    ]


def test_approving_while_another_returns_is_refused(meanwhile, commissioner, manager, noon):
    plan = PlanFactory(under_review=True)
    wait = meanwhile(return_of(plan, manager, noon))

    with pytest.raises(MovedOn, match=f"{manager.name} returned this plan for changes"):
        approval(plan, commissioner, noon)()

    wait()
    assert not Determination.objects.exists()


def test_two_who_return_at_once_ask_once(meanwhile, manager, program_reviewer_of, noon):
    plan = PlanFactory(under_review=True)
    wait = meanwhile(return_of(plan, manager, noon))

    with pytest.raises(MovedOn):
        return_of(plan, program_reviewer_of(plan), noon)()

    wait()
    assert list(RequiredChange.objects.values_list("number", "asked_by")) == [(1, manager.pk)]


@pytest.mark.parametrize("act", [approval, return_of])
def test_the_same_form_sent_twice_at_once_is_one_act(act, meanwhile, commissioner, noon):
    plan, key = PlanFactory(recommended=True), uuid4()
    wait = meanwhile(act(plan, commissioner, noon, key))

    act(plan, commissioner, noon, key)()

    wait()
    assert plan.events.filter(key=key).count() == 1


def test_the_same_comment_sent_twice_at_once_is_one_comment(meanwhile, manager, noon):
    plan, key = PlanFactory(under_review=True), uuid4()

    def remark():
        comment(
            plan_id=plan.pk,
            section="budget",
            audience="internal",
            text="Dear.",
            key=key,
            by=manager,
            at=noon,
        )

    wait = meanwhile(remark)
    remark()
    wait()

    assert Comment.objects.count() == 1


def test_two_who_recommend_at_once_recommend_once(meanwhile, program_reviewer_of, noon):
    plan = PlanFactory(under_review=True)
    fiscal_review = plan.assignments.get(reviews_as="fiscal_reviewer").reviewer
    reviewer = program_reviewer_of(plan)
    recommend(plan_id=plan.pk, version=1, text="Yes.", key=uuid4(), by=fiscal_review, at=noon)

    def advice(by):
        return lambda: recommend(
            plan_id=plan.pk, version=1, text="Yes.", key=uuid4(), by=by, at=noon
        )

    wait = meanwhile(advice(reviewer))
    with pytest.raises(MovedOn, match="You recommended this plan"):
        advice(reviewer)()
    wait()

    assert Recommendation.objects.filter(made_by=reviewer).count() == 1


def test_a_change_saved_while_the_return_is_sent_is_in_it_or_is_refused(
    meanwhile, manager, program_reviewer_of, noon
):
    """The sender waits for the writer, and is told that there is more than they saw."""
    plan = PlanFactory(under_review=True)
    act = {"plan_id": plan.pk, "at": noon}
    first, second = ({"section": "budget", "text": text, "due_on": None} for text in "12")

    def write(values, by):
        new = {"lineage": uuid4(), "version": 0, "as_typed": {}}
        return save_change(values=values, by=by, **new, **act)

    seen = Seen(words=1, changes={write(first, manager).lineage: 1})
    wait = meanwhile(lambda: write(second, program_reviewer_of(plan)))

    with pytest.raises(Unseen):
        send_return(version=1, seen=seen, key=uuid4(), by=manager, **act)

    wait()
    assert not RequiredChange.objects.exists()
    assert ProposedChange.objects.count() == 2


def test_two_who_begin_a_draft_at_once_begin_one(meanwhile, manager, program_reviewer_of, noon):
    plan = PlanFactory(under_review=True)

    def write(by):
        values = {"section": "budget", "text": "Why?", "due_on": None}
        save_change(
            plan_id=plan.pk,
            lineage=uuid4(),
            version=0,
            values=values,
            as_typed={},
            by=by,
            at=noon,
        )

    wait = meanwhile(lambda: write(manager))
    write(program_reviewer_of(plan))
    wait()

    assert (ReturnDraft.objects.count(), ProposedChange.objects.count()) == (1, 2)


def funds(act, plan, by, at, key=None):
    """Withholds or releases them."""
    words = {"reason": "No report came."}
    return lambda: act(plan_id=plan.pk, key=key or uuid4(), by=by, at=at, **words)


@pytest.mark.parametrize("act", [withhold, release])
def test_of_two_who_withhold_or_release_at_once_one_does_and_the_other_is_told(
    act, meanwhile, commissioner, noon
):
    plan = PlanFactory(approved=True)
    other = DelegationFactory(delegate=person(Role.PROGRAM_REVIEWER)).delegate
    if act is release:
        funds(withhold, plan, commissioner, noon)()
    wait = meanwhile(funds(act, plan, commissioner, noon))

    with pytest.raises(StepNotAllowed):
        funds(act, plan, other, noon)()
    wait()

    step = Step.WITHHOLD if act is withhold else Step.RELEASE
    assert plan.events.filter(step=step).count() == 1


@pytest.mark.parametrize("act", [withhold, release])
def test_a_delegation_that_ends_while_one_waits_lets_nobody_withhold_or_release(
    act, meanwhile, commissioner, noon
):
    plan = PlanFactory(approved=True)
    delegation = DelegationFactory(delegate=person(Role.PROGRAM_REVIEWER))
    if act is release:
        funds(withhold, plan, commissioner, noon)()

    def ends():
        Plan.objects.select_for_update().get(pk=plan.pk)
        end_delegation(delegation_id=delegation.pk, by=commissioner, at=noon)

    wait = meanwhile(ends)
    with pytest.raises(PermissionDenied):
        funds(act, plan, delegation.delegate, noon)()
    wait()
