"""The history of a row: what was saved, removed or given up is read there, and taken back."""

from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import IntegrityError, InternalError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from districts.roles import Role
from districts.tests.factories import person
from plans import services
from plans.documents.kinds import KINDS
from plans.models import (
    HISTORY,
    Cover,
    Milestone,
    Objective,
    PerformanceTarget,
    Strategy,
)
from plans.models.history import KEPT, NOT_CHOSEN
from plans.reports.row_history import A_PAGE
from plans.services.merging import digest_of
from plans.tests.factories import PlanFactory, write_rows
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


def row_url(plan, row, kind="strategy", name="row"):
    return reverse(f"plans:{name}", args=[plan.district.slug, plan.cycle_id, kind, row.pk])


def history(client, plan, row, kind="strategy"):
    return client.get(row_url(plan, row, kind, "row_history"))


def told(response):
    """Each entry of the page in words, the latest first."""
    page = BeautifulSoup(response.text, "html.parser")
    return [" ".join(entry.get_text(" ").split()) for entry in page.select("article.change")]


def test_every_kind_of_row_of_a_plan_has_a_history():
    assert {kind.model for kind in KINDS.values()} == set(KEPT)


def test_an_event_is_kept_of_a_row_that_no_service_wrote(plan):
    """By PostgreSQL, so that an update of many rows at once cannot leave it out."""
    strategy = Strategy.objects.filter(plan=plan).first()
    events = HISTORY[Strategy].objects.filter(pgh_obj_id=strategy.pk)
    before = events.count()

    Strategy.objects.filter(plan=plan).update(owner="Somebody else")

    assert events.count() == before + 1
    assert events.order_by("pgh_id").last().owner == "Somebody else"


def test_an_event_is_never_changed_nor_removed(plan):
    events = HISTORY[Cover].objects.filter(plan=plan)

    for spoil in (lambda: events.update(summary="Other words."), events.delete):
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            spoil()


def test_the_page_says_who_wrote_what_and_when_before_and_after(plan, cora, fay):
    strategy = Strategy.objects.filter(plan=plan).first()
    url = row_url(plan, strategy)
    with time_machine.travel("2026-03-01 15:00Z", tick=False):
        OpenPage(cora, url).write(owner="Director of Literacy").press()
    with time_machine.travel("2026-03-02 16:00Z", tick=False):
        OpenPage(fay, url).write(owner="Chief Academic Officer").press()

    latest, earlier, *_ = told(history(cora, plan, strategy))

    assert "Fay Fiscal, March 2, 2026" in latest
    assert "Cora Coordinator, March 1, 2026" in earlier
    assert "Director of Literacy" in latest.split("After")[0]
    assert "Chief Academic Officer" in latest.split("After")[1]


def test_saves_of_one_person_that_follow_one_another_are_one_entry(plan, cora):
    strategy = Strategy.objects.filter(plan=plan).first()
    url, began = row_url(plan, strategy), timezone.now()
    for minutes, words in enumerate(["A", "A new", "A new owner"]):
        with time_machine.travel(began + timedelta(minutes=minutes), tick=False):
            OpenPage(cora, url).write(owner=words).press()

    latest, *earlier = told(history(cora, plan, strategy))

    assert "saved 3 times" in latest
    assert "A new owner" in latest
    assert not any("A new" in entry for entry in earlier)


def test_a_text_that_was_not_chosen_is_kept_once_and_can_be_taken_back(plan, cora, fay):
    strategy = Strategy.objects.filter(plan=plan).first()
    url = row_url(plan, strategy)
    mine, theirs = OpenPage(cora, url), OpenPage(fay, url)
    theirs.write(evidence="Theirs.").press()
    asked = mine.write(evidence="Mine, a long paragraph.").press()
    assert asked.status_code == 409
    button = mine.soup.select_one("button[name=theirs]")
    fields = dict(mine.fields)
    for _ in range(2):  # the answer was lost, so it is sent again
        mine.fields = dict(fields)
        mine.press("theirs", button["value"])

    strategy.refresh_from_db()
    kept = HISTORY[Strategy].objects.filter(pgh_obj_id=strategy.pk, pgh_label=NOT_CHOSEN)
    assert strategy.evidence == "Theirs."
    assert [each.evidence for each in kept] == ["Mine, a long paragraph."]
    entry = next(each for each in told(history(cora, plan, strategy)) if "Not chosen" in each)
    assert "Cora Coordinator" in entry
    page = BeautifulSoup(history(cora, plan, strategy).text, "html.parser")
    [link] = [a["href"] for a in page.select("article a") if "not chosen" in a.get_text()]
    OpenPage(cora, link).press()
    strategy.refresh_from_db()
    assert strategy.evidence == "Mine, a long paragraph."


def test_what_was_before_is_put_back_by_save_and_not_by_looking(plan, cora):
    cover = Cover.objects.get(plan=plan)
    url = reverse("plans:section", args=[plan.district.slug, plan.cycle_id, "cover"])
    before = cover.summary
    OpenPage(cora, url).write(summary="Gone with a slip.").press()
    page = BeautifulSoup(history(cora, plan, cover, "cover").text, "html.parser")
    link = page.select_one("article a")["href"]

    shown = cora.get(link)

    cover.refresh_from_db()
    assert cover.summary == "Gone with a slip."
    assert "holds what it said before" in shown.text
    OpenPage(cora, link).press()
    cover.refresh_from_db()
    assert cover.summary == before


def test_a_removal_and_its_way_back_stand_in_the_history(plan, cora):
    objective = Objective.objects.filter(plan=plan).first()
    targets = PerformanceTarget.objects.filter(objective=objective).count()
    linked = list(Strategy.objects.filter(plan=plan).values_list("pk", "target_lineages"))
    cora.post(row_url(plan, objective, "objective", "row_remove"), {"reason": "A slip"})
    gone = told(history(cora, plan, objective, "objective"))
    removal = plan.removals.get()
    here = [plan.district.slug, plan.cycle_id]
    cora.post(reverse("plans:bring_back", args=[*here, removal.pk]))

    latest = told(history(cora, plan, objective, "objective"))

    assert gone[0].startswith("Removed Cora Coordinator")
    assert latest[0].startswith("Brought back Cora Coordinator")
    assert PerformanceTarget.objects.filter(objective_id=objective.pk).count() == targets > 0
    assert list(Strategy.objects.filter(plan=plan).values_list("pk", "target_lineages")) == linked


def test_an_act_on_another_row_names_who_asked_for_it(plan, cora):
    """A target that goes is unticked in the strategies that named it."""
    target = PerformanceTarget.objects.filter(plan=plan).first()
    strategy = Strategy.objects.filter(plan=plan, target_lineages=[target.lineage]).first()
    assert strategy is not None

    cora.post(row_url(plan, target, "target", "row_remove"), {"reason": "A slip"})

    assert "Changed Cora Coordinator" in told(history(cora, plan, strategy))[0]


def test_words_of_another_row_or_plan_are_never_put_into_a_form(plan, cora):
    here, there = Strategy.objects.filter(plan=plan)[:2]
    other = PlanFactory()
    write_rows(other)
    elsewhere = Strategy.objects.filter(plan=other).first()
    Strategy.objects.filter(pk__in=[there.pk, elsewhere.pk]).update(owner="Not of this row")

    for row in (there, elsewhere):
        event = HISTORY[Strategy].objects.filter(pgh_obj_id=row.pk).order_by("pgh_id").last()
        for name in ("owner", "plan", "x" * 2000):
            shown = cora.get(f"{row_url(plan, here)}?taken={event.pk}&field={name}")
            assert shown.status_code == 200
            assert "Not of this row" not in shown.text
    assert cora.get(f"{row_url(plan, here)}?taken={'9' * 40}&field=owner").status_code == 200


def test_a_row_that_never_was_has_no_history(plan, cora):
    for kind, row_id in (("strategy", 10**9), ("nothing", 1), ("attachment", 1)):
        url = reverse("plans:row_history", args=[plan.district.slug, plan.cycle_id, kind, row_id])
        assert cora.get(url).status_code == 404


@pytest.mark.parametrize("saves", [1, A_PAGE, 2 * A_PAGE])
def test_queries_of_the_page_are_the_same_for_any_number_of_saves(
    plan, cora, saves, django_assert_num_queries
):
    milestone = Milestone.objects.filter(plan=plan).first()
    for number in range(saves):
        Milestone.objects.filter(pk=milestone.pk).update(description=f"Take {number}")
    url = row_url(plan, milestone, "milestone", "row_history")
    cora.get(url)

    with django_assert_num_queries(6):
        cora.get(url)


def test_pages_of_history_leave_no_save_out(plan, cora):
    milestone = Milestone.objects.filter(plan=plan).first()
    for number in range(A_PAGE + 20):
        Milestone.objects.filter(pk=milestone.pk).update(
            description=f"Take {number:03}", version=number + 2
        )
    url, seen = row_url(plan, milestone, "milestone", "row_history"), ""
    while url:
        page = BeautifulSoup(cora.get(url).text, "html.parser")
        seen += page.get_text(" ")
        following = page.select_one("a[href^='?to=']")
        url = following and row_url(plan, milestone, "milestone", "row_history") + following["href"]

    assert all(f"{number:03}" in seen for number in (A_PAGE + 19, 19))
    assert milestone.description in seen  # as it began


WRITERS = st.integers(0, 1)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=30)


@given(typed=st.lists(st.tuples(WRITERS, WORDS, st.booleans()), min_size=1, max_size=8))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_text_acknowledged_is_in_the_row_or_in_its_history(plan, typed):
    """Two people write one field in any order, from pages as old as they like, and choose."""
    people = [person(Role.PLAN_COORDINATOR, plan.district) for _ in range(2)]
    seen = [_held(plan)] * 2  # what the field was filled from, of each one's page
    for who, words, gives_way in typed:
        form = {"values": {"summary": words}, "as_typed": {}, "version": 1}
        if gives_way:
            form["values"], form["left"] = {}, {"summary": words}
        try:
            services.save_section(
                plan_id=plan.pk,
                model=Cover,
                filled_from={"summary": digest_of(seen[who])},
                by=people[who],
                at=timezone.now(),
                **form,
            )
        except services.StaleRow:
            continue  # it is asked about: nothing was acknowledged
        if not gives_way:
            seen[who] = words
        assert words in _ever_held(plan) or digest_of(words) in map(digest_of, _ever_held(plan))
        seen = [_held(plan) if who == each or gives_way else seen[each] for each in range(2)]


def _held(plan):
    return Cover.objects.get(plan=plan).summary


def _ever_held(plan):
    events = HISTORY[Cover].objects.filter(plan=plan)
    return [_held(plan), *events.values_list("summary", flat=True)]


def test_from_its_strategy_a_milestone_leads_to_what_it_said_before_and_back(plan, cora):
    milestone = Milestone.objects.filter(strategy__plan=plan).first()
    before, strategys_page = milestone.description, row_url(plan, milestone.strategy)
    sent = f"milestone-{milestone.pk}-description"
    OpenPage(cora, strategys_page).write(**{sent: "Gone with a slip."}).press()

    page = BeautifulSoup(cora.get(strategys_page).content, "html.parser")
    links = [a["href"] for a in page.select("#milestones a") if "said before" in a.get_text()]
    said = BeautifulSoup(cora.get(links[0]).content, "html.parser")
    OpenPage(cora, said.select_one("article a")["href"]).press()

    assert len(links) == Milestone.objects.filter(strategy=milestone.strategy).count()
    milestone.refresh_from_db()
    assert milestone.description == before
