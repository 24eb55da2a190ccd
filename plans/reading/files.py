"""The files of a plan as its pages list them: which can be opened, and in words why one cannot."""

from dataclasses import dataclass

from districts.words import Label
from plans.documents import Draft
from plans.documents.found import NOTHING_FOUND, FoundInFile
from plans.documents.shape import AttachmentPart

WAITING = Label("Being checked, cannot be opened yet", "warn", "clock")
REMOVED = Label("Removed: it held malicious software", "bad", "stop")


@dataclass(frozen=True)
class FileLine:
    """A file of the draft; with a label where it cannot be opened."""

    part: AttachmentPart
    label: Label | None


def files_of(draft: Draft) -> list[FileLine]:
    return [
        FileLine(part, label_of(draft.found.get(part.lineage, NOTHING_FOUND)))
        for part in draft.document.attachments
    ]


def label_of(found: FoundInFile) -> Label | None:
    """Why a file cannot be opened; none where it can."""
    if found.malware:
        return REMOVED
    return WAITING if found.is_waiting else None
