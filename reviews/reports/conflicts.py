"""Conflicts of interest on record, and of whom one can be recorded."""

from django.db.models import Exists, OuterRef, QuerySet

from districts.models import Conflict, Membership, User
from reviews.permissions import visible_conflicts

PAGE = 100


def conflicts_in_force(reader: User) -> list[Conflict]:
    """Those the reader may read, by district. One query."""
    found = visible_conflicts(reader).in_force().select_related("district", "person", "declared_by")
    return list(found.order_by("district__name", "person__name", "pk"))


def conflicts_ended(reader: User) -> QuerySet[Conflict]:
    """The last first."""
    named = ("district", "person", "declared_by", "ended_by")
    found = visible_conflicts(reader).filter(ended_at__isnull=False).select_related(*named)
    return found.order_by("-ended_at", "-pk")


def people_of_department() -> QuerySet[User]:
    held = Membership.objects.current().filter(user=OuterRef("pk"), district=None)
    return User.objects.filter(Exists(held), is_active=True).order_by("name", "pk")
