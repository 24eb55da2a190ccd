"""The letters that the steps of a report post."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.template.loader import render_to_string

from districts.calendar import eastern_day
from districts.models import User
from districts.roles import Role
from notices.pages import Page, link_to
from notices.services import Letter, post_each
from plans.models import Plan
from plans.services.letters import managers, people_of, reviewers_of
from progress.models.reports import AbstractReport, AbstractReportEvent
from progress.services.kinds import Kind

CERTIFIERS = [Role.SUPERINTENDENT]
REPORT = "report"  # what is due on the day that such a letter names
OF_THE_DISTRICT = [Role.SUPERINTENDENT, Role.PLAN_COORDINATOR, Role.FISCAL_OFFICER]


def page_of(kind: Kind, report: AbstractReport) -> Page:
    period: str = report.period  # type: ignore[attr-defined]
    return Page(kind.page, (report.plan.district.slug, report.plan.cycle_id, period))


def of_the_department(plan: Plan) -> list[User]:
    """Whoever reviews the plan, and the program managers."""
    people = {person.pk: person for person in [*reviewers_of(plan), *managers(plan)]}
    return list(people.values())


def _post(
    kind: Kind,
    report: AbstractReport,
    letter: str,
    *,
    occasion: str,
    to: Iterable[User],
    why: str,
    at: datetime,
    **context: Any,
) -> None:
    """One letter to each person. `occasion` tells it from the next of its kind on this report."""
    post_about(
        kind,
        report.plan,
        report.period,  # type: ignore[attr-defined]
        letter,
        occasion=f"{kind.source_of(report)}/{occasion}",
        page=page_of(kind, report),
        to=to,
        why=why,
        at=at,
        report=report,
        **context,
    )


def post_about(
    kind: Kind,
    plan: Plan,
    period: str,
    letter: str,
    *,
    occasion: str,
    page: Page,
    to: Iterable[User],
    why: str,
    at: datetime,
    names_due_date: bool = False,
    **context: Any,
) -> None:
    """Of a report whether or not it was started. `occasion` tells it from all of its kind."""
    people = {f"{letter}/{occasion}/user-{person.pk}": person for person in to}
    if not people:
        return
    said = {
        "name": kind.name(plan, period),
        "plan": plan,
        "district": plan.district,
        "link": link_to(page),
        "at": at,
    }
    text = render_to_string(f"emails/{letter}.txt", said | context)
    subject, _, body = text.strip().partition("\n")
    post_each(
        Letter(
            kind=letter,
            subject=subject.strip(),
            body=body.strip() + "\n",
            about=kind.about_it(plan, period),
            why=why,
            page=page,
            names_due_on=kind.due_on(plan, period) if names_due_date else None,
            what_is_due=REPORT if names_due_date else "",
        ),
        to=people,
        at=at,
    )


def post_to_certify(
    kind: Kind, report: AbstractReport, *, version: Any, due_on: date, at: datetime
) -> None:
    """To whoever can certify it, except the one who prepared it."""
    _post(
        kind,
        report,
        "report_to_certify",
        occasion=f"version-{version.number}",
        to=[each for each in people_of(report.plan, CERTIFIERS) if each != version.closed_by],
        why=f"The {kind.noun} was closed for certification",
        at=at,
        version=version,
        by=version.closed_by,
        due_on=due_on,
        is_late=eastern_day(at) > due_on,
    )


def post_certified(
    kind: Kind, report: AbstractReport, event: AbstractReportEvent, *, follows: str
) -> None:
    """A receipt to the district with what follows from the report, and word to the Department."""
    said: dict[str, Any] = {
        "occasion": f"event-{event.pk}",
        "at": event.taken_at,
        "by": event.taken_by,
        "version": event.version,  # type: ignore[attr-defined]
    }
    why = f"The {kind.noun} was certified"
    people = people_of(report.plan, OF_THE_DISTRICT)
    _post(kind, report, "report_receipt", to=people, why=why, follows=follows, **said)
    _post(kind, report, "report_certified", to=of_the_department(report.plan), why=why, **said)


def post_judged(kind: Kind, report: AbstractReport, event: AbstractReportEvent) -> None:
    """To the district: accepted, or returned with the reason."""
    letter = "report_returned" if event.reason else "report_accepted"
    _post(
        kind,
        report,
        letter,
        occasion=f"event-{event.pk}",
        to=people_of(report.plan, OF_THE_DISTRICT),
        why=f"The {kind.noun} was {'returned' if event.reason else 'accepted'}",
        at=event.taken_at,
        reason=event.reason,
    )


def post_superseded(kind: Kind, report: AbstractReport, event: AbstractReportEvent) -> None:
    """To the Department, which read the report, and to the district’s others."""
    people = people_of(report.plan, OF_THE_DISTRICT)
    others = [person for person in people if person != event.taken_by]
    _post(
        kind,
        report,
        "report_superseded",
        occasion=f"event-{event.pk}",
        to=[*others, *of_the_department(report.plan)],
        why=f"The {kind.noun} is being corrected",
        at=event.taken_at,
        by=event.taken_by,
        reason=event.reason,
    )
