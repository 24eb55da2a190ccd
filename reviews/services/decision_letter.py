"""The text of the decision letter: previewed on the decision page, frozen with the decision."""

from collections.abc import Sequence
from datetime import datetime

from django.db import models
from django.template.loader import render_to_string

from districts.models import Delegation, User
from districts.words import day
from reviews.models import Determination
from reviews.reports.evidence import Evidence
from reviews.reports.packet import Packet
from reviews.rules import Permit
from reviews.services.conditions import Stipulation
from reviews.services.evidence_words import sentences_on
from reviews.services.permits import sentences_of

MISSING = "[to be filled in]"  # only ever in a preview


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
) -> str:
    """The letter for these findings. A finding not made yet shows as missing."""
    text = render_to_string(
        "reviews/decision_letter.txt",
        {
            "plan": packet.plan,
            "district": packet.plan.district,
            "version": packet.version,
            "submitted_at": packet.submission.at,
            "money": packet.signed.money,
            "implementation": words_of(Determination.Implementation, implementation),
            "implementation_reasons": implementation_reasons or MISSING,
            "performance": words_of(Determination.Performance, performance),
            "performance_reasons": performance_reasons or MISSING,
            "conditions": [
                (each.text.strip() or MISSING, day(each.due_on) if each.due_on else MISSING)
                for each in conditions
            ],
            "permits": sentences_of(permits),
            "evidence": sentences_on(evidence) if evidence else [],
            "waiver_of_last_year": packet.waiver_of_last_year,
            "by": by,
            "delegation": delegation,
            "decided_at": at,
        },
    )
    return text.strip() + "\n"


def words_of(findings: type[models.TextChoices], value: str) -> str:
    """A finding as a letter has it; of none it is missing."""
    return str(findings(value).label) if value in findings else MISSING
