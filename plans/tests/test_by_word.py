"""Two texts beside each other, word by word."""

from hypothesis import given
from hypothesis import strategies as st

from plans.documents.by_word import In, Piece, by_word

TEXTS = st.lists(st.sampled_from(["every", "child", "reads", " ", "\n\n", "— ", "é", "😀"])).map(
    "".join
)


def spelled(pieces, left_out):
    return "".join(piece.words for piece in pieces if piece.of != left_out)


def test_what_both_say_is_told_from_what_one_says():
    assert by_word("Every child reads.", "Every child counts.") == [
        Piece("Every child ", In.BOTH),
        Piece("reads.", In.BEFORE),
        Piece("counts.", In.AFTER),
    ]


@given(st.one_of(TEXTS, st.text()), st.one_of(TEXTS, st.text()))
def test_the_pieces_spell_both_texts(before, after):
    pieces = by_word(before, after)

    assert (spelled(pieces, In.AFTER), spelled(pieces, In.BEFORE)) == (before, after)


def test_more_words_than_there_are_letters_before_the_surrogates():
    before = " ".join(str(number) for number in range(0xE100))
    after = before.replace("57000", "other")

    pieces = by_word(before, after)

    assert (spelled(pieces, In.AFTER), spelled(pieces, In.BEFORE)) == (before, after)
    assert [piece.words for piece in pieces if piece.of != In.BOTH] == ["57000", "other"]
