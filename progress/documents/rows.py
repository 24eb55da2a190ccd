"""The rows of a report as they are read for its document, by the hundred: no instances, plain
values."""

import json
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

LINEAGE = {"lineage_in_words": Cast("lineage", TextField())}  # which a document holds as words


def as_stored(row: dict[str, Any]) -> dict[str, Any]:
    """A row asked for with `LINEAGE` and `as_typed`, by the names a document has for them."""
    row["lineage"] = row.pop("lineage_in_words")
    row["as_typed"] = json.loads(row["as_typed"]) if row["as_typed"] != "{}" else {}
    return row
