"""What the product says of the law: read where it is cited, said once, and of a known edition.

The sections that have been read, in the edition through 2024, are listed here; a citation of
another section of title 10 fails until somebody has read it.
"""

import re
from pathlib import Path

import pytest
from django.conf import settings

from plans.models import Assurance, Certainty, Cycle, FocusArea
from plans.rules import RULES
from reviews.models.default_letters import DEFAULT_LETTERS

ROOT = Path(settings.BASE_DIR)
READ = {
    *("10-262u", "10-262v", "10-262w", "10-262x", "10-262i", "10-262j", "10-145o", "10-156gg"),
    *("10-14u", "10-14y", "10-223l", "10-223m", "10-227", "10-266r"),
}
NAMED_IN_THEM = {"10-17f", "10-262h", "10-264l", "10-264o", "10-263", "10-266q"}
SUBSECTIONS = set("abcdefgh")  # of § 10-262u
SOURCES = [
    path
    for pattern in ("*/**/*.py", "templates/**/*.html", "templates/**/*.txt", "docs/*.md")
    for path in ROOT.glob(pattern)
    if not {".venv", "tests", "migrations"} & set(path.parts)
]
EMAILS = sorted((ROOT / "templates/emails").glob("*.txt"))
LETTERS = [*EMAILS, ROOT / "reviews/models/default_letters.py"]


def found(pattern, paths):
    return {
        f"{path.relative_to(ROOT)}: {match}"
        for path in paths
        for match in re.findall(pattern, path.read_text())
    }


def test_every_section_of_title_10_that_is_cited_has_been_read():
    cited = {each.split(": ")[1] for each in found(r"\b10-\d+[a-z]*", SOURCES)}

    assert {"10-262u", "10-262x"} <= cited
    assert cited <= READ | NAMED_IN_THEM


def test_every_subsection_that_is_cited_is_there():
    subsections = found(r"10-262u\(([a-z])\)", SOURCES)

    assert {each.split(": ")[1] for each in subsections} <= SUBSECTIONS


def test_nothing_that_has_been_read_is_called_unconfirmed():
    said = found(r"(?:10-262\w|10-14\w|10-156gg|10-145o)[^.\n]{0,60}to be confirmed", SOURCES)
    assert said == set()
    assert [rule.number for rule in RULES if rule.certainty == Certainty.LAW_UNCONFIRMED] == []


@pytest.mark.django_db
def test_no_row_of_the_vocabulary_is_called_unconfirmed():
    assert Cycle.objects.exists()
    for model in (FocusArea, Assurance):
        assert not model.objects.filter(certainty=Certainty.LAW_UNCONFIRMED).exists()


def test_letters_say_what_may_be_spent_and_never_who_is_paid():
    """How the Department pays in practice is not confirmed; § 10-262u(c)(2) says the town."""
    words = r"(?i)\b(?:pays?|paid|award\w*|che(?:ck|que)|the town|payee)\b"

    assert found(words, LETTERS) == set()


INCLUDE = '{% include "emails/_words_of_statute.txt" %}'


def test_a_letter_names_the_words_of_the_statute_once():
    told = {path.name: path.read_text().count(INCLUDE) for path in LETTERS}

    assert {name for name, times in told.items() if times} == {
        "plan_receipt.txt",
        "plan_reminder.txt",
    }
    assert max(told.values()) == 1
    named = {kind for kind, text in DEFAULT_LETTERS.items() if "{words_of_statute}" in text}
    assert named == {"approval", "conditional", "return", "withholding"}
    assert all(DEFAULT_LETTERS[kind].count("{words_of_statute}") == 1 for kind in named)
    words = (ROOT / "templates/emails/_words_of_statute.txt").read_text()
    assert "improvement plan" in words
    assert "application" in words
    assert "2024 edition" in words


@pytest.mark.django_db
def test_the_public_page_names_them_once_with_the_edition(client):
    text = " ".join(re.sub(r"<[^>]+>", "", client.get("/").text).split())

    assert text.count("improvement plan") == 1
    assert text.count("it is the application (Conn. Gen. Stat. § 10-262u, 2024 edition)") == 1
    assert "Statutes are cited as of the 2024 edition." in text
