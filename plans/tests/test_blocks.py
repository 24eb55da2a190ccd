"""What the page of a plan shows becomes blocks of paper: every word of it, in the same order."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.template.loader import render_to_string

from plans.reading.blocks import blocks_of
from plans.reading.document import document_sections, reading_context
from plans.tests.documents import change, complete_document, empty_document
from plans.tests.test_read_words import every_part

KNOWN = {
    *("a", "article", "br", "caption", "dd", "div", "dl", "dt", "h3", "h4", "p", "span", "strong"),
    *("table", "tbody", "td", "tfoot", "th", "thead", "tr"),
}
OF_THE_PAGE_ALONE = {"_contents.html", "_one_sheet.html", "_sections.html"}


def words(text, **look):
    return {"text": text, **look}


def paragraph(*parts):
    return {"kind": "paragraph", "parts": list(parts)}


def texts_of(value):
    """All that is said, in the order in which it is read."""
    if isinstance(value, dict):
        if value.get("kind") == "table":
            value = {name: value[name] for name in ("caption", "head", "groups", "foot")}
        said = [each for name, each in value.items() if name != "link"]
        return [text for each in said for text in texts_of(each)]
    if isinstance(value, list):
        return [text for each in value for text in texts_of(each)]
    return [value] if isinstance(value, str) and value not in KINDS else []


KINDS = {"heading", "paragraph", "facts", "table"}


def without_blanks(text):
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize(
    "document",
    [
        every_part(),
        empty_document(),
        change(complete_document(), "lines", 0, amount=None, as_typed={"amount": "about <9>"}),
    ],
    ids=["whole", "empty", "not read"],
)
def test_paper_says_what_the_page_says(document):
    context = reading_context(document)
    for section in document_sections(document):
        page = render_to_string(section.template, context)
        said = "".join(texts_of(blocks_of(page)))

        assert without_blanks(said) == without_blanks(BeautifulSoup(page, "html.parser").text)


def test_pages_of_a_plan_have_no_element_that_paper_does_not_know():
    folder = Path(settings.BASE_DIR) / "templates/plans/document"
    pages = [path for path in folder.glob("*.html") if path.name not in OF_THE_PAGE_ALONE]
    used = {tag for path in pages for tag in re.findall(r"<([a-z][a-z0-9]*)", path.read_text())}

    assert len(pages) > 12
    assert used - KNOWN == set()


def test_blanks_are_as_a_browser_shows_them():
    html = "<p>\n  One <strong> two</strong>\n three<br>\n four <br></p>\n stray\n words "

    assert blocks_of(html) == [
        paragraph(
            words("One "),
            words("two", strong=True),
            words(" three"),
            {"break": True},
            words("four"),
        ),
        paragraph(words("stray words")),
    ]


def test_a_look_is_that_of_all_it_stands_in():
    html = (
        '<div class="words"><p>Theirs <span class="cite">cited</span></p></div>'
        '<p class="quiet">None yet.</p><p><svg><use></use></svg> <span class="words">x</span></p>'
    )

    assert blocks_of(html) == [
        paragraph(words("Theirs ", words=True), words("cited", words=True, small=True)),
        paragraph(words("None yet.", quiet=True)),
        paragraph(words("x", words=True)),
    ]


def test_only_what_leads_anywhere_from_paper_is_a_link():
    html = '<p><a href="mailto:a@b.org">a@b.org</a> <a href="#x">x</a> <a href="/y">y</a></p>'

    assert blocks_of(html) == [
        paragraph(
            {"text": "a@b.org", "link": "mailto:a@b.org"},
            *(words(each) for each in (" ", "x", " ", "y")),
        )
    ]


def test_a_table_pasted_into_a_text_is_a_line_for_each_of_its_rows():
    html = render_to_string("plans/document/_retired.html", {"rows": [PASTED]})

    assert blocks_of(html)[1]["rows"] == [
        {
            "what": [words("Milestone 1")],
            "body": [
                paragraph(
                    words("Grade | Index", words=True), {"break": True}, words("3 | 46", words=True)
                )
            ],
        }
    ]


PASTED = {"what": "Milestone 1", "reason": "Grade\tIndex\n3\t46"}


def test_facts_and_headings_keep_their_order_and_level():
    html = "<h3>One</h3><dl><dt>What</dt><dd>said</dd><dd>more</dd></dl><h4>Two</h4>"

    assert blocks_of(html) == [
        {"kind": "heading", "level": 2, "parts": [words("One")]},
        {
            "kind": "facts",
            "rows": [
                {"what": [words("What")], "body": [paragraph(words("said"))]},
                {"what": [words("What")], "body": [paragraph(words("more"))]},
            ],
        },
        {"kind": "heading", "level": 3, "parts": [words("Two")]},
    ]


TABLE = """
<table><caption>Lines</caption>
<thead><tr><th class="num">Line</th><th class="w-50">What</th><th>Code</th></tr></thead>
<tbody><tr class="group"><th scope="rowgroup" colspan="2">Strategy 1</th><td>$5</td></tr>
<tr><td class="num">1</td><th scope="row">Tutors<div class="fw-normal">why</div></th><td>—</td></tr>
</tbody>
<tbody><tr><th scope="colgroup" colspan="3">Strategy 2</th></tr></tbody>
<tfoot><tr><th scope="row" colspan="2">Total</th><td class="num">$5</td></tr></tfoot></table>
"""


@pytest.mark.parametrize(("letters", "share"), [(0, 1), (20, 1), (50, 2), (2_000, 3)])
def test_a_column_of_words_is_as_wide_as_what_it_says(letters, share):
    (table,) = blocks_of(TABLE.replace("<td>—</td>", f"<td>{'a ' * (letters // 2)}</td>"))

    assert table["columns"] == [0, 1, share]


@pytest.mark.parametrize(("word", "share"), [("achievement", 1.1), ("a" * 64, 1.4)])
def test_a_column_has_room_for_its_longest_usual_word(word, share):
    (table,) = blocks_of(TABLE.replace("<td>—</td>", f"<td>{word}</td><td></td>"))
    (other,) = blocks_of(TABLE.replace("<td>—</td>", f"<td>{word}</td>"))

    assert table["columns"] == [0, 1, 1]  # a row of more cells than the head has tells nothing
    assert other["columns"][2] >= share


def cell(*body, span=1, number=False):
    return {"span": span, "number": number, "body": list(body)}


def test_a_table_has_its_groups_sums_and_widths():
    (table,) = blocks_of(TABLE)

    assert (table["caption"], table["columns"]) == ("Lines", [0, 1, 1])
    assert table["groups"] == [
        {
            "head": [
                cell(paragraph(words("Strategy 1", strong=True)), span=2),
                cell(paragraph(words("$5"))),
            ],
            "rows": [
                [
                    cell(paragraph(words("1")), number=True),
                    cell(paragraph(words("Tutors", strong=True)), paragraph(words("why"))),
                    cell(paragraph(words("—"))),
                ]
            ],
        },
        {"head": [cell(paragraph(words("Strategy 2", strong=True)), span=3)], "rows": []},
    ]
    assert table["foot"] == [
        [
            cell(paragraph(words("Total", strong=True)), span=2),
            cell(paragraph(words("$5")), number=True),
        ]
    ]
