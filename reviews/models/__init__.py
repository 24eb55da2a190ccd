"""What the Department concludes on a plan, and on what a district spent."""

from reviews.models.preparing import PreparedDecision
from reviews.models.reviewing import (
    Determination,
    ProposedChange,
    Recommendation,
    ReturnDraft,
    Waiver,
)
from reviews.models.spending import DeterminedLine, SpendingDetermination

__all__ = [
    "Determination",
    "DeterminedLine",
    "PreparedDecision",
    "ProposedChange",
    "Recommendation",
    "ReturnDraft",
    "SpendingDetermination",
    "Waiver",
]
