"""What is said of a field once: its words, how it is written, what an amendment makes of it.

It stands beside the field's type, where the part of the document declares it:

    owner: Annotated[str, line("Owner", help="A position, not a name.")] = ""

Forms, the read view, print, the rules about what was typed and the start of next year's plan are
made from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from pydantic import BaseModel


class Control(StrEnum):
    """How a field is written on a form."""

    LINE = "line"
    EMAIL = "email"
    PROSE = "prose"
    DAY = "day"
    SCHOOL_YEAR = "school_year"
    NUMBER = "number"
    DOLLARS = "dollars"
    CHOICE = "choice"
    RADIOS = "radios"
    CHOICES = "choices"
    YES_NO = "yes_no"
    TICK = "tick"
    NONE = "none"  # no form of a plan writes it


@dataclass(frozen=True)
class Field:
    words: str
    control: Control
    hint: str = ""  # beside the words on a form: optional, exactly one
    help: str = ""
    rows: int = 4  # of the box that prose is written in
    column: str = ""  # of the row, where it has another name than the part's
    carried: bool = True  # an amendment starts with last year's; a day one year later
    expected: str = ""  # what text is not that cannot be read, where the control does not say it
    may_be_suppressed: bool = False  # a published figure, which may have come without its number
    name: str = ""  # as the row and its form name it
    part_name: str = ""  # as the document names it

    @property
    def label(self) -> str:
        """The words on a form."""
        return f"{self.words} ({self.hint})" if self.hint else self.words

    @property
    def is_asked(self) -> bool:
        """Whether a plan is complete only with it; a tick left out is an answer."""
        return not (self.hint.startswith("optional") or self.control is Control.TICK)


def fields_of(part: type[BaseModel]) -> Iterator[Field]:
    """The fields that the part declares, in order."""
    for name, info in part.model_fields.items():
        for said in info.metadata:
            if isinstance(said, Field):
                yield replace(said, name=said.column or name, part_name=name)


@cache
def may_be_suppressed(part: type[BaseModel]) -> frozenset[str]:
    """The fields of the part that may hold a suppressed figure, as the row names them."""
    return frozenset(each.name for each in fields_of(part) if each.may_be_suppressed)


def line(
    words: str,
    *,
    hint: str = "",
    help: str = "",  # noqa: A002
    carried: bool = True,
) -> Field:
    return Field(words, Control.LINE, hint, help, carried=carried)


def email(words: str) -> Field:
    return Field(words, Control.EMAIL)


def prose(
    words: str,
    *,
    rows: int = 4,
    hint: str = "",
    help: str = "",  # noqa: A002
    carried: bool = True,
) -> Field:
    return Field(words, Control.PROSE, hint, help, rows, carried=carried)


def day(words: str, *, hint: str = "", carried: bool = True) -> Field:
    return Field(words, Control.DAY, hint, carried=carried)


def school_year(words: str, *, help: str = "") -> Field:  # noqa: A002
    return Field(words, Control.SCHOOL_YEAR, help=help)


def number(
    words: str,
    *,
    hint: str = "",
    help: str = "",  # noqa: A002
    expected: str = "",
    may_be_suppressed: bool = False,
) -> Field:
    return Field(
        words,
        Control.NUMBER,
        hint,
        help,
        expected=expected,
        may_be_suppressed=may_be_suppressed,
    )


def dollars(
    words: str,
    *,
    hint: str = "",
    help: str = "",  # noqa: A002
    carried: bool = True,
) -> Field:
    """Whole US dollars."""
    return Field(words, Control.DOLLARS, hint, help, carried=carried)


def choice(
    words: str,
    *,
    hint: str = "",
    help: str = "",  # noqa: A002
    carried: bool = True,
) -> Field:
    """One of what the row's column may hold or name."""
    return Field(words, Control.CHOICE, hint, help, carried=carried)


def radios(words: str, *, hint: str = "", carried: bool = True) -> Field:
    """One of a few, which are all shown."""
    return Field(words, Control.RADIOS, hint, carried=carried)


def choices(
    words: str,
    *,
    column: str,
    hint: str = "",
    help: str = "",  # noqa: A002
    carried: bool = True,
) -> Field:
    """Any number of them, each by its number or lineage in the row."""
    return Field(words, Control.CHOICES, hint, help, column=column, carried=carried)


def yes_no(words: str, *, carried: bool = True) -> Field:
    return Field(words, Control.YES_NO, carried=carried)


def tick(words: str) -> Field:
    return Field(words, Control.TICK)


def unwritten(words: str) -> Field:
    """In the row and in the document, and on no form of the plan."""
    return Field(words, Control.NONE, carried=False)
