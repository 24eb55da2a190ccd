"""A plan on paper, by way of a PDF: numbered pages, whole tables, no heading at a page's foot."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from alliance.tests.world import World
from plans.tests.factories import closed_version
from plans.tests.test_summary import many

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
DRAFT = "DRAFT, not handed in"
ON_PAPER = {"width": 672, "height": 900}  # what the margins leave of a letter sheet
CUT_OFF = """() => [...document.querySelectorAll("main *")]
  .filter((it) => it.checkVisibility() && it.getBoundingClientRect().right > innerWidth + 1)
  .map((it) => it.outerHTML.slice(0, 100))"""
HEADINGS = """() => [...document.querySelectorAll("main :is(h2, h3, h4)")]
  .map((it) => it.innerText.trim())"""


def test_a_plan_prints_whole_with_numbered_pages(visit, noon):
    world = World(at=noon)
    world.bring_to("draft")
    page = visit(world.people["coordinator"].email)
    page.goto("/plans/ansonia/2027/read/")
    headings = set(page.evaluate(HEADINGS))
    page.emulate_media(media="print")
    page.set_viewport_size(ON_PAPER)

    assert page.evaluate(CUT_OFF) == []
    sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(sheets) > 2
    for number, sheet in enumerate(sheets, start=1):
        lines = [line.strip() for line in sheet.extract_text().splitlines() if line.strip()]
        numbered = f"Page {number} of {len(sheets)}"
        assert numbered in lines
        assert DRAFT in lines
        assert [line for line in lines if line not in (numbered, DRAFT)][-1] not in headings


def is_wide(sheet):
    return sheet.mediabox.width > sheet.mediabox.height


def test_budget_sheets_are_landscape_and_what_was_handed_in_is_no_draft(visit, noon):
    world = World(at=noon)
    world.bring_to("submitted")
    page = visit(world.people["coordinator"].email)
    page.goto("/plans/ansonia/2027/read/")

    sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    texts = [sheet.extract_text() for sheet in sheets]

    assert not any(DRAFT in text for text in texts)
    wide = [number for number, sheet in enumerate(sheets) if is_wide(sheet)]
    assert [number for number, text in enumerate(texts) if "Lines by strategy" in text] == wide[:1]
    assert wide == list(range(wide[0], wide[-1] + 1))
    assert 0 < len(wide) < len(sheets)


def test_the_longest_plan_has_one_sheet_for_a_board(visit, noon):
    world = World(at=noon)
    world.bring_to("draft")
    document = many(of=40)
    much = 999_999_999
    others = tuple(
        line.model_copy(update={"focus_area": area, "funding_source": source, "amount": much})
        for area in document.focus_areas
        for line in document.lines
        for source in ("allocation", "carry_forward", "other")
    )
    cover = document.cover.model_copy(update={"summary": "A long sentence. " * 200})
    closed_version(world.plan, document.model_copy(update={"lines": others, "cover": cover}))
    page = visit(world.people["board chair"].email)
    page.goto("/plans/ansonia/2027/versions/1/summary/")
    whole = page.pdf(prefer_css_page_size=True)
    page.goto("/plans/ansonia/2027/summary/")
    draft = page.pdf(prefer_css_page_size=True)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 720, "height": 960})

    assert page.evaluate(CUT_OFF) == []
    (sheet,) = PdfReader(BytesIO(whole)).pages
    text = " ".join(sheet.extract_text().split())
    assert "32 more targets in the whole plan" in text
    assert "DRAFT" not in text
    (sheet,) = PdfReader(BytesIO(draft)).pages
    assert DRAFT in sheet.extract_text()
