"""What is reported on the approved example: its year certified, and reports that are written."""

from collections.abc import Mapping
from datetime import datetime

from districts.calendar import EASTERN
from districts.models import User
from districts.roles import Role
from plans.models import Plan
from progress.tests.filed import a_report, certified_report
from progress.tests.spending import Office

AT = datetime(2026, 11, 2, 10, 0, tzinfo=EASTERN)  # before today: its letters are of the past
SPENT = 123_456  # US dollars, of one object code, which ten of its lines share


def report_on(plan: Plan, people: Mapping[Role, User]) -> None:
    """End of year and annual: certified. Mid-year, and of the first two quarters: drafts, the
    second with one object code split over its lines."""
    coordinator, officer = people[Role.PLAN_COORDINATOR], people[Role.FISCAL_OFFICER]
    superintendent = people[Role.SUPERINTENDENT]
    certified_report(plan, "end_of_year", by=coordinator, signer=superintendent, at=AT)
    a_report(plan, "mid_year", by=coordinator, at=AT)
    office = Office(plan, officer, superintendent)
    office.write(office.start("q1", at=AT), {"111B": SPENT}, at=AT)
    by_line = {"111B": {"expended": SPENT, "split": "by_line"}}
    office.write(office.start("q2", at=AT), by_line, at=AT)
