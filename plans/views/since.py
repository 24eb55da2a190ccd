"""What became of a closed text by what the Department loaded since, for the pages that show it."""

from datetime import datetime

from plans.documents import Draft, fingerprint
from plans.services import Since, current_version, since_closing


def since_it_was_closed(draft: Draft, sha256: str | None, *, at: datetime) -> Since | None:
    """None while the text is open, and where it still reads as the version of this hash.

    Two queries where it does not: the version, and the Department's rows.
    """
    if sha256 is None or fingerprint(draft.document.frozen()) == sha256:
        return None
    version = current_version(draft.plan)
    return since_closing(draft.plan, version, at=at) if version else None
