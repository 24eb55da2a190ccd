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

__all__ = [
    "DEPARTMENT",
    "SET_PASSWORD",
    "RosterRow",
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
    "roster_of",
    "troubles",
    "with_allocation",
    "with_figures",
    "years_of_money",
]
