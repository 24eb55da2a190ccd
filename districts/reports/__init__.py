"""What the pages of the roster and of people show, in a fixed number of queries."""

from districts.reports.people import (
    DEPARTMENT,
    SET_PASSWORD,
    access_of,
    delegations_to_confirm,
    members_of,
    password_letters,
    people_matching,
    person_rows,
)
from districts.reports.roster import (
    RosterRow,
    SourceNote,
    allocations_of,
    designations_of,
    figures_of,
    roster_of,
    troubles,
    with_allocation,
    with_figures,
    years_of_money,
)
from districts.reports.series import Line, Point, Series, published_measures, published_of

__all__ = [
    "DEPARTMENT",
    "SET_PASSWORD",
    "Line",
    "Point",
    "RosterRow",
    "Series",
    "SourceNote",
    "access_of",
    "allocations_of",
    "delegations_to_confirm",
    "designations_of",
    "figures_of",
    "members_of",
    "password_letters",
    "people_matching",
    "person_rows",
    "published_measures",
    "published_of",
    "roster_of",
    "troubles",
    "with_allocation",
    "with_figures",
    "years_of_money",
]
