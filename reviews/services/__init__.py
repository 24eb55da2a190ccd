"""What the Department does with a plan that was handed in."""

from reviews.services.agreeing import record_consensus
from reviews.services.approving import approve
from reviews.services.assigning import assign
from reviews.services.assigning_many import Assigned, Wanted, assign_many
from reviews.services.calling_back import (
    HELD_FOR,
    call_back,
    decision_to_call_back,
    why_it_cannot_be,
)
from reviews.services.commenting import comment, resolve_comment
from reviews.services.conditions import Stipulation, not_due_yet, record_met
from reviews.services.conflicts import declare_conflict, end_conflict
from reviews.services.correcting import FINDINGS as CORRECTED
from reviews.services.correcting import correct_decision, why_not_corrected
from reviews.services.determining import LineFound, determine, why_not_theirs_to_determine
from reviews.services.extending import grant_time, refuse_time
from reviews.services.judging_answers import judge_answer, to_ask_again
from reviews.services.nudging import nudge
from reviews.services.preparing import prepare_decision
from reviews.services.questioning import (
    ask_further,
    ask_question,
    close_question,
    usual_answer_due,
)
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
from reviews.services.saving_views import drop_view, save_view
from reviews.services.signing_off import SignedOff, ToSign, sign_off, stipulations
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
from reviews.services.wordings import add_wording, retire_wording, save_wording

__all__ = [
    "CORRECTED",
    "HELD_FOR",
    "Asked",
    "Assigned",
    "ChangeAsked",
    "Duty",
    "LineFound",
    "MovedOn",
    "RubricMovedOn",
    "Seen",
    "SignedOff",
    "Stipulation",
    "ToSign",
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
    "call_back",
    "close_question",
    "comment",
    "correct_decision",
    "decision_to_call_back",
    "declare_conflict",
    "determine",
    "drop_view",
    "end_conflict",
    "grant_time",
    "judge_answer",
    "name_third",
    "not_due_yet",
    "nudge",
    "prepare_decision",
    "recommend",
    "recommend_revision",
    "record_consensus",
    "record_met",
    "refuse_time",
    "release",
    "remove_change",
    "resolve_comment",
    "retire_wording",
    "return_for_changes",
    "return_revision",
    "return_to_undo",
    "save_change",
    "save_ratings",
    "save_rubric",
    "save_view",
    "save_wording",
    "save_words",
    "send_return",
    "sign_off",
    "stipulations",
    "to_ask_again",
    "undo_return",
    "usual_answer_by",
    "usual_answer_due",
    "waive",
    "why_it_cannot_be",
    "why_it_stands",
    "why_not_corrected",
    "why_not_theirs",
    "why_not_theirs_to_determine",
    "withhold",
]
