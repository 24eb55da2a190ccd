"""How the status of a plan, of a letter, and of what a plan came to reads."""

from decimal import Decimal

from districts.words import NONE, Label
from notices.models import REMINDER, Notice
from plans.workflow import DEPARTMENT_LABELS, Status

BACK = Label("Back: answered", "info", "mail")


def department_label(status: str, *, was_returned: bool) -> Label:
    """A plan that came back with answers says so while it is under review again."""
    if status == Status.UNDER_REVIEW and was_returned:
        return BACK
    return DEPARTMENT_LABELS[Status(status)]


CAME = {  # what a target came to, by reviews.reports.findings.Came
    "Met": Label("Met", "good", "check"),
    "Part way": Label("Part way", "warn", "half"),
    "No change": Label("No change", "warn", "half"),
    "Fell back": Label("Fell back", "bad", "back"),
    "Not met": Label("Not met", "warn", "half"),
    "Not yet available": Label("Not yet available", "", "clock"),
    "Suppressed": Label("Suppressed as published", "", "lock"),
    "No target figure": Label("No target figure", "", "pen"),
}
CARRIED_OUT = {  # how a strategy stands, by progress.models.Implementation
    "not_started": Label("Not started", "", "clock"),
    "on_track": Label("On track", "good", "check"),
    "at_risk": Label("At risk", "warn", "warn"),
    "off_track": Label("Off track", "bad", "stop"),
    "complete": Label("Complete", "good", "done"),
    "discontinued": Label("Discontinued", "", "lock"),
}
NOT_REPORTED = Label("No report of it", "", "pen")


def came_label(came: str) -> Label:
    return CAME[came]


def carried_out_label(status: str | None) -> Label:
    return CARRIED_OUT[status] if status else NOT_REPORTED


def distance(value: Decimal | None) -> str:
    """0.60, or −0.19 away from the target; two decimals always."""
    if value is None:
        return NONE
    return f"{'−' if value < 0 else ''}{abs(value):.2f}"


KINDS_OF_LETTER = {
    REMINDER: "Reminder",
    "signature_waiting": "Signature waiting",
    "plan_signed": "Signed by both",
    "signature_void": "Signature void",
    "allocation_differs": "Allocation, to budget",
    "allocation_differs_there": "Allocation, not budgeted",
    "draft_shared": "Draft shared",
    "draft_commented": "Comment on a draft",
    "file_removed": "File removed",
    "plan_receipt": "Receipt",
    "plan_submitted": "Submitted",
    "plan_recalled": "Recalled",
    "plan_withdrawn": "Withdrawn",
    "plan_reopened": "Opened again",
    "plan_assigned": "Assigned",
    "plan_unassigned": "No longer assigned",
    "reviewer_recused": "Reviewer recused",
    "conflict_changed": "Conflict of interest",
    "quiet_nudge": "Nudge",
    "plan_in_review": "Review started",
    "plan_returned": "Returned for changes",
    "return_undone": "Return undone",
    "changes_answered": "Changes answered",
    "extension_asked": "More time asked for",
    "extension_granted": "More time granted",
    "extension_refused": "More time refused",
    "report_time_asked": "More time asked for",
    "report_time_granted": "More time granted",
    "report_time_refused": "More time refused",
    "consensus_needed": "Reviews apart",
    "third_named": "Third review",
    "question_asked": "Question",
    "question_answered": "Question answered",
    "plan_back": "Back with answers",
    "plan_recommended": "Recommended",
    "plan_approved": "Approved",
    "plan_withheld": "Withheld",
    "plan_released": "Released",
    "decision_corrected": "Approval corrected",
    "withholding_corrected": "Withholding corrected",
    "plan_published": "Published",
    "plan_taken_down": "Taken back from view",
    "spending_determined": "Spending determined",
    "revision_receipt": "Receipt of a revision",
    "revision_handed_in": "Revision handed in",
    "revision_recorded": "Change recorded",
    "revision_withdrawn": "Revision withdrawn",
    "revision_reviewed": "Revision recommended",
    "revision_returned": "Revision returned",
    "revision_approved": "Revision approved",
    "plan_moved": "News to reviewers",
    "report_to_certify": "Report, to certify",
    "report_receipt": "Report, receipt",
    "report_certified": "Report, certified",
    "report_accepted": "Report, accepted",
    "report_returned": "Report, returned",
    "report_superseded": "Report, corrected",
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
