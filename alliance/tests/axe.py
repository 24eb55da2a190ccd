"""What axe finds on a page, at both widths and in both themes.

What a page is made of depends on its width, its colors on the theme as well. So axe looks at all of
it twice, wide in the dark and narrow in the light, and in the other two views at its colors alone.
Contrast takes axe longer than all else together, and is the same wherever words are drawn alike: in
one color, size and weight, upon one ground. Of each such look it measures a few in a theme, on the
first few pages that have it, and a view in which every look is known it leaves out.
"""

from collections import Counter

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

NARROW, WIDE = 390, 1440
COLORS = {"runOnly": ["color-contrast", "link-in-text-block"]}
EVERYTHING = {"rules": {"target-size": {"enabled": True}}}  # of 24 px (2.5.8), left out by itself
VIEWS = [  # of a theme the one that tells most goes first; the last is what looks.py begins with
    (WIDE, "dark", EVERYTHING),
    (NARROW, "dark", COLORS),
    (NARROW, "light", EVERYTHING),
    (WIDE, "light", COLORS),
]
OF_A_LOOK = 3  # places on a page, and pages: a first one may lie where axe cannot tell
MEASURES_EACH_LOOK = """;(() => {
  const OF_A_GROUND = ["backgroundColor", "backgroundImage", "opacity", "position", "filter"];
  const DRAWS_NOTHING = "rgba(0, 0, 0, 0),none,1,static,none";
  const OF_WORDS = ["color", "fontSize", "fontWeight", "textDecorationLine", "textShadow"];
  axe.configure({ rules: [{ id: "color-contrast", selector: "[data-look]" }] });
  const brief = (words) => {  // as few digits as tell some thousands of looks apart
    let [one, two] = [0xdeadbeef, 0x41c6ce57];
    for (let at = 0; at < words.length; at++) {
      one = Math.imul(one ^ words.charCodeAt(at), 2654435761);
      two = Math.imul(two ^ words.charCodeAt(at), 1597334677);
    }
    return `${(one >>> 0).toString(36)}${(two >>> 0).toString(36)}`;
  };
  const hasWords = (it) =>
    it.matches("input, select, textarea") ||
    [...it.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
  globalThis.markLooks = (known, most) => {
    const isKnown = new Set(known);
    const grounds = new Map([[null, ""]]);
    const ground = (it) => {
      if (!grounds.has(it)) {
        const style = getComputedStyle(it);
        const own = OF_A_GROUND.map((name) => style[name]).join();
        const below = ground(it.parentElement);
        grounds.set(it, own === DRAWS_NOTHING ? below : brief(`${own};${below}`));
      }
      return grounds.get(it);
    };
    const measured = new Map();
    for (const it of document.body.querySelectorAll("*")) {
      it.removeAttribute("data-look");
      if (!hasWords(it) || !it.checkVisibility({ visibilityProperty: true })) continue;
      const style = getComputedStyle(it);
      const look = brief(`${OF_WORDS.map((name) => style[name]).join()};${ground(it)}`);
      const times = measured.get(look) ?? 0;
      if (isKnown.has(look) || times === most) continue;
      measured.set(look, times + 1);
      it.setAttribute("data-look", "");
    }
    return [...measured.keys()];
  };
})()"""
AXE = Axe().axe_script + MEASURES_EACH_LOOK
IS_THERE = "globalThis.bringAxe?.(), 'axe' in globalThis"
VIOLATIONS = """async ([known, most, options]) => {
  const frame = () => new Promise(requestAnimationFrame);
  if (!options.runOnly) { await frame(); await frame(); }  // in which page.js sees what scrolls now
  const measured = markLooks(known, most);
  if (options.runOnly && !measured.length) return [measured, []];
  return [measured, (await axe.run(document, options)).violations];
}"""


class Looks:
    """In which theme each look of words was measured, and on how many pages."""

    def __init__(self) -> None:
        self.pages: Counter[tuple[str, str]] = Counter()  # by theme and look

    def known_in(self, theme: str) -> list[str]:
        return [look for (of, look), n in self.pages.items() if of == theme and n >= OF_A_LOOK]


EVER = Looks()  # of all pages of a run


def faults_of(page: Page, looks: Looks = EVER) -> list[tuple]:
    """Each with the view in which it was found: the width in pixels and the theme."""
    page.wait_for_load_state()
    if not page.evaluate(IS_THERE):
        page.evaluate(AXE)
    known = {theme: looks.known_in(theme) for theme in ("light", "dark")}
    faults = []
    for width, theme, options in VIEWS:
        measured, found = _looked_at(page, width, theme, known[theme], options)
        known[theme] += measured  # on this page
        looks.pages.update((theme, look) for look in measured)
        faults += [(page.url, width, theme, *fault) for fault in found]
    return faults


def keep_at_hand(page: Page) -> None:
    """Half a megabyte is sent once to somebody who will open many pages."""
    page.add_init_script(f"globalThis.bringAxe = () => {{{AXE}}};")


def open_to_be_looked_at(page: Page, url: str) -> None:
    """As the first view has it before anything is drawn: a page that is there is drawn anew."""
    page.goto(url, wait_until="commit")
    width, theme, _ = VIEWS[0]
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_load_state()


def _looked_at(page: Page, width: int, theme, known: list[str], options: dict):
    """The looks that were measured in a view, and the faults found there."""
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    options = {"resultTypes": ["violations"], **options}
    measured, found = page.evaluate(VIOLATIONS, [known, OF_A_LOOK, options])
    faults = [(fault["id"], *node["target"]) for fault in found for node in fault["nodes"]]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        faults.append(("scrolls sideways",))
    return measured, faults
