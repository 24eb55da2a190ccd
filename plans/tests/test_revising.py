"""Revisions of an approved plan: what needs a decision, what is in force, and what is put back."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from districts.calendar import EASTERN
from districts.roles import Role
from districts.tests.factories import DesignationFactory, person
from notices.models import Notice
from plans import services
from plans.documents import draft_document, stored_document
from plans.models import BudgetLine, Cover, Cycle, PlanRevision, Signature, Strategy, Voiding
from plans.reports.in_force import version_in_force
from plans.rules.revision import Because, judged, needs_decision
from plans.services import signing
from plans.services.restoring import restore
from plans.tests.factories import (
    HISTORY,
    SUBMITTED,
    PlanFactory,
    assign_reviewers,
    closed_version,
    recommend_by_both,
    write_rows,
)
from plans.workflow import Status, StepNotAllowed

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=EASTERN)
ALL = ["cover", "objectives", "strategies", "budget", "sustainability", "attachments"]


@pytest.fixture
def plan(db):
    """Approved, and its rows say what was approved."""
    plan = PlanFactory()
    write_rows(plan)
    version = closed_version(plan, draft_document(plan.pk), signed=True)
    assign_reviewers(plan)
    plan.submitted_at, plan.submitted_by = SUBMITTED, plan.started_by
    for step, at, source, target in HISTORY[Status.APPROVED]:
        plan.events.create(
            step=step,
            source=source,
            target=target,
            version=version,
            taken_at=at,
            taken_by=plan.started_by,
        )
    plan.status = Status.APPROVED
    plan.save()
    recommend_by_both(plan, version)
    return plan


@pytest.fixture
def cora(plan):
    return person(Role.PLAN_COORDINATOR, plan.district)


@pytest.fixture
def signers(plan):
    return {
        Signature.Capacity.SUPERINTENDENT: person(Role.SUPERINTENDENT, plan.district),
        Signature.Capacity.BOARD_CHAIR: person(Role.BOARD_CHAIR, plan.district),
    }


def start(plan, cora, sections=ALL, at=NOW, **said):
    said = {"reason": "A tutor left.", "key": uuid4(), **said}
    return services.start_revision(plan_id=plan.pk, sections=sections, by=cora, at=at, **said)


def edit(plan, row, cora, at=NOW, **values):
    return services.save_row(
        plan_id=plan.pk,
        model=type(row),
        row_id=row.pk,
        version=row.version,
        values=values,
        as_typed={},
        by=cora,
        at=at,
    )


def move_between_lines(plan, cora, dollars):
    ordinary = plan.budgetline_set.filter(funding_source="allocation", line_kind="ordinary")
    first, second = ordinary.order_by("position")[:2]
    edit(plan, first, cora, amount=first.amount - dollars)
    edit(plan, second, cora, amount=second.amount + dollars)


def sign(plan, signers, cora, at=NOW):
    version = services.close_for_signature(plan_id=plan.pk, by=cora, at=at)
    for signer in signers.values():
        services.sign(plan_id=plan.pk, sha256=version.sha256, by=signer, at=at)
    return version


def hand_in(plan, cora, at=NOW):
    return services.hand_in_revision(plan_id=plan.pk, key=uuid4(), by=cora, at=at)


def test_the_rows_of_a_plan_are_put_back_as_the_version_in_force_says(plan, cora):
    before = draft_document(plan.pk)
    revision = start(plan, cora)
    line, strategy = plan.budgetline_set.first(), plan.strategy_set.first()
    edit(plan, line, cora, amount=line.amount + 5)
    services.remove_row(
        plan_id=plan.pk, model=Strategy, row_id=plan.strategy_set.last().pk, by=cora, at=NOW
    )
    edit(plan, strategy, cora, title="Another")
    services.save_section(
        plan_id=plan.pk,
        model=Cover,
        version=plan.cover.version,
        values={"contact_name": "Nina Ward"},
        as_typed={},
        by=cora,
        at=NOW,
    )
    services.add_row(
        plan_id=plan.pk,
        model=BudgetLine,
        values={"description": "Vans", "amount": 7, "strategy_id": strategy.pk},
        as_typed={},
        by=cora,
        at=NOW,
    )
    assert draft_document(plan.pk).frozen() != before.frozen()
    restore(plan, stored_document(revision.changes_version), since=NOW, by=cora, at=NOW)
    assert draft_document(plan.pk).frozen() == before.frozen()
    assert not plan.removals.open().exists()
    assert plan.strategy_set.get(pk=strategy.pk).title == strategy.title


def test_a_revision_voids_no_signature_on_what_is_in_force(plan, cora):
    in_force = version_in_force(plan)
    start(plan, cora)
    line = plan.budgetline_set.first()
    edit(plan, line, cora, amount=line.amount + 5)
    assert version_in_force(plan) == in_force
    assert not Voiding.objects.filter(version=in_force).exists()
    assert signing.current_version(type(plan).objects.get(pk=plan.pk)) is None


def test_only_the_parts_that_a_revision_names_are_written(plan, cora):
    start(plan, cora, ["cover"])
    line = plan.budgetline_set.first()
    with pytest.raises(StepNotAllowed, match="not of “Budget”"):
        edit(plan, line, cora, amount=1)


def test_an_approved_plan_is_not_written_without_a_revision(plan, cora):
    line = plan.budgetline_set.first()
    with pytest.raises(StepNotAllowed, match="approved now"):
        edit(plan, line, cora, amount=1)


def test_a_second_revision_is_refused_while_one_is_open(plan, cora):
    start(plan, cora)
    with pytest.raises(StepNotAllowed, match="Revision 1 of this plan is open already"):
        start(plan, cora)


def test_the_same_form_sent_twice_starts_one_revision(plan, cora):
    key = uuid4()
    assert start(plan, cora, key=key) == start(plan, cora, key=key)
    with pytest.raises(services.SentBefore):
        start(plan, cora, key=key, reason="Another.")


@pytest.mark.parametrize("role", [Role.SUPERINTENDENT, Role.BOARD_CHAIR])
def test_a_revision_is_started_by_those_who_write_the_plan(plan, role):
    with pytest.raises(PermissionDenied):
        start(plan, person(role, plan.district))


def test_r45_no_revision_is_started_or_handed_in_after_the_last_day(plan, cora, signers):
    last = plan.cycle.last_revision_on
    late = datetime(last.year, last.month, last.day, 0, 1, tzinfo=EASTERN) + timedelta(days=1)
    start(plan, cora)
    move_between_lines(plan, cora, 60_000)
    sign(plan, signers, cora)
    with pytest.raises(StepNotAllowed, match="The last day for a revision"):
        hand_in(plan, cora, at=late)
    assert PlanRevision.objects.get().status == "draft"
    services.withdraw_revision(plan_id=plan.pk, reason="Late.", key=uuid4(), by=cora, at=late)
    with pytest.raises(StepNotAllowed, match="The last day for a revision"):
        start(plan, cora, at=late)


def test_r45_the_total_still_equals_the_authorized_amount(plan, cora):
    start(plan, cora)
    line = plan.budgetline_set.filter(funding_source="allocation").first()
    edit(plan, line, cora, amount=line.amount + 20_000)
    with pytest.raises(services.NotReady):
        services.close_for_signature(plan_id=plan.pk, by=cora, at=NOW)


def test_small_moves_are_recorded_and_are_in_force_at_once(plan, cora, reviewer):
    was = version_in_force(plan)
    start(plan, cora)
    move_between_lines(plan, cora, 500)
    revision = services.record_revision(plan_id=plan.pk, key=uuid4(), by=cora, at=NOW)
    plan.refresh_from_db()
    assert revision.status == "recorded"
    assert version_in_force(plan) == revision.version != was
    assert version_in_force(plan, on=date(2026, 11, 30)) == was
    assert version_in_force(plan, on=date(2026, 12, 1)) == revision.version
    assert not plan.is_editable
    assert Notice.objects.filter(kind="revision_recorded").exists()
    with pytest.raises(StepNotAllowed):
        services.record_revision(plan_id=plan.pk, key=uuid4(), by=cora, at=NOW)


def test_r44_what_needs_a_decision_is_not_only_recorded(plan, cora):
    start(plan, cora)
    move_between_lines(plan, cora, 60_000)
    with pytest.raises(services.Blocked, match="needs the Department’s decision"):
        services.record_revision(plan_id=plan.pk, key=uuid4(), by=cora, at=NOW)


def test_r44_what_needs_none_is_not_handed_in(plan, cora, signers):
    start(plan, cora)
    move_between_lines(plan, cora, 500)
    sign(plan, signers, cora)
    with pytest.raises(services.Blocked, match="Record the change instead"):
        hand_in(plan, cora)


def test_a_revision_that_changes_nothing_is_not_handed_in_or_recorded(plan, cora, signers):
    start(plan, cora)
    with pytest.raises(services.Blocked, match="nothing to revise yet"):
        services.record_revision(plan_id=plan.pk, key=uuid4(), by=cora, at=NOW)
    sign(plan, signers, cora)
    with pytest.raises(services.Blocked, match="nothing to revise yet"):
        hand_in(plan, cora)


def test_a_revision_is_handed_in_once_both_have_signed(plan, cora, signers):
    start(plan, cora)
    move_between_lines(plan, cora, 60_000)
    with pytest.raises(services.Blocked, match="not closed for signature"):
        hand_in(plan, cora)
    version = services.close_for_signature(plan_id=plan.pk, by=cora, at=NOW)
    with pytest.raises(services.Blocked, match="has not signed"):
        hand_in(plan, cora)
    sign(plan, signers, cora)
    revision = hand_in(plan, cora)
    plan.refresh_from_db()
    assert (revision.status, revision.version) == ("handed_in", version)
    assert plan.status == "approved"
    assert not plan.is_editable
    assert version_in_force(plan) == revision.changes_version
    line = plan.budgetline_set.first()
    with pytest.raises(StepNotAllowed):
        edit(plan, line, cora, amount=1)


def test_a_revision_waits_while_the_plan_is_withheld(plan, cora):
    start(plan, cora)
    plan.status = "withheld"
    plan.save()
    line = plan.budgetline_set.first()
    with pytest.raises(StepNotAllowed, match="withheld now"):
        edit(plan, line, cora, amount=1)
    with pytest.raises(StepNotAllowed, match="withheld now"):
        hand_in(plan, cora)


def test_withdrawing_puts_the_rows_back_and_another_can_be_started(plan, cora, signers):
    before = draft_document(plan.pk)
    start(plan, cora)
    move_between_lines(plan, cora, 60_000)
    sign(plan, signers, cora)
    hand_in(plan, cora)
    with pytest.raises(services.Blocked, match="why"):
        services.withdraw_revision(plan_id=plan.pk, reason=" ", key=uuid4(), by=cora, at=NOW)
    services.withdraw_revision(plan_id=plan.pk, reason="No.", key=uuid4(), by=cora, at=NOW)
    assert draft_document(plan.pk).frozen() == before.frozen()
    assert start(plan, cora).number == 2


def reasons(plan, before):
    return {why for each in judged(before, draft_document(plan.pk)) for why in each.because}


def test_r44_a_line_that_moves_far_and_much_needs_a_decision(plan, cora):
    before = draft_document(plan.pk)
    line = plan.budgetline_set.filter(line_kind="ordinary").first()
    start(plan, cora)
    for amount, far in (
        (line.amount + 10_000, False),
        (line.amount * 11 // 10, False),
        (max(line.amount * 11 // 10, line.amount + 10_000) + 1, True),
    ):
        BudgetLine.objects.filter(pk=line.pk).update(amount=amount)
        assert (Because.MOVES in reasons(plan, before)) is far, amount


def test_r44_strategies_and_targets_need_a_decision_and_a_contact_needs_none(plan, cora):
    before = draft_document(plan.pk)
    Cover.objects.filter(plan=plan).update(contact_name="Nina Ward")
    changes = judged(before, draft_document(plan.pk))
    assert len(changes) == 1
    assert not needs_decision(changes)
    plan.strategy_set.update(title="Another")
    assert reasons(plan, before) == {Because.STRATEGY}
    plan.performancetarget_set.update(target_value=99)
    assert reasons(plan, before) == {Because.STRATEGY, Because.TARGET}


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"line_kind": "team_stipend"}, Because.TEAM_STIPEND),
        ({"line_kind": "head_start"}, Because.HEAD_START),
        ({"previously_locally_funded": True}, Because.LOCAL_FUNDS),
        ({"object_code_id": "730"}, Because.OBJECT_CODE),
    ],
)
def test_r44_what_a_line_is_for_needs_a_decision(plan, values, why):
    before = draft_document(plan.pk)
    line = plan.budgetline_set.filter(line_kind="ordinary").first()
    BudgetLine.objects.filter(pk=line.pk).update(**values)
    assert why in reasons(plan, before)


def test_r44_a_focus_area_that_the_plan_did_not_name_needs_a_decision(plan):
    after = draft_document(plan.pk)
    area = next(line.focus_area for line in after.lines)
    lines = tuple(line for line in after.lines if line.focus_area != area)
    before = after.model_copy(update={"lines": lines, "strategies": ()})
    new = [each for each in judged(before, after) if Because.FOCUS_AREA in each.because]
    assert {each.change.either.focus_area for each in new if each.change.kind.key == "line"} == {
        area
    }


def test_next_years_amendment_starts_from_what_is_in_force(plan, cora):
    """Kind: the rows of a plan are read where its version in force is meant."""
    in_force = draft_document(plan.pk)
    start(plan, cora)
    strategy = plan.strategy_set.first()
    edit(plan, strategy, cora, title="A draft of nobody’s business")
    services.remove_row(
        plan_id=plan.pk,
        model=Strategy,
        row_id=plan.strategy_set.last().pk,
        reason="Done.",
        by=cora,
        at=NOW,
    )
    being_written = draft_document(plan.pk)
    Cycle.objects.filter(pk=2028).update(opens_on=NOW.date())
    DesignationFactory(district=plan.district, first_fiscal_year=2028, last_fiscal_year=2028)

    amendment = services.start_plan(district_id=plan.district_id, fiscal_year=2028, by=cora, at=NOW)

    assert [one.title for one in amendment.strategy_set.order_by("position")] == [
        one.title for one in in_force.strategies
    ]
    assert amendment.milestone_set.count() == sum(
        len(one.milestones) for one in in_force.strategies
    )
    assert draft_document(plan.pk).frozen() == being_written.frozen()
