"""What can be done to the report: its own questions asked, the common mechanics called."""

from plans.rules.base import run
from plans.services import signing
from plans.services.merging import Typed, save_merged
from plans.tests.small.documents import LAYOUT, REPORT, RULES, document_of
from plans.tests.small.models import Report, ReportSignature, Spending
from plans.workflow import StepNotAllowed


def save(row_id: int, typed: Typed, *, by, at):
    row = Spending.objects.select_related("report").get(pk=row_id)
    report = Report.objects.select_for_update().get(pk=row.report_id)
    saved = save_merged(row, typed, by=by, at=at)
    if saved.is_changed:
        signing.new_edition(report, by=by, at=at)
    return saved


def close(report_id: int, *, by, at):
    report = Report.objects.select_for_update().get(pk=report_id)
    if (closed := signing.current_version(report)) is not None:
        return closed
    document = document_of(report)
    if stops := [each for each in run(RULES, document, LAYOUT, today=at.date()) if each.stops]:
        raise StepNotAllowed(stops[0].sentence)
    return signing.close(report, REPORT.close(document), by=by, at=at)


def sign(report_id: int, sha256: str, *, as_: list[ReportSignature.Capacity], by, at):
    report = Report.objects.select_for_update().get(pk=report_id)
    version = signing.version_to_sign(report, sha256)
    return signing.signature_of(version, by) or signing.add_signature(
        version,
        capacities=as_,
        intent=lambda capacity: f"I sign the report of {report.school} as {capacity.label}.",
        by=by,
        at=at,
    )
