"""One plan among 33 from assignment to the public, in a real browser, with all that can happen."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page, expect

from alliance.tests.browsing import send
from alliance.tests.last_year import LAST, THIS, approved_last_year
from alliance.walk.people import Walker
from alliance.walk.planning import Planning
from alliance.walk.stories import Story
from districts.models import User
from districts.roles import Role
from districts.tests.factories import (
    PASSWORD,
    DelegationFactory,
    person,
)
from notices.models import Notice
from notices.services import deliver_due
from plans.models import Assignment, Cycle, Plan
from plans.tests.factories import PlanFactory
from plans.workflow import Status
from reviews.models import Consensus, Determination, Recommendation

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
]

REVIEW, PLAN = f"/reviews/ansonia/{THIS}/", f"/plans/ansonia/{THIS}/"
SECRET = "quokka"  # stands in every word that reviewers say to one another
PUBLIC = f"{PLAN}public/"
CHANGES = {
    "budget": "Name the vendor.",
    "strategies": "Say which schools come first.",
    "needs": "Say what changed since last year.",
}


@pytest.fixture
def walker(db):
    """Ansonia, whose plan of last year is approved and reported on by nobody, hands in this
    year's; so do 32 others."""
    walker = approved_last_year(allocated={LAST: 20_000, THIS: 20_000})
    person(Role.FISCAL_REVIEWER, email="fiscal2@csde.example.org", name="Fiscal of the others")
    delegate = person(Role.AUDITOR, email="delegate@csde.example.org", name="Dana Delegate")
    DelegationFactory(delegate=delegate)
    this = Cycle.objects.get(pk=THIS)
    Planning(walker, Story(), THIS).file(due_on=this.plan_due_on, opens_on=this.opens_on)
    for _ in range(32):
        PlanFactory(submitted=True)
    return walker


def main(page: Page):
    return page.locator("main")


def press(page: Page, name: str) -> None:
    send(main(page).get_by_role("button", name=re.compile(f"^{name}")).first)


def the(part: Assignment.As) -> User:
    """Who has Ansonia's plan in that part now."""
    plans = Assignment.objects.current().filter(plan__district__slug="ansonia", reviews_as=part)
    return plans.get(plan__cycle=THIS).reviewer


class Journey:
    def __init__(self, visit, walker: Walker):
        self._visit, self.walker, self._pages = visit, walker, {}

    def page(self, email: str) -> Page:
        if email not in self._pages:
            self._pages[email] = self._visit(email)
        return self._pages[email]

    def at(self, who: str, address: str) -> Page:
        known = self.walker.people.get(who)
        page = self.page(known.email if known else who)
        page.goto(address)
        return page

    # The Department ----------------------------------------------------------------------------

    def assign_all(self) -> None:
        press(self.at("manager", f"/reviews/assigning/{THIS}/"), "Assign the chosen plans")

    def recuse(self, reviewer: User) -> None:
        page = self.at(reviewer.email, "/reviews/conflicts/")
        page.get_by_label("District").select_option(label="Ansonia")
        page.get_by_label("What it is, in a sentence").fill(f"My sister teaches there: {SECRET}.")
        press(page, "Declare")

    def rate(self, reviewer: User, level: str) -> None:
        page = self.at(reviewer.email, f"{REVIEW}all/")
        for criterion in page.locator("[data-criterion]").all():
            criterion.get_by_role("radio", name=re.compile(f"^{level}")).check()
            criterion.get_by_role("textbox").fill(f"See the text: {SECRET}.")
        press(page, "Save")

    def recommend(self, *reviewers: User) -> None:
        for reviewer in reviewers:
            page = self.at(reviewer.email, f"{REVIEW}recommend/")
            main(page).get_by_role("textbox").first.fill(f"Sound, {SECRET}.")
            press(page, "(Recommend|Finish)")

    def agree(self, reviewer: User) -> None:
        page = self.at(reviewer.email, f"{REVIEW}side-by-side/")
        while (
            form := main(page).locator("form:has(button:has-text('Record what you agree'))")
        ).count():
            form.first.get_by_role("radio", name="Partially meets").check()
            form.first.get_by_role("textbox").fill(f"We agree: {SECRET}.")
            send(form.first.get_by_role("button", name=re.compile("^Record")))

    def ask(self, reviewer: User) -> None:
        page = self.at(reviewer.email, f"{REVIEW}ask/")
        page.get_by_label("Section").select_option(value="budget")
        page.get_by_label("What you ask").fill("Who pays the tutors in June?")
        press(page, "Ask the question")

    def send_back(self, reviewer: User, changes: dict[str, str]) -> None:
        page = self.at(reviewer.email, f"{REVIEW}return/")
        for number, (section, text) in enumerate(changes.items(), start=1):
            page.locator(f"[name=change-{number}-section]").select_option(value=section)
            page.locator(f"[name=change-{number}-text]").fill(text)
        send(page.locator("button[name=send]"))

    def undo(self, reviewer: User) -> None:
        page = self.at(reviewer.email, f"{REVIEW}return/undo/")
        main(page).get_by_role("textbox").first.fill("It went to the wrong district.")
        press(page, "Undo the return")

    def judge(self, reviewer: User, number: int, *, again: str = "") -> None:
        page = self.at(reviewer.email, f"{REVIEW}changes/{number}/")
        page.get_by_role("radio", name="Ask for" if again else "Accept it").check()
        if again:
            page.get_by_label("What is still missing").fill(again)
        press(page, "Record it")

    def publish(self) -> None:
        """All that the scan found stays in view."""
        page = self.at("manager", f"{PLAN}publish/")
        for passage in page.get_by_label(re.compile(r"^Passage \d")).all():
            if passage.input_value():
                number = passage.get_attribute("name").rpartition("_")[2]
                of_it = page.get_by_label(f"What happens to passage {number}", exact=True)
                of_it.select_option(label="Leave it in view")
        press(page, "Publish version")

    # The district ------------------------------------------------------------------------------

    def answer_question(self) -> None:
        page = self.at("coordinator", f"{PLAN}asked/")
        main(page).get_by_role("link", name=re.compile("Question 1|Who pays")).first.click()
        main(page).get_by_role("textbox").first.fill("The town does.")
        press(page, "Send the answer")

    def answer_changes(self, words: str) -> None:
        page = self.at("coordinator", f"{PLAN}changes/")
        for field in main(page).locator("textarea").all():
            if not field.input_value():
                field.fill(words)
        press(page, "Save the answer")

    def name_the_schools(self) -> None:
        page = self.at("coordinator", f"{PLAN}edit/strategies/")
        main(page).get_by_role("link", name=re.compile("^1 · ")).first.click()
        page.get_by_label("Schools").fill("Mead School first, then Prendergast School")
        send(main(page).get_by_role("button", name="Save", exact=True).first)

    def close_and_sign(self) -> None:
        press(self.at("coordinator", f"{PLAN}close/"), "Close")
        for signer in ("superintendent", "chair"):
            page = self.at(signer, f"{PLAN}sign/")
            page.get_by_label(re.compile("password", re.I)).fill(PASSWORD)
            press(page, "Sign")

    def submit(self) -> None:
        press(self.at("coordinator", f"{PLAN}submit/"), "Submit")


def test_from_33_assigned_to_one_that_the_public_reads(visit, walker, chromium, live_server):
    story = Journey(visit, walker)

    story.assign_all()
    assert Assignment.objects.current().filter(plan__cycle=THIS).count() == 66
    recused = the(Assignment.As.PROGRAM)
    story.recuse(recused)
    story.assign_all()
    program, fiscal = the(Assignment.As.PROGRAM), the(Assignment.As.FISCAL)
    assert program != recused

    story.rate(program, "Meets")
    story.rate(fiscal, "Does not meet")
    story.recommend(program, fiscal)
    assert Recommendation.objects.filter(plan=_plan()).count() == 2
    assert _plan().status == Status.UNDER_REVIEW  # two levels apart
    story.agree(program)
    assert Consensus.objects.filter(plan=_plan()).exists()

    story.ask(program)
    story.answer_question()
    story.send_back(program, CHANGES)
    story.undo(program)
    story.send_back(program, CHANGES)
    assert _plan().status == Status.RETURNED

    story.answer_changes("It is named now.")
    story.name_the_schools()
    story.close_and_sign()
    story.submit()
    first, second, third = (
        _plan().required_changes.order_by("number").values_list("number", flat=True)
    )
    story.judge(program, first)
    story.judge(program, second)
    story.judge(program, third, again="Nothing was changed there.")
    story.send_back(program, {})  # what is asked again is in it
    story.answer_changes("The needs are those of last year; nothing changed.")
    story.submit()  # the text stands as it was signed
    story.judge(program, third)
    story.recommend(program, fiscal)
    assert _plan().status == Status.RECOMMENDED

    gate = story.at("delegate@csde.example.org", f"{REVIEW}approve/").locator("#gate")
    expect(gate).to_contain_text(re.compile("progress report was due .* and is not certified"))
    waiving = story.at("commissioner", f"{REVIEW}waive-last-year/")
    main(waiving).get_by_role("textbox").first.fill("The reports were lost in a flood.")
    press(waiving, "Waive")
    approving = story.at("delegate@csde.example.org", f"{REVIEW}approve/")
    approving.get_by_role("radio", name="Largely carried out").check()
    approving.get_by_role("radio", name="Progress", exact=True).check()
    for reasons in approving.get_by_label(re.compile("^Reasons")).all():
        reasons.fill("The reports say so.")
    approving.get_by_label("Condition 1 (optional)").fill("File the report of last year.")
    approving.get_by_label("Condition 1: due").fill("2027-02-28")
    for read in approving.get_by_label(re.compile("^I have read what changed")).all():
        read.check()
    press(approving, "Approve")
    decided = Determination.objects.get(plan__cycle=THIS, plan__district__slug="ansonia")
    assert decided.delegation is not None
    assert "File the report of last year." in decided.letter

    assert not _letters("plan_approved").filter(status=Notice.Status.SENT).exists()
    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        deliver_due(at=timezone.now())
        assert _letters("plan_approved").filter(status=Notice.Status.SENT).count() == 4
        story.publish()
        stranger = chromium.new_context(base_url=live_server.url).new_page()
        stranger.goto(PUBLIC)
        expect(stranger.get_by_role("link", name="Read the letter").first).to_be_visible()
        expect(main(stranger)).not_to_contain_text(SECRET)

        told = story.at("manager", REVIEW).locator(".log").last.inner_text()
        read = main(story.at("manager", REVIEW)).inner_text()
        heard = story.at("coordinator", PLAN).locator(".log").last.inner_text()
        for address in (PLAN, f"{PLAN}asked/", f"{PLAN}changes/", f"{PLAN}decision/"):
            page = story.at("coordinator", address)
            assert SECRET not in page.content()
    assert SECRET in read
    assert_in_order(heard, DISTRICT_READS)
    assert_in_order(told, DEPARTMENT_READS)


DISTRICT_READS = [  # the latest first
    "Approved",
    "The Department accepted the answer to change 6",
    "Submitted, by",
    "The Department returned the plan for changes",
    "The Department accepted the answer to change 5",
    "The Department accepted the answer to change 4",
    "Submitted, by",
    "The Department returned the plan for changes",
    "The Department undid its return",
    "The Department returned the plan for changes",
    "Question 1 answered",
    "The Department asked question 1",
    "The Department started its review",
]
DEPARTMENT_READS = [
    "Approved, version 2, by Dana Delegate",
    "Waived: what the year before lacks, version 2, by Commissioner",
    "Recommended, version 2",
    "Fiscal review in, version 2",
    "Program review in, version 2",
    "Answer to change 6: accepted",
    "Submitted, version 2",
    "Returned for changes, version 2",
    "Answer to change 6: to be asked again",
    "Answer to change 5: accepted",
    "Answer to change 4: accepted",
    "Submitted, version 2",
    "Returned for changes, version 1",
    "Return undone, version 1",
    "Returned for changes, version 1",
    "Question 1 answered",
    "Question 1 asked",
    "Agreed where reviews lay apart",
    "Fiscal review in, version 1",
    "Program review in, version 1",
    "assigned as program reviewer",
    "no longer program reviewer",
    "Review started, version 1",
]


def assert_in_order(text: str, lines: list[str]) -> None:
    place = 0
    for line in lines:
        found = text.find(line, place)
        assert found >= 0, f"“{line}” does not come after what stands before it:\n{text}"
        place = found + len(line)


def _plan() -> Plan:
    return Plan.objects.get(district__slug="ansonia", cycle=THIS)


def _letters(kind: str):
    return Notice.objects.filter(kind=kind, district_code="0020011", fiscal_year=THIS)
