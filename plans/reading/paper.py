"""A plan as paper: all that its PDF says, as plain JSON that plans/services/typeset sets.

A paper is {title, author, running, mark, front: blocks, sections: [{title, wide, blocks}]}; its
blocks are those of plans/reading/blocks.py. `mark` stands on every sheet, `running` at its head.
"""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from districts.words import day, eastern
from plans.documents import Draft, fingerprint
from plans.models import Plan, PlanVersion
from plans.reading.blocks import Json, blocks_of
from plans.reading.document import DocumentSection
from plans.reading.rendered import draft_sections, version_sections
from plans.sections import SectionKey

DRAFT = "DRAFT, not handed in"
BESIDE = (
    "Who signed this version, when it was handed in and what the local board decided stands beside"
    " the text, on its page in Alliance. Once it was handed in, anyone who holds this file or its"
    " fingerprint can check it at "
)
NOT_YET = (
    "This is the text as the district was writing it. It was not closed for signature, and may have"
    " changed since."
)


def version_paper(version: PlanVersion) -> Json:
    """Nothing in it changes after the version was closed: the same version makes the same paper."""
    facts = {
        "Closed for signature": f"{eastern(version.closed_at)}, by {version.closed_by.name}",
        "Fingerprint of the text (SHA-256)": version.sha256,
    }
    of = f"version {version.number}"
    address = f"{settings.SITE_URL}{reverse('plans:verify')}"
    note = [{"text": BESIDE}, {"text": address, "link": address}]
    return paper_of(version.plan, version_sections(version), of=of, facts=facts, note=note)


def draft_paper(draft: Draft, *, at: datetime) -> Json:
    facts = {
        DRAFT: f"as of {day(at)}",
        "Fingerprint of the text (SHA-256)": fingerprint(draft.document.frozen()),
    }
    sections = draft_sections(draft)
    return paper_of(
        draft.plan, sections, of="draft", facts=facts, note=[{"text": NOT_YET}], mark=DRAFT
    )


def paper_of(
    plan: Plan,
    sections: Sequence[DocumentSection],
    *,
    of: str,
    facts: dict[str, str],
    note: list[Json],
    mark: str = "",
) -> Json:
    """The paper of these sections: `of` says in the title which text it is."""
    name = plan.district.name
    rows = [
        {"what": [{"text": what}], "body": _paragraph([{"text": said}])}
        for what, said in facts.items()
    ]
    return {
        "title": f"{name}: FY{plan.cycle_id} plan, {of}",
        "author": name,
        "running": f"{name} · FY{plan.cycle_id} plan · {of}",
        "mark": mark,
        "front": [{"kind": "facts", "rows": rows}, *_paragraph(note)],
        "sections": [
            {
                "title": section.title,
                "wide": section.key == SectionKey.BUDGET,
                "blocks": blocks_of(section.body),
            }
            for section in sections
        ],
    }


def _paragraph(parts: list[Json]) -> list[Json]:
    return [{"kind": "paragraph", "parts": parts}]
