"""How the decision letter cites what it rests on: the reports, the counts, target by target."""

from districts.calendar import eastern_day
from districts.words import day, num
from plans.rules.words import listing
from reviews.reports.evidence import Evidence
from reviews.reports.findings import Came, FindingSheet, TargetFound
from reviews.reports.last_year import END_OF_YEAR, Filed
from reviews.words import distance


def sentences_on(evidence: Evidence) -> list[str]:
    """A paragraph each."""
    found = [_rests_on(evidence)]
    if evidence.sheet.has_report:
        found.append(_counts(evidence.sheet))
        found.append("\n".join(_target(one) for one in evidence.sheet.targets))
    return [each for each in found if each]


def _rests_on(evidence: Evidence) -> str:
    reports = []
    if evidence.progress:
        which = "end-of-year" if evidence.progress.period == END_OF_YEAR else "mid-year"
        reports.append(f"the {which} progress report, {_certified(evidence.progress)}")
    if evidence.spending:
        reports.append(f"the annual expenditure report, {_certified(evidence.spending)}")
    year = f"FY{evidence.fiscal_year}"
    if not reports:
        return f"No report on the {year} plan is certified yet."
    return f"The findings rest on what the district handed in on {year}: {listing(reports)}."


def _certified(filed: Filed) -> str:
    return f"certified by {filed.certifier} on {day(eastern_day(filed.certified_at))}"


def _counts(sheet: FindingSheet) -> str:
    kept, met = sheet.milestones, sheet.met
    words = f"Strategies on track or complete: {sheet.implemented.words}"
    if sheet.discontinued:
        words += f" ({len(sheet.discontinued)} discontinued, not counted)"
    words += f". Milestones kept by their date: {kept.words}; done late: {sheet.milestones_late}."
    words += f" Targets met, of those with an actual figure: {met.words}"
    return f"{words}; without a figure: {len(sheet.without_actual)}."


def _target(target: TargetFound) -> str:
    """“Target 1.2: 24.3, with 26.0 to reach: part way, 0.60 of the distance. Source: …”."""
    if target.actual is None:
        when = target.said.available_on
        expected = f", expected {day(when)}" if when and target.came is Came.NOT_YET else ""
        return f"Target {target.number}: {target.came.value.lower()}{expected}."
    words = f"Target {target.number}: {num(target.actual)}"
    if target.target is not None:
        words += f", with {num(target.target)} to reach"
    words += f": {target.came.value.lower()}"
    if target.distance_shown is not None:
        words += f", {distance(target.distance_shown)} of the distance"
    return f"{words}." + (f" Source: {target.said.source}." if target.said.source else "")
