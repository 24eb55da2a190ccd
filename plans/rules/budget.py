"""What the budget adds up to: the allocation (R05, R17), carry-forward (R18), benefits (R24)."""

from collections.abc import Iterator

from plans.documents.shape import PlanDocument
from plans.rules.base import DEFAULT, PRACTICE, Problem, Severity, lacks, rule
from plans.rules.words import money, without_unread
from plans.sections import SectionKey

LEAST_BENEFITS, MOST_BENEFITS = 5, 60  # percent of salaries; our default


@rule(
    "R17",
    Severity.STOP,
    SectionKey.BUDGET,
    "Lines of the current allocation total the final allocation exactly, in whole dollars.",
    citation=PRACTICE,
    certainty="practice",
)
def total_is_the_final_allocation(document: PlanDocument) -> Iterator[Problem]:
    if document.money.amount is None:
        yield Problem(
            "The Department has not loaded the district's allocation for"
            f" FY{document.fiscal_year} yet. Write the lines now; the total is checked once it has."
        )
    elif document.money.stage == "final" and document.left_to_budget:
        left = document.left_to_budget
        yield Problem(
            f"{_total(document)} Budget {money(abs(left))} {'more' if left > 0 else 'less'}."
        )


def differs_from_final(document: PlanDocument) -> bool:
    """Whether lines stand there that add up to another amount than the final allocation.

    Of a budget that is not begun nothing is to be changed.
    """
    is_begun = any(line.funding_source == "allocation" for line in document.lines)
    return document.money.stage == "final" and is_begun and bool(document.left_to_budget)


@rule(
    "R17",
    Severity.WARN,
    SectionKey.BUDGET,
    "While the allocation is preliminary, lines of the current allocation do not exceed it.",
    citation=DEFAULT,
    certainty="default",
)
def total_is_within_the_preliminary_allocation(document: PlanDocument) -> Iterator[Problem]:
    if document.money.stage == "preliminary" and document.left_to_budget < 0:
        yield Problem(f"{_total(document)} Budget {money(-document.left_to_budget)} less.")


def _total(document: PlanDocument) -> str:
    return (
        f"Current-year lines total {money(document.budgeted)}"
        f"{without_unread(document.unread('allocation'))};"
        f" the {document.money.stage} allocation is {money(document.money.amount or 0)}"
        f"{_less(document)}."
    )


def _less(document: PlanDocument) -> str:
    """What a determination about an earlier year takes off the allocation, said after it."""
    if not document.money.reductions:
        return ""
    return (
        f", less reductions of {money(document.money.reductions)}:"
        f" {money(document.money.of_the_allocation)}"
    )


@rule(
    "R18",
    Severity.STOP,
    SectionKey.BUDGET,
    "Carry-forward is budgeted on lines of its own, and not above the balance.",
    citation="§ 10-262u(h)",
    certainty="law",
)
def carry_forward_is_within_the_balance(document: PlanDocument) -> Iterator[Problem]:
    narrative, budgeted = document.budget_narrative, document.total("carry_forward")
    balance = document.carry_forward_balance
    unread = without_unread(document.unread("carry_forward"))
    if balance is not None and balance < 0:
        yield Problem(
            f"The balance carried forward is {money(balance)}. Enter $0 or more.",
            narrative,
            "carry_forward_reported",
        )
    elif not budgeted:
        return
    elif balance is not None and budgeted > balance:
        yield Problem(
            f"Lines of carry-forward total {money(budgeted)}{unread}; the balance is"
            f" {money(balance)}. Budget {money(budgeted - balance)} less.",
            narrative,
            "carry_forward_reported",
        )
    elif balance is None and lacks(narrative, "carry_forward_reported"):
        yield Problem(
            f"Lines of carry-forward total {money(budgeted)}{unread}, and the balance carried"
            f" forward from FY{document.fiscal_year - 1} is not entered. Enter it.",
            narrative,
            "carry_forward_reported",
        )


@rule(
    "R18",
    Severity.WARN,
    SectionKey.BUDGET,
    "The whole balance that was carried forward is budgeted.",
    citation="§ 10-262u(h)",
    certainty="default",
)
def carry_forward_is_budgeted(document: PlanDocument) -> Iterator[Problem]:
    certified, budgeted = document.money.of_carry_forward, document.total("carry_forward")
    if certified is not None and budgeted < certified:
        yield Problem(
            f"{money(certified)} came forward from FY{document.fiscal_year - 1}; lines of"
            f" carry-forward total {money(budgeted)}. Budget {money(certified - budgeted)} more."
        )


@rule(
    "R24",
    Severity.WARN,
    SectionKey.BUDGET,
    "Benefits are budgeted beside salaries, at 5% to 60% of them, or the plan says why not.",
    citation=DEFAULT,
    certainty="default",
)
def benefits_follow_salaries(document: PlanDocument) -> Iterator[Problem]:
    salaries = _of_codes(document, "is_salary")
    benefits = _of_codes(document, "is_benefit")
    if benefits <= 0 or not lacks(document.budget_narrative, "benefits_reason"):
        return
    if salaries <= 0:
        says = f"Benefits of {money(benefits)} stand without a salary. Add the salaries"
    elif not LEAST_BENEFITS * salaries <= 100 * benefits <= MOST_BENEFITS * salaries:
        says = (
            f"Benefits of {money(benefits)} are {benefits / salaries:.1%} of salaries of"
            f" {money(salaries)}; {LEAST_BENEFITS}% to {MOST_BENEFITS}% is usual."
            " Change the lines"
        )
    else:
        return
    yield Problem(f"{says}, or say why.", document.budget_narrative, "benefits_reason")


def _of_codes(document: PlanDocument, which: str) -> int:
    """Dollars of the grant, this year's and carried forward, on object codes that are so."""
    return sum(
        line.amount or 0
        for line in document.lines
        if line.funding_source != "other" and getattr(line.object_code, which, False)
    )
