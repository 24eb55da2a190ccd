"""What the Department concludes on a plan, and on what a district spent."""

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
from reviews.models.spending import DeterminedLine, SpendingDetermination

__all__ = [
    "Concern",
    "Consensus",
    "Criterion",
    "Determination",
    "DeterminedLine",
    "Level",
    "ProposedChange",
    "Rating",
    "Recommendation",
    "ReturnDraft",
    "Review",
    "Rubric",
    "SpendingDetermination",
    "ThirdReviewer",
    "Waiver",
]
