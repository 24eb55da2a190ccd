"""A return made by mistake is undone until the district edits or answers (R40a)."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from notices.models import Notice
from notices.services import deliver_due
from plans import services as plan_services
from plans.models import Cover, RequiredChange
from plans.reminders.answers import _owed
from plans.services import Blocked
from plans.tests.factories import PlanFactory, assign_reviewers
from plans.workflow import Status, Step, StepNotAllowed
from reviews import services
from reviews.models import ProposedChange, ReturnDraft
from reviews.reports.packet import read_packet

pytestmark = pytest.mark.django_db


def returned_plan(at, stage="under_review"):
    """Returned by its program reviewer with two changes asked, and its people."""
    plan = PlanFactory(**{stage: True})
    plan.assignments.update(ended_at=plan.assignments.first().assigned_at, ended_by=plan.started_by)
    program, fiscal = assign_reviewers(plan)
    coordinator = person(Role.PLAN_COORDINATOR, plan.district)
    services.return_for_changes(
        plan_id=plan.pk,
        version=1,
        changes=[
            services.ChangeAsked("budget", "Name the grades."),
            services.ChangeAsked("needs", "Cite an indicator."),
        ],
        key=uuid4(),
        by=program,
        at=at,
    )
    plan.refresh_from_db()
    return SimpleNamespace(
        plan=plan,
        program=program,
        fiscal=fiscal,
        coordinator=coordinator,
        manager=person(Role.PROGRAM_MANAGER),
        event=plan.events.get(step=Step.RETURN),
    )


@pytest.fixture
def case(noon):
    return returned_plan(noon)


@pytest.fixture
def undo(case, noon):
    def act(by=None, **more):
        said = {"returned": case.event.pk, "reason": "The wrong plan.", "key": uuid4()}
        at = noon + timedelta(hours=1)
        services.undo_return(plan_id=case.plan.pk, by=by or case.program, at=at, **said | more)
        case.plan.refresh_from_db()
        return case.plan

    return act


@pytest.mark.parametrize("stage", ["under_review", "recommended"])
def test_the_plan_is_again_where_it_was_before_the_return(noon, stage):
    case = returned_plan(noon, stage)
    services.undo_return(
        plan_id=case.plan.pk,
        returned=case.event.pk,
        reason="The wrong plan.",
        key=uuid4(),
        by=case.program,
        at=noon + timedelta(hours=1),
    )

    case.plan.refresh_from_db()
    assert case.plan.status == stage
    undoing = case.plan.events.get(step=Step.UNDO_RETURN)
    assert (undoing.taken_by, undoing.reason, undoing.version.number) == (
        case.program,
        "The wrong plan.",
        1,
    )


def test_its_changes_are_on_record_as_undone_and_asked_of_nobody(client, case, undo, noon):
    undo()

    undoing = case.plan.events.get(step=Step.UNDO_RETURN)
    assert [each.undone for each in RequiredChange.on_record.filter(plan=case.plan)] == [
        undoing
    ] * 2
    assert not case.plan.required_changes.exists()
    packet = read_packet(type(case.plan).objects.filter(pk=case.plan.pk))
    assert (packet.changes, packet.was_returned) == ([], False)
    assert _owed(noon + timedelta(days=30), plan=case.plan) == []
    client.force_login(case.coordinator)
    here = [case.plan.district.slug, case.plan.cycle_id]
    assert "Name the grades." not in client.get(reverse("plans:changes", args=here)).text
    assert "The Department undid its return" in client.get(case.plan.get_absolute_url()).text


@pytest.mark.parametrize("address", ["changes", "change"])
def test_an_answer_written_while_the_return_is_undone_is_given_back_with_the_reason(
    client, case, undo, address
):
    """From the page of all answers, and from one opened when each had a Save of its own."""
    client.force_login(case.coordinator)
    here = [case.plan.district.slug, case.plan.cycle_id]
    one = address == "change"
    name, url = (
        "answer" if one else "change-1-answer",
        reverse(f"plans:{address}", args=[*here, 1] if one else here),
    )
    undo()

    answer = client.post(url, {name: "Grades 1 to 3.", name.replace("answer", "version"): 1})

    assert answer.status_code == 409
    assert "Grades 1 to 3." in answer.text
    assert "The Department undid this return on November 23, 2026" in answer.text
    never_asked = client.post(url.replace("/1/", "/9/"), {"change-9-answer": "Which?"})
    assert never_asked.status_code == 404


def test_the_next_return_counts_on_and_only_its_changes_stop_the_plan(case, undo, noon):
    undo()
    draft = ReturnDraft.objects.unsent().get(plan=case.plan)
    assert [(one.section, one.text) for one in draft.changes.order_by("pk")] == [
        ("budget", "Name the grades."),
        ("needs", "Cite an indicator."),
    ]
    seen = services.Seen(1, {one.lineage: one.version for one in draft.changes.all()})

    services.send_return(
        plan_id=case.plan.pk,
        version=1,
        seen=seen,
        key=uuid4(),
        by=case.program,
        at=noon + timedelta(hours=2),
    )

    changes = case.plan.required_changes.order_by("number")
    assert [each.number for each in changes] == [3, 4]
    assert ProposedChange.objects.count() == 4  # what was sent first stays as it was sent


def edit(case, at):
    plan_services.save_section(
        plan_id=case.plan.pk,
        model=Cover,
        version=1,
        values={"summary": "Every child reads."},
        as_typed={},
        by=case.coordinator,
        at=at,
    )


def answer(case, at):
    plan_services.answer_change(
        plan_id=case.plan.pk, number=2, version=1, answer="Cited.", by=case.coordinator, at=at
    )


def answer_and_take_back(case, at):
    answer(case, at)
    plan_services.answer_change(
        plan_id=case.plan.pk, number=2, version=2, answer="", by=case.coordinator, at=at
    )


@pytest.mark.parametrize(
    ("acts", "says"),
    [
        (edit, "The district has edited the plan since it was returned"),
        (answer, "The district has answered a change since"),
        (answer_and_take_back, "The district has answered a change since"),
    ],
)
def test_once_the_district_has_acted_the_return_stands_and_the_page_says_why(
    client, case, undo, noon, acts, says
):
    acts(case, noon)

    with pytest.raises(Blocked, match=says):
        undo()
    client.force_login(case.program)
    here = [case.plan.district.slug, case.plan.cycle_id]
    page = client.get(reverse("reviews:undo_return", args=here)).text
    assert says in page
    assert "Undo the return</button>" not in page
    case.plan.refresh_from_db()
    assert case.plan.status == Status.RETURNED


def test_who_made_the_return_undoes_it_and_the_manager_and_a_decider_any(case, undo):
    for stranger in (case.fiscal, case.coordinator, person(Role.AUDITOR)):
        with pytest.raises(PermissionDenied):
            undo(by=stranger)
    assert undo(by=case.manager).status == Status.UNDER_REVIEW


def test_the_commissioner_may_too(undo):
    assert undo(by=person(Role.COMMISSIONER)).status == Status.UNDER_REVIEW


def test_ten_clicks_are_one_act_and_other_words_with_the_key_are_refused(case, undo):
    key = uuid4()
    for _ in range(3):
        undo(key=key)

    assert case.plan.events.filter(step=Step.UNDO_RETURN).count() == 1
    assert ReturnDraft.objects.unsent().count() == 1
    with pytest.raises(plan_services.SentBefore):
        undo(key=key, reason="Another reason.")
    with pytest.raises(StepNotAllowed, match="undid the return of this plan"):
        undo()


def test_a_return_that_was_not_read_is_not_undone(case, undo):
    with pytest.raises(Blocked, match="returned again since you opened this page"):
        undo(returned=case.event.pk + 1)


def test_the_letters_say_so_and_one_of_the_return_that_waits_stays_here(case, undo, noon):
    undo()

    letters = Notice.objects.filter(kind="return_undone")
    assert {letter.to for letter in letters} == {case.coordinator}
    (letter,) = letters
    assert "Required changes 1 and 2 no longer stand." in letter.body
    assert "The wrong plan." in letter.body
    assert case.program.name not in letter.body  # a district reads the Department's word
    assert "taken back into review" in Notice.objects.filter(to=case.fiscal).latest("pk").body

    deliver_due(at=noon + timedelta(hours=2))

    returned = Notice.objects.get(kind="plan_returned", to=case.coordinator)
    assert (returned.status, returned.outcome) == ("withdrawn", "The plan is under review now.")


def test_the_button_is_for_those_who_may_and_the_page_does_it(client, case):
    here = [case.plan.district.slug, case.plan.cycle_id]
    plan_page, page = (reverse(name, args=here) for name in ("reviews:plan", "reviews:undo_return"))
    client.force_login(case.fiscal)
    assert page not in client.get(plan_page).text
    assert client.get(page).status_code == 403
    client.force_login(case.program)
    assert page in client.get(plan_page).text
    shown = client.get(page)
    assert "Name the grades." in shown.text
    form = {"key": uuid4(), "returned": case.event.pk}

    empty = client.post(page, form | {"reason": " "})
    done = client.post(page, form | {"reason": "The wrong plan."}, follow=True)

    assert empty.status_code == 422
    assert "is undone. Letters leave now." in done.text
    assert "Return undone" in done.text
    assert "The wrong plan." in done.text
    case.plan.refresh_from_db()
    assert case.plan.status == Status.UNDER_REVIEW
