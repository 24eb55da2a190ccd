"""What becomes of each row that an annual amendment carries from last year's plan (R33a)."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pgtrigger
import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import DesignationFactory, DistrictFactory, person
from plans import services
from plans.documents import draft_document
from plans.documents.kinds import CARRIED, KINDS
from plans.forms.rows import StrategyForm
from plans.models import (
    Assurance,
    Carried,
    Cover,
    Cycle,
    ObjectCode,
    Objective,
    PerformanceTarget,
    PlanVersion,
    Strategy,
    TargetOutcome,
)
from plans.reports.form_changes import form_changes
from plans.rules import check
from plans.rules.carried import NUMBER
from plans.tests.drafts import read_draft
from plans.tests.factories import PlanFactory, write_rows
from plans.tests.stored import every_part

pytestmark = pytest.mark.django_db


@pytest.fixture
def last(noon):
    """This year's plan of a district, full and approved; next year's opens today."""
    district = DistrictFactory()
    DesignationFactory(district=district, first_fiscal_year=2023, last_fiscal_year=2029)
    last = PlanFactory(district=district, approved=True)
    write_rows(last, every_part())
    Cycle.objects.filter(pk=2028).update(opens_on=noon.date())
    return last


@pytest.fixture
def coordinator(last):
    return person(Role.PLAN_COORDINATOR, last.district)


@pytest.fixture
def start(last, coordinator, noon):
    return lambda: services.start_plan(
        district_id=last.district_id, fiscal_year=2028, by=coordinator, at=noon
    )


@pytest.fixture
def plan(start):
    return start()


@pytest.fixture
def act(plan, coordinator, noon):
    return {"plan_id": plan.pk, "by": coordinator, "at": noon + timedelta(days=1)}


@pytest.fixture
def browser(client, coordinator):
    client.force_login(coordinator)
    return client


def url(name, plan, *args):
    return reverse(f"plans:{name}", args=[plan.district.slug, plan.cycle_id, *args])


def mark_of(row) -> Carried:
    return Carried.objects.get(plan=row.plan, lineage=row.lineage)


def unread_by_section(plan, noon):
    return {
        finding.section.value: finding.sentence
        for finding in check(draft_document(plan.pk), noon.date())
        if finding.rule == NUMBER
    }


def certify(last, target, noon, **result):
    return TargetOutcome.objects.create(
        plan=last, lineage=target.lineage, report="progress/1", certified_at=noon, **result
    )


def test_every_row_of_last_year_is_carried_and_nobody_has_read_it(plan):
    marks = {(each.kind, each.lineage): each.state for each in plan.carried.all()}
    rows = {
        (key, row.lineage)
        for key, kind in CARRIED.items()
        for row in kind.model.objects.filter(plan=plan)
    }

    assert set(marks) == rows
    assert set(marks.values()) == {Carried.State.UNREAD}


def test_what_is_not_read_stops_closing_and_says_what_it_is(plan, act, noon):
    found = unread_by_section(plan, noon)

    assert found["strategies"] == (
        "Carried from last year, not yet read: 6 items (strategy 1, milestone 1.1, milestone 1.2,"
        " strategy 2 and 2 more). Keep, revise or retire each."
    )
    assert found["cover"] == (
        "Carried from last year, not yet read: 1 item (the words of Cover and contacts)."
        " Keep, revise or retire each."
    )
    with pytest.raises(services.NotReady) as refusal:
        services.close_for_signature(**act)
    assert NUMBER in {each.rule for each in refusal.value.stops}


# Kept, revised, retired


def test_keeping_says_who_read_it_and_when_and_touches_nothing_else(plan, act):
    objective = Objective.objects.filter(plan=plan).first()
    mark, whole = mark_of(objective), draft_document(plan.pk)

    assert services.keep(items=[mark.pk], **act) == [mark]
    assert services.keep(items=[mark.pk], **act) == []

    mark.refresh_from_db()
    assert (mark.state, mark.read_by, mark.read_at) == ("kept", act["by"], act["at"])
    assert plan.carried.exclude(pk=mark.pk).exclude(state="unread").count() == 0
    assert draft_document(plan.pk).frozen() == whole.frozen()


def test_keeping_leaves_what_was_revised_meanwhile_and_what_is_of_another_plan(plan, act, noon):
    objective = Objective.objects.filter(plan=plan).first()
    elsewhere = Carried.objects.create(plan=PlanFactory(), kind="objective", lineage=uuid4())
    services.save_row(
        model=Objective,
        row_id=objective.pk,
        version=1,
        values={"statement": "Every child reads by grade 3."},
        as_typed={},
        **act,
    )

    assert services.keep(items=[mark_of(objective).pk, elsewhere.pk], **act) == []

    assert mark_of(objective).state == Carried.State.REVISED
    elsewhere.refresh_from_db()
    assert elsewhere.state == Carried.State.UNREAD


def test_an_edit_that_changes_nothing_revises_nothing(plan, act):
    cover = Cover.objects.get(plan=plan)
    same = {"summary": cover.summary}
    saving = {"model": Cover, "version": 1, "as_typed": {}}

    services.save_section(values=same, **saving, **act)
    assert mark_of(cover).state == Carried.State.UNREAD

    services.save_section(values={"summary": "Another."}, **saving, **act)
    assert mark_of(cover).state == Carried.State.REVISED


def test_what_last_year_had_is_retired_with_a_reason_only(plan, act):
    strategy = Strategy.objects.filter(plan=plan).first()
    gone = {
        row.lineage
        for row in [strategy, *strategy.milestones.all(), *strategy.lines.all()]
        if plan.carried.filter(lineage=row.lineage).exists()
    }
    act |= {"model": Strategy, "row_id": strategy.pk}

    with pytest.raises(services.NoReason):
        services.remove_row(reason="  ", **act)
    assert Strategy.objects.filter(pk=strategy.pk).exists()

    removal = services.remove_row(reason="Nobody came on Saturdays.", **act)

    assert removal.reason == "Nobody came on Saturdays."
    assert {each.lineage for each in removal.retired.all()} == gone
    assert len(gone) > 2


def test_what_is_new_this_year_is_removed_without_a_word(plan, act):
    row = services.add_row(model=Objective, values={"statement": "New."}, as_typed={}, **act)

    removal = services.remove_row(model=Objective, row_id=row.pk, **act)

    assert (removal.reason, removal.retired.count()) == ("", 0)


def test_what_is_brought_back_is_what_it_was(plan, act):
    target = PerformanceTarget.objects.filter(plan=plan).first()
    kept = PerformanceTarget.objects.filter(plan=plan).last()
    services.keep(items=[mark_of(kept).pk], **act)
    for row, state in ((target, "unread"), (kept, "kept")):
        removal = services.remove_row(
            model=PerformanceTarget, row_id=row.pk, reason="Reached.", **act
        )
        assert mark_of(row).removal == removal
        services.bring_back(removal_id=removal.pk, **act)
        assert (mark_of(row).state, mark_of(row).removal) == (state, None)


# Where the year begins


def test_a_target_begins_at_the_result_that_was_certified_by_then(last, start, noon):
    first, second, third = PerformanceTarget.objects.filter(plan=last).order_by("pk")
    certify(last, first, noon, actual="48.20", measured_in="2026-27", source="EdSight")
    certify(last, second, noon, suppressed="<5", measured_in="2026-27")
    certify(last, third, noon, available_on=noon.date())

    plan = start()

    found = {
        row.lineage: (row.baseline, row.baseline_year, row.as_typed)
        for row in PerformanceTarget.objects.filter(plan=plan)
    }
    assert found[first.lineage] == (Decimal("48.2"), "2026-27", {})
    assert found[second.lineage] == (None, "2026-27", {"baseline": "<5"})
    assert found[third.lineage] == (third.baseline, third.baseline_year, third.as_typed)
    assert Carried.objects.filter(plan=plan).exclude(state="unread").count() == 0


def test_a_result_that_comes_later_is_offered_and_never_filled_in(last, plan, act, noon, browser):
    target = PerformanceTarget.objects.filter(plan=plan).order_by("pk").first()
    page = browser.get(url("row", plan, "target", target.pk)).text
    assert "no report yet" in page
    assert "still last year’s" in page

    result = certify(last, target, noon, available_on=noon.date())
    page = browser.get(url("row", plan, "target", target.pk)).text
    assert "no result yet, expected on" in page
    with pytest.raises(services.NoResult):
        services.begin_at_last_result(row_id=target.pk, **act)

    TargetOutcome.objects.filter(pk=result.pk).update(actual="48.2", measured_in="2026-27")
    page = browser.get(url("row", plan, "target", target.pk)).text
    assert "Use 48.2 (2026-27) as the baseline" in " ".join(page.split())
    assert PerformanceTarget.objects.get(pk=target.pk).baseline == target.baseline

    answer = browser.post(url("baseline", plan, target.pk))

    assert answer.status_code == 302
    target.refresh_from_db()
    assert (target.baseline, target.baseline_year) == (Decimal("48.2"), "2026-27")
    assert mark_of(target).state == Carried.State.REVISED
    page = browser.get(answer.url).text
    assert "last year’s result" in page
    assert "as the baseline" not in page


# Pages


def panel(page):
    return BeautifulSoup(page.text, "html.parser").select_one("#carried")


SECTIONS = ("cover", "needs", "objectives", "strategies", "budget", "engagement", "sustainability")


def test_one_act_keeps_the_rest_of_a_section_that_is_open(plan, browser):
    """Whoever reads all and changes nothing opens each section once and presses one button."""
    loads = presses = 0
    for key in SECTIONS:
        here = panel(browser.get(url("section", plan, key)))
        loads += 1
        if here is None:
            continue
        (form, *_) = here.select("form")[::-1]
        items = [each["value"] for each in form.select("[name=item]")]
        answer = browser.post(form["action"], {"item": items, "back": ""}, follow=True)
        presses, loads = presses + 1, loads + 1
        assert answer.redirect_chain[-1][0] == url("section", plan, key) + "#carried"
        assert "0 of" not in " ".join(panel(answer).header.text.split())

    assert plan.carried.unread().count() == 0
    assert (loads, presses) == (14, 7)


def test_a_row_is_kept_by_one_button_on_its_page_and_on_its_sections(plan, browser):
    target = PerformanceTarget.objects.filter(plan=plan).first()
    for where in (url("section", plan, "objectives"), url("row", plan, "target", target.pk)):
        forms = panel(browser.get(where)).select("form")
        wanted = str(mark_of(target).pk)
        assert [wanted] in [[one["value"] for one in form.select("[name=item]")] for form in forms]

    answer = browser.post(
        url("keep", plan), {"item": [wanted, "x", "9" * 30], "back": f"target-{target.pk}"}
    )

    assert answer.url == url("row", plan, "target", target.pk) + "#carried"
    assert mark_of(target).state == Carried.State.KEPT
    assert browser.post(url("keep", plan), {"back": "target-x"}).status_code == 302


def test_retiring_asks_why_and_says_it_where_it_can_be_brought_back(plan, browser):
    strategy = Strategy.objects.filter(plan=plan).first()
    where = url("row_remove", plan, "strategy", strategy.pk)
    assert "Why it is retired" in browser.get(where).text
    refused = browser.post(where, {"reason": " "})
    assert refused.status_code == 422
    assert Strategy.objects.filter(pk=strategy.pk).exists()

    browser.post(where, {"reason": "Nobody came on Saturdays."})

    assert not Strategy.objects.filter(pk=strategy.pk).exists()
    page = BeautifulSoup(browser.get(url("section", plan, "strategies")).text, "html.parser")
    assert "Nobody came on Saturdays." in page.select_one("#removed").text


def test_sections_tell_what_is_carried_from_what_is_complete(plan, browser, act):
    page = browser.get(plan.get_absolute_url()).text
    assert "Carried, not yet read: 6" in page  # two strategies, four milestones

    services.keep(items=plan.carried.values_list("pk", flat=True), **act)

    page = browser.get(plan.get_absolute_url()).text
    assert "Carried, not yet read" not in page
    assert "Complete · 2 strategies" in page


@pytest.mark.parametrize("key", ["objectives", "strategies", "budget"])
def test_a_section_takes_as_many_queries_for_three_rows_as_for_one(
    plan, last, browser, key, django_assert_max_num_queries, noon
):
    def queries():
        with django_assert_max_num_queries(50) as counted:
            assert panel(browser.get(url("section", plan, key))) is not None
        return len(counted)

    kind = {"objectives": "target", "strategies": "strategy", "budget": "line"}[key]
    queries()
    three = queries()
    model = KINDS[kind].model
    keep = model.objects.filter(plan=plan).first().pk
    model.objects.filter(plan=plan).exclude(pk=keep).delete()
    queries()

    assert queries() == three


# Split, merged, retired


def test_a_strategy_names_those_of_last_year_it_comes_from(last, plan, browser, act):
    first, second = Strategy.objects.filter(plan=last).order_by("position")
    page = BeautifulSoup(browser.get(url("row_add", plan, "strategy")).text, "html.parser")
    offered = [each["value"] for each in page.select("[name=parent_lineages]")]
    assert offered == [str(first.lineage), str(second.lineage)]

    browser.post(
        url("row_add", plan, "strategy"),
        {"title": "Teams and liaisons", "parent_lineages": offered, "lineage": str(uuid4())},
    )
    browser.post(
        url("row_add", plan, "strategy"),
        {"title": "Others", "parent_lineages": [str(uuid4())], "lineage": str(uuid4())},
    )

    *_, merged, other = draft_document(plan.pk).strategies
    assert [each.name for each in merged.comes_from] == [first.title, second.title]
    assert other.comes_from == ()
    page = words_of(browser.get(url("read", plan)))
    assert f"Merged from “{first.title}” and “{second.title}”" in page


def test_a_form_is_laid_out_whole_where_a_field_comes_after_one_that_is_not_asked(monkeypatch):
    """As one does that was added and stands in no layout yet."""
    first = PlanFactory()
    monkeypatch.setattr(StrategyForm, "layout", (*StrategyForm.layout, "schools"))

    form = StrategyForm({}, draft=read_draft(first.district.slug, first.cycle_id))

    assert [*form.places()][-1] == "schools"
    assert "parent_lineages" not in form.drawn


def test_a_first_plan_is_not_asked_what_its_strategies_come_from(last, client):
    first = PlanFactory()
    client.force_login(person(Role.PLAN_COORDINATOR, first.district))

    assert "parent_lineages" not in client.get(url("row_add", first, "strategy")).text


def test_what_is_retired_is_in_the_text_that_is_signed_until_it_is_back(plan, browser, act):
    strategy = Strategy.objects.filter(plan=plan).first()
    removal = services.remove_row(
        model=Strategy, row_id=strategy.pk, reason="Nobody came on Saturdays.", **act
    )

    (retired,) = draft_document(plan.pk).retired
    assert (retired.kind, retired.number, retired.title) == ("strategy", "1", strategy.title)
    assert retired.reason == "Nobody came on Saturdays."
    page = words_of(browser.get(url("read", plan)))
    assert f"Strategy 1, “{strategy.title}” Nobody came on Saturdays." in page

    services.bring_back(removal_id=removal.pk, **act)

    assert draft_document(plan.pk).retired == ()


# What the form changed


def test_what_the_form_changed_is_said_at_the_top(last, plan, browser, act):
    now = Cycle.objects.get(pk=2028)
    now.stakeholder_groups = [*now.stakeholder_groups[1:], "students"]
    now.allows_indirect_costs = True
    now.save()
    Assurance.objects.filter(cycle=2028, number=1).update(text="Money is spent as planned.")
    Assurance.objects.filter(cycle=2028, number=9).delete()
    ObjectCode.objects.filter(code="890").update(last_fiscal_year=2027)
    version = last.versions.get()
    for strategy in version.document["strategies"]:
        del strategy["reading_program"]
    with pgtrigger.ignore():
        PlanVersion.objects.filter(pk=version.pk).update(document=version.document)

    found = {(each.topic, each.how, each.what) for each in form_changes(plan)}

    areas = {each for each in found if each[0] == "focus area"}
    assert ("focus area", "new", "13 FAFSA completion policy") in areas  # of the statute's list
    assert found - areas == {
        ("stakeholder group", "new", "Students"),
        ("stakeholder group", "gone", "Families"),
        ("indirect costs", "new", "allowed"),
        ("assurance", "reworded", "1. Money is spent as planned."),
        ("assurance", "gone", str(Assurance.objects.get(cycle=2027, number=9))),
        ("object code", "gone", str(ObjectCode.objects.get(code="890"))),
        ("question", "new", "Focus area 2: how it follows the intensive reading program"),
    }
    page = words_of(browser.get(url("amendment", plan)))
    assert "New stakeholder group: Students" in page
    assert page.index("What the form changed") < page.index("Section by section")


def test_the_amendment_at_a_glance(plan, browser, act):
    strategy = Strategy.objects.filter(plan=plan).first()
    services.remove_row(model=Strategy, row_id=strategy.pk, reason="Nobody came.", **act)
    services.keep(items=[mark_of(Cover.objects.get(plan=plan)).pk], **act)
    services.add_row(model=Objective, values={"statement": "All read."}, as_typed={}, **act)
    gone = plan.carried.exclude(removal=None).count()
    carried = plan.carried.count()

    page = words_of(browser.get(url("amendment", plan)))

    assert f"{gone + 1} of {carried} rows of last year’s plan are read" in page
    assert f"Kept 1 Revised 0 Retired, with a reason {gone}" in page
    assert "Nobody came." in page
    assert "Objective 3, “All read.”" in page
    assert f"{gone + 1} of {carried} read" in words_of(browser.get(plan.get_absolute_url()))


def words_of(response):
    return " ".join(BeautifulSoup(response.text, "html.parser").main.get_text(" ").split())
