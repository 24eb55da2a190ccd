"""What can be done to a report. `filing` is the only module that writes a report's status."""

from progress.services.filing import (
    NotReady,
    about_which,
    accept,
    already_taken,
    ask_step,
    certify,
    close,
    current_version,
    edited,
    intent_of,
    locked_report,
    open_draft,
    open_steps,
    return_report,
    start,
    supersede,
    why_not_theirs,
)
from progress.services.kinds import Kind

__all__ = [
    "Kind",
    "NotReady",
    "about_which",
    "accept",
    "already_taken",
    "ask_step",
    "certify",
    "close",
    "current_version",
    "edited",
    "intent_of",
    "locked_report",
    "open_draft",
    "open_steps",
    "return_report",
    "start",
    "supersede",
    "why_not_theirs",
]
