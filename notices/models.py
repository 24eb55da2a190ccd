"""The outbox: every letter, why it leaves, and what became of it."""

from dataclasses import asdict, dataclass
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q, Value

REMINDER = "reminder"  # the kind whose truth the sweep looks after
SECRET_KINDS = frozenset({"set_password"})  # hold a link for one pair of eyes, kept till it left


@dataclass(frozen=True)
class About:
    """What a letter is about: a plain noun, and which one it is.

    A plan is known by its district and year, which it has before anybody starts it; a cycle by its
    year; all else by its id. As a string it is part of a letter's key, and is never read in parts.
    """

    about_noun: str
    about_id: int | None = None
    district_code: str = ""
    fiscal_year: int | None = None

    def __str__(self) -> str:
        names = (self.about_noun, self.district_code, self.fiscal_year, self.about_id)
        return "/".join(str(name) for name in names if name not in {"", None})

    @property
    def columns(self) -> dict[str, Any]:
        return asdict(self)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def concerning(self, about: About) -> "NoticeQuerySet":
        """The letters about one thing."""
        return self.filter(**about.columns)


# A former release knows only `key` and `about`. What it writes while both run, or after a return
# to it, is filled in here; the migration that brought the columns does the same for older rows.
FILL_COLUMNS = r"""
    IF NEW.about ~ '^plan/[0-9]{7}/[0-9]{4}$' THEN
        NEW.about_noun := 'plan';
        NEW.district_code := split_part(NEW.about, '/', 2);
        NEW.fiscal_year := split_part(NEW.about, '/', 3)::int;
    ELSIF NEW.about ~ '^cycle/[0-9]{4}$' THEN
        NEW.about_noun := 'cycle';
        NEW.fiscal_year := split_part(NEW.about, '/', 2)::int;
    ELSIF NEW.about ~ '^(user|roster)/[0-9]{1,18}$' THEN
        NEW.about_noun := split_part(NEW.about, '/', 1);
        NEW.about_id := split_part(NEW.about, '/', 2)::bigint;
    END IF;
    IF NEW.about_noun = 'plan' AND NEW.names_due_on IS NOT NULL THEN
        NEW.what_is_due := CASE WHEN NEW.key LIKE '%/answers-%' THEN 'answers' ELSE 'plan' END;
    END IF;
    RETURN NEW;
"""


class Notice(models.Model):
    """One letter to one person, which leaves once: its key names what, to whom and why."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        WITHDRAWN = "withdrawn", "Withdrawn"
        PASSED_OVER = "passed_over", "Passed over"

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(
        max_length=40, help_text="What sort of letter: plan_submitted, reminder …"
    )
    about = models.CharField(
        max_length=120, help_text="What it is about, in one string: plan/0020011/2028."
    )
    about_noun = models.CharField(
        max_length=20,
        blank=True,
        default="",
        db_default="",
        help_text="What it is about: plan, cycle, user, roster. Empty: not known.",
    )
    about_id = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="Which one, where it is known by an id."
    )
    district_code = models.CharField(
        max_length=7,
        blank=True,
        default="",
        db_default="",
        help_text="The EdSight code of the district whose plan it is about.",
    )
    fiscal_year = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The year of the plan or cycle it is about."
    )
    page = models.CharField(
        max_length=20,
        blank=True,
        default="",
        db_default="",
        help_text="The kind of page its link leads to. Empty: to none, or only to its reader’s.",
    )
    page_args = models.JSONField(
        blank=True,
        default=list,
        db_default=Value([], models.JSONField()),
        help_text="Which page of that kind: what its address is made with, in order.",
    )
    why = models.CharField(max_length=200, help_text="Why it leaves, in words a person can read.")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices")
    address = models.EmailField(max_length=254, help_text="Where it went, or was last tried.")
    subject = models.CharField(max_length=200)
    names_due_on = models.DateField(
        null=True, blank=True, help_text="The due date that the letter tells its reader, if any."
    )
    what_is_due = models.CharField(
        max_length=20,
        blank=True,
        default="",
        db_default="",
        help_text="What is due on that day: plan, or answers.",
    )
    body = models.TextField()
    message_id = models.CharField(max_length=200, unique=True)
    status = models.CharField(max_length=11, choices=Status, default=Status.WAITING)
    posted_at = models.DateTimeField()
    leaves_at = models.DateTimeField(help_text="Not before this moment.")
    attempts = models.PositiveSmallIntegerField(default=0)
    first_tried_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(
        null=True, blank=True, help_text="When it failed for good, or was withdrawn or passed over."
    )
    outcome = models.CharField(
        max_length=500, blank=True, help_text="What the mail server said, or why it was withdrawn."
    )
    sent_again_at = models.DateTimeField(
        null=True, blank=True, help_text="When someone set it going again after it had failed."
    )
    sent_again_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    dismissed_at = models.DateTimeField(
        null=True, blank=True, help_text="When someone said that its failure needs nobody any more."
    )
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="notice_about_says_which_one",
                condition=Q(
                    about_noun="", about_id=None, district_code="", fiscal_year=None, what_is_due=""
                )
                | ~Q(about_noun="") & (Q(about_id__isnull=False) | Q(fiscal_year__isnull=False)),
            ),
            models.CheckConstraint(
                name="notice_district_has_its_year",
                condition=Q(district_code="") | Q(fiscal_year__isnull=False),
            ),
            models.CheckConstraint(
                name="notice_what_is_due_has_its_day",
                condition=Q(what_is_due="") | Q(names_due_on__isnull=False),
            ),
            models.CheckConstraint(
                name="notice_status_is_known",
                condition=Q(status__in=["waiting", "sent", "failed", "withdrawn", "passed_over"]),
            ),
            models.CheckConstraint(
                name="notice_sent_has_its_moment",
                condition=Q(status="sent", sent_at__isnull=False)
                | (~Q(status="sent") & Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="notice_sent_again_at_and_by_go_together",
                condition=Q(sent_again_at__isnull=True, sent_again_by__isnull=True)
                | Q(sent_again_at__isnull=False, sent_again_by__isnull=False),
            ),
            models.CheckConstraint(
                name="notice_dismissed_at_and_by_go_together",
                condition=Q(dismissed_at__isnull=True, dismissed_by__isnull=True)
                | Q(dismissed_at__isnull=False, dismissed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="notice_secret_is_kept_only_while_it_waits",
                condition=~Q(kind__in=sorted(SECRET_KINDS)) | Q(status="waiting") | Q(body=""),
            ),
        ]
        indexes = [
            models.Index(
                name="notice_waiting", fields=["leaves_at"], condition=Q(status="waiting")
            ),
            models.Index(name="notice_failed", fields=["closed_at"], condition=Q(status="failed")),
            models.Index(name="notice_about", fields=["about"]),
            models.Index(name="notice_of_plan", fields=["district_code", "fiscal_year"]),
            models.Index(
                name="notice_of_one",
                fields=["about_id", "about_noun"],
                condition=Q(about_id__isnull=False),
            ),
            models.Index(name="notice_status", fields=["status"]),  # the ledger counts each
            models.Index(name="notice_newest", fields=["-leaves_at", "-id"]),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="fill_columns",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__about_noun=""),
                func=FILL_COLUMNS,
            )
        ]

    def __str__(self):
        return self.key

    @property
    def goes_to(self) -> str:
        """Where it went; of one that waits, the address its person has now."""
        if self.status == self.Status.WAITING:
            return getattr(self.to, self.to.get_email_field_name())
        return self.address

    @property
    def is_secret(self) -> bool:
        """Whether the body is for the person it went to and nobody else."""
        return self.kind in SECRET_KINDS


class LastSweep(models.Model):
    """The one row that says up to when reminders were looked for.

    What has come due since then by the clock leaves; what an act made due waits for its hour.
    """

    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="lastsweep_is_one_row", condition=Q(pk=1))]

    def __str__(self):
        return f"{self.at}"


class FailedTry(models.Model):
    """One try that brought a letter nowhere. Rows are added, never changed."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="failed_tries")
    tried_at = models.DateTimeField()
    address = models.EmailField(max_length=254, help_text="The address that was tried.")
    answer = models.CharField(max_length=500, help_text="What the mail server said.")
