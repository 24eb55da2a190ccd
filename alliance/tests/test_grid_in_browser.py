"""A fiscal officer writes the budget's lines on one page: typed, pasted, uploaded; by keyboard."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from alliance.tests.axe import faults_of
from alliance.tests.browsing import send
from districts.roles import Role
from districts.services.sheets import as_workbook
from districts.tests.factories import person
from plans.models import BudgetLine, Strategy
from plans.services import save_row
from plans.tests.factories import PlanFactory

STILL = {"reduced_motion": "reduce"}

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WHAT = ("Interventionist", "Tutor", "Books", "Buses")
TWELVE = [
    (f"{what}s, school {school}", code, str(quantity), str(unit), f"For grade {school}.")
    for school in (1, 2, 3)
    for what, code, quantity, unit in zip(
        WHAT, ("111B", "321", "611", "510"), (2, 3, 100, 5), (70_000, 1_500, 18, 900), strict=True
    )
]
AMOUNTS = [140_000, 4_500, 1_800, 4_500] * 3


@pytest.fixture
def plan(transactional_db):
    plan = PlanFactory()
    Strategy.objects.create(plan=plan, position=1, title="Tutors", focus_area_numbers=[1, 3])
    Strategy.objects.create(plan=plan, position=2, title="Talent", focus_area_numbers=[4])
    return plan


@pytest.fixture
def officer(plan):
    return person(Role.FISCAL_OFFICER, plan.district, name="Fay")


class Counted:
    """A page, with how many keys were pressed and how often it was loaded."""

    def __init__(self, page) -> None:
        self.page, self.keys, self.loads = page, 0, 0
        page.on("load", lambda *_: setattr(self, "loads", self.loads + 1))
        self.faults: list[str] = []
        page.on("console", lambda said: self._heard(said))

    def _heard(self, said) -> None:
        if said.type == "error":
            self.faults.append(said.text)

    def type(self, text: str) -> None:
        self.keys += len(text)
        self.page.keyboard.type(text)

    def press(self, *keys: str) -> None:
        self.keys += len(keys)
        for key in keys:
            self.page.keyboard.press(key)


def url(plan):
    return reverse("plans:lines", args=[plan.district.slug, plan.cycle_id])


def place(page):
    return page.locator("#grid-saved")


def expect_saved(page):
    """And nothing more is on its way: the sums of the server have come."""
    expect(place(page)).to_contain_text("Saved")
    page.wait_for_load_state("networkidle")


def cell(page, row, name):
    return (
        page.locator("#grid-lines > [data-line]:not([hidden])")
        .nth(row)
        .locator(f"[data-cell={name}]")
    )


def lines(plan, *names):
    rows = BudgetLine.objects.filter(plan=plan).order_by("position", "pk")
    return list(rows.values_list(*(names or ("description",)), flat=len(names) < 2))


@pytest.fixture
def counted(visit, plan, officer):
    page = visit(officer.email, **STILL)
    page.goto(url(plan))
    return Counted(page)


def wait_for(plan, count, *, page):
    for _ in range(100):
        if BudgetLine.objects.filter(plan=plan).count() == count:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{lines(plan)} are not {count}")


@pytest.mark.long
def test_twelve_lines_are_typed_without_loading_a_page(counted, plan):
    page = counted.page
    cell(page, 0, "description").focus()
    for what, code, quantity, unit, why in TWELVE:
        counted.type(what)
        counted.press("Tab")
        counted.type("1")
        counted.press("Tab")
        counted.type("3")
        counted.press("Tab")
        counted.type(code)
        counted.press("Tab", "Tab")
        counted.type(quantity)
        counted.press("Tab")
        counted.type(unit)
        counted.press("Tab", "Tab")
        counted.type(why)
        counted.press("Enter")
    wait_for(plan, 12, page=page)
    expect_saved(page)
    assert faults_of(page) == []

    names = ("description", "object_code_id", "focus_area_id", "amount", "narrative")
    assert lines(plan, *names) == [
        (what, code, 3, amount, why)
        for (what, code, _, _, why), amount in zip(TWELVE, AMOUNTS, strict=True)
    ]
    total = sum(AMOUNTS)
    expect(page.locator("[data-sum=total][data-source=allocation]")).to_have_text(f"${total:,}")
    assert (counted.loads, counted.faults) == (0, [])
    typed = sum(len(text) for line in TWELVE for text in line) + 2 * 12
    assert counted.keys == typed + 9 * 12  # Tab eight times and Enter once, of each line


PASTED = "".join(
    "\t".join((what, "1", "3", code, "", quantity, unit, "", why)) + "\r\n"
    for what, code, quantity, unit, why in TWELVE
)


def of_twelve(plan):
    names = ("description", "object_code_id", "focus_area_id", "amount", "narrative")
    return lines(plan, *names) == [
        (what, code, 3, amount, why)
        for (what, code, _, _, why), amount in zip(TWELVE, AMOUNTS, strict=True)
    ]


def test_twelve_lines_are_pasted_without_loading_a_page(counted, plan):
    page = counted.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", PASTED + "Oops\tNowhere\r\n")
    cell(page, 0, "description").focus()
    counted.press("Control+v")
    shown = page.locator("#preview")
    expect(shown).to_contain_text("13 rows: look before they are brought in")
    expect(shown).to_contain_text("Row 13, Strategy: “Nowhere” is not a strategy of this plan")
    assert faults_of(page) == []
    assert lines(plan) == []
    button = page.get_by_role("button", name="Bring in 12 ready rows")
    while not button.evaluate("one => one === document.activeElement"):
        counted.press("Tab")
    counted.press("Enter")
    wait_for(plan, 12, page=page)

    expect(cell(page, 11, "description")).to_have_value(TWELVE[11][0])
    expect(page.locator("[data-sum=total][data-source=allocation]")).to_have_text(
        f"${sum(AMOUNTS):,}"
    )
    assert (of_twelve(plan), counted.loads, counted.faults) == (True, 0, [])
    assert counted.keys == 5  # paste, Tab three times, Enter; once more where the rows scroll
    cell(page, 0, "amount").fill("7")  # the grid goes on
    expect_saved(page)
    page.wait_for_timeout(300)
    assert lines(plan, "amount")[0] == 7


def test_pasted_rows_that_wait_for_a_word_are_not_lost_by_saving_or_leaving(counted, plan):
    page = counted.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", PASTED)
    cell(page, 0, "description").focus()
    counted.press("Control+v")
    shown, asked = page.locator("#preview"), []
    expect(shown).to_contain_text("12 rows: look before they are brought in")
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))

    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(shown.get_by_role("alert")).to_contain_text("not brought in yet")
    expect(page.locator(":focus")).to_contain_text("not brought in yet")
    page.evaluate("location.assign('/home/')")
    expect(page.get_by_role("button", name="Bring in 12 ready rows")).to_be_visible()
    assert (asked, counted.loads, lines(plan)) == (["beforeunload"], 0, [])

    page.get_by_role("link", name="Discard").press("Enter")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.locator("#preview-form")).to_have_count(0)
    assert asked == ["beforeunload"]


def test_twelve_lines_are_uploaded_without_loading_a_page(counted, plan, tmp_path):
    page = counted.page
    rows = [
        [what, code, "1", "3", int(quantity), int(unit), amount, why]
        for (what, code, quantity, unit, why), amount in zip(TWELVE, AMOUNTS, strict=True)
    ]
    header = ["What it pays for", "Object code", "Strategy", "Focus area"]
    header += ["Quantity", "Unit cost", "Amount", "Narrative"]
    (path := tmp_path / "budget.xlsx").write_bytes(as_workbook("Budget", header, rows))
    page.get_by_role("link", name="Bring in a spreadsheet").press("Enter")
    page.locator("#bring-in input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Look at the file").press("Enter")
    button = page.get_by_role("button", name="Bring in 12 ready rows")
    expect(button).to_be_visible()
    assert lines(plan) == []
    button.press("Enter")
    wait_for(plan, 12, page=page)

    expect(cell(page, 11, "description")).to_have_value(TWELVE[11][0])
    assert faults_of(page) == []
    assert (of_twelve(plan), counted.loads, counted.faults) == (True, 0, [])
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as workbook").click()
    page.locator("#bring-in input[type=file]").set_input_files(download.value.path())
    page.get_by_role("button", name="Look at the file").click()
    expect(page.locator("#preview")).to_contain_text("The rows say just what is here.")


def focused(page):
    return page.evaluate(
        "[document.activeElement.closest('[data-line]')?.querySelector('[data-number]').innerText,"
        " document.activeElement.dataset.cell]"
    )


def written(plan, *descriptions, **values):
    return [
        BudgetLine.objects.create(plan=plan, position=at, description=said, **values)
        for at, said in enumerate(descriptions, start=1)
    ]


def test_arrows_at_the_edge_of_a_cell_and_enter_go_from_cell_to_cell(counted, plan):
    written(plan, "One", "Two", "Three", amount=5)
    page = counted.page
    page.goto(url(plan))
    cell(page, 0, "description").focus()
    went = []
    keys = ["ArrowDown", "Enter", "Shift+Enter", "ArrowUp", "End", "ArrowRight", "ArrowRight"]
    for key in [*keys, "ArrowLeft", "ArrowLeft", "Home", "ArrowRight"]:
        page.keyboard.press(key)
        went.append(focused(page))

    assert went == [
        ["2", "description"],
        ["3", "description"],
        ["2", "description"],
        ["1", "description"],
        ["1", "description"],  # End: to the end of its text
        ["1", "strategy"],
        ["1", "focus_area"],
        ["1", "strategy"],
        ["1", "description"],
        ["1", "description"],  # Home: to its beginning
        ["1", "description"],  # one character on
    ]
    assert page.evaluate("document.activeElement.selectionStart") == 1


def test_enter_after_tabs_returns_to_the_column_where_they_began(counted, plan):
    written(plan, "One", "Two")
    page = counted.page
    page.goto(url(plan))
    cell(page, 0, "quantity").focus()
    counted.press("Tab", "Tab", "Enter")

    assert focused(page) == ["2", "quantity"]


def test_a_line_is_moved_copied_split_removed_and_brought_back_on_the_page(counted, plan):
    written(plan, "One", "Two", quantity=4, unit_cost=100, amount=400, narrative="Why")
    page = counted.page
    page.goto(url(plan))
    counted.loads = 0

    cell(page, 1, "description").focus()
    counted.press("Alt+ArrowUp")
    expect_saved(page)
    assert focused(page) == ["1", "description"]
    page.wait_for_timeout(200)
    assert lines(plan) == ["Two", "One"]

    more = page.locator("[data-line] [data-act=more]").first
    more.click()
    page.get_by_role("button", name="Split").first.click()
    assert focused(page) == ["2", "quantity"]
    counted.type("1")
    counted.press("Tab")
    wait_for(plan, 3, page=page)
    expect_saved(page)
    names = ("description", "quantity", "amount", "narrative")
    assert lines(plan, *names) == [
        ("Two", 3, 300, "Why"),
        ("Two", 1, 100, "Why"),
        ("One", 4, 400, "Why"),
    ]

    page.get_by_role("button", name="Copy").first.click()
    wait_for(plan, 4, page=page)
    expect_saved(page)

    page.get_by_role("button", name="Remove").first.click()
    wait_for(plan, 3, page=page)
    expect_saved(page)
    assert plan.removals.open().count() == 1
    total = page.locator("[data-sum=total][data-source=allocation]")
    expect(total).to_have_text("$800")
    assert faults_of(page) == []
    counted.press("Enter")  # the way back has the focus
    wait_for(plan, 4, page=page)
    expect_saved(page)
    expect(total).to_have_text("$1,100")
    assert lines(plan) == ["Two", "Two", "Two", "One"]
    assert (counted.loads, counted.faults) == (0, [])


def test_sums_follow_what_is_typed_and_then_what_is_stored(counted, plan):
    one, _ = written(plan, "One", "Two", amount=100, strategy=plan.strategy_set.first())
    page = counted.page
    page.goto(url(plan))
    page.route("**/lines/", lambda route: route.abort())
    strategy = page.locator(f"[data-sum=strategy][data-key='{one.strategy_id}']").first
    total = page.locator("[data-sum=total][data-source=allocation]")

    cell(page, 0, "amount").fill("1,250")
    expect(strategy).to_have_text("$1,350")
    cell(page, 1, "strategy").select_option(index=2)
    expect(strategy).to_have_text("$1,250")
    expect(total).to_have_text("$1,350")
    expect(page.locator("#grid-left")).to_contain_text("left")
    expect(place(page)).to_contain_text("Trying again")
    page.unroute("**/lines/")
    page.get_by_role("button", name="Save now").click()
    expect_saved(page)
    expect(strategy).to_have_text("$1,250")
    cell(page, 0, "amount").fill("12.345")  # read in two ways: not counted until it is mended
    expect(total).to_have_text("$100")


def test_two_people_write_one_line_and_neither_loses_a_word(counted, plan):
    one, _ = written(plan, "One", "Two")
    page = counted.page
    page.goto(url(plan))
    cora = person(Role.PLAN_COORDINATOR, plan.district, name="Cora")
    act = {"plan_id": plan.pk, "model": BudgetLine, "as_typed": {}, "by": cora}
    save_row(
        row_id=one.pk,
        version=1,
        values={"description": "Theirs", "amount": 7},
        at=plan.started_at,
        **act,
    )

    cell(page, 0, "description").fill("Mine")
    cell(page, 1, "amount").fill("9")
    panel = page.locator(f"#line-{one.lineage}-conflict")
    expect(panel).to_contain_text("Cora")
    expect(panel).to_contain_text("Line 1: what it pays for")
    expect(place(page)).to_contain_text("Not all is saved")
    assert faults_of(page) == []
    assert lines(plan, "description", "amount") == [("Theirs", 7), ("Two", 9)]
    send(panel.get_by_role("button", name="Keep mine"))
    assert lines(plan, "description", "amount") == [("Mine", 7), ("Two", 9)]


def test_only_the_lines_that_were_changed_are_sent(counted, plan):
    one, two = written(plan, "One", "Two")
    page = counted.page
    page.goto(url(plan))
    with page.expect_request(lambda request: request.method == "POST") as sent:
        cell(page, 1, "amount").fill("9")
    expect_saved(page)
    body = sent.value.post_data or ""

    assert (str(two.lineage) + "-amount" in body, str(one.lineage) + "-amount" in body) == (
        True,
        False,
    )
