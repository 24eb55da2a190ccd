"""Writing a plan in a browser: every section and row, drafts never refused, nothing lost."""

import re
import uuid
from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import (
    PASSWORD,
    AllocationFactory,
    DistrictFactory,
    MembershipFactory,
    person,
)
from plans import services
from plans.forms.sections import SECTION_FORMS
from plans.models import (
    BudgetLine,
    Cover,
    Cycle,
    Milestone,
    Objective,
    PerformanceTarget,
    Plan,
    Strategy,
)
from plans.sections import SECTIONS, SectionKey
from plans.tests.factories import PlanFactory, closed_version

pytestmark = pytest.mark.django_db

WITHOUT_FORM = {SectionKey.SIGNATURES}


@pytest.fixture
def district():
    district = DistrictFactory(designated=True)
    AllocationFactory(district=district, fiscal_year=2027, amount=100_000, stage="final")
    return district


@pytest.fixture
def coordinator(district):
    return person(Role.PLAN_COORDINATOR, district)


@pytest.fixture
def plan(district, coordinator, noon):
    return services.start_plan(district_id=district.pk, fiscal_year=2027, by=coordinator, at=noon)


@pytest.fixture
def browser(client, coordinator):
    client.force_login(coordinator)
    return client


def section_url(plan, key):
    return reverse("plans:section", args=[plan.district.slug, 2027, key])


def add_url(plan, kind, parent=None):
    args = [plan.district.slug, 2027, kind]
    return (
        reverse("plans:row_add_to", args=[*args, parent.pk])
        if parent
        else reverse("plans:row_add", args=args)
    )


def row_url(plan, kind, row):
    return reverse("plans:row", args=[plan.district.slug, 2027, kind, row.pk])


@pytest.mark.parametrize("key", [key for key in SECTIONS if key not in WITHOUT_FORM])
def test_every_section_opens_and_names_its_state(browser, plan, key):
    response = browser.get(section_url(plan, key))

    assert response.status_code == 200
    assert SECTIONS[key].title in response.text


def test_section_keeps_what_was_typed_and_shows_it_again(browser, plan, coordinator):
    response = browser.post(
        section_url(plan, "cover"),
        {"version": 1, "contact_name": "Dana Reyes", "summary": "Every child reads."},
    )

    cover = Cover.objects.get(plan=plan)
    assert (response.status_code, cover.contact_name, cover.summary) == (
        302,
        "Dana Reyes",
        "Every child reads.",
    )
    assert (cover.version, cover.saved_by) == (2, coordinator)
    assert "Every child reads." in browser.get(section_url(plan, "cover")).text


def test_text_that_no_field_can_read_is_kept_and_marked(browser, plan):
    browser.post(add_url(plan, "line"), {"lineage": uuid.uuid4(), "amount": "about twelve"})

    line = BudgetLine.objects.get()
    page = browser.get(row_url(plan, "line", line)).text
    assert (line.amount, line.as_typed) == (None, {"amount": "about twelve"})
    assert 'value="about twelve"' in page
    assert "is-invalid" in page


def test_numbers_are_shown_with_no_more_digits_than_they_have(browser, plan):
    browser.post(
        add_url(plan, "line"), {"quantity": "22.00", "unit_cost": "88,400.50", "amount": "1944811"}
    )

    page = browser.get(row_url(plan, "line", BudgetLine.objects.get())).text

    assert 'value="22"' in page
    assert 'value="88400.5"' in page
    assert 'value="1,944,811"' in page


def test_unreadable_date_is_shown_as_text_since_a_date_picker_would_hide_it(browser, plan):
    browser.post(add_url(plan, "strategy"), {"starts_on": "after Labor Day"})

    page = browser.get(row_url(plan, "strategy", Strategy.objects.get())).text

    assert 'value="after Labor Day"' in page
    assert 'type="text" name="starts_on"' in page


def test_the_same_form_sent_twice_adds_one_row(browser, plan):
    data = {"lineage": uuid.uuid4(), "statement": "Read by grade 3"}

    browser.post(add_url(plan, "objective"), data)
    browser.post(add_url(plan, "objective"), data)

    assert Objective.objects.count() == 1


def test_rows_of_every_kind_can_be_added_written_and_removed(browser, plan):
    browser.post(add_url(plan, "objective"), {"statement": "Read by grade 3"})
    objective = Objective.objects.get()
    browser.post(add_url(plan, "target", objective), {"indicator": "4", "baseline": "19.4 %"})
    target = PerformanceTarget.objects.get()
    browser.post(
        add_url(plan, "strategy"),
        {
            "title": "Coaches",
            "domain": "talent",
            "focus_area_numbers": ["2", "4"],
            "target_lineages": [str(target.lineage)],
            "starts_on": "08/24/2026",
        },
    )
    strategy = Strategy.objects.get()
    browser.post(add_url(plan, "milestone", strategy), {"description": "Hired"})
    browser.post(
        add_url(plan, "line"),
        {"strategy": strategy.pk, "focus_area": "2", "object_code": "111B", "amount": "$1,500"},
    )
    line = BudgetLine.objects.get()

    assert (target.objective, target.indicator_id, str(target.baseline)) == (objective, 4, "19.40")
    assert (strategy.domain_id, strategy.focus_area_numbers, strategy.target_lineages) == (
        "talent",
        [2, 4],
        [target.lineage],
    )
    assert f"{strategy.starts_on}" == "2026-08-24"
    assert Milestone.objects.get().strategy == strategy
    assert (line.strategy, line.focus_area_id, line.object_code_id, line.amount) == (
        strategy,
        2,
        "111B",
        1500,
    )
    for kind, row in [("line", line), ("strategy", strategy), ("objective", objective)]:
        assert browser.get(row_url(plan, kind, row)).status_code == 200
        remove = reverse("plans:row_remove", args=[plan.district.slug, 2027, kind, row.pk])
        assert browser.get(remove).status_code == 200
        browser.post(remove)
        browser.post(remove)
    assert not Strategy.objects.exists()
    assert not PerformanceTarget.objects.exists()


def test_second_of_two_people_sees_both_texts_and_loses_neither(browser, plan, district, noon):
    fiscal = person(Role.FISCAL_OFFICER, district)
    services.save_section(
        plan_id=plan.pk,
        model=Cover,
        version=1,
        values={"summary": "Theirs"},
        as_typed={},
        by=fiscal,
        at=noon,
    )

    response = browser.post(section_url(plan, "cover"), {"version": 1, "summary": "Mine"})

    assert response.status_code == 409
    assert "Theirs" in response.text
    assert "Mine" in response.text
    assert fiscal.name in response.text
    assert Cover.objects.get().summary == "Theirs"
    browser.post(section_url(plan, "cover"), {"version": 2, "summary": "Mine"})
    assert Cover.objects.get().summary == "Mine"


def test_row_removed_meanwhile_gives_back_what_was_typed(browser, plan):
    browser.post(add_url(plan, "objective"), {"statement": "Old"})
    objective = Objective.objects.get()
    url = row_url(plan, "objective", objective)
    objective.delete()

    response = browser.post(url, {"version": 1, "statement": "Much better"})

    assert response.status_code == 409
    assert "Much better" in response.text


def test_row_cannot_be_hung_on_another_districts_objective(browser, plan, noon):
    other = DistrictFactory(designated=True)
    stranger = person(Role.PLAN_COORDINATOR, other)
    their_plan = services.start_plan(district_id=other.pk, fiscal_year=2027, by=stranger, at=noon)
    theirs = services.add_row(
        plan_id=their_plan.pk, model=Objective, values={}, as_typed={}, by=stranger, at=noon
    )

    assert browser.post(add_url(plan, "target", theirs), {"measure": "x"}).status_code == 404
    with pytest.raises(services.RowGone):
        services.add_row(
            plan_id=plan.pk,
            model=PerformanceTarget,
            values={"objective_id": theirs.pk},
            as_typed={},
            by=plan.started_by,
            at=noon,
        )
    assert not PerformanceTarget.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"), [(Role.DISTRICT_VIEWER, 302), (Role.SUPERINTENDENT, 302)]
)
def test_those_who_may_not_write_are_shown_the_text(client, plan, role, status):
    client.force_login(person(role, plan.district))

    response = client.get(section_url(plan, "cover"))

    assert (response.status_code, response.url) == (
        status,
        reverse("plans:read", args=[plan.district.slug, 2027]),
    )


def test_those_who_may_not_write_cannot_post_either(client, plan):
    client.force_login(person(Role.DISTRICT_VIEWER, plan.district))

    response = client.post(section_url(plan, "cover"), {"version": 1, "summary": "x"})

    assert response.status_code == 403
    assert Cover.objects.get().summary == ""


def test_draft_of_a_district_is_hidden_from_another_and_from_the_department(client, plan, reviewer):
    for user in (person(Role.PLAN_COORDINATOR, DistrictFactory(designated=True)), reviewer):
        client.force_login(user)
        assert client.get(section_url(plan, "cover")).status_code == 404


def rows_in(plan, times):
    for position in range(1, times + 1):
        objective = Objective.objects.create(plan=plan, position=position)
        PerformanceTarget.objects.create(plan=plan, position=position, objective=objective)
        strategy = Strategy.objects.create(plan=plan, position=position)
        Milestone.objects.create(plan=plan, position=position, strategy=strategy)
        BudgetLine.objects.create(plan=plan, position=position, strategy=strategy, amount=1)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    "key", ["cover", "needs", "objectives", "strategies", "budget", "assurances"]
)
def test_section_query_count_does_not_grow(browser, plan, rows, key, django_assert_num_queries):
    rows_in(plan, rows)
    beside = 1 if key == "needs" else 0  # what was published of its indicators

    # Session, user, standing, plan with its state, rows.
    with django_assert_num_queries(5 + beside):
        browser.get(section_url(plan, key))
    with django_assert_num_queries(4 + beside):  # the rows are as they were
        response = browser.get(section_url(plan, key))

    assert response.status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_strategy_page_query_count_does_not_grow(browser, plan, rows, django_assert_num_queries):
    rows_in(plan, rows)

    url = row_url(plan, "strategy", Strategy.objects.order_by("pk").first())

    browser.get(url)
    with django_assert_num_queries(4):
        response = browser.get(url)

    assert response.status_code == 200


def test_home_of_a_district_opens_its_newest_open_year(browser, plan):
    response = browser.get(reverse("home"))

    assert response.status_code == 200
    assert f"{plan.district.name}: FY2027 plan" in response.text


def test_plan_is_started_by_a_drafter_once(client, district, coordinator):
    client.force_login(coordinator)
    url = reverse("plans:start", args=[district.slug, 2027])

    client.post(url)
    client.post(url)

    plan = Plan.objects.get()
    assert (plan.district, plan.cycle_id, plan.kind) == (district, 2027, "annual_amendment")
    assert client.get(url).status_code == 405


def test_a_save_that_a_script_sent_is_answered_with_what_changed(browser, plan):
    response = browser.post(
        section_url(plan, "cover"), {"version": 1, "summary": "x"}, headers={"HX-Request": "true"}
    )

    assert (response.status_code, Cover.objects.get().version) == (200, 2)
    assert 'id="section-version" value="2" hx-swap-oob="true"' in response.text
    found = browser.get(section_url(plan, "cover"), headers={"HX-Request": "true"})
    assert 'id="findings-rail"' in found.text
    assert "<html" not in response.text + found.text


def test_findings_after_a_saved_vote_are_of_the_vote_as_it_is_now(browser, plan):
    url, by_script = section_url(plan, "board-approval"), {"headers": {"HX-Request": "true"}}

    browser.post(url, {"version": 1, "approved_on": "next month"}, **by_script)
    odd = browser.get(url, **by_script)
    browser.post(url, {"version": 2, "approved_on": "2026-06-09"}, **by_script)
    mended = browser.get(url, **by_script)

    assert ["next month" in answer.text for answer in (odd, mended)] == [True, False]


def test_a_clash_is_answered_to_a_script_with_both_texts(browser, plan, noon):
    browser.post(add_url(plan, "objective"), {"statement": "Old"})
    objective = Objective.objects.get()
    services.save_row(
        plan_id=plan.pk,
        model=Objective,
        row_id=objective.pk,
        version=1,
        values={"statement": "Theirs"},
        as_typed={},
        by=plan.started_by,
        at=noon,
    )

    response = browser.post(
        row_url(plan, "objective", objective),
        {"version": 1, "statement": "Mine"},
        headers={"HX-Request": "true"},
    )

    assert response.status_code == 409
    assert f'id="objective-{objective.pk}-conflict"' in response.text
    assert f'id="objective-{objective.pk}-version" value="2"' in response.text
    assert "Theirs" in response.text
    assert "Mine" in response.text


def test_home_shows_first_the_year_whose_plan_is_with_the_district(client, district, noon):
    windham = PlanFactory(returned=True, district__designation__last_fiscal_year=2032)
    Cycle.objects.filter(pk=2028).update(opens_on=date(2026, 11, 1))
    client.force_login(person(Role.PLAN_COORDINATOR, windham.district))

    page = client.get(reverse("home")).text

    assert f"{windham.district.name}: FY2027 plan" in page
    assert reverse("plans:overview", args=[windham.district.slug, 2028]) in page


@pytest.mark.parametrize("rows", [1, 3])
def test_overview_query_count_does_not_grow(browser, plan, rows, django_assert_num_queries):
    rows_in(plan, rows)

    browser.get(plan.get_absolute_url())
    # session, user, standing, the district, its years, the plan with its draft, what happened
    with django_assert_num_queries(7):
        response = browser.get(plan.get_absolute_url())

    assert response.status_code == 200


@pytest.mark.parametrize("others", [0, 2])
def test_home_query_count_does_not_grow_with_the_years(
    browser, plan, others, django_assert_num_queries
):
    for number in range(others):
        cycle = Cycle.objects.get(pk=2027)
        cycle.pk = 2026 - number
        cycle.save(force_insert=True)
        PlanFactory(district=plan.district, cycle=cycle, approved=True)

    browser.get(reverse("home"))
    # session, user, standing, the district, its years, the plan with its draft, what happened
    with django_assert_num_queries(7):
        response = browser.get(reverse("home"))

    assert [year for year, _ in response.context["other_years"]] == [2026, 2025][:others]


def test_home_of_a_year_not_started_takes_six_queries(client, district, django_assert_num_queries):
    client.force_login(person(Role.PLAN_COORDINATOR, district))

    # session, user, standing, the district, its years, its allocation
    with django_assert_num_queries(6):
        response = client.get(reverse("home"))

    assert response.context["plan"] is None


@pytest.mark.parametrize("name", ["section", "row_add", "close", "recall", "submit", "sign"])
def test_no_refusal_tells_the_district_of_a_recommendation(client, name):
    plan = PlanFactory(recommended=True)
    address = {"section": ["cover"], "row_add": ["objective"]}.get(name, [])
    everyone = person(Role.PLAN_COORDINATOR, plan.district)
    MembershipFactory(user=everyone, role=Role.SUPERINTENDENT, district=plan.district)
    client.force_login(everyone)
    url = reverse(f"plans:{name}", args=[plan.district.slug, 2027, *address])
    typed = {"key": str(uuid.uuid4()), "sha256": "0" * 64, "password": PASSWORD, "statement": "x"}

    pages = [client.get(url, follow=True).text, client.post(url, typed, follow=True).text]

    assert not [page for page in pages if "ecommend" in page]
    assert "under review now" in pages[1] or name == "sign"


@pytest.mark.parametrize("key", ["cover", "look-back", "budget", "board-approval"])
def test_a_character_that_no_column_holds_is_a_blank_and_the_rest_is_kept(browser, plan, key):
    form = SECTION_FORMS[SectionKey(key)]
    typed = dict.fromkeys(form.base_fields, "one\0two")

    assert browser.post(section_url(plan, key), {"version": 1, **typed}).status_code == 302

    row = form.model.objects.get(plan=plan)
    kept = {name: row.as_typed.get(name, getattr(row, name)) for name in form.base_fields}
    assert kept == dict.fromkeys(form.base_fields, "one two")
    assert browser.get(section_url(plan, key)).status_code == 200


def test_a_row_takes_a_character_that_no_column_holds(browser, plan):
    assert browser.post(add_url(plan, "objective"), {"statement": "\0A"}).status_code == 302

    assert Objective.objects.get().statement == "A"


@pytest.mark.parametrize("version", ["", "²", "abc", "-1", "9" * 5_000, "\0", None])
def test_a_version_that_cannot_be_read_counts_as_long_past(browser, plan, version):
    """Even of a section that nobody has saved yet: its first text was written at the start."""
    typed = {"summary": "Mine."} | ({} if version is None else {"version": version})

    response = browser.post(section_url(plan, "cover"), typed)

    assert response.status_code == 409
    assert f"{plan.started_by.name} saved this while you were writing" in response.text
    assert "Mine." in response.text
    assert Cover.objects.get(plan=plan).summary == ""


def test_a_row_gone_with_a_version_and_a_parent_that_cannot_be_read(browser, plan):
    url = reverse("plans:row", args=[plan.district.slug, 2027, "target", 10**30])

    response = browser.post(url, {"version": "²", "parent": "²", "measure": "Reading"})

    assert response.status_code == 404
    assert "Reading" in response.text


def test_home_of_a_district_that_nothing_can_be_called_is_not_found(browser, plan):
    assert browser.get("/home/?district=%00").status_code == 404


def test_a_form_gone_back_to_and_filled_anew_adds_another_row(browser, plan):
    lineage = str(uuid.uuid4())
    for statement in ("First", "First", "Second"):
        browser.post(add_url(plan, "objective"), {"statement": statement, "lineage": lineage})

    assert list(Objective.objects.order_by("position").values_list("statement", flat=True)) == [
        "First",
        "Second",
    ]


@pytest.fixture
def targets(plan, coordinator, noon):
    """Two targets of one objective."""
    saved = {"plan_id": plan.pk, "as_typed": {}, "by": coordinator, "at": noon}
    objective = services.add_row(model=Objective, values={}, **saved)
    return [
        services.add_row(model=PerformanceTarget, values={"objective_id": objective.pk}, **saved)
        for _ in range(2)
    ]


def test_a_strategy_saved_without_a_change_voids_no_signature(browser, plan, targets):
    typed = {"title": "Coaches", "target_lineages": [str(each.lineage) for each in targets]}
    for _ in range(2):
        browser.post(add_url(plan, "strategy"), typed | {"lineage": str(targets[0].lineage)})
    strategy = Strategy.objects.get()
    plan.refresh_from_db()

    browser.post(row_url(plan, "strategy", strategy), typed | {"version": 1})

    strategy.refresh_from_db()
    assert (strategy.version, Plan.objects.get().edition) == (1, plan.edition)


def test_a_target_removed_meanwhile_takes_no_other_tick_with_it(browser, plan, targets):
    gone, stays = targets
    typed = {"title": "Coaches", "target_lineages": [str(each.lineage) for each in targets]}
    browser.post(add_url(plan, "strategy"), typed)
    strategy = Strategy.objects.get()
    browser.post(reverse("plans:row_remove", args=[plan.district.slug, 2027, "target", gone.pk]))

    page = browser.get(row_url(plan, "strategy", strategy)).text
    browser.post(row_url(plan, "strategy", strategy), typed | {"version": 1})

    strategy.refresh_from_db()
    assert "Select a valid choice" not in page
    assert (strategy.target_lineages, strategy.as_typed) == ([stays.lineage], {})


def test_a_target_is_headed_by_the_number_the_rules_give_it(browser, plan, targets):
    _, second = targets

    page = BeautifulSoup(browser.get(row_url(plan, "target", second)).text, "html.parser")

    assert page.h1.text == "Performance target 1.2"


def test_a_strategy_names_each_target_in_the_words_of_the_plan(browser, plan, targets):
    target, _ = targets
    target.measure, target.student_group = "Attendance", "Students of EL classes since July 2026"
    target.save()
    browser.post(add_url(plan, "strategy"), {"title": "Coaches"})

    page = browser.get(row_url(plan, "strategy", Strategy.objects.get())).text

    assert "1.1 · Attendance, Students of EL classes since July 2026" in page


def test_no_number_runs_into_the_words_of_its_row(browser, plan, targets):
    """The kind: “1 156 seats filled”, in any list, choice or navigator of the editor."""
    target, _ = targets
    target.measure = "156 seats filled"
    target.save()
    browser.post(add_url(plan, "strategy"), {"title": "156 seats filled"})
    strategy = Strategy.objects.get()
    browser.post(add_url(plan, "line"), {"description": "156 seats filled"})
    line = BudgetLine.objects.get()
    line.strategy = strategy
    line.save()
    pages = {key: section_url(plan, key) for key in SECTIONS if key not in WITHOUT_FORM}
    pages |= {
        "a strategy": row_url(plan, "strategy", strategy),
        "a line": row_url(plan, "line", line),
    }

    shown = set()
    for name, url in pages.items():
        text = " ".join(BeautifulSoup(browser.get(url).text, "html.parser").text.split())
        assert not re.search(r"\d 156 seats", text), url
        if "· 156 seats" in text:
            shown.add(name)
    assert shown >= {"objectives", "strategies", "budget", "a strategy", "a line"}


def next_act(client, user, plan):
    client.force_login(user)
    page = BeautifulSoup(client.get(plan.get_absolute_url()).text, "html.parser")
    acts = page.select('.savebar a:not([href$="/signatures/"])')
    return [link.text for link in acts]


def test_overview_offers_what_brings_a_returned_plan_on(client, noon):
    plan = PlanFactory(returned=True)
    coordinator = person(Role.PLAN_COORDINATOR, plan.district)

    asked = next_act(client, coordinator, plan)
    services.answer_change(
        plan_id=plan.pk, number=1, version=1, answer="Done.", by=coordinator, at=noon
    )
    answered = next_act(client, coordinator, plan)
    services.save_section(
        plan_id=plan.pk,
        model=Cover,
        version=1,
        values={"summary": "New"},
        as_typed={},
        by=coordinator,
        at=noon,
    )
    edited = next_act(client, coordinator, plan)

    assert (asked, answered, edited) == (
        ["Answer the changes"],
        ["Submit the plan"],
        ["Close for signature"],
    )


def test_overview_asks_each_signer_until_they_signed_the_text_as_it_stands(client, noon):
    plan = PlanFactory()
    superintendent = person(Role.SUPERINTENDENT, plan.district)
    chair = person(Role.BOARD_CHAIR, plan.district)
    version = closed_version(plan)

    services.sign(plan_id=plan.pk, sha256=version.sha256, by=superintendent, at=noon)

    assert next_act(client, chair, plan) == ["Sign the plan"]
    assert next_act(client, superintendent, plan) == []
    Plan.objects.filter(pk=plan.pk).update(edition=2)
    plan.refresh_from_db()
    closed_version(plan)
    assert next_act(client, superintendent, plan) == ["Sign the plan"]


def test_words_are_given_back_where_the_plan_was_handed_in_meanwhile(browser, plan):
    browser.post(add_url(plan, "objective"), {"statement": "Old"})
    objective = Objective.objects.get()
    Plan.objects.filter(pk=plan.pk).update(
        status="submitted", submitted_at=plan.started_at, submitted_by=plan.started_by
    )

    for url, name in [
        (section_url(plan, "cover"), "summary"),
        (row_url(plan, "objective", objective), "statement"),
        (add_url(plan, "objective"), "statement"),
    ]:
        response = browser.post(url, {"version": 1, name: "An hour’s work"})
        assert response.status_code == 409
        assert "This plan is submitted now, so it cannot be edited." in response.text
        assert "An hour’s work" in response.text

    assert (Cover.objects.get().summary, Objective.objects.get().statement) == ("", "Old")


def test_words_are_given_back_where_their_objective_was_removed_meanwhile(browser, plan):
    browser.post(add_url(plan, "objective"), {"statement": "Old"})
    objective = Objective.objects.get()
    browser.post(add_url(plan, "target", objective), {"measure": "Reading"})
    target = PerformanceTarget.objects.get()
    add, save = add_url(plan, "target", objective), row_url(plan, "target", target)
    typed = {"version": 1, "parent": objective.pk, "measure": "An hour’s work"}
    objective.delete()

    for url in (add, save):
        response = browser.post(url, typed)
        assert response.status_code == 404
        assert "Its objective was removed while you were writing." in response.text
        assert "An hour’s work" in response.text
    assert not PerformanceTarget.objects.exists()
