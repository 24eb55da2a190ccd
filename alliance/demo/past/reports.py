"""What the reports of the years gone by share: prepared by one, certified by another, accepted."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alliance.demo.past.plans import Past
from alliance.demo.past.years import moment
from plans.models import PlanVersion
from plans.services import digest_of
from progress.services.filing import CERTIFIER, intent_of
from progress.services.kinds import Kind
from progress.workflow import ReportStatus, ReportStep

Versions = Mapping[int, PlanVersion]  # what was approved, by plan
On = tuple[int, int]  # month and day, in the summer that follows the year


@dataclass(frozen=True)
class Filing:
    """How one kind of report was filed: by whom, and when."""

    kind: Kind
    version: Any
    signature: Any
    event: Any
    prepared_by: str
    prepared: On
    certified: On
    accepted: On

    def certified_at(self, past: Past) -> datetime:
        return after(past, self.certified)


def after(past: Past, on: On, hour: int = 10) -> datetime:
    return moment(past.year + 1, *on, hour)


def saved(past: Past, filing: Filing) -> dict[str, Any]:
    """By whom a row of the report was saved, and when."""
    return {
        "saved_at": after(past, filing.prepared, 9),
        "saved_by": past.people[filing.prepared_by],
    }


def file_reports(
    filing: Filing, all_past: Collection[Past], versions: Versions, **columns: Any
) -> dict[int, Any]:
    """A report on each plan, accepted by now; its rows and its text are still to be written."""
    reports = {}
    for past in all_past:
        prepared_by = past.people[filing.prepared_by]
        reports[past.plan.pk] = filing.kind.model(
            plan=past.plan,
            status=ReportStatus.ACCEPTED,
            measured_against=versions[past.plan.pk],
            started_at=after(past, filing.prepared, 8),
            started_by=prepared_by,
            prepared_by=prepared_by,
            certified_at=filing.certified_at(past),
            certified_by=past.people["superintendent"],
            **columns,
            **filing.kind.columns(past.plan, columns["period"]),
        )
    filing.kind.reports.bulk_create(reports.values())
    return reports


def said_by(past: Past, filing: Filing, report: Any) -> dict[str, Any]:
    """How an outcome names the report that says it."""
    return {
        "plan": past.plan,
        "report": filing.kind.source_of(report),
        "certified_at": filing.certified_at(past),
    }


def certify(filing: Filing, all_past: Collection[Past], reports: Mapping[int, Any]) -> None:
    """The text of each report as its rows are, closed by one and certified by another."""
    kind = filing.kind
    made = {
        past.plan.pk: filing.version(
            report=reports[past.plan.pk],
            number=1,
            edition=reports[past.plan.pk].edition,
            closed_at=after(past, filing.prepared, 15),
            closed_by=past.people[filing.prepared_by],
            **vars(kind.schemas.close(kind.document_of(reports[past.plan.pk]))),
        )
        for past in all_past
    }
    filing.version._default_manager.bulk_create(made.values())
    filing.signature._default_manager.bulk_create(
        filing.signature(
            version=made[past.plan.pk],
            capacity=CERTIFIER,
            name=past.people["superintendent"].name,
            intent=intent_of(kind, reports[past.plan.pk], made[past.plan.pk]),
            sha256=made[past.plan.pk].sha256,
            signed_at=filing.certified_at(past),
            signed_by=past.people["superintendent"],
        )
        for past in all_past
    )
    filing.event._default_manager.bulk_create(
        event for past in all_past for event in _events(filing, past, made[past.plan.pk])
    )


def _events(filing: Filing, past: Past, version: Any) -> Iterable[Any]:
    draft, certified, accepted = (
        ReportStatus.DRAFT,
        ReportStatus.CERTIFIED,
        ReportStatus.ACCEPTED,
    )
    for step, source, target, on, who, said in (
        (
            *(ReportStep.CERTIFY, draft, certified, filing.certified, "superintendent"),
            {"sha256": version.sha256},
        ),
        (
            *(ReportStep.ACCEPT, certified, accepted, filing.accepted, "reviewer"),
            {"reason": ""},
        ),
    ):
        yield filing.event(
            report=version.report,
            version=version,
            step=step,
            source=source,
            target=target,
            digest=digest_of(**said),
            taken_at=after(past, on),
            taken_by=past.people[who],
        )
