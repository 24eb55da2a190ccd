"""A decision letter as a page shows it: in paragraphs, with what is missing marked."""

from reviews.services.letter_words import MISSING


def paragraphs_of(letter: str) -> list[list[str]]:
    """Each paragraph in pieces; between two pieces something is still missing."""
    return [paragraph.split(MISSING) for paragraph in letter.strip().split("\n\n") if paragraph]
