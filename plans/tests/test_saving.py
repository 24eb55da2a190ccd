"""One way to save: whoever writes on one field, nobody loses a word in another."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from plans.models import (
    BoardApproval,
    BudgetLine,
    BudgetNarrative,
    Cover,
    Cycle,
    Milestone,
    Objective,
    PerformanceTarget,
    Plan,
    Strategy,
    Voiding,
)
from plans.sections import SectionKey
from plans.tests.factories import PlanFactory, closed_version, write_rows
from plans.tests.pages import OpenPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    plan = PlanFactory()
    write_rows(plan)
    return plan


def writer(plan, role, name):
    client = Client()
    client.force_login(person(role, plan.district, name=name))
    return client


@pytest.fixture
def cora(plan):
    return writer(plan, Role.PLAN_COORDINATOR, "Cora Coordinator")


@pytest.fixture
def fay(plan):
    return writer(plan, Role.FISCAL_OFFICER, "Fay Fiscal")


def section_url(plan, key="cover"):
    return reverse("plans:section", args=[plan.district.slug, plan.cycle_id, key])


def row_url(plan, row, kind="strategy"):
    return reverse("plans:row", args=[plan.district.slug, plan.cycle_id, kind, row.pk])


def edition(plan):
    return Plan.objects.get(pk=plan.pk).edition


# A section ----------------------------------------------------------------------------------------


def test_an_untouched_empty_field_does_not_overwrite_a_colleagues_words(plan, cora, fay):
    first, second = OpenPage(cora, section_url(plan)), OpenPage(fay, section_url(plan))
    first.write(contact_phone="860-555-0100").press()

    response = second.write(contact_title="Superintendent").press()

    cover = Cover.objects.get(plan=plan)
    assert (response.status_code, cover.contact_phone, cover.contact_title) == (
        302,
        "860-555-0100",
        "Superintendent",
    )


def test_only_what_both_changed_is_asked_and_theirs_stands_until_it_is(plan, cora, fay):
    first, second = OpenPage(cora, section_url(plan)), OpenPage(fay, section_url(plan))
    first.write(summary="Theirs.\nTwo lines.", contact_phone="860-555-0100").press()

    second.write(summary="Mine.", contact_title="Superintendent")
    response = second.press()

    assert response.status_code == 409
    assert second.panels() == [
        (
            "Cora Coordinator saved this while you were writing",
            [("The plan in a paragraph", "Mine.", "Theirs.Two lines.")],
        )
    ]
    cover = Cover.objects.get(plan=plan)
    assert (cover.summary.splitlines(), cover.contact_title) == (
        ["Theirs.", "Two lines."],
        "Superintendent",
    )
    # the page goes on from what is stored, but for the one field
    assert second.fields["contact_phone"] == "860-555-0100"
    assert second.fields["summary"] == "Mine."

    assert second.press().status_code == 302
    assert Cover.objects.get(plan=plan).summary == "Mine."


def test_keeping_theirs_leaves_that_field_and_saves_what_was_typed_since(plan, cora, fay):
    first, second = OpenPage(cora, section_url(plan)), OpenPage(fay, section_url(plan))
    first.write(summary="Theirs.").press()
    second.write(summary="Mine.").press()

    button = second.soup.select_one("button[name=theirs]")
    response = second.write(contact_title="Clerk").press("theirs", button["value"])

    cover = Cover.objects.get(plan=plan)
    assert (response.status_code, cover.summary, cover.contact_title) == (302, "Theirs.", "Clerk")


def test_enter_in_a_field_saves_and_never_drops_what_was_typed(plan, cora, fay):
    first, second = OpenPage(cora, section_url(plan)), OpenPage(fay, section_url(plan))
    first.write(summary="Theirs.").press()
    second.write(summary="Mine.").press()

    assert second.buttons()[:3] == ["Save", "Keep mine", "Keep theirs"]


@pytest.mark.parametrize("key", [SectionKey.BUDGET, SectionKey.BOARD_APPROVAL, SectionKey.NEEDS])
def test_a_page_sent_back_as_it_was_opened_changes_nothing(plan, cora, key):
    before = edition(plan)
    page = OpenPage(cora, section_url(plan, key))

    assert page.press().status_code == 302

    assert edition(plan) == before
    assert BoardApproval.objects.get(plan=plan).version == 1
    assert BudgetNarrative.objects.get(plan=plan).version == 1


def test_two_who_write_the_vote_are_asked_about_one_date(plan, cora, fay):
    url = section_url(plan, "board-approval")
    first, second = OpenPage(cora, url), OpenPage(fay, url)
    first.write(planned_on="2026-06-02").press()

    response = second.write(planned_on="2026-06-09", approved_on="2026-05-26").press()

    vote = BoardApproval.objects.get(plan=plan)
    assert response.status_code == 409
    assert [differences for _, differences in second.panels()] == [
        [("Or: the board will vote on (optional)", "2026-06-09", "2026-06-02")]
    ]
    assert (f"{vote.planned_on}", f"{vote.approved_on}") == ("2026-06-02", "2026-05-26")


def test_a_page_opened_before_forms_carried_what_they_were_filled_from_overwrites_nothing(
    plan, cora, fay
):
    first, old = OpenPage(cora, section_url(plan)), OpenPage(fay, section_url(plan))
    del old.fields["was"]
    first.write(contact_phone="860-555-0100").press()

    response = old.write(contact_title="Superintendent").press()

    cover = Cover.objects.get(plan=plan)
    assert response.status_code == 409
    assert cover.contact_phone == "860-555-0100"
    assert cover.contact_title != "Superintendent"
    assert old.press().status_code == 302  # the page it was answered with carries it
    assert Cover.objects.get(plan=plan).contact_title == "Superintendent"


@pytest.mark.parametrize("was", ["", "x", "summary", ":", "summary:", "\0", "²" * 9_000])
def test_what_was_carried_and_cannot_be_read_overwrites_nothing(plan, cora, fay, was):
    first, second = OpenPage(cora, section_url(plan)), OpenPage(fay, section_url(plan))
    first.write(summary="Theirs.").press()

    response = second.write(summary="Mine.", was=was).press()

    assert response.status_code == 409
    assert Cover.objects.get(plan=plan).summary == "Theirs."


def test_a_field_that_the_page_did_not_have_is_left_alone(plan, cora, fay):
    """A page opened before a release that adds a field."""
    old = OpenPage(cora, section_url(plan))
    old.fields["was"] = " ".join(
        each for each in old.fields["was"].split() if not each.startswith("summary:")
    )
    del old.fields["summary"]
    OpenPage(fay, section_url(plan)).write(summary="Theirs.").press()

    old.write(contact_title="Clerk").press()

    cover = Cover.objects.get(plan=plan)
    assert (cover.summary, cover.contact_title) == ("Theirs.", "Clerk")


def test_a_field_that_the_page_did_not_have_keeps_what_it_held_when_the_page_opened(plan, cora):
    Cover.objects.filter(plan=plan).update(summary="Written long ago.")
    old = OpenPage(cora, section_url(plan))
    old.fields["was"] = " ".join(
        each for each in old.fields["was"].split() if not each.startswith("summary:")
    )
    del old.fields["summary"]

    assert old.write(contact_title="Clerk").press().status_code == 302

    cover = Cover.objects.get(plan=plan)
    assert (cover.summary, cover.contact_title) == ("Written long ago.", "Clerk")


# A script -----------------------------------------------------------------------------------------


def by_script(page):
    """Send it as a script does, and take over what the answer swaps on the page."""
    response = page.client.post(page.action, page.fields, headers={"HX-Request": "true"})
    for field in BeautifulSoup(response.text, "html.parser").select("input[hx-swap-oob]"):
        page.fields[field["name"]] = field["value"]
    return response


def test_a_script_that_saves_again_and_again_overwrites_nobody(plan, cora, fay):
    """The page goes on showing what it was opened with, so its fields are filled from that."""
    page = OpenPage(cora, section_url(plan))
    OpenPage(fay, section_url(plan)).write(summary="Theirs.").press()

    for title in ("S", "Su", "Sup"):
        assert by_script(page.write(contact_title=title)).status_code == 200

    cover = Cover.objects.get(plan=plan)
    assert (cover.summary, cover.contact_title) == ("Theirs.", "Sup")


def test_a_conflict_told_to_a_script_is_asked_about_until_one_is_chosen(plan, cora, fay):
    page = OpenPage(cora, section_url(plan))
    OpenPage(fay, section_url(plan)).write(summary="Theirs.").press()

    asked = by_script(page.write(summary="Mine.", contact_title="Clerk"))
    assert (asked.status_code, Cover.objects.get(plan=plan).contact_title) == (409, "Clerk")
    assert "Theirs." in asked.text
    again = by_script(page.write(contact_title="Town clerk"))
    cover = Cover.objects.get(plan=plan)
    assert (again.status_code, cover.summary) == (409, "Theirs.")
    assert cover.contact_title == "Town clerk"
    panel = BeautifulSoup(again.text, "html.parser")

    mine = panel.select_one("button[name=mine]")["value"]
    assert page.press("mine", mine).status_code == 302
    assert Cover.objects.get(plan=plan).summary == "Mine."


def test_a_text_that_came_after_the_panel_is_asked_about_too(plan, cora, fay):
    """“Keep mine” is over the words that stood beside it, and over no others."""
    page, theirs = OpenPage(cora, section_url(plan)), OpenPage(fay, section_url(plan))
    theirs.write(summary="Theirs.").press()
    page.write(summary="Mine.").press()
    mine = page.soup.select_one("button[name=mine]")["value"]
    OpenPage(fay, section_url(plan)).write(summary="Theirs, again.").press()

    assert page.press("mine", mine).status_code == 409

    assert Cover.objects.get(plan=plan).summary == "Theirs, again."
    assert page.panels()[0][1] == [("The plan in a paragraph", "Mine.", "Theirs, again.")]


def test_both_texts_are_edited_together_and_nothing_is_stored_meanwhile(plan, cora, fay):
    page = OpenPage(cora, section_url(plan))
    OpenPage(fay, section_url(plan)).write(summary="Theirs.").press()
    page.write(summary="Mine.", contact_title="Clerk").press()
    both = page.soup.select_one("button[name=both]")["value"]

    shown = page.press("both", both)
    assert (shown.status_code, page.fields["summary"]) == (422, "Mine.\n\nTheirs.")
    cover = Cover.objects.get(plan=plan)
    assert (cover.summary, cover.contact_title) == ("Theirs.", "Clerk")

    assert page.press().status_code == 302
    assert Cover.objects.get(plan=plan).summary == "Mine.\n\nTheirs."


def test_a_new_row_whose_answer_was_lost_is_the_same_row_once_more_was_typed(plan, cora, fay):
    known = set(Objective.objects.values_list("pk", flat=True))
    url = reverse("plans:row_add", args=[plan.district.slug, plan.cycle_id, "objective"])
    page = OpenPage(cora, url)
    by_script(page.write(statement="Every child"))  # whose answer never came
    page.write(statement="Every child reads.")
    again = page.client.post(page.action, page.fields, headers={"HX-Request": "true"})

    objective = Objective.objects.exclude(pk__in=known).get()
    assert objective.statement == "Every child reads."
    assert again["Location"] == row_url(plan, objective, "objective")
    page.write(statement="Another.").press()  # by its button, from the page gone back to
    statements = Objective.objects.exclude(pk__in=known).values_list("statement", flat=True)
    assert set(statements) == {"Every child reads.", "Another."}


def test_a_part_of_a_page_is_never_kept_in_place_of_it(plan, cora):
    answer = cora.get(section_url(plan), headers={"HX-Request": "true"})

    assert "no-store" in answer["Cache-Control"]


# A page with many forms ---------------------------------------------------------------------------


@pytest.fixture
def strategy(plan):
    return Strategy.objects.filter(plan=plan, milestones__isnull=False).order_by("pk").first()


def name_of(milestone, field="description"):
    return f"milestone-{milestone.pk}-{field}"


def descriptions(strategy):
    rows = strategy.milestones.order_by("position")
    return list(rows.values_list("description", flat=True))


def test_one_save_carries_every_form_of_the_page(plan, cora, strategy):
    first, second = strategy.milestones.order_by("position")[:2]
    before = edition(plan)
    page = OpenPage(cora, row_url(plan, strategy))

    page.write(title="More coaches", **{name_of(first): "Hired", name_of(second): "Trained"})
    response = page.press()

    strategy.refresh_from_db()
    assert response.url == f"{row_url(plan, strategy)}#strategy-{strategy.pk}-saved"
    assert (strategy.title, descriptions(strategy)[:2]) == ("More coaches", ["Hired", "Trained"])
    assert edition(plan) == before + 1


def test_adding_a_milestone_saves_the_page_first(plan, cora, strategy):
    page = OpenPage(cora, row_url(plan, strategy))

    response = page.write(title="More coaches").press("add", "milestone")

    strategy.refresh_from_db()
    assert strategy.title == "More coaches"
    there = reverse("plans:section", args=[plan.district.slug, plan.cycle_id, "strategies"])
    assert response.url == f"{there}?adds=milestone&to={strategy.pk}"
    form = OpenPage(cora, response.url).soup.select_one("form#row-form")
    assert "More coaches" in form.text  # its form stands in the list, for one after the other


def test_a_conflict_in_one_form_of_the_page_stops_no_other(plan, cora, fay, strategy):
    first, second = strategy.milestones.order_by("position")[:2]
    theirs, mine = OpenPage(cora, row_url(plan, strategy)), OpenPage(fay, row_url(plan, strategy))
    theirs.write(**{name_of(first): "Theirs"}).press()

    mine.write(title="Mine", **{name_of(first): "Mine", name_of(second): "Trained"})
    response = mine.press("add", "milestone")

    strategy.refresh_from_db()
    assert response.status_code == 409
    assert [differences for _, differences in mine.panels()] == [[("Milestone", "Mine", "Theirs")]]
    assert (strategy.title, descriptions(strategy)[:2]) == ("Mine", ["Theirs", "Trained"])
    ids = [element["id"] for element in mine.soup.select("[id]")]
    assert len(ids) == len(set(ids))
    assert mine.press().status_code == 302
    assert descriptions(strategy)[0] == "Mine"


def test_keeping_theirs_of_a_milestone_leaves_it_and_not_a_field_of_that_name(
    plan, cora, fay, strategy
):
    milestone = strategy.milestones.order_by("position").first()
    theirs, mine = OpenPage(cora, row_url(plan, strategy)), OpenPage(fay, row_url(plan, strategy))
    theirs.write(**{name_of(milestone): "Theirs"}).press()
    mine.write(**{name_of(milestone): "Mine"}).press()

    button = mine.soup.select_one("button[name=theirs]")
    response = mine.write(description="Mine too").press("theirs", button["value"])

    strategy.refresh_from_db()
    assert response.status_code == 302
    assert (strategy.description, descriptions(strategy)[0]) == ("Mine too", "Theirs")


def test_a_milestone_removed_meanwhile_gives_back_what_was_typed_and_saves_the_rest(
    plan, cora, fay, strategy
):
    first, second = strategy.milestones.order_by("position")[:2]
    page, untouched = (OpenPage(cora, row_url(plan, strategy)) for _ in range(2))
    remove = reverse(
        "plans:row_remove", args=[plan.district.slug, plan.cycle_id, "milestone", first.pk]
    )
    fay.post(remove)

    page.write(**{name_of(first): "An hour’s work", name_of(second): "Trained"})
    response = page.press()

    assert response.status_code == 409
    assert "A milestone was removed while you were writing" in response.text
    assert "An hour’s work" in response.text
    assert descriptions(strategy)[0] == "Trained"
    assert untouched.write(title="Mine").press().status_code == 302  # nothing of it is missed


def test_a_strategy_removed_meanwhile_gives_back_what_was_typed_into_its_milestones(
    plan, cora, strategy
):
    milestone = strategy.milestones.first()
    page = OpenPage(cora, row_url(plan, strategy))
    strategy.delete()

    page.write(title="An hour’s work", **{name_of(milestone): "And a minute’s"})
    response = page.press()

    assert response.status_code == 409
    assert "An hour’s work" in response.text
    assert "And a minute’s" in response.text


def test_words_of_every_form_are_given_back_where_the_plan_was_handed_in(plan, cora, strategy):
    milestone = strategy.milestones.first()
    page = OpenPage(cora, row_url(plan, strategy))
    Plan.objects.filter(pk=plan.pk).update(
        status="submitted", submitted_at=plan.started_at, submitted_by=plan.started_by
    )

    page.write(title="An hour’s work", **{name_of(milestone): "And a minute’s"})
    response = page.press()

    assert response.status_code == 409
    assert "An hour’s work" in response.text
    assert "And a minute’s" in response.text


def test_a_milestones_form_of_a_page_opened_before_is_saved_by_itself(plan, cora, strategy):
    """It was a form of its own, sent to the milestone's address."""
    milestone = strategy.milestones.first()
    typed = {"version": milestone.version, "parent": strategy.pk, "description": "Hired"}

    response = cora.post(row_url(plan, milestone, "milestone"), typed)

    milestone.refresh_from_db()
    assert (response.status_code, milestone.description) == (302, "Hired")


def test_a_row_of_another_plan_is_not_saved_with_the_page(plan, cora, strategy):
    other = PlanFactory()
    theirs = Strategy.objects.create(plan=other, position=1)
    milestone = Milestone.objects.create(plan=other, position=1, strategy=theirs)
    page = OpenPage(cora, row_url(plan, strategy))

    page.write(**{name_of(milestone): "Mine", name_of(milestone, "was"): ""}).press()

    milestone.refresh_from_db()
    assert milestone.description == ""


def test_a_save_by_script_takes_no_more_queries_than_before(plan, cora, django_assert_num_queries):
    page = OpenPage(cora, section_url(plan))
    page.write(summary="Another.")

    # session, user, standing, plan; the plan held, standing, row, save, closed, edition; the draft
    with django_assert_num_queries(12):
        assert by_script(page).status_code == 200


# What the page says of it -------------------------------------------------------------------------


def _asked_section(plan, cora, fay, strategy):
    theirs, mine = OpenPage(cora, section_url(plan)), OpenPage(fay, section_url(plan))
    theirs.write(summary="Theirs.").press()
    return mine.write(summary="Mine.", contact_title="Clerk")


def _asked_milestone(plan, cora, fay, strategy):
    first = strategy.milestones.order_by("position").first()
    theirs, mine = OpenPage(cora, row_url(plan, strategy)), OpenPage(fay, row_url(plan, strategy))
    theirs.write(**{name_of(first): "Theirs"}).press()
    return mine.write(title="Mine", **{name_of(first): "Mine"})


@pytest.mark.parametrize("asked", [_asked_section, _asked_milestone])
@pytest.mark.parametrize("send", [OpenPage.press, by_script])
def test_saved_is_not_said_while_a_text_waits_to_be_chosen(plan, cora, fay, strategy, asked, send):
    page = asked(plan, cora, fay, strategy)

    response = send(page)
    assert response.status_code == 409
    assert "Not all is saved" in response.text
    assert "</svg>Saved</span>" not in response.text

    page.press()
    shown = cora.get(page.url).text
    assert "</svg>Saved</span>" in shown
    assert "Not all is saved" not in shown


def _unread_section(plan, cora, strategy):
    return OpenPage(cora, section_url(plan)).write(contact_email="nobody"), "1 field to fix"


def _unread_strategy(plan, cora, strategy):
    milestone = strategy.milestones.order_by("position").first()
    page = OpenPage(cora, row_url(plan, strategy))
    name = name_of(milestone).replace("description", "due_on")
    assert name in page.fields
    return page.write(starts_on="soon", **{name: "later"}), "2 fields to fix"


@pytest.mark.parametrize("unread", [_unread_section, _unread_strategy])
def test_saved_says_how_many_fields_are_to_fix(plan, cora, strategy, unread):
    page, said = unread(plan, cora, strategy)

    by_its_script = by_script(page)
    page.press()

    for shown in (by_its_script.text, cora.get(page.url).text):
        assert f"Saved, {said}</span>" in shown
        assert "</svg>Saved</span>" not in shown


# What is stored and no longer offered -------------------------------------------------------------


@pytest.mark.parametrize("kind", ["target", "objective"])
def test_a_save_that_changes_nothing_voids_no_signature_where_a_target_was_removed(
    plan, cora, kind
):
    strategy = Strategy.objects.filter(plan=plan).first()
    target = PerformanceTarget.objects.get(plan=plan, lineage=strategy.target_lineages[0])
    number = target.pk if kind == "target" else target.objective_id
    address = [plan.district.slug, plan.cycle_id, kind, number]
    cora.post(reverse("plans:row_remove", args=address))
    plan.refresh_from_db()
    closed_version(plan, signed=True)

    assert OpenPage(cora, row_url(plan, strategy)).press().status_code == 302

    strategy.refresh_from_db()
    assert target.lineage not in strategy.target_lineages
    assert not Voiding.objects.filter(version__plan=plan).exists()


def test_an_area_that_is_not_offered_for_now_stays_until_another_is_chosen(plan, cora):
    line = BudgetLine.objects.filter(plan=plan).first()
    strategy = Strategy.objects.filter(plan=plan).first()
    BudgetLine.objects.filter(pk=line.pk).update(focus_area=14)
    Strategy.objects.filter(pk=strategy.pk).update(focus_area_numbers=[2, 14])
    Cycle.objects.filter(pk=plan.cycle_id).update(allows_other_focus_area=False)
    before = edition(plan)

    OpenPage(cora, row_url(plan, line, "line")).press()
    OpenPage(cora, row_url(plan, strategy)).press()

    assert edition(plan) == before
    OpenPage(cora, row_url(plan, line, "line")).write(focus_area="3").press()
    OpenPage(cora, row_url(plan, strategy)).write(focus_area_numbers=["4"]).press()
    line.refresh_from_db()
    strategy.refresh_from_db()
    assert (line.focus_area_id, strategy.focus_area_numbers) == (3, [4, 14])
