"""A decision letter as paper: what its PDF says, word for word the letter that was frozen."""

from hashlib import sha256

from districts.words import eastern
from plans.models import Plan
from plans.reading.blocks import Json
from reviews.models import Determination


def letter_paper(plan: Plan, decided: Determination) -> Json:
    """Nothing in it changes: a letter is never rewritten, and a correction has one of its own."""
    what = "correction of the approval" if decided.corrects_id else "approval"
    title = f"{plan.district.name}: FY{plan.cycle_id} plan, letter of {what}"
    facts = {
        "Decided": f"{eastern(decided.decided_at)}, on version {decided.version.number}",
        "Fingerprint of the letter (SHA-256)": sha256(decided.letter.encode()).hexdigest(),
    }
    if (frozen := getattr(decided, "frozen_letter", None)) is not None:
        facts["Written from"] = frozen.written_from
    rows = [{"what": [{"text": name}], "body": [_paragraph(said)]} for name, said in facts.items()]
    paragraphs = [each for each in decided.letter.strip().split("\n\n") if each.strip()]
    return {
        "title": title,
        "author": "Connecticut State Department of Education",
        "running": title,
        "mark": "",
        "front": [*map(_paragraph, paragraphs), {"kind": "facts", "rows": rows}],
        "sections": [],
    }


def _paragraph(text: str) -> Json:
    """Line for line."""
    parts: list[Json] = []
    for line in text.splitlines():
        parts += [{"break": True}, {"text": line}] if parts else [{"text": line}]
    return {"kind": "paragraph", "parts": parts}
