"""What is kept about who takes part: districts, their standing and money, and people."""

from districts.models.districts import (
    Allocation,
    Designation,
    District,
    DistrictQuerySet,
    Figure,
)
from districts.models.people import Delegation, Membership, Standing, User, standing_of

__all__ = [
    "Allocation",
    "Delegation",
    "Designation",
    "District",
    "DistrictQuerySet",
    "Figure",
    "Membership",
    "Standing",
    "User",
    "standing_of",
]
