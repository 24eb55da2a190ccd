"""How the status of a plan, and of a letter, reads for the Department."""

from districts.words import Label
from notices.models import REMINDER, Notice
from plans.workflow import DEPARTMENT_LABELS, Status

BACK = Label("Back: answered", "info", "mail")


def department_label(status: str, *, was_returned: bool) -> Label:
    """A plan that came back with answers says so while it is under review again."""
    if status == Status.UNDER_REVIEW and was_returned:
        return BACK
    return DEPARTMENT_LABELS[Status(status)]


KINDS_OF_LETTER = {
    REMINDER: "Reminder",
    "signature_waiting": "Signature waiting",
    "plan_signed": "Signed by both",
    "signature_void": "Signature void",
    "plan_receipt": "Receipt",
    "plan_submitted": "Submitted",
    "plan_recalled": "Recalled",
    "plan_withdrawn": "Withdrawn",
    "plan_reopened": "Opened again",
    "plan_assigned": "Assigned",
    "plan_unassigned": "No longer assigned",
    "plan_in_review": "Review started",
    "plan_returned": "Returned for changes",
    "return_undone": "Return undone",
    "changes_answered": "Changes answered",
    "plan_back": "Back with answers",
    "plan_recommended": "Recommended",
    "plan_approved": "Approved",
    "plan_withheld": "Withheld",
    "plan_released": "Released",
    "plan_moved": "News to reviewers",
    "roster_proposed": "Roster, to confirm",
    "roster_changed": "Roster, changed",
    "roster_refused": "Roster, refused",
    "decided_in_your_name": "Decided in your name",
    "delegation_proposed": "Delegation, to confirm",
    "set_password": "Password",
    "wrong_passwords": "Wrong passwords",
    "role_changed": "Role changed",
    "idle_account": "Idle account",
    "idle_suspended": "Suspended, idle",
}
LETTER_LABELS = {
    Notice.Status.WAITING: Label("Waiting", "info", "clock"),
    Notice.Status.SENT: Label("Sent", "good", "check"),
    Notice.Status.FAILED: Label("Failed", "bad", "stop"),
    Notice.Status.WITHDRAWN: Label("Withdrawn", "", "back"),
    Notice.Status.PASSED_OVER: Label("Passed over", "", "next"),
}
RETRYING = Label("Trying again", "warn", "clock")


def letter_label(letter: Notice) -> Label:
    is_retrying = letter.status == Notice.Status.WAITING and letter.attempts > 0
    return RETRYING if is_retrying else LETTER_LABELS[Notice.Status(letter.status)]
