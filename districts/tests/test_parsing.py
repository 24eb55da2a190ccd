"""What people type and paste, each with its one right reading, or asked about.

`as_typed.csv` is the table, for anybody to read; what shows nothing is written there as \\u200b.
"""

import csv
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from districts import parsing
from districts.parsing import Unreadable


def suppressed(typed):
    """As the others read: what it is not is asked about."""
    if (found := parsing.suppressed(typed)) is None:
        raise Unreadable("invalid")
    return found


READERS = {
    "dollars": parsing.whole_dollars,
    "number": parsing.number,
    "suppressed": suppressed,
    "day": parsing.day,
    "school year": parsing.school_year,
    "fiscal year": parsing.fiscal_year,
    "address": parsing.address,
    "line": parsing.line,
    "text": parsing.text,
}
with Path(__file__).with_name("as_typed.csv").open(newline="") as file:
    TABLE = [tuple(row.values()) for row in csv.DictReader(file)]


def in_full(written):
    return re.sub(
        r"\\(u[0-9a-f]{4}|x[0-9a-f]{2}|[rntf])",
        lambda it: it[0].encode().decode("unicode_escape"),
        written,
    )


@pytest.mark.parametrize(("what", "typed", "reads"), TABLE)
def test_what_is_typed_has_one_reading_or_is_asked_about(what, typed, reads):
    read = READERS[what]
    if reads == "ask":
        with pytest.raises(Unreadable):
            read(in_full(typed))
    else:
        assert str(read(in_full(typed))) == in_full(reads)


def test_the_table_is_long_enough_to_be_believed():
    assert len(TABLE) >= 120
    assert len({row[:2] for row in TABLE}) == len(TABLE)
    assert {what for what, _, _ in TABLE} == set(READERS)


ANYTHING = st.text(max_size=40) | st.text("0123456789.,'-−+()$% \t\n\u00a0\u200b½²", max_size=14)


@given(what=st.sampled_from(sorted(READERS)), typed=ANYTHING)
def test_any_text_is_read_or_asked_about_and_nothing_else_goes_wrong(what, typed):
    faults = {"invalid", "unclear", "cents", "negative", "too_much", "weekday"}
    try:
        READERS[what](typed)
    except Unreadable as unread:
        faults.remove(unread.fault)


@given(typed=ANYTHING)
def test_a_number_that_is_read_has_all_its_digits_and_its_sign(typed):
    try:
        read = parsing.number(typed)
    except Unreadable:
        return
    digits = "".join(str(unicodedata.decimal(char)) for char in typed if char.isdecimal())
    assert re.sub(r"\D", "", str(read)).strip("0") == digits.strip("0")
    assert (read < 0) == (read != 0 and bool(re.search("[-−‐‑‒–—﹣－(（]", typed)))


@given(typed=ANYTHING | st.text("*<>≤≥Nn5 20%suppressed()", max_size=12))
def test_no_number_is_taken_for_a_suppressed_figure_and_none_for_a_number(typed):
    try:
        parsing.number(typed)
    except Unreadable:
        return
    assert parsing.suppressed(typed) is None


@given(typed=ANYTHING)
def test_reading_what_was_read_changes_nothing(typed):
    for clean in (parsing.text, parsing.line):
        assert clean(clean(typed)) == clean(typed)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_a_number_is_read_as_it_is_written_with_commas(value):
    assert parsing.number(f"{value:,f}") == value


def _read_dollars(typed):
    try:
        return parsing.whole_dollars(typed)
    except Unreadable as unread:
        return unread.fault


@given(st.from_regex(r"[0-9]{1,4}(,[0-9]{2,4}){0,4}", fullmatch=True))
def test_dollars_as_pages_write_them_are_read_as_those_that_people_type(typed):
    assert _read_dollars(typed) == _read_dollars(f" {typed}")  # a blank is what no page writes


@given(st.dates(min_value=parsing.date(1969, 1, 1), max_value=parsing.date(2068, 12, 31)))
def test_a_day_is_read_in_each_of_the_ways_americans_write_it(value):
    for way in (
        "%Y-%m-%d",
        "%m/%d/%Y",
        "%m/%d/%y",
        "%B %-d, %Y",
        "%b %d %Y",
        "%A, %B %-d, %Y",
        "%d-%b-%y",
    ):
        assert parsing.day(value.strftime(way)) == value, way
