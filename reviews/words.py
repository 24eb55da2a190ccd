"""How a plan's status reads for the Department."""

from districts.words import Label
from plans.workflow import DEPARTMENT_LABELS, Status

BACK = Label("Back: answered", "info", "mail")


def department_label(status: str, *, was_returned: bool) -> Label:
    """A plan that came back with answers says so while it is under review again."""
    if status == Status.UNDER_REVIEW and was_returned:
        return BACK
    return DEPARTMENT_LABELS[Status(status)]
