"""What a page keeps of the time since closing is found anew once any row it was found from changes.

The rows are those that `as_of_now` reads. Which they are is asked of its own statement, so a table
that it reads some day has to have its change here.
"""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from districts.models import Allocation, Designation, District, Figure, FundingAdjustment
from districts.services.adjusting import post_adjustment
from districts.tests.factories import restated
from plans.documents import as_of_now, stored_document
from plans.documents.cache import document_of, get_or_make
from plans.models import (
    Assurance,
    Cycle,
    Domain,
    FocusArea,
    FormerName,
    Indicator,
    ObjectCode,
    Plan,
)
from plans.tests.factories import PlanFactory, closed_version
from plans.workflow import Status, Step
from reviews.reports.packet import read_packet
from reviews.rules import since_closing

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 23)
AS_A_PAGE = {"document_of": document_of, "keep": get_or_make}


@pytest.fixture
def plan():
    """Signed with what the lists say, so nothing has moved but what a test moves."""
    plan = PlanFactory(under_review=True)
    Figure.objects.create(
        district=plan.district,
        measure=Figure.Measure.ENROLMENT,
        period="2024-25",
        value=2_390,
        source="EdSight",
        source_on=date(2026, 6, 25),
    )
    return plan


def supersede(plan):
    restated(Allocation.objects.get(district=plan.district), amount=900_000)


def become_reform(plan):
    restated(Designation.objects.get(district=plan.district), is_reform_district=True)


def call_otherwise(plan):
    District.objects.filter(pk=plan.district_id).update(name="Another name")


def publish(plan):
    restated(Figure.objects.get(district=plan.district), value=2_391)


def publish_one_more(plan):
    Figure.objects.create(
        district=plan.district,
        measure=Figure.Measure.ENROLMENT,
        period="2025-26",
        value=2_400,
        source="EdSight",
        source_on=date(2026, 6, 25),
    )


def ask_other_groups(plan):
    Cycle.objects.filter(pk=plan.cycle_id).update(stakeholder_groups=["families"])


def allow_indirect_costs(plan):
    Cycle.objects.filter(pk=plan.cycle_id).update(allows_indirect_costs=True)


def reword_assurance(plan):
    Assurance.objects.filter(cycle=plan.cycle_id, number=1).update(text="Otherwise.")


def name_area_otherwise(plan):
    FocusArea.objects.filter(number=1).update(short_name="Aid")


def name_area_formerly(plan):
    FormerName.objects.update_or_create(
        area_id=2, last_fiscal_year=plan.cycle_id, defaults={"short_name": "Reading as it was"}
    )


def turn_indicator(plan):
    Indicator.objects.filter(number=4).update(direction="rises")


def end_code(plan):
    ObjectCode.objects.filter(code="111B").update(last_fiscal_year=plan.cycle_id - 1)


def name_domain_otherwise(plan):
    Domain.objects.update(name="Otherwise")


def become_initial(plan):
    Plan.objects.filter(pk=plan.pk).update(kind=Plan.Kind.INITIAL)


def carry_forward(plan):
    post_adjustment(
        plan.district,
        kind=FundingAdjustment.Kind.CARRY_FORWARD,
        fiscal_year=plan.cycle_id,
        origin_year=plan.cycle_id - 1,
        amount=7_000,
        reason="The balance.",
        cause="test/1",
        by=plan.started_by,
        at=plan.started_at,
    )


CHANGES = {
    carry_forward: FundingAdjustment,
    supersede: Allocation,
    become_reform: Designation,
    call_otherwise: District,
    publish: Figure,
    publish_one_more: Figure,
    ask_other_groups: Cycle,
    allow_indirect_costs: Cycle,
    reword_assurance: Assurance,
    name_area_otherwise: FocusArea,
    name_area_formerly: FormerName,
    turn_indicator: Indicator,
    end_code: ObjectCode,
    name_domain_otherwise: Domain,
    become_initial: Plan,
}


def found(plan, **how):
    """As a page finds it, or as who decides does: with nothing kept."""
    packet = read_packet(Plan.objects.filter(pk=plan.pk), **how)
    return [one.sentence for one in since_closing(packet, DAY)]


def stamp_of(plan):
    return read_packet(Plan.objects.filter(pk=plan.pk)).stamp


def tables_read(plan):
    version = plan.versions.get()
    with CaptureQueriesContext(connection) as asked:
        as_of_now(stored_document(version), plan.pk)
    return set(re.findall(r'(?:FROM|JOIN) "(\w+)"', asked[0]["sql"]))


def test_each_table_that_the_text_of_now_is_made_from_is_changed_here(plan):
    assert tables_read(plan) == {model._meta.db_table for model in CHANGES.values()}


@pytest.mark.parametrize("moves", CHANGES, ids=lambda moves: moves.__name__)
def test_whichever_row_changed_the_page_finds_it(plan, moves):
    before, stamp = found(plan, **AS_A_PAGE), stamp_of(plan)
    assert before == found(plan)

    moves(plan)

    assert stamp_of(plan) != stamp
    assert found(plan) != before
    assert found(plan, **AS_A_PAGE) == found(plan)


def test_a_page_finds_once_what_has_not_changed(plan):
    found(plan, **AS_A_PAGE)

    with CaptureQueriesContext(connection) as asked:
        found(plan, **AS_A_PAGE)

    assert len(asked) == 2  # the plan, and what was said of it: neither its text nor the lists


def test_a_text_edited_back_to_what_it_was_is_named_by_its_own_number(plan):
    """Two versions of one text: what was found of the first is not said of the second."""
    supersede(plan)
    assert "version 1 was signed at" in found(plan, **AS_A_PAGE)[0]
    first = plan.versions.get()
    plan.edition += 1
    plan.save()
    second = closed_version(plan, stored_document(first), signed=True)
    assert second.sha256 == first.sha256
    plan.events.create(
        step=Step.SUBMIT,
        source=Status.DRAFT,
        target=Status.SUBMITTED,
        version=second,
        taken_at=plan.submitted_at,
        taken_by=plan.submitted_by,
    )

    assert "version 2 was signed at" in found(plan, **AS_A_PAGE)[0]
