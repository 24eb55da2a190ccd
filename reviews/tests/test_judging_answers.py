"""Answers to required changes are accepted, or the change is asked again under its number."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InternalError, transaction
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import ConflictFactory, person
from notices.models import Notice
from plans import services as plan_services
from plans.models import ChangeRound, ChangeVerdict, RequiredChange
from plans.reports.asked_list import Stands, asked_of
from plans.services import Blocked, SentBefore
from plans.tests.factories import PlanFactory, resubmit
from plans.workflow import Status, Step, StepNotAllowed
from reviews import services
from reviews.services import MovedOn, Seen, Unseen

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(people_of, program_reviewer_of, fiscal_reviewer_of, noon):
    """A plan that came back with its three changes answered."""
    plan = PlanFactory(under_review=True)
    case = SimpleNamespace(
        plan=plan,
        program=program_reviewer_of(plan),
        fiscal=fiscal_reviewer_of(plan),
        theirs=people_of(plan),
        at=noon,
    )
    texts = [("budget", "Name the grades."), ("needs", "Cite one."), ("budget", "Say who pays.")]
    services.return_for_changes(
        plan_id=plan.pk,
        version=1,
        changes=[services.ChangeAsked(*one) for one in texts],
        key=uuid4(),
        by=case.program,
        at=noon,
    )
    plan.refresh_from_db()
    resubmit(plan, at=noon + timedelta(days=1))
    return case


def judge(case, number, verdict="accepted", **said):
    words = "" if verdict == "accepted" else "Which grant?"
    judged = {"version": 2, "seen": 0, "words": words, "due_on": None, "key": uuid4()}
    act = {"by": case.program, "at": case.at + timedelta(days=2)}
    return services.judge_answer(
        plan_id=case.plan.pk, number=number, verdict=verdict, **judged | act | said
    )


def send(case, *, seen, version=2, **said):
    act = {"key": uuid4(), "by": case.fiscal, "at": case.at + timedelta(days=3)}
    services.send_return(plan_id=case.plan.pk, version=version, seen=seen, **act | said)
    case.plan.refresh_from_db()


def stands(case, *, sees_again=True):
    case.plan.refresh_from_db()
    listed = asked_of(case.plan, is_district=not sees_again, sees_again=sees_again)
    return {one.number: one.stands for one in listed}


def again(case):
    """Accepted two and one asked again, in the next return, alone."""
    judge(case, 1)
    judge(case, 2)
    judge(case, 3, "reopened")
    send(case, seen=Seen(words=1, changes={}, again={3: 1}))


def test_two_are_accepted_and_one_comes_back_under_its_number(case):
    judge(case, 1)
    judge(case, 2, by=case.fiscal)
    judge(case, 3, "reopened")
    before = stands(case), stands(case, sees_again=False)
    send(case, seen=Seen(words=1, changes={}, again={3: 1}))

    accepted = {1: Stands.ACCEPTED, 2: Stands.ACCEPTED}
    assert before == (
        accepted | {3: Stands.AGAIN},
        accepted | {3: Stands.DEPARTMENT},  # not the district's to know before it is returned
    )
    assert stands(case) == stands(case, sees_again=False) == accepted | {3: Stands.DISTRICT}
    change = RequiredChange.objects.get(number=3)
    assert (change.text, change.answer, change.version.number) == ("Say who pays.", "", 2)
    kept = ChangeRound.objects.get()
    assert (kept.answer, kept.version.number, kept.verdict.words) == ("Done.", 1, "Which grant?")
    letter = Notice.objects.filter(kind="plan_returned").last().body
    assert "3. Budget\nSay who pays.\nAsked again. Still missing: Which grant?\n" in letter
    assert "Name the grades." not in letter
    assert case.plan.events.order_by("pk").last().reason == (
        "3. Budget: Say who pays. Asked again: Which grant?"
    )


def test_what_was_asked_again_is_answered_and_handed_in_and_judged_anew(case):
    again(case)
    with pytest.raises(Blocked, match="change"):
        plan_services.submit(
            plan_id=case.plan.pk, key=uuid4(), by=case.theirs.superintendent, at=case.at
        )
    plan_services.answer_change(
        plan_id=case.plan.pk,
        number=3,
        version=1,
        answer="Title I.",
        by=case.theirs.plan_coordinator,
        at=case.at + timedelta(days=4),
    )
    case.plan.refresh_from_db()
    resubmit(case.plan, at=case.at + timedelta(days=5))
    back = stands(case)
    judge(case, 3, seen=1, version=3, at=case.at + timedelta(days=6))

    assert back[3] == Stands.DEPARTMENT
    assert stands(case)[3] == Stands.ACCEPTED


def test_undoing_that_return_puts_the_answer_back_as_it_was_handed_in(case):
    before = RequiredChange.objects.filter(number=3).values(
        "event", "version", "due_on", "asked_at", "answer", "answered_at", "answered_by"
    )
    was = before[0]
    again(case)
    returned = case.plan.events.order_by("pk").last()

    services.undo_return(
        plan_id=case.plan.pk,
        returned=returned.pk,
        reason="Too soon.",
        key=uuid4(),
        by=case.fiscal,
        at=case.at + timedelta(days=3, hours=1),
    )

    assert before.all()[0] == was
    assert stands(case)[3] == Stands.AGAIN  # as it was judged
    assert ChangeRound.objects.get().undone.step == Step.UNDO_RETURN
    letter = Notice.objects.get(kind="return_undone", to=case.theirs.plan_coordinator).body
    assert "Change 3 is not asked again: your answer is as you handed it in." in letter
    assert "no longer stand" not in letter
    send(case, seen=Seen(words=1, changes={}, again={3: 1}), at=case.at + timedelta(days=4))
    assert ChangeRound.objects.standing().count() == 1


def test_a_return_goes_only_with_what_its_sender_saw_asked_again(case):
    judge(case, 3, "reopened")

    for seen in ({}, {3: 2}, {2: 1, 3: 1}):
        with pytest.raises(Unseen):
            send(case, seen=Seen(words=1, changes={}, again=seen))

    assert status_of(case) == Status.UNDER_REVIEW


def status_of(case):
    case.plan.refresh_from_db()
    return case.plan.status


def test_a_verdict_that_was_seen_can_be_followed_by_another(case):
    judge(case, 1)
    judge(case, 1, "reopened", seen=1, by=case.fiscal)

    assert stands(case)[1] == Stands.AGAIN
    assert ChangeVerdict.objects.filter(change__number=1).count() == 2


def test_who_was_second_is_told_of_the_first(case):
    judge(case, 1, by=case.fiscal)

    with pytest.raises(MovedOn, match=f"^{case.fiscal.name} accepted this answer on"):
        judge(case, 1, "reopened")

    assert stands(case)[1] == Stands.ACCEPTED


def test_a_day_of_long_ago_is_not_asked_for_with_the_return(case):
    due_on = (case.at + timedelta(days=2)).date()
    judge(case, 3, "reopened", due_on=due_on)

    send(case, seen=Seen(words=1, changes={}, again={3: 1}), at=case.at + timedelta(days=9))

    assert RequiredChange.objects.get(number=3).due_on > due_on + timedelta(days=7)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"verdict": "reopened", "words": " "}, "Say what is still missing"),
        ({"verdict": "maybe"}, "Say whether the answer is accepted"),
        ({"version": 1}, "has handed in version 2 since"),
        ({"seen": 3}, "This page is not of this change"),
    ],
)
def test_what_cannot_be_recorded_is_said(case, said, refusal):
    with pytest.raises(StepNotAllowed, match=refusal):
        judge(case, 1, **{"verdict": "accepted"} | said)


def test_nothing_is_judged_before_it_comes_in(case):
    again(case)
    with pytest.raises(StepNotAllowed, match="so no answer is judged"):
        judge(case, 3, seen=1)
    plan = PlanFactory(returned=True)
    with pytest.raises(PermissionDenied):
        services.judge_answer(
            plan_id=plan.pk,
            number=1,
            version=1,
            seen=0,
            verdict="accepted",
            words="",
            due_on=None,
            key=uuid4(),
            by=person(Role.AUDITOR),
            at=case.at,
        )


def test_the_same_form_again_is_one_verdict_and_other_words_are_refused(case):
    key = uuid4()
    for _ in range(2):
        judge(case, 1, "reopened", key=key)

    with pytest.raises(SentBefore):
        judge(case, 1, "reopened", key=key, words="Other words.")
    assert ChangeVerdict.objects.count() == 1


def test_verdicts_and_rounds_are_records(case):
    again(case)

    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        ChangeVerdict.objects.update(words="x")
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        ChangeRound.objects.update(answer="x")


def test_the_page_accepts_and_says_so_to_both_sides(case, client):
    page = reverse("reviews:change", args=[case.plan.district.slug, 2027, 1])
    client.force_login(case.program)

    shown = client.get(page)
    client.post(
        page,
        {"key": uuid4(), "version": 2, "seen": 0, "verdict": "accepted", "words": "", "due_on": ""},
    )

    assert "Nothing was changed there since version 1" in shown.text
    client.force_login(case.theirs.plan_coordinator)
    listed = client.get(
        reverse("plans:asked", args=[case.plan.district.slug, 2027]), {"show": "all"}
    )
    assert "Accepted" in listed.text
    assert case.program.name not in listed.text


@pytest.mark.parametrize(
    ("who", "reads"),
    [("auditor", True), ("conflicted", False), ("coordinator", False)],
)
def test_what_is_to_be_asked_again_is_read_by_those_who_read_reviews(case, client, who, reads):
    judge(case, 1, "reopened")
    person_of = {
        "auditor": lambda: person(Role.AUDITOR),
        "conflicted": lambda: (
            ConflictFactory(
                district=case.plan.district, person=person(Role.PROGRAM_REVIEWER)
            ).person
        ),
        "coordinator": lambda: case.theirs.plan_coordinator,
    }
    client.force_login(person_of[who]())

    page = client.get(reverse("plans:asked", args=[case.plan.district.slug, 2027]))

    change = next(row for row in page.context["rows"] if row.one.number == 1)
    assert ("To be asked again" in page.text) is reads
    assert change.one.stands == (Stands.AGAIN if reads else Stands.DEPARTMENT)
    assert bool(change.url) is (who != "conflicted")
    assert "Which grant?" not in page.text
