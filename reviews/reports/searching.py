"""Search in the text of plans, of which nobody finds what they may not read.

The Department finds what was handed in and stands, of districts it is not kept from; who belongs to
a district finds its own plans as they were last closed. A draft is not searched: its content is the
district's until it is handed in, and while it is shared it is read on its page (R59).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.backends.utils import CursorWrapper

from districts.models import User, standing_of
from plans.sections import SECTIONS, SectionKey
from reviews.reports.standing import STANDING, asked_of

PAGE = 20
LONGEST = 200  # characters of what is searched for
MOST = 1_000  # rows that are counted and shown page by page; beyond them it says so
BEGINNING = 5_000  # characters of a section: an excerpt of all of a long one takes 5 ms
START, STOP = "\x02", "\x03"  # around what was found; neither is part of a text
FRAGMENT = " … "
HEADLINE = (
    f"StartSel={START}, StopSel={STOP}, MaxFragments=2, MinWords=10, MaxWords=28,"
    f' FragmentDelimiter="{FRAGMENT}"'
)

_QUERY = "websearch_to_tsquery('english', %(words)s)"
_CAN_FIND = f"SELECT querytree({_QUERY})"
_SEARCHABLE = f"""
    WITH {STANDING},
    searchable AS (
        SELECT max(version.id) AS id
        FROM standing
        JOIN plans_planversion AS version ON version.id = standing.version_id
        JOIN plans_plan AS plan ON plan.id = version.plan_id
        WHERE %(is_department)s AND NOT plan.district_id = ANY(%(kept_from)s)
            AND (%(year)s::int IS NULL OR plan.cycle_id = %(year)s)
        GROUP BY version.plan_id
        UNION
        SELECT max(version.id)
        FROM plans_planversion AS version
        JOIN plans_plan AS plan ON plan.id = version.plan_id
        WHERE plan.district_id = ANY(%(own)s)
            AND (%(year)s::int IS NULL OR plan.cycle_id = %(year)s)
        GROUP BY version.plan_id
    )
"""  # noqa: S608 - put together of constants
_PLACES = f"""{_SEARCHABLE},
    found AS (
        SELECT passage.id, passage.version_id, passage.section
        FROM plans_versionpassage AS passage
        WHERE passage.words @@ {_QUERY} AND passage.version_id IN (SELECT id FROM searchable)
    )
    SELECT count(*) OVER (), placed.id, placed.name, placed.slug, placed.cycle_id, placed.number,
        placed.section
    FROM (
        SELECT found.id, district.name, district.slug, plan.cycle_id, version.number, found.section,
            row_number() OVER (
                ORDER BY plan.cycle_id DESC, district.name,
                    array_position(%(sections)s, found.section::text)
            ) AS place
        FROM found
        JOIN plans_planversion AS version ON version.id = found.version_id
        JOIN plans_plan AS plan ON plan.id = version.plan_id
        JOIN districts_district AS district ON district.id = plan.district_id
        ORDER BY place
        LIMIT {MOST + 1}
    ) AS placed
    ORDER BY placed.place
    LIMIT {PAGE} OFFSET %(after)s
"""  # noqa: S608
# A long text is read in full only where its beginning does not hold the words.
_EXCERPTS = f"""
    SELECT passage.id, CASE WHEN strpos(first.excerpt, '{START}') > 0 THEN first.excerpt
        ELSE ts_headline('english', passage.text, query, %(how)s) END
    FROM (
        SELECT id, translate(text, '{START}{STOP}', '') AS text, {_QUERY} AS query
        FROM plans_versionpassage WHERE id = ANY(%(ids)s) OFFSET 0
    ) AS passage
    CROSS JOIN LATERAL (
        SELECT ts_headline('english', left(passage.text, {BEGINNING}), query, %(how)s) AS excerpt
        OFFSET 0
    ) AS first
"""  # noqa: S608


@dataclass(frozen=True)
class Piece:
    """A part of an excerpt; whether it is what was searched for."""

    text: str
    is_match: bool


@dataclass(frozen=True)
class Hit:
    """A section of a plan's text in which the words are."""

    district: str
    slug: str
    fiscal_year: int
    version: int
    section: str  # its title
    anchor: str
    excerpt: tuple[Piece, ...]


@dataclass(frozen=True)
class Found:
    """`is_cut`: there is more than is counted."""

    hits: list[Hit]
    page: Page
    is_cut: bool


class CannotSearch(Exception):
    """Nothing can be found by these words. The message is fit to show a user."""


def search(user: User, words: str, *, fiscal_year: int | None = None, page: str = "") -> Found:
    """A page of the sections in which all of the words are, of the latest year first.

    Three queries, however much is found. Words in quotation marks stand side by side; a minus
    leaves a word out; “or” finds either.

    Raises:
        CannotSearch: no word that could be found, or too many of them.
    """
    asked = words.replace("\0", " ").strip()
    if len(asked) > LONGEST:
        raise CannotSearch(
            f"These are {len(asked):,} characters. Search for {LONGEST} or fewer: a few words that"
            " stand in the text."
        )
    with connection.cursor() as cursor:
        cursor.execute(_CAN_FIND, {"words": asked})
        if cursor.fetchone()[0] in {"", "T"}:
            raise CannotSearch(
                "No word here can be searched for. Name one that the text holds: words such as"
                " “the” and “of” are left out, and a minus alone finds nothing."
            )
        in_order = [*SECTIONS]
        scope = _scope(user, fiscal_year) | {"words": asked, "sections": in_order}
        shown, places, is_cut = _page_of(cursor, scope, page)
        ids = [place[0] for place in places]
        cursor.execute(_EXCERPTS, {"ids": ids, "words": asked, "how": HEADLINE})
        excerpts = dict(cursor.fetchall())
    hits = [_hit(excerpts[number], *place) for number, *place in places]
    return Found(hits, shown, is_cut=is_cut)


def _page_of(
    cursor: CursorWrapper, scope: dict[str, Any], page: str
) -> tuple[Page, list[tuple[Any, ...]], bool]:
    """The page that is asked for, else the nearest there is; its places; whether there is more
    than is counted. Where the page is one of those there are, one query."""
    last = MOST // PAGE
    asked = min(int(page), last) if page.isascii() and page.isdecimal() and len(page) < 6 else 1
    number = max(asked, 1)
    rows = _ask(cursor, scope, number)
    if not rows and number > 1:
        count = next((first for first, *_ in _ask(cursor, scope, 1)), 0)
        number = max(-(-min(count, MOST) // PAGE), 1)
        rows = _ask(cursor, scope, number)
    count = rows[0][0] if rows else 0
    shown = Paginator(range(min(count, MOST)), PAGE).get_page(number)
    return shown, [tuple(place) for _, *place in rows], count > MOST


def _ask(cursor: CursorWrapper, scope: dict[str, Any], number: int) -> list[tuple[Any, ...]]:
    cursor.execute(_PLACES, {**scope, "after": PAGE * (number - 1)})
    return cursor.fetchall()


def _scope(user: User, fiscal_year: int | None) -> dict[str, Any]:
    standing = standing_of(user)
    return {
        "is_department": standing.is_department,
        "kept_from": sorted(standing.kept_from),
        "own": sorted(standing.in_districts),
        **asked_of(fiscal_year),
    }


def _hit(
    excerpt: str, district: str, slug: str, fiscal_year: int, version: int, section: str
) -> Hit:
    title = SECTIONS[SectionKey(section)].title
    return Hit(district, slug, fiscal_year, version, title, section, tuple(_pieces(excerpt)))


def _pieces(excerpt: str) -> Iterator[Piece]:
    for at, part in enumerate(excerpt.split(START)):
        match, _, rest = part.partition(STOP) if at else ("", "", part)
        if match:
            yield Piece(match, is_match=True)
        if rest:
            yield Piece(rest, is_match=False)
