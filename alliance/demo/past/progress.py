"""End-of-year progress reports of the years gone by, and what they say of each row."""

from collections.abc import Collection
from typing import Any

from alliance.demo.past.content import ASSUMED, numbered
from alliance.demo.past.money import chance
from alliance.demo.past.plans import Past
from alliance.demo.past.reports import Filing, Versions, certify, file_reports, said_by, saved
from alliance.demo.past.years import moment
from districts.calendar import last_day
from districts.words import school_year
from plans.models import StrategyOutcome, TargetOutcome
from progress.models import (
    Implementation,
    MilestoneProgress,
    ProgressEvent,
    ProgressReport,
    ProgressSignature,
    ProgressVersion,
    StrategyProgress,
    TargetResult,
)
from progress.services.progress import KIND

FILING = Filing(
    kind=KIND,
    version=ProgressVersion,
    signature=ProgressSignature,
    event=ProgressEvent,
    prepared_by="coordinator",
    prepared=(8, 11),
    certified=(8, 12),
    accepted=(8, 26),
)
HOW = (  # strategies went, by the end of a year
    Implementation.COMPLETE,
    Implementation.ON_TRACK,
    Implementation.COMPLETE,
    Implementation.AT_RISK,
    Implementation.OFF_TRACK,
)


def write_progress(all_past: Collection[Past], versions: Versions) -> None:
    period = ProgressReport.Period.END_OF_YEAR
    reports = file_reports(FILING, all_past, versions, period=period)
    rows: dict[Any, list[Any]] = {
        model: []
        for model in (
            *(StrategyProgress, MilestoneProgress, TargetResult),
            *(StrategyOutcome, TargetOutcome),
        )
    }
    for past in all_past:
        report = reports[past.plan.pk]
        row = {"report": report, **saved(past, FILING)}
        said = said_by(past, FILING, report)
        for name, strategy in past.named("strategy"):
            how, milestones, counted = _strategy(past, name, strategy)
            rows[StrategyProgress].append(StrategyProgress(evidence=ASSUMED, **how, **row))
            rows[MilestoneProgress] += [MilestoneProgress(**each, **row) for each in milestones]
            rows[StrategyOutcome].append(StrategyOutcome(**how, **counted, **said))
        for name, target in past.named("target"):
            result = _result(past, name)
            rows[TargetResult].append(TargetResult(lineage=target.lineage, **result, **row))
            rows[TargetOutcome].append(TargetOutcome(lineage=target.lineage, **result, **said))
    for model, made in rows.items():
        model._default_manager.bulk_create(made)
    certify(FILING, all_past, reports)


def _strategy(
    past: Past, name: str, strategy: Any
) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, int]]:
    """How one went; its last milestone came late, or never, where it went badly."""
    status = HOW[chance(past.district.slug, past.year, name) % len(HOW)]
    mine = [row for _, row in past.named("milestone") if row.strategy_id == strategy.pk]
    rows = [{"lineage": row.lineage, "done_on": row.due_on, "note": ""} for row in mine]
    if len(mine) > 1 and status in {Implementation.AT_RISK, Implementation.ON_TRACK}:
        rows[-1] |= {"done_on": last_day(past.year), "note": f"{ASSUMED}: done late."}
    if len(mine) > 1 and status == Implementation.OFF_TRACK:
        rows[-1] |= {"done_on": None, "note": f"{ASSUMED}: not done."}
    due = [
        (row["done_on"], each.due_on)
        for row, each in zip(rows, mine, strict=True)
        if each.due_on and each.due_on <= last_day(past.year)
    ]
    done = [(done_on, due_on) for done_on, due_on in due if done_on]
    said = f"{ASSUMED}: {status.label.lower()} at the end of FY{past.year}."
    return (
        {"lineage": strategy.lineage, "status": status, "sentence": said},
        rows,
        {
            "milestones_due": len(due),
            "milestones_kept": sum(done_on <= due_on for done_on, due_on in done),
            "milestones_late": sum(done_on > due_on for done_on, due_on in done),
        },
    )


def _result(past: Past, name: str) -> dict[str, Any]:
    """The actual figure; or none yet, and the day on which it is published."""
    values = {row_name: row for row_name, _, row in numbered(past.content, "target", "objective")}
    actual = values[name]["came_to"]
    if actual is None:
        return {"actual": None, "available_on": moment(past.year + 2, 1, 15).date()}
    return {
        "actual": actual,
        "measured_in": school_year(past.year),
        "source": f"{ASSUMED}: not a published figure",
    }
