"""A long list of which a page is read at a time, and the whole is only counted."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, overload

from django.db.models import Count, QuerySet, Window
from django.db.models.functions import RowNumber

from districts.statements import Statement

FIRST = 25  # of a first page, which tells how many there are as well


class InPages:
    """The keys of a queryset in its order, as Django's paginator takes them.

    `query` makes it of `stand_ins`, as that of a `Statement`; `asked` takes their place.
    """

    def __init__(self, query: Callable[..., QuerySet[Any]], *stand_ins: Any):
        self.statement = Statement(
            lambda *asked: _between(query(*asked[:-2]), *asked[-2:]), *stand_ins, -1, 1_000_000
        )

    def of(self, *asked: Any) -> "Asked":
        return Asked(self.statement, asked)


class Asked(Sequence[int]):
    """What the paginator asks: how many there are, and those of a page. The first is one query."""

    def __init__(self, statement: Statement, asked: tuple[Any, ...]):
        self._statement, self._asked = statement, asked

    @cached_property
    def _first(self) -> list[dict[str, Any]]:
        return self._statement.ask(*self._asked, 0, FIRST)

    def __len__(self) -> int:
        return int(self._first[0]["how_many"]) if self._first else 0

    @overload
    def __getitem__(self, place: int, /) -> int: ...
    @overload
    def __getitem__(self, place: slice, /) -> list[int]: ...
    def __getitem__(self, place: int | slice, /) -> int | list[int]:
        if isinstance(place, int):
            return self._between(place, place + 1)[0]
        return self._between(place.start or 0, len(self) if place.stop is None else place.stop)

    def __iter__(self) -> Iterator[int]:
        return iter(self[:])

    def _between(self, after: int, last: int) -> list[int]:
        if last <= FIRST:
            return [row["pk"] for row in self._first[after:last]]
        return [row["pk"] for row in self._statement.ask(*self._asked, after, last)]


def _between(found: QuerySet[Any], after: int, last: int) -> QuerySet[Any]:
    order: Any = found.query.order_by
    keys = found.order_by().values("pk")  # what else the query made is not made for every row
    numbered = keys.annotate(
        place=Window(RowNumber(), order_by=order), how_many=Window(Count("pk"))
    )
    of_page = numbered.filter(place__gt=after, place__lte=last)
    return of_page.order_by("place").values("pk", "how_many")
