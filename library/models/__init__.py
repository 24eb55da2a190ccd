"""What the Department has made public, and what it took back from view."""

from library.models.letters import PublicationLetter
from library.models.pdfs import PublicationPdf
from library.models.publications import Publication, PublicationQuerySet, TakenDown, Why

__all__ = [
    "Publication",
    "PublicationLetter",
    "PublicationPdf",
    "PublicationQuerySet",
    "TakenDown",
    "Why",
]
