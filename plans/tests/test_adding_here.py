"""A row is added in the page of its list, one after the other, by the form that every page has."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from plans.models import Milestone, Objective, PerformanceTarget, Strategy
from plans.tests.factories import PlanFactory, closed_version, write_rows
from plans.tests.pages import OpenPage

pytestmark = pytest.mark.django_db

FORM = "#row-form"
HX = {"HX-Request": "true"}


@pytest.fixture
def plan():
    plan = PlanFactory()
    write_rows(plan)
    return plan


@pytest.fixture
def cora(client, plan):
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))
    return client


@pytest.fixture
def parents(plan):
    return {"target": Objective.objects.first().pk, "milestone": Strategy.objects.first().pk}


def section(plan, key):
    return reverse("plans:section", args=[plan.district.slug, plan.cycle_id, key])


def links_of(response):
    page = BeautifulSoup(response.text, "html.parser")
    return {link.get("id"): link["href"] for link in page.select("#list a[data-swaps]")}


KINDS = [
    ("objective", "objectives", Objective, "statement"),
    ("target", "objectives", PerformanceTarget, "measure"),
    ("strategy", "strategies", Strategy, "title"),
    ("milestone", "strategies", Milestone, "description"),
]


@pytest.mark.parametrize(("kind", "key", "model", "field"), KINDS, ids=[k[0] for k in KINDS])
def test_each_kind_is_added_in_its_list_and_the_page_goes_on(
    cora, plan, parents, django_assert_num_queries, kind, key, model, field
):
    parent = parents.get(kind)
    link = links_of(cora.get(section(plan, key)))[f"add-{kind}" + (f"-{parent}" if parent else "")]
    with django_assert_num_queries(4):
        page = OpenPage(cora, link, form=FORM)
    assert len(page.soup.select("[autofocus]")) == 1

    page.write(**{field: "First"}).press("add-next")
    following = OpenPage(cora, page.redirected_to, form=FORM)
    following.write(**{field: "Second"}).press("add-here")

    first, second = model.objects.filter(**{f"{field}__in": ["First", "Second"]}).order_by("pk")
    assert page.redirected_to == link
    assert "Added: " in following.soup.select_one(".notes").text
    assert "“First”." in following.soup.select_one(".notes").text
    anchor = f"strategy-{parent}" if kind == "milestone" else f"{kind}-{second.pk}"
    assert following.redirected_to == f"{section(plan, key)}#{anchor}"
    assert following.fields["lineage"] != page.fields["lineage"]
    if parent:
        assert {getattr(each, f"{model_parent(model)}_id") for each in (first, second)} == {parent}
    back = BeautifulSoup(cora.get(section(plan, key)).text, "html.parser")
    assert back.find(id=anchor).name == "a"
    assert not back.select(FORM)


def model_parent(model):
    return "objective" if model is PerformanceTarget else "strategy"


def test_the_same_form_sent_twice_is_one_row(cora, plan, parents):
    address = f"{section(plan, 'objectives')}?adds=target&to={parents['target']}"
    page = OpenPage(cora, address, form=FORM).write(measure="Once")

    page.press("add-next")
    page.press("add-next")

    assert PerformanceTarget.objects.filter(measure="Once").count() == 1


NOT_THERE = [
    ("strategies", "adds=milestone"),
    ("strategies", "adds=milestone&to=x"),
    ("strategies", "adds=milestone&to=99999999"),
    ("strategies", "adds=milestone&to=99999999999999999999"),
    ("strategies", "adds=objective"),
    ("objectives", "adds=target&to=99999999"),
    ("objectives", "adds=line"),
]


def test_what_cannot_be_added_there_is_a_list_without_a_form(cora, plan):
    for key, asked in NOT_THERE:
        page = cora.get(f"{section(plan, key)}?{asked}&list&added=target-x", headers=HX)
        assert (page.status_code, 'id="row-form"' in page.text) == (200, False), asked
    assert 'id="row-form"' in cora.get(f"{section(plan, 'objectives')}?adds=objective").text


def test_a_script_is_given_the_list_with_the_next_form_and_what_it_said(
    cora, plan, parents, django_assert_num_queries
):
    target = PerformanceTarget.objects.filter(objective=parents["target"]).first()
    address = f"{section(plan, 'objectives')}?adds=target&to={parents['target']}"
    cora.get(address)

    with django_assert_num_queries(4):
        answer = cora.get(f"{address}&list&added=target-{target.pk}", headers=HX)

    parts = BeautifulSoup(answer.text, "html.parser")
    assert answer["X-Saved"]
    assert [each["id"] for each in parts.select("[hx-swap-oob]")] == [
        "list",
        "sections",
        "findings-rail",
    ]
    assert parts.select_one("#added").text == f"Added: Performance target 1.1, “{target.measure}”."
    assert target.measure in parts.select_one("#new-saved").text
    assert parts.select_one("[data-first]")["id"] == "id_indicator"
    assert not parts.select("[autofocus]")  # the script gives the focus


def test_a_row_that_a_script_has_stored_goes_on_in_its_list_too(cora, plan, parents):
    target = PerformanceTarget.objects.filter(objective=parents["target"]).first()
    here = [plan.district.slug, plan.cycle_id, "target", target.pk]

    answer = cora.post(reverse("plans:row", args=here), {"version": 1, "add-next": "1"})

    assert answer.url == f"{section(plan, 'objectives')}?adds=target&to={parents['target']}"


def test_its_form_says_what_an_edit_voids_and_is_sent_by_its_button_alone(cora, plan):
    closed_version(plan, signed=True)

    page = OpenPage(cora, f"{section(plan, 'objectives')}?adds=objective", form=FORM)

    assert not page.soup.select_one(FORM).has_attr("data-saves")
    page.write(statement="A third").press("add-here")
    assert Objective.objects.filter(statement="A third").exists()


def test_what_cannot_be_read_leads_to_the_row_where_it_is_marked(cora, plan, parents):
    address = f"{section(plan, 'objectives')}?adds=target&to={parents['target']}"
    page = OpenPage(cora, address, form=FORM).write(measure="Odd", due_on="soonish")

    page.press("add-next")

    row = PerformanceTarget.objects.get(measure="Odd")
    assert row.as_typed == {"due_on": "soonish"}
    assert page.redirected_to.endswith(f"/edit/target/{row.pk}/#to-fix")
