"""The PDF of a public plan: the same paper as a version's, made of the public text alone."""

from django.conf import settings
from django.urls import reverse

from districts.words import day
from library.models import Publication
from library.reading.text import text_of
from plans.documents.cache import get_or_make
from plans.reading.blocks import Json
from plans.reading.paper import paper_of

LEFT_OUT = "The contact’s email and telephone, the attached files and small counts"


def public_paper(publication: Publication) -> Json:
    """Nothing in it changes: another publication has another paper."""
    return get_or_make(
        f"public-paper/{publication.pk}",
        made_from=text_of(publication).mark,
        make=lambda: _paper(publication),
    )


def _paper(publication: Publication) -> Json:
    version, plan = publication.version, publication.plan
    path = reverse("library:plan", args=[plan.district.slug, plan.cycle_id])
    address = f"{settings.SITE_URL}{path}"
    facts = {
        "Public copy of": f"version {version.number}, published {day(publication.published_at)}",
        "Left out": _left_out(len(publication.removed)),
        "Fingerprint of the signed text (SHA-256)": version.sha256,
    }
    note = [
        {"text": "Whether the plan is approved, and whatever is public of it since, stands at "},
        {"text": address, "link": address},
    ]
    of = f"public copy of version {version.number}"
    return paper_of(plan, text_of(publication).sections, of=of, facts=facts, note=note)


def _left_out(removed: int) -> str:
    if not removed:
        return LEFT_OUT
    return f"{LEFT_OUT}; {removed} passage{'' if removed == 1 else 's'} removed to protect people"
