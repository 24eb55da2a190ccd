"""The files of a plan, as far as somebody may read them, and what was found in them."""

import uuid

from django.db.models import QuerySet

from districts.models import User
from plans.documents.found import COLUMNS, Found, found_of
from plans.models import Attachment, FileCheck, Plan
from plans.permissions import may_read_draft, may_read_shared


def readable_attachments(plan: Plan, lineage: uuid.UUID, *, by: User) -> QuerySet[Attachment]:
    """Of this lineage: for the district and the liaison with whom it shares its draft, and for the
    whole Department once it was handed in.
    """
    found = Attachment.objects.filter(plan=plan, lineage=lineage)
    if may_read_draft(by, plan) or may_read_shared(by, plan):
        return found
    handed_in = plan.events.submissions().filter(
        version__document__attachments__contains=[{"lineage": str(lineage)}]
    )
    return found if handed_in.exists() else found.none()


def found_in_files(plan: Plan) -> Found:
    """What was found in each file the plan ever had, by lineage. One query."""
    return found_of(FileCheck.objects.of_draft().filter(plan=plan).values(*COLUMNS))
