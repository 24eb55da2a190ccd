"""The needs assessment rests on performance data: R11."""

from collections.abc import Iterator

from plans.documents.shape import PlanDocument
from plans.rules.base import STATUTE, Problem, Severity, rule
from plans.sections import SectionKey


@rule(
    "R11",
    Severity.STOP,
    SectionKey.NEEDS,
    "The needs assessment cites at least one indicator.",
    citation=STATUTE,
    certainty="law",
)
def needs_cite_an_indicator(document: PlanDocument) -> Iterator[Problem]:
    needs = document.needs
    if not needs.indicators and "indicator_numbers" not in needs.as_typed:
        yield Problem(
            "The needs assessment cites no indicator. Choose at least one.",
            needs,
            "indicator_numbers",
        )
