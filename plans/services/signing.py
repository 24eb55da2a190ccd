"""Closing a text, signing it, and voiding what was signed: of a plan, or of a report like it.

The verb that calls holds the row of what is written, has asked permission, and knows whether now is
the time. Who may sign, and in which capacities, is its own to say too.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Max, TextChoices

from districts.models import User
from plans.documents.stored import Closed
from plans.models.signable import AbstractSignature, AbstractVersion, Signable, said_as
from plans.workflow import StepNotAllowed


def current_version(written: Signable) -> Any:
    """The closed version of the text as it stands; none once the text was edited."""
    return written.versions.filter(edition=written.edition).first()


def close(written: Signable, closed: Closed, *, by: User, at: datetime) -> Any:
    """The next version, of the text as it stands."""
    last = written.versions.aggregate(last=Max("number"))["last"] or 0
    return written.versions.create(
        number=last + 1,
        edition=written.edition,
        schema=closed.schema,
        document=closed.document,
        sha256=closed.sha256,
        closed_at=at,
        closed_by=by,
    )


def version_to_sign(written: Signable, sha256: str) -> Any:
    """The current version, if its text is the one that was read.

    Raises:
        StepNotAllowed: the text was edited since.
    """
    version = current_version(written)
    if version is None or version.sha256 != sha256:
        raise StepNotAllowed(
            "The text was edited after you opened it, so nothing was signed. "
            "It has to be closed for signature again."
        )
    return version


def signature_of(version: AbstractVersion, person: User) -> Any:
    """The one they have made on it, if any."""
    return version.signatures.filter(signed_by=person).first()


def add_signature(
    version: AbstractVersion,
    *,
    capacities: Sequence[TextChoices],
    intent: Callable[[Any], str],
    by: User,
    at: datetime,
) -> Any:
    """Sign in the first of their capacities in which nobody has signed. It signs the text's hash.

    Raises:
        StepNotAllowed: somebody else has signed in each of them.
    """
    signatures = {each.capacity: each for each in version.signatures.all()}
    capacity = next((each for each in capacities if each not in signatures), None)
    if capacity is None:
        raise StepNotAllowed(
            f"{signatures[capacities[0]].name} has signed as {capacities[0].label.lower()} already."
        )
    return version.signatures.create(
        capacity=capacity,
        name=by.name,
        intent=intent(capacity),
        sha256=version.sha256,
        signed_at=at,
        signed_by=by,
    )


def unsigned(version: AbstractVersion) -> list[Any]:
    """The capacities in which nobody has signed this version."""
    made: type[AbstractSignature] = version.signatures.model
    signed = set(version.signatures.values_list("capacity", flat=True))
    return [capacity for capacity in made.Capacity if capacity not in signed]


def signatures_on(version: AbstractVersion) -> set[str]:
    """Each signature, as a page says that it has shown it."""
    capacities = version.signatures.values_list("capacity", flat=True)
    return {said_as(version.number, capacity) for capacity in capacities}


def new_edition(written: Signable, *, by: User, at: datetime) -> Any:
    """The text changed: whatever version was closed before, and its signatures, are void (R15).

    Answers that version; none where the text was not closed.
    """
    if closed := written.versions.filter(edition=written.edition).defer("document").first():
        voidings = type(closed).voiding.related.related_model
        voidings._default_manager.create(version=closed, voided_at=at, voided_by=by)
    type(written)._default_manager.filter(pk=written.pk).update(edition=F("edition") + 1)
    return closed
