"""An approval is corrected by a determination that takes the place of the former one."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, InternalError, transaction
from django.urls import reverse
from django.utils import timezone

from districts.calendar import eastern_day, letters_leave_at
from districts.roles import Role
from districts.tests.factories import DelegationFactory, person
from notices.models import Notice
from plans.models import ApprovalCondition
from plans.reminders.conditions import batches_of_conditions
from plans.services import Blocked
from plans.tests.factories import PlanFactory
from plans.workflow import Status, Step, StepNotAllowed
from reviews import services
from reviews.models import Determination
from reviews.reports.conditions import open_conditions
from reviews.services import MovedOn, Stipulation
from reviews.tests.test_since_closing import FINDINGS
from reviews.views.letter import paragraphs_of

pytestmark = pytest.mark.django_db

TOLD = {
    "reviews:plan": "Approval corrected",
    "plans:overview": "The Department corrected condition 1 of its approval",
}
WHAT = "Twenty milestones were met, not nineteen."


@pytest.fixture
def case(commissioner, people_of):
    plan = PlanFactory(recommended=True)
    people = people_of(plan)
    at = timezone.now() - timedelta(hours=1)
    decided = services.approve(
        plan_id=plan.pk,
        version=1,
        conditions=[Stipulation("Name the tutors.", at.date() + timedelta(days=9))],
        key=uuid4(),
        by=commissioner,
        at=at,
        **FINDINGS,
    )
    plan.refresh_from_db()
    return SimpleNamespace(plan=plan, people=people, decided=decided, by=commissioner, at=at)


def correct(case, **given):
    said = {"decision": case.decided.pk, "what": WHAT, "by": case.by, "at": timezone.now()}
    said |= FINDINGS | {"implementation_reasons": "Twenty of 24 milestones were met."}
    return services.correct_decision(plan_id=case.plan.pk, **said | given)


def test_the_corrected_takes_the_place_of_the_former_which_stays(case):
    letter = case.decided.letter

    corrected = correct(case)

    case.plan.refresh_from_db()
    former = case.plan.former_determinations.get()
    assert (case.plan.determination, corrected.corrects) == (corrected, former)
    assert (former.pk, former.letter, former.called_back) == (case.decided.pk, letter, None)
    assert case.plan.status == Status.APPROVED
    assert case.plan.approval_conditions.standing().count() == 1
    assert (corrected.amount, corrected.version) == (former.amount, former.version)
    told = Notice.objects.filter(kind="decision_corrected")
    assert told.count() == 4
    for words in (WHAT, "Twenty of 24 milestones were met.", "All else in that decision stands"):
        assert words in told.first().body


def test_the_same_again_is_one_act_and_of_two_the_second_is_told(case):
    corrected = correct(case)

    assert correct(case) == corrected
    with pytest.raises(MovedOn, match="decided this anew"):
        correct(case, what="Something else.")
    assert Notice.objects.filter(kind="decision_corrected").count() == 4
    again = correct(case, decision=corrected.pk, what="Once more.")
    assert Determination.objects.get(plan=case.plan) == again
    assert case.plan.former_determinations.count() == 2


def test_it_says_what_and_has_both_findings(case):
    with pytest.raises(Blocked) as refusal:
        correct(case, what=" ", performance_reasons="")
    assert refusal.value.reasons == [
        "Say what is corrected, and why: the letter says it.",
        "The finding on performance gives no reasons.",
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        Determination.objects.bulk_create([Determination(correction="x")])


def test_while_its_letter_is_held_it_is_called_back_instead(case):
    with pytest.raises(StepNotAllowed, match="Call the approval back instead"):
        correct(case, at=case.at)


def test_there_is_none_to_correct_before_an_approval_or_once_called_back(case):
    services.call_back(
        plan_id=case.plan.pk,
        decision=case.decided.pk,
        reason="Another was meant.",
        key=uuid4(),
        by=case.by,
        at=case.at,
    )
    with pytest.raises(StepNotAllowed, match="no approval that stands"):
        correct(case)


def test_a_delegate_corrects_under_the_delegation_and_nobody_else(case):
    delegate = person(Role.PROGRAM_REVIEWER)
    for who in (delegate, person(Role.PROGRAM_MANAGER), case.people.superintendent):
        with pytest.raises(PermissionDenied):
            correct(case, by=who)
    delegation = DelegationFactory(delegate=delegate)

    corrected = correct(case, by=delegate)

    assert corrected.delegation == delegation
    assert "under the Commissioner’s delegation" in corrected.letter
    assert Notice.objects.filter(kind="decision_corrected", to=case.by).exists()
    reviewer = case.plan.assignments.first().reviewer
    DelegationFactory(delegate=reviewer)
    with pytest.raises(Blocked, match="so somebody else decides"):
        correct(case, by=reviewer, decision=corrected.pk, what="More.")


def test_what_was_corrected_is_never_changed(case):
    correct(case)
    with pytest.raises(InternalError), transaction.atomic():
        Determination.objects.filter(pk=case.decided.pk).update(letter="Another.")


def test_both_sides_read_both(client, case):
    here = [case.plan.district.slug, case.plan.cycle_id]
    client.force_login(case.by)
    url = reverse("reviews:correct", args=here)
    assert url in client.get(reverse("reviews:plan", args=here)).text
    page = client.get(url)
    form = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    assert client.post(url, form | {"what": " "}).status_code == 422
    answer = client.post(url, form | {"what": WHAT}, follow=True)
    assert "is corrected." in answer.text
    assert "Former decisions" in answer.text

    client.force_login(case.people.plan_coordinator)
    page = client.get(reverse("reviews:decision", args=here)).text
    assert WHAT in page
    assert "Corrected since" in page
    assert page.count("Office of the Commissioner") == 2
    assert case.plan.events.filter(step=Step.APPROVE).count() == 1


def restated(case, text="Name the tutors of grade 3.", days=30):
    return {1: Stipulation(text, eastern_day(case.at) + timedelta(days=days))}


def test_a_condition_is_corrected_by_another_row_which_the_watch_follows(client, case):
    said = restated(case)
    case.plan.cycle.reminders_from = case.at
    case.plan.cycle.save()

    corrected = correct(case, conditions=said)

    before = case.plan.approval_conditions.get(corrects=None)
    now = case.plan.approval_conditions.standing().get()
    assert (now.corrects, now.number, now.event) == (before, 1, before.event)
    assert (now.text, now.due_on) == (said[1].text, said[1].due_on)
    assert (before.text, now.written_by) == ("Name the tutors.", case.by)
    for words in ("this condition reads:\n1. Name the tutors of grade 3. Due: ", "every other"):
        assert words in corrected.letter
    assert [one.pk for one in open_conditions(case.by)] == [now.pk]
    waiting = [
        one
        for batch in batches_of_conditions(letters_leave_at(now.due_on))
        for one in batch.reminders
    ]
    assert {one.due_on for one in waiting} == {now.due_on}
    assert correct(case, conditions=said) == corrected
    assert case.plan.approval_conditions.count() == 2
    here = [case.plan.district.slug, case.plan.cycle_id]
    for reader, name in (
        (case.by, "reviews:plan"),
        (case.people.plan_coordinator, "plans:overview"),
    ):
        client.force_login(reader)
        page = client.get(reverse(name, args=here)).text
        assert said[1].text in page
        assert "Before:" in page
        assert TOLD[name] in page
    services.record_met(
        plan_id=case.plan.pk,
        number=1,
        met_on=eastern_day(case.at),
        word="A list of names.",
        by=case.by,
        at=timezone.now(),
    )
    assert now.met.word == "A list of names."


def test_what_a_condition_cannot_become(case):
    said = {
        1: Stipulation(" ", None),
        2: Stipulation("Another.", case.at.date()),
    }
    with pytest.raises(Blocked) as refusal:
        correct(case, conditions=said)
    assert refusal.value.reasons == [
        "Condition 1 has no words. One that is asked no more is recorded as met, with the reason.",
        "The approval has no condition 2.",
    ]
    with pytest.raises(Blocked, match="The date of condition 1 has come"):
        correct(case, conditions=restated(case, days=0))
    row = case.plan.approval_conditions.get()
    ApprovalCondition.objects.bulk_create(
        [
            ApprovalCondition(
                plan=case.plan,
                event=row.event,
                number=2,
                text="The report.",
                due_on=row.due_on,
                watches="expenditure/annual",
            )
        ]
    )
    services.record_met(
        plan_id=case.plan.pk,
        number=1,
        met_on=eastern_day(case.at),
        word="A list.",
        by=case.by,
        at=timezone.now(),
    )
    both = restated(case) | {2: Stipulation("The report, soon.", row.due_on)}
    with pytest.raises(Blocked) as refusal:
        correct(case, conditions=both)
    assert refusal.value.reasons == [
        "Condition 1: it is recorded as met, so it stays as it was.",
        "Condition 2: what last year’s plan still owes meets it by itself, by the day of that.",
    ]
    assert not case.plan.former_determinations.exists()


def test_the_letter_is_previewed_as_it_would_leave_and_nothing_typed_is_lost(client, case):
    url = reverse("reviews:correct", args=[case.plan.district.slug, case.plan.cycle_id])
    client.force_login(case.by)
    page = client.get(url)
    form = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    assert form["condition_1"] == "Name the tutors."
    typed = form | {
        "what": WHAT,
        "implementation_reasons": "",
        "condition_1": "Name the tutors of grade 3.",
        "condition_1_due": (timezone.now() + timedelta(days=40)).date().isoformat(),
    }

    page = client.post(url, typed | {"preview": "1"})

    shown = page.context["preview"]
    assert page.status_code == 200
    assert not case.plan.former_determinations.exists()
    assert any(WHAT in piece for pieces in shown for piece in pieces)
    assert any(len(pieces) == 2 for pieces in shown)  # the reasons are still missing
    assert {name: page.context["form"][name].value() for name in typed} == typed | {
        "decision": str(case.decided.pk)
    }
    typed["implementation_reasons"] = "Twenty of 24 milestones were met."
    preview = client.post(url, typed | {"preview": "1"}).context["preview"]
    client.post(url, typed)
    case.plan.refresh_from_db()
    corrected = Determination.objects.get(plan=case.plan)
    assert paragraphs_of(corrected.letter) == preview
