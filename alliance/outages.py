"""Which faults are the database's: away, full, or not migrated yet."""

from django.db import InterfaceError, OperationalError, ProgrammingError
from psycopg2 import errors

NOT_MIGRATED = (errors.UndefinedTable, errors.UndefinedColumn)


def is_outage(fault: BaseException | None) -> bool:
    """Whether the same would go well once the database is itself again."""
    return isinstance(fault, OperationalError | InterfaceError) or is_not_migrated(fault)


def is_not_migrated(fault: BaseException | None) -> bool:
    return isinstance(fault, ProgrammingError) and isinstance(fault.__cause__, NOT_MIGRATED)
