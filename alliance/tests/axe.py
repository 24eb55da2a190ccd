"""What axe finds on a page, at both widths and in both themes.

What a page is made of depends on its width, its colors on the theme as well. So axe looks at all of
it twice, narrow in the dark and wide in the light. In the other two views it looks at the colors of
what is drawn otherwise than where it was looked at: of what is there alone, or in another color,
size, weight, or upon another ground.
"""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

NARROW, WIDE = 390, 1440
COLORS = ["color-contrast", "link-in-text-block"]
EVERYTHING = {"rules": {"target-size": {"enabled": True}}}  # of 24 px (2.5.8), left out by itself
READS_A_COLOR_ONCE = """;(() => {  // of one text it is one: contrast takes axe a third less time
  const { prototype } = axe.commons.color.Color;
  const parse = prototype.parseString;
  const known = new Map();
  prototype.parseString = function (text) {
    if (!known.has(text)) {
      parse.call(this, text);
      known.set(text, [this.r, this.g, this.b, this.alpha]);
    }
    [this.r, this.g, this.b, this.alpha] = known.get(text);
    return this;
  };
})()"""
AS_DRAWN = """;globalThis.asDrawn = () => {  // each element with words to its looks
  const grounds = new Map([[null, ""]]);
  const ground = (it) => {
    if (!grounds.has(it)) {
      const { backgroundColor, backgroundImage, opacity, position, filter } = getComputedStyle(it);
      const own = [backgroundColor, backgroundImage, opacity, position, filter].join();
      grounds.set(it, `${own};${ground(it.parentElement)}`);
    }
    return grounds.get(it);
  };
  const hasWords = (it) =>
    it.matches("input, select, textarea") ||
    [...it.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
  const looks = new Map();
  for (const it of document.body.querySelectorAll("*")) {
    if (!hasWords(it) || !it.checkVisibility({ visibilityProperty: true })) continue;
    const { color, fontSize, fontWeight, textDecorationLine, textShadow } = getComputedStyle(it);
    const own = [color, fontSize, fontWeight, textDecorationLine, textShadow].join();
    looks.set(it, `${own};${ground(it)}`);
  }
  return looks;
}"""
AXE = Axe().axe_script + READS_A_COLOR_ONCE + AS_DRAWN
VIOLATIONS = """async (options) => {
  globalThis.looksBefore = asDrawn();
  return (await axe.run(document, options)).violations;
}"""
OF_WHAT_DIFFERS = """async (options) => {
  const looks = asDrawn();
  const differ = [...looks.keys()].filter((it) => looks.get(it) !== looksBefore.get(it));
  return differ.length ? (await axe.run({ include: differ }, options)).violations : [];
}"""


def faults_of(page: Page) -> list[tuple]:
    """Each with the view in which it was found: the width in pixels and the theme."""
    page.evaluate(AXE)
    return [
        *_faults_found(page, NARROW, "dark", VIOLATIONS, EVERYTHING),
        *_faults_found(page, WIDE, "dark", OF_WHAT_DIFFERS, {"runOnly": COLORS}),
        *_faults_found(page, WIDE, "light", VIOLATIONS, EVERYTHING),
        *_faults_found(page, NARROW, "light", OF_WHAT_DIFFERS, {"runOnly": COLORS}),
    ]


def _faults_found(page: Page, width: int, theme, script: str, options: dict) -> list[tuple]:
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    found = page.evaluate(script, {"resultTypes": ["violations"], **options})
    faults = [
        (page.url, width, theme, fault["id"], *node["target"])
        for fault in found
        for node in fault["nodes"]
    ]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        faults.append((page.url, width, theme, "scrolls sideways"))
    return faults
