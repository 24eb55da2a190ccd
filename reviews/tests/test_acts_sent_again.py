"""An act is its key and what was said: the same again is it, other words are none (ADR 47)."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import InternalError, connection, models

from districts.roles import Role
from districts.tests.factories import person
from notices.models import Notice
from plans import services
from plans.models import Comment, Plan, PlanEvent, RequiredChange
from plans.services import SentBefore, digest_of
from plans.tests.factories import PlanFactory, RequiredChangeFactory, resubmit
from plans.workflow import Status, Step
from reviews.models import Determination, Recommendation, Waiver
from reviews.reports.packet import read_packet
from reviews.services import (
    ChangeAsked,
    Seen,
    approve,
    comment,
    recommend,
    release,
    return_for_changes,
    save_change,
    send_return,
    waive,
    withhold,
)

pytestmark = pytest.mark.django_db

FINDINGS = {
    "implementation": "largely",
    "implementation_reasons": "Most of it ran.",
    "performance": "progress",
    "performance_reasons": "Four of nine.",
}
LINEAGE = UUID(int=1)


def superintendent_of(plan):
    return person(Role.SUPERINTENDENT, plan.district)


def commissioner_of(plan):
    return person(Role.COMMISSIONER)


def reviewer_of(plan):
    return plan.assignments.get(reviews_as="program_reviewer").reviewer


def drafted(plan, by, at):
    values = {"section": "budget", "text": "Name the grades.", "due_on": None}
    new = {"lineage": LINEAGE, "version": 0, "as_typed": {}}
    save_change(plan_id=plan.pk, values=values, by=by, at=at, **new)


def withheld(plan, by, at):
    withhold(plan_id=plan.pk, reason="No report.", key=uuid4(), by=by, at=at)


def withdrawn(plan, by, at):
    services.withdraw(plan_id=plan.pk, reason="Too late.", key=uuid4(), by=by, at=at)


# The verb, the stage it starts from, whose act it is, what was done before, and two ways to say it.
ACTS = {
    "withdraw": (
        *(services.withdraw, {"submitted": True}, superintendent_of, None),
        *({"reason": "The board said no."}, {"reason": "The board said no twice."}),
    ),
    "reopen": (
        *(services.reopen, {"submitted": True}, superintendent_of, withdrawn),
        *({"reason": "In error."}, {"reason": "In haste."}),
    ),
    "return": (
        *(send_return, {"under_review": True}, reviewer_of, drafted),
        {"version": 1, "seen": Seen(words=1, changes={LINEAGE: 1})},
        {"version": 1, "seen": Seen(words=1, changes={LINEAGE: 2})},
    ),
    "return at once": (
        *(return_for_changes, {"under_review": True}, reviewer_of, None),
        {"version": 1, "changes": [ChangeAsked("budget", "Name the grades.")]},
        {"version": 1, "changes": [ChangeAsked("budget", "Name the schools.")]},
    ),
    "recommend": (
        *(recommend, {"under_review": True}, reviewer_of, None),
        *({"version": 1, "text": "Approve."}, {"version": 1, "text": "Approve, but"}),
    ),
    "approve": (
        *(approve, {"recommended": True}, commissioner_of, None),
        {"version": 1, **FINDINGS},
        {"version": 1, **FINDINGS, "performance": "not_met"},
    ),
    "withhold": (
        *(withhold, {"approved": True}, commissioner_of, None),
        *({"reason": "No report."}, {"reason": "No reports."}),
    ),
    "release": (
        *(release, {"approved": True}, commissioner_of, withheld),
        *({"reason": "It came."}, {"reason": "They came."}),
    ),
}
RECORDS = (PlanEvent, RequiredChange, Recommendation, Determination, Notice)


def on_record():
    return [list(model.objects.order_by("pk").values()) for model in RECORDS]


@pytest.fixture(params=ACTS)
def act(request, noon):
    """An act, taken; and ways to send its page again with the same words and with others."""
    verb, stage, whose, before, words, others = ACTS[request.param]
    plan = PlanFactory(**stage)
    by, key = whose(plan), uuid4()
    if before:
        before(plan, by, noon)

    def send(said, **more):
        return verb(plan_id=plan.pk, key=key, by=by, at=noon, **said | more)

    send(words)
    return plan, key, lambda: send(words), lambda: send(others)


def test_the_same_words_with_the_same_key_are_the_same_act(act):
    _, _, same, _ = act
    stands = on_record()

    same()

    assert on_record() == stands


def test_other_words_with_the_same_key_are_refused_in_words(act):
    _, _, _, others = act
    stands = on_record()

    with pytest.raises(SentBefore) as refusal:
        others()

    assert str(refusal.value) == (
        "This page was sent before, with other words, and those stand. What you wrote now was not"
        " recorded."
    )
    assert on_record() == stands


def test_words_that_were_not_kept_are_told_as_that(act):
    """A former release that runs beside this one writes an act without the digest of its words."""
    plan, key, same, _ = act
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE plans_planevent DISABLE TRIGGER USER")
        plan.events.filter(key=key).update(digest="")
        plan.recommendations.filter(key=key).update(digest="")
        cursor.execute("ALTER TABLE plans_planevent ENABLE TRIGGER USER")
    stands = on_record()

    with pytest.raises(SentBefore, match="what it said then was not kept"):
        same()

    assert on_record() == stands


def test_a_digest_is_of_all_words_whatever_their_order():
    assert digest_of(text="a", by=1) == digest_of(by=1, text="a")
    assert len({digest_of(text="a"), digest_of(text="b"), digest_of(word="a")}) == 3


def test_a_comment_with_other_words_is_another_one_and_has_its_own_digest(under_review, noon):
    key, by = uuid4(), reviewer_of(under_review)
    said = {"plan_id": under_review.pk, "section": "budget", "audience": "internal"}
    for text in (" One. ", "One.", "Two."):
        comment(key=key, by=by, at=noon, text=text, **said)

    assert list(Comment.objects.order_by("pk").values_list("text", "digest")) == [
        (text, digest_of(**said, text=text)) for text in ("One.", "Two.")
    ]


# What an act brings about points to it ----------------------------------------------------------


def test_changes_and_the_decision_point_to_their_step(under_review, manager, commissioner, noon):
    at_once = {"plan_id": under_review.pk, "key": uuid4()}
    asked = [ChangeAsked("budget", "Which grades?"), ChangeAsked("needs", "Which source?")]
    return_for_changes(version=1, changes=asked, by=manager, at=noon, **at_once)
    decided = PlanFactory(recommended=True)
    determination = approve(
        plan_id=decided.pk, version=1, key=uuid4(), by=commissioner, at=noon, **FINDINGS
    )

    returned = under_review.events.get(key=at_once["key"])
    assert list(returned.required_changes.order_by("number").values_list("number", flat=True)) == [
        1,
        2,
    ]
    assert determination.event == decided.events.get(step=Step.APPROVE)
    with pytest.raises(InternalError, match="Cannot update rows"):
        Determination.objects.update(event=None)


def came_back_unedited(plan, at):
    """The version that was judged is handed in once more (ADR 10)."""
    Plan.objects.filter(pk=plan.pk).update(submitted_at=at)
    return plan.events.create(
        step=Step.SUBMIT,
        source=Status.RETURNED,
        target=Status.UNDER_REVIEW,
        version=plan.versions.get(),
        taken_at=at,
        taken_by=plan.submitted_by,
    )


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_review_is_of_the_submission_it_read_whatever_the_clocks_say(under_review, noon, hours):
    """The moment of an act is taken before its lock: a review may name one before its plan came."""
    came_in = came_back_unedited(under_review, noon)
    by = reviewer_of(under_review)

    recommend(
        plan_id=under_review.pk,
        version=1,
        text="Approve.",
        key=uuid4(),
        by=by,
        at=noon + timedelta(hours=hours),
    )

    assert under_review.recommendations.get().submission == came_in
    assert [one.person for one in packet_of(under_review).reviews.values()] == [by.pk]


def packet_of(plan):
    return read_packet(Plan.objects.filter(pk=plan.pk))


def test_a_review_and_a_waiver_end_when_the_same_version_comes_in_again(
    under_review, commissioner, noon
):
    by = reviewer_of(under_review)
    recommend(plan_id=under_review.pk, version=1, text="Yes.", key=uuid4(), by=by, at=noon)
    waive(plan_id=under_review.pk, version=1, grounds="One office.", by=commissioner, at=noon)
    before = packet_of(under_review)

    came_back_unedited(under_review, noon)  # at the very same moment
    after = packet_of(under_review)

    assert (len(before.reviews), before.waiver.grounds) == (1, "One office.")
    assert (after.reviews, after.waiver) == ({}, None)


def test_an_answer_is_handed_in_by_the_submission_after_its_return(noon):
    plan = PlanFactory(returned=True)
    plan.required_changes.update(asked_at=noon + timedelta(days=90))  # a clock that went wrong
    resubmit(plan)

    assert packet_of(plan).answers_in == {1}
    assert plan.required_changes.with_submission().get().was_handed_in


# A former release that still runs ---------------------------------------------------------------


def as_a_former_release(model: type[models.Model], **values):
    """Its rows name no event: that column is not known to it."""
    return model.objects.create(**values)


def test_what_a_former_release_says_of_a_version_is_of_its_last_submission(
    under_review, commissioner, noon
):
    came_in = came_back_unedited(under_review, noon)
    said = {"plan": under_review, "version": under_review.versions.get()}
    by = reviewer_of(under_review)

    as_a_former_release(
        Recommendation, text="Yes.", made_as="program_reviewer", made_at=noon, made_by=by, **said
    )
    as_a_former_release(Waiver, grounds="One.", given_at=noon, given_by=commissioner, **said)

    assert Recommendation.objects.get().submission == came_in
    assert Waiver.objects.get().submission == came_in
    assert len(packet_of(under_review).reviews) == 1


def test_changes_that_a_former_release_asks_are_of_its_return(under_review, manager, noon):
    """It writes them first, and the step after them."""
    others = RequiredChangeFactory(
        plan=PlanFactory(under_review=True), version=under_review.versions.get(), event=None
    )
    change = RequiredChangeFactory(
        plan=under_review, version=under_review.versions.get(), event=None, asked_at=noon
    )

    services.take_step(
        plan_id=under_review.pk, step=Step.RETURN, by=manager, at=noon, key=uuid4(), reason="1."
    )

    for each in (change, others):
        each.refresh_from_db()
    assert change.event == under_review.events.get(step=Step.RETURN)
    assert others.event is None
