"""A plan as one document: what rules check, versions freeze, and every page and letter reads."""

from plans.documents.draft import draft_document
from plans.documents.shape import SCHEMA, PlanDocument, fingerprint, thaw

__all__ = ["SCHEMA", "PlanDocument", "draft_document", "fingerprint", "thaw"]
