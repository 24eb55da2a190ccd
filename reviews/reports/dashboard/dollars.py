"""What the plans of a year would spend the Alliance money on, cut three ways that all foot.

Of each plan the text counts that stands: in force where it is approved, else as last handed in. A
plan that was withdrawn counts for nothing, nor do dollars from other sources (R17). The figures are
those that PostgreSQL kept as the text was frozen (ADR 102).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from hashlib import sha256
from typing import Any

from django.db import connection

from plans.documents.cache import get_or_make
from plans.workflow import Status
from reviews.reports.standing import STANDING_OF_YEAR, asked_of


class Cut(StrEnum):
    """By what the dollars are told apart."""

    AREA = "area"
    DOMAIN = "domain"
    GROUP = "group"


NONE = "none"  # the key of lines that name none

_LAST = f"""
    {STANDING_OF_YEAR},
    last AS (
        SELECT max(version.id) AS version_id, plan.id AS plan_id, plan.status
        FROM standing
        JOIN plans_planversion AS version ON version.id = standing.version_id
        JOIN plans_plan AS plan ON plan.id = version.plan_id
        WHERE plan.status <> 'withdrawn'
        GROUP BY plan.id
    )
"""  # noqa: S608 - put together of constants
_LINES = """
    line AS (
        SELECT last.plan_id, last.status,
            coalesce(dollars.focus_area::text, 'none') AS area,
            coalesce(nullif(dollars.domain, ''), 'none') AS domain,
            coalesce(nullif(dollars.object_group, ''), 'none') AS "group", dollars.amount
        FROM last
        JOIN plans_versiondollars AS dollars ON dollars.version_id = last.version_id
        WHERE dollars.funding_source <> 'other'
    )
"""
_TEXTS = f"WITH {_LAST} SELECT version_id, plan_id, status FROM last ORDER BY version_id"  # noqa: S608
_SUMS = f"""
    WITH last AS (
        SELECT * FROM unnest(%(versions)s::bigint[], %(plans)s::bigint[], %(statuses)s::text[])
            AS last(version_id, plan_id, status)
    ),
    {_LINES},
    of_plan AS (
        SELECT status, area, domain, "group", sum(amount) AS amount
        FROM line GROUP BY plan_id, status, GROUPING SETS ((area), (domain), ("group"), ())
    )
    SELECT area, domain, "group", count(*), sum(amount)::bigint,
        coalesce(sum(amount) FILTER (WHERE status = 'approved'), 0)::bigint
    FROM of_plan GROUP BY area, domain, "group"
"""  # noqa: S608
_ROWS = f"""
    WITH {_LAST}, {_LINES}
    SELECT district.id, district.name, district.slug, line.status, sum(line.amount)::bigint
    FROM line
    JOIN plans_plan AS plan ON plan.id = line.plan_id
    JOIN districts_district AS district ON district.id = plan.district_id
    WHERE %(key)s = ''
        OR %(key)s = CASE %(cut)s WHEN 'area' THEN area WHEN 'domain' THEN domain ELSE "group" END
    GROUP BY district.id, line.status ORDER BY 5 DESC, 2
"""  # noqa: S608
_NAMES = """
    SELECT 'area', number::text, number || ' ' || short_name, number AS place
    FROM plans_focusarea
    UNION ALL
    SELECT 'domain', code, name, position FROM plans_domain
    UNION ALL
    SELECT 'group', left(code, 1), code || ' ' || name, left(code, 1)::int
    FROM plans_objectcode WHERE parent_id IS NULL
    ORDER BY 1, 4, 3
"""


@dataclass(frozen=True)
class PartDollars:
    """A focus area, domain or group of object codes; whole US dollars."""

    key: str
    name: str
    plans: int
    dollars: int
    approved: int  # of them in approved plans


@dataclass(frozen=True)
class YearDollars:
    cuts: dict[Cut, list[PartDollars]]
    all: PartDollars


@dataclass(frozen=True)
class PlanDollars:
    district_id: int
    district: str
    slug: str
    status: Status
    dollars: int


def dollars_of_year(fiscal_year: int) -> YearDollars:
    """Two queries: which texts count, and the names of what dollars are cut by; one more for their
    sums, where those of these very texts were not asked for lately: a frozen text keeps its own.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TEXTS, asked_of(fiscal_year))
        texts = cursor.fetchall()
    rows = get_or_make(
        f"dollars-of-year/{fiscal_year}",
        made_from=sha256(repr(texts).encode()).hexdigest(),
        make=partial(_sums_of, texts),
    )
    names = names_of_parts()
    cuts: dict[Cut, list[PartDollars]] = {cut: [] for cut in Cut}
    of_all = PartDollars("", "", 0, 0, 0)
    for *keys, plans, dollars, approved in rows:
        cut = next((cut for cut, key in zip(Cut, keys, strict=True) if key is not None), None)
        key = next(filter(None, keys), "")
        name = names[cut].get(key, "") if cut else ""
        part = PartDollars(key, name, plans, dollars or 0, approved)
        if cut is None:
            of_all = part
        else:
            cuts[cut].append(part)
    for cut, parts in cuts.items():
        in_order = list(names[cut])
        parts.sort(key=lambda part: in_order.index(part.key) if part.key in in_order else 99)
    return YearDollars(cuts, of_all)


def _sums_of(texts: list[tuple[int, int, str]]) -> list[Any]:
    versions, plans, statuses = zip(*texts, strict=True) if texts else ((), (), ())
    asked = {"versions": [*versions], "plans": [*plans], "statuses": [*statuses]}
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, asked)
        return cursor.fetchall()


def plan_dollars(fiscal_year: int, cut: Cut, key: str) -> Iterator[PlanDollars]:
    """Of each plan what it spends on one part, or on all of them where no key is given."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, asked_of(fiscal_year) | {"cut": cut.value, "key": key})
        rows = cursor.fetchall()
    for district_id, name, slug, status, dollars in rows:
        yield PlanDollars(district_id, name, slug, Status(status), dollars)


def names_of_parts() -> dict[Cut, dict[str, str]]:
    """Each by its key, in the order in which they are shown; one query."""
    names: dict[Cut, dict[str, str]] = {cut: {} for cut in Cut}
    with connection.cursor() as cursor:
        cursor.execute(_NAMES)
        for cut, key, name, _ in cursor.fetchall():
            names[Cut(cut)].setdefault(key, name)
    return names
