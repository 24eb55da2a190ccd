"""A plan as the public reads it."""

from library.documents.suppressing import A_FEW, Figure, group_of, left_out
from library.documents.text import (
    MARKS,
    NOT_PUBLIC,
    SHORTEST,
    Passage,
    Remover,
    passages_of,
    public_document,
    stands_in,
    words_of,
)

__all__ = [
    "A_FEW",
    "MARKS",
    "NOT_PUBLIC",
    "SHORTEST",
    "Figure",
    "Passage",
    "Remover",
    "group_of",
    "left_out",
    "passages_of",
    "public_document",
    "stands_in",
    "words_of",
]
