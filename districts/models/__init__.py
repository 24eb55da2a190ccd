"""What is kept about who takes part: districts, their standing and money, and people."""

from districts.models.addresses import comparable, is_plain
from districts.models.adjustments import FundingAdjustment
from districts.models.changes import RosterChange, RosterChangeQuerySet
from districts.models.conflicts import Conflict, ConflictQuerySet
from districts.models.districts import (
    TOWNS,
    Allocation,
    Designation,
    District,
    DistrictQuerySet,
    Figure,
)
from districts.models.people import (
    Delegation,
    Membership,
    Standing,
    User,
    can_be_told,
    can_sign_in,
    gets_letters,
    standing_of,
    standing_once_back,
)
from districts.models.plain import is_named
from districts.models.published import PublishedFigure
from districts.models.sessions import Session, SessionStore, SignInRules, sign_in_rules
from districts.models.suspensions import Suspension, last_use_of, with_last_use

__all__ = [
    "TOWNS",
    "Allocation",
    "Conflict",
    "ConflictQuerySet",
    "Delegation",
    "Designation",
    "District",
    "DistrictQuerySet",
    "Figure",
    "FundingAdjustment",
    "Membership",
    "PublishedFigure",
    "RosterChange",
    "RosterChangeQuerySet",
    "Session",
    "SessionStore",
    "SignInRules",
    "Standing",
    "Suspension",
    "User",
    "can_be_told",
    "can_sign_in",
    "comparable",
    "gets_letters",
    "is_named",
    "is_plain",
    "last_use_of",
    "sign_in_rules",
    "standing_of",
    "standing_once_back",
    "with_last_use",
]
