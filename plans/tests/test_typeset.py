"""A paper as a PDF: tagged, whole, and the same each time, whatever people wrote into it."""

import json

import pytest
import typst
from django.template.loader import render_to_string
from hypothesis import example, given, settings
from hypothesis import strategies as st

from plans.reading.blocks import blocks_of
from plans.reading.document import document_sections, reading_context
from plans.services import typeset as typesetter
from plans.services.typeset import NotTypeset, child, typeset
from plans.tests.documents import empty_document
from plans.tests.tagged import faults_of, reader_of, tables_of, tags_of
from plans.tests.test_read_words import every_part

HOSTILE = (
    "#sys.inputs $ x^2 $ *bold* _it_ [a] {b} \\ \\u{41} // no /* no */ `raw` ~ @ref <label> = no\n"
    '#import "@preview/x:1.0.0": * #read("/etc/passwd") "quoted" \'so\' --- -- ... 1. - + /'
)


def paper(*parts, mark="", wide=False):
    return {
        "title": "Ansonia: FY2027 plan, draft",
        "author": "Ansonia",
        "running": "Ansonia",
        "mark": mark,
        "front": [],
        "sections": [
            {
                "title": "Budget",
                "wide": wide,
                "blocks": [{"kind": "paragraph", "parts": list(parts)}],
            }
        ],
    }


def paper_of(document, **said):
    context = reading_context(document)
    sections = [
        {
            "title": each.title,
            "wide": each.key == "budget",
            "blocks": blocks_of(render_to_string(each.template, context)),
        }
        for each in document_sections(document)
    ]
    return paper(**said) | {"sections": sections}


def set_here(said):
    return child.typeset(json.dumps(said))


def text_of(pdf):
    return "".join("".join(page.extract_text().split()) for page in reader_of(pdf).pages)


@pytest.mark.parametrize("document", [every_part(), empty_document()], ids=["whole", "empty"])
def test_a_plan_is_tagged_as_pdf_ua_asks(document):
    pdf = typeset(json.dumps(paper_of(document)).encode())

    assert faults_of(pdf) == []
    tags = [tag for tag, _ in tags_of(pdf)]
    assert tags.count("/H1") == len(document_sections(document)) + 1  # and the contents
    assert "/Title" in tags or "/P" in tags


def test_each_table_has_a_header_cell_for_each_column_and_each_group():
    tables = list(tables_of(tags_of(set_here(paper_of(every_part())))))

    assert len(tables) > 8
    assert max(inside.count("/TH") for inside in tables) > 8  # the budget: columns and strategies


def test_every_word_of_a_plan_is_in_its_pdf():
    said = paper_of(every_part())
    text = text_of(set_here(said))
    words = [
        *("Reading,attendanceandmentors.", "Grade3readingisbelowtheState."),
        *("Twodistrictpilots.", "44×$500", "Moreeveningtutoring.", "minutes.pdf", "Assurance9."),
    ]

    assert [each for each in words if each not in text] == []


def test_a_draft_says_so_on_every_page_and_a_version_on_none():
    document = every_part()
    draft, version = (
        [page.extract_text() for page in reader_of(set_here(paper_of(document, mark=mark))).pages]
        for mark in ("DRAFT, not handed in", "")
    )

    assert len(draft) == len(version) > 4
    assert all("DRAFT, not handed in" in page for page in draft)
    assert not any("DRAFT" in page for page in version)
    assert all(f"Page {number} of {len(draft)}" in page for number, page in enumerate(draft, 1))


def test_only_the_budget_lies_across():
    pages = reader_of(set_here(paper_of(every_part()))).pages
    wide = [page.mediabox.width > page.mediabox.height for page in pages]

    assert any(
        "Lines by strategy" in page.extract_text()
        for page, is_wide in zip(pages, wide, strict=True)
        if is_wide
    )
    assert 0 < sum(wide) < len(wide)


SHORT = """
<h3>Objective 9</h3><p>The sentence of it.</p>
<table><caption>Objective 9</caption><thead><tr><th scope="col">What</th></tr></thead>
<tbody><tr><td>First row</td></tr><tr><td>Middle row</td></tr><tr><td>Last row</td></tr></tbody>
</table>
<h3>Strategy 9</h3>
<dl><dt>Is it so?</dt><dd>Yes</dd><dt>Owner</dt><dd>The last of the facts</dd></dl>
"""


def test_what_is_short_stays_with_its_heading_wherever_the_page_ends():
    for lines in range(24, 44):
        before = "".join(f"<p>Line {number}</p>" for number in range(lines))
        said = paper() | {
            "sections": [{"title": "A", "wide": False, "blocks": blocks_of(before + SHORT)}]
        }
        pages = [page.extract_text() for page in reader_of(set_here(said)).pages]

        (of_objective,) = [page for page in pages if "The sentence of it." in page]
        (of_strategy,) = [page for page in pages if "Yes" in page]
        assert all(row in of_objective for row in ("First row", "Middle row", "Last row"))
        assert "Objective 9" in of_objective
        assert "Strategy 9" in of_strategy
        assert "The last of the facts" in of_strategy


def test_a_table_does_not_say_again_what_its_heading_says_nor_a_question_end_twice():
    said = paper() | {"sections": [{"title": "A", "wide": False, "blocks": blocks_of(SHORT)}]}

    text = text_of(set_here(said))

    after_contents = text.rpartition("Objective9")[0]
    assert after_contents.count("Objective9") == 1  # in the contents
    assert "Isitso?Yes" in text
    assert "Owner:Thelast" in text


def test_the_same_paper_is_the_same_file():
    said = json.dumps(paper_of(every_part())).encode()

    assert typeset(said) == typeset(said)


def test_nothing_typed_is_read_as_markup():
    pdf = set_here(paper({"text": HOSTILE}, mark=HOSTILE) | {"title": HOSTILE, "running": HOSTILE})

    text = text_of(pdf)
    assert text.count("".join(HOSTILE.split())) >= 1
    assert "root:" not in text


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=400), look=st.sampled_from(["words", "strong", "small", "quiet"]))
@example(text=HOSTILE, look="words")
@example(text="\u202e\u2066 turned \u200f about \u2069 \u202c", look="strong")
@example(text="😀 👩‍👩‍👧‍👦 🇺🇸 ✓ ☐ 中文 עברית العربية \ufeff \ufffe \ue000", look="small")
@example(text="\x00\x07\x1b[31m\r\n\t\v\f\u2028\u0085 e\u0301", look="quiet")
@example(text="a" * 3_000, look="words")
def test_whatever_is_typed_the_pdf_is_made(text, look):
    said = paper({"text": text, look: True}, mark=text) | {"title": f"{text}: plan", "author": text}

    assert set_here(said).startswith(b"%PDF-")


def test_a_hundred_kilobytes_in_one_cell_are_no_trouble():
    line = "a word and 😀, " * 6_500
    cells = [
        {"span": 1, "number": False, "body": [{"kind": "paragraph", "parts": [{"text": line}]}]}
    ]
    table = {
        "kind": "table",
        "caption": "Lines",
        "columns": [1],
        "head": [{"span": 1, "number": False, "body": []}],
        "groups": [{"head": [], "rows": [cells]}],
        "foot": [],
    }
    said = paper()
    said["sections"][0]["blocks"] = [table]

    pages = reader_of(typeset(json.dumps(said).encode())).pages

    assert len(line.encode()) > 100_000
    assert sum(page.extract_text().count("face]") for page in pages) == 6_500


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Łódź, ½ ≥ “x” – — … é", "Łódź, ½ ≥ “x” – — … é"),
        ("e\u0301", "é"),
        ("a\u2003b\u202fc\td", "a b c d"),
        ("co\u2011op", "co-op"),
        ("a\u202eb\u200fc\x07d\ufe0f", "abcd"),
        ("well done 😀!", "well done [grinning face]!"),
        ("中文, x", "[2 characters of another script], x"),
        ("a中", "a[1 character of another script]"),
    ],
)
def test_what_our_type_cannot_show_is_told_in_words(typed, shown):
    assert child.shown(typed, child.letters()) == shown


@pytest.fixture
def program(monkeypatch, tmp_path):
    """Another program in place of ours."""

    def _program(source):
        path = tmp_path / "program.py"
        path.write_text(f"import os, sys, time\n{source}\n")
        monkeypatch.setattr(typesetter, "PROGRAM", path)

    return _program


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("sys.exit(3)", "exit code 3"),
        ("os.kill(os.getpid(), 9)", "exit code -9"),
        ("os.abort()", "exit code -6"),
        ("sys.stdout.write('no PDF')", "exit code 0"),
        ("time.sleep(60)", "no PDF after 1 seconds"),
    ],
)
def test_a_program_that_fails_is_told_from_one_that_works(program, monkeypatch, source, why):
    program(source)
    monkeypatch.setattr(typesetter, "PATIENCE", 1 if "sleep" in source else 60)

    with pytest.raises(NotTypeset, match=why):
        typeset(b"{}")


def test_the_program_knows_no_secret_of_ours(program, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "secret")
    program("sys.exit(' '.join(sorted(os.environ)) or 'nothing')")

    with pytest.raises(NotTypeset, match=r"exit code 1: (LC_CTYPE|nothing)$"):
        typeset(b"{}")


def test_a_refusal_quotes_nobody(monkeypatch):
    monkeypatch.setattr(child, "shown", lambda text, known: text)
    with pytest.raises(typst.TypstError) as refused:
        set_here(paper({"text": "a secret of \u4e2d"}))

    said = child._without_words(str(refused.value))

    assert "PDF/UA-1 error" in said
    assert "\u4e2d" not in said
