"""A letter that waited out an outage leaves only if it is still true, and still for its reader."""

from datetime import timedelta
from uuid import uuid4

import pytest

from districts.roles import Role
from districts.tests.factories import DistrictFactory, person
from notices.models import REMINDER, Notice
from notices.services import deliver_due, post
from notices.tests.factories import NoticeFactory
from plans import services
from plans.models import BudgetLine, PlanLetter, RequiredChange, about_plan
from plans.services.truth import TERMS, why_not
from plans.tests.factories import PlanFactory, closed_version, resubmit, sign_version
from plans.workflow import Step

pytestmark = pytest.mark.django_db

EDITED = "The text was edited after it was closed, so that version is not signed."


def letter_about(plan, kind, to, at):
    """A letter of a kind, as the plan's first step would post it."""
    notice = post(
        key=f"{kind}/{plan.about}/user-{to.pk}",
        kind=kind,
        to=to,
        subject="About your plan",
        body="It moved.\n",
        about=plan.about,
        why="It moved",
        at=at,
    )
    first = plan.events.order_by("pk").first()
    if first and kind not in {"signature_waiting", "plan_signed"}:
        PlanLetter.objects.update_or_create(notice=notice, defaults={"event": first})
    return notice


def outcomes(**about) -> set[tuple[str, str]]:
    return set(Notice.objects.filter(**about).values_list("status", "outcome"))


def test_letter_to_someone_whose_role_ended_is_withdrawn_and_says_so(manager, noon, mailoutbox):
    plan = PlanFactory(submitted=True)
    coordinator = person(Role.PLAN_COORDINATOR, plan.district, name="Cora Lee")
    services.recall(plan_id=plan.pk, by=coordinator, at=noon, key=uuid4())
    manager.memberships.update(ended_at=noon, ended_by=coordinator)

    deliver_due(at=noon + timedelta(hours=5))

    assert outcomes(to=manager) == {
        ("withdrawn", f"{manager.name} no longer has the role that this letter was for.")
    }
    assert mailoutbox == []


ROLES_FOR = {
    (kind, role)
    for kind, terms in TERMS.items()
    for role in terms.roles
    if kind not in {"signature_waiting", "plan_signed"}
}
STAGE_OF: dict[str, dict] = {
    REMINDER: {},
    "quiet_nudge": {},
    "signature_void": {},
    "plan_receipt": {"submitted": True},
    "plan_in_review": {"under_review": True},
    "plan_recalled": {},
    "plan_withdrawn": {"submitted": True},
    "plan_reopened": {},
    "plan_returned": {"returned": True},
    "extension_granted": {},
    "extension_refused": {},
    "question_asked": {"under_review": True},
    "return_undone": {"under_review": True},
    "plan_approved": {"approved": True},
    "plan_published": {"submitted": True},
    "plan_taken_down": {"submitted": True},
    "decision_corrected": {"approved": True},
    "plan_released": {"under_review": True},
    "spending_determined": {"approved": True},
    "revision_receipt": {"approved": True},
    "revision_recorded": {"approved": True},
    "revision_returned": {"approved": True},
    "revision_approved": {"approved": True},
}


@pytest.mark.parametrize(("kind", "role"), sorted(ROLES_FOR))
def test_letter_for_a_role_leaves_while_it_is_held_in_this_district(kind, role, noon):
    made = {
        "plan_withheld": withheld,
        "withholding_corrected": withheld,
        "draft_commented": commented,
        "allocation_differs": a_dollar_budgeted,
    }.get(kind)
    plan = made(noon) if made else PlanFactory(**STAGE_OF[kind])
    holder, elsewhere = person(role, plan.district), person(role)
    submission = plan.events.filter(step=Step.SUBMIT).first()
    at = submission.taken_at if submission else noon

    held = why_not(letter_about(plan, kind, holder, at), at=noon)
    not_held = why_not(letter_about(plan, kind, elsewhere, at), at=noon)

    assert (held, not_held) == (
        "",
        f"{elsewhere.name} no longer has the role that this letter was for.",
    )


def a_dollar_budgeted(at):
    """Of the final allocation, which is another amount."""
    plan = PlanFactory()
    BudgetLine.objects.create(plan=plan, position=1, lineage=uuid4(), amount=1)
    return plan


def commented(at):
    plan = PlanFactory()
    act = {"plan_id": plan.pk, "at": at}
    reader, sharer = person(Role.PROGRAM_REVIEWER), person(Role.SUPERINTENDENT, plan.district)
    services.share_draft(reader_id=reader.pk, by=sharer, **act)
    services.comment_on_draft(section="budget", text="Why?", key=uuid4(), by=reader, **act)
    return plan


def withheld(at):
    plan = PlanFactory(under_review=True)
    services.take_step(
        plan_id=plan.pk,
        step=Step.WITHHOLD,
        by=person(Role.COMMISSIONER),
        at=at,
        key=uuid4(),
        reason="No report.",
    )
    plan.refresh_from_db()
    return plan


@pytest.mark.parametrize(
    ("kind", "stage", "reason"),
    [
        (REMINDER, "submitted", "The plan is submitted now."),
        (REMINDER, "returned", "The plan is returned for changes now."),
        ("signature_waiting", "submitted", "The plan is submitted now."),
        ("plan_signed", "submitted", "The plan is submitted now."),
        ("signature_void", "submitted", "The plan is submitted now."),
        ("plan_in_review", "returned", "The plan is returned for changes now."),
        ("plan_recalled", "submitted", "The plan is submitted now."),
        ("plan_returned", "under_review", "The plan is under review now."),
        ("plan_withheld", "recommended", "The plan is under review now."),
    ],
)
def test_letter_to_the_district_is_withdrawn_once_the_plan_has_moved_on(kind, stage, reason, noon):
    plan = PlanFactory(**{stage: True})
    superintendent = person(Role.SUPERINTENDENT, plan.district)

    assert why_not(letter_about(plan, kind, superintendent, noon), at=noon) == reason


@pytest.mark.parametrize(
    ("kind", "stage", "reason"),
    [
        ("plan_submitted", "under_review", "The plan is under review now."),
        ("plan_back", "returned", "The plan is returned for changes now."),
        ("changes_answered", "under_review", "The plan is under review now."),
        ("changes_answered", "returned", "A change was opened again."),
        ("plan_moved", "recommended", "The plan has moved on since."),
    ],
)
def test_letter_to_the_department_is_withdrawn_once_the_plan_has_moved_on(
    kind, stage, reason, manager, noon
):
    plan = PlanFactory(**{stage: True})

    assert why_not(letter_about(plan, kind, manager, noon), at=noon) == reason


def test_letter_of_an_assignment_is_for_whoever_is_assigned_now(manager, noon):
    plan = PlanFactory(under_review=True)
    ended, current = plan.assignments.select_related("reviewer").order_by("pk")
    plan.assignments.filter(pk=ended.pk).update(ended_at=noon, ended_by=manager)

    reasons = {
        (kind, who): why_not(letter_about(plan, kind, assignment.reviewer, noon), at=noon)
        for kind in ("plan_assigned", "plan_unassigned")
        for who, assignment in (("ended", ended), ("current", current))
    }

    assert reasons == {
        ("plan_assigned", "ended"): (
            f"{ended.reviewer.name} no longer has the role that this letter was for."
        ),
        ("plan_assigned", "current"): "",
        ("plan_unassigned", "ended"): "",
        ("plan_unassigned", "current"): "The plan was assigned to this person again.",
    }


def test_recommendation_is_for_those_who_decide_while_it_is_undecided(commissioner, delegate, noon):
    undecided, decided = PlanFactory(recommended=True), PlanFactory(approved=True)
    delegate.delegations.update(ended_at=noon, ended_by=commissioner)

    assert [
        why_not(letter_about(plan, "plan_recommended", to, noon), at=noon)
        for plan, to in [(undecided, commissioner), (undecided, delegate), (decided, commissioner)]
    ] == [
        "",
        f"{delegate.name} no longer has the role that this letter was for.",
        "The plan is approved now.",
    ]


# What is to be signed, and to be submitted ------------------------------------------------------


@pytest.fixture
def closed(noon):
    """A plan closed for signature, whose letters to both signers wait."""
    plan = PlanFactory()
    signers = [person(role, plan.district) for role in (Role.SUPERINTENDENT, Role.BOARD_CHAIR)]
    version = closed_version(plan)
    services.letters.post_signature_waiting(plan, version=version, at=noon)
    return plan, version, signers


def test_request_to_sign_leaves_while_the_version_waits(closed, noon, mailoutbox):
    _, _, signers = closed

    deliver_due(at=noon)

    assert [letter.to for letter in mailoutbox] == [[signer.email] for signer in signers]


def test_request_to_sign_a_version_that_was_edited_is_withdrawn(closed, noon):
    plan, _, _ = closed
    plan.edition += 1
    plan.save()

    deliver_due(at=noon)

    assert outcomes() == {("withdrawn", EDITED)}


def test_request_to_sign_an_earlier_version_is_withdrawn_when_the_next_is_closed(closed, noon):
    plan, _, _ = closed
    plan.edition += 1
    plan.save()
    services.letters.post_signature_waiting(plan, version=closed_version(plan), at=noon)

    deliver_due(at=noon)

    assert outcomes(key__contains="version-1/") == {("withdrawn", EDITED)}
    assert {status for status, _ in outcomes(key__contains="version-2/")} == {"sent"}


def test_request_to_sign_what_was_signed_is_withdrawn(closed, noon):
    _, version, (superintendent, chair) = closed
    sign_version(version, capacities=["superintendent"])

    deliver_due(at=noon)

    assert outcomes(to=superintendent) == {("withdrawn", "It was signed meanwhile.")}
    assert {status for status, _ in outcomes(to=chair)} == {"sent"}


@pytest.mark.parametrize("is_edited", [False, True])
def test_letter_that_a_plan_can_be_submitted_leaves_unless_it_was_edited(is_edited, noon):
    plan = PlanFactory()
    coordinator = person(Role.PLAN_COORDINATOR, plan.district)
    version = closed_version(plan, signed=True)
    services.letters.post_signed(plan, version=version, by=version.closed_by, at=noon)
    plan.edition += is_edited
    plan.save()

    deliver_due(at=noon)

    (outcome,) = outcomes(to=coordinator)
    assert outcome == (
        ("withdrawn", "The text was edited meanwhile, so the signatures are void.")
        if is_edited
        else ("sent", "Accepted")
    )


def test_receipt_of_a_submission_that_was_recalled_is_withdrawn_and_the_next_leaves(
    noon, mailoutbox
):
    plan = PlanFactory()
    closed_version(plan, signed=True)
    coordinator = person(Role.PLAN_COORDINATOR, plan.district)
    act = {"plan_id": plan.pk, "by": coordinator}
    services.submit(at=noon, key=uuid4(), **act)
    services.recall(at=noon + timedelta(minutes=1), key=uuid4(), **act)
    services.submit(at=noon + timedelta(minutes=2), key=uuid4(), **act)

    deliver_due(at=noon + timedelta(minutes=3))

    receipts = Notice.objects.filter(kind="plan_receipt").order_by("posted_at")
    assert list(receipts.values_list("status", "outcome")) == [
        ("withdrawn", "The plan was recalled before its receipt could leave."),
        ("sent", "Accepted"),
    ]
    assert len(mailoutbox) == 1


def test_two_submissions_of_one_moment_have_a_receipt_each(noon):
    plan = PlanFactory()
    closed_version(plan, signed=True)
    act = {"plan_id": plan.pk, "by": person(Role.PLAN_COORDINATOR, plan.district), "at": noon}
    for verb in (services.submit, services.recall, services.submit):
        verb(key=uuid4(), **act)

    deliver_due(at=noon + timedelta(minutes=1))

    receipts = Notice.objects.filter(kind="plan_receipt").order_by("pk")
    assert [letter.status for letter in receipts] == ["withdrawn", "sent"]


def test_manager_hears_only_of_the_submission_that_stands(manager, noon):
    plan = PlanFactory()
    closed_version(plan, signed=True)
    act = {"plan_id": plan.pk, "by": person(Role.PLAN_COORDINATOR, plan.district)}
    services.submit(at=noon, key=uuid4(), **act)
    services.recall(at=noon + timedelta(minutes=1), key=uuid4(), **act)
    services.submit(at=noon + timedelta(minutes=2), key=uuid4(), **act)

    deliver_due(at=noon + timedelta(minutes=3))

    letters = Notice.objects.filter(kind="plan_submitted", to=manager).order_by("posted_at")
    assert list(letters.values_list("status", "outcome")) == [
        ("withdrawn", "The plan was submitted again since."),
        ("sent", "Accepted"),
    ]


# Answers ----------------------------------------------------------------------------------------


@pytest.fixture
def returned():
    """A returned plan with three changes, none answered."""
    plan = PlanFactory(returned=True)
    change = plan.required_changes.get()
    for number in (2, 3):
        RequiredChange.objects.create(
            plan=plan,
            version=change.version,
            number=number,
            event=change.event,
            section="needs",
            text="Cite the source.",
            due_on=change.due_on,
            asked_at=change.asked_at,
            asked_by=change.asked_by,
        )
    return plan


def answer(plan, number, at, text="Grades K to 3."):
    change = plan.required_changes.get(number=number)
    services.answer_change(
        plan_id=plan.pk,
        number=number,
        version=change.answer_version,
        answer=text,
        by=person(Role.PLAN_COORDINATOR, plan.district),
        at=at,
    )


def test_reviewers_hear_once_when_the_last_change_is_answered(returned, manager, noon):
    reviewers = {one.reviewer for one in returned.assignments.all()}

    for number in (3, 1):
        answer(returned, number, noon)
    assert not Notice.objects.exists()
    answer(returned, 2, noon)
    answer(returned, 2, noon, "Grades K to 2.")
    answer(returned, 2, noon, "")
    answer(returned, 2, noon, "Grades K to 3.")

    letters = Notice.objects.filter(kind="changes_answered")
    assert sorted(letter.to.pk for letter in letters) == sorted(one.pk for one in reviewers)
    (body,) = {letter.body for letter in letters}
    assert "The plan is not submitted yet" in body
    assert "The answers were due on Wednesday, July 29, 2026, 11:59 pm Eastern Time." in body
    assert "Grades K" not in body  # an answer is the district's own until it is handed in


def test_managers_hear_of_answers_where_no_reviewer_is_left(returned, manager, noon):
    returned.assignments.update(ended_at=noon, ended_by=manager)

    for number in (1, 2, 3):
        answer(returned, number, noon)

    assert [letter.to for letter in Notice.objects.all()] == [manager]


def test_letter_about_answers_is_posted_again_after_the_next_return(returned, noon):
    for number in (1, 2, 3):
        answer(returned, number, noon)
    resubmit(returned)
    act = {"plan_id": returned.pk, "by": person(Role.COMMISSIONER), "at": noon, "key": uuid4()}
    services.take_step(step=Step.RETURN, reason="4. Budget: Once more.", **act)
    last = returned.required_changes.get(number=3)
    last.pk, last.number, last.answer, last.answered_at, last.answered_by = None, 4, "", None, None
    last.asked_at, last.event = noon, returned.events.get(key=act["key"])
    last.save()

    answer(returned, 4, noon)

    keys = Notice.objects.filter(kind="changes_answered").values_list("key", flat=True)
    assert {key.split("/")[4] for key in keys} == {"change-3", "change-4"}


# What is about nothing known --------------------------------------------------------------------


def test_letter_about_a_district_that_never_started_a_plan_asks_only_for_the_role(noon):
    district = DistrictFactory(edsight_code="0020011")
    coordinator = person(Role.PLAN_COORDINATOR, district)
    letter = NoticeFactory(kind=REMINDER, about=about_plan(district, 2028), to=coordinator)

    assert why_not(letter, at=noon) == ""


@pytest.mark.parametrize("about", ["plan/0000000/2028", "plan/elsewhere", "user/5", ""])
def test_letter_about_nothing_known_leaves(about, noon):
    letter = NoticeFactory(kind=REMINDER, about=about, to=person(Role.AUDITOR))
    letter.refresh_from_db()

    assert why_not(letter, at=noon) == ""
