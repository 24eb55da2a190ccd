"""Money and fiscal years as people write and paste them."""

import pytest
from django import forms

from districts.forms.fields import FiscalYearField, WholeDollarsField


@pytest.mark.parametrize(
    ("typed", "dollars"),
    [
        ("1204000", 1_204_000),
        ("1,204,000", 1_204_000),
        ("$1204000", 1_204_000),
        (" $1,204,000 ", 1_204_000),
        ("$ 1,204,000", 1_204_000),
        ("1 204 000", 1_204_000),
        ("1\u00a0204\u00a0000", 1_204_000),
        ("\t1,204,000\r\n", 1_204_000),
        ("1,204,000.00", 1_204_000),
        ("1204000.", 1_204_000),
        ("0", 0),
        ("$0", 0),
        ("-0", 0),
        ("007", 7),
        ("999,999,999", 999_999_999),
        (1_204_000, 1_204_000),
    ],
)
def test_money_is_read_as_people_write_it(typed, dollars):
    assert WholeDollarsField().clean(typed) == dollars


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("12.50", "“12.50” has cents. Write whole dollars, such as 12."),
        ("1,204,000.01", "“1,204,000.01” has cents. Write whole dollars, such as 1,204,000."),
        ("-5", "“-5” is below zero. Write $0 or more."),
        ("−5", "“−5” is below zero. Write $0 or more."),
        ("5-", "“5-” is below zero. Write $0 or more."),
        ("(1,204)", "“(1,204)” is below zero. Write $0 or more."),
        ("-$5", "“-$5” is below zero. Write $0 or more."),
        (
            "about ten",
            "“about ten” is not an amount. Write whole dollars, such as 1,204,000.",
        ),
        ("1,20,4", "“1,20,4” is not an amount. Write whole dollars, such as 1,204,000."),
        (
            "1.204.000",
            "“1.204.000” can be read in two ways. Write whole dollars with commas, such as"
            " 1,204,000 if that is meant.",
        ),
        ("1e6", "“1e6” is not an amount. Write whole dollars, such as 1,204,000."),
        ("١٢", "“١٢” is not an amount. Write whole dollars, such as 1,204,000."),
        ("$", "“$” is not an amount. Write whole dollars, such as 1,204,000."),
        (
            "1,000,000,000",
            "“1,000,000,000” is a billion dollars or more. Count its digits again.",
        ),
        (
            "9" * 5000,
            f"“{'9' * 5000}” is a billion dollars or more. Count its digits again.",
        ),
        ("", "This is empty. Fill it in."),
        (" \t ", "This is empty. Fill it in."),
    ],
)
def test_what_is_no_whole_amount_is_refused_in_a_sentence(typed, sentence):
    with pytest.raises(forms.ValidationError) as refused:
        WholeDollarsField().clean(typed)

    assert refused.value.messages == [sentence]


def test_money_may_be_left_out_where_it_is_not_required():
    assert WholeDollarsField(required=False).clean(" ") is None


def test_money_is_shown_with_its_thousands_parted_and_typed_text_as_it_was():
    field = WholeDollarsField()

    assert [field.prepare_value(value) for value in (1_204_000, 0, "12.5", None)] == [
        "1,204,000",
        "0",
        "12.5",
        None,
    ]


@pytest.mark.parametrize("typed", ["2027", "FY2027", "fy 2027", " 2027 "])
def test_a_fiscal_year_is_read_with_and_without_its_letters(typed):
    assert FiscalYearField().clean(typed) == 2027


@pytest.mark.parametrize("typed", ["27", "2012", "2100", "2026-27", "soon"])
def test_what_is_no_fiscal_year_is_refused(typed):
    with pytest.raises(forms.ValidationError, match=f"“{typed}” is not a fiscal year"):
        FiscalYearField().clean(typed)
