"""Whatever is removed and brought back, in whichever order, the plan is what it was."""

from itertools import permutations

import pytest
from django.db import transaction

from districts.roles import Role
from districts.tests.factories import person
from plans import services
from plans.documents import draft_document
from plans.models import PerformanceTarget, Strategy
from plans.tests.factories import PlanFactory, write_rows

pytestmark = pytest.mark.django_db

ORDERS = list(permutations(range(3)))


@pytest.mark.parametrize("out", ORDERS)
def test_two_objectives_and_a_strategy_that_names_a_target_of_each(out, noon):
    plan = PlanFactory()
    write_rows(plan)
    act = {"plan_id": plan.pk, "by": person(Role.PLAN_COORDINATOR, plan.district), "at": noon}
    naming = next(one for one in Strategy.objects.all() if len(one.target_lineages) == 2)
    named = PerformanceTarget.objects.filter(lineage__in=naming.target_lineages)
    rows = [naming, *(target.objective for target in named)]
    whole = draft_document(plan.pk)

    gone = {}
    for which in out:
        row = rows[which]
        gone[which] = services.remove_row(model=type(row), row_id=row.pk, **act)
    for back in ORDERS:
        with transaction.atomic():
            for which in back:
                services.bring_back(removal_id=gone[which].pk, **act)
            assert draft_document(plan.pk) == whole, back
            transaction.set_rollback(True)
