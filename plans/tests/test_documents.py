"""The document is built whole from the draft's rows, in a fixed number of queries."""

import json
import re
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import F

from districts.models import Allocation, District, Figure, FundingAdjustment
from districts.roles import Role
from districts.services.adjusting import post_adjustment
from districts.tests.factories import AllocationFactory, DistrictFactory, UserFactory, person
from plans import services
from plans.documents import SCHEMA, draft_document, fingerprint, read_anew, thaw
from plans.documents import cache as kept
from plans.documents.rows import MADE_FROM, _columns
from plans.models import (
    Attachment,
    BudgetLine,
    Carried,
    Cycle,
    FileCheck,
    Milestone,
    Objective,
    PerformanceTarget,
    Plan,
    Removal,
    StakeholderEngagement,
    Strategy,
)
from plans.tests.drafts import read_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    district = DistrictFactory(designated=True)
    AllocationFactory(district=district, fiscal_year=2027, amount=100_000, stage="final")
    return district


@pytest.fixture
def plan(district, noon):
    coordinator = person(Role.PLAN_COORDINATOR, district)
    return services.start_plan(district_id=district.pk, fiscal_year=2027, by=coordinator, at=noon)


def write_rows(plan, noon, times=1):
    by = plan.started_by
    for place in range(1, times + 1):
        row = {"plan": plan, "position": place, "saved_at": noon, "saved_by": by}
        objective = Objective.objects.create(statement="Read well by grade 3", **row)
        target = PerformanceTarget.objects.create(
            objective=objective,
            indicator_id=4,
            baseline=Decimal("19.40"),
            target_value=Decimal("16.05"),
            due_on=date(2027, 6, 1),
            **row,
        )
        strategy = Strategy.objects.create(
            title="Coaches",
            domain_id="talent",
            focus_area_numbers=[10, 2],
            target_lineages=[target.lineage],
            **row,
        )
        Milestone.objects.create(strategy=strategy, description="Hired", **row)
        BudgetLine.objects.create(
            strategy=strategy,
            object_code_id="111B",
            focus_area_id=2,
            quantity=Decimal("1.5"),
            unit_cost=Decimal("100.10"),
            amount=150,
            as_typed={"grades": "K to 3"},
            **row,
        )


def test_draft_asks_for_the_groups_that_its_cycle_names(plan):
    Cycle.objects.filter(pk=plan.cycle_id).update(stakeholder_groups=["teachers", "families"])

    groups = draft_document(plan.pk).stakeholder_groups

    assert [(group.code, group.name) for group in groups] == [
        ("teachers", "Teachers"),
        ("families", "Families"),
    ]


def test_draft_document_holds_every_row_with_its_words(plan, noon):
    write_rows(plan, noon)

    document = draft_document(plan.pk)

    target = document.objectives[0].targets[0]
    strategy = document.strategies[0]
    line = document.lines[0]
    assert (target.number, target.indicator.name, target.indicator.falls) == (
        "1.1",
        "Chronic absenteeism",
        True,
    )
    assert (target.baseline, target.target_value) == (Decimal("19.40"), Decimal("16.05"))
    assert [area.number for area in strategy.focus_areas] == [2, 10]
    assert strategy.targets == (target.lineage,)
    assert (strategy.domain.name, strategy.milestones[0].description) == ("Talent", "Hired")
    assert (line.strategy, line.object_code.is_salary, line.unit_cost) == (
        strategy.lineage,
        True,
        Decimal("100.10"),
    )
    assert line.as_typed == {"grades": "K to 3"}
    assert (document.money.amount, document.money.stage) == (100_000, Allocation.Stage.FINAL)
    assert (document.budgeted, document.left_to_budget) == (150, 99_850)
    assert [area.number for area in document.focus_areas] == list(range(1, 11))
    assert len(document.assurances.assurances) == 9


@pytest.mark.parametrize("times", [1, 3])
def test_draft_is_read_in_two_queries_however_long(plan, noon, times, django_assert_num_queries):
    write_rows(plan, noon, times)

    with django_assert_num_queries(2):  # plan with its state, rows
        draft = read_draft(plan.district.slug, 2027)
        lines = draft.document.lines
    with django_assert_num_queries(1):  # the rows are as they were
        again = read_draft(plan.district.slug, 2027)
        assert again.document.lines == lines

    assert len(lines) == times
    assert (again.document, again.words, again.rows) == (draft.document, draft.words, draft.rows)


@pytest.mark.parametrize(
    "model", [model for models in MADE_FROM.values() for model in models], ids=lambda m: m.__name__
)
def test_draft_is_read_anew_when_any_row_it_is_made_from_changes(plan, noon, model):
    write_rows(plan, noon)
    Figure.objects.create(
        district=plan.district,
        measure=Figure.Measure.values[0],
        period="2025-26",
        value=1,
        source="EdSight",
        source_on=noon.date(),
    )
    StakeholderEngagement.objects.create(plan=plan, position=1)
    file = Attachment.objects.create(
        plan=plan, position=1, title="Minutes", file_name="m.pdf", size=1, sha256="0" * 64
    )
    FileCheck.objects.create(plan=plan, attachment=file)
    post_adjustment(
        plan.district,
        kind=FundingAdjustment.Kind.CARRY_FORWARD,
        fiscal_year=2027,
        origin_year=2026,
        amount=7_000,
        reason="The balance.",
        cause="test/1",
        by=UserFactory(),
        at=noon,
    )
    Carried.objects.create(plan=plan, kind="objective", lineage=uuid4())
    Removal.objects.create(
        plan=plan, kind="objective", rows=[{}], removed_at=noon, removed_by=plan.started_by
    )
    where = (plan.district.slug, 2027)
    before = read_draft(*where).plan.stamp
    assert read_draft(*where).plan.stamp == before

    field = model._meta.pk
    model.objects.filter(pk=model.objects.first().pk).update(**{field.name: F(field.name)})

    assert read_draft(*where).plan.stamp != before


def test_the_draft_says_what_came_forward_and_what_was_reduced(plan, noon):
    write_rows(plan, noon)
    for kind, amount in [("carry_forward", 7_000), ("reduction", 30_000)]:
        post_adjustment(
            plan.district,
            kind=FundingAdjustment.Kind(kind),
            fiscal_year=2027,
            origin_year=2026,
            amount=amount,
            reason="The balance, and what a determination takes off.",
            cause="test/1",
            by=UserFactory(),
            at=noon,
        )

    document = read_draft(plan.district.slug, 2027).document

    assert (document.money.carry_forward, document.money.reductions) == (7_000, 30_000)
    assert (document.money.authorized, document.left_to_budget) == (77_000, 69_850)


def test_every_table_that_is_read_counts():
    """A table that is read and left out of the stamp would be shown as it was."""
    sql, _ = _columns(-1).query.sql_with_params()
    read = set(re.findall(r'FROM "(\w+)"', sql)) - {Plan._meta.db_table}

    assert read == {model._meta.db_table for models in MADE_FROM.values() for model in models}


def test_draft_is_read_anew_when_a_row_comes_or_goes(plan, noon):
    write_rows(plan, noon)
    where = (plan.district.slug, 2027)
    stamps = [read_draft(*where).plan.stamp]

    BudgetLine.objects.create(plan=plan, position=2, amount=10)
    stamps.append(read_draft(*where).plan.stamp)
    assert read_draft(*where).document.budgeted == 160
    BudgetLine.objects.filter(plan=plan).delete()
    stamps.append(read_draft(*where).plan.stamp)

    assert read_draft(*where).document.budgeted == 0
    assert len(set(stamps)) == 3


def test_what_is_closed_is_read_from_the_rows_themselves(plan, noon, monkeypatch):
    write_rows(plan, noon)
    read_draft(plan.district.slug, 2027)
    monkeypatch.setattr(cache, "get", lambda key: pytest.fail("asked the cache"))

    assert draft_document(plan.pk).budgeted == 150


def test_frozen_document_thaws_to_the_same_text_and_fingerprint(plan, noon):
    write_rows(plan, noon)
    document = draft_document(plan.pk)

    frozen = json.loads(json.dumps(document.frozen()))

    assert thaw(frozen, schema=SCHEMA).frozen() == frozen
    assert fingerprint(frozen) == fingerprint(document.frozen())
    assert '"id"' not in json.dumps(frozen)


def test_fingerprint_changes_with_one_letter(plan, noon):
    write_rows(plan, noon)
    before = fingerprint(draft_document(plan.pk).frozen())
    Strategy.objects.update(title="Coache")

    assert fingerprint(draft_document(plan.pk).frozen()) != before


class Passing:
    """What an earlier release kept and a later one knows no more."""


def test_what_another_release_kept_is_not_even_opened(monkeypatch):
    monkeypatch.setattr(kept, "release", lambda: "earlier")
    kept.put("draft/1", Passing(), made_from="the same rows")
    monkeypatch.setattr(kept, "release", lambda: "later")
    monkeypatch.delattr(f"{__name__}.Passing")

    assert kept.get("draft/1", made_from="the same rows") is None


def test_district_renamed_while_its_plan_is_open_is_kept_under_its_new_name(plan, noon):
    draft = read_draft(plan.district.slug, 2027)
    District.objects.filter(pk=plan.district_id).update(name="Ansonia Public Schools", slug="aps")
    Cycle.objects.filter(pk=plan.cycle_id).update(allows_indirect_costs=True)

    read_anew(draft.plan)  # as after a save

    document = read_draft("aps", 2027).document
    assert (document.district.name, document.district.slug, document.allows_indirect_costs) == (
        "Ansonia Public Schools",
        "aps",
        True,
    )


def test_draft_is_read_anew_when_the_kind_of_its_plan_changes(plan):
    where = (plan.district.slug, 2027)
    kinds = [read_draft(*where).document.kind]

    Plan.objects.update(kind=Plan.Kind.INITIAL)

    assert [*kinds, read_draft(*where).document.kind] == ["annual_amendment", "initial"]


def test_draft_is_read_anew_from_a_server_that_was_started_anew(plan):
    """A restored copy may give out places and transactions that were given out before."""
    where = (plan.district.slug, 2027)
    before = read_draft(*where).plan.stamp

    with connection.cursor() as cursor:  # for this transaction, which the test rolls back
        cursor.execute(
            "CREATE FUNCTION public.pg_postmaster_start_time() RETURNS timestamptz"
            " LANGUAGE sql AS $$ SELECT now() + interval '1 day' $$"
        )
        cursor.execute("SET LOCAL search_path = public, pg_catalog")

    assert read_draft(*where).plan.stamp != before
