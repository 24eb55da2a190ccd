"""More time for a plan, in words: where the asking stands, and what was said."""

from plans.models import ExtensionEntry
from plans.workflow import Label

Did = ExtensionEntry.Did

LABELS = {
    Did.ASKED: Label("Asked: with the Department", "info", "half"),
    Did.GRANTED: Label("Granted", "good", "done"),
    Did.REFUSED: Label("Not granted", "warn", "back"),
    Did.WITHDRAWN: Label("Taken back", "", "back"),
}
HANDED_IN = Label("Ended: the plan came in", "", "check")


def label_of_extension(last: ExtensionEntry, *, is_to_come: bool) -> Label:
    """`is_to_come`: whether the plan is still to be handed in, so that an answer can follow."""
    if last.did == Did.ASKED and not is_to_come:
        return HANDED_IN
    return LABELS[Did(last.did)]
