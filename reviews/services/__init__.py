"""What the Department does with a plan that was handed in."""

from reviews.services.agreeing import record_consensus
from reviews.services.approving import approve
from reviews.services.assigning import assign
from reviews.services.assigning_many import Assigned, Wanted, assign_many
from reviews.services.commenting import comment, resolve_comment
from reviews.services.conditions import Stipulation, not_due_yet, record_met
from reviews.services.conflicts import declare_conflict, end_conflict
from reviews.services.determining import LineFound, determine, why_not_theirs_to_determine
from reviews.services.rating import save_ratings
from reviews.services.recommending import recommend
from reviews.services.return_drafts import remove_change, save_change, save_words
from reviews.services.returning import (
    ChangeAsked,
    Seen,
    Unseen,
    return_for_changes,
    send_return,
)
from reviews.services.revisions import approve_revision, recommend_revision, return_revision
from reviews.services.rubrics import Asked, RubricMovedOn, save_rubric
from reviews.services.third import name_third
from reviews.services.turns import MovedOn
from reviews.services.undoing import return_to_undo, undo_return, why_it_stands
from reviews.services.waiving import waive
from reviews.services.withholding import (
    Duty,
    Withholding,
    allocation_of,
    release,
    usual_answer_by,
    why_not_theirs,
    withhold,
)

__all__ = [
    "Asked",
    "Assigned",
    "ChangeAsked",
    "Duty",
    "LineFound",
    "MovedOn",
    "RubricMovedOn",
    "Seen",
    "Stipulation",
    "Unseen",
    "Wanted",
    "Withholding",
    "allocation_of",
    "approve",
    "approve_revision",
    "assign",
    "assign_many",
    "comment",
    "declare_conflict",
    "determine",
    "end_conflict",
    "name_third",
    "not_due_yet",
    "recommend",
    "recommend_revision",
    "record_consensus",
    "record_met",
    "release",
    "remove_change",
    "resolve_comment",
    "return_for_changes",
    "return_revision",
    "return_to_undo",
    "save_change",
    "save_ratings",
    "save_rubric",
    "save_words",
    "send_return",
    "undo_return",
    "usual_answer_by",
    "waive",
    "why_it_stands",
    "why_not_theirs",
    "why_not_theirs_to_determine",
    "withhold",
]
