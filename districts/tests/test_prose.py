"""Lines of words on a page keep their line ends, and pasted tables their columns."""

import pytest
from bs4 import BeautifulSoup
from django.template import Context, Template

TABLE = "Grade\tReading\tMath\r\n3\t46.1\t<5\r\n4\t51.0\t49.2"


def drawn(text, name="linebreaks"):
    return Template(f"{{{{ text|{name} }}}}").render(Context({"text": text}))


def rows(html):
    soup = BeautifulSoup(html, "html.parser")
    return [
        [cell.text for cell in row.find_all("span", recursive=False)]
        for row in soup.select(".pasted > span")
    ]


@pytest.mark.parametrize("name", ["linebreaks", "linebreaksbr"])
@pytest.mark.parametrize("apart", ["\t", "    "])
def test_a_table_that_was_pasted_keeps_its_columns(name, apart):
    html = drawn(f"As read:\n{TABLE}\nSo we act.".replace("\t", apart), name)

    assert rows(html) == [["Grade", "Reading", "Math"], ["3", "46.1", "<5"], ["4", "51.0", "49.2"]]
    assert "&lt;5" in html
    assert html.index("As read:") < html.index("Grade") < html.index("So we act.")


def test_an_empty_cell_keeps_its_place():
    assert rows(drawn("a\t\tc\n\tb\t")) == [["a", "", "c"], ["", "b", ""]]


def test_what_is_copied_from_the_page_has_its_tabs():
    assert "<span>a</span>&#9;<span>b</span>" in drawn("a\tb")


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("one\ntwo\r\n\r\nthree", "<p>one<br>two</p><p>three</p>"),
        ("2 < 3 & so on", "<p>2 &lt; 3 &amp; so on</p>"),
        ("two  blanks are no column", "<p>two  blanks are no column</p>"),
    ],
)
def test_all_else_is_lines_and_paragraphs(typed, html):
    assert drawn(typed) == html
