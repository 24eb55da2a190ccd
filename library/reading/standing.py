"""Where a public plan stands, as every page, file and answer says it."""

from districts.words import Label
from library.models import Publication
from library.workflow import PUBLIC_LABELS, is_decided, public_label
from plans.workflow import Status


def label_of(publication: Publication) -> Label:
    is_latest = publication.version.number == publication.latest_number
    return public_label(publication.plan.status, is_latest=is_latest, is_held=publication.is_held)


def has_letter(publication: Publication) -> bool:
    """Once it is decided, and while that decision stands."""
    return publication.determination_id is not None and is_decided(publication.plan.status)


def is_approved(publication: Publication) -> bool:
    return label_of(publication) == PUBLIC_LABELS[Status.APPROVED]
