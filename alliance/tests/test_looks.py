"""A fault of each kind, made on purpose, is found; the page without them has none."""

import pytest
from bs4 import BeautifulSoup

from alliance.tests.looks import Titles, faults_drawn, faults_written

TITLE, HEADING = "Write the plan: Derby · Alliance", "<h1>Write the plan</h1>"
SOUND = f"""<!doctype html><html lang="en"><head><title>{TITLE}</title><style>
  body {{ margin: 0 }}
  a, button, input, label {{ display: inline-block; min-height: 44px; min-width: 44px }}
  .skip {{ position: absolute; left: -99rem }}
  .savebar {{ position: sticky; bottom: 0; height: 100px; background: Canvas }}
  .tall {{ height: 900px }}
  .tabs a {{ border-bottom: 3px solid transparent }}
  .tabs a[aria-current] {{ border-bottom-color: blue }}
  .form-check-input {{ appearance: none }}
  @media (forced-colors: active) {{
    .form-check-input {{ appearance: auto }}
    .tabs a {{ border-color: Canvas }}
    .tabs a[aria-current] {{ border-color: Highlight }}
  }}
</style></head><body>
<a class="skip" href="#main">Skip to the page</a>
<main id="main" tabindex="-1">
  {HEADING}
  <ul class="tabs">
    <li><a href="/a" aria-current="page">One</a></li><li><a href="/b">Two</a></li>
  </ul>
  <p>See <a href="/c" style="display: inline">the law</a> for what it asks of a district.</p>
  <table><caption>Lines</caption><thead><tr><th>Baseline</th><th>Target</th></tr></thead></table>
  <ul class="rules">
    <li><a href="/x">Line 1: Amount</a></li><li><a href="/y">Line 2: Amount</a></li>
  </ul>
  <div class="panel">
    <div class="body"><h3>Needs</h3><div class="words">Every child.</div></div>
  </div>
  <form>
    <label class="form-check"><input class="form-check-input" type="checkbox" checked>Yes</label>
    <div class="tall"></div><input aria-label="Amount"><div class="tall"></div>
    <div class="savebar"><button>Save</button></div>
  </form>
</main></body></html>"""
PANEL = '<div class="panel">'
WIDE = '<p style="width: 2000px"></p>'
SMALL = '<button style="min-height: 0; height: 20px; padding: 0">'
ONE_LINE = (
    '<p style="font: 16px/1 monospace; white-space: nowrap">of thirty-two letters, in a line</p>'
)
FAR = '<a href="/b" style="position: fixed; left: 400px">'
MANY = "".join(f'<a href="/{n}">{n}</a>' for n in range(10))

DRAWN = [  # what is put in the place of what, and how the fault begins
    (HEADING, '<h1 style="width: 340px">Write</h1>', "340 px wide"),
    (HEADING, ONE_LINE, "3"),  # narrower than 320 px until its letters are spaced
    ("<button>", SMALL, "20 px high"),
    ("height: 100px", "height: 70vh", "under the bar"),
    ('<a href="/b">', FAR, "out of sight"),
    (PANEL, '<div tabindex="0">', "stays still"),
    (PANEL, f'<div style="overflow-x: auto">{WIDE}', "scrolls by no key"),
    (PANEL, f'<div style="overflow: hidden">{WIDE}', "cut"),
    ('href="#main"', 'href="#work"', "leads nowhere"),
    (HEADING, MANY, "15 stops before"),
    ("appearance: auto", "color: CanvasText", "no tick"),
    (".tabs a { border-color: Canvas }", "", "looks current"),
]
WRITTEN = [
    (HEADING, "<h1>Add a file</h1>", "title and heading"),
    (HEADING, "", "not one h1"),
    ("<caption>Lines</caption>", "", "no caption"),
    ("<th>Baseline</th>", "<th>Target</th>", "two columns"),
    ("Line 2: Amount", "Line 1: Amount", "links alike"),
    ("<h3>Needs</h3>", "<p>Needs</p>", "a label"),
]


@pytest.mark.browser
def test_each_fault_that_is_drawn_is_found(chromium):
    page = chromium.new_page()
    page.set_content(SOUND)
    assert faults_drawn(page) == []

    for part, broken, begins in DRAWN:
        assert part in SOUND
        page.set_content(SOUND.replace(part, broken))
        found = [fault for _, fault in faults_drawn(page)]
        assert [fault for fault in found if fault.startswith(begins)], (broken, found)


@pytest.mark.parametrize(("part", "broken", "begins"), WRITTEN)
def test_each_fault_that_is_written_is_found(part, broken, begins):
    sound, not_sound = (
        BeautifulSoup(text, "html.parser") for text in (SOUND, SOUND.replace(part, broken))
    )

    assert faults_written(sound, "/") == []
    assert [fault for _, fault, *_ in faults_written(not_sound, "/") if fault.startswith(begins)]


def test_two_pages_of_one_title_are_found():
    titles, found = Titles(), BeautifulSoup(SOUND, "html.parser")

    for url in ("/plans/derby/1/", "/plans/derby/1/?section=cover", "/home/"):
        titles.add(found, url)
    assert titles.shared() == []

    titles.add(found, "/plans/derby/2/")
    assert titles.shared() == [
        ("write the plan derby alliance", ["/home/", "/plans/derby/1/", "/plans/derby/2/"])
    ]
