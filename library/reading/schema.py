"""The JSON Schema of a plan's document, made of the shape itself."""

from functools import cache
from typing import Any

from plans.documents import PlanDocument
from plans.documents.stored import SCHEMA

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def plan_schema(address: str) -> dict[str, Any]:
    """Of the present version; a public document is as it says. `address` is where it is read."""
    return {
        "$schema": DIALECT,
        "$id": address,
        "title": f"Plan of an Alliance District, schema {SCHEMA}",
        **{name: value for name, value in _made().items() if name != "title"},
    }


@cache
def _made() -> dict[str, Any]:
    return PlanDocument.model_json_schema(mode="serialization")
