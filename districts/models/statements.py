"""Queries that every page asks: Django writes their SQL once, not for each page anew."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Field, Model, QuerySet

AnyModel = TypeVar("AnyModel", bound=Model)


class Statement:
    """A query of one shape. For the commonest, writing its SQL takes longer than answering it.

    `query` makes it of `stand_ins`: values that stand nowhere else in it, and that those of each
    asking take the place of, in the same order.
    """

    def __init__(self, query: Callable[..., QuerySet], *stand_ins: Any):
        self._query = query
        self._stand_ins = stand_ins
        self._written: tuple[str, Sequence[Any]] | None = None

    def ask(self, *values: Any) -> list[dict[str, Any]]:
        """Its rows, each by the names of its columns."""
        if self._written is None:
            self._written = self._query(*self._stand_ins).query.sql_with_params()
        sql, parameters = self._written
        given = dict(zip(self._stand_ins, values, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(sql, [given.get(each, each) for each in parameters])
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def ask_for(self, model: type[AnyModel], *values: Any) -> list[AnyModel]:
        return [instance_of(model, row) for row in self.ask(*values)]


def instance_of(model: type[AnyModel], row: dict[str, Any]) -> AnyModel:
    """The instance a row is of, with what the row lacks deferred and what it has more beside it."""
    own = {each.attname: each for each in model._meta.concrete_fields if each.attname in row}
    values = [_read(field, row[name]) for name, field in own.items()]
    instance = model.from_db(DEFAULT_DB_ALIAS, list(own), values)
    vars(instance).update({name: value for name, value in row.items() if name not in own})
    return instance


def _read(field: Field, value: Any) -> Any:
    """A value as the field gives it, where PostgreSQL's own is another: JSON comes as text."""
    read = getattr(field, "from_db_value", None)
    return read(value, None, connection) if read else value
