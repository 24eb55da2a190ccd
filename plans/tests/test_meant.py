"""A list says which of its rows and cells the findings mean, in words and not by color alone."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from plans.documents import draft_document
from plans.models import BudgetLine, Milestone, PerformanceTarget, StakeholderEngagement, Strategy
from plans.reading.meant import meant_in
from plans.rules import check
from plans.tests.factories import PlanFactory, write_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    plan = PlanFactory()
    write_rows(plan)
    return plan


def spoil(plan, model, **values):
    """Of the first row; each of these fields is to be mended then."""
    row = model.objects.filter(plan=plan).order_by("position", "pk").first()
    model.objects.filter(pk=row.pk).update(**values)
    return row


@pytest.mark.parametrize(
    ("section", "model", "values", "says", "cells"),
    [
        ("strategies", Strategy, {"owner": "", "domain": None}, "2 to mend: ", 2),
        ("objectives", PerformanceTarget, {"student_group": ""}, "1 to mend: ", 1),
        ("budget", BudgetLine, {"object_code": None, "narrative": ""}, "2 to mend: ", 1),
        ("engagement", StakeholderEngagement, {"how": ""}, "1 to mend: ", 1),
    ],
)
def test_row_and_cells_are_marked(client, plan, section, model, values, says, cells):
    """A field that the list does not show is named beside its row's name."""
    spoil(plan, model, **values)
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))

    page = client.get(reverse("plans:section", args=[plan.district.slug, 2027, section]))

    marked = [
        row
        for row in BeautifulSoup(page.content, "html.parser").select("main table.data tbody tr")
        if row.select("th .state")
    ]
    (row,) = marked
    assert says in row.th.get_text()
    assert len([cell for cell in row.select("td") if "To mend:" in cell.get_text()]) == cells


def test_what_a_milestone_lacks_is_marked_at_its_strategy(plan, noon):
    milestone = spoil(plan, Milestone, description="")
    document = draft_document(plan.pk)

    meant = meant_in(document, check(document, noon.date()))

    found = meant["strategy", milestone.strategy_id]
    assert found.label.words == "1 to mend, 1 warning: Milestone 1"  # it counts as none (R09)
    assert found.fields == frozenset()


def test_the_checklist_of_the_grid_leads_to_its_cells(client, plan):
    """And to the page of a line for a field that is no cell of it."""
    line = spoil(plan, BudgetLine, object_code=None, focus_area_id=2, grades="")
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))
    address = reverse("plans:lines", args=[plan.district.slug, 2027])

    for headers in ({}, {"HX-Request": "true"}):
        page = BeautifulSoup(client.get(address, headers=headers).content, "html.parser")
        links = {link.text: link["href"] for link in page.select("ul.rules li > span > a")}

        assert (
            links["Budget line 1: Object code"] == f"{address}#id_line-{line.lineage}-object_code"
        )
        own = reverse("plans:row", args=[plan.district.slug, 2027, "line", line.pk])
        assert links["Budget line 1: Grades"] == f"{own}#id_grades"
        if not headers:
            assert page.select(f"#id_line-{line.lineage}-object_code")
