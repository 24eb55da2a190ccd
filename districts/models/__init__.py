"""What is kept about who takes part: districts, their standing and money, and people."""

from districts.models.addresses import comparable, is_plain
from districts.models.changes import RosterChange
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
    can_sign_in,
    standing_of,
)
from districts.models.sessions import Session, SessionStore, SignInRules, sign_in_rules
from districts.models.statements import Statement, instance_of

__all__ = [
    "TOWNS",
    "Allocation",
    "Delegation",
    "Designation",
    "District",
    "DistrictQuerySet",
    "Figure",
    "Membership",
    "RosterChange",
    "Session",
    "SessionStore",
    "SignInRules",
    "Standing",
    "Statement",
    "User",
    "can_sign_in",
    "comparable",
    "instance_of",
    "is_plain",
    "sign_in_rules",
    "standing_of",
]
