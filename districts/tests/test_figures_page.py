"""The page of a district's published figures: every figure is there, and where it is from."""

import re

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.urls import reverse

from districts.measures import MEASURES
from districts.roles import Role
from districts.tests.factories import person
from districts.tests.published import ansonia, load_published, published_in_files
from districts.words import figure

pytestmark = pytest.mark.django_db


@pytest.fixture
def district(noon):
    district = ansonia()
    load_published("Ansonia", at=noon)
    return district


def page_of(client, district):
    answer = client.get(reverse("districts:figures", args=[district.slug]))
    return BeautifulSoup(answer.text, "html.parser")


def test_every_published_figure_is_on_the_page_in_a_table(client, district):
    client.force_login(person(Role.PROGRAM_REVIEWER))
    page = page_of(client, district)

    cells = {cell.get_text(" ", strip=True) for cell in page.select("table td.num")}

    for one in published_in_files("Ansonia"):
        words = figure(one.value, MEASURES[one.measure].unit)
        if one.measure.startswith("points_"):
            assert any(cell.endswith(f" {words} points") for cell in cells), one
        else:
            assert any(cell == words or cell.startswith(f"{words} ") for cell in cells), one


def test_each_picture_has_a_title_a_description_and_its_table(client, district):
    client.force_login(person(Role.PROGRAM_REVIEWER))

    pictures = page_of(client, district).select("svg[role=img]")

    assert len(pictures) == 17
    for picture in pictures:
        title, said = (picture.find(id=name) for name in picture["aria-labelledby"].split())
        assert title.get_text().endswith(", Ansonia")
        assert " in " in said.get_text()
        assert picture.find_parent("section").select_one("table tbody tr")


def test_each_line_of_a_picture_is_told_from_the_others_without_its_color(client, district):
    style = (settings.BASE_DIR / "static/css/alliance.css").read_text()
    dashes = dict(re.findall(r"\.(c-\d) \{ stroke: [^;]+; stroke-dasharray: ([^;]+);", style))
    client.force_login(person(Role.PROGRAM_REVIEWER))
    pictures = page_of(client, district).select("svg[role=img]")

    drawn = {line["class"][0] for picture in pictures for line in picture.select("g")}

    assert drawn == {"c-1", *dashes}  # the first is unbroken
    assert len(set(dashes.values())) == len(dashes)


def test_no_line_crosses_the_years_without_a_test(client, district):
    client.force_login(person(Role.PROGRAM_REVIEWER))
    panel = page_of(client, district).find(id="sbac_ela_level3plus").find_parent("section")

    lines = panel.select("svg[role=img] g")

    assert [len(line.select("polyline")) for line in lines] == [2, 2]  # to 2019, and from 2022
    assert "No figure for 2019-20, 2020-21." in panel.desc.get_text()


def test_one_may_look_at_any_district(client, district):
    """What is published is for everybody: so far, for everybody who signs in."""
    client.force_login(person(Role.PLAN_COORDINATOR))

    assert page_of(client, district).h1.get_text(strip=True) == "Published figures of Ansonia"


def test_a_district_without_figures_says_so(client):
    client.force_login(person(Role.PROGRAM_REVIEWER))

    assert "No figures yet" in page_of(client, ansonia()).get_text()


def test_the_page_asks_as_much_of_many_years_as_of_none(client, noon, django_assert_num_queries):
    district = ansonia()
    client.force_login(person(Role.PROGRAM_REVIEWER))
    page_of(client, district)

    for at in (None, noon):
        if at:
            load_published("Ansonia", at=at)
        with django_assert_num_queries(5):  # session, person, roles, district, figures
            page_of(client, district)
