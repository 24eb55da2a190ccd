"""What is written, closed as a version, signed, and voided by an edit: a plan, or a report like it.

Each of them has four tables of its own, made of the abstract models here: what is written
(`Signable`), its versions, the signatures on them, and what voided them. A version points to what
it is of by a foreign key with `related_name="versions"`, a signature to its version with
`related_name="signatures"`, and a voiding with `related_name="voiding"`.
`plans/services/signing.py` has the verbs.
"""

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from districts.models.constraints import paired


def said_as(number: int, capacity: str) -> str:
    """A signature on a version, as a page carries that it has told of it."""
    return f"{number}:{capacity}"


class Signable(models.Model):
    """A text that is edited until it is closed, and closed again after an edit."""

    edition = models.PositiveIntegerField(
        default=1,
        help_text="Rises with every edit of the text: a version closed at another edition is void.",
    )

    versions: Any  # the manager of its versions

    class Meta:
        abstract = True


class AbstractVersion(models.Model):
    """The whole text, frozen when it was closed for signature. Never changed."""

    number = models.PositiveSmallIntegerField()
    edition = models.PositiveIntegerField(help_text="That of the text when this was closed.")
    schema = models.PositiveSmallIntegerField(help_text="Version of the document's own shape.")
    document = models.JSONField()
    sha256 = models.CharField(max_length=64, help_text="Of the document as canonical JSON.")
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    signatures: Any  # the manager of its signatures

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_sha256_is_a_hash", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            ),
            paired("%(class)s", "closed"),
        ]
        triggers: list[pgtrigger.Trigger] = [
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self):
        return f"version {self.number}"


class AbstractSignature(models.Model):
    """A signature on one frozen version, in a `capacity` that its model names."""

    name = models.CharField(max_length=150, help_text="As it was when signed.")
    intent = models.TextField(help_text="The sentence the signer agreed to.")
    sha256 = models.CharField(max_length=64, help_text="Hash of the exact text signed.")
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    Capacity: type[models.TextChoices]

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                name="%(class)s_one_in_each_capacity", fields=["version", "capacity"]
            ),
            models.UniqueConstraint(
                name="%(class)s_two_different_people", fields=["version", "signed_by"]
            ),
            paired("%(class)s", "signed"),
        ]
        triggers = [
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class AbstractVoiding(models.Model):
    """The first edit after a version was closed: its signatures no longer count (R15)."""

    voided_at = models.DateTimeField()
    voided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        constraints = [paired("%(class)s", "voided")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]
