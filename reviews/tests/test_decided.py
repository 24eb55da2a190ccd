"""What stands beside a plan and beside a report is what Django would read of it, in one query."""

from functools import reduce

import pytest
from django.core.exceptions import ObjectDoesNotExist

from districts.roles import Role
from districts.tests.factories import DelegationFactory, person
from plans.models import Plan
from plans.tests.factories import PlanFactory
from progress.models import ExpenditureReport, ProgressReport
from progress.reports.opened import BESIDE as BESIDE_REPORT
from progress.reports.opened import opened_report
from progress.tests import filed, spending
from reviews.reports.decided import BESIDE, plan_with_decision
from reviews.tests.test_approving import approve_plan

pytestmark = pytest.mark.django_db


def _at(start, way: str):
    """What stands there; nothing where a step of the way leads nowhere."""
    try:
        return reduce(lambda one, name: one and getattr(one, name), way.split("__"), start)
    except ObjectDoesNotExist:
        return None


def _columns(one) -> dict:
    deferred = one.get_deferred_fields()
    return {
        field.attname: getattr(one, field.attname)
        for field in one._meta.concrete_fields
        if field.attname not in deferred
    }


def _same(ours, theirs, beside, django_assert_num_queries) -> None:
    for way in ("", *beside):
        a, b = (_at(one, way) if way else one for one in (ours, theirs))
        assert type(a) is type(b), way
        if a is not None:
            known = _columns(a)
            assert known == {name: value for name, value in _columns(b).items() if name in known}
    with django_assert_num_queries(0):
        for way in beside:
            _at(ours, way)


def _of_plan(plan: Plan) -> Plan:
    return Plan.objects.select_related(*BESIDE).get(pk=plan.pk)


def test_a_plan_that_nobody_decided(django_assert_num_queries):
    plan = PlanFactory(under_review=True)
    with django_assert_num_queries(1):
        found = plan_with_decision(plan.district.slug, plan.cycle_id)
    _same(found, _of_plan(plan), BESIDE, django_assert_num_queries)
    assert not hasattr(found, "determination")


@pytest.mark.parametrize("is_delegated", [False, True])
def test_a_plan_with_its_decision(is_delegated, noon, django_assert_num_queries):
    plan = PlanFactory(recommended=True)
    by = person(Role.COMMISSIONER)
    if is_delegated:
        by = DelegationFactory(
            delegate=person(Role.PROGRAM_MANAGER), first_day=noon.date(), last_day=noon.date()
        ).delegate
    approve_plan(plan, by, noon)

    with django_assert_num_queries(1):
        found = plan_with_decision(plan.district.slug, plan.cycle_id)
    _same(found, _of_plan(plan), BESIDE, django_assert_num_queries)
    assert found.determination.decided_by == by
    assert bool(found.determination.delegation) is is_delegated
    assert found.determination.plan is found


def test_no_plan():
    assert plan_with_decision("nowhere", 2027) is None


def test_a_report_that_was_certified_and_one_that_is_written(django_assert_num_queries):
    plan = filed.approved_plan()
    certified = filed.certified_report(plan)
    office = spending.Office.of(spending.approved_plan())
    written = office.start("q1")

    for model, report in ((ProgressReport, certified), (ExpenditureReport, written)):
        where = report.plan.district.slug, report.plan.cycle_id, report.period
        with django_assert_num_queries(1):
            found = opened_report(model, *where)
        theirs = model.objects.select_related(*BESIDE_REPORT).get(pk=report.pk)
        _same(found, theirs, BESIDE_REPORT, django_assert_num_queries)
        assert found.is_closed is (report is certified)
        assert "document" in found.measured_against.get_deferred_fields()
