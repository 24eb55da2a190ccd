"""Who is signed in, from where and until when: the rows behind Django's sessions.

`SESSION_ENGINE` names this module. A session ends when its person has done nothing for a while
(idle), and in any case a while after sign-in (longest), whatever keeps it busy.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from districts.models.constraints import in_order, paired

OF_THE_PERSON = ("user_id", "started_at", "seen_at", "idle", "ends_at", "browser", "address")
EACH = timedelta(minutes=1)  # what a person does is noted once in this time: a write a minute


class SignInRules(models.Model):
    """How long a session lasts, as the Department sets it: one row, or none for the defaults."""

    idle_minutes = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(10), MaxValueValidator(120)]
    )
    longest_hours = models.PositiveSmallIntegerField(
        default=12, validators=[MinValueValidator(4), MaxValueValidator(24)]
    )
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="signinrules_are_one_row", condition=Q(pk=1)),
            models.CheckConstraint(
                name="signinrules_idle_is_sane", condition=Q(idle_minutes__range=(10, 120))
            ),
            models.CheckConstraint(
                name="signinrules_longest_is_sane", condition=Q(longest_hours__range=(4, 24))
            ),
            paired("signinrules", "changed"),
        ]


def sign_in_rules() -> SignInRules:
    return SignInRules.objects.first() or SignInRules()


class SessionQuerySet(models.QuerySet["Session"]):
    def open(self, at: datetime):
        return self.filter(expire_date__gt=at)


class Session(AbstractBaseSession):
    """A browser in which somebody is signed in. `user` is empty before that."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions"
    )
    started_at = models.DateTimeField(null=True, help_text="When the person signed in.")
    seen_at = models.DateTimeField(help_text="When the person last did something, to the minute.")
    idle = models.DurationField(null=True, help_text="How long it lasts while nothing is done.")
    ends_at = models.DateTimeField(null=True, help_text="When it ends whatever is done.")
    browser = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=45, blank=True)

    class Meta(AbstractBaseSession.Meta):
        constraints = [in_order("session", "started_at", "ends_at")]

    objects = SessionQuerySet.as_manager()  # type: ignore[assignment,misc]  # not a BaseSessionManager

    @classmethod
    def get_session_store_class(cls):
        return SessionStore


class SessionStore(DatabaseStore):
    """As Django's, with a row that says whose it is and when it ends."""

    row: Session | None = None
    browser = ""  # the middleware says from where the request came
    find_address: Callable[[], str] = staticmethod(str)  # asked where a session begins alone

    @classmethod
    def get_model_class(cls):
        return Session

    def _get_session_from_db(self):
        self.row = super()._get_session_from_db()
        return self.row

    def create_model_instance(self, data):
        """The row of what the session holds; a new one begins where somebody has signed in."""
        row, now = super().create_model_instance(data), timezone.now()
        user_id = int(data["_auth_user_id"]) if "_auth_user_id" in data else None
        if user_id is None:
            row.seen_at = now
        elif self.row is not None and self.row.user_id == user_id:
            for name in OF_THE_PERSON:
                setattr(row, name, getattr(self.row, name))
            row.expire_date = self.row.expire_date
        else:
            self._begin(row, user_id, at=now)
        self.row = row
        return row

    def _begin(self, row: Session, user_id: int, *, at: datetime) -> None:
        """The rules of this moment hold until the person signs in again."""
        rules = sign_in_rules()
        row.user_id, row.started_at, row.seen_at = user_id, at, at
        row.idle = timedelta(minutes=rules.idle_minutes)
        row.ends_at = at + timedelta(hours=rules.longest_hours)
        row.browser, row.address = self.browser[:300], self.find_address()[:45]
        row.expire_date = min(at + row.idle, row.ends_at)

    def was_used(self, *, at: datetime) -> None:
        """The person did something: the time in which they may be idle begins again."""
        row = self.row
        if row is None or row.idle is None or row.ends_at is None or at - row.seen_at < EACH:
            return
        row.seen_at, row.expire_date = at, min(at + row.idle, row.ends_at)
        Session.objects.filter(pk=row.pk).update(seen_at=at, expire_date=row.expire_date)
