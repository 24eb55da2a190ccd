"""An act is its key and what was said: the same again is the same act, other words are refused.

The one place where what is sent is compared with what was sent before (ADR 47).
"""

from typing import Any

from plans.documents import fingerprint
from plans.models import Act
from plans.workflow import StepNotAllowed


class SentBefore(StepNotAllowed):
    """The page was sent before, and not with these words. The message is fit to show a user."""


def digest_of(**said: Any) -> str:
    """SHA-256 over the canonical JSON of what is said, as it is recorded."""
    return fingerprint(said)


def is_same(act: Act, digest: str) -> bool:
    return act.digest == digest


def refuse_other_words(act: Act, digest: str) -> None:
    """What is sent with the key of an act is that act again, or it is nothing.

    Raises:
        SentBefore: other words came with the key first; or which, was not kept.
    """
    if is_same(act, digest):
        return
    if not act.digest:
        raise SentBefore(
            "This page was sent before, and what it said then was not kept. What you wrote now was"
            " not recorded. Open the page again to see what stands."
        )
    raise SentBefore(
        "This page was sent before, with other words, and those stand. What you wrote now"
        " was not recorded."
    )
