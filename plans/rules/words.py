"""How a finding says money, days, numbers and lists."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal


def money(dollars: int | Decimal) -> str:
    """US dollars, with cents only where there are some: $1,204,000."""
    return f"{'−' if dollars < 0 else ''}${_digits(abs(Decimal(dollars)), places=2)}"


def figure(number: Decimal) -> str:
    """A number without the zeros that say nothing: 44, 19.4."""
    return f"{'−' if number < 0 else ''}{_digits(abs(number), places=0)}"


def _digits(number: Decimal, *, places: int) -> str:
    """Every digit the number has: none where it is whole, else at least `places`."""
    written = number.normalize()
    has = max(0, -int(written.as_tuple().exponent))
    return f"{number:,.{max(has, places) if has else 0}f}"


def day(on: date) -> str:
    return f"{on:%B} {on.day}, {on.year}"


def listing(things: Iterable[object], last: str = "and") -> str:
    """1, 2 and 3."""
    *others, final = map(str, things)
    return f"{', '.join(others)} {last} {final}" if others else final


def count(number: int, noun: str, nouns: str = "") -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {nouns or noun + 's'}"
