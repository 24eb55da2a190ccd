"""What an annual amendment starts with, field by field (R33)."""

from dataclasses import replace
from datetime import date
from typing import Annotated

import pytest

from districts.roles import Role
from districts.tests.factories import DesignationFactory, DistrictFactory, person
from plans import services
from plans.documents import draft_document, fields
from plans.documents.kinds import IN_DOCUMENT, SINGLE
from plans.documents.shape import CoverPart
from plans.models import BudgetLine, Cycle, Objective, PerformanceTarget, Plan, Strategy
from plans.tests.factories import PlanFactory, write_rows
from plans.tests.stored import every_part

pytestmark = pytest.mark.django_db

CARRIED = {
    "cover": {"contact_name", "contact_title", "contact_email", "contact_phone", "summary"},
    "needs": {"narrative", "indicator_numbers", "root_causes", "unserved_areas"},
    "objective": {"statement"},
    "target": {
        *("indicator", "measure", "student_group", "baseline", "baseline_year", "target_value"),
        *("unit", "due_on", "data_source"),
    },
    "strategy": {
        *("title", "description", "domain", "focus_area_numbers", "owner", "starts_on", "ends_on"),
        *("schools", "evidence", "reading_program", "residency_partner"),
        *("responsibilities_agreement", "target_lineages"),
    },
    "milestone": {"description", "due_on", "evidence"},
    "narrative": {"narrative", "benefits_reason"},
    "line": {
        *("description", "strategy", "focus_area", "object_code", "funding_source", "line_kind"),
        *("quantity", "unit_cost", "amount", "narrative", "grades", "previously_locally_funded"),
        *("supplanting_explanation", "head_start_program", "equipment_reason"),
    },
    "collaboration": {"alignment"},
    "sustainability": {"sustaining", "non_supplanting"},
}
ANEW = {
    "look_back": {"implementation", "performance", "lessons"},
    "strategy": {"parent_lineages"},
    "narrative": {"carry_forward_reported"},
    "engagement": {"group", "held_on", "how", "heard"},
    "statement": {
        *("accepted_numbers", "evaluation_plan_approved", "evaluation_plan_approved_on"),
    },
    "attachment": {"title", "file_name", "size", "sha256"},
}
A_YEAR_LATER = {  # of a plan for FY2027
    date(2027, 6, 30): date(2028, 6, 30),
    date(2026, 8, 24): date(2027, 8, 24),
    date(2027, 6, 11): date(2028, 6, 11),
    date(2026, 9, 30): date(2027, 9, 30),
    date(2026, 10, 9): date(2027, 10, 9),
}
every_kind = pytest.mark.parametrize("kind", IN_DOCUMENT.values(), ids=IN_DOCUMENT)


@pytest.fixture
def amended(noon):
    """Starts next year's plan of a district whose plan of this year is full and approved."""
    district = DistrictFactory()
    DesignationFactory(district=district, first_fiscal_year=2023, last_fiscal_year=2029)
    last = PlanFactory(district=district, approved=True)
    write_rows(last, every_part())
    Cycle.objects.filter(pk=2028).update(opens_on=noon.date())
    coordinator = person(Role.PLAN_COORDINATOR, district)

    def start():
        return services.start_plan(
            district_id=district.pk, fiscal_year=2028, by=coordinator, at=noon
        )

    return start


@pytest.fixture
def amendment(amended):
    return amended()


NEVER = {  # what is kept beside a plan's text, of its own year alone
    *("plans.boardapproval", "plans.planversion", "plans.planevent"),
    *(
        "plans.requiredchange",
        "plans.question",
        "plans.comment",
        "plans.extensionentry",
        "plans.assignment",
        "plans.approvalcondition",
    ),
    *("plans.draftshare", "plans.draftcomment", "plans.warningreason"),
    *("plans.removal", "plans.carried", "plans.planrevision", "plans.filecheck"),
    *("plans.strategyoutcome", "plans.targetoutcome", "plans.lineoutcome"),
}


@every_kind
def test_every_field_is_either_carried_or_begins_anew(kind):
    """If this fails: say of the new field, in `shape.py` and here, what becomes of it."""
    carried, anew = CARRIED.get(kind.key, set()), ANEW.get(kind.key, set())

    assert carried | anew == {field.name for field in kind.fields}
    assert not carried & anew
    assert {field.name for field in kind.fields if field.carried} == carried


def test_every_table_of_a_plan_is_of_its_text_or_never_carried():
    """Results, signatures, votes, letters, answers and comments stay with their year."""
    of_the_text = {kind.model._meta.label_lower for kind in IN_DOCUMENT.values()}
    beside = {
        relation.related_model._meta.label_lower
        for relation in Plan._meta.related_objects
        if relation.related_model._meta.app_label == "plans" and relation.related_model is not Plan
    }

    assert beside - of_the_text == NEVER


def test_no_row_is_shared_by_two_years(amendment):
    last = amendment.copied_from
    for kind in IN_DOCUMENT.values():
        keys = [
            set(kind.model.objects.filter(plan=plan).values_list("pk", flat=True))
            for plan in (last, amendment)
        ]
        assert not keys[0] & keys[1], kind.key
    before = draft_document(last.pk)

    kinds = [IN_DOCUMENT[key] for key in ("objective", "target", "strategy", "milestone", "line")]
    for kind in kinds:
        kind.model.objects.filter(plan=amendment).update(version=9)
    Objective.objects.filter(plan=amendment).delete()
    Strategy.objects.filter(plan=amendment).delete()

    assert draft_document(last.pk) == before
    for kind in kinds:
        for row in kind.model.objects.filter(plan=last):
            assert row.version == 1


@every_kind
def test_an_amendment_starts_with_what_is_carried_and_no_more(amendment, kind):
    rows = {
        year: list(kind.model.objects.filter(plan=plan).order_by("pk"))
        for year, plan in (("last", amendment.copied_from), ("new", amendment))
    }
    if kind.is_list and not kind.carried:
        assert rows["new"] == []
        return
    carried = [
        old
        for old in rows["last"]
        if all(getattr(old, name) == value for name, value in kind.carried_if.items())
    ]

    assert len(rows["new"]) == len(carried) > 0
    for old, new in zip(carried, rows["new"], strict=True):
        assert (old.lineage == new.lineage) is bool(kind.carried)
        for field in kind.fields:
            value = getattr(new, field.name)
            if not field.carried:
                assert value == new._meta.get_field(field.name).get_default(), field.name
            elif field.name == "strategy":
                assert (value.plan, value.lineage) == (amendment, old.strategy.lineage)
            else:
                was = getattr(old, field.name)
                assert value == (A_YEAR_LATER[was] if isinstance(was, date) else was), field.name
        if kind.parent:
            parent = getattr(new, kind.parent)
            assert (parent.plan, parent.lineage) == (amendment, getattr(old, kind.parent).lineage)


def test_the_full_plan_has_something_to_leave_behind(amendment):
    last = amendment.copied_from

    assert BudgetLine.objects.filter(plan=last, funding_source="carry_forward").count() == 1
    assert PerformanceTarget.objects.filter(plan=last).count() == 3


class CoverWithANewSummary(CoverPart):
    summary: Annotated[str, fields.prose("The plan in a paragraph", carried=False)] = ""


def test_one_field_begins_anew_in_a_row_that_is_carried(amended, monkeypatch):
    monkeypatch.setitem(SINGLE, "cover", replace(SINGLE["cover"], part=CoverWithANewSummary))

    amendment = amended()

    last = amendment.copied_from.cover
    assert (last.contact_name, last.summary) == ("Ana Ruiz", "Reading, attendance and mentors.")
    assert (amendment.cover.contact_name, amendment.cover.summary) == ("Ana Ruiz", "")
