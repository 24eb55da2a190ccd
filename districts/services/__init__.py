"""What can be done to the roster and to people. Each verb is one transaction."""

from districts.services.access_administrators import FOR_OTHERS
from districts.services.delegations import (
    DelegationRefusal,
    commissioners,
    confirm_delegation,
    end_delegation,
    give_delegation,
)
from districts.services.figures_file import (
    FigureOfYear,
    read_allocations_by_year,
    read_history,
)
from districts.services.figures_load import FiguresLoad, load_figures
from districts.services.idle import come_back, look_after_idle_accounts
from districts.services.installing import PasswordNotGiven, create_admin, ensure_person
from districts.services.keys import switch_keys
from districts.services.memberships import (
    end_membership,
    give_membership,
    hand_over_membership,
)
from districts.services.offices import Successor, change_office
from districts.services.people import (
    add_person,
    edit_person,
    reactivate_person,
    suspend_person,
)
from districts.services.refusals import PeopleRefusal, Refusal, RosterRefusal, StaleEdit
from districts.services.roster import (
    DistrictFacts,
    Settled,
    add_designation,
    add_district,
    edit_designation,
    edit_district,
    edition,
    restore_district,
    retire_district,
    set_allocation,
    settle_designation,
)
from districts.services.roster_as_file import allocations_as_file, roster_as_file
from districts.services.roster_cells import RosterFaults
from districts.services.roster_changes import (
    JOINS,
    LEAVES,
    MONEY,
    Effect,
    Grounds,
    Touched,
    confirmers,
    hearers,
    lines_about,
    other_confirmers,
    plans_on_record,
)
from districts.services.roster_comparing import RosterLoad
from districts.services.roster_confirming import confirm_change, refuse_change
from districts.services.roster_file import RosterRow, columns_wanted, read_roster
from districts.services.roster_load import RosterFile, load_roster, propose_file
from districts.services.roster_sources import Source, list_of
from districts.services.roster_stating import Money, Run
from districts.services.sessions import (
    clear_sessions,
    end_own_session,
    end_sessions,
    set_sign_in_rules,
)
from districts.services.sign_in_letters import (
    send_password_letter,
    send_reset_letter,
    warn_of_guesses,
)

__all__ = [
    "FOR_OTHERS",
    "JOINS",
    "LEAVES",
    "MONEY",
    "DelegationRefusal",
    "DistrictFacts",
    "Effect",
    "FigureOfYear",
    "FiguresLoad",
    "Grounds",
    "Money",
    "PasswordNotGiven",
    "PeopleRefusal",
    "Refusal",
    "RosterFaults",
    "RosterFile",
    "RosterLoad",
    "RosterRefusal",
    "RosterRow",
    "Run",
    "Settled",
    "Source",
    "StaleEdit",
    "Successor",
    "Touched",
    "add_designation",
    "add_district",
    "add_person",
    "allocations_as_file",
    "change_office",
    "clear_sessions",
    "columns_wanted",
    "come_back",
    "commissioners",
    "confirm_change",
    "confirm_delegation",
    "confirmers",
    "create_admin",
    "edit_designation",
    "edit_district",
    "edit_person",
    "edition",
    "end_delegation",
    "end_membership",
    "end_own_session",
    "end_sessions",
    "ensure_person",
    "give_delegation",
    "give_membership",
    "hand_over_membership",
    "hearers",
    "lines_about",
    "list_of",
    "load_figures",
    "load_roster",
    "look_after_idle_accounts",
    "other_confirmers",
    "plans_on_record",
    "propose_file",
    "reactivate_person",
    "read_allocations_by_year",
    "read_history",
    "read_roster",
    "refuse_change",
    "restore_district",
    "retire_district",
    "roster_as_file",
    "send_password_letter",
    "send_reset_letter",
    "set_allocation",
    "set_sign_in_rules",
    "settle_designation",
    "suspend_person",
    "switch_keys",
    "warn_of_guesses",
]
