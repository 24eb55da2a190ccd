"""Saying why a warning stands, and keeping what was said with the version that is closed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from districts.calendar import eastern_day
from districts.models import User
from plans.documents import PlanDocument, draft_document
from plans.models import Plan, PlanVersion, VersionWarning, WarningReason
from plans.reports.reasons import reasons_said
from plans.rules import Finding, check
from plans.rules.reasons import Said, mark_of, matched
from plans.services.editing import edited, open_draft
from plans.workflow import StepNotAllowed


@dataclass(frozen=True)
class Given:
    """A reason as it was typed, and the key of the one its page showed (0: there was none)."""

    text: str
    was: int


class SaidMeanwhile(StepNotAllowed):
    """Somebody else gave reasons after the page was opened; `marks` says of which warnings."""

    def __init__(self, marks: list[str]) -> None:
        super().__init__("Somebody gave a reason after you opened this page. Nothing was saved.")
        self.marks = marks


@transaction.atomic
def give_reasons(
    *,
    plan_id: int,
    given: Mapping[str, Given],
    by: User,
    at: datetime,
    seen: Collection[str] | None = None,
) -> int:
    """Say why warnings stand, each by its mark, and answer how many were said anew.

    What is given for a warning that stands no longer is not kept. An empty text takes a reason
    back. Like every edit it opens a closed text again, since signers read the reasons too.

    Raises:
        PermissionDenied: not one of the district's drafters.
        SaidMeanwhile: another reason stands by now than the page showed. Nothing is kept.
        SignedSince: it would void signatures of which the page did not tell.
        StepNotAllowed: the plan is not being written now.
    """
    plan = open_draft(plan_id, by, at=at)
    warnings = _warnings(draft_document(plan.pk), at=at)
    stands, _ = matched(warnings, [said_of(one) for one in reasons_said(plan)])
    anew, meanwhile = [], []
    for finding in warnings:
        mark = mark_of(finding)
        held = stands.get(mark)
        if mark not in given or given[mark].text == (held.text if held else ""):
            continue
        if given[mark].was != (held.pk if held else 0):
            meanwhile.append(mark)
        anew.append(
            WarningReason(
                plan=plan,
                mark=mark,
                rule=finding.rule,
                lineage=finding.lineage,
                field=finding.field,
                sentence=finding.sentence,
                text=given[mark].text,
                said_at=at,
                said_by=by,
            )
        )
    if meanwhile:
        raise SaidMeanwhile(meanwhile)
    if anew:
        _take_back_others(plan, anew, stands, by=by, at=at)
        WarningReason.objects.bulk_create(anew)
        edited(plan, lambda: ["Reasons for warnings"], by=by, at=at, seen=seen)
    return len(anew)


def _take_back_others(
    plan: Plan, anew: list[WarningReason], stands: Mapping[str, Said], *, by: User, at: datetime
) -> None:
    """What was said while the warning read otherwise gives way to what is said to it now."""
    former = {
        said.pk: said for one in anew if (said := stands.get(one.mark)) and said.mark != one.mark
    }
    WarningReason.objects.bulk_create(
        WarningReason(
            plan=plan,
            mark=said.mark,
            rule=said.rule,
            lineage=said.lineage,
            field=said.field,
            sentence=said.sentence,
            text="",
            said_at=at,
            said_by=by,
        )
        for said in former.values()
    )


def freeze_warnings(version: PlanVersion, document: PlanDocument, *, at: datetime) -> None:
    """Keep with the version each warning that stands as it is closed, and the reason given."""
    warnings = _warnings(document, at=at)
    said, _ = matched(warnings, [said_of(one) for one in reasons_said(version.plan)])
    VersionWarning.objects.bulk_create(
        _frozen(version, position, finding, said.get(mark_of(finding)))
        for position, finding in enumerate(warnings, start=1)
    )


def _frozen(
    version: PlanVersion, position: int, finding: Finding, said: Said | None
) -> VersionWarning:
    return VersionWarning(
        version=version,
        position=position,
        rule=finding.rule,
        section=finding.section,
        sentence=finding.sentence,
        citation=finding.citation,
        reason=said.text if said else "",
        said_at=said.at if said else None,
        said_by_id=said.by_id if said else None,
    )


def _warnings(document: PlanDocument, *, at: datetime) -> list[Finding]:
    return [each for each in check(document, eastern_day(at)) if not each.stops]


def said_of(one: WarningReason) -> Said:
    return Said(
        pk=one.pk,
        rule=one.rule,
        lineage=one.lineage,
        field=one.field,
        sentence=one.sentence,
        text=one.text,
        by_id=one.said_by_id,
        by=one.said_by.name,
        at=one.said_at,
    )
