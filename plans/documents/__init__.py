"""A plan as one document: what rules check, versions freeze, and every page and letter reads."""

from plans.documents.draft import (
    Draft,
    Words,
    as_of_now,
    draft_document,
    draft_of,
    read_anew,
)
from plans.documents.shape import PlanDocument
from plans.documents.stored import PLAN, SCHEMA, fingerprint, stored_document, thaw

__all__ = [
    "PLAN",
    "SCHEMA",
    "Draft",
    "PlanDocument",
    "Words",
    "as_of_now",
    "draft_document",
    "draft_of",
    "fingerprint",
    "read_anew",
    "stored_document",
    "thaw",
]
