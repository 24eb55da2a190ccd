"""Two at once on a question or an answer: one outcome, one letter, a sentence for the other."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from districts.models import Membership
from districts.roles import Role
from districts.tests.factories import person
from notices.models import Notice
from plans import services as plan_services
from plans.models import ChangeRound, ChangeVerdict, Question, QuestionEntry, RequiredChange
from plans.tests.factories import PlanFactory, resubmit
from plans.workflow import Status
from reviews import services
from reviews.services import Seen
from reviews.tests.at_once import behind, with_own_connection

__all__ = ["behind"]  # a fixture

# Rows that data migrations made are put back after each of these tests.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(noon, people_of, program_reviewer_of, fiscal_reviewer_of):
    plan = PlanFactory(under_review=True)
    return SimpleNamespace(
        plan=plan,
        program=program_reviewer_of(plan),
        fiscal=fiscal_reviewer_of(plan),
        theirs=people_of(plan),
        at=noon,
    )


@pytest.fixture
def asked(case):
    ask(case)
    return case


@pytest.fixture
def back(case):
    """It came back with two changes answered."""
    services.return_for_changes(
        plan_id=case.plan.pk,
        version=1,
        changes=[services.ChangeAsked("budget", "A."), services.ChangeAsked("needs", "B.")],
        key=uuid4(),
        by=case.program,
        at=case.at,
    )
    case.plan.refresh_from_db()
    resubmit(case.plan, at=case.at + timedelta(days=1))
    Notice.objects.all().delete()
    return case


def ask(case, key=None):
    return services.ask_question(
        plan_id=case.plan.pk,
        version=1,
        section="budget",
        text="Who pays?",
        due_on=None,
        key=key or uuid4(),
        by=case.program,
        at=case.at,
    )


def answer(case, by, key=None, text="The district."):
    act = {"key": key or uuid4(), "by": by, "at": case.at}
    return plan_services.answer_question(plan_id=case.plan.pk, number=1, seen=1, text=text, **act)


def judge(case, by, verdict, number=1):
    return services.judge_answer(
        plan_id=case.plan.pk,
        number=number,
        version=2,
        seen=0,
        verdict=verdict,
        words="" if verdict == "accepted" else "Which?",
        due_on=None,
        key=uuid4(),
        by=by,
        at=case.at + timedelta(days=2),
    )


def send_again(case):
    """Change 1 goes back to the district once more."""
    services.send_return(
        plan_id=case.plan.pk,
        version=2,
        seen=Seen(words=1, changes={}, again={1: 1}),
        key=uuid4(),
        by=case.program,
        at=case.at + timedelta(days=3),
    )
    return case.plan.events.order_by("pk").last()


def undo(case, returned):
    services.undo_return(
        plan_id=case.plan.pk,
        returned=returned.pk,
        reason="Too soon.",
        key=uuid4(),
        by=case.program,
        at=case.at + timedelta(days=4),
    )


def answer_change(case):
    plan_services.answer_change(
        plan_id=case.plan.pk,
        number=1,
        version=1,
        answer="This one.",
        by=case.theirs.plan_coordinator,
        at=case.at + timedelta(days=4),
    )


def letters(kind):
    return Notice.objects.filter(kind=kind).count()


def ten_at_once(act):
    with ThreadPoolExecutor(max_workers=10) as pool:
        return [one.result() for one in [pool.submit(with_own_connection, act) for _ in range(10)]]


def test_ten_equal_posts_are_one_question_and_one_answer(case):
    asking, answering = uuid4(), uuid4()

    asked = ten_at_once(lambda: ask(case, asking).pk)
    said = ten_at_once(lambda: answer(case, case.theirs.plan_coordinator, answering).pk)

    assert (len(set(asked)), len(set(said))) == (1, 1)
    assert (Question.objects.count(), QuestionEntry.objects.count()) == (1, 2)
    assert (letters("question_asked"), letters("question_answered")) == (3, 1)


def test_of_two_who_answer_at_once_the_second_is_told(asked, behind):
    theirs = asked.theirs

    second = behind(
        lambda: answer(asked, theirs.plan_coordinator),
        lambda: answer(asked, theirs.superintendent, text="Other words."),
    )

    assert str(second).startswith(f"{theirs.plan_coordinator.name} answered this question on")
    assert QuestionEntry.objects.filter(did="answered").get().text == "The district."
    assert letters("question_answered") == 1


def test_an_answer_that_waits_for_the_closing_is_refused(asked, behind):
    second = behind(
        lambda: services.close_question(
            plan_id=asked.plan.pk,
            number=1,
            seen=1,
            text="",
            key=uuid4(),
            by=asked.program,
            at=asked.at,
        ),
        lambda: answer(asked, asked.theirs.plan_coordinator),
    )

    assert str(second).startswith("The Department closed this question on")
    assert letters("question_answered") == 0


def test_an_answer_that_waits_while_its_author_loses_the_role_is_refused(asked, behind):
    coordinator = asked.theirs.plan_coordinator

    def end_role():
        type(asked.plan).objects.select_for_update().get(pk=asked.plan.pk)
        Membership.objects.filter(user=coordinator).update(
            ended_at=asked.at, ended_by=asked.program
        )

    second = behind(end_role, lambda: answer(asked, coordinator))

    assert isinstance(second, PermissionDenied)
    assert not QuestionEntry.objects.filter(did="answered").exists()


def test_an_answer_that_waits_for_the_approval_is_told_of_it(asked, behind):
    def decide():
        plan = type(asked.plan).objects.select_for_update().get(pk=asked.plan.pk)
        plan.status = Status.WITHDRAWN  # whichever ends the questions
        plan.save(update_fields=["status"])

    second = behind(decide, lambda: answer(asked, asked.theirs.plan_coordinator))

    assert str(second) == (
        "The plan is withdrawn now, which ended its questions. Nothing was recorded."
    )


@pytest.mark.parametrize("verdicts", [("accepted", "reopened"), ("reopened", "accepted")])
def test_of_two_reviewers_who_judge_at_once_the_second_is_told(back, behind, verdicts):
    first, second = verdicts

    told = behind(
        lambda: judge(back, back.program, first), lambda: judge(back, back.fiscal, second)
    )

    assert str(told).startswith(f"{back.program.name} ")
    assert str(told).endswith("Nothing else was recorded.")
    assert ChangeVerdict.objects.get().verdict == first


def test_a_return_that_waits_for_a_reopening_is_not_sent_without_it(back, behind):
    judge(back, back.program, "reopened")

    told = behind(lambda: judge(back, back.fiscal, "reopened", number=2), lambda: send_again(back))

    assert str(told).startswith("This draft was written on since you opened the page")
    assert letters("plan_returned") == 0


def test_a_verdict_that_waits_for_the_return_is_told(back, behind):
    judge(back, back.program, "reopened")

    told = behind(lambda: send_again(back), lambda: judge(back, back.fiscal, "accepted", number=2))

    assert "returned for changes now, so no answer is judged" in str(told)
    assert ChangeVerdict.objects.count() == 1


def test_an_answer_before_the_undoing_lets_the_return_stand(back, behind):
    judge(back, back.program, "reopened")
    returned = send_again(back)

    told = behind(lambda: answer_change(back), lambda: undo(back, returned))

    assert "The district has answered a change since, so the return stands." in str(told)
    assert RequiredChange.objects.get(number=1).answer == "This one."
    assert letters("return_undone") == 0


def test_an_answer_that_waits_for_the_undoing_is_told_and_the_former_stands(back, behind):
    judge(back, back.program, "reopened")
    returned = send_again(back)

    told = behind(lambda: undo(back, returned), lambda: answer_change(back))

    assert str(told) == "Answers can be changed only while the plan is with you."
    assert RequiredChange.objects.get(number=1).answer == "Done."
    assert ChangeRound.objects.standing().count() == 0


def test_ten_equal_returns_of_what_is_asked_again_are_one(back):
    judge(back, back.program, "reopened")
    key = uuid4()

    ten_at_once(
        lambda: services.send_return(
            plan_id=back.plan.pk,
            version=2,
            seen=Seen(words=1, changes={}, again={1: 1}),
            key=key,
            by=back.program,
            at=back.at + timedelta(days=3),
        )
    )

    assert ChangeRound.objects.count() == 1
    assert letters("plan_returned") == 4


def test_a_question_of_somebody_recused_meanwhile_is_refused(case, behind):
    reviewer = case.program

    def unassign():
        type(case.plan).objects.select_for_update().get(pk=case.plan.pk)
        case.plan.assignments.filter(reviewer=reviewer).update(
            ended_at=case.at, ended_by=person(Role.PROGRAM_MANAGER)
        )

    second = behind(unassign, lambda: ask(case))

    assert isinstance(second, PermissionDenied)
    assert not Question.objects.exists()
