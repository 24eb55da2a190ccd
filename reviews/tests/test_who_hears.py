"""Every step of a plan tells those whom it concerns, in short letters with one link."""

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied

from districts.models import User
from districts.roles import Role
from districts.tests.factories import DelegationFactory, MembershipFactory, person
from notices.models import REMINDER, Notice
from notices.services import deliver_due
from plans import services
from plans.services.truth import TERMS
from plans.tests.factories import PlanFactory, closed_version
from plans.workflow import Status, Step, StepNotAllowed
from progress.services.truth import TERMS as TERMS_OF_REPORTS
from reviews import services as reviewing
from reviews.models import Determination
from reviews.services import ChangeAsked

pytestmark = pytest.mark.django_db

FINDINGS = {
    "implementation": "largely",
    "implementation_reasons": "Nineteen of 24 milestones were met.",
    "performance": "progress",
    "performance_reasons": "Four of nine targets were met.",
}
DISTRICT = {"superintendent", "board_chair", "plan_coordinator", "fiscal_officer"}
REVIEWERS = {"program", "fiscal"}


@pytest.fixture
def cast(people_of, manager, commissioner, program_reviewer_of, fiscal_reviewer_of):
    """Everybody around a plan, by name; nobody else holds a role."""

    def _cast(plan):
        found = vars(people_of(plan)) | {"manager": manager, "commissioner": commissioner}
        if plan.assignments.exists():
            found |= {"program": program_reviewer_of(plan), "fiscal": fiscal_reviewer_of(plan)}
        return SimpleNamespace(**found)

    return _cast


def heard(cast) -> dict[str, set[str]]:
    """Which letter went to whom."""
    names = {user.pk: name for name, user in vars(cast).items()}
    letters: dict[str, set[str]] = {}
    for kind, to in Notice.objects.values_list("kind", "to"):
        letters.setdefault(kind, set()).add(names[to])
    return letters


# Each takes its step, and answers with who should hear of it: the letter, and to whom.


def submit(cast, at, **_):
    plan = PlanFactory()
    closed_version(plan, signed=True)
    people = cast(plan)
    services.submit(plan_id=plan.pk, by=people.superintendent, at=at, key=uuid4())
    return people, {
        "plan_receipt": {"superintendent", "board_chair", "plan_coordinator"},
        "plan_submitted": {"manager"},
    }


def recall(cast, at, **_):
    plan = PlanFactory(submitted=True)
    people = cast(plan)
    services.recall(plan_id=plan.pk, by=people.plan_coordinator, at=at, key=uuid4())
    return people, {"plan_recalled": {"superintendent", "board_chair", "manager"}}


def withdraw(cast, at, **_):
    plan = PlanFactory(submitted=True)
    people = cast(plan)
    services.withdraw(
        plan_id=plan.pk, by=people.superintendent, at=at, key=uuid4(), reason="The board said no."
    )
    return people, {
        "plan_withdrawn": {"board_chair", "plan_coordinator", "fiscal_officer", "manager"}
    }


def reopen(cast, at, **_):
    plan = PlanFactory()
    people = cast(plan)
    act = {"plan_id": plan.pk, "by": people.superintendent, "at": at}
    services.withdraw(key=uuid4(), reason="The board said no.", **act)
    Notice.objects.all().delete()
    services.reopen(key=uuid4(), reason="The board said yes.", **act)
    return people, {
        "plan_reopened": {"board_chair", "plan_coordinator", "fiscal_officer", "manager"}
    }


def start_review(cast, at, *, reviewer, fiscal_reviewer):
    plan = PlanFactory(submitted=True)
    people = cast(plan)
    people.program, people.fiscal = reviewer, fiscal_reviewer
    reviewing.assign(
        plan_id=plan.pk,
        program_reviewer_id=reviewer.pk,
        fiscal_reviewer_id=fiscal_reviewer.pk,
        by=people.manager,
        at=at,
        key=uuid4(),
    )
    return people, {
        "plan_assigned": REVIEWERS,
        "plan_in_review": {"superintendent", "plan_coordinator"},
    }


def return_(cast, at, **_):
    plan = PlanFactory(recommended=True)
    people = cast(plan)
    reviewing.return_for_changes(
        plan_id=plan.pk,
        version=1,
        changes=[ChangeAsked("budget", "Name the grades.")],
        by=people.program,
        at=at,
        key=uuid4(),
    )
    return people, {"plan_returned": DISTRICT, "plan_moved": {"fiscal", "commissioner"}}


def undo_return(cast, at, **_):
    plan = PlanFactory(returned=True)
    people = cast(plan)
    reviewing.undo_return(
        plan_id=plan.pk,
        returned=plan.events.get(step=Step.RETURN).pk,
        reason="The wrong plan.",
        by=people.manager,
        at=at,
        key=uuid4(),
    )
    return people, {"return_undone": DISTRICT, "plan_moved": REVIEWERS}


def recommend(cast, at, **_):
    plan = PlanFactory(under_review=True)
    people = cast(plan)
    for by in (people.program, people.fiscal):
        reviewing.recommend(plan_id=plan.pk, version=1, text="Sound.", by=by, at=at, key=uuid4())
    return people, {"plan_recommended": {"commissioner"}, "plan_moved": {"program"}}


def approve(cast, at, **_):
    plan = PlanFactory(recommended=True)
    people = cast(plan)
    reviewing.approve(
        plan_id=plan.pk, version=1, by=people.commissioner, at=at, key=uuid4(), **FINDINGS
    )
    return people, {"plan_approved": DISTRICT, "plan_moved": REVIEWERS}


def call_back(cast, at, **_):
    """The district hears nothing of an approval that was called back: its letters had not left."""
    people, _ = approve(cast, at)
    Notice.objects.filter(kind="decided_in_your_name").delete()  # it is of the step before
    decided = Determination.objects.get()
    reviewing.call_back(
        plan_id=decided.plan_id,
        decision=decided.pk,
        reason="The wrong plan.",
        by=people.commissioner,
        at=at + timedelta(minutes=1),
        key=uuid4(),
    )
    Notice.objects.filter(status=Notice.Status.WITHDRAWN).delete()
    return people, {"plan_moved": REVIEWERS}


def withhold(cast, at, **_):
    plan = PlanFactory(under_review=True)
    people = cast(plan)
    reviewing.withhold(
        plan_id=plan.pk, reason="No report.", by=people.commissioner, at=at, key=uuid4()
    )
    return people, {"plan_withheld": DISTRICT, "plan_moved": REVIEWERS | {"manager"}}


def release(cast, at, **_):
    plan = PlanFactory(under_review=True)
    people = cast(plan)
    act = {"plan_id": plan.pk, "by": people.commissioner, "at": at}
    services.take_step(step=Step.WITHHOLD, reason="No report.", key=uuid4(), **act)
    reviewing.release(key=uuid4(), **act)
    return people, {"plan_released": DISTRICT, "plan_moved": REVIEWERS | {"manager"}}


ACTS = {
    Step.SUBMIT: submit,
    Step.RECALL: recall,
    Step.WITHDRAW: withdraw,
    Step.REOPEN: reopen,
    Step.START_REVIEW: start_review,
    Step.RETURN: return_,
    Step.UNDO_RETURN: undo_return,
    Step.RECOMMEND: recommend,
    Step.APPROVE: approve,
    Step.CALL_BACK: call_back,
    Step.WITHHOLD: withhold,
    Step.RELEASE: release,
}
WITH_A_DEADLINE = {
    "plan_submitted",
    "plan_recalled",
    "plan_reopened",
    "plan_assigned",
    "plan_in_review",
    "plan_returned",
    "plan_recommended",
}


@pytest.mark.parametrize("step", list(Step))
def test_step_tells_those_whom_it_concerns(step, cast, noon, reviewer, fiscal_reviewer):
    people, expected = ACTS[step](cast, noon, reviewer=reviewer, fiscal_reviewer=fiscal_reviewer)

    assert heard(people) == expected
    for letter in Notice.objects.all():
        assert len(re.findall(r"http\S+", letter.body)) == 1
        assert letter.kind in ("plan_approved", "plan_receipt") or len(letter.body.split()) < 100
        is_dated = "11:59 pm Eastern Time" in letter.body
        assert (letter.kind, is_dated) == (letter.kind, letter.kind in WITH_A_DEADLINE)


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("is_by_delegate", [False, True], ids=["commissioner", "delegate"])
def test_nobody_hears_twice_of_one_step(
    step, is_by_delegate, cast, commissioner, noon, reviewer, fiscal_reviewer
):
    """The kind: one person in several roles, each of which is told."""

    def in_many_roles(plan):
        people = cast(plan)
        for role in (Role.PLAN_COORDINATOR, Role.FISCAL_OFFICER, Role.DISTRICT_ADMIN):
            MembershipFactory(user=people.superintendent, role=role, district=plan.district)
        for role in (Role.PROGRAM_MANAGER, Role.PROGRAM_REVIEWER, Role.FISCAL_REVIEWER):
            for one in {commissioner, reviewer, getattr(people, "fiscal", fiscal_reviewer)}:
                if not one.memberships.filter(role=role).exists():
                    MembershipFactory(user=one, role=role)
        if is_by_delegate and hasattr(people, "program"):
            MembershipFactory(user=people.program, role=Role.COMMISSIONER)
        if is_by_delegate:
            people.commissioner = person(Role.PROGRAM_REVIEWER)
            DelegationFactory(delegate=people.commissioner)
        return people

    ACTS[step](in_many_roles, noon, reviewer=reviewer, fiscal_reviewer=fiscal_reviewer)

    told = Counter(Notice.objects.values_list("to__name", "to"))
    assert told
    assert {one: times for one, times in told.items() if times > 1} == {}


OF_REPORTS = {"report_reminder", *TERMS_OF_REPORTS} - {REMINDER}


def test_every_letter_about_a_plan_has_its_terms():
    templates = {path.stem for path in Path(settings.BASE_DIR, "templates/emails").glob("*.txt")}
    templates -= {"_words_of_statute"}  # a sentence of several letters

    reminders = {
        "plan_reminder",
        "due_date_moved",
        "answers_reminder",
        "condition_reminder",
        "question_reminder",
        "nobody_to_remind",
        "designations_end",
    }  # all of the kind REMINDER
    about_people = {"set_password", "new_password", "wrong_passwords", "role_changed"}
    about_people |= {"delegation_proposed", "idle_account", "idle_suspended", "_note_to_idle"}
    about_people |= {"conflict_changed"}
    about_the_roster = {name for name in templates if name.startswith("roster_")}
    about_plans = templates - about_people - about_the_roster
    assert about_plans == set(TERMS) - {REMINDER} | reminders | OF_REPORTS


def test_withholding_with_the_same_key_is_one_act(commissioner, people_of, noon):
    plan = PlanFactory(under_review=True)
    people_of(plan)
    act = {"plan_id": plan.pk, "reason": " No report. ", "by": commissioner, "key": uuid4()}

    for _ in range(2):
        reviewing.withhold(at=noon, **act)

    event = plan.events.get(step=Step.WITHHOLD)
    assert (event.reason, event.version.number) == ("No report.", 1)
    assert Counter(Notice.objects.values_list("kind", flat=True)) == {
        "plan_withheld": 4,
        "plan_moved": 2,
    }


def test_recall_with_the_same_key_posts_each_letter_once(manager, people_of, noon):
    plan = PlanFactory(submitted=True)
    people = people_of(plan)
    act = {"plan_id": plan.pk, "by": people.superintendent, "key": uuid4()}

    for seconds in (0, 1):
        services.recall(at=noon + timedelta(seconds=seconds), **act)

    assert Notice.objects.filter(kind="plan_recalled").count() == 3


def test_withholding_wants_grounds(commissioner, noon):
    plan = PlanFactory()

    with pytest.raises(StepNotAllowed, match="Say on what grounds the funds are withheld"):
        reviewing.withhold(plan_id=plan.pk, reason=" ", by=commissioner, at=noon, key=uuid4())


def test_a_plan_never_handed_in_is_withheld_and_released(commissioner, people_of, noon):
    plan = PlanFactory()
    people_of(plan)
    act = {"plan_id": plan.pk, "by": commissioner, "at": noon}

    reviewing.withhold(reason="Nothing was filed.", key=uuid4(), **act)
    released = reviewing.release(reason="It is on its way.", key=uuid4(), **act)

    assert released.status == Status.DRAFT
    (body,) = set(Notice.objects.filter(kind="plan_released").values_list("body", flat=True))
    assert "It is on its way." in body
    assert "again where it was before: Draft: with you." in body


@pytest.mark.parametrize("role", [Role.PROGRAM_MANAGER, Role.PROGRAM_REVIEWER, Role.AUDITOR])
def test_only_the_commissioner_or_a_delegate_withholds_and_releases(role, noon):
    plan = PlanFactory(under_review=True)
    act = {"plan_id": plan.pk, "by": person(role), "at": noon, "key": uuid4()}

    with pytest.raises(PermissionDenied):
        reviewing.withhold(reason="No report.", **act)
    with pytest.raises(PermissionDenied):
        reviewing.release(**act)


def test_line_break_in_a_districts_name_stays_out_of_the_subject(people_of, noon):
    plan = PlanFactory(submitted=True, district__name="East\r\nBcc: all@example.org")
    people = people_of(plan)

    services.recall(plan_id=plan.pk, by=people.superintendent, at=noon, key=uuid4())

    (subject,) = set(Notice.objects.values_list("subject", flat=True))
    assert subject == "East Bcc: all@example.org: the FY2027 plan was recalled"


# Who is idle hears all the same --------------------------------------------------------------


@pytest.mark.parametrize("step", list(Step))
def test_somebody_suspended_for_being_idle_hears_what_others_hear(
    step, cast, noon, reviewer, fiscal_reviewer, mailoutbox
):
    """The product still needs them, and each letter says how they come back."""

    def with_idle(plan):
        people = cast(plan)
        for name in ("board_chair", "fiscal_officer", "manager"):
            user = getattr(people, name)
            if name != "manager" or step in (Step.SUBMIT, Step.RECALL, Step.WITHDRAW, Step.REOPEN):
                type(user).objects.filter(pk=user.pk).update(is_active=False, is_idle=True)
        return people

    people, expected = ACTS[step](
        with_idle, noon, reviewer=reviewer, fiscal_reviewer=fiscal_reviewer
    )
    deliver_due(at=noon + reviewing.HELD_FOR)

    assert heard(people) == expected
    assert not Notice.objects.exclude(status=Notice.Status.SENT).exists()
    idle = {
        user.email for user in vars(people).values() if not User.objects.get(pk=user.pk).is_active
    }
    assert {letter.to[0] for letter in mailoutbox if "set a new password first" in letter.body} == {
        letter.to[0] for letter in mailoutbox
    } & idle


def test_whom_an_administrator_keeps_out_hears_nothing(cast, noon):
    plan = PlanFactory(submitted=True)
    people = cast(plan)
    User.objects.filter(pk=people.board_chair.pk).update(is_active=False)

    services.recall(plan_id=plan.pk, by=people.superintendent, at=noon, key=uuid4())

    assert heard(people)["plan_recalled"] == {"plan_coordinator", "manager"}
