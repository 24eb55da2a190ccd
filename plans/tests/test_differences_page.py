"""The page of what changed: which texts it offers to whom, and that it says what is other."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.roles import DISTRICT_ROLES, Role
from districts.tests.factories import DistrictFactory, MembershipFactory, person
from plans import permissions
from plans.documents import draft_document
from plans.models import Cover, Cycle, Plan
from plans.reports.sides import sides_of
from plans.tests.documents import a_line, change
from plans.tests.factories import (
    PlanFactory,
    RequiredChangeFactory,
    assign_reviewers,
    closed_version,
    document_of,
    write_rows,
)
from plans.workflow import Status, Step

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    """Returned on version 1, which is its draft but for one word."""
    plan = PlanFactory()
    write_rows(plan)
    hand_in(plan, closed_version(plan, draft_document(plan.pk), signed=True), Status.DRAFT)
    assign_reviewers(plan)
    take(plan, Step.RETURN, Status.UNDER_REVIEW, Status.RETURNED, plan.versions.get())
    RequiredChangeFactory(plan=plan, version=plan.versions.get())
    plan.edition += 1
    plan.save()
    Cover.objects.filter(plan=plan).update(summary="Reading, attendance and tutors.")
    return plan


def hand_in(plan, version, source):
    plan.submitted_at, plan.submitted_by = version.closed_at, version.closed_by
    take(plan, Step.SUBMIT, source, Status.SUBMITTED, version)
    take(plan, Step.START_REVIEW, Status.SUBMITTED, Status.UNDER_REVIEW, version)


def take(plan, step, source, target, version):
    plan.status = target
    plan.save()
    plan.events.create(
        step=step,
        source=source,
        target=target,
        version=version,
        reason="1. Budget: Name the grades." if step == Step.RETURN else "",
        taken_at=version.closed_at,
        taken_by=version.closed_by,
    )


def come_back(plan, document):
    """Answered, closed, and handed in again."""
    plan.required_changes.update(
        answer="Done.", answered_at=plan.submitted_at, answered_by=plan.started_by
    )
    version = closed_version(plan, document, signed=True)
    hand_in(plan, version, Status.RETURNED)
    return version


@pytest.fixture
def coordinator(plan):
    return person(Role.PLAN_COORDINATOR, plan.district)


@pytest.fixture
def page(client):
    def read(plan, who, *, status=200, **asked):
        client.force_login(who)
        url = reverse("plans:differences", args=[plan.district.slug, plan.cycle_id])
        answer = client.get(url, asked)
        assert answer.status_code == status
        return answer

    return read


def offered(answer):
    soup = BeautifulSoup(answer.text, "html.parser")
    return [(each["value"], each.has_attr("selected")) for each in soup.select("#after option")], [
        each["value"] for each in soup.select("#before option[selected]")
    ]


def said(answer, section):
    soup = BeautifulSoup(answer.text, "html.parser")
    return " ".join(soup.select_one(f"#{section} .body").text.split())


def test_the_draft_stands_beside_the_version_returned(page, plan, coordinator):
    answer = page(plan, coordinator)

    assert offered(answer) == ([("2027-1", False), ("draft", True)], ["2027-1"])
    assert "What changed from version 1 to the draft" in answer.text
    assert said(answer, "cover") == (
        "Changed: Cover and contacts The plan in a paragraph"
        " Reading, attendance and [removed: mentors.][added: tutors.]"
    )


def test_what_is_the_same_is_named_and_not_shown(page, plan, coordinator):
    answer = page(plan, coordinator)

    assert [each.count.key for each in answer.context["sections"]] == ["cover"]
    assert "Needs assessment" in answer.context["short"].same


def test_one_section_alone(page, plan, coordinator):
    answer = page(plan, coordinator, section="cover")

    assert [each.count.key for each in answer.context["sections"]] == ["cover"]
    same = page(plan, coordinator, section="budget")
    assert same.context["sections"] == []
    assert "Budget reads the same in version 1 and in the draft." in same.text


def test_the_latest_two_where_nothing_was_returned(page):
    plan = PlanFactory(submitted=True)
    changed = document_of(plan.district, lines=())
    Plan.objects.filter(pk=plan.pk).update(edition=2)
    plan.refresh_from_db()
    closed_version(plan, changed)

    answer = page(plan, person(Role.DISTRICT_VIEWER, plan.district))

    assert offered(answer) == ([("2027-1", False), ("2027-2", True)], ["2027-1"])
    assert (answer.context["short"].sections[0].key, answer.context["short"].words) == (
        "budget",
        "5 rows removed, in 1 section",
    )
    assert "$1,000,000" in answer.text
    assert "−$1,000,000" in answer.text


def test_last_years_approved_plan_is_a_text_to_compare_with(page):
    last = PlanFactory(approved=True)
    plan = PlanFactory(district=last.district, cycle=Cycle.objects.get(pk=2028), board=None)
    write_rows(plan)

    answer = page(plan, person(Role.SUPERINTENDENT, plan.district))

    assert offered(answer) == ([("2027-1", False), ("draft", True)], ["2027-1"])
    assert "What changed from the FY2027 plan to the draft" in answer.text


def test_whichever_is_chosen_first_the_earlier_stands_first(page, plan, coordinator):
    answer = page(plan, coordinator, before="draft", after="2027-1")

    assert (answer.context["before"].side.name, answer.context["after"].side.name) == (
        "2027-1",
        "draft",
    )


def test_a_text_beside_itself_says_that_nothing_is_other(page, plan, coordinator):
    answer = page(plan, coordinator, before="draft", after="draft")

    assert "No word of the district’s is other in the draft than in the draft." in answer.text


@pytest.mark.parametrize(
    "asked",
    [
        {"before": "2027-9"},
        {"after": "2026-1"},
        {"after": "1"},
        {"before": "x" * 5000},
        {"after": "2027-1\0"},
        {"section": "board-approval"},
        {"section": "nothing"},
    ],
)
def test_what_there_is_not_is_not_found(page, plan, coordinator, asked):
    page(plan, coordinator, status=404, **asked)


def test_a_link_to_the_draft_leads_to_the_version_that_has_its_text(page, plan, coordinator):
    closed_version(plan, draft_document(plan.pk))

    answer = page(plan, coordinator, after="draft")

    assert answer.context["after"].side.name == "2027-2"


def test_a_reviewer_compares_what_was_handed_in_and_no_draft(page, plan):
    reviewer = plan.assignments.current().first().reviewer
    closed_version(plan, draft_document(plan.pk))  # not handed in
    plan.edition += 1
    plan.save()

    answer = page(plan, reviewer)

    assert "There is one text so far: version 1." in answer.text
    assert offered(answer) == ([], [])
    for name in ("draft", "2027-2"):
        page(plan, reviewer, status=404, after=name)
        page(plan, reviewer, status=404, before=name)
    come_back(plan, draft_document(plan.pk))
    assert offered(page(plan, reviewer)) == ([("2027-1", False), ("2027-3", True)], ["2027-1"])


def test_a_draft_is_nothing_to_the_department_even_beside_last_years_plan(page):
    last = PlanFactory(approved=True)
    plan = PlanFactory(district=last.district, cycle=Cycle.objects.get(pk=2028), board=None)

    page(plan, person(Role.PROGRAM_MANAGER), status=404)
    page(last, person(Role.PROGRAM_MANAGER))


@pytest.mark.parametrize("is_of_district", [True, False])
@pytest.mark.parametrize("role", [Role.PROGRAM_REVIEWER, Role.PLAN_COORDINATOR, Role.SYSADMIN])
def test_the_versions_offered_are_those_that_may_be_read(plan, role, is_of_district):
    closed_version(plan, draft_document(plan.pk))  # not handed in
    at_department = role not in DISTRICT_ROLES
    who = person(role) if at_department else person(role, DistrictFactory())
    if is_of_district:
        MembershipFactory(user=who, role=Role.DISTRICT_VIEWER, district=plan.district)

    offered = {each.version.number for each in sides_of(who, plan) if each.version}

    assert offered == {
        each.number
        for each in plan.versions.with_submission()
        if permissions.may_read_version(who, plan, was_handed_in=each.was_handed_in)
    }
    of_department = {1} if at_department else set()
    assert offered == ({1, 2} if is_of_district else of_department)


def test_nobody_reads_another_districts_texts(page, plan):
    page(plan, person(Role.PLAN_COORDINATOR), status=404)


@pytest.mark.parametrize("times", [1, 60])
def test_the_page_asks_as_often_however_long_the_plans(
    client, plan, coordinator, django_assert_num_queries, times
):
    lines = tuple(a_line(100 + n, n, narrative=f"Coach {n}.") for n in range(1, times + 1))
    closed_version(plan, document_of(plan.district, lines=lines))
    Plan.objects.filter(pk=plan.pk).update(edition=3)
    client.force_login(coordinator)
    url = reverse("plans:differences", args=[plan.district.slug, 2027])

    # session, user, roles, plan, texts offered, the text of one, the draft
    with django_assert_num_queries(7):
        first = client.get(url, {"before": "2027-2", "after": "draft"})
    with django_assert_num_queries(5):  # what was found is kept
        again = client.get(url, {"before": "2027-2", "after": "draft"})

    rows = BeautifulSoup(first.text, "html.parser").select("#budget .diff")
    assert [" ".join(row["class"]) for row in rows].count("diff removed") == times
    assert len(rows) == times + 5
    assert again.context["sections"] == first.context["sections"]


def test_what_is_kept_is_of_the_draft_as_it_stands(page, plan, coordinator):
    page(plan, coordinator)
    Cover.objects.filter(plan=plan).update(summary="Reading, attendance and coaches.")

    assert "[added: coaches.]" in said(page(plan, coordinator), "cover")


def test_words_of_the_district_are_text_and_no_markup(page, plan, coordinator):
    Cover.objects.filter(plan=plan).update(
        summary="Reading, <script>alert(1)</script> and mentors."
    )

    answer = page(plan, coordinator)

    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text


def test_what_was_asked_leads_to_what_changed_there(client, plan, coordinator):
    client.force_login(coordinator)
    url = reverse("plans:changes", args=[plan.district.slug, 2027])

    link = BeautifulSoup(client.get(url).text, "html.parser").find(
        "a", string="What changed in Budget"
    )

    assert link["href"] == f"/plans/{plan.district.slug}/2027/differences/?section=budget"
    plan.required_changes.update(section="board-approval")
    assert "What changed in" not in client.get(url).text


def first_panel(answer):
    heading = BeautifulSoup(answer.text, "html.parser").select_one("main h2")
    panel = heading.find_parent("section")
    links = [link["href"] for link in panel.select("a")]
    return heading.text, " ".join(panel.select_one(".body").text.split()), links


def test_who_signs_sees_first_what_changed_since_it_was_returned(client, plan):
    closed_version(plan, change(draft_document(plan.pk), attachments=()))
    url = reverse("plans:sign", args=[plan.district.slug, 2027])
    client.force_login(person(Role.SUPERINTENDENT, plan.district))

    assert first_panel(client.get(url)) == (
        "What changed since version 1 was returned",
        "1 row changed, in 1 section. $1,000,000 of the allocation is budgeted, as before."
        " Cover and contacts: 1 changed",
        [f"/plans/{plan.district.slug}/2027/differences/?before=2027-1&after=2027-2"],
    )


def test_who_signs_a_plan_that_was_never_returned_is_told_nothing_of_it(client, plan):
    plan.required_changes.all()._raw_delete("default")
    Plan.objects.filter(pk=plan.pk).update(status=Status.DRAFT)
    closed_version(plan, draft_document(plan.pk))
    client.force_login(person(Role.SUPERINTENDENT, plan.district))

    answer = client.get(reverse("plans:sign", args=[plan.district.slug, 2027]))

    assert "Sign version 2 as superintendent?" in answer.text
    assert "was returned" not in answer.text


def reviewed(client, plan, **asked):
    client.force_login(plan.assignments.current().first().reviewer)
    return client.get(reverse("reviews:plan", args=[plan.district.slug, 2027]), asked)


def test_a_reviewer_sees_first_what_changed_since_it_was_returned(client, plan):
    come_back(plan, draft_document(plan.pk))

    assert first_panel(reviewed(client, plan)) == (
        "What changed since version 1 was returned",
        "1 row changed, in 1 section. $1,000,000 of the allocation is budgeted, as before."
        " Cover and contacts: 1 changed",
        [f"/plans/{plan.district.slug}/2027/differences/?before=2027-1&after=2027-2"],
    )
    assert "was returned" not in reviewed(client, plan, version=1).text


def test_a_reviewer_is_led_from_what_was_asked_to_what_changed_there(client, plan):
    come_back(plan, draft_document(plan.pk))

    page = BeautifulSoup(reviewed(client, plan).text, "html.parser")

    assert page.find("a", string="What changed in Budget")["href"] == (
        f"/plans/{plan.district.slug}/2027/differences/?before=2027-1&after=2027-2&section=budget"
    )


def test_a_plan_that_came_back_as_it_was_says_so_first(client, plan):
    plan.required_changes.update(
        answer="Done.", answered_at=plan.submitted_at, answered_by=plan.started_by
    )
    hand_in(plan, plan.versions.get(), Status.RETURNED)

    assert first_panel(reviewed(client, plan)) == (
        "What changed since version 1 was returned",
        "Nothing: version 1 came back as it was."
        " $1,000,000 of the allocation is budgeted, as before.",
        [],
    )


def test_the_review_page_asks_no_more_of_a_plan_that_came_back_once_its_texts_are_kept(
    client, plan, django_assert_num_queries
):
    come_back(plan, draft_document(plan.pk))
    reviewed(client, plan)
    url = reverse("reviews:plan", args=[plan.district.slug, 2027])

    # session, user, roles, plan, all around it, assigned, what was returned, deciders
    with django_assert_num_queries(8):
        answer = client.get(url)

    assert "What changed since version 1 was returned" in answer.text
