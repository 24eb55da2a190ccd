"""Whole US dollars as people write them, in a field or in a cell; what is unclear is named."""

import re

TOO_MUCH = 10**9  # dollars, for one district: an amount with so many digits has some too many
_SPACES = "\u00a0\u2009\u202f’'"  # between thousands, as other programs write them
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+|[0-9]{1,3}( [0-9]{3})+|[0-9]+")


class NotDollars(ValueError):
    """Which fault it is, and what the amount would be where that is known."""

    def __init__(self, fault: str, whole: int | None = None):
        self.fault = fault  # "invalid", "unclear", "cents", "negative" or "too_much"
        self.whole = whole
        super().__init__(fault)


def whole_dollars(typed: str) -> int:
    """`1,204,000`, `$1204000`, `1 204 000`, `USD 1,204,000.00` or a cell pasted from a sheet.

    Raises:
        NotDollars: it is not a whole amount of $0 or more, or can be read in two ways.
    """
    text = re.sub(rf"[{_SPACES}\s]+", " ", typed).strip()
    minus = text[:1] in {"-", "−", "("} or text[-1:] == "-"
    text = text.strip("-−() ")
    text = re.sub(r"^(US)?\$ ?|^USD ?| ?(USD|\$)$", "", text, flags=re.IGNORECASE)
    whole, cents = _parts(text)
    if (cents or "").strip("0"):
        raise NotDollars("cents", whole)
    if minus and whole:
        raise NotDollars("negative", whole)
    if whole >= TOO_MUCH:
        raise NotDollars("too_much", whole)
    return whole


def _parts(text: str) -> tuple[int, str | None]:
    """The dollars, and the digits of the cents. A dot before three digits may part thousands."""
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})+(,[0-9]{1,2})?|[0-9]+,[0-9]{1,2}", text):
        meant = _number(text.partition(",")[0])
        raise NotDollars("unclear" if meant < TOO_MUCH else "too_much", meant)
    whole, dot, cents = text.partition(".")
    if not _GROUPED.fullmatch(whole) or not re.fullmatch("[0-9]*", cents):
        raise NotDollars("invalid")
    return _number(whole), cents if dot else None


def _number(text: str) -> int:
    """Of so many digits as tell whether it is too much; Python reads no more than thousands."""
    return int(re.sub("[,. ]", "", text)[:20])
