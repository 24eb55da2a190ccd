"""The main pages, who opens each, and what it should cost."""

from dataclasses import dataclass

from benchmarks.aims import (
    DASHBOARD,
    FULL_PLAN,
    GRID,
    LEDGER,
    LIST,
    SAVE,
    SAVE_AS_TYPED,
    SECTION,
    Aim,
)
from benchmarks.example import SENTENCE, YEAR, Examples
from districts.models import User
from districts.roles import Role
from plans.models import BudgetLine, Plan, Strategy
from plans.workflow import Status
from progress.models import CodeSpending

EMPTY = "/bench/empty/"

Form = dict[str, str | list[str]]


@dataclass(frozen=True)
class Page:
    """One address as one person opens it; with `form`, what they save there, or a script for them.

    In a form, {version} stands for the version of the row that is saved. A list's rows are as many
    as the database has, up to a page of them.
    """

    name: str
    aim: Aim
    user: User | None  # a stranger
    path: str
    form: Form | None = None
    by_script: bool = False
    is_list: bool = False


def main_pages(examples: Examples) -> list[Page]:
    draft = examples.plans[Status.DRAFT]
    read = examples.plans[Status.UNDER_REVIEW]
    writer, reader = examples.writer(Status.DRAFT), examples.writer(Status.UNDER_REVIEW)
    reviewer, manager, commissioner, admin = (
        examples.department[role]
        for role in (
            Role.PROGRAM_REVIEWER,
            Role.PROGRAM_MANAGER,
            Role.COMMISSIONER,
            Role.SYSADMIN,
        )
    )
    plan = f"/plans/{draft.district.slug}/{YEAR}"
    edit = f"{plan}/edit"
    strategy = Strategy.objects.filter(plan=draft).latest("position")
    line = BudgetLine.objects.filter(plan=draft).latest("position")
    strategy_page, line_page = f"{edit}/strategy/{strategy.pk}/", f"{edit}/line/{line.pk}/"
    handed_in = f"/plans/{read.district.slug}/{YEAR}"
    returned = examples.plans[Status.RETURNED]
    changed = f"/plans/{returned.district.slug}/{YEAR}/differences/"
    approved = examples.plans[Status.APPROVED]
    ledger = f"/ledger/{approved.district.slug}/"
    of_approved = f"{approved.district.slug}/{YEAR}"
    reporter, reports = examples.writer(Status.APPROVED), f"/reports/{of_approved}"
    mid_year, spending = f"{reports}/progress/mid_year/", f"{reports}/spending/"
    review = f"/reviews/{read.district.slug}/{YEAR}"
    return [
        Page("District: home", DASHBOARD, writer, "/home/"),
        Page("District: the plan's own page", DASHBOARD, reader, f"{handed_in}/"),
        Page("Editor: cover", SECTION, writer, f"{edit}/cover/"),
        Page("Editor: objectives", SECTION, writer, f"{edit}/objectives/"),
        Page("Editor: strategies", SECTION, writer, f"{edit}/strategies/"),
        Page("Editor: budget", SECTION, writer, f"{edit}/budget/"),
        Page("Editor: one strategy", SECTION, writer, strategy_page),
        Page("Editor: one line", SECTION, writer, line_page),
        Page("Save: cover", SAVE, writer, f"{edit}/cover/", _cover()),
        Page(
            "Save: as one types", SAVE_AS_TYPED, writer, f"{edit}/cover/", _cover(), by_script=True
        ),
        Page("Save: one strategy", SAVE, writer, strategy_page, _strategy(strategy)),
        Page("Save: one line", SAVE, writer, line_page, _line(line)),
        Page("Editor: the grid, 40 lines", GRID, writer, f"{edit}/budget/lines/"),
        Page(
            "Save: a line of the grid",
            SAVE,
            writer,
            f"{edit}/budget/lines/",
            _line_of_grid(draft),
            by_script=True,
        ),
        Page("Full plan: draft", FULL_PLAN, writer, f"{plan}/read/"),
        Page("Full plan: version", FULL_PLAN, reader, f"{handed_in}/versions/1/"),
        Page("Full plan: review", FULL_PLAN, reviewer, f"{review}/"),
        Page("Full plan: what changed", FULL_PLAN, examples.writer(Status.RETURNED), changed),
        Page("Review: one section", FULL_PLAN, reviewer, f"{review}/strategies/"),
        Page("Review: recommend", SECTION, reviewer, f"{review}/recommend/"),
        Page("Review: decision", SECTION, commissioner, f"{review}/approve/"),
        Page("List: queue", LIST, reviewer, "/reviews/", is_list=True),
        Page("Dashboard", LEDGER, reviewer, "/dashboard/"),
        Page("Search in all plans", LEDGER, reviewer, "/search/?q=reading"),
        Page("List: letters", LIST, reviewer, "/letters/", is_list=True),
        Page("List: districts", LIST, admin, "/districts/", is_list=True),
        Page("List: people", LIST, admin, "/people/", is_list=True),
        Page("Admin: one district", SECTION, admin, f"/districts/{draft.district.slug}/"),
        Page("District: published", LIST, writer, f"/districts/{draft.district.slug}/figures/"),
        Page("Reports: what is due", SECTION, reporter, f"{reports}/"),
        Page("Reports: progress, to read", FULL_PLAN, reporter, f"{reports}/progress/end_of_year/"),
        Page("Reports: progress, strategies", FULL_PLAN, reporter, f"{mid_year}edit/"),
        Page("Reports: progress, targets", FULL_PLAN, reporter, f"{mid_year}edit/?page=11"),
        Page("Reports: spending of the year", LEDGER, reporter, spending),
        Page("Reports: spending, to write", LEDGER, reporter, f"{spending}q1/"),
        Page("Reports: spending, a code by line", LEDGER, reporter, f"{spending}q2/"),
        Page("Save: spending", SAVE, reporter, f"{spending}q1/", _spending(approved)),
        Page("Plan: revision", SECTION, reporter, f"/plans/{of_approved}/revision/"),
        Page("Review: what it came to", LEDGER, reviewer, f"/plans/{of_approved}/came-to/"),
        Page("List: certified reports", LIST, reviewer, "/certified-reports/", is_list=True),
        Page("List: determinations", LIST, commissioner, "/reviews/determinations/", is_list=True),
        Page("List: spending", LEDGER, commissioner, f"/spending/{YEAR}/", is_list=True),
        Page("Ledger: one district", LEDGER, commissioner, ledger),
        Page("Ledger: line of sight", LEDGER, commissioner, f"{ledger}line-of-sight/"),
        Page("Admin: cycles", SECTION, admin, "/cycles/"),
        Page("Review: assign many", LEDGER, manager, f"/reviews/assigning/{YEAR}/", is_list=True),
        Page("Review: who has how many", LIST, manager, "/reviews/workload/", is_list=True),
        Page("Review: conflicts", SECTION, reviewer, "/reviews/conflicts/", is_list=True),
        Page("Public: list", LIST, None, "/plans/"),
        Page("Public: a plan", FULL_PLAN, None, f"/plans/{of_approved}/public/"),
        Page("Public: its whole text", FULL_PLAN, None, f"/plans/{of_approved}/public/text/"),
        Page("Public: plans by API", LIST, None, "/api/v1/plans"),
        Page("Public: lines by API", FULL_PLAN, None, f"/api/v1/plans/{of_approved}/lines"),
        Page("Public: what waits", LEDGER, admin, "/publication/", is_list=True),
    ]


def _cover() -> Form:
    return {
        "contact_name": "Ana Ruiz",
        "contact_title": "Director of Grants",
        "contact_email": "aruiz@example.org",
        "contact_phone": "203-555-0100",
        "summary": "Edition {version}. " + SENTENCE * 4,
    }


def _strategy(row: Strategy) -> Form:
    return {
        "title": row.title,
        "description": "Edition {version}. " + row.description,
        "domain": row.domain_id or "",
        "focus_area_numbers": [str(number) for number in row.focus_area_numbers],
        "target_lineages": [str(lineage) for lineage in row.target_lineages],
        "owner": row.owner,
        "schools": row.schools,
        "starts_on": f"{row.starts_on}",
        "ends_on": f"{row.ends_on}",
        "evidence": row.evidence,
    }


def _line(row: BudgetLine) -> Form:
    return {
        "description": row.description,
        "strategy": f"{row.strategy_id}",
        "focus_area": f"{row.focus_area_id}",
        "object_code": row.object_code_id or "",
        "funding_source": row.funding_source,
        "line_kind": row.line_kind,
        "quantity": f"{row.quantity}",
        "unit_cost": f"{row.unit_cost}",
        "amount": f"{row.amount}",
        "narrative": "Edition {version}. " + row.narrative,
        "grades": row.grades,
    }


def _line_of_grid(plan: Plan) -> Form:
    """As its script sends the first of its lines, and where all of the page stand."""
    rows = BudgetLine.objects.filter(plan=plan).order_by("position")[:40]
    line = rows[0]
    sent = {f"line-{line.lineage}-{name}": said for name, said in _line(line).items()}
    order = " ".join(f"{row.lineage}" for row in rows)
    of_row = {f"line-{line.lineage}-was": "", f"line-{line.lineage}-version": "{version}"}
    return {**sent, **of_row, "order": order, "order-was": order}


def _spending(plan: Plan) -> Form:
    """One figure of the grid, another each time."""
    codes = CodeSpending.objects.filter(report__plan=plan, report__period="q1")
    code = codes.order_by("funding_source", "object_code")[0]  # whose version is the page's first
    of_row = f"code-{code.pk}-"
    return {f"{of_row}was": "", f"{of_row}version": "{version}", f"{of_row}expended": "12{version}"}
