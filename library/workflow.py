"""What the public reads of where a plan stands. Nothing here touches the database."""

from districts.words import Label
from plans.workflow import Status

# A recommendation and a review read as what they are to the public: a plan not yet decided.
PUBLIC_LABELS = {
    Status.DRAFT: Label("Withdrawn by the district", "", "back"),  # and opened again since
    Status.SUBMITTED: Label("Submitted, not yet decided", "info", "mail"),
    Status.UNDER_REVIEW: Label("Submitted, not yet decided", "info", "mail"),
    Status.RETURNED: Label("Submitted, changes asked", "info", "back"),
    Status.RECOMMENDED: Label("Submitted, not yet decided", "info", "mail"),
    Status.APPROVED: Label("Approved", "good", "done"),
    Status.WITHHELD: Label("Funds withheld", "warn", "stop"),
    Status.WITHDRAWN: Label("Withdrawn by the district", "", "back"),
}
AN_EARLIER_VERSION = Label("Submitted; a later version is being checked", "info", "clock")


def public_label(status: str, *, is_latest: bool, is_held: bool = False) -> Label:
    """`is_latest`: whether the version that is public is the one that the status is of.

    `is_held`: whether the letter of its approval has still to leave; till then it may be called
    back.
    """
    if is_held and status == Status.APPROVED:
        status = Status.UNDER_REVIEW
    return PUBLIC_LABELS[Status(status)] if is_latest else AN_EARLIER_VERSION


STANDS_APPROVED = frozenset({Status.APPROVED, Status.WITHHELD})  # the letter of approval is public


def is_decided(status: str) -> bool:
    """Whether the letter of a decision that was made may be read: funds may be withheld since."""
    return status in STANDS_APPROVED
