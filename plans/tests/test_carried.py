"""What an annual amendment starts with, field by field (R33)."""

from dataclasses import replace
from datetime import date
from typing import Annotated

import pytest

from districts.roles import Role
from districts.tests.factories import DesignationFactory, DistrictFactory, person
from plans import services
from plans.documents import fields
from plans.documents.kinds import IN_DOCUMENT, SINGLE
from plans.documents.shape import CoverPart
from plans.models import BudgetLine, Cycle, PerformanceTarget
from plans.tests.factories import PlanFactory, write_rows
from plans.tests.stored import every_part

pytestmark = pytest.mark.django_db

ANEW = {  # all else is carried
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


@every_kind
def test_what_is_said_of_each_field(kind):
    anew = {field.name for field in kind.fields if not field.carried}

    assert anew == ANEW.get(kind.key, set())


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
