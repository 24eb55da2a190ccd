"""A long list of which a page is read at a time, and the whole is only counted."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, overload

from django.db.models import Count, QuerySet, Value, Window
from django.db.models.functions import RowNumber

from districts.statements import Statement


class InPages:
    """The keys of a queryset in its order, as Django's paginator takes them.

    `query` makes it of `stand_ins`, as that of a `Statement`; `asked` takes their place.
    """

    def __init__(self, query: Callable[..., QuerySet[Any]], *stand_ins: Any):
        counted = Statement(lambda *asked: _count_of(query(*asked)), *stand_ins)
        of_page = Statement(
            lambda *asked: _between(query(*asked[:-2]), *asked[-2:]), *stand_ins, -1, 1_000_000
        )
        self.statements = (counted, of_page)

    def of(self, *asked: Any) -> "Asked":
        return Asked(*self.statements, asked)


class Asked(Sequence[int]):
    """What the paginator asks: how many there are, and those of a page."""

    def __init__(self, counted: Statement, of_page: Statement, asked: tuple[Any, ...]):
        self._counted, self._of_page, self._asked = counted, of_page, asked

    def __len__(self) -> int:
        rows = self._counted.ask(*self._asked)
        return int(rows[0]["how_many"]) if rows else 0

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
        rows = self._of_page.ask(*self._asked, after, last)
        return [row["pk"] for row in rows]


def _count_of(found: QuerySet[Any]) -> QuerySet[Any]:
    return found.order_by().values(of_all=Value(1)).annotate(how_many=Count("pk"))


def _between(found: QuerySet[Any], after: int, last: int) -> QuerySet[Any]:
    order: Any = found.query.order_by
    numbered = found.annotate(place=Window(RowNumber(), order_by=order))
    return numbered.filter(place__gt=after, place__lte=last).order_by("place").values("pk")
