"""What the Department concludes on a plan, and on what a district spent."""

from reviews.models.preparing import PreparedDecision
from reviews.models.reviewing import (
    Determination,
    ProposedChange,
    Recommendation,
    ReturnDraft,
    Waiver,
)
from reviews.models.seeing import Nudge, SavedView
from reviews.models.spending import DeterminedLine, SpendingDetermination
from reviews.models.wordings import Wording

__all__ = [
    "Determination",
    "DeterminedLine",
    "Nudge",
    "PreparedDecision",
    "ProposedChange",
    "Recommendation",
    "ReturnDraft",
    "SavedView",
    "SpendingDetermination",
    "Waiver",
    "Wording",
]
