"""After a save one is where the page asks for something: at what could not be read, or beside it.

The address of the answer leads there, so that the browser gives it the focus without any script.
"""

from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from plans.models import Milestone, Objective, PerformanceTarget, Strategy
from plans.tests.drafts import read_draft
from plans.tests.factories import PlanFactory, write_rows
from plans.tests.pages import OpenPage
from plans.views.editor import findings_of
from plans.views.links import finding_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    plan = PlanFactory()
    write_rows(plan)
    return plan


@pytest.fixture
def cora(plan):
    client = Client()
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))
    return client


def address(plan, name, *rest):
    return reverse(f"plans:{name}", args=[plan.district.slug, plan.cycle_id, *rest])


def strategy_of(plan):
    return Strategy.objects.filter(plan=plan).first()


def _section(plan, cora):
    return OpenPage(cora, address(plan, "section", "cover")).write(contact_email="nobody"), "next"


def _row(plan, cora):
    target = PerformanceTarget.objects.filter(plan=plan).first()
    page = OpenPage(cora, address(plan, "row", "target", target.pk))
    return page.write(baseline="46.l"), ""


def _milestone_of_a_strategy(plan, cora):
    strategy = strategy_of(plan)
    milestone = strategy.milestones.first()
    page = OpenPage(cora, address(plan, "row", "strategy", strategy.pk))
    return page.write(**{f"milestone-{milestone.pk}-due_on": "later"}), "add"


@pytest.mark.parametrize("written", [_section, _row, _milestone_of_a_strategy])
def test_a_save_that_keeps_what_it_could_not_read_stays_and_says_so_first(plan, cora, written):
    page, button = written(plan, cora)

    answer = page.press(button)

    assert answer.url == f"{page.url}#to-fix"
    assert_summary_leads_to_its_field(cora.get(answer.url))


@pytest.mark.parametrize(
    ("kind", "parent", "typed"),
    [
        ("objective", None, None),
        ("target", Objective, {"measure": "Grade 3", "target_value": "five"}),
        ("milestone", Strategy, {"description": "Hired", "due_on": "soon"}),
        ("line", None, {"description": "Coaches", "amount": "much"}),
    ],
)
def test_a_new_row_with_what_could_not_be_read_opens_to_be_fixed(plan, cora, kind, parent, typed):
    if typed is None:  # nothing of an objective can fail to be read: it goes on, and says so
        answer = cora.post(
            address(plan, "row_add", kind), {"statement": "Read", "lineage": uuid4()}
        )
        assert "#to-fix" not in answer.url
        assert "Objective: saved." in cora.get(answer.url).text
        return
    url = (
        address(plan, "row_add_to", kind, parent.objects.filter(plan=plan).first().pk)
        if parent
        else address(plan, "row_add", kind)
    )

    answer = cora.post(url, {**typed, "lineage": uuid4(), "another": "1"})

    assert answer.url.endswith("#to-fix")
    assert_summary_leads_to_its_field(cora.get(answer.url))
    assert {"milestone": Milestone}.get(kind, Strategy).objects.filter(plan=plan).exists()


def assert_summary_leads_to_its_field(page):
    found = BeautifulSoup(page.text, "html.parser")
    assert found.title.text.strip().startswith("1 field to fix: ")
    summary = found.find(id="to-fix")
    assert (summary["tabindex"], summary.b.text) == ("-1", "Saved, 1 field to fix")
    (link,) = summary.find_all("a")
    field = found.find(id=link["href"].removeprefix("#"))
    assert field["aria-invalid"] == "true"


def test_a_save_that_stays_leads_to_the_words_that_it_is_saved(plan, cora):
    page = OpenPage(cora, address(plan, "section", "cover")).write(summary="New words.")

    answer = page.press("stay")

    anchor = answer.url.partition("#")[2]
    said = BeautifulSoup(cora.get(answer.url).text, "html.parser").find(id=anchor)
    assert (said["role"], said["tabindex"]) == ("status", "-1")
    assert "Saved" in said.text


def test_a_save_that_goes_on_says_there_what_is_saved(plan, cora):
    page = OpenPage(cora, address(plan, "section", "cover")).write(summary="New words.")

    answer = page.press("next")

    assert "Cover and contacts: saved." in cora.get(answer.url).text


def test_links_of_the_checklist_lead_to_a_field_that_takes_the_focus(plan, cora):
    for model in (Strategy, PerformanceTarget, Milestone):
        row = model.objects.filter(plan=plan).first()
        for field in row._meta.concrete_fields:
            if field.get_internal_type() in {"TextField", "CharField"}:
                setattr(row, field.name, "")
            elif field.null:
                setattr(row, field.name, None)
        row.save()
    Strategy.objects.filter(plan=plan).update(focus_area_numbers=[], target_lineages=[])
    draft = read_draft(plan.district.slug, plan.cycle_id)
    urls = {finding_url(plan, found) for found in findings_of(draft) if found.field}

    pages = {}
    for url in urls:
        path, _, anchor = url.partition("#")
        pages.setdefault(path, BeautifulSoup(cora.get(path).text, "html.parser"))
        field = pages[path].find(id=anchor)
        assert field, url
        assert field.name in {"input", "select", "textarea"} or field.has_attr("tabindex"), url
    assert len(urls) > 8
    assert any(page.find("fieldset") for page in pages.values())
