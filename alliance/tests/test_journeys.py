"""Whole stories in a real browser, one function a story."""

import re
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from alliance.tests.browsing import send
from alliance.tests.conftest import Visitor
from districts.models import Designation
from districts.roles import Role
from districts.tests.factories import PASSWORD, AllocationFactory, DistrictFactory, person
from notices.models import Notice
from plans.models import Cycle, Plan
from plans.workflow import Status

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PLAN = "/plans/ansonia/2027/"  # by its own address: which year is at home depends on the day


@pytest.fixture
def people(db):
    """Everybody the story needs, in Ansonia and at the Department."""
    district = DistrictFactory(name="Ansonia", slug="ansonia", edsight_code="0020011")
    Designation.objects.create(
        district=district,
        first_fiscal_year=2023,
        last_fiscal_year=2032,
        cohort=2013,
        basis="For the story",
        source="For the story",
        source_on=date(2026, 1, 1),
    )
    AllocationFactory(district=district, fiscal_year=2027, amount=30_000)
    for role in ("plan_coordinator", "superintendent", "board_chair", "fiscal_officer"):
        person(Role(role), district, email=f"{role}@ansonia.example.org", name=f"Ansonia {role}")
    for role in ("program_reviewer", "fiscal_reviewer", "program_manager", "commissioner"):
        person(Role(role), email=f"{role}@csde.example.org", name=f"Department {role}")
    return district


def save(page: Page, name: str = "Save") -> None:
    send(page.locator("main").get_by_role("button", name=name, exact=True).first)


def add(page: Page) -> None:
    """In the list that the row is of, which then has it in place of its form."""
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#row-form")).to_have_count(0)


def open_section(page: Page, title: str) -> None:
    page.get_by_role("navigation", name="Sections of the plan").get_by_role(
        "link", name=re.compile(f"^{title}")
    ).first.click()


def write_the_plan(page: Page) -> None:
    send(page.get_by_role("button", name="Start the FY2027 plan"))
    page.get_by_role("link", name="Continue the plan").click()
    page.get_by_label("Contact for this plan").fill("Dana Reyes")
    page.get_by_label("Title").fill("Director of literacy")
    page.get_by_label("Work email").fill("dreyes@ansonia.example.org")
    page.get_by_label("Telephone").fill("203-555-0100")
    page.get_by_label("The plan in a paragraph").fill("Every child reads by grade 3.")
    save(page, "Save and next")

    open_section(page, "Objectives and targets")
    page.get_by_role("link", name="Add an objective").click()
    page.get_by_label("Objective").fill("Every child reads by grade 3")
    add(page)
    page.get_by_role("link", name="Add a target").click()
    page.get_by_label("Indicator").select_option(label="1 Academic achievement")
    page.get_by_label("What exactly is measured").fill("Grade 3 reading")
    page.get_by_label("Student group").fill("All students")
    page.locator("#id_baseline").fill("46.1")
    page.get_by_label("Year of the baseline").fill("2024-25")
    page.locator("#id_target_value").fill("51")
    page.get_by_label("Unit").fill("index points")
    page.get_by_label("To be reached by").fill("2027-06-15")
    page.get_by_label("Data source").fill("EdSight")
    add(page)

    open_section(page, "Strategies")
    page.get_by_role("link", name="Add a strategy").click()
    page.get_by_label("Title").fill("Coaches in every school")
    page.get_by_label("What will happen").fill("Coaches model one lesson a week in each school.")
    page.get_by_label("Academics").check()
    page.get_by_label("2 Reading, grades K–3").check()
    page.get_by_label("Owner").fill("Director of literacy")
    page.get_by_label("Starts").fill("2026-08-24")
    page.get_by_label("Ends").fill("2027-06-11")
    page.get_by_label("Schools").fill("All elementary schools")
    page.get_by_label("1.1 · Grade 3 reading").check()
    add(page)
    for milestone, day in [("Coaches hired", "2026-09-30"), ("Fall screening", "2026-10-09")]:
        page.get_by_role("link", name="Add a milestone to strategy 1").click()
        page.locator("#id_description").fill(milestone)
        page.get_by_label("Due").fill(day)
        add(page)

    open_section(page, "Budget")
    page.get_by_role("link", name="Add a line").click()
    page.get_by_label("What it pays for").fill("One half-time coach")
    page.get_by_label("Strategy").select_option(label="1 · Coaches in every school")
    page.get_by_label("Focus area").select_option(label="2 Reading, grades K–3")
    page.get_by_label("Object code (ED114)").select_option(label="111B Teachers")
    page.get_by_label("Amount").fill("$29,000")
    page.get_by_label("Narrative").fill("Half a position in the two elementary schools.")
    save(page)

    open_section(page, "Sustainability")
    page.get_by_label("How the work goes on").fill("The local budget takes the coach over.")
    page.get_by_label("How these funds add").fill("No coach was paid locally before.")
    save(page)

    open_section(page, "Assurances")
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_label("Yes").check()
    page.get_by_label("Date of that approval").fill("2026-05-12")
    save(page, "Save and next")


LACKING = {  # what the plan as written so far lacks: the sentence, and the field it leads to
    "The needs assessment cites no indicator.": "needs/#id_indicator_numbers",
    "“How last year’s plan was carried out” is empty.": "look-back/#id_implementation",
    "No engagement is recorded with: families, teachers": "engagement/",
    "Nothing is said about efficiencies": "engagement/#id_alignment",
    "Neither the board's approval nor a planned vote": "board-approval/#id_planned_on",
}


def write_what_closing_asks_for(page: Page) -> None:
    """Everything that stops the plan is on one page, and each leads to its field."""
    page.goto(f"{PLAN}close/")
    for sentence, place in LACKING.items():
        line = page.locator("main li", has_text=sentence)
        assert line.get_by_role("link").get_attribute("href") == f"{PLAN}edit/{place}"

    for place in ("needs/", "look-back/", "engagement/"):
        page.goto(f"{PLAN}edit/{place}")
        for prose in page.locator("main form.panel textarea").all():
            prose.fill("As we wrote in our own words.")
        if place == "needs/":
            page.get_by_label("1 Academic achievement").check()
        save(page)
    for group in ("Families", "Teachers", "School leaders", "Community partners"):
        page.goto(f"{PLAN}edit/engagement/add/")
        page.get_by_label(group, exact=True).check()
        page.get_by_label("When").fill("2026-05-05")
        page.get_by_label("How", exact=True).fill("An evening meeting")
        page.get_by_label("What they said").fill("More reading.")
        save(page)
    page.goto(f"{PLAN}edit/board-approval/")
    page.get_by_label(re.compile("The local board approved")).fill("2026-06-09")
    save(page)


def close_and_sign(visit, coordinator: Page) -> None:
    coordinator.goto(PLAN)
    coordinator.get_by_role("link", name="Close for signature").click()
    send(coordinator.locator("main").get_by_role("button", name=re.compile("^Close")))
    expect(coordinator.locator("main")).to_contain_text("version")
    for signer in ("superintendent", "board_chair"):
        page = visit(f"{signer}@ansonia.example.org")
        page.goto(f"{PLAN}sign/")
        page.get_by_label(re.compile("password", re.I)).fill(PASSWORD)
        send(page.locator("main").get_by_role("button", name=re.compile("^Sign")))
        expect(page.get_by_text(re.compile("You signed version"))).to_be_visible()
        page.context.close()


def submit(page: Page) -> None:
    page.goto(f"{PLAN}submit/")
    send(page.locator("main").get_by_role("button", name=re.compile("^Submit")))
    expect(page.get_by_text(re.compile("The Department has it"))).to_be_visible()


@pytest.mark.long
def test_a_plan_from_first_word_to_approval_and_next_years_reminder(
    chromium, live_server, visit, people, mailoutbox
):
    visitor = Visitor(chromium, live_server.url)
    coordinator = visitor.sign_in_at_the_form("plan_coordinator@ansonia.example.org")
    coordinator.goto(PLAN)
    write_the_plan(coordinator)

    # Closing an incomplete plan lists what is missing, each with a link to its field.
    coordinator.goto(PLAN)
    coordinator.get_by_role("link", name="Close for signature").click()
    expect(coordinator.locator("main")).to_contain_text("$29,000")
    coordinator.goto(f"{PLAN}edit/budget/")
    coordinator.get_by_role("link", name="1 · One half-time coach").click()
    coordinator.get_by_label("Amount").fill("30000")
    save(coordinator)
    write_what_closing_asks_for(coordinator)
    close_and_sign(visit, coordinator)
    submit(coordinator)

    manager = visit("program_manager@csde.example.org")
    manager.goto("/reviews/ansonia/2027/assign/")
    for label, name in [
        ("Program reviewer", "Department program_reviewer"),
        ("Fiscal reviewer", "Department fiscal_reviewer"),
    ]:
        field = manager.get_by_label(label)
        option = field.locator("option", has_text=name).get_attribute("value")
        field.select_option(value=option)
    send(manager.locator("main").get_by_role("button", name=re.compile("^Assign")))

    reviewer = visit("program_reviewer@csde.example.org")
    reviewer.goto("/reviews/ansonia/2027/")
    expect(reviewer.locator("main")).to_contain_text("Coaches in every school")
    reviewer.goto("/reviews/ansonia/2027/return/")
    reviewer.get_by_label("Section").first.select_option(label="Strategies")
    reviewer.get_by_label("What has to change").first.fill("Say which schools come first.")
    send(reviewer.locator("main").get_by_role("button", name=re.compile("^Return")))
    assert Plan.objects.get().status == Status.RETURNED

    # It cannot be handed in before the change is answered.
    coordinator.goto(PLAN)
    expect(coordinator.locator("main")).to_contain_text("Say which schools come first.")
    coordinator.goto(f"{PLAN}submit/")
    expect(coordinator.locator("main")).to_contain_text("not answered")
    coordinator.goto(f"{PLAN}changes/")
    coordinator.get_by_label(re.compile("Your answer")).fill("Mead School comes first.")
    send(coordinator.locator("main").get_by_role("button", name=re.compile("answer", re.I)))
    coordinator.goto(f"{PLAN}edit/strategies/")
    coordinator.get_by_role("link", name="1 · Coaches in every school").first.click()
    coordinator.get_by_label("Schools").fill("Mead School first, then Prendergast School")
    save(coordinator)
    close_and_sign(visit, coordinator)
    submit(coordinator)
    assert Plan.objects.get().status == Status.UNDER_REVIEW

    reviewer.goto("/reviews/ansonia/2027/")
    expect(reviewer.locator("main")).to_contain_text("Mead School comes first.")
    for page in (reviewer, visit("fiscal_reviewer@csde.example.org")):
        page.goto("/reviews/ansonia/2027/recommend/")
        page.locator("main").get_by_role("textbox").first.fill("The plan is sound.")
        send(page.locator("main").get_by_role("button", name=re.compile("^Recommend")))
    assert Plan.objects.get().status == Status.RECOMMENDED

    commissioner = visit("commissioner@csde.example.org")
    commissioner.goto("/reviews/ansonia/2027/approve/")
    for finding in commissioner.get_by_role(
        "radio", name=re.compile("^No plan to look back")
    ).all():
        finding.check()
    for reasons in commissioner.get_by_label(re.compile("^Reasons")).all():
        reasons.fill("The first plan in this system; it is sound.")
    commissioner.get_by_label("Condition 1 (optional)").fill("Hire both coaches.")
    commissioner.get_by_label("Condition 1: due").fill(f"{timezone.localdate().year + 1}-06-01")
    send(commissioner.locator("main").get_by_role("button", name=re.compile("^Approve")))
    expect(commissioner.locator("main")).to_contain_text("Approved")
    assert Plan.objects.get().status == Status.APPROVED
    coordinator.goto(PLAN)
    expect(coordinator.locator("main")).to_contain_text("Approved")
    expect(coordinator.locator("main")).to_contain_text("Hire both coaches.")

    # Next year: nobody has filed the FY2028 amendment, and a week before it is due a letter leaves.
    due = timezone.localdate() + timedelta(days=7)
    Cycle.objects.filter(pk=2028).update(
        opens_on=due - timedelta(days=60),
        plan_due_on=due,
        reviews_complete_on=due + timedelta(days=30),
        decisions_on=due + timedelta(days=60),
        reminders_from=timezone.now() - timedelta(days=60),
    )
    at_nine = timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0)
    call_command("send_reminders", at=at_nine.isoformat())
    reminders = Notice.objects.filter(about="plan/0020011/2028", status="sent")
    assert sorted(reminders.values_list("address", flat=True)) == [
        "plan_coordinator@ansonia.example.org",
        "superintendent@ansonia.example.org",
    ]
    subjects = [letter.subject for letter in mailoutbox]
    assert sum("2028" in subject for subject in subjects) == 2
    coordinator.goto("/home/")
    send(coordinator.get_by_role("button", name="Start the FY2028 plan"))
    expect(coordinator.locator("main")).to_contain_text("2028")
    amendment = Plan.objects.get(cycle=2028)
    assert (amendment.kind, amendment.copied_from.cycle_id) == ("annual_amendment", 2027)
