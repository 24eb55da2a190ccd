"""What the Department has made public, and what it took back from view."""

from library.models.publications import Publication, PublicationQuerySet, TakenDown, Why

__all__ = ["Publication", "PublicationQuerySet", "TakenDown", "Why"]
