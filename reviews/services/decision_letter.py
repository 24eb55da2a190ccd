"""The text of the decision letter: previewed on the decision page, frozen with the decision."""

from collections.abc import Sequence
from datetime import datetime

from django.db import models

from districts.models import Delegation, User
from districts.words import day, money
from reviews.models import Determination
from reviews.models.default_letters import LetterKind
from reviews.reports.evidence import Evidence
from reviews.reports.letter_templates import words_among
from reviews.reports.packet import Packet
from reviews.rules import Permit
from reviews.services.conditions import Stipulation
from reviews.services.evidence_words import sentences_on
from reviews.services.letter_words import (
    MISSING,
    Written,
    lines_of_conditions,
    signature,
    words_of_statute,
    write_by,
)
from reviews.services.permits import sentences_of


def write_letter(
    packet: Packet,
    *,
    implementation: str,
    implementation_reasons: str,
    performance: str,
    performance_reasons: str,
    conditions: Sequence[Stipulation] = (),
    permits: Sequence[Permit] = (),
    evidence: Evidence | None = None,
    by: User,
    delegation: Delegation | None,
    at: datetime,
) -> Written:
    """The letter for these findings. A finding not made yet shows as missing."""
    found = finding_values(implementation, implementation_reasons, performance, performance_reasons)
    values = found | approval_values(
        packet,
        conditions=conditions,
        permits=permits,
        evidence=evidence,
        by=by,
        delegation=delegation,
        at=at,
    )
    kind = LetterKind.CONDITIONAL if conditions else LetterKind.APPROVAL
    return write_by(words_among(packet.letter_words, kind), values)


def approval_values(
    packet: Packet,
    *,
    conditions: Sequence[Stipulation],
    permits: Sequence[Permit],
    evidence: Evidence | None,
    by: User,
    delegation: Delegation | None,
    at: datetime,
) -> dict[str, str]:
    """What an approval puts in, but for its findings."""
    plan, cycle = packet.plan, packet.plan.cycle
    numbered = enumerate(conditions, start=1)
    which = "this condition" if len(conditions) == 1 else "these conditions"
    return {
        "date": day(at),
        "district": plan.district.name,
        "fiscal_year": str(plan.cycle_id),
        "version": str(packet.version.number),
        "kind_of_plan": plan.get_kind_display().lower(),
        "submitted_on": day(packet.submission.at),
        "what_may_be_spent": _what_may_be_spent(packet),
        "words_of_statute": words_of_statute(),
        "permits": "\n\n".join(sentences_of(permits)),
        "evidence": "\n\n".join(sentences_on(evidence) if evidence else []),
        "waiver_of_last_year": _waived(packet),
        "this_or_these_conditions": which,
        "conditions": lines_of_conditions((n, one.text, one.due_on) for n, one in numbered),
        "mid_year_report_on": day(cycle.mid_year_report_on),
        "end_of_year_report_on": day(cycle.end_of_year_report_on),
        "expenditure_report_on": day(cycle.expenditure_report_on),
        "signature": signature(by, delegation),
    }


def finding_values(
    implementation: str,
    implementation_reasons: str,
    performance: str,
    performance_reasons: str,
) -> dict[str, str]:
    return {
        "implementation": _finding(Determination.Implementation, implementation),
        "implementation_reasons": implementation_reasons or MISSING,
        "performance": _finding(Determination.Performance, performance),
        "performance_reasons": performance_reasons or MISSING,
    }


def _finding(findings: type[models.TextChoices], value: str) -> str:
    return str(findings(value).label) if value in findings else MISSING


def _what_may_be_spent(packet: Packet) -> str:
    may_spend = packet.signed.money
    if may_spend.amount == 0:
        return (
            "The allocation of the fiscal year is $0, so nothing of it is to be spent; the board"
            " submits its plan every year all the same, under section 10-262u of the Connecticut"
            " General Statutes."
        )
    return (
        "Under section 10-262u of the Connecticut General Statutes the board of education may"
        f" spend {money(may_spend.amount)} for the purposes of the plan."
    )


def _waived(packet: Packet) -> str:
    waiver = packet.waiver_of_last_year
    if waiver is None:
        return ""
    return (
        "What section 10-262u and the Department’s practice ask of the year before is in part"
        f" waived, on {day(waiver.given_at)}, on these grounds: {waiver.grounds}"
    )
