"""Who is kept out, since when and by whom; and when an account was last of use to its person."""

from datetime import datetime
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from districts.models.constraints import in_order, paired
from districts.models.people import Membership, User
from districts.models.sessions import Session


class Suspension(models.Model):
    """A time in which somebody was kept out. Those from before there were such rows have none."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="suspensions")
    began_at = models.DateTimeField()
    administrator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who keeps them out; empty where the account was idle and nobody did it.",
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The person themselves, where they came back by setting a new password.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="suspension_one_at_a_time", fields=["user"], condition=Q(lifted_at=None)
            ),
            paired("suspension", "lifted"),
            in_order("suspension", "began_at", "lifted_at"),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="what_began_stays", exclude=["lifted_at", "lifted_by"]),
        ]


def with_last_use(people: QuerySet[User]) -> Any:
    """With `used_at`: when each last did something while signed in, or was let in again.

    Of who never signed in it is when they were invited: added, or given a role that they hold.
    """
    own = {"user": OuterRef("pk")}
    seen = Session.objects.filter(**own).order_by("-seen_at").values("seen_at")
    given = Membership.objects.current().filter(**own).order_by("-given_at").values("given_at")
    lifted = Suspension.objects.filter(lifted_at__isnull=False, **own).order_by("-lifted_at")
    return people.annotate(
        used_at=Greatest(
            "added_at",
            "last_login",
            Subquery(seen[:1]),
            Subquery(given[:1]),
            Subquery(lifted.values("lifted_at")[:1]),
        )
    )


def last_use_of(user: User) -> datetime:
    return with_last_use(User.objects.filter(pk=user.pk)).values_list("used_at", flat=True).get()
