"""The outbox: every letter, why it leaves, and what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

REMINDER = "reminder"  # the kind whose truth the sweep looks after
SECRET_KINDS = frozenset({"set_password"})  # hold a link for one pair of eyes, kept till it left


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
        max_length=120, help_text="What it is about: plan/0020011/2028. Withdrawing goes by this."
    )
    why = models.CharField(max_length=200, help_text="Why it leaves, in words a person can read.")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices")
    address = models.EmailField(max_length=254, help_text="Where it went, or was last tried.")
    subject = models.CharField(max_length=200)
    names_due_on = models.DateField(
        null=True, blank=True, help_text="The due date that the letter tells its reader, if any."
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

    class Meta:
        constraints = [
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
            models.Index(name="notice_status", fields=["status"]),  # the ledger counts each
            models.Index(name="notice_newest", fields=["-leaves_at", "-id"]),
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
