"""Beside the form of a row: its links both ways, and what was published of a target's indicator."""

from dataclasses import replace
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.roles import Role
from districts.services import load_figures
from districts.tests.factories import AllocationFactory, DesignationFactory, person
from districts.tests.published import ansonia, load_published, published_in_files
from plans import services
from plans.models import Objective, PerformanceTarget, Strategy
from plans.models.history import HISTORY
from plans.tests.pages import OpenPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(noon):
    district = ansonia()
    DesignationFactory(district=district)
    AllocationFactory(district=district, fiscal_year=2027, amount=100_000, stage="final")
    load_published("Ansonia", at=noon)
    by = person(Role.PLAN_COORDINATOR, district)
    return services.start_plan(district_id=district.pk, fiscal_year=2027, by=by, at=noon)


@pytest.fixture
def cora(client, plan):
    client.force_login(plan.started_by)
    return client


@pytest.fixture
def target(plan):
    """Of indicator 4, chronic absenteeism, of the students with high needs."""
    objective = Objective.objects.create(plan=plan, position=1, statement="Every child is here.")
    return PerformanceTarget.objects.create(
        plan=plan,
        position=1,
        objective=objective,
        indicator_id=4,
        measure="Chronic absenteeism",
        student_group="high needs ",
        data_source="Our own count",
    )


def address(plan, kind, row):
    return reverse("plans:row", args=[plan.district.slug, plan.cycle_id, kind, row.pk])


def section(plan, key):
    return reverse("plans:section", args=[plan.district.slug, plan.cycle_id, key])


def test_a_target_has_the_series_of_its_students_beside_it(
    cora, plan, target, django_assert_num_queries
):
    url = address(plan, "target", target)
    cora.get(url)

    with django_assert_num_queries(5):  # one of them for what was published
        page = OpenPage(cora, url)

    beside = page.soup.select_one("#beside")
    svg = beside.select_one("svg.chart")
    assert svg.title.text == "Chronic absenteeism, Ansonia"
    assert "No figure for 2020-21, 2021-22" in svg.desc.text
    assert [len(line["points"].split()) for line in svg.select("polyline")] == [9]  # none across
    rows = [[c.text for c in row.select("th, td")] for row in beside.select("tbody tr")]
    assert rows[0][:3] == ["2024-25", "23.1%", "27%"]
    assert [cell.text for cell in beside.select("thead th")][:3] == [
        "Year",
        "All students",
        "High needs",
    ]


@pytest.mark.parametrize(
    ("unit", "is_another"),
    [
        ("", False),
        ("percent", False),
        ("% of students", False),
        ("Percent absent, lower is better", False),
        ("index points", True),
        ("students", True),
    ],
)
def test_a_figure_in_another_unit_than_the_target_is_counted_in_says_so(
    cora, plan, target, unit, is_another
):
    PerformanceTarget.objects.filter(pk=target.pk).update(unit=unit)

    beside = OpenPage(cora, address(plan, "target", target)).soup.select_one("#beside")

    said = f"The target is counted in “{unit}”, this figure in percent."
    button = beside.select_one('button[name="published"]')
    described = [beside.find(id=each) for each in button["aria-describedby"].split()]
    assert all(described)
    assert (said in " ".join(beside.text.split())) is is_another
    assert len(described) == 1 + is_another


def test_a_button_takes_the_last_figure_as_the_baseline_through_the_ordinary_save(
    cora, plan, target
):
    page = OpenPage(cora, address(plan, "target", target))
    button = page.soup.select_one('#beside button[name="published"]')
    page.write(measure="Typed meanwhile")

    page.press("published", button["value"])

    target.refresh_from_db()
    source = "CSDE Next Generation Accountability 2024-25: Chronic absenteeism, High needs"
    assert button["form"] == page.soup.select_one("form[novalidate]")["id"]
    assert (target.baseline, target.baseline_year) == (Decimal("27.03"), "2024-25")
    assert (target.data_source, target.measure) == (source, "Typed meanwhile")
    said = HISTORY[PerformanceTarget].objects.filter(pgh_obj_id=target.pk).latest("pgh_id")
    assert said.data_source == source
    again = OpenPage(cora, address(plan, "target", target))
    assert "This is the baseline of the target." in again.response.text
    assert not again.soup.select('button[name="published"]')


def test_a_colleagues_baseline_is_asked_about_not_overwritten(cora, plan, target):
    page = OpenPage(cora, address(plan, "target", target))
    value = page.soup.select_one('#beside button[name="published"]')["value"]
    fay = OpenPage(cora, address(plan, "target", target))
    fay.write(baseline="31").press()

    page.press("published", value)

    target.refresh_from_db()
    assert page.response.status_code == 409
    assert (target.baseline, target.baseline_year) == (Decimal("31"), "2024-25")
    assert page.panels()[0][1][0] == ("Baseline", "27.03", "31")


def test_a_figure_published_anew_meanwhile_fills_nothing(cora, plan, target, noon):
    page = OpenPage(cora, address(plan, "target", target))
    value = page.soup.select_one('#beside button[name="published"]')["value"]
    corrected = next(
        replace(figure, value=Decimal("25.5"))
        for figure in published_in_files("Ansonia")
        if (figure.measure, figure.student_group) == ("chronic_absenteeism", "high_needs")
    )
    load_figures(figures=[corrected], at=noon)
    page.write(measure="Typed meanwhile")

    page.press("published", value)

    target.refresh_from_db()
    assert (target.baseline, target.data_source) == (None, "Our own count")
    assert target.measure == "Typed meanwhile"
    assert "published anew" in cora.get(page.redirected_to).text


def test_a_button_that_no_page_had_fills_nothing(cora, plan, target):
    page = OpenPage(cora, address(plan, "target", target))

    for said in ("", "x", "chronic_absenteeism", "graduation_rate_4yr.all.é.\x00"):
        page.press("published", said)
        assert page.response.status_code == 302

    target.refresh_from_db()
    assert (target.baseline, target.data_source) == (None, "Our own count")


def test_links_lead_both_ways_and_what_nothing_serves_is_named(cora, plan, target):
    idle = PerformanceTarget.objects.create(
        plan=plan, position=2, objective=target.objective, measure="Graduates"
    )
    tutors = Strategy.objects.create(
        plan=plan, position=1, title="Tutors", target_lineages=[target.lineage]
    )
    leads_to = {
        ("target", target): [address(plan, "strategy", tutors)],
        ("target", idle): [],
        ("objective", target.objective): [
            address(plan, "strategy", tutors),
            address(plan, "target", idle),
        ],
        ("strategy", tutors): [address(plan, "target", target)],
    }

    for (kind, row), expected in leads_to.items():
        beside = OpenPage(cora, address(plan, kind, row)).soup.select("#beside > section")[0]
        assert [link["href"] for link in beside.select("a")] == expected
    assert "No strategy serves it yet." in cora.get(address(plan, "target", idle)).text
    for key, expected in (("objectives", tutors), ("strategies", target)):
        kind = "strategy" if expected is tutors else "target"
        page = BeautifulSoup(cora.get(section(plan, key)).text, "html.parser")
        cells = page.select("#work .refs a")
        assert [link["href"] for link in cells] == [address(plan, kind, expected)]


def test_a_script_is_given_what_stands_beside_once_the_indicator_is_saved(cora, plan, target):
    PerformanceTarget.objects.filter(pk=target.pk).update(indicator=8)

    answer = cora.get(address(plan, "target", target), headers={"HX-Request": "true"}).text

    assert 'id="beside" hx-swap-oob="true"' in answer
    assert "Graduated in four years" in answer
