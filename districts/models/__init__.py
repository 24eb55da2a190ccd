"""What is kept about who takes part: districts, their standing and money, and people."""

from districts.models.districts import (
    TOWNS,
    Allocation,
    Designation,
    District,
    DistrictQuerySet,
    Figure,
)
from districts.models.people import Delegation, Membership, Standing, User, standing_of
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
    "Standing",
    "Statement",
    "User",
    "instance_of",
    "standing_of",
]
