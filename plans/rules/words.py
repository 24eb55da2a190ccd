"""How a finding says money, counts and lists. Days and numbers read as everywhere."""

from collections.abc import Iterable, Sequence
from decimal import Decimal


def money(dollars: int | Decimal) -> str:
    """US dollars, with every digit an amount has: $1,204,000, $0.125.

    Pages and letters round to cents. A finding may not: it shows two amounts that differ by less.
    """
    amount = Decimal(dollars).normalize()
    decimals = max(0, -int(amount.as_tuple().exponent))
    places = max(decimals, 2) if decimals else 0
    return f"{'−' if amount < 0 else ''}${abs(amount):,.{places}f}"


def listing(things: Iterable[object], last: str = "and") -> str:
    """1, 2 and 3."""
    *others, final = map(str, things)
    return f"{', '.join(others)} {last} {final}" if others else final


def count(number: int, noun: str, nouns: str = "") -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {nouns or noun + 's'}"


def without_unread(lines: Sequence[int]) -> str:
    """What follows a total in a sentence, where the amount of a line could not be read."""
    if not lines:
        return ""
    noun = "line" if len(lines) == 1 else "lines"
    return f" without {noun} {listing(lines)}, whose amount could not be read"
