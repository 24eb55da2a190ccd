"""The life of a plan: every status, and every step between two of them.

To change the process, change TRANSITIONS. Nothing here touches the database.
"""

from dataclasses import dataclass

from django.db import models

from districts.words import Label


class Status(models.TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    UNDER_REVIEW = "under_review", "Under review"
    RETURNED = "returned", "Returned for changes"
    RECOMMENDED = "recommended", "Recommended"
    APPROVED = "approved", "Approved"
    WITHHELD = "withheld", "Withheld"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Step(models.TextChoices):
    SUBMIT = "submit", "Submit"
    RECALL = "recall", "Recall"
    WITHDRAW = "withdraw", "Withdraw"
    REOPEN = "reopen", "Open again"
    START_REVIEW = "start_review", "Start review"
    RETURN = "return", "Return for changes"
    UNDO_RETURN = "undo_return", "Undo the return"
    RECOMMEND = "recommend", "Recommend"
    APPROVE = "approve", "Approve"
    CALL_BACK = "call_back", "Call the approval back"
    WITHHOLD = "withhold", "Withhold"
    RELEASE = "release", "Release"


class Part(models.TextChoices):
    """The part a person plays for one plan. plans/permissions.py says who plays it."""

    SUPERINTENDENT = "superintendent", "the superintendent"
    PLAN_COORDINATOR = "plan_coordinator", "the plan coordinator"
    ASSIGNED_REVIEWER = "assigned_reviewer", "an assigned reviewer"
    PROGRAM_MANAGER = "program_manager", "the program manager"
    DECIDER = "decider", "the Commissioner or a delegate"


DISTRICT_PARTS = frozenset({Part.SUPERINTENDENT, Part.PLAN_COORDINATOR})


@dataclass(frozen=True)
class Transition:
    sources: frozenset[Status]
    target: (
        Status | None
    )  # None: back to the status before (a release, a return undone, an approval called back), or
    # the submission (a recall)
    by: frozenset[Part]
    needs_reason: bool = False


TRANSITIONS = {
    Step.SUBMIT: Transition(
        frozenset({Status.DRAFT, Status.RETURNED}),
        Status.SUBMITTED,
        frozenset({Part.SUPERINTENDENT, Part.PLAN_COORDINATOR}),
    ),
    Step.RECALL: Transition(
        frozenset({Status.SUBMITTED}),
        None,
        frozenset({Part.SUPERINTENDENT, Part.PLAN_COORDINATOR}),
    ),
    Step.WITHDRAW: Transition(
        frozenset({Status.DRAFT, Status.SUBMITTED}),
        Status.WITHDRAWN,
        frozenset({Part.SUPERINTENDENT}),
    ),
    Step.REOPEN: Transition(
        frozenset({Status.WITHDRAWN}),
        Status.DRAFT,
        frozenset({Part.SUPERINTENDENT}),
        needs_reason=True,
    ),
    Step.START_REVIEW: Transition(
        frozenset({Status.SUBMITTED}), Status.UNDER_REVIEW, frozenset({Part.PROGRAM_MANAGER})
    ),
    Step.RETURN: Transition(
        frozenset({Status.UNDER_REVIEW, Status.RECOMMENDED}),
        Status.RETURNED,
        frozenset({Part.ASSIGNED_REVIEWER, Part.PROGRAM_MANAGER, Part.DECIDER}),
        needs_reason=True,
    ),
    Step.UNDO_RETURN: Transition(
        frozenset({Status.RETURNED}),
        None,
        frozenset({Part.ASSIGNED_REVIEWER, Part.PROGRAM_MANAGER, Part.DECIDER}),
        needs_reason=True,
    ),
    Step.RECOMMEND: Transition(
        frozenset({Status.UNDER_REVIEW}),
        Status.RECOMMENDED,
        frozenset({Part.ASSIGNED_REVIEWER, Part.PROGRAM_MANAGER}),
    ),
    Step.APPROVE: Transition(
        frozenset({Status.UNDER_REVIEW, Status.RECOMMENDED}),
        Status.APPROVED,
        frozenset({Part.DECIDER}),
    ),
    Step.CALL_BACK: Transition(
        frozenset({Status.APPROVED}), None, frozenset({Part.DECIDER}), needs_reason=True
    ),
    Step.WITHHOLD: Transition(
        frozenset(
            {
                Status.DRAFT,
                Status.RETURNED,
                Status.SUBMITTED,
                Status.UNDER_REVIEW,
                Status.RECOMMENDED,
                Status.APPROVED,
            }
        ),
        Status.WITHHELD,
        frozenset({Part.DECIDER}),
        needs_reason=True,
    ),
    Step.RELEASE: Transition(frozenset({Status.WITHHELD}), None, frozenset({Part.DECIDER})),
}

DISTRICT_STEPS = frozenset(
    step for step, transition in TRANSITIONS.items() if transition.by <= DISTRICT_PARTS
)

# Sets of statuses, each named for its use. None is written as what is left over: a new status is
# to be put in or out of each by somebody who has thought of it (plans/tests/test_workflow.py).

# Who has the plan
EDITABLE = frozenset({Status.DRAFT, Status.RETURNED})
WITH_DEPARTMENT = frozenset({Status.SUBMITTED, Status.UNDER_REVIEW, Status.RECOMMENDED})
IN_REVIEW = frozenset({Status.UNDER_REVIEW, Status.RECOMMENDED})
DECIDED = frozenset({Status.APPROVED, Status.WITHHELD, Status.WITHDRAWN})
WAITS_FOR_DISTRICT = EDITABLE | {Status.WITHHELD}  # to be written, or to be cured

HELD_TO = frozenset({Status.APPROVED, Status.WITHHELD})  # spent and reported on, withheld too

# What was handed in
MAY_BE_EXTENDED = frozenset({Status.DRAFT})  # to be handed in by a day of its own
NEED_NOT_BE_SUBMITTED = frozenset({Status.DRAFT, Status.WITHDRAWN, Status.WITHHELD})
FILED = WITH_DEPARTMENT | {Status.RETURNED, Status.APPROVED}
FILED_OR_DECIDED = FILED | {Status.WITHHELD}  # a change of the roster that touches one names it
IN_QUEUE_FOR_GOOD = FILED_OR_DECIDED | {Status.WITHDRAWN}  # whatever the roster says later
VOTE_IS_OPEN = EDITABLE | WITH_DEPARTMENT | {Status.WITHHELD}  # the board's, on record

# What reviewers do
IN_HAND = WITH_DEPARTMENT | {Status.RETURNED}  # they keep it while the district mends it
OPEN_TO_COMMENTS = IN_HAND
ASKED_ABOUT = WITH_DEPARTMENT  # short of a return (R40a)
QUESTIONS_STAND = EDITABLE | WITH_DEPARTMENT | {Status.WITHHELD}  # to answer: a decision ends them
# Here the plan's funds are withheld or released, which its reviewers may not do alone
WAIVED_FOR_FUNDS = frozenset({Status.RETURNED, Status.APPROVED, Status.WITHHELD})

# In which a letter is true
EVERY_STATUS = frozenset(Status)
ENDS_REMINDERS = FILED | {Status.WITHHELD, Status.WITHDRAWN}  # those two cannot be handed in
REMINDED = EDITABLE  # to hand it in, or to answer
RETURN_STANDS = frozenset({Status.RETURNED, Status.WITHHELD})
FUNDS_ARE_FREE = FILED | {Status.DRAFT, Status.WITHDRAWN}


class StepNotAllowed(Exception):
    """The step does not start from the plan's present status. The message is fit to show a user."""


def target_of(step: Step, *, source: str, before: str | None = None) -> Status:
    """The status that `step` leads to from `source`.

    `before` is the status the plan had before it came to `source`; only a recall, a release,
    a return undone and an approval called back go back to it.

    Raises:
        StepNotAllowed: the step leads nowhere from there.
    """
    transition = TRANSITIONS[step]
    if source not in transition.sources:
        is_districts = transition.by <= DISTRICT_PARTS
        status = said_to_district(source) if is_districts else Status(source).label.lower()
        raise StepNotAllowed(
            f"This plan is {status} now, so the step “{step.label}” cannot be taken."
        )
    if transition.target is not None:
        return transition.target
    if before is None:
        raise StepNotAllowed("It is not known which status this plan would go back to.")
    return Status(before)


def said_to_district(status: str) -> str:
    """A status inside a sentence for the district; a recommendation reads as the review it is."""
    known = Status.UNDER_REVIEW if status == Status.RECOMMENDED else Status(status)
    return known.label.lower()


def steps_from(source: str) -> list[Step]:
    """The steps that start from a status, in the order of the table."""
    return [step for step, transition in TRANSITIONS.items() if source in transition.sources]


DISTRICT_LABELS = {
    Status.DRAFT: Label("Draft: with you", "info", "pen"),
    Status.SUBMITTED: Label("Submitted", "info", "mail"),
    Status.UNDER_REVIEW: Label("With the Department", "info", "half"),
    Status.RETURNED: Label("Returned: changes asked", "warn", "back"),
    Status.RECOMMENDED: Label("With the Department", "info", "half"),
    Status.APPROVED: Label("Approved", "good", "done"),
    Status.WITHHELD: Label("Withheld", "bad", "stop"),
    Status.WITHDRAWN: Label("Withdrawn", "", "back"),
}
DEPARTMENT_LABELS = {
    Status.DRAFT: Label("Draft", "", "pen"),
    Status.SUBMITTED: Label("New: assign", "info", "mail"),
    Status.UNDER_REVIEW: Label("Under review", "info", "half"),
    Status.RETURNED: Label("With the district", "warn", "back"),
    Status.RECOMMENDED: Label("Recommended", "info", "flag"),
    Status.APPROVED: Label("Approved", "good", "done"),
    Status.WITHHELD: Label("Withheld", "bad", "stop"),
    Status.WITHDRAWN: Label("Withdrawn", "", "back"),
}


DRAFT_OF_OTHERS = Label("Draft: being written", "info", "pen")


def label_for(status: str, *, is_department: bool, writes: bool = True) -> Label:
    """The words for the reader: a recommendation never shows to a district.

    `writes` is whether, in the district, the draft is theirs to write: with them, or with others.
    """
    if is_department:
        return DEPARTMENT_LABELS[Status(status)]
    if status == Status.DRAFT and not writes:
        return DRAFT_OF_OTHERS
    return DISTRICT_LABELS[Status(status)]
