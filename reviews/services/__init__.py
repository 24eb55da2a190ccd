"""What the Department does with a plan that was handed in."""

from reviews.services.approving import approve
from reviews.services.assigning import assign
from reviews.services.commenting import comment
from reviews.services.recommending import recommend
from reviews.services.returning import ChangeAsked, return_for_changes
from reviews.services.turns import MovedOn
from reviews.services.waiving import waive
from reviews.services.withholding import release, withhold

__all__ = [
    "ChangeAsked",
    "MovedOn",
    "approve",
    "assign",
    "comment",
    "recommend",
    "release",
    "return_for_changes",
    "waive",
    "withhold",
]
