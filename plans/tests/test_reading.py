"""The read plan: what its templates are given, and who reads the draft or what was handed in."""

import re

import pytest
from bs4 import BeautifulSoup
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from django.template.loader import render_to_string
from django.urls import reverse
from redis.exceptions import RedisError

from districts.roles import DEPARTMENT_ROLES, DISTRICT_ROLES, Role
from districts.tests.factories import person
from plans.models import Cover, Strategy
from plans.reading.document import budget_by_strategy, coverage, document_sections, reading_context
from plans.reading.sums import Total
from plans.tests.documents import (
    a_line,
    a_strategy,
    change,
    complete_document,
    empty_document,
)
from plans.tests.factories import PlanFactory, closed_version, document_of, write_rows


def rendered(document):
    context = reading_context(document)
    return "\n".join(
        render_to_string(section.template, context) for section in document_sections(document)
    )


def test_budget_groups_lines_by_strategy_and_adds_them_up():
    budget = budget_by_strategy(complete_document())

    assert [
        (group.strategy.number, [row["number"] for row in group.rows], group.totals)
        for group in budget.groups
    ] == [
        (1, [1, 4, 5], [Total("allocation", 918_000), Total("carry_forward", 7_500)]),
        (2, [2, 3], [Total("allocation", 82_000)]),
    ]
    assert [(total.label, total.amount) for total in budget.totals] == [
        ("Current allocation", 1_000_000),
        ("Carry-forward", 7_500),
    ]
    assert (budget.line_count, budget.budgeted, budget.allocation, budget.left) == (
        5,
        1_000_000,
        1_000_000,
        0,
    )


def test_budget_shows_lines_of_no_strategy_last():
    document = change(complete_document(), "lines", 0, strategy=None, amount=None)

    last = budget_by_strategy(document).groups[-1]

    assert (last.strategy, [row["number"] for row in last.rows]) == (None, [1])
    assert last.totals == [Total("allocation", 0)]


def test_budget_above_the_allocation_says_by_how_much():
    document = change(complete_document(), "lines", 0, amount=900_001)

    assert budget_by_strategy(document).over == 1
    assert 'Over the allocation</dt><dd class="over"><strong>$1</strong></dd>' in re.sub(
        r"\s*\n\s*", "", rendered(document)
    )


def test_coverage_names_strategies_and_dollars_of_each_focus_area():
    document = complete_document(strategies=(a_strategy(31, 1),))

    assert [(row.area.number, row.strategies, row.totals) for row in coverage(document)] == [
        (1, "1", []),
        (2, "1", [Total("allocation", 918_000)]),
        (3, "1", [Total("carry_forward", 7_500)]),
        (4, "", [Total("allocation", 22_000)]),
        (5, "1", []),
        (6, "", [Total("allocation", 60_000)]),
        (7, "", []),
        (8, "1", []),
        (9, "", []),
        (10, "", []),
    ]


def test_every_word_of_a_plan_is_in_its_reading():
    page = " ".join(rendered(complete_document()).split())

    words = [
        "Reading, attendance and mentors.",
        "Grade 3 reading is below the State.",
        "Coaches must start in August.",
        "More children read well by grade 3.",
        "Two district pilots.",
        "Fall screening complete",
        "TEAM mentor stipend",
        "44 × $500",
        "More evening tutoring.",
        "No position was paid locally before.",
        "Assurance 9.",
        "minutes.pdf",
    ]
    assert [word for word in words if word not in page] == []


def test_an_empty_plan_reads_as_not_written_yet():
    page = rendered(empty_document())

    assert page.count("Not written yet.") == 10
    assert "No objective yet." in page
    assert "No budget line yet." in page


def test_a_number_is_set_apart_from_text_that_begins_with_one():
    document = change(
        complete_document(), "strategies", 0, "milestones", 0, description="156 seats filled"
    )
    document = change(document, "objectives", 0, "targets", 0, measure="3rd grade reading")

    page = rendered(document)

    assert "1 · 156 seats filled" in page
    assert "1.1 · 3rd grade reading" in page


def test_what_a_field_could_not_read_is_shown_as_typed():
    document = change(
        complete_document(), "lines", 0, amount=None, as_typed={"amount": "about <9>"}
    )

    assert "Typed, not read yet: “about &lt;9&gt;”" in rendered(document)


def test_targets_and_strategies_lead_to_one_another():
    document = complete_document()
    first = document.targets[0].lineage
    document = change(document, "strategies", 0, targets=(first,))
    document = change(document, "strategies", 1, targets=(first,))

    page = BeautifulSoup(rendered(document), "html.parser")

    rows = {row["id"]: row.th for row in page.select('tr[id^="target-"]')}
    one, two = (rows[f"target-{each.number}"] for each in document.targets[:2])
    assert " ".join(one.text.split()).endswith("Served by strategies 1, 2")
    assert " ".join(two.text.split()).endswith("Served by no strategy")
    assert [page.select_one(link["href"]).name for link in one.select("a")] == ["h3", "h3"]
    assert page.select_one("#strategy-1 ~ dl a[href^='#target-']")["href"] == (
        f"#target-{document.targets[0].number}"
    )


def test_contents_lead_to_each_objective_and_strategy():
    document = change(complete_document(), "strategies", 1, title="Mentors who\n" + "stay " * 20)
    contents = render_to_string(
        "plans/document/_contents.html", {"sections": document_sections(document)}
    )
    anchors = re.findall(r'href="#([^"]+)"', contents)

    assert [each for each in anchors if each[-1].isdigit()] == [
        "objective-1",
        "objective-2",
        "strategy-1",
        "strategy-2",
    ]
    page = rendered(document)
    assert [each for each in anchors if each[-1].isdigit() and f'id="{each}"' not in page] == []
    assert "1 More children read well by grade 3." in contents
    assert f"2 Mentors who {'stay ' * 9}…<" in contents


def read_url(plan):
    return reverse("plans:read", args=[plan.district.slug, plan.cycle_id])


def version_url(plan, number=1):
    return reverse("plans:version", args=[plan.district.slug, plan.cycle_id, number])


@pytest.fixture
def draft(db):
    plan = PlanFactory()
    write_rows(plan)
    return plan


@pytest.mark.parametrize("role", sorted(DISTRICT_ROLES))
def test_everyone_of_the_district_reads_the_draft(client, draft, role):
    client.force_login(person(role, draft.district))

    response = client.get(read_url(draft))

    assert response.status_code == 200
    assert "Draft, not handed in." in response.text
    assert "Reading, attendance and mentors." in response.text


@pytest.mark.parametrize("role", sorted(DEPARTMENT_ROLES))
def test_nobody_at_the_department_reads_a_draft(client, draft, role):
    """Nor a version that is closed for signature and not handed in (R59)."""
    closed_version(draft)
    client.force_login(person(role))

    assert client.get(read_url(draft)).status_code == 404
    assert client.get(version_url(draft)).status_code == 404


def test_another_district_finds_nothing(client, draft):
    submitted = PlanFactory(submitted=True)
    client.force_login(person(Role.PLAN_COORDINATOR))

    for url in (read_url(draft), read_url(submitted), version_url(submitted)):
        assert client.get(url).status_code == 404


def test_a_year_without_a_plan_is_not_found(client, draft):
    client.force_login(person(Role.PLAN_COORDINATOR, draft.district))

    assert client.get(reverse("plans:read", args=[draft.district.slug, 2028])).status_code == 404
    assert client.get(version_url(draft, 7)).status_code == 404


def test_reading_is_no_act(client, draft):
    client.force_login(person(Role.PLAN_COORDINATOR, draft.district))

    assert client.post(read_url(draft)).status_code == 405


@pytest.mark.parametrize(
    ("role", "edits"), [(Role.PLAN_COORDINATOR, True), (Role.DISTRICT_VIEWER, False)]
)
def test_those_who_write_find_the_way_to_each_section(client, draft, role, edits):
    client.force_login(person(role, draft.district))

    page = client.get(read_url(draft)).text

    edit = reverse("plans:section", args=[draft.district.slug, 2027, "budget"])
    assert (edit in page) is edits


def test_a_draft_closed_for_signature_says_so(client, draft):
    closed_version(draft)
    client.force_login(person(Role.SUPERINTENDENT, draft.district))

    page = client.get(read_url(draft)).text

    assert "Closed for signature as version 1, not handed in." in page


def test_what_was_handed_in_is_read_from_the_frozen_text(client, reviewer):
    """The rows may say what they like by now: nothing submitted is rebuilt from them."""
    plan = PlanFactory(submitted=True)
    write_rows(plan)
    Cover.objects.filter(plan=plan).update(summary="Written afterwards.")

    for reader in (reviewer, person(Role.DISTRICT_VIEWER, plan.district)):
        client.force_login(reader)
        page = client.get(read_url(plan)).text
        assert "Reading, attendance and mentors." in page
        assert "Written afterwards." not in page
        assert plan.versions.get().sha256 in page


def test_a_returned_plan_is_a_draft_again_to_its_district_alone(client, reviewer):
    plan = PlanFactory(returned=True)
    Cover.objects.filter(plan=plan).update(summary="Written after the return.")
    plan.edition += 1
    plan.save()

    client.force_login(person(Role.DISTRICT_VIEWER, plan.district))
    page = client.get(read_url(plan)).text
    assert "Draft, not handed in again." in page
    assert "Written after the return." in page
    client.force_login(reviewer)
    page = client.get(read_url(plan)).text
    assert "Written after the return." not in page
    assert "Reading, attendance and mentors." in page


def test_attachments_are_linked_to_their_files(db):
    plan = PlanFactory()
    lineage = "0f3c6b3e-6f3d-4a55-9f0e-6c5f2c1f7a10"
    document = change(document_of(plan.district), "attachments", 0, lineage=lineage)
    page = rendered(document)

    assert reverse("plans:attachment", args=[plan.district.slug, 2027, lineage]) in page


def test_a_version_names_who_closed_signed_and_handed_it_in(client, reviewer):
    plan = PlanFactory(submitted=True)
    version = plan.versions.get()
    client.force_login(reviewer)

    page = client.get(version_url(plan)).text

    signers = list(version.signatures.values_list("name", flat=True))
    for name in [version.closed_by.name, plan.submitted_by.name, *signers]:
        assert name in page
    assert "June 26, 2026, 10:00 am ET" in page
    assert version.sha256 in page


def test_the_district_reads_every_version_the_department_those_handed_in(client, reviewer):
    plan = PlanFactory(returned=True)
    plan.edition += 1
    plan.save()
    closed_version(plan)
    viewer = person(Role.DISTRICT_VIEWER, plan.district)

    answers = {}
    for who, user in {"district": viewer, "department": reviewer}.items():
        client.force_login(user)
        answers[who] = [client.get(version_url(plan, n)).status_code for n in (1, 2)]

    assert answers == {"district": [200, 200], "department": [200, 404]}


def test_a_recommendation_does_not_show_on_the_districts_page(client, reviewer):
    plan = PlanFactory(recommended=True)

    client.force_login(person(Role.SUPERINTENDENT, plan.district))
    page = client.get(read_url(plan)).text
    assert "With the Department" in page
    assert "Recommended" not in page
    client.force_login(reviewer)
    assert "Recommended" in client.get(read_url(plan)).text


def long_document(plan, times):
    strategies = tuple(a_strategy(100 + n, n, lineage=f"strategy-{n}") for n in range(1, times + 1))
    lines = tuple(
        a_line(1_000 + n, n, strategy=f"strategy-{(n - 1) // 3 + 1}")
        for n in range(1, 3 * times + 1)
    )
    return document_of(plan.district, strategies=strategies, lines=lines)


@pytest.mark.parametrize("times", [1, 40])
def test_version_is_read_in_the_same_queries_however_long(
    client, reviewer, django_assert_num_queries, times
):
    plan = PlanFactory(returned=True)
    plan.edition += 1
    plan.save()
    version = closed_version(plan, long_document(plan, times), signed=True)
    plan.events.create(
        step="submit",
        source="returned",
        target="submitted",
        version=version,
        taken_at=plan.submitted_at,
        taken_by=plan.submitted_by,
    )
    client.force_login(reviewer)

    # session, user, roles, version, its text, signatures, submissions
    with django_assert_num_queries(7):
        first = client.get(version_url(plan, 2))
    with django_assert_num_queries(6):  # the text is kept
        again = client.get(version_url(plan, 2))

    assert again.context["sections"] == first.context["sections"]
    assert first.text.count("Strategy ") >= 2 * times
    assert first.text.count('data-label="Line"') == 3 * times


def test_text_that_is_kept_is_never_another_versions(client, reviewer):
    pages = []
    for summary in ("One text.", "Another text."):
        plan = PlanFactory(returned=True)
        plan.edition += 1
        plan.save()
        document = change(document_of(plan.district), "cover", summary=summary)
        version = closed_version(plan, document, signed=True)
        client.force_login(person(Role.DISTRICT_VIEWER, plan.district))
        pages.append([client.get(version_url(plan, version.number)).text for _ in range(2)])

    (one, one_again), (another, another_again) = pages
    assert "One text." in one
    assert "One text." in one_again
    assert "Another text." in another
    assert "Another text." in another_again
    assert "One text." not in another_again


@pytest.mark.django_db
def test_a_cache_that_is_down_costs_no_page(client, monkeypatch):
    plan = PlanFactory(submitted=True)
    client.force_login(person(Role.DISTRICT_VIEWER, plan.district))

    def down(*args, **kwargs):
        raise RedisError

    monkeypatch.setattr(RedisCache, "get", down)
    monkeypatch.setattr(caches["default"], "_is_asked_from", 0.0)  # and again after this test

    assert "Reading, attendance and mentors." in client.get(version_url(plan)).text


@pytest.mark.parametrize("times", [1, 3])
def test_draft_is_read_in_six_queries_however_long(client, draft, django_assert_num_queries, times):
    Strategy.objects.filter(plan=draft).delete()
    for position in range(times):
        Strategy.objects.create(plan=draft, position=position, title="Strategy number")
    client.force_login(person(Role.PLAN_COORDINATOR, draft.district))

    client.get(read_url(draft))
    with django_assert_num_queries(6):  # session, user, roles, plan, draft, closed
        response = client.get(read_url(draft))

    assert response.text.count(": Strategy number") == times
