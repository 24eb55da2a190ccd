"""What the decider gives to single lines of the plan, recorded with the decision (R27, R28)."""

from collections.abc import Collection, Sequence

from plans.documents import PlanDocument
from reviews.rules import Permit, permits_needed

ASKED = {  # by rule: how a form asks for it, and how the letter gives it
    "R27": (
        "Specific approval of a line that was paid from local funds before",
        "Under section 10-262u(c)(2) I specifically approve, though it was paid from local funds"
        " before:",
    ),
    "R28": (
        "Permission to pay magnet school tuition",
        "Under section 10-262u(d) I permit this payment of magnet school tuition:",
    ),
}


def given_of(document: PlanDocument, keys: Collection[str]) -> list[Permit]:
    """Those that are given, of what the plan needs; a key of anything else gives nothing."""
    return [permit for permit in permits_needed(document) if permit.key in keys]


def refused_in(document: PlanDocument, keys: Collection[str]) -> list[str]:
    """What stops an approval that does not give them all."""
    return [
        f"{_capital(permit.what)}, needs this: {ASKED[permit.rule][0].lower()}."
        " Give it, or return the plan for a change."
        for permit in permits_needed(document)
        if permit.key not in keys
    ]


def question_of(permit: Permit) -> str:
    """Beside its box on the form."""
    return f"{ASKED[permit.rule][0]}: {permit.what} ({permit.rule})"


def sentences_of(given: Sequence[Permit]) -> list[str]:
    """As the letter says them."""
    return [f"{ASKED[permit.rule][1]} {permit.what}." for permit in given]


def recorded(given: Sequence[Permit]) -> list[dict[str, object]]:
    """As the determination keeps them."""
    return [
        {
            "rule": permit.rule,
            "line": permit.line,
            "description": permit.description,
            "amount": permit.amount,
        }
        for permit in given
    ]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
