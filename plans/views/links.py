"""Where things are mended: the address of the field a finding is about."""

from django.urls import reverse

from plans.models import Plan
from plans.rules import Finding
from plans.rules.carried import NUMBER as NOT_READ
from plans.rules.reasons import mark_of
from plans.sections import SectionKey

FIELD = "id_"  # of the field itself, which takes the focus; of choices, the group's
CARRIED = "carried"  # of the panel that asks what becomes of each row of last year


def answers_warning(finding: Finding) -> bool:
    """Whether it is a warning about the text, which takes a reason. The board's vote has a date."""
    return not finding.stops and finding.section != SectionKey.BOARD_APPROVAL


def reason_url(plan: Plan, finding: Finding) -> str:
    """Where its reason is given; nowhere for what is no such warning."""
    if not answers_warning(finding):
        return ""
    url = reverse("plans:warnings", args=[plan.district.slug, plan.cycle_id])
    return f"{url}#w-{mark_of(finding)[:12]}"


def finding_url(plan: Plan, finding: Finding) -> str:
    """The form of the row or section it is about, at its field where it names one."""
    here = [plan.district.slug, plan.cycle_id]
    if finding.section == SectionKey.SIGNATURES:
        return reverse("plans:signatures", args=here)
    if finding.place and finding.row_id:
        url = reverse("plans:row", args=[*here, finding.place, finding.row_id])
    else:
        url = reverse("plans:section", args=[*here, finding.section])
    if finding.rule == NOT_READ:
        return f"{url}#{CARRIED}"
    return f"{url}#{FIELD}{finding.field}" if finding.field else url
