"""Somebody who uses a page by keyboard alone, and notices what such a person would."""

from playwright.sync_api import Locator, Page, expect

MOST_STOPS = 120  # a page with more between here and there is none to go through by Tab
MOST_STOPS_OF_ALL = 600  # on the longest page
IN_ONE_FIELD = 5  # Tab stops within a date: month, day, year and the calendar
FOCUSED = """async (wanted) => {
  const it = document.activeElement;
  if (it === document.body) return null;
  const over = () => {
    const firstLine = it.getClientRects()[0];  // of a link that breaks over two
    const { left, top, width, height } = firstLine ?? it.getBoundingClientRect();
    const [x, y] = [left + Math.min(width / 2, 20), top + Math.min(height / 2, 20)];
    return document.elementFromPoint(x, y);
  };
  const isShown = () => {
    const there = over();
    return !!there && (it.contains(there) || !!there.closest("label")?.contains(it));
  };
  const until = performance.now() + 10000;
  while (!isShown() && performance.now() < until) await new Promise(requestAnimationFrame);
  const box = it.getBoundingClientRect();
  const shown = getComputedStyle(it.closest(".chips .form-check") || it);
  return {
    what: `${it.tagName.toLowerCase()} “${(it.innerText || it.name || it.id).trim().slice(0, 40)}”`,
    isWanted: it === wanted,
    inMain: !!it.closest("main"),
    isShown: isShown(),
    ring: shown.outlineStyle !== "none" && parseFloat(shown.outlineWidth) >= 2,
    over: isShown() ? "" : over()?.outerHTML.slice(0, 80),
    left: box.left + scrollX, right: box.right + scrollX,
    top: box.top + scrollY, bottom: box.bottom + scrollY,
  };
}"""  # the browser scrolls to it in the frames after


class Keyboard:
    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def focused(self, wanted: Locator | None = None) -> dict | None:
        return self.page.evaluate(FOCUSED, wanted and wanted.element_handle())

    def stop(self, key: str, wanted: Locator | None = None) -> dict | None:
        """Press Tab or Shift+Tab once; where one comes to is to be seen, and in a ring."""
        self.press(key)
        here = self.focused(wanted)
        if here:
            assert (here["isShown"], here["ring"]) == (True, True), here
        return here

    def go_to(self, wanted: Locator, *, key: str = "Tab") -> None:
        """Press Tab until it has the focus: the order follows the page, and nothing holds one."""
        before, stays = self.focused(), 0
        for _ in range(MOST_STOPS):
            here = self.stop(key, wanted)
            assert here, f"{wanted} was not on the way, after {before}"
            if here["isWanted"]:
                return
            stays = stays + 1 if before and here["what"] == before["what"] else 0
            assert stays < IN_ONE_FIELD, f"no way out of {here}"
            if key == "Tab" and before:
                is_back = (
                    here["what"]
                    != before["what"]  # a date has stops of its own, and a page may bend
                    and here["bottom"] <= before["top"]
                    and here["left"] <= before["left"]
                )
                assert not is_back, f"{here} comes after {before}"
            before = here
        raise AssertionError(f"{wanted} is more than {MOST_STOPS} stops away")

    def skip_to_the_page(self) -> None:
        """The first stop of every page leads past what is the same on all of them."""
        first = self.stop("Tab") or {}
        assert first.get("what") == "a “Skip to the page”", first
        self.press("Enter")
        after = self.stop("Tab") or {}
        assert after.get("inMain"), after

    def open(self, link: Locator) -> None:
        """Past the head of the page to a link or button in it, and through it."""
        self.skip_to_the_page()
        if not (self.focused(link) or {}).get("isWanted"):
            self.go_to(link)
        with self.page.expect_event("load"):
            self.press("Enter")

    def fill(self, field: Locator, text: str) -> None:
        self.go_to(field)
        self.type(text)

    def fill_day(self, field: Locator, typed: str, *, day: str) -> None:
        """A day in the browser's own field, read again as who types it reads it.

        Seldom, on a busy machine, nothing of it is there, and why was not found: then it is typed
        once more from its first part, and has to be there.
        """
        self.fill(field, typed)
        if field.input_value() != day:
            self.press("ArrowLeft", "ArrowLeft")
            self.type(typed)
        expect(field).to_have_value(day)

    def walk(self) -> int:
        """Past the head of the page, through every stop in it and out again; how many there are.

        Each is to be seen, and in a ring; none holds the focus, and none loses it.
        """
        self.stop("Tab")
        self.press("Enter")
        footer, stops = self.page.locator("footer a").first, 0
        while stops < MOST_STOPS_OF_ALL:
            here = self.stop("Tab", footer)
            assert here, f"{self.page.url} loses the focus after {stops} stops"
            if here["isWanted"]:
                return stops
            stops += 1
        raise AssertionError(f"{self.page.url} has no end")
