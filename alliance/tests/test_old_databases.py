"""A database of an earlier version of the product comes forward whole.

`stored/demo-2026-11.backup` is a backup of the demo as it was in November 2026, before events had
digests and letters had columns. Beside it stand the hash of every version it holds and digests of
the words of every section, as the code of that day showed them.
"""

import hashlib
import html
import json
import re

import pytest

from alliance.tests.backups import OURS, STORED, connected_to, create, drop, run
from alliance.tests.test_letters_of_acts import SPEAKS_OF, TELLS_OF
from notices.models import Notice
from notices.pages import Page, path_of
from plans.documents import fingerprint
from plans.models import PlanLetter, PlanVersion
from plans.reading.rendered import version_sections

WORDS_SINCE = {  # what a section says now: what it said then
    "cover": {
        "Contact for this plan": "Contact",
        "Work email": "Email",
    },
    "needs": {
        "Indicators this rests on": "Indicators cited",
        "Why it is so": "Root causes",
    },
    "look-back": {"What you change because of it": "What was learned"},
    "objectives": {
        "What exactly is measured": "Target",
        "Student group": "Students",
        "To be reached by": "Due",
    },
    "strategies": {
        "Statutory focus areas": "Focus areas",
        "Starts, ends": "Runs",
        "Strategies Budgeted": "Strategies Budgeted, all sources",
        "Targets this strategy serves": "Targets served",
    },
    "budget": {
        "Budget narrative": "Budget in words",
        "Was paid from local funds before": "Previously locally funded",
    },
    "engagement": {
        "Who was asked": "Who",
        "What they said and what it changed": "What they said, and what it changed",
    },
    "sustainability": {
        "How the work goes on when this money ends": "What goes on when the money ends",
        "How these funds add to local funds and do not replace them": (
            "How the money adds to local money, and replaces none"
        ),
    },
    "attachments": {"What it is": "Attachment"},
    "assurances": {
        "Is your educator evaluation plan approved by the Department?": (
            "Educator evaluation plan approved by the Department"
        ),
        "The board of education assures that": "Assurance",
    },
}

APART = re.compile(r"(?:\$([\d,]+) )?\$([\d,]+) other funds \(shown only\)")


@pytest.fixture(scope="module")
def forward(django_db_blocker):
    """The old database, restored and migrated to what the code is now."""
    create(OURS)
    with django_db_blocker.unblock(), connected_to(OURS):
        yield run("restore", STORED / "demo-2026-11.backup")
    drop(OURS)


@pytest.fixture(scope="module")
def as_it_was(forward):
    return json.loads((STORED / "demo-2026-11.json").read_text())["versions"]


@pytest.fixture(scope="module")
def versions(forward):
    return {
        f"{version.plan.district.slug}/{version.plan.cycle_id}/{version.number}": version
        for version in PlanVersion.objects.select_related("plan__district")
    }


def words_of(section):
    named = re.sub(r"<caption>.*?</caption>", "", str(section.body))  # a label before
    named = re.sub(
        r'<span class="cite d-block">Served by.*?</span>', "", named, flags=re.DOTALL
    )  # new
    named = re.sub(r"(<th scope=\"row\">\s*[\d.]+) ·", r"\1", named)  # set apart from its words now
    named = re.sub(r"(#target-[\d.]+\">[\d.]+</a>):", r"\1", named)  # and here
    text = html.unescape(re.sub(r"<[^>]+>", " ", named))
    said = APART.sub(_in_one_sum, " ".join(text.split()))
    for now, then in WORDS_SINCE.get(section.key, {}).items():
        said = said.replace(now, then)
    return said


def _in_one_sum(found):
    """Other funds stood in one sum with the allocation."""
    return f"${sum(int(each.replace(',', '')) for each in found.groups('0')):,}"


def digest(words):
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def test_every_stored_version_comes_with_its_hash(versions, as_it_was):
    assert len(as_it_was) == 46
    assert {key: one.sha256 for key, one in versions.items()} == {
        key: one["sha256"] for key, one in as_it_was.items()
    }
    for key, version in versions.items():
        assert fingerprint(version.document) == version.sha256, key


def test_every_stored_version_shows_the_same_words(versions, as_it_was):
    for key, version in versions.items():
        now = {section.key.value: words_of(section) for section in version_sections(version)}
        then = as_it_was[key]["words"]
        assert now.keys() == then.keys(), key
        for section, words in now.items():
            assert digest(words) == then[section], f"{key}, {section}: {words}"


@pytest.mark.usefixtures("forward")
def test_every_letter_says_in_columns_what_it_is_about_and_points_to_its_cause():
    letters = Notice.objects.all()
    assert letters.count() > 500
    assert not letters.filter(about_noun="").exists()
    assert not letters.filter(page="").exclude(kind="set_password").exists()
    for letter in letters.exclude(page=""):  # its link is as it was, and leads there still
        assert f"{path_of(Page(letter.page, tuple(letter.page_args)))}\n" in letter.body, letter
    tells_of_an_act = letters.filter(kind__in={*TELLS_OF, *SPEAKS_OF})
    assert set(PlanLetter.objects.values_list("notice", flat=True)) == set(
        tells_of_an_act.values_list("pk", flat=True)
    )


def test_a_word_that_is_lost_is_noticed(versions, as_it_was):
    section = version_sections(versions["norwich/2027/1"])[0]
    said = words_of(section)
    assert len(said) > 100
    assert digest(said.replace("Norwich", "", 1)) != as_it_was["norwich/2027/1"]["words"]["cover"]
