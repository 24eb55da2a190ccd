"""A conflict: two people changed one field, and the page asks which words stay.

One panel shows them, on every page (`plans/_conflict.html`): both texts, who and when.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from plans.forms.drafting import KeptForm


@dataclass(frozen=True)
class Difference:
    label: str
    field_id: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Conflict:
    """What was typed beside what somebody else saved meanwhile.

    `keep_theirs` is what the button that keeps theirs sends: the fields to leave as they are.
    """

    by: str
    at: datetime | None
    differences: list[Difference]
    keep_theirs: str = ""


def conflict_over(
    form: KeptForm, theirs: KeptForm, names: Iterable[str], *, by: str, at: datetime | None
) -> Conflict:
    """The panel for the fields `names` of `form`, which is filled as the page shows it again."""
    names = list(names)
    return Conflict(
        by,
        at,
        [_difference(form, theirs, name) for name in names if is_different(form, theirs, name)],
        " ".join(form.add_prefix(name) for name in names),
    )


def is_different(form: KeptForm, theirs: KeptForm, name: str) -> bool:
    return form.in_words(name) != theirs.in_words(name)


def _difference(form: KeptForm, theirs: KeptForm, name: str) -> Difference:
    bound = form[name]
    return Difference(
        str(form.fields[name].label),
        bound.auto_id,
        form.in_words(name),
        theirs.in_words(name),
    )
