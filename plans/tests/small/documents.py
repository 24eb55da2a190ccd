"""The report as one document, and the two rules it is judged by."""

from plans.documents.parts import Document, Row
from plans.documents.stored import Schemas
from plans.rules.base import Layout, Problem, Severity, rule
from plans.tests.small.models import Report


class SpendingPart(Row):
    number: int
    what: str = ""
    budgeted: int | None = None
    spent: int | None = None


class ReportDocument(Document):
    school: str
    spending: tuple[SpendingPart, ...] = ()


REPORT = Schemas(ReportDocument, now=1, upgrades={})


def document_of(report: Report) -> ReportDocument:
    rows = report.spending.order_by("pk").values("id", "lineage", "as_typed", *COLUMNS)
    return ReportDocument(
        school=report.school,
        spending=tuple(
            SpendingPart(number=number, **row | {"lineage": str(row["lineage"])})
            for number, row in enumerate(rows, start=1)
        ),
    )


COLUMNS = ("what", "budgeted", "spent")


@rule(
    *("1", Severity.STOP, "money", "What was spent is stated."),
    citation="Practice of the school",
    certainty="practice",
)
def spending_is_stated(document: ReportDocument):
    for row in document.spending:
        if row.spent is None:
            yield Problem(f"Line {row.number} does not say what was spent.", row, "spent")


@rule(
    *("2", Severity.WARN, "money", "No more is spent than was budgeted."),
    citation="Practice of the school",
    certainty="practice",
)
def spending_is_within_the_budget(document: ReportDocument):
    for row in document.spending:
        if (row.spent or 0) > (row.budgeted or 0):
            yield Problem(f"Line {row.number} spent more than was budgeted.", row, "spent")


RULES = [spending_is_within_the_budget, spending_is_stated]
LAYOUT = Layout(
    sections=["cover", "money"],
    rows=lambda document: document.spending,
    place_of=lambda row: "spending",
)
