"""What the Department concludes on a plan, and on what a district spent."""

from reviews.models.letters import DecisionLetter, LetterTemplate
from reviews.models.preparing import PreparedDecision
from reviews.models.reviewing import (
    Determination,
    ProposedChange,
    Recommendation,
    ReturnDraft,
    Waiver,
)
from reviews.models.rubrics import (
    Concern,
    Consensus,
    Criterion,
    Level,
    Rating,
    Review,
    Rubric,
    ThirdReviewer,
)
from reviews.models.seeing import Nudge, SavedView
from reviews.models.spending import DeterminedLine, SpendingDetermination
from reviews.models.wordings import Wording

__all__ = [
    "Concern",
    "Consensus",
    "Criterion",
    "DecisionLetter",
    "Determination",
    "DeterminedLine",
    "LetterTemplate",
    "Level",
    "Nudge",
    "PreparedDecision",
    "ProposedChange",
    "Rating",
    "Recommendation",
    "ReturnDraft",
    "Review",
    "Rubric",
    "SavedView",
    "SpendingDetermination",
    "ThirdReviewer",
    "Waiver",
    "Wording",
]
