"""An approval is corrected by a determination that takes the place of the former one."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, InternalError, transaction
from django.urls import reverse
from django.utils import timezone

from districts.roles import Role
from districts.tests.factories import DelegationFactory, person
from notices.models import Notice
from plans.services import Blocked
from plans.tests.factories import PlanFactory
from plans.workflow import Status, Step, StepNotAllowed
from reviews import services
from reviews.models import Determination
from reviews.services import MovedOn, Stipulation
from reviews.tests.test_since_closing import FINDINGS

pytestmark = pytest.mark.django_db

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
