"""What must hold: every rule over the document, in order of its number."""

from plans.documents.shape import PlanDocument
from plans.rules.base import Finding, Rule, Severity, run

RULES: tuple[Rule, ...] = ()


def check(document: PlanDocument) -> list[Finding]:
    """All that stops a plan or warns of something, by section and then by row."""
    return run(RULES, document)


__all__ = ["RULES", "Finding", "Rule", "Severity", "check"]
