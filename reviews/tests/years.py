"""A district with a plan of FY2027, approved and measured, and its amendment for FY2028."""

import json
import re

from districts.tests.factories import AllocationFactory, DistrictFactory
from plans.documents import PlanDocument, as_of_now
from plans.models import Cycle, Plan
from plans.tests.factories import (
    PlanFactory,
    a_year_later,
    assign_reviewers,
    closed_version,
    document_of,
    recommend_by_both,
)
from plans.workflow import Status, Step
from progress.tests.factories import as_lineage

NAMED = re.compile(r'"((?:objective|target|strategy|milestone|line)-\d+)"')


def with_lineages(document: PlanDocument) -> PlanDocument:
    """The same text with lineages as the tables have them."""
    text = NAMED.sub(lambda name: f'"{as_lineage(name[1])}"', json.dumps(document.frozen()))
    return PlanDocument.model_validate(json.loads(text))


def approved_2027(district=None) -> Plan:
    """Handed in and approved with version 2, whose rows have lineages as the tables have them."""
    district = district or DistrictFactory(designated=True, funded=True)
    plan = PlanFactory(district=district, approved=True)
    plan.edition += 1
    plan.save()
    document = with_lineages(document_of(district))
    version = closed_version(plan, document, signed=True)
    _hand_in(plan, version)
    return plan


def amendment_2028(last: Plan, *, status: Status = Status.RECOMMENDED) -> Plan:
    """Handed in, reviewed by both, and lacking nothing of its own."""
    district = last.district
    AllocationFactory(district=district, fiscal_year=2028)
    plan = PlanFactory(district=district, cycle=Cycle.objects.get(pk=2028), copied_from=last)
    text = as_of_now(a_year_later(with_lineages(document_of(district))), plan.pk)
    version = closed_version(plan, text, signed=True)
    assign_reviewers(plan)
    plan.status, plan.submitted_at, plan.submitted_by = status, version.closed_at, plan.started_by
    plan.save()
    _hand_in(plan, version)
    recommend_by_both(plan, version)
    return plan


def _hand_in(plan: Plan, version) -> None:
    plan.events.create(
        step=Step.SUBMIT,
        source=Status.DRAFT,
        target=Status.SUBMITTED,
        version=version,
        taken_at=version.closed_at,
        taken_by=plan.started_by,
    )
