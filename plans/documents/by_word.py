"""What one text says otherwise than another, word by word."""

import re
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic

WORDS_AND_BLANKS = re.compile(r"\s+|\S+")
SECONDS = 0.2  # of two long texts with nothing in common less is told, and soon
SECONDS_OF_A_PAGE = 1.0  # for all its texts, however many there are
LONGEST = 1_000_000  # characters of both: nobody reads more than that word by word
SURROGATES = range(0xD800, 0xE000)  # no letters of their own


class In(StrEnum):
    BOTH = "both"
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True)
class Piece:
    """Words that follow one another, and in which of the texts they stand."""

    words: str
    of: In

    @property
    def is_in_one(self) -> bool:
        return self.of != In.BOTH


class Patience:
    """How long all the texts of a page may take together, from its first on."""

    def __init__(self, seconds: float = SECONDS_OF_A_PAGE) -> None:
        self._ends_at = monotonic() + seconds

    @property
    def seconds(self) -> float:
        """For the next text; none are left where it is zero."""
        return max(0.0, min(SECONDS, self._ends_at - monotonic()))


def in_whole(before: str, after: str) -> list[Piece]:
    """Both texts, one after the other."""
    pieces = [Piece(before, In.BEFORE), Piece(after, In.AFTER)]
    return [piece for piece in pieces if piece.words]


def by_word(before: str, after: str, *, seconds: float = SECONDS) -> list[Piece]:
    """The pieces of both texts in order: those not of `before` spell `after`, and likewise.

    Where the texts are too long, or no time is left, they are told in whole.
    """
    if seconds <= 0 or len(before) + len(after) > LONGEST:
        return in_whole(before, after)
    from diff_match_patch import diff_match_patch  # noqa: PLC0415  2 MB, where texts are compared

    letters: dict[str, str] = {}
    one, other = _as_letters(before, letters), _as_letters(after, letters)
    words = {letter: word for word, letter in letters.items()}
    comparing = diff_match_patch()
    comparing.Diff_Timeout = seconds
    found = comparing.diff_main(one, other, False)  # noqa: FBT003  it has no keyword
    comparing.diff_cleanupSemantic(found)  # words that follow one another are one piece
    stands_in = {-1: In.BEFORE, 0: In.BOTH, 1: In.AFTER}
    return [
        Piece("".join(words[letter] for letter in piece), stands_in[did]) for did, piece in found
    ]


def _as_letters(text: str, letters: dict[str, str]) -> str:
    """A letter for each word, which is what the library compares."""
    return "".join(
        letters.setdefault(word, _letter(len(letters))) for word in WORDS_AND_BLANKS.findall(text)
    )


def _letter(number: int) -> str:
    return chr(number if number < SURROGATES.start else number + len(SURROGATES))
