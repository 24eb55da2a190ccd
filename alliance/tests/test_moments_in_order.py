"""Of two moments or dates of a row the later is not before the earlier: the database says so."""

import re
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from districts.models import Delegation, Membership, Session, Suspension
from districts.roles import Role
from districts.services import end_delegation
from districts.services.memberships import end
from districts.services.suspensions import let_in
from districts.tests.factories import (
    ConflictFactory,
    DelegationFactory,
    MembershipFactory,
    UserFactory,
)
from plans.models import Assignment, Cycle, CycleChange, DraftShare, Removal
from plans.tests.factories import PlanFactory, assign_reviewers, closed_version
from progress.models import ExpenditureReport, ProgressReport
from reviews.models import ThirdReviewer, Wording
from reviews.services.assigning import _replace_reviewers

pytestmark = pytest.mark.django_db

OURS = ("notices", "districts", "library", "plans", "progress", "reviews")
AN_INSTANT = timedelta(microseconds=1)


def membership(at):
    return MembershipFactory(given_at=at, ended_by=UserFactory(), ended_at=at)


def delegation(at):
    return DelegationFactory(
        given_at=at,
        confirmed_at=at,
        confirmed_by=UserFactory(),
        ended_at=at,
        ended_by=UserFactory(),
    )


def suspension(at):
    user = UserFactory()
    return Suspension.objects.create(user=user, began_at=at, lifted_at=at, lifted_by=user)


def session(at):
    return Session.objects.create(
        session_key="s", expire_date=at, seen_at=at, started_at=at, ends_at=at
    )


def assignment(at):
    assign_reviewers(PlanFactory(), at=at)
    one = Assignment.objects.first()
    one.ended_at, one.ended_by = at, one.reviewer
    one.save()
    return one


def draft_share(at):
    plan, reader = PlanFactory(), UserFactory()
    act = {"shared_at": at, "shared_by": reader, "ended_at": at, "ended_by": reader}
    return DraftShare.objects.create(plan=plan, reader=reader, **act)


def third_reviewer(at):
    act = {"assigned_at": at, "assigned_by": UserFactory(), "ended_at": at}
    reviewer = UserFactory()
    plan = PlanFactory()
    return ThirdReviewer.objects.create(plan=plan, reviewer=reviewer, ended_by=reviewer, **act)


def conflict(at):
    ended = {"ended_by": UserFactory(), "ended_because": "She has moved."}
    return ConflictFactory(declared_at=at, ended_at=at, **ended)


def wording(at):
    act = {"saved_at": at, "saved_by": UserFactory()}
    return Wording.objects.create(
        name="Grades", text="Which?", retired_at=at, retired_by=UserFactory(), **act
    )


def cycle_change(at):
    return CycleChange(
        cycle=Cycle.objects.first(), values={}, letters=0, made_at=at, made_by=UserFactory()
    )


def removal(at):
    return Removal.objects.create(
        plan=PlanFactory(),
        kind="strategy",
        rows=[{}],
        removed_at=at,
        removed_by=UserFactory(),
        brought_back_at=at,
        brought_back_by=UserFactory(),
    )


def progress_report(at):
    return _certified(ProgressReport, at, period="end_of_year")


def expenditure_report(at):
    return _certified(ExpenditureReport, at, period="annual", as_of=at.date())


def _certified(model, at, **columns):
    plan, certifier = PlanFactory(), UserFactory()
    return model.objects.create(
        plan=plan,
        measured_against=closed_version(plan),
        started_at=at,
        started_by=UserFactory(),
        certified_at=at,
        certified_by=certifier,
        prepared_by=UserFactory(),
        **columns,
    )


MOMENTS = [
    (membership, "given_at", "ended_at"),
    (delegation, "given_at", "confirmed_at"),
    (delegation, "given_at", "ended_at"),
    (suspension, "began_at", "lifted_at"),
    (session, "started_at", "ends_at"),
    (assignment, "assigned_at", "ended_at"),
    (cycle_change, "made_at", "held_until"),
    (removal, "removed_at", "brought_back_at"),
    (draft_share, "shared_at", "ended_at"),
    (conflict, "declared_at", "ended_at"),
    (wording, "saved_at", "retired_at"),
    (third_reviewer, "assigned_at", "ended_at"),
    (progress_report, "started_at", "certified_at"),
    (expenditure_report, "started_at", "certified_at"),
]
THERE_WERE_NONE_BEFORE = {cycle_change, removal, draft_share, progress_report, expenditure_report}
THERE_WERE_NONE_BEFORE |= {conflict, third_reviewer, wording}


@pytest.mark.parametrize(("row_of", "earlier", "later"), MOMENTS)
def test_what_ends_before_it_began_is_refused(row_of, earlier, later, noon):
    row = row_of(noon)
    setattr(row, later, noon)
    name = f"{row._meta.model_name}_{later}_is_not_before_{earlier}"

    with transaction.atomic():
        row.save()  # at one moment is in order
        transaction.set_rollback(True)
    setattr(row, later, noon - AN_INSTANT)
    row.pk = row.pk if row_of is not cycle_change else None
    row._state.adding = row.pk is None

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        row.save()


def test_every_such_pair_is_tried(noon):
    stated = {
        constraint.name
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        for constraint in model._meta.constraints
        if "_is_not_before_" in constraint.name
    }

    assert {
        f"{row_of.__name__.replace('_', '')}_{later}_is_not_before_{earlier}"
        for row_of, earlier, later in MOMENTS
    } == stated


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"plan_due_on": date(2026, 4, 1), "opens_on": date(2026, 4, 1)}, "due_after_it_opens"),
        ({"reviews_complete_on": date(2026, 6, 29)}, "decides_after_plans_are_due"),
        ({"decisions_on": date(2026, 7, 30)}, "decides_after_plans_are_due"),
    ],
)
def test_dates_of_a_cycle_out_of_order_are_refused(values, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Cycle.objects.filter(pk=2027).update(**values)


def test_days_of_a_delegation_out_of_order_are_refused():
    given = DelegationFactory()

    with pytest.raises(IntegrityError, match="ends_after_it_starts"), transaction.atomic():
        Delegation.objects.update(last_day=given.first_day - timedelta(days=1))


# An act takes its moment as it comes in, and may then wait for another's lock.


def test_an_act_that_waited_ends_a_row_no_earlier_than_it_began(noon):
    before, by = noon - AN_INSTANT, MembershipFactory(role=Role.COMMISSIONER).user
    held = MembershipFactory(given_at=noon)
    given = DelegationFactory(given_at=noon, confirmed_at=None, confirmed_by=None)
    kept_out = Suspension.objects.create(user=UserFactory(is_active=False), began_at=noon)
    plan = PlanFactory()
    assign_reviewers(plan, at=noon)

    end(held, by=by, at=before)
    end_delegation(delegation_id=given.pk, by=by, at=before)
    let_in(kept_out.user, by=by, at=before)
    _replace_reviewers(plan, {Assignment.As.PROGRAM: by.pk}, by=by, at=before)

    assert Membership.objects.get(pk=held.pk).ended_at == noon
    assert Delegation.objects.get(pk=given.pk).ended_at == noon
    assert Suspension.objects.get(pk=kept_out.pk).lifted_at == noon
    assert Assignment.objects.get(plan=plan, ended_at__isnull=False).ended_at == noon


@pytest.mark.parametrize(
    ("row_of", "earlier", "later"),
    [pair for pair in MOMENTS if pair[0] not in THERE_WERE_NONE_BEFORE],
)
def test_rows_of_before_are_brought_into_order(row_of, earlier, later, noon):
    row = row_of(noon)
    app, table = row._meta.app_label, row._meta.db_table
    number = {"districts": "0008", "plans": "0007"}[app]
    migration = import_module(f"{app}.migrations.{number}_moments_in_order")
    name = f"{row._meta.model_name}_{later}_is_not_before_{earlier}"

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        type(row).objects.filter(pk=row.pk).update(**{later: noon - AN_INSTANT})
        cursor.execute(look_first())
        found = [(pk, *moments) for _, pk, *moments in cursor.fetchall()]
        cursor.execute(migration.IN_ORDER)

    row.refresh_from_db()
    assert (getattr(row, earlier), getattr(row, later)) == (noon, noon)
    assert found == ([] if row_of is session else [(row.pk, noon, noon - AN_INSTANT)])


def look_first() -> str:
    """The query that a deployer is told to look with. Sessions pass, and are not worth a look."""
    text = (settings.BASE_DIR / "docs" / "migrations.md").read_text()
    (query,) = re.findall("```sql\n(.*?)```", text, re.DOTALL)
    return query
