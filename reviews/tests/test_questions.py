"""A question short of a return: asked, answered without unlocking the plan, closed (R40a)."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InternalError
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from notices.models import Notice
from notices.services import deliver_due
from plans import services as plan_services
from plans.models import PlanEvent, Question, QuestionEntry
from plans.reports.asked_list import Stands, asked_of
from plans.services import Blocked, SentBefore
from plans.tests.factories import PlanFactory
from plans.workflow import Status, StepNotAllowed
from reviews import services
from reviews.reports.packet import read_packet
from reviews.rules import gate

pytestmark = pytest.mark.django_db

SENT = "This page was sent before"


@pytest.fixture
def case(under_review, people_of, program_reviewer_of, noon):
    return SimpleNamespace(
        plan=under_review,
        reviewer=program_reviewer_of(under_review),
        theirs=people_of(under_review),
        number=1,
        at=noon,
    )


def ask(case, by=None, **said):
    asked = {"version": 1, "section": "budget", "text": "Who pays the tutors?", "due_on": None}
    act = {"key": uuid4(), "by": by or case.reviewer, "at": case.at}
    return services.ask_question(plan_id=case.plan.pk, **asked | act | said)


def answer(case, by=None, **said):
    given = {"number": 1, "seen": 1, "text": "The district does.", "key": uuid4()}
    act = {"by": by or case.theirs.plan_coordinator, "at": case.at + timedelta(days=1)}
    return plan_services.answer_question(plan_id=case.plan.pk, **given | act | said)


def further(case, **said):
    asked = {"number": 1, "seen": 2, "text": "From which grant?", "due_on": None, "key": uuid4()}
    act = {"by": case.reviewer, "at": case.at + timedelta(days=2)}
    return services.ask_further(plan_id=case.plan.pk, **asked | act | said)


def close(case, **said):
    closed = {"number": 1, "seen": 2, "text": "", "key": uuid4()}
    act = {"by": case.reviewer, "at": case.at + timedelta(days=2)}
    return services.close_question(plan_id=case.plan.pk, **closed | act | said)


def letters():
    return sorted(
        Notice.objects.filter(kind__startswith="question_").values_list("kind", "to__name")
    )


def stands(case, *, is_district=True):
    case.plan.refresh_from_db()
    return [one.stands for one in asked_of(case.plan, is_district=is_district)]


def test_a_question_goes_back_and_forth_while_the_plan_stays_as_it_is(case):
    before = (case.plan.status, case.plan.edition, PlanEvent.objects.count())
    found = []

    ask(case)
    found.append(stands(case))
    answer(case)
    found.append(stands(case))
    further(case)
    found.append(stands(case))
    answer(case, seen=3, by=case.theirs.superintendent)
    close(case, seen=4)
    found.append(stands(case))

    assert found == [[Stands.DISTRICT], [Stands.DEPARTMENT], [Stands.DISTRICT], [Stands.CLOSED]]
    assert (case.plan.status, case.plan.edition, PlanEvent.objects.count()) == before
    said = QuestionEntry.objects.order_by("number").values_list("did", "text")
    assert list(said) == [
        ("asked", "Who pays the tutors?"),
        ("answered", "The district does."),
        ("asked", "From which grant?"),
        ("answered", "The district does."),
        ("closed", ""),
    ]


def test_one_letter_each_to_who_answers_and_one_to_who_asked(case):
    ask(case)
    asked = letters()
    answer(case)

    theirs = case.theirs
    assert asked == sorted(
        ("question_asked", one.name)
        for one in (theirs.plan_coordinator, theirs.superintendent, theirs.fiscal_officer)
    )
    assert letters() == sorted([*asked, ("question_answered", case.reviewer.name)])
    assert case.reviewer.name not in Notice.objects.filter(kind="question_asked")[0].body


def test_the_answer_goes_to_the_colleagues_where_the_asker_reviews_no_longer(
    case, fiscal_reviewer_of
):
    ask(case)
    case.plan.assignments.filter(reviewer=case.reviewer).update(
        ended_at=case.at, ended_by=case.reviewer
    )

    answer(case)

    told = Notice.objects.filter(kind="question_answered")
    assert [one.to for one in told] == [fiscal_reviewer_of(case.plan)]


def test_a_question_not_of_the_budget_is_no_affair_of_the_fiscal_officer(case):
    ask(case, section="needs")

    with pytest.raises(PermissionDenied):
        answer(case, by=case.theirs.fiscal_officer)

    assert case.theirs.fiscal_officer.name not in [name for _, name in letters()]


@pytest.mark.parametrize("role", [Role.BOARD_CHAIR, Role.DISTRICT_VIEWER, Role.DISTRICT_ADMIN])
def test_others_of_the_district_do_not_answer(case, role):
    ask(case)

    with pytest.raises(PermissionDenied):
        answer(case, by=person(role, case.plan.district))


@pytest.mark.parametrize("role", [Role.PROGRAM_REVIEWER, Role.AUDITOR, Role.SYSADMIN])
def test_who_takes_no_part_in_the_review_asks_nothing(case, role):
    with pytest.raises(PermissionDenied):
        ask(case, by=person(role))

    assert not Question.objects.exists()


def test_an_answer_after_its_day_is_taken_and_said_to_be_late(case, client):
    ask(case, due_on=case.at.date())

    answer(case, at=case.at + timedelta(days=3))

    client.force_login(case.theirs.plan_coordinator)
    page = client.get(reverse("plans:question", args=[case.plan.district.slug, 2027, 1]))
    assert "3 days after it was due" in page.text
    assert "3 days after it was due" in Notice.objects.get(kind="question_answered").body


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"text": " "}, "Write what you ask."),
        ({"section": "signatures"}, "Say which section the question is about."),
        ({"due_on": "yesterday"}, "The answer is due on a day that has passed."),
    ],
)
def test_what_a_question_lacks_is_said(case, said, reason):
    if "due_on" in said:
        said = {"due_on": case.at.date() - timedelta(days=1)}

    with pytest.raises(Blocked, match=reason):
        ask(case, **said)


@pytest.mark.parametrize("stage", ["returned", "approved"], ids=["with the district", "decided"])
def test_nothing_is_asked_of_a_plan_that_the_department_has_not(stage, noon):
    plan = PlanFactory(**{stage: True})
    case = SimpleNamespace(plan=plan, reviewer=person(Role.PROGRAM_MANAGER), at=noon)

    with pytest.raises(StepNotAllowed, match="so nothing is asked about it"):
        ask(case)


def test_a_decision_ends_what_was_open(case):
    ask(case)
    type(case.plan).objects.filter(pk=case.plan.pk).update(status=Status.APPROVED)

    with pytest.raises(StepNotAllowed, match="which ended its questions"):
        answer(case)

    assert stands(case) == [Stands.ENDED]


def test_the_same_form_again_is_the_same_act_and_other_words_are_refused(case):
    keys = [uuid4() for _ in range(4)]
    for _ in range(2):
        ask(case, key=keys[0])
        answer(case, key=keys[1])
        further(case, key=keys[2])
        close(case, seen=3, key=keys[3])

    assert QuestionEntry.objects.count() == 4
    assert len(letters()) == 3 + 1 + 3
    for act, key in zip((ask, answer, further), keys, strict=False):
        with pytest.raises(SentBefore, match=SENT):
            act(case, key=key, text="Other words.")


def test_what_came_between_is_told_to_who_was_second(case):
    ask(case)
    answer(case)

    with pytest.raises(StepNotAllowed) as answered:
        answer(case, by=case.theirs.superintendent)
    with pytest.raises(StepNotAllowed) as closed:
        close(case, seen=1)
    close(case)
    with pytest.raises(StepNotAllowed) as after:
        further(case)

    who = case.theirs.plan_coordinator.name
    assert str(answered.value).startswith(f"{who} answered this question on")
    assert str(closed.value).startswith(f"{who} answered this question on")
    assert str(after.value).startswith("You closed this question on")


def test_a_question_without_an_answer_is_closed_and_its_letters_stay(case):
    ask(case)
    close(case, seen=1, text="We found it.")

    deliver_due(at=case.at + timedelta(days=2))

    asked = Notice.objects.filter(kind="question_asked")
    assert {one.status for one in asked} == {Notice.Status.WITHDRAWN}
    with pytest.raises(StepNotAllowed, match="The Department closed this question"):
        answer(case)


@pytest.mark.parametrize("rows", [Question, QuestionEntry])
def test_a_question_and_what_was_said_are_records(case, rows):
    ask(case)

    with pytest.raises(InternalError, match="Cannot update"):
        rows.objects.update(number=9)


def test_undoing_a_return_leaves_questions_and_their_answers(case):
    ask(case)
    services.return_for_changes(
        plan_id=case.plan.pk,
        version=1,
        changes=[services.ChangeAsked("needs", "Cite an indicator.")],
        key=uuid4(),
        by=case.reviewer,
        at=case.at,
    )
    answer(case)  # of the question alone: it is no word on the return

    services.undo_return(
        plan_id=case.plan.pk,
        returned=case.plan.events.order_by("pk").last().pk,
        reason="The wrong plan.",
        key=uuid4(),
        by=case.reviewer,
        at=case.at + timedelta(days=1),
    )

    assert stands(case) == [Stands.DEPARTMENT]


def test_what_was_asked_further_is_not_answered_unread(case):
    ask(case)
    answer(case)
    further(case)

    with pytest.raises(StepNotAllowed, match="The Department asked further on"):
        answer(case)


def test_both_timelines_tell_it_and_the_district_reads_no_name_of_the_department(case, client):
    ask(case)
    answer(case)
    close(case)

    client.force_login(case.theirs.plan_coordinator)
    here = [case.plan.district.slug, 2027]
    theirs = client.get(reverse("plans:overview", args=here))
    client.force_login(case.reviewer)
    ours = client.get(reverse("reviews:plan", args=here))

    told = ["The Department closed question 1", "Question 1 answered"]
    told.append("The Department asked question 1")
    assert [one.words for one in theirs.context["events"]][:3] == told
    assert case.reviewer.name not in theirs.text
    log = [(one.words, one.by) for one in ours.context["log"]][:3]
    coordinator = case.theirs.plan_coordinator.name
    assert log == [
        ("Question 1 closed", case.reviewer.name),
        ("Question 1 answered", coordinator),
        ("Question 1 asked", case.reviewer.name),
    ]


def test_the_gate_counts_what_is_open_and_is_stopped_by_nothing_of_it(case):
    before = gate(packet_of(case), on=case.at.date())
    ask(case)
    ask(case, text="And who else?")
    answer(case)

    (line,) = [one for one in gate(packet_of(case), on=case.at.date()) if one.rule == "R40a"]

    assert (line.is_met, line.is_warning) == (True, True)
    assert line.sentence.startswith(
        "Still open: 1 question has no answer yet, 1 answered question is not closed."
    )
    assert not [one for one in before if one.rule == "R40a"]


def packet_of(case):
    return read_packet(type(case.plan).objects.filter(pk=case.plan.pk))


def test_the_district_answers_on_its_page_and_a_reviewer_closes_on_theirs(case, client):
    ask(case)
    here = [case.plan.district.slug, 2027, 1]
    client.force_login(case.theirs.fiscal_officer)
    home = client.get(reverse("plans:overview", args=here[:2]))
    typed = {"key": uuid4(), "seen": 1, "text": "The district does."}
    sent = client.post(reverse("plans:question", args=here), typed)
    late = client.post(
        reverse("plans:question", args=here), typed | {"key": uuid4(), "text": "Other words."}
    )
    client.force_login(case.reviewer)
    closed = client.post(
        reverse("reviews:question", args=here),
        {"close": "1", "close-key": uuid4(), "close-seen": 2, "close-text": "Thank you."},
    )

    assert "The Department asks question 1 about this plan" in home.text
    assert sent.url == closed.url == reverse("plans:asked", args=here[:2])
    assert late.status_code == 409
    assert "You answered this question on" in late.text
    assert "Other words." in late.text
    assert [one.did for one in QuestionEntry.objects.order_by("number")] == [
        "asked",
        "answered",
        "closed",
    ]


def test_who_may_not_answer_is_told_who_does(case, client):
    ask(case, section="needs")
    here = [case.plan.district.slug, 2027, 1]
    client.force_login(case.theirs.fiscal_officer)

    shown = client.get(reverse("plans:question", args=here))
    refused = client.post(
        reverse("plans:question", args=here), {"key": uuid4(), "seen": 1, "text": "Ours."}
    )

    told = "The superintendent and the plan coordinator answer this question."
    assert told in shown.text
    assert (refused.status_code, told in refused.text) == (403, True)


def test_a_letter_about_an_answer_stays_here_once_the_question_is_closed(case):
    ask(case)
    answer(case)
    close(case)

    deliver_due(at=case.at + timedelta(days=3))

    letter = Notice.objects.get(kind="question_answered")
    assert (letter.status, letter.outcome) == (
        Notice.Status.WITHDRAWN,
        "The question was closed meanwhile.",
    )
