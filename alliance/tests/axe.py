"""What axe finds on a page, at both widths and in both themes.

What a page is made of depends on its width, its colors on the theme as well. So axe looks at all of
it twice, narrow in the dark and wide in the light, and in the other two views at its colors alone.
Contrast takes axe longer than all else together, and is the same wherever words are drawn alike: in
one color, size and weight, upon one ground. Of each such look it measures a few in a theme, and a
view in which every look is known it leaves out.
"""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

NARROW, WIDE = 390, 1440
COLORS = {"runOnly": ["color-contrast", "link-in-text-block"]}
EVERYTHING = {"rules": {"target-size": {"enabled": True}}}  # of 24 px (2.5.8), left out by itself
VIEWS = [
    (NARROW, "dark", EVERYTHING),
    (WIDE, "dark", COLORS),
    (WIDE, "light", EVERYTHING),
    (NARROW, "light", COLORS),
]
MEASURES_EACH_LOOK = """;(() => {
  const OF_A_LOOK = 3;  // a first one may lie where axe cannot tell
  const OF_A_GROUND = ["backgroundColor", "backgroundImage", "opacity", "position", "filter"];
  const OF_WORDS = ["color", "fontSize", "fontWeight", "textDecorationLine", "textShadow"];
  axe.configure({ rules: [{ id: "color-contrast", selector: "[data-look]" }] });
  const known = { light: new Set(), dark: new Set() };
  const hasWords = (it) =>
    it.matches("input, select, textarea") ||
    [...it.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
  globalThis.markLooks = (theme) => {
    const grounds = new Map([[null, ""]]);
    const ground = (it) => {
      if (!grounds.has(it)) {
        const style = getComputedStyle(it);
        const own = OF_A_GROUND.map((name) => style[name]).join();
        grounds.set(it, `${own};${ground(it.parentElement)}`);
      }
      return grounds.get(it);
    };
    const measured = new Map();
    let marked = 0;
    for (const it of document.body.querySelectorAll("*")) {
      it.removeAttribute("data-look");
      if (!hasWords(it) || !it.checkVisibility({ visibilityProperty: true })) continue;
      const style = getComputedStyle(it);
      const look = `${OF_WORDS.map((name) => style[name]).join()};${ground(it)}`;
      const times = measured.get(look) ?? 0;
      if (known[theme].has(look) || times === OF_A_LOOK) continue;
      measured.set(look, times + 1);
      it.setAttribute("data-look", "");
      marked += 1;
    }
    measured.forEach((_, look) => known[theme].add(look));
    return marked;
  };
})()"""
AXE = Axe().axe_script + MEASURES_EACH_LOOK
VIOLATIONS = """async ([theme, options]) => {
  const marked = markLooks(theme);
  if (options.runOnly && !marked) return [];
  return (await axe.run(document, options)).violations;
}"""


def faults_of(page: Page) -> list[tuple]:
    """Each with the view in which it was found: the width in pixels and the theme."""
    page.evaluate(AXE)
    return [fault for view in VIEWS for fault in _faults_in(page, *view)]


def _faults_in(page: Page, width: int, theme, options: dict) -> list[tuple]:
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    found = page.evaluate(VIOLATIONS, [theme, {"resultTypes": ["violations"], **options}])
    faults = [
        (page.url, width, theme, fault["id"], *node["target"])
        for fault in found
        for node in fault["nodes"]
    ]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        faults.append((page.url, width, theme, "scrolls sideways"))
    return faults
