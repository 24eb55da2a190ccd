"""What every row of an act has in common: the digest of what was said with its key."""

from django.db import models
from django.db.models import CheckConstraint, Q


class Act(models.Model):
    """An act is its key and what was said (ADR 47). `plans.services.acts` compares two."""

    digest = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        db_default="",  # a former release that runs on this table does not name it
        help_text="SHA-256 of what was said; empty where that was not kept.",
    )

    class Meta:
        abstract = True


def digest_is_a_hash(table: str) -> CheckConstraint:
    return CheckConstraint(
        name=f"{table}_digest_is_a_hash", condition=Q(digest__regex=r"^([0-9a-f]{64})?$")
    )
