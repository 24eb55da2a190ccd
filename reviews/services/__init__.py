"""What the Department does with a plan that was handed in."""

from reviews.services.approving import approve
from reviews.services.assigning import assign
from reviews.services.assigning_many import Assigned, Wanted, assign_many
from reviews.services.commenting import comment
from reviews.services.conditions import Stipulation, not_due_yet, record_met
from reviews.services.conflicts import declare_conflict, end_conflict
from reviews.services.determining import LineFound, determine, why_not_theirs_to_determine
from reviews.services.judging_answers import judge_answer, to_ask_again
from reviews.services.nudging import nudge
from reviews.services.questioning import (
    ask_further,
    ask_question,
    close_question,
    usual_answer_due,
)
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
from reviews.services.saving_views import drop_view, save_view
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
from reviews.services.wordings import add_wording, retire_wording, save_wording

__all__ = [
    "Assigned",
    "ChangeAsked",
    "Duty",
    "LineFound",
    "MovedOn",
    "Seen",
    "Stipulation",
    "Unseen",
    "Wanted",
    "Withholding",
    "add_wording",
    "allocation_of",
    "approve",
    "approve_revision",
    "ask_further",
    "ask_question",
    "assign",
    "assign_many",
    "close_question",
    "comment",
    "declare_conflict",
    "determine",
    "drop_view",
    "end_conflict",
    "judge_answer",
    "not_due_yet",
    "nudge",
    "recommend",
    "recommend_revision",
    "record_met",
    "release",
    "remove_change",
    "retire_wording",
    "return_for_changes",
    "return_revision",
    "return_to_undo",
    "save_change",
    "save_view",
    "save_wording",
    "save_words",
    "send_return",
    "to_ask_again",
    "undo_return",
    "usual_answer_by",
    "usual_answer_due",
    "waive",
    "why_it_stands",
    "why_not_theirs",
    "why_not_theirs_to_determine",
    "withhold",
]
