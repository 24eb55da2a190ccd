"""What people type and paste, read in the one way it can be meant, or asked about.

Forms and the roster's files read by these. What shows nothing, such as a mark of direction, is
dropped first; wide digits, and every kind of blank, minus and quote between thousands, are known.
No sign is dropped, two numbers never become one, and where there are two readings none is chosen.
"""

import re
from datetime import date
from decimal import Decimal
from unicodedata import category, normalize

TOO_MUCH = 10**9  # dollars, for one district: an amount with so many digits has some too many
MOST_DIGITS = 15  # of any number somebody means
_JOINERS = "\u200c\u200d"  # show nothing themselves, and change the letters beside them
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_MINUS = dict.fromkeys("-−‐‑‒–—﹣", "-")
_THIN = dict.fromkeys("\u00a0\u2007\u2009\u202f’ʼ'", "'")  # between thousands, in one number


class Unreadable(ValueError):
    """Why it was not read: "invalid", "unclear" (it has two readings), or as the function says.

    `meant` is what was probably meant, where that is known.
    """

    def __init__(self, fault: str, meant: object = None):
        self.fault, self.meant = fault, meant
        super().__init__(fault)


# Words ------------------------------------------------------------------------------------------


def text(typed: str) -> str:
    """Lines of words, in NFC: each line end one character, as browsers count. Tabs stay."""
    lines = _LINE_ENDS.sub("\n", typed)
    if not re.sub("[\n\t]", "", lines).isprintable():  # most texts are, and are read at once
        lines = "".join(map(_shown, lines))
    return normalize("NFC", lines)


def line(typed: str) -> str:
    """Words on one line, with single blanks between them."""
    return " ".join(text(typed).split())


def address(typed: str) -> str:
    """An e-mail address, also as other programs copy one: `mailto:a@b.org`, `A B <a@b.org>`."""
    plain = line(typed)
    named = re.fullmatch(r"[^<>@]*<([^<>\s]+@[^<>\s]+)>", plain)
    return re.sub("^mailto:", "", named[1] if named else plain, flags=re.IGNORECASE)


def _shown(char: str) -> str:
    kind = category(char)
    if kind == "Cc":
        return char if char in "\n\t" else " "
    return "" if kind == "Cf" and char not in _JOINERS else char


# Numbers ----------------------------------------------------------------------------------------

_SIGNED = re.compile(
    r"(?P<before>[-+]?) ?(?:(?:US)?\$|USD)? ?(?P<after>[-+]?) ?"
    r"(?P<digits>[0-9.,' ]*[0-9][0-9.,' ]*?)"
    r" ?(?P<unit>%|percent|USD|\$|dollars)? ?(?P<last>-?)",
    re.IGNORECASE,
)
_GROUPED = re.compile(
    r"[1-9][0-9]{0,2}(?:,[0-9]{3})+|[1-9][0-9]{0,2}(?:'[0-9]{3})+"
    r"|[1-9][0-9]{0,2}(?: [0-9]{3}){2,}|[0-9]+"  # with a single blank it may be two numbers
)
# As our own pages write it back, of which there are dozens on one: a twentieth of such a page.
_AS_WRITTEN = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3}){0,2}|[0-9]{1,9}")
_TWO_READINGS = re.compile(r"[0-9]+(?:[.,' ]+[0-9]+)+")


def number(typed: str) -> Decimal:
    """`46.1`, `1,204`, `$46.10`, `46.1 %`, `(46.1)` or `46.1-` for less than zero.

    Raises:
        Unreadable: as `46,1`, `46 1` and `1.204.000` are, which may be one thing or another.
    """
    is_negative, digits = _signed(typed)
    whole, _, decimals = digits.partition(".")
    if _GROUPED.fullmatch(whole or "0") and re.fullmatch("[0-9]*", decimals):
        plain = re.sub("[,' ]", "", whole) or "0"
        if len(plain.lstrip("0")) > MOST_DIGITS or len(decimals) > MOST_DIGITS:
            raise Unreadable("invalid")
        read = Decimal(f"{plain}.{decimals}" if decimals else plain)
        return -read if is_negative else read
    raise Unreadable("unclear" if _TWO_READINGS.fullmatch(digits) else "invalid")


def whole_dollars(typed: str) -> int:
    """`1,204,000`, `$1204000`, `1 204 000`, `USD 1,204,000.00` or a cell pasted from a sheet.

    Raises:
        Unreadable: also "cents", "negative" and "too_much".
    """
    if _AS_WRITTEN.fullmatch(typed):
        return _joined(typed)
    is_negative, digits = _signed(typed)
    if re.search("%|percent", _plain(typed), re.IGNORECASE):
        raise Unreadable("invalid")
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{3})+(,[0-9]{1,2})?|[0-9]+,[0-9]{1,2}", digits):
        raise _of_dollars(_joined(digits.partition(",")[0]), "unclear")
    whole, _, cents = digits.partition(".")
    if not re.fullmatch("[0-9]*", cents) or not _GROUPED.fullmatch(whole):
        is_unclear = _GROUPED.fullmatch(re.sub("[' ]", ",", whole)) and not cents.strip("0")
        raise _of_dollars(_joined(whole), "unclear") if is_unclear else Unreadable("invalid")
    dollars = _joined(whole)
    if cents.strip("0"):
        raise Unreadable("cents", dollars)
    if is_negative and dollars:
        raise Unreadable("negative", dollars)
    if dollars >= TOO_MUCH:
        raise Unreadable("too_much", dollars)
    return dollars


def _of_dollars(meant: int, fault: str) -> Unreadable:
    return Unreadable(fault if meant < TOO_MUCH else "too_much", meant)


def _signed(typed: str) -> tuple[bool, str]:
    """Whether it is below zero, and its digits with what parts them."""
    plain = _plain(typed)
    bracketed = re.fullmatch(r"(\$?) ?\( ?(.*?) ?\)", plain)
    found = _SIGNED.fullmatch(bracketed[1] + bracketed[2] if bracketed else plain)
    if found is None:
        raise Unreadable("invalid")
    signs = [sign for sign in found.group("before", "after", "last") if sign]
    if len(signs) + bool(bracketed) > 1:
        raise Unreadable("invalid")
    return bool(bracketed) or signs == ["-"], found["digits"].strip(" ")


def _plain(typed: str) -> str:
    """With one kind of each digit, of minus and of blank between thousands, and no blank around."""
    bare = "".join(
        normalize("NFKC", char) if "！" <= char <= "～" else char for char in text(typed).strip()
    )
    return "".join(_MINUS.get(char, _THIN.get(char, char)) for char in bare)


def _joined(grouped: str) -> int:
    """Of so many digits as tell whether it is too much; Python reads no more than thousands."""
    return int(re.sub("[,.' ]", "", grouped)[:20])


_SUPPRESSED = re.compile(
    r"\*{1,3}|\(?(?P<word>suppressed)\)?"
    r"|(?P<count>[nN] ?)?(?P<sign>[<>≤≥]|<=|>=) ?(?P<figure>[0-9]{1,3}(?:\.[0-9])?) ?(?P<unit>%?)",
    re.IGNORECASE,
)


class Suppressed(str):
    """A figure that was published without its number, to protect students: `*`, `<5`, `N<6`."""


def suppressed(typed: str) -> Suppressed | None:
    """As it was published, where it is one. Nothing is reckoned with it."""
    found = _SUPPRESSED.fullmatch(_plain(typed))
    if found is None:
        return None
    if found["word"]:
        return Suppressed("suppressed")
    if not found["sign"]:
        return Suppressed("*")
    count = "N" if found["count"] else ""
    return Suppressed(f"{count}{found['sign']}{found['figure']}{found['unit']}")


# Days and years ---------------------------------------------------------------------------------

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_YEAR_FIRST = re.compile(r"([12][0-9]{3})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_IN_A_ROW = re.compile(r"((?:19|20)[0-9]{2})()([0-9]{2})([0-9]{2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2}) ?([-/.]) ?([0-9]{1,2}) ?\2 ?([12][0-9]{3}|[0-9]{2})")
_MONTH_FIRST = re.compile(r"([a-z]+)\.?[ -]?([0-9]{1,2})(?:st|nd|rd|th)?[ ,-]+([0-9]{2,4})")
_TO_ANOTHER_DAY = re.compile("[^-]*-[0-9 ]{1,3}")  # “june 5-10” may be two days, “jun-5-10” is one
_DAY_FIRST = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[ -]?(?:of )?([a-z]+)[.,]?[ -]?([0-9]{2,4})")


def day(typed: str) -> date:
    """A day as Americans write it, month first: `6/30/2027`, `June 30, 2027`, `30-Jun-27`.

    Raises:
        Unreadable: "unclear" as `6.5.2027`, which Europeans write day first, "weekday" where the
            one it names is another day's.
    """
    plain = re.sub(r"[ T]00:00(:00(\.0+)?)?$", "", _plain(typed)).lower()
    named = re.match(r"([a-z]+)(?:\.?,? )(?=\S)", plain)
    weekday = _place(named[1], _WEEKDAYS) if named else None
    read = _day(plain[named.end() :] if named and weekday is not None else plain)
    if weekday is not None and read.weekday() != weekday:
        raise Unreadable("weekday", read)
    return read


def _day(plain: str) -> date:
    if found := _YEAR_FIRST.fullmatch(plain) or _IN_A_ROW.fullmatch(plain):
        return _date(found[1], int(found[3]), int(found[4]))
    if found := _YEAR_LAST.fullmatch(plain):
        return _by_size(int(found[1]), int(found[3]), found[4], is_dotted=found[2] == ".")
    if found := _MONTH_FIRST.fullmatch(plain):
        if _TO_ANOTHER_DAY.fullmatch(plain):
            raise Unreadable("unclear")
        return _date(found[3], _month(found[1]), int(found[2]))
    if found := _DAY_FIRST.fullmatch(plain):
        return _date(found[3], _month(found[2]), int(found[1]))
    raise Unreadable("invalid")


def _by_size(first: int, second: int, year: str, *, is_dotted: bool) -> date:
    """Month first, unless there is no such month; then day first, unless it may be the year."""
    if first <= 12:
        if is_dotted and second <= 12 and first != second:
            raise Unreadable("unclear", _date(year, first, second))
        return _date(year, first, second)
    if len(year) == 2:
        raise Unreadable("unclear")
    return _date(year, second, first)


def _month(word: str) -> int:
    place = _place(word, _MONTHS)
    if place is None:
        raise Unreadable("invalid")
    return place + 1


def _place(word: str, names: tuple[str, ...]) -> int | None:
    """Of a name or of its first three letters or more."""
    places = [place for place, name in enumerate(names) if len(word) > 2 and name.startswith(word)]
    return places[0] if places else None


def _date(year: str, month: int, day_of_month: int) -> date:
    if len(year) == 3:
        raise Unreadable("invalid")
    full = int(year) if len(year) == 4 else 2000 + int(year) - (100 if int(year) > 68 else 0)
    try:
        return date(full, month, day_of_month)
    except ValueError:
        raise Unreadable("invalid") from None


def school_year(typed: str) -> str:
    """`2024-25`, also typed as `2024–2025`, `2024/25`, `24-25` or `SY 2024-25`.

    Raises:
        Unreadable: also one year alone, which may be that it begins or ends in.
    """
    plain = _plain(typed)
    found = re.fullmatch(
        r"(?:SY|School year)? ?((?:20)?[0-9]{2}) ?[-/] ?((?:20)?[0-9]{2})", plain, re.IGNORECASE
    )
    if found is None:
        raise Unreadable("unclear" if re.fullmatch("(?:19|20)[0-9]{2}", plain) else "invalid")
    first, second = (int(year[-2:]) for year in found.groups())
    if len(found[1]) == 2 and first > 68:  # of the last century, where days are read so too
        raise Unreadable("invalid")
    if second != (first + 1) % 100 or len(found[1]) < len(found[2]):
        raise Unreadable("invalid")
    return f"20{first:02}-{second:02}"


def fiscal_year(typed: str) -> int:
    """`2027`, `FY2027`, `FY 27` or `FY’27`: named by the year it ends in."""
    found = re.fullmatch(r"(?:FY)? ?(20[0-9]{2})|FY ?'?([0-9]{2})", _plain(typed), re.IGNORECASE)
    if found is None:
        raise Unreadable("invalid")
    return int(found[1] or f"20{found[2]}")
