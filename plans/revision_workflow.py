"""The life of a revision of an approved plan (R44, R45): every status, and every step.

The plan stays approved all along, and what it says stays in force until a revision takes its place
(ADR 67). Nothing here touches the database.
"""

from dataclasses import dataclass

from django.db import models

from districts.words import Label
from plans.sections import SectionKey
from plans.workflow import StepNotAllowed


class RevisionStatus(models.TextChoices):
    DRAFT = "draft", "Being written"
    HANDED_IN = "handed_in", "With the Department"
    RETURNED = "returned", "Returned for changes"
    APPROVED = "approved", "Approved"
    RECORDED = "recorded", "Recorded"
    WITHDRAWN = "withdrawn", "Withdrawn"


class RevisionStep(models.TextChoices):
    START = "start", "Started"
    HAND_IN = "hand_in", "Handed in"
    REVIEW = "review", "Recommended"
    RETURN = "return", "Returned for changes"
    APPROVE = "approve", "Approved"
    RECORD = "record", "Recorded without a decision"
    WITHDRAW = "withdraw", "Withdrawn"


EDITABLE = frozenset({RevisionStatus.DRAFT, RevisionStatus.RETURNED})
OPEN = EDITABLE | {RevisionStatus.HANDED_IN}
DEPARTMENT_REVISES = frozenset({RevisionStep.REVIEW, RevisionStep.RETURN, RevisionStep.APPROVE})
TAKES_EFFECT = frozenset({RevisionStep.APPROVE, RevisionStep.RECORD})

# The sections that an approved plan may change in within its year. What was found and promised
# before the year, its assurances and the board's vote, stays as it was approved.
REVISABLE = (
    SectionKey.COVER,
    SectionKey.OBJECTIVES,
    SectionKey.STRATEGIES,
    SectionKey.BUDGET,
    SectionKey.SUSTAINABILITY,
    SectionKey.ATTACHMENTS,
)


@dataclass(frozen=True)
class Move:
    sources: frozenset[RevisionStatus]
    target: RevisionStatus


MOVES = {
    RevisionStep.HAND_IN: Move(EDITABLE, RevisionStatus.HANDED_IN),
    RevisionStep.REVIEW: Move(frozenset({RevisionStatus.HANDED_IN}), RevisionStatus.HANDED_IN),
    RevisionStep.RETURN: Move(frozenset({RevisionStatus.HANDED_IN}), RevisionStatus.RETURNED),
    RevisionStep.APPROVE: Move(frozenset({RevisionStatus.HANDED_IN}), RevisionStatus.APPROVED),
    RevisionStep.RECORD: Move(EDITABLE, RevisionStatus.RECORDED),
    RevisionStep.WITHDRAW: Move(OPEN, RevisionStatus.WITHDRAWN),
}

LABELS = {
    RevisionStatus.DRAFT: Label("Revision: being written", "info", "pen"),
    RevisionStatus.HANDED_IN: Label("Revision: with the Department", "info", "half"),
    RevisionStatus.RETURNED: Label("Revision: changes asked", "warn", "back"),
    RevisionStatus.APPROVED: Label("Revision approved", "good", "done"),
    RevisionStatus.RECORDED: Label("Change recorded", "good", "done"),
    RevisionStatus.WITHDRAWN: Label("Revision withdrawn", "", "back"),
}


def revision_target(step: RevisionStep, *, source: str) -> RevisionStatus:
    """The status that a step leads to.

    Raises:
        StepNotAllowed: the step does not start from there.
    """
    move = MOVES[step]
    if source not in move.sources:
        status = RevisionStatus(source).label.lower()
        raise StepNotAllowed(f"This revision is {status} now. Nothing was recorded.")
    return move.target
