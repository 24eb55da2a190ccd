"""One year into the next in a real browser: amendment, reports, determination, gate, decision."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from alliance.tests.browsing import send
from alliance.tests.last_year import LAST, THIS, approved_last_year
from alliance.walk import writing
from alliance.walk.people import Walker
from districts.models import FundingAdjustment
from districts.tests.factories import PASSWORD
from plans.models import BoardApproval, LineOutcome, Plan, TargetOutcome
from plans.workflow import Status
from reviews.models import Determination, SpendingDetermination

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PLAN, SPENDING = f"/plans/ansonia/{THIS}/", f"/reports/ansonia/{LAST}/spending/"
PROGRESS = f"/reports/ansonia/{LAST}/"


@pytest.fixture
def walker(db):
    return approved_last_year(allocated={LAST: 20_000, THIS: 30_000})


def main(page: Page):
    return page.locator("main")


def press(page: Page, name: str | re.Pattern) -> None:
    send(main(page).get_by_role("button", name=name).first)


def follow(page: Page, name: str | re.Pattern) -> None:
    main(page).get_by_role("link", name=name).first.click()


def sign(page: Page, verb: str) -> None:
    page.get_by_label(re.compile("password", re.I)).fill(PASSWORD)
    press(page, re.compile(f"^{verb}"))


def amend(page: Page) -> None:
    """One of each: a strategy and a line revised, a line retired, a line new, the rest kept."""
    page.goto(f"{PLAN}edit/strategies/")
    follow(page, re.compile("1 · Coaches in every school"))
    page.get_by_label("Schools").fill("Mead School first, then Prendergast School")
    save(page)
    page.goto(f"{PLAN}edit/budget/")
    follow(page, re.compile("1 · Coaches"))
    page.get_by_label("Amount").fill("20000")
    save(page)
    page.goto(f"{PLAN}edit/budget/")
    follow(page, re.compile("^Retire.*line 3", re.I))
    page.get_by_label(re.compile("why", re.I)).fill("The library buys them now.")
    press(page, re.compile("^Retire"))
    page.goto(f"{PLAN}edit/budget/")
    follow(page, "Add a line")
    page.get_by_label("What it pays for").fill("Summer tutors")
    page.get_by_label("Strategy").select_option(label="1 · Coaches in every school")
    page.get_by_label("Focus area").select_option(index=1)
    page.get_by_label("Object code (ED114)").select_option(label="321 Tutors")
    page.get_by_label("Amount").fill("6000")
    page.get_by_label("Narrative").fill("Two tutors for four weeks.")
    save(page)
    for section in ("cover", "needs", "objectives", "strategies", "budget", "engagement"):
        keep_the_rest(page, section)
    keep_the_rest(page, "sustainability")
    page.goto(f"{PLAN}carried/")
    facts = main(page).locator("aside dl.facts").first
    expect(facts).to_contain_text(re.compile(r"Revised\s*2\s*Retired, with a reason\s*1"))
    expect(facts).to_contain_text(re.compile(r"not yet read\s*0\s*New this year\s*1"))


def keep_the_rest(page: Page, section: str) -> None:
    page.goto(f"{PLAN}edit/{section}/")
    keep = main(page).get_by_role("button", name=re.compile("^Keep"))
    while keep.count():
        send(keep.last)


def save(page: Page) -> None:
    send(main(page).get_by_role("button", name="Save", exact=True).first)


def hand_in(visit, people: dict[str, str], coordinator: Page) -> None:
    coordinator.goto(PLAN)
    follow(coordinator, "Close for signature")
    press(coordinator, re.compile("^Close"))
    for signer in ("superintendent", "chair"):
        page = visit(people[signer])
        page.goto(f"{PLAN}sign/")
        sign(page, "Sign")
        expect(page.get_by_text(re.compile("You signed version"))).to_be_visible()
        page.context.close()
    coordinator.goto(f"{PLAN}submit/")
    press(coordinator, re.compile("^Submit"))


def review(visit, people: dict[str, str], walker: Walker) -> None:
    manager = visit(people["manager"])
    manager.goto(f"/reviews/ansonia/{THIS}/assign/")
    for label, part in [("Program reviewer", "reviewer"), ("Fiscal reviewer", "fiscal-reviewer")]:
        manager.get_by_label(label).select_option(value=str(walker.people[part].pk))
    press(manager, re.compile("^Assign"))
    for part in ("reviewer", "fiscal-reviewer"):
        page = visit(people[part])
        page.goto(f"/reviews/ansonia/{THIS}/recommend/")
        main(page).get_by_role("textbox").first.fill("The plan is sound.")
        press(page, re.compile("^Recommend"))
        page.context.close()


def report_progress(page: Page) -> None:
    page.goto(PROGRESS)
    press(page, re.compile("^Start the end of year", re.I))
    page.goto(f"{PROGRESS}progress/end_of_year/edit/")
    strategy = page.locator("section[id^=strategy-]").first
    strategy.get_by_label("Complete", exact=True).check()
    strategy.get_by_label("How it goes, in a sentence").fill("Coaches are in every school.")
    for done in strategy.get_by_label(re.compile("^Done on")).all():
        done.fill("2025-09-30")
    target = page.locator("section[id^=target-]").first
    target.get_by_label(re.compile("^Actual")).fill("48")
    target.get_by_label("School year of the figure").fill("2025-26")
    target.get_by_label("Source of the figure").fill("EdSight")
    send(main(page).get_by_role("button", name="Save", exact=True).last)
    page.goto(f"{PROGRESS}progress/end_of_year/close/")
    press(page, re.compile("^Close"))


def report_spending(page: Page) -> None:
    """Nine tenths of each object code."""
    page.goto(SPENDING)
    main(page).locator("form[action*='/annual/start/'] button").click()
    page.wait_for_url("**/annual/")
    for code, amount in [("111B", 12_600), ("321", 3_600), ("611", 1_800)]:
        for column in ("obligated", "spent to date"):
            page.get_by_label(re.compile(f"{code}.*: {column}")).first.fill(str(amount))
    save(page)
    press(page, "Close the report")


@pytest.mark.long
def test_one_year_leads_into_the_next_by_what_was_reported(visit, walker):
    people = {part: user.email for part, user in walker.people.items()}
    coordinator = visit(people["coordinator"])
    coordinator.goto(PLAN)
    press(coordinator, f"Start the FY{THIS} plan")
    write_what_is_new_every_year(walker)
    amend(coordinator)
    hand_in(visit, people, coordinator)
    review(visit, people, walker)
    commissioner = visit(people["commissioner"])
    commissioner.goto(f"/reviews/ansonia/{THIS}/approve/")
    for owed in ("end-of-year progress report", "annual expenditure report"):
        expect(commissioner.locator("#gate")).to_contain_text(
            re.compile(f"{owed} was due .* and is not certified")
        )

    report_progress(coordinator)
    report_spending(visit(people["fiscal"]))
    superintendent = visit(people["superintendent"])
    reviewer = visit(people["reviewer"])
    for report in (f"{PROGRESS}progress/end_of_year/", f"{SPENDING}annual/"):
        superintendent.goto(f"{report}certify/")
        sign(superintendent, "Certify")
        reviewer.goto(f"{report}accept/")
        press(reviewer, re.compile("^Accept"))
    assert TargetOutcome.objects.get().actual == 48
    assert sum(LineOutcome.objects.values_list("expended", flat=True)) == 18_000
    carried = FundingAdjustment.objects.standing().get(kind="carry_forward")
    assert (carried.fiscal_year, carried.amount) == (THIS, 2_000)

    commissioner.goto(f"/reviews/ansonia/{LAST}/determine/")
    commissioner.get_by_label("Reasons").fill("Spent as the plan says.")
    press(commissioner, re.compile("^Determine|^Record"))
    assert SpendingDetermination.objects.get().lines.count() == 0

    commissioner.goto(f"/reviews/ansonia/{THIS}/approve/")
    gate = commissioner.locator("#gate")
    expect(gate).not_to_contain_text("is not certified")
    commissioner.get_by_role("radio", name="Largely carried out").check()
    commissioner.get_by_role("radio", name="Progress", exact=True).check()
    for reasons in commissioner.get_by_label(re.compile("^Reasons")).all():
        reasons.fill("The reports say so.")
    commissioner.get_by_label(re.compile("^I have read what changed")).check()
    press(commissioner, re.compile("^Approve"))
    expect(main(commissioner)).to_contain_text("Approved")

    decided = Determination.objects.get(plan__cycle=THIS)
    assert decided.plan.status == Status.APPROVED
    for named in ("end-of-year progress report", "expenditure report", "Superintendent of the"):
        assert named in decided.letter


def write_what_is_new_every_year(walker: Walker) -> None:
    """The look back, engagement, assurances and the vote, which other stories write by hand."""
    plan = Plan.objects.get(cycle=THIS)
    saved = {"saved_at": plan.started_at, "saved_by": walker.people["coordinator"]}
    writing.write_sections(plan, saved)
    writing.write_engagement(plan, saved)
    BoardApproval.objects.filter(plan=plan).update(approved_on=date(2026, 6, 9), **saved)
