"""What the Department does with a plan that was handed in."""

from reviews.services.approving import approve
from reviews.services.assigning import assign
from reviews.services.commenting import comment
from reviews.services.recommending import recommend
from reviews.services.returning import ChangeAsked, return_for_changes
from reviews.services.turns import MovedOn
from reviews.services.waiving import waive
from reviews.services.withholding import (
    Duty,
    Withholding,
    release,
    usual_answer_by,
    why_not_theirs,
    withhold,
)

__all__ = [
    "ChangeAsked",
    "Duty",
    "MovedOn",
    "Withholding",
    "approve",
    "assign",
    "comment",
    "recommend",
    "release",
    "return_for_changes",
    "usual_answer_by",
    "waive",
    "why_not_theirs",
    "withhold",
]
