"""Where things are mended: the address of the field a finding is about."""

from django.urls import reverse

from plans.models import Plan
from plans.rules import Finding
from plans.sections import SectionKey

FIELD = "div_id_"  # of a field with its label; a group of ticks has no other id of its own


def finding_url(plan: Plan, finding: Finding) -> str:
    """The form of the row or section it is about, at its field where it names one."""
    here = [plan.district.slug, plan.cycle_id]
    if finding.section == SectionKey.SIGNATURES:
        return reverse("plans:signatures", args=here)
    if finding.place and finding.row_id:
        url = reverse("plans:row", args=[*here, finding.place, finding.row_id])
    else:
        url = reverse("plans:section", args=[*here, finding.section])
    return f"{url}#{FIELD}{finding.field}" if finding.field else url
