"""How a verb of this app says no: a sentence for each field it is about."""

from collections.abc import Sequence
from typing import Any


class Refusal(Exception):
    """What was asked cannot be done. Every sentence is fit to show.

    Sentences are kept by the argument they are about; those about the whole go under `whole`.
    """

    def __init__(self, **sentences: str):
        self.sentences = sentences
        super().__init__(" ".join(sentences.values()))


class StaleEdit(Refusal):
    """Someone else changed the row after it was shown; nothing is overwritten unseen."""


class PeopleRefusal(Refusal):
    """What was asked of a person or their roles cannot be."""


class RosterRefusal(Refusal):
    """The roster cannot hold what was asked. `touched` are the plans on record it would touch."""

    touched: Sequence[Any] = ()
