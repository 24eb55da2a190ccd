"""A decision letter is written from the words that stand for its kind, and frozen with its hash."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.template.loader import render_to_string

from districts.models import Delegation, User
from districts.words import day
from plans.models import Plan
from reviews.models import DecisionLetter, LetterTemplate
from reviews.models.default_letters import LetterKind
from reviews.reports.letter_templates import WordsOfLetter, words_for

MISSING = "[to be filled in]"  # only ever in a preview
NAME = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True)
class Written:
    """A letter, and the version of the words that it was written from; none of the default."""

    kind: LetterKind
    text: str
    template: LetterTemplate | None


def write(kind: LetterKind, values: Mapping[str, str]) -> Written:
    """By the words that stand now. One query."""
    return write_by(words_for(kind), values)


def write_by(words: WordsOfLetter, values: Mapping[str, str]) -> Written:
    return Written(words.kind, fill(words.text, values), words.template)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Each name in braces becomes its value, once: braces in what somebody typed stay as they are.

    A paragraph that is only names, and has nothing to say, is left out.
    """
    paragraphs = [_filled(each, values) for each in text.strip().split("\n\n")]
    return "\n\n".join(filter(None, paragraphs)).strip() + "\n"


def _filled(paragraph: str, values: Mapping[str, str]) -> str:
    filled = NAME.sub(lambda found: values[found[1]], paragraph)
    says_nothing_itself = not NAME.sub("", paragraph).strip()
    return "" if says_nothing_itself and not filled.strip() else filled


def freeze(written: Written, plan: Plan, *, at: datetime, **of: Any) -> DecisionLetter:
    """The letter as it leaves. `of` is the event, determination or correction that it tells of:
    the same once more is the same letter.
    """
    letter, _ = DecisionLetter.objects.get_or_create(
        **of,
        defaults={
            "plan": plan,
            "kind": written.kind,
            "template": written.template,
            "text": written.text,
            "sha256": sha256(written.text.encode()).hexdigest(),
            "frozen_at": at,
        },
    )
    return letter


def signature(by: User, delegation: Delegation | None) -> str:
    if delegation is None:
        return f"{by.name}\nCommissioner of Education"
    return (
        f"In the name of the Commissioner of Education,\n{by.name}\nunder the Commissioner’s"
        f" delegation of {_days_of(delegation)}"
    )


def in_whose_name(delegation: Delegation | None) -> str:
    """After who decided; nothing where it was the Commissioner."""
    if delegation is None:
        return ""
    return f", in the Commissioner’s name, under the delegation of {_days_of(delegation)}"


def _days_of(delegation: Delegation) -> str:
    return f"{day(delegation.first_day)} to {day(delegation.last_day)}"


def words_of_statute() -> str:
    return render_to_string("emails/_words_of_statute.txt").strip()


def lines_of_conditions(conditions: Iterable[tuple[int, str, date | None]]) -> str:
    """A line each: number, words, day; what is not written yet is missing."""
    return "\n".join(
        f"{number}. {text.strip() or MISSING} Due: {day(due_on) if due_on else MISSING}."
        for number, text, due_on in conditions
    )
