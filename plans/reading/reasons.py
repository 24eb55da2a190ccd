"""The warnings of a draft with the reasons given for them, and what no longer applies."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.dateparse import parse_datetime

from plans.documents.rows import PlanWithState
from plans.rules import Finding
from plans.rules.reasons import Said, matched


@dataclass(frozen=True)
class Reasons:
    """By the mark of a warning what was said to it; and what was said to warnings that went."""

    by_mark: dict[str, Said]
    left: list[Said]


def reasons_for(plan: PlanWithState, findings: Iterable[Finding]) -> Reasons:
    """Of what the plan's row says was said last. No query."""
    said = [
        Said(**one | {"at": parse_datetime(one["at"])})  # type: ignore[arg-type]
        for one in json.loads(plan.reasons)
    ]
    return Reasons(*matched(findings, said))
