"""Which reason belongs to which warning. A warning's sentence names figures, and figures move."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from plans.rules.base import Finding


@dataclass(frozen=True)
class Said:
    """What was said last to a warning, and what the warning said then."""

    pk: int
    rule: str
    lineage: str
    field: str
    sentence: str
    text: str
    by_id: int
    by: str
    at: datetime

    @property
    def place(self) -> tuple[str, str, str]:
        return self.rule, self.lineage, self.field

    @property
    def mark(self) -> str:
        """Of the warning, as it read when this was said."""
        return _mark(*self.place, self.sentence)


def place_of(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.lineage, finding.field


def mark_of(finding: Finding) -> str:
    """What tells a warning from all others of its plan: its rule, row, field and sentence."""
    return _mark(*place_of(finding), finding.sentence)


def _mark(*says: str) -> str:
    return hashlib.sha256("\0".join(says).encode()).hexdigest()


def matched(
    findings: Iterable[Finding], said: Iterable[Said]
) -> tuple[dict[str, Said], list[Said]]:
    """By the mark of each warning the reason that was given for it, and those left over.

    A warning whose sentence has changed since, as its figures moved, keeps its reason where there
    is one warning of that rule at that place, and one reason. Else the reason no longer applies.
    """
    warnings: dict[tuple, list[Finding]] = defaultdict(list)
    for finding in findings:
        if not finding.stops:
            warnings[place_of(finding)].append(finding)
    reasons: dict[tuple, list[Said]] = defaultdict(list)
    for one in said:
        reasons[one.place].append(one)
    found: dict[str, Said] = {}
    left: list[Said] = []
    for place, given in reasons.items():
        by_sentence = {finding.sentence: finding for finding in warnings[place]}
        same = [one for one in given if one.sentence in by_sentence]
        found |= {mark_of(by_sentence[one.sentence]): one for one in same}
        others = [one for one in given if one.sentence not in by_sentence]
        if not same and len(warnings[place]) == 1 and others:
            latest = max(others, key=lambda one: one.pk)
            found[mark_of(warnings[place][0])] = latest
            others.remove(latest)
        left += others
    return found, left
