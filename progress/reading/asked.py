"""What the Department asks of a report that it returned."""

from typing import Any

from progress.models import ProgressReport
from progress.workflow import ReportStatus, ReportStep


def last_return(report: ProgressReport) -> Any:
    """Its return, while the report is with the district; none otherwise."""
    if report.status != ReportStatus.RETURNED:
        return None
    return report.events.filter(step=ReportStep.RETURN).order_by("-pk").first()
