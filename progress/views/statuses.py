"""How the status of an expenditure report is shown."""

from plans.workflow import Label
from progress.workflow import ReportStatus

NOT_STARTED = Label("Not started", "", "empty")
LABELS = {
    ReportStatus.DRAFT: Label("Draft", "info", "pen"),
    ReportStatus.CERTIFIED: Label("Certified", "good", "check"),
    ReportStatus.RETURNED: Label("Returned", "warn", "back"),
    ReportStatus.ACCEPTED: Label("Accepted", "good", "done"),
    ReportStatus.SUPERSEDED: Label("Replaced by a correction", "", "back"),
}


def label_of(status: str | None) -> Label:
    """None is the status of a report that nobody started."""
    return LABELS[ReportStatus(status)] if status else NOT_STARTED
