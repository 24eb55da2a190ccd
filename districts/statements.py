"""Queries that every page asks: Django writes their SQL once, not for each page anew."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import combinations
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import BigIntegerField, BooleanField, Func, Model, QuerySet, Value

from districts.prepared import Prepared

AnyModel = TypeVar("AnyModel", bound=Model)

# Another value of the same kind: what differs between two writings is where a stand-in stands.
OTHERS: dict[type, Callable[[Any], Any]] = {
    int: lambda value: value - 1,
    str: lambda value: f"{value}, another",
    date: lambda value: value + timedelta(days=1),
    datetime: lambda value: value + timedelta(days=1),
    Decimal: lambda value: value - 1,
    list: lambda value: [_other(each) for each in value],
}


class Among(Func):
    """Whether a column is one of some keys: one parameter, the same SQL for any number."""

    template, arg_joiner = "%(expressions)s)", " = ANY("
    output_field = BooleanField()

    def __init__(self, column: str, keys: Iterable[int]):
        super().__init__(column, Value(list(keys), ArrayField(BigIntegerField())))


class WrongStandIn(Exception):
    """Values of an asking could not be told from the rest of the statement."""


class Statement:
    """A query of one shape. For the commonest, writing its SQL takes longer than answering it.

    `query` makes it of `stand_ins`, whose places those of each asking take, in the same order.
    They may equal neither each other nor anything else that the query is given, and must reach
    the SQL as they are: it is written once with them and once with others to see that they do.
    What is asked for is always bound. None is SQL's NULL, which equals nothing.
    """

    def __init__(self, query: Callable[..., QuerySet], *stand_ins: Any):
        self._query = query
        self._stand_ins = stand_ins
        self._written: tuple[str, Sequence[Any], dict[int, int]] | None = None
        self._prepared: Prepared | None = None

    def ask(self, *values: Any) -> list[dict[str, Any]]:
        """Its rows, each by the names of its columns."""
        if self._written is None or self._prepared is None:
            self._written = self._write()
            self._prepared = Prepared(*self._written, self._stand_ins)
        if len(values) != len(self._stand_ins):
            raise ValueError(f"{len(self._stand_ins)} values are asked for, not {len(values)}")
        sql, parameters, places = self._written
        bound = list(parameters)
        for place, which in places.items():
            bound[place] = values[which]
        with connection.cursor() as cursor:
            if not self._prepared.execute(cursor, values):
                cursor.execute(sql, bound)
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def ask_for(self, model: type[AnyModel], *values: Any) -> list[AnyModel]:
        return [instance_of(model, row) for row in self.ask(*values)]

    def _write(self) -> tuple[str, Sequence[Any], dict[int, int]]:
        """Its SQL and parameters, with the place of each that is one of the values asked for."""
        for one, another in combinations(self._stand_ins, 2):
            if one == another:
                raise WrongStandIn(f"{one!r} and {another!r} are equal")
        others = [_other(each) for each in self._stand_ins]
        sql, parameters = self._query(*self._stand_ins).query.sql_with_params()
        if not others:
            return sql, parameters, {}
        again, changed = self._query(*others).query.sql_with_params()
        if sql != again:
            raise WrongStandIn("the SQL itself changes with the values")
        pairs = zip(parameters, changed, strict=True)
        places = {
            place: which
            for place, pair in enumerate(pairs)
            if (which := self._which(*pair, others)) is not None
        }
        if unused := set(range(len(others))) - set(places.values()):
            raise WrongStandIn(f"{self._stand_ins[min(unused)]!r} is no parameter of the statement")
        return sql, parameters, places

    def _which(self, parameter: Any, changed: Any, others: list[Any]) -> int | None:
        """The stand-in that a parameter is, if it is one."""
        for which, (stand_in, other) in enumerate(zip(self._stand_ins, others, strict=True)):
            is_of_kind = isinstance(parameter, type(stand_in)) and not isinstance(parameter, bool)
            if is_of_kind and parameter == stand_in and changed == other:
                return which
        if type(parameter) is not type(changed) or parameter != changed:
            raise WrongStandIn(f"{parameter!r} is made of a value, or of the moment")
        if parameter in self._stand_ins:
            raise WrongStandIn(f"{parameter!r} is a parameter of the statement beside its stand-in")
        return None


def _other(value: Any) -> Any:
    """Exactly these kinds: a bool or an enum's member equals a number or a text."""
    if type(value) not in OTHERS or value == []:
        raise WrongStandIn(f"{value!r} cannot stand for others")
    return OTHERS[type(value)](value)


def instance_of(model: type[AnyModel], row: dict[str, Any]) -> AnyModel:
    """The instance a row is of, with what the row lacks deferred and what it has more beside it."""
    own = _own(model, tuple(row))
    values = [
        read(row[name], None, connection) if read else row[name] for name, read in own.items()
    ]
    instance = model.from_db(DEFAULT_DB_ALIAS, list(own), values)
    vars(instance).update({name: value for name, value in row.items() if name not in own})
    return instance


def columns_with(model: type[Model], beside: Mapping[str, type[Model]]) -> list[str]:
    """The columns of a model and of what stands `beside` it, by the way there."""
    own = [field.attname for field in model._meta.concrete_fields]
    return own + [
        f"{way}__{field.attname}"
        for way, other in beside.items()
        for field in other._meta.concrete_fields
    ]


def instance_with(
    model: type[AnyModel], row: dict[str, Any], beside: Mapping[str, type[Model]]
) -> AnyModel:
    """The instance a row is of, with what stands beside it, as `select_related` gives it.

    A way comes after those it goes on from. Where nothing stands, that is known too.
    """
    names = tuple(row)
    instance = instance_of(model, _columns_at(row, names, ""))
    made: dict[str, Any] = {"": instance}
    for way, other in beside.items():
        columns = _columns_at(row, names, f"{way}__")
        is_there = columns[other._meta.pk.attname] is not None
        made[way] = instance_of(other, columns) if is_there else None
        start, _, name = way.rpartition("__")
        if (holder := made[start]) is not None:
            relation: Any = holder._meta.get_field(name)
            relation.set_cached_value(holder, made[way])
            if relation.one_to_one and made[way] is not None:
                relation.remote_field.set_cached_value(made[way], holder)
    return instance


def _columns_at(row: dict[str, Any], names: tuple[str, ...], way: str) -> dict[str, Any]:
    """The columns of one of them, by its own names."""
    return {own: row[name] for own, name in _names_at(names, way)}


@lru_cache
def _names_at(names: tuple[str, ...], way: str) -> list[tuple[str, str]]:
    """They are the same in every row of a statement."""
    named = [(name.removeprefix(way), name) for name in names if name.startswith(way)]
    return [(own, name) for own, name in named if "__" not in own]


@lru_cache(maxsize=500)  # more than there are statements
def _own(model: type[Model], names: tuple[str, ...]) -> dict[str, Callable[..., Any] | None]:
    """The model's own columns among those of a row, each with what gives its value where
    PostgreSQL's own is another: JSON comes as text."""
    return {
        field.attname: getattr(field, "from_db_value", None)
        for field in model._meta.concrete_fields
        if field.attname in names
    }
