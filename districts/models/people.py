"""People, what they may be here and for how long, and who may decide for the Commissioner."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from districts.calendar import eastern_day
from districts.models.addresses import comparable, is_plain
from districts.models.conflicts import Conflict
from districts.models.constraints import in_order, paired
from districts.models.districts import District
from districts.models.holding import NamedByOthers
from districts.roles import DEPARTMENT_ROLES, DISTRICT_ROLES, Role
from districts.statements import Statement
from districts.words import day
from notices.models import About


class UserQuerySet(NamedByOthers, models.QuerySet["User"]):
    def with_address(self, typed: str):
        """Whoever has the address, in any case; nobody, if it only looks like somebody's."""
        wanted = comparable(typed)
        if not is_plain(wanted):
            return self.none()
        return self.alias(comparable=Lower("email")).filter(comparable=wanted)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)["User"]):  # type: ignore[misc]
    def get_by_natural_key(self, email):
        return self.with_address(email).get()


class User(AbstractBaseUser):
    """A person. The e-mail address is the user name."""

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=150)
    is_active = models.BooleanField(default=True)
    is_idle = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Suspended because nobody used the account; its person can come back (ADR 34).",
    )
    keys_are_off = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Their person has switched off the single keys of the pages that have some.",
    )
    added_at = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_unique_email_whatever_its_case"),
            models.CheckConstraint(
                name="user_email_is_in_plain_letters", condition=Q(email__regex=r"^[!-~]+$")
            ),
            models.CheckConstraint(name="user_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="user_idle_is_suspended", condition=~Q(is_idle=True, is_active=True)
            ),
        ]

    def __str__(self):
        return self.name

    def get_full_name(self):
        return self.name

    @property
    def about(self) -> About:
        """What letters about this person name as their subject matter."""
        return About("user", about_id=self.pk)

    @property
    def gets_letters(self) -> bool:
        """As the filter of that name."""
        return self.is_active or self.is_idle


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self):
        return self.filter(ended_at=None)

    def in_force(self):
        """Those there is something to do in: not in a district that has retired."""
        return self.current().filter(Q(district=None) | Q(district__retired_at=None))

    def in_districts(self):
        """The roles held now in a district, of which their person reads as the district does."""
        return self.current().filter(district__isnull=False)

    def reachable(self):
        """Those whose person is told of what to do: has set a password, and gets letters."""
        return self.filter(can_be_told("user__"))


def gets_letters(prefix: str = "") -> Q:
    """Of the people at the end of a path: not kept out by an administrator.

    Somebody suspended for being idle is let in again by a new password, which a letter tells.
    """
    return Q(**{f"{prefix}is_active": True}) | Q(**{f"{prefix}is_idle": True})


def can_sign_in(prefix: str = "") -> Q:
    """Of the people at the end of a path: not suspended, and has set a password."""
    return Q(**{f"{prefix}is_active": True}) & _has_password(prefix)


def can_be_told(prefix: str = "") -> Q:
    """Of the people at the end of a path: gets letters, and has set a password once."""
    return gets_letters(prefix) & _has_password(prefix)


def _has_password(prefix: str) -> Q:
    return ~Q(**{f"{prefix}password": ""}) & ~Q(
        **{f"{prefix}password__startswith": UNUSABLE_PASSWORD_PREFIX}
    )


class Membership(models.Model):
    """A role a person holds, in a district or at the Department, until it is ended."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role)
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty for the first admin of an installation, and for the demo's people.",
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="membership_role_and_district_agree",
                condition=Q(role__in=sorted(DISTRICT_ROLES), district__isnull=False)
                | Q(role__in=sorted(DEPARTMENT_ROLES), district__isnull=True),
            ),
            models.UniqueConstraint(
                name="membership_is_held_once",
                fields=["user", "role", "district"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
            ),
            paired("membership", "ended"),
            in_order("membership", "given_at", "ended_at"),
        ]


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def in_force(self, day: date):
        return self.filter(
            first_day__lte=day, last_day__gte=day, ended_at=None, confirmed_at__isnull=False
        )

    def proposed(self, day: date):
        """Those that wait for the Commissioner's word and are not over by then."""
        return self.filter(last_day__gte=day, ended_at=None, confirmed_at=None)


class Delegation(models.Model):
    """The Commissioner's dated permission to decide in the Commissioner's name (R39).

    An administrator may propose it; it counts once the Commissioner has confirmed it.
    """

    delegate = models.ForeignKey(User, models.PROTECT, related_name="delegations")
    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.CharField(max_length=300)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = DelegationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="delegation_ends_after_it_starts",
                condition=Q(last_day__gte=F("first_day")),
            ),
            paired("delegation", "confirmed"),
            paired("delegation", "ended"),
            in_order("delegation", "given_at", "confirmed_at"),
            in_order("delegation", "given_at", "ended_at"),
        ]

    def __str__(self):
        return f"{day(self.first_day)} to {day(self.last_day)}"


@dataclass(frozen=True)
class Standing:
    """Every role a person holds at a moment: what each permission question is asked of."""

    in_districts: Mapping[int, frozenset[Role]]
    at_department: frozenset[Role]
    delegation_id: int | None
    conflicts: frozenset[int]  # districts with which one of theirs is in force

    @property
    def is_department(self) -> bool:
        return bool(self.at_department)

    @property
    def may_decide(self) -> bool:
        """The Commissioner, or a reviewer holding the Commissioner's delegation today (R39)."""
        return Role.COMMISSIONER in self.at_department or self.delegation_id is not None

    def reads_as_department(self, district_id: int) -> bool:
        """Who belongs to a district reads it as the district does, whatever else they are (R37).

        Who declared a conflict of interest with it reads of its reviews as little.
        """
        return self.is_department and district_id not in self.kept_from

    @property
    def kept_from(self) -> frozenset[int]:
        """The districts in whose reviews they take no part and read nothing (R37)."""
        return self.conflicts.union(self.in_districts)

    def in_district(self, district_id: int) -> frozenset[Role]:
        return self.in_districts.get(district_id, frozenset())


def _roles(user_id: int, day: date) -> models.QuerySet:
    """Each role held now, with the delegation in force on that day, and conflicts of interest."""
    held = Delegation.objects.in_force(day).filter(delegate=models.OuterRef("user_id"))
    declared = Conflict.objects.in_force().filter(person=models.OuterRef("user_id"))
    return (
        Membership.objects.current()
        .filter(gets_letters("user__"), user_id=user_id)
        .annotate(
            delegation=models.Subquery(held.values("pk")[:1]),
            conflicts=ArraySubquery(declared.order_by().values("district_id")),
            is_in=F("user__is_active"),
        )
        .values("role", "district_id", "delegation", "conflicts", "is_in")
    )


ROLES = Statement(_roles, -1, date.min)


def standing_of(user, *, at: datetime | None = None) -> Standing:
    """What the person is.

    Without a moment, for what a page shows: one query, remembered for the length of the request.
    With one, for what an act rests on: asked afresh, since a role may have ended while the act
    waited for its turn. Services give the moment, once they hold the row.
    """
    if at is not None:
        return _ask_standing(user, at)
    if (known := getattr(user, "_standing", None)) is None:
        known = user._standing = _ask_standing(user, timezone.now())
    return known


def standing_once_back(user: User, *, at: datetime) -> Standing:
    """What a letter to the person rests on: their standing, or what it is again once they are back.

    Of somebody whom an administrator keeps out it is nothing, as ever.
    """
    return _ask_standing(user, at, while_idle=True)


def _ask_standing(user, at: datetime, *, while_idle: bool = False) -> Standing:
    in_districts: dict[int, set[Role]] = {}
    at_department: set[Role] = set()
    delegation_id = None
    conflicts: frozenset[int] = frozenset()
    if user.is_authenticated and (user.is_active or while_idle):
        for held in ROLES.ask(user.pk, eastern_day(at)):
            if not (held["is_in"] or while_idle):
                continue
            if held["district_id"]:
                in_districts.setdefault(held["district_id"], set()).add(Role(held["role"]))
            else:
                at_department.add(Role(held["role"]))
                delegation_id = held["delegation"]
                conflicts = frozenset(held["conflicts"])
    return Standing(
        {pk: frozenset(roles) for pk, roles in in_districts.items()},
        frozenset(at_department),
        delegation_id,
        conflicts,
    )
