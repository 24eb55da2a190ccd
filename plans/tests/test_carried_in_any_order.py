"""Whatever is kept, revised, retired and brought back, in whichever order: no row is lost."""

import random
from contextlib import suppress

import pytest

from districts.roles import Role
from districts.tests.factories import DesignationFactory, DistrictFactory, person
from plans import services
from plans.documents import draft_document
from plans.documents.kinds import CARRIED, KINDS
from plans.models import Cycle
from plans.tests.factories import PlanFactory, write_rows
from plans.tests.stored import every_part

pytestmark = pytest.mark.django_db

WRITTEN = {  # of each kind a field that an edit changes
    "objective": "statement",
    "target": "measure",
    "strategy": "title",
    "milestone": "description",
    "line": "narrative",
}
ACTS = 30


@pytest.fixture
def plan(noon):
    district = DistrictFactory()
    DesignationFactory(district=district, first_fiscal_year=2023, last_fiscal_year=2029)
    write_rows(PlanFactory(district=district, approved=True), every_part())
    Cycle.objects.filter(pk=2028).update(opens_on=noon.date())
    by = person(Role.PLAN_COORDINATOR, district)
    return services.start_plan(district_id=district.pk, fiscal_year=2028, by=by, at=noon)


def keep(plan, chance, act):
    marks = list(plan.carried.values_list("pk", flat=True))
    services.keep(items=chance.sample(marks, 3), **act)


def revise(plan, chance, act):
    key, row = some_row(plan, chance)
    if row is not None:
        services.save_row(
            model=KINDS[key].model,
            row_id=row.pk,
            version=row.version,
            values={WRITTEN[key]: f"Otherwise, {chance.random()}"},
            as_typed={},
            **act,
        )


def retire(plan, chance, act):
    key, row = some_row(plan, chance)
    if row is not None:
        services.remove_row(model=KINDS[key].model, row_id=row.pk, reason="It did not help.", **act)


def bring_back(plan, chance, act):
    removals = list(plan.removals.all())
    if removals:
        with suppress(services.NotBroughtBack):  # what it belongs to may be out as well
            services.bring_back(removal_id=chance.choice(removals).pk, **act)


def some_row(plan, chance):
    key = chance.choice(list(WRITTEN))
    rows = list(KINDS[key].model.objects.filter(plan=plan).order_by("pk"))
    return key, chance.choice(rows) if rows else None


def lineages_in(plan):
    return [
        row.lineage for kind in CARRIED.values() for row in kind.model.objects.filter(plan=plan)
    ]


@pytest.mark.parametrize("seed", range(8))
def test_every_carried_row_is_in_the_plan_or_retired_and_never_both(plan, noon, seed):
    chance = random.Random(seed)  # noqa: S311  the same acts in every run
    by = person(Role.FISCAL_OFFICER, plan.district)
    carried = set(plan.carried.values_list("lineage", flat=True))
    was = {}
    for _ in range(ACTS):
        act = chance.choice([keep, revise, retire, bring_back])
        act(plan, chance, {"plan_id": plan.pk, "by": by, "at": noon})

        there = lineages_in(plan)
        retired = set(plan.carried.exclude(removal=None).values_list("lineage", flat=True))
        assert len(there) == len(set(there))
        assert set(there) | retired == carried
        assert not set(there) & retired
        assert (
            plan.carried.exclude(removal=None)
            .filter(removal__brought_back_at__isnull=False)
            .count()
            == 0
        )
        now = {each.lineage: each.state for each in plan.carried.all()}
        for lineage, state in was.items():  # what was read stays read, and revised stays revised
            assert (state, now[lineage]) not in {
                *(("kept", "unread"), ("revised", "unread"), ("revised", "kept")),
            }
        was = now

    while plan.removals.open().exists():
        for removal in plan.removals.open():
            with suppress(services.NotBroughtBack):
                services.bring_back(removal_id=removal.pk, plan_id=plan.pk, by=by, at=noon)
    assert set(lineages_in(plan)) == carried
    assert {part.lineage for part in draft_document(plan.pk).targets} <= set(map(str, carried))
