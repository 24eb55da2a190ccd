"""The fourteen categories of § 10-262u(d): what a year offers, under which names, and where.

Forms of FY2027 and before have the ten names they had; what was signed reads as it was signed.
"""

import importlib

import pytest
from django.apps import apps
from django.template.loader import render_to_string
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import DistrictFactory, person
from plans.documents import draft_document
from plans.documents.stored import thaw
from plans.models import Assurance, BudgetLine, Cycle, FocusArea, FormerName, Strategy
from plans.reading.document import reading_context
from plans.tests.documents import complete_document
from plans.tests.factories import PlanFactory, write_rows

pytestmark = pytest.mark.django_db

THE_TEN = list(range(1, 11))


def a_plan(fiscal_year):
    district = DistrictFactory(designated=True)
    plan = PlanFactory(district=district, cycle_id=fiscal_year)
    write_rows(plan)
    return plan


def names(plan):
    return {area.number: area.short_name for area in draft_document(plan.pk).focus_areas}


def test_every_area_of_the_statute_is_a_row_with_its_text_and_paragraph():
    areas = list(FocusArea.objects.order_by("number"))

    assert [area.number for area in areas] == list(range(1, 15))
    assert [area.number for area in areas if area.is_on_programme_page] == THE_TEN
    for area in areas:
        assert area.citation == f"Conn. Gen. Stat. § 10-262u(d)({area.number})"
        assert area.certainty == "law"
        assert len(area.text) > len(area.short_name)


def test_a_year_offers_what_its_forms_had_under_the_names_they_had():
    before, now = names(a_plan(2027)), names(a_plan(2028))

    assert list(before) == THE_TEN
    assert list(now) == [*THE_TEN, 11, 12, 13]
    assert [number for number in THE_TEN if before[number] != now[number]] == [2, 3, 6, 7, 9, 10]
    assert before[2] == "Reading, grades K–3"
    assert now[2] == "Foundational reading, grades K–3"


def test_area_14_is_off_until_a_cycle_turns_it_on_and_reads_as_it_names_it():
    plan = a_plan(2028)
    assert 14 not in names(plan)

    Cycle.objects.filter(pk=2028).update(
        allows_other_focus_area=True, other_focus_area_name="Arts for all"
    )

    assert names(plan)[14] == "Arts for all"


def test_a_name_of_today_changes_no_plan_of_a_year_that_has_a_former_one():
    plan = a_plan(2027)
    before = names(plan)

    FocusArea.objects.filter(number=2).update(short_name="Early reading")
    assert names(plan) == before
    FormerName.objects.filter(area=2).update(short_name="Reading first")

    assert names(plan)[2] == "Reading first"  # nothing kept of the draft hides it


def page_of(plan, which):
    pages = {
        "the form of a strategy": ("row", "strategy", Strategy),
        "the form of a line": ("row", "line", BudgetLine),
    }
    if which not in pages:
        return reverse("plans:read", args=[plan.district.slug, 2028])
    name, kind, model = pages[which]
    return reverse(
        f"plans:{name}",
        args=[plan.district.slug, 2028, kind, model.objects.filter(plan=plan).first().pk],
    )


@pytest.mark.parametrize("which", ["the form of a strategy", "the form of a line", "the read view"])
def test_the_ten_come_first_and_the_others_under_their_heading(client, which):
    plan = a_plan(2028)
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))

    page = client.get(page_of(plan, which)).text

    at = [
        page.rindex(words)
        for words in (
            "10 Bilingual education, multilingual learners",
            "Also in the statute",
            "11 District responsibilities agreement",
        )
    ]
    assert at == sorted(at)


def test_a_plan_of_the_ten_alone_has_no_heading_for_others():
    whole = render_to_string("plans/document/strategies.html", reading_context(complete_document()))

    assert "Also in the statute" not in whole


def test_an_area_of_a_former_schema_reads_by_the_number_and_name_it_was_signed_with():
    stored = complete_document().frozen()
    other = {"number": 11, "short_name": "Other, approved"}
    for area in [*stored["focus_areas"], other]:
        area.pop("is_on_programme_page", None)
    stored["focus_areas"].append(other)
    for strategy in stored["strategies"]:
        strategy["focus_areas"] = [other]
    for line in stored["lines"]:
        line["focus_area"] = None

    read = thaw(stored, schema=1).strategies[0].focus_areas[0]

    assert (read.number, read.short_name, read.is_on_programme_page) == (
        11,
        "Other, approved",
        False,
    )


def test_a_draft_with_the_former_eleventh_area_has_it_as_the_fourteenth():
    plan = a_plan(2027)
    line = BudgetLine.objects.filter(plan=plan).first()
    strategy = Strategy.objects.filter(plan=plan).first()
    BudgetLine.objects.filter(pk=line.pk).update(focus_area=11)
    Strategy.objects.filter(pk=strategy.pk).update(focus_area_numbers=[2, 11])
    Cycle.objects.filter(pk=2027).update(allows_other_focus_area=True)

    migration = importlib.import_module("plans.migrations.0015_focus_areas_of_the_statute")
    migration._follow_the_other(apps, name="Other, approved")

    assert names(plan)[14] == "Other, approved"
    strategy.refresh_from_db()
    line.refresh_from_db()
    assert (line.focus_area_id, strategy.focus_area_numbers) == (14, [2, 14])


def test_the_last_assurance_is_true_of_a_vote_to_come_from_2028():
    text = dict(Assurance.objects.filter(number=9).values_list("cycle", "text"))

    assert text[2027] == "The local board of education authorized this submission."
    assert text[2028] == (
        "The local board of education authorized this submission, or votes on it on the day"
        " planned, before the plan is approved."
    )
