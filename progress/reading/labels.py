"""How the status of a report is said."""

from districts.words import Label
from progress.workflow import ReportStatus

NOT_STARTED = Label("Not started", "", "empty")
IN_DISTRICT = {
    ReportStatus.DRAFT: Label("Draft: with you", "info", "pen"),
    ReportStatus.CERTIFIED: Label("Certified: with the Department", "info", "half"),
    ReportStatus.RETURNED: Label("Returned: changes asked", "warn", "back"),
    ReportStatus.ACCEPTED: Label("Accepted", "good", "done"),
    ReportStatus.SUPERSEDED: Label("Replaced by a correction", "", "back"),
}
AT_DEPARTMENT = {
    ReportStatus.DRAFT: Label("Draft", "", "pen"),
    ReportStatus.CERTIFIED: Label("Certified: to be read", "info", "mail"),
    ReportStatus.RETURNED: Label("With the district", "warn", "back"),
    ReportStatus.ACCEPTED: Label("Accepted", "good", "done"),
    ReportStatus.SUPERSEDED: Label("Replaced by a correction", "", "back"),
}


def label_of(status: str, *, is_department: bool) -> Label:
    return (AT_DEPARTMENT if is_department else IN_DISTRICT)[ReportStatus(status)]


IMPLEMENTATION = {
    "not_started": Label("Not started", "", "empty"),
    "on_track": Label("On track", "good", "check"),
    "at_risk": Label("At risk", "warn", "warn"),
    "off_track": Label("Off track", "bad", "stop"),
    "complete": Label("Complete", "good", "done"),
    "discontinued": Label("Discontinued", "", "stop"),
}
