"""What axe does not look for and a person meets: how a page bends, and what its parts are called.

`faults_drawn` measures a page in a browser; `faults_written` reads its HTML.
"""

import re
from collections import Counter, defaultdict
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Page

ON_A_PHONE = {"width": 390, "height": 700}
NARROWEST = {"width": 320, "height": 640}
SPACED = """() => {  // as WCAG 1.4.12 has it
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: .12em !important }
    * { word-spacing: .16em !important }
    p { margin-bottom: 2em !important }
  `);
  document.adoptedStyleSheets = [sheet];
}"""
AS_IT_WAS = "() => { document.adoptedStyleSheets = []; }"
BENDS = """() => {
  const wide = document.documentElement.scrollWidth;
  if (wide <= innerWidth) return [];
  const out = [...document.querySelectorAll("body *")].filter(
    (it) => it.getBoundingClientRect().right > innerWidth + 1 && !it.closest(".scroll, svg")
  );
  return [`${wide} px wide: ${out.slice(-2).map((it) => it.outerHTML.slice(0, 90)).join(" | ")}`];
}"""
OUT_OF_SIGHT = """() =>
  [...document.querySelectorAll(".top-who > span, .steps li > span, .tabs a, .top nav a")]
    .filter((it) => {
      const { left, right, height } = it.getBoundingClientRect();
      return !height || left < 0 || right > innerWidth;
    })
    .map((it) => `out of sight: ${it.textContent.trim().slice(0, 40)}`)
"""
UNDER_A_BAR = """() => {
  const bars = [...document.querySelectorAll("form > .savebar")];
  const stops = document.querySelectorAll("main :is(a[href], button, input, select, textarea)");
  const covered = [];
  for (const it of bars.length ? stops : []) {
    if (it.closest(".savebar")) continue;
    it.focus();
    const { top, bottom, height } = it.getBoundingClientRect();
    if (document.activeElement !== it) continue;
    for (const bar of bars) {
      const over = bar.getBoundingClientRect();
      const seen = Math.min(bottom, over.top) - top;
      if (top < over.bottom && seen < Math.min(height, 43))  // of a long text its end may be
        covered.push(`under the bar: ${it.outerHTML.slice(0, 80)}`);
    }
  }
  document.activeElement?.blur();
  scrollTo(0, 0);
  return covered;
}"""
SMALL = """() => {
  const targets = document.querySelectorAll(
    "main :is(a[href], button, input:not([type=hidden]), select, textarea), .top :is(nav a, button)"
  );
  const letters = (it) => it.textContent.replace(/\\s/g, "").length;
  const isInSentence = (it) =>
    getComputedStyle(it).display === "inline" && letters(it.parentElement) > letters(it);
  return [...targets]
    .filter((it) => it.checkVisibility() && it.tabIndex >= 0 && !isInSentence(it))
    .map((it) => [it, (it.closest(".form-check") ?? it).getBoundingClientRect().height])
    .filter(([, height]) => height < 43.5)
    .map(([it, height]) => `${height.toFixed(0)} px high: ${it.outerHTML.slice(0, 90)}`);
}"""
ROOMY = {"width": 1440, "height": 900}
STOPS = """async () => {  // a stop of the Tab key that does nothing, and words that no key reaches
  await new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)));
  const acts = "a[href], button, input, select, textarea, summary";
  const wide = (it) => it.scrollWidth > it.clientWidth;
  const flows = (it) => getComputedStyle(it).overflowX;
  const faults = [];
  for (const it of document.querySelectorAll("[tabindex='0']"))
    if (!it.matches(acts) && !wide(it)) faults.push(`stays still: ${it.outerHTML.slice(0, 80)}`);
  for (const it of document.querySelectorAll("main :not(caption, .visually-hidden)")) {
    if (it.matches(acts) || !wide(it) || !it.clientWidth || !it.checkVisibility()) continue;
    if (["auto", "scroll"].includes(flows(it)) && it.tabIndex < 0)
      faults.push(`scrolls by no key: ${it.outerHTML.slice(0, 80)}`);
    if (["hidden", "clip"].includes(flows(it))) faults.push(`cut: ${it.outerHTML.slice(0, 80)}`);
  }
  return faults;
}"""
SKIPS = """(most) => {  // each leads to what takes the focus; one leads near the first field
  const faults = [];
  const places = [];
  for (const skip of document.querySelectorAll(".skip")) {
    const place = document.getElementById(skip.hash.slice(1));
    place?.focus();
    if (!place || document.activeElement !== place) faults.push(`leads nowhere: ${skip.hash}`);
    else places.push(place);
  }
  document.activeElement?.blur();
  const follows = (it, place) => place.compareDocumentPosition(it) & 4;
  const field = document.querySelector(
    "main form :is(input:not([type=hidden], [disabled]), select, textarea)"
  );
  const stops = [...document.querySelectorAll("main :is(a[href], button, summary)")].filter(
    (it) => it.checkVisibility() && it.tabIndex >= 0 && !it.disabled && field && follows(field, it)
  );
  const near = places.map((place) =>
    field && follows(field, place) ? stops.filter((it) => follows(it, place)).length : Infinity
  );
  if (field && Math.min(...near) > most)
    faults.push(`${Math.min(...near)} stops before the first field: ${field.name}`);
  return faults;
}"""
MOST_STOPS = 8  # from a skip to the first field: the tabs of a list stand before its search
ALIKE_IN_FORCED_COLORS = """() => {
  const faults = [];
  for (const box of document.querySelectorAll(".form-check-input:checked"))
    if (getComputedStyle(box).appearance === "none") faults.push(`no tick: ${box.id}`);
  const probe = document.body.appendChild(document.createElement("i"));
  probe.style.color = "Canvas";
  const ground = getComputedStyle(probe).color;
  probe.remove();
  const drawn = (it) => {  // no border is transparent here
    const { borderBottomColor, borderLeftColor, borderBottomWidth, borderLeftWidth } =
      getComputedStyle(it);
    const isSeen = (color, width) => parseFloat(width) > 1 && color !== ground;
    return [isSeen(borderBottomColor, borderBottomWidth), isSeen(borderLeftColor, borderLeftWidth)];
  };
  for (const here of document.querySelectorAll(":is(.tabs, .top nav, .secnav) a[aria-current]")) {
    const others = [...here.closest("ul, nav").querySelectorAll("a:not([aria-current])")];
    if (others[0] && `${drawn(others[0])}` === `${drawn(here)}`)
      faults.push(`looks current: ${others[0].textContent}`);
  }
  return faults;
}"""


def faults_drawn(page: Page) -> list[tuple[str, str]]:
    """By keyboard, under a thumb, at 320 px, there with spaced text, and in forced colors."""
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(ROOMY)
    faults = page.evaluate(STOPS) + page.evaluate(SKIPS, MOST_STOPS)
    faults += [fault for _, fault in faults_on_a_phone(page)] + page.evaluate(STOPS)
    page.evaluate(SPACED)
    faults += page.evaluate(BENDS) + page.evaluate(OUT_OF_SIGHT)
    page.evaluate(AS_IT_WAS)
    for palette in ("light", "dark"):
        page.emulate_media(forced_colors="active", color_scheme=palette)
        faults += page.evaluate(ALIKE_IN_FORCED_COLORS)
    page.emulate_media(forced_colors="none", color_scheme="light")
    return [(page.url, fault) for fault in faults]


def faults_on_a_phone(page: Page) -> list[tuple[str, str]]:
    page.set_viewport_size(ON_A_PHONE)
    faults = page.evaluate(SMALL) + page.evaluate(UNDER_A_BAR)
    page.set_viewport_size(NARROWEST)
    faults += page.evaluate(BENDS) + page.evaluate(UNDER_A_BAR)
    return [(page.url, fault) for fault in faults]


class Titles:
    """The title of every page that anybody opened: no two pages share one."""

    def __init__(self) -> None:
        self.seen: dict[str, set[str]] = defaultdict(set)
        self.compared: set[object] = set()  # kinds of page of which two were read

    def add(self, found: BeautifulSoup, url: str) -> None:
        assert found.title is not None
        title = words(found.title)
        self.seen[re.sub(r"\W+", " ", title).lower()].add(urlsplit(url).path)

    def shared(self) -> list[tuple[str, list[str]]]:
        return [
            (title, sorted(urls))
            for title, urls in self.seen.items()
            if len(urls - {"/home/"}) > 1  # which is the overview of one's plan
        ]


def faults_written(found: BeautifulSoup, url: str) -> list[tuple[str, ...]]:
    """Names that a reader by ear goes by: of tables, columns, links and long texts."""
    return [
        (url, *fault)
        for fault in (
            *_of_title(found),
            *_of_tables(found),
            *_of_links(found, url),
            *_of_labels(found),
        )
    ]


def _of_title(found: BeautifulSoup) -> list[tuple[str, ...]]:
    """The title names what the heading names, in words of one of them: the same act or thing."""
    assert found.title is not None
    title, headings = words(found.title).lower(), [words(h1).lower() for h1 in found.select("h1")]
    if len(headings) != 1:
        return [("not one h1", *headings)]
    title = re.sub("^([0-9]+ fields? )?to fix: ", "", title)
    begins = [re.split(" · |: |, ", each)[0] for each in (title, headings[0])]
    if begins[0] in headings[0] or begins[1] in title:
        return []
    return [("title and heading differ", title, headings[0])]


def _of_tables(found: BeautifulSoup) -> list[tuple[str, ...]]:
    tables = found.select("main table")
    unnamed = [("no caption", words(table)[:60]) for table in tables if not table.caption]
    columns = [Counter(map(words, table.select("thead th"))) for table in tables]
    alike = [("two columns", name) for each in columns for name, n in each.items() if n > 1]
    return unnamed + alike


def _of_links(found: BeautifulSoup, url: str) -> list[tuple[str, ...]]:
    """A name leads to one place: in a list of what is missing, each line to its own field."""
    leads_to: dict[str, set[str]] = defaultdict(set)
    for link in found.select("main a[href]"):
        leads_to[words(link)].add(urljoin(url, str(link["href"])))
    return [("links alike", name) for name, places in leads_to.items() if len(places) > 1]


def _of_labels(found: BeautifulSoup) -> list[tuple[str, ...]]:
    """What a district wrote at length in its plan stands under a heading."""
    before = [text.find_previous_sibling() for text in found.select(".panel .body div.words")]
    return [
        ("a label that is no heading", words(label)[:60])
        for label in before
        if isinstance(label, Tag) and label.name == "p" and "cite" not in (label.get("class") or [])
    ]


def words(tag: Tag) -> str:
    return " ".join(tag.get_text().split())
