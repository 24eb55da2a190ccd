"""What was spent of each line of the plan, from what was spent of each object code.

To the dollar: what falls to the lines adds up to what the report says. An amount is split by each
line's share of the budget, whole dollars first, and the dollars left over go to the lines with the
largest remainders (the earlier line first). Where a report says it line by line, that holds.

An object code that no line of the plan has is spread over the lines of its funding source: those of
the same hundred, where there are any, else all; where the source has no lines, over all lines.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from plans.documents import PlanDocument
from plans.documents.shape import LinePart as PlanLine
from progress.documents.spending import SOURCES, CodePart, ExpenditureDocument

Key = TypeVar("Key")


@dataclass(frozen=True)
class LineShare:
    """What of a report falls to one line of the plan, in whole US dollars."""

    lineage: str
    obligated: int
    expended: int
    is_reported: bool  # line by line; else by its share of the budget


def by_share(amount: int, weights: Mapping[Key, int]) -> dict[Key, int]:
    """The amount in whole dollars by weight; what is returned adds up to it exactly.

    Weights that are all nothing are equal.
    """
    total = sum(weights.values())
    equal = dict.fromkeys(weights, 1) if not total else weights
    total = total or len(weights)
    shares = {key: amount * weight // total for key, weight in equal.items()}
    left = amount - sum(shares.values())
    by_remainder = sorted(equal, key=lambda key: amount * equal[key] % total, reverse=True)
    for key in by_remainder[:left]:
        shares[key] += 1
    return shares


def spread(document: ExpenditureDocument, plan: PlanDocument) -> list[LineShare]:
    """What falls to each line of the plan of this district's money, in the plan's order."""
    lines = [line for line in plan.lines if line.funding_source in SOURCES]
    expended = dict.fromkeys((line.lineage for line in lines), 0)
    obligated = dict(expended)
    reported: set[str] = set()
    for code in document.codes:
        of_code = _lines_of(code, lines)
        weights = {line.lineage: line.amount or 0 for line in of_code}
        if code.is_by_line:
            own = {line.lineage: line.expended or 0 for line in code.lines}
            reported |= set(own)
        else:
            own = by_share(code.expended or 0, weights)
        for lineage, amount in own.items():
            expended[lineage] += amount
        for lineage, amount in by_share(code.obligated or 0, weights).items():
            obligated[lineage] += amount
    return [
        LineShare(
            line.lineage, obligated[line.lineage], expended[line.lineage], line.lineage in reported
        )
        for line in lines
    ]


def _lines_of(code: CodePart, lines: Sequence[PlanLine]) -> list[PlanLine]:
    """The lines that an object code's amount falls to."""
    of_source = [line for line in lines if line.funding_source == code.funding_source]
    own = [
        line for line in of_source if line.object_code and line.object_code.code == code.object_code
    ]
    alike = [
        line
        for line in of_source
        if line.object_code and line.object_code.code[:1] == code.object_code[:1]
    ]
    return own or alike or of_source or list(lines)
