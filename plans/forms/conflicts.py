"""A conflict: two people changed one field, and the page asks which words stay.

One panel shows them, on every page (`plans/_conflict.html`): both texts, who and when.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.forms import Textarea

from plans.documents.by_word import In, Piece, by_word
from plans.forms.drafting import KeptForm, write_carried


@dataclass(frozen=True)
class Difference:
    label: str
    field_id: str
    mine: str
    theirs: str
    both: str = ""  # what the button sends that puts both texts into the field

    @cached_property
    def sides(self) -> tuple[list[Piece], list[Piece]]:
        """Mine and theirs, each in pieces, of which some stand in it alone."""
        pieces = by_word(self.mine, self.theirs)
        return (
            [piece for piece in pieces if piece.of != In.AFTER],
            [piece for piece in pieces if piece.of != In.BEFORE],
        )


@dataclass(frozen=True)
class Conflict:
    """What was typed beside what somebody else saved meanwhile.

    `keep_theirs` is what the button that keeps theirs sends: the fields to leave as they are.
    `keep_mine` says of each field what stood beside it, so that a text that came in between is
    asked about too. None where saving once more keeps mine.
    """

    by: str
    at: datetime | None
    differences: list[Difference]
    keep_theirs: str = ""
    keep_mine: str = ""


def conflict_over(
    form: KeptForm,
    theirs: KeptForm,
    names: Iterable[str],
    *,
    by: str,
    at: datetime | None,
    joins: bool = False,
) -> Conflict:
    """The panel for the fields `names` of `form`, which is filled as the page shows it again.

    `joins` says whether the page can show both texts in one field.
    """
    names = list(names)
    return Conflict(
        by,
        at,
        [
            _difference(form, theirs, name, joins=joins)
            for name in names
            if is_different(form, theirs, name)
        ],
        " ".join(form.add_prefix(name) for name in names),
        write_carried({form.add_prefix(name): theirs.was[name] for name in names}),
    )


def is_different(form: KeptForm, theirs: KeptForm, name: str) -> bool:
    return form.in_words(name) != theirs.in_words(name)


def _difference(form: KeptForm, theirs: KeptForm, name: str, *, joins: bool) -> Difference:
    bound = form[name]
    is_long = isinstance(bound.field.widget, Textarea)
    return Difference(
        str(form.fields[name].label),
        bound.auto_id,
        form.in_words(name),
        theirs.in_words(name),
        write_carried({form.add_prefix(name): theirs.was[name]}) if joins and is_long else "",
    )
