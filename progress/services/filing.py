"""The verbs that every kind of report shares: start, close, certify, accept, return, correct.

A kind (`kinds.Kind`) says what its rows, its document and its rules are, and what follows when it
is certified. Nothing else writes a report's status. A report's plan is held with it, so that two
reports of one plan are certified one after the other.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.calendar import eastern_day
from districts.models import User
from districts.services.adjusting import hold_money
from notices.models import REMINDER
from notices.services import withdraw as withdraw_letters
from plans.models import TargetOutcome
from plans.rules.base import Finding
from plans.services import signing
from plans.services.acts import digest_of, refuse_other_words
from plans.services.conditions import meet_watched
from plans.services.locking import locked_plan
from plans.workflow import StepNotAllowed
from progress.models.reports import AbstractReport, AbstractReportEvent, AbstractReportSignature
from progress.permissions import may_certify, may_judge, may_prepare
from progress.reports.approved import approved_version
from progress.services.kinds import Kind
from progress.services.letters import (
    post_certified,
    post_judged,
    post_superseded,
    post_to_certify,
)
from progress.workflow import EDITABLE, SOURCES, TARGETS, ReportStatus, ReportStep

CERTIFIER = AbstractReportSignature.Capacity.CERTIFIER


class NotReady(StepNotAllowed):
    """Rules stop the report from being closed; each is listed, with its place."""

    def __init__(self, stops: list[Finding]) -> None:
        missing = len(stops)
        super().__init__(
            f"{missing} {'thing is' if missing == 1 else 'things are'} missing before this report "
            "can be closed for certification."
        )
        self.stops = stops


def locked_report(kind: Kind, report_id: int) -> Any:
    """The report, with its row and its plan's held until the transaction ends."""
    reports = kind.reports.select_for_update(of=("self", "plan"))
    return reports.select_related("plan__district", "plan__cycle").get(pk=report_id)


@transaction.atomic
def start(*, kind: Kind, plan_id: int, period: str, by: User, at: datetime) -> Any:
    """Start the report of a period on an approved plan, or give back the one that stands.

    A district whose designation ended still reports on the plan that was approved.

    Raises:
        PermissionDenied: not one of the district's drafters.
        StepNotAllowed: the plan is not approved.
    """
    plan = locked_plan(plan_id)
    if not may_prepare(by, plan, at=at):
        raise PermissionDenied
    reports = kind.reports.filter(plan=plan, period=period)
    if (started := reports.exclude(status=ReportStatus.SUPERSEDED).first()) is not None:
        return started
    version = approved_version(plan)
    if version is None:
        raise StepNotAllowed(
            f"A {kind.noun} is measured against an approved plan, and the FY{plan.cycle_id} plan "
            f"of {plan.district.name} is not approved. It can be started once the plan is."
        )
    report = kind.reports.create(
        plan=plan,
        period=period,
        measured_against=version,
        started_at=at,
        started_by=by,
        **kind.columns(plan, period),
    )
    kind.begin(report)
    return report


def open_draft(kind: Kind, report_id: int, by: User, *, at: datetime) -> Any:
    """The report held, once this person may write it and now is the time. For verbs that save rows.

    Raises:
        PermissionDenied: not one of the district's drafters.
        StepNotAllowed: it is certified, accepted or superseded.
    """
    report = locked_report(kind, report_id)
    if not may_prepare(by, report.plan, at=at):
        raise PermissionDenied
    if report.status not in EDITABLE:
        raise StepNotAllowed(
            f"This report is {_said(report)} now, so it cannot be edited. "
            "What is wrong in it is corrected by a new report, with a reason."
        )
    return report


def edited(report: AbstractReport, *, by: User, at: datetime) -> None:
    """The text is another now: whoever calls has saved a row of it, and holds the report."""
    signing.new_edition(report, by=by, at=at)


@transaction.atomic
def close(*, kind: Kind, report_id: int, by: User, at: datetime) -> Any:
    """Freeze the text as a version that can be certified. The status stays as it is.

    Raises:
        PermissionDenied: not one of the district's drafters.
        NotReady: rules stop it; all are listed.
        StepNotAllowed: it is not being written now.
    """
    report = open_draft(kind, report_id, by, at=at)
    closed = signing.current_version(report)
    if closed is not None and not closed.signatures.exists():
        return closed
    if closed is not None:
        raise StepNotAllowed(
            f"Version {closed.number} was certified and returned, and nothing of it was changed "
            "since. Change what the Department asked for, then close the report again."
        )
    document = kind.document_of(report)
    if stops := [each for each in kind.findings(document, eastern_day(at)) if each.stops]:
        raise NotReady(stops)
    version = signing.close(report, kind.schemas.close(document), by=by, at=at)
    report.prepared_by = by
    report.save(update_fields=["prepared_by"])
    due_on = kind.due_on(report.plan, report.period)
    post_to_certify(kind, report, version=version, due_on=due_on, at=at)
    return version


def why_not_theirs(kind: Kind, report: AbstractReport, version: Any, person: User) -> str:
    """Why somebody who certifies reports does not certify this one; empty if they may (R51)."""
    has_saved = any(rows.filter(saved_by=person).exists() for rows in kind.rows(report))
    if version.closed_by_id == person.pk or has_saved:
        return (
            "You prepared this report, or part of it, so somebody else certifies it. "
            "Nothing was certified."
        )
    return ""


def intent_of(kind: Kind, report: AbstractReport, version: Any) -> str:
    """The sentence the certifier agrees to."""
    return (
        f"I certify the {kind.name_of(report)} of {report.plan.district.name}, "
        f"version {version.number}: {kind.intent}"
    )


@transaction.atomic
def certify(
    *, kind: Kind, report_id: int, sha256: str, by: User, at: datetime, key: UUID
) -> AbstractReport:
    """Certify the closed version whose text has this hash; from then on its figures hold.

    Raises:
        PermissionDenied: not the superintendent of the district.
        StepNotAllowed: it was certified already, or edited since, or a rule stops it now, or this
            person prepared it (R51).
        SentBefore: the page was sent before, for another text.
    """
    districts = kind.reports.values_list("plan__district", flat=True)
    hold_money(districts.get(pk=report_id))  # what is certified may move it
    report = locked_report(kind, report_id)
    digest = digest_of(sha256=sha256)
    if already_taken(report, key, ReportStep.CERTIFY, digest):
        return report
    if not may_certify(by, report.plan, at=at):
        raise PermissionDenied
    ask_step(report, ReportStep.CERTIFY)
    version = signing.version_to_sign(report, sha256)
    if why := why_not_theirs(kind, report, version, by):
        raise StepNotAllowed(why)
    found = kind.findings(kind.schemas.document_of(version), eastern_day(at))
    if reasons := [each.sentence for each in found if each.stops]:
        raise StepNotAllowed(f"Nothing was certified. {' '.join(reasons)}")
    intent = intent_of(kind, report, version)
    signing.add_signature(
        version, capacities=[CERTIFIER], intent=lambda capacity: intent, by=by, at=at
    )
    report.prepared_by = version.closed_by
    report.certified_at, report.certified_by = at, by
    event = _move(report, ReportStep.CERTIFY, by=by, at=at, key=key, version=version, digest=digest)
    follows = kind.on_certified(report, version)
    _meet_conditions(kind, report, by=by, at=at)
    about = kind.about_it(report.plan, report.period)
    withdraw_letters(about=about, kind=REMINDER, at=at, why=f"Certified by {by.name}.")
    post_certified(kind, report, event, follows=follows)
    return report


def _meet_conditions(kind: Kind, report: Any, *, by: User, at: datetime) -> None:
    """What the approval of the next plan waits for: this report, and each figure that it brings.

    An end-of-year report says all that a mid-year one would have said.
    """
    source = kind.source_of(report)
    periods = {report.period, "mid_year"} if report.period == "end_of_year" else {report.period}
    brought = TargetOutcome.objects.filter(plan=report.plan, report=source, actual__isnull=False)
    meet_watched(
        report.plan,
        watches=[
            *(f"{kind.key}/{period}" for period in periods),
            *(f"target/{lineage}" for lineage in brought.values_list("lineage", flat=True)),
        ],
        word=f"The {kind.name_of(report)} was certified.",
        report=source,
        by=by,
        at=at,
    )


@transaction.atomic
def accept(*, kind: Kind, report_id: int, by: User, at: datetime, key: UUID) -> AbstractReport:
    """The Department takes the report as it is.

    Raises:
        PermissionDenied: neither a reviewer of the plan nor a program manager, or of the district.
        StepNotAllowed: it is not certified, or was judged already.
    """
    return _judge(kind, report_id, ReportStep.ACCEPT, by=by, at=at, key=key)


@transaction.atomic
def return_report(
    *, kind: Kind, report_id: int, by: User, at: datetime, key: UUID, reason: str
) -> AbstractReport:
    """Send the report back, and say why. It is edited, closed and certified again.

    What the certified version said stands as the plan's outcomes until it is certified anew.

    Raises: as `accept`, and SentBefore: the page was sent before, with another reason.
    """
    return _judge(kind, report_id, ReportStep.RETURN, by=by, at=at, key=key, reason=reason)


def _judge(
    kind: Kind,
    report_id: int,
    step: ReportStep,
    *,
    by: User,
    at: datetime,
    key: UUID,
    reason: str = "",
) -> AbstractReport:
    report = locked_report(kind, report_id)
    if already_taken(report, key, step, digest_of(reason=reason)):
        return report
    if not may_judge(by, report.plan, at=at):
        raise PermissionDenied
    ask_step(report, step)
    version = signing.current_version(report)
    if step == ReportStep.RETURN:
        report.certified_at = report.certified_by = None  # who had certified, the version says
    event = _move(report, step, by=by, at=at, key=key, version=version, reason=reason)
    post_judged(kind, report, event)
    return report


@transaction.atomic
def supersede(
    *, kind: Kind, report_id: int, by: User, at: datetime, key: UUID, reason: str
) -> AbstractReport:
    """Correct a certified report by a new one, which starts as its copy. The old stays readable.

    The old one's figures hold until the new one is certified.

    Raises:
        PermissionDenied: not one of the district's drafters.
        StepNotAllowed: it is not certified, or another report has taken its place already.
        SentBefore: the page was sent before, with another reason.
    """
    old = locked_report(kind, report_id)
    if already_taken(old, key, ReportStep.SUPERSEDE, digest_of(reason=reason)):
        standing: AbstractReport = old.superseded_by
        return standing
    if not may_prepare(by, old.plan, at=at):
        raise PermissionDenied
    ask_step(old, ReportStep.SUPERSEDE)
    version = signing.current_version(old)
    event = _move(old, ReportStep.SUPERSEDE, by=by, at=at, key=key, version=version, reason=reason)
    new = kind.reports.create(
        plan=old.plan,
        period=old.period,
        measured_against=old.measured_against,
        supersedes=old,
        reason=reason,
        started_at=at,
        started_by=by,
        **kind.columns(old.plan, old.period),
    )
    kind.copy(old, new)
    post_superseded(kind, new, event)
    return new


def already_taken(
    report: Any, key: UUID, step: ReportStep, digest: str
) -> AbstractReportEvent | None:
    """The step taken with this key and these words before: the same form sent twice is one act.

    Raises:
        StepNotAllowed: the key was used for another step, or the report has moved on since.
        SentBefore: the same step was taken with the key, and with other words.
    """
    event: AbstractReportEvent | None = report.events.filter(key=key).first()
    if event is None:
        return None
    if event.step != step or report.events.filter(pk__gt=event.pk).exists():
        raise StepNotAllowed(
            "This page was used before, and the report has moved on since. Nothing was done. "
            "Open the page again."
        )
    refuse_other_words(event, digest)
    return event


def ask_step(report: AbstractReport, step: ReportStep) -> None:
    """Whether the step starts from the report's status.

    Raises:
        StepNotAllowed: it does not.
    """
    if report.status not in SOURCES[step]:
        raise StepNotAllowed(
            f"This report is {_said(report)} now, so the step “{step.label}” cannot be taken."
        )


def current_version(report: AbstractReport) -> Any:
    """The closed version of the text as it stands; none once the text was edited."""
    return signing.current_version(report)


def about_which(kind: Kind, standing: AbstractReport, key: UUID) -> int:
    """The report that a correction’s page spoke of: sent twice, it is the one replaced by then."""
    before = kind.reports.filter(superseded_by=standing.pk, events__key=key).first()
    return int(before.pk if before else standing.pk)


def open_steps(report: AbstractReport) -> Collection[ReportStep]:
    """The steps that start from the report's status, whoever takes them."""
    return [step for step, sources in SOURCES.items() if report.status in sources]


def _said(report: AbstractReport) -> str:
    """The status inside a sentence."""
    return {ReportStatus.DRAFT: "a draft", ReportStatus.SUPERSEDED: "replaced by another"}.get(
        ReportStatus(report.status), ReportStatus(report.status).label.lower()
    )


def _move(
    report: Any,
    step: ReportStep,
    *,
    by: User,
    at: datetime,
    key: UUID,
    version: Any,
    reason: str = "",
    digest: str = "",
) -> Any:
    """Write the step down. Whoever calls holds the lock and has asked permission."""
    source, report.status = report.status, TARGETS[step]
    report.save(update_fields=["status", "prepared_by", "certified_at", "certified_by"])
    return report.events.create(
        step=step,
        source=source,
        target=report.status,
        version=version,
        reason=reason,
        digest=digest or digest_of(reason=reason),
        key=key,
        taken_by=by,
        taken_at=at,
    )
