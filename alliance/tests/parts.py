"""What pages are made of, so that a page is drawn for what is new in it."""

from itertools import pairwise

from bs4 import BeautifulSoup, Tag

TOLD_APART_BY = ("type", "role", "aria-current", "aria-invalid", "scope")  # others by being there
HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]

Kind = tuple[str, ...]


class Parts:
    """The parts of all pages that were drawn, and their addresses."""

    def __init__(self) -> None:
        self.seen: set[tuple[Kind, ...]] = set()
        self.addresses: set[object] = set()

    def add(self, found: BeautifulSoup) -> bool:
        """Whether the page has a part that none before it had."""
        new = parts_of(found) - self.seen
        self.seen |= new
        return bool(new)


def parts_of(found: BeautifulSoup) -> set[tuple[Kind, ...]]:
    """Each element within the one it stands in, and each heading with the one before it."""
    assert found.body is not None
    inside = [tag for tag in found.body.descendants if isinstance(tag, Tag)]
    kinds = {id(tag): kind_of(tag) for tag in (found.body, *inside)}
    within = {(kinds[id(tag.parent)], kinds[id(tag)]) for tag in inside}
    levels = [tag.name for tag in found.find_all(HEADINGS)]
    return within | {(("after", one), (two,)) for one, two in pairwise(levels)}


def kind_of(tag: Tag | None) -> Kind:
    """Whatever an element is called and however often it stands there: its tag, style and state."""
    assert tag is not None
    said = (f"{name}={tag[name]}" for name in TOLD_APART_BY if name in tag.attrs)
    return (tag.name, *sorted(tag.get("class") or []), *sorted(tag.attrs), *said)
