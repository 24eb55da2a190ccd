"""R16: whatever is written like a student's number, in whatever field of the plan."""

import pytest

from plans.documents.kinds import IN_DOCUMENT, KINDS
from plans.rules import Severity
from plans.rules.identifying import NOT_ASKED, WORDS
from plans.tests.documents import change, check, complete_document
from plans.tests.test_rules_asked import AT

WRITTEN = [
    (kind.key, field)
    for kind in IN_DOCUMENT.values()
    for field in kind.written
    if field.control in WORDS and field.part_name not in NOT_ASKED and kind.key != "attachment"
]


def found_in(words):
    document = change(complete_document(), "needs", narrative=words)
    return [each.sentence for each in check(document) if each.rule == "R16"]


@pytest.mark.parametrize(("kind", "field"), WRITTEN, ids=[f"{k}-{f.name}" for k, f in WRITTEN])
def test_a_students_number_in_any_field_is_warned_of_and_led_to(kind, field):
    path = AT.get(kind, (KINDS[kind].within,))
    written = {field.part_name: "As with student 1234567890."}

    warned = [
        each for each in check(change(complete_document(), *path, **written)) if each.rule == "R16"
    ]

    assert [(each.field, each.severity) for each in warned] == [(field.name, Severity.WARN)]
    assert "ending in 7890" in warned[0].sentence
    assert "1234567890" not in warned[0].sentence


@pytest.mark.parametrize(
    "words",
    [
        "1234567890",
        "Student 1234567890.",
        "(1234567890)",
        "IDs: 1234567890, 1234567891",
        "SSN 123-45-6789",
        "one\n123-45-6789\ntwo",
    ],
)
def test_what_is_written_like_a_students_number_is_found(words):
    assert len(found_in(words)) == 1


@pytest.mark.parametrize(
    "words",
    [
        "46.1 percent of 1,204 students",
        "$1,234,567,890",
        "$1234567890",
        "1234567890.50",
        "860-555-0123",
        "(860) 555-0123",
        "2026-27 and 06-10-2026",
        "grant 20263-12345-6789",
        "12345678901",
        "123456789",
        "https://portal.ct.gov/1234567890",
        "A1234567890",
    ],
)
def test_amounts_telephones_dates_and_addresses_are_no_students_number(words):
    assert found_in(words) == []


def test_a_telephone_of_ten_digits_is_a_telephone():
    document = change(complete_document(), "cover", contact_phone="8605550123")

    assert [each for each in check(document) if each.rule == "R16"] == []
