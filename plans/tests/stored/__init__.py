"""Documents of plans as versions of every schema store them, and what wrote them."""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from plans.documents import SCHEMA, PlanDocument, fingerprint
from plans.documents.shape import RetiredPart
from plans.documents.terms import ProfileFigure, Term
from plans.tests.documents import change, complete_document

STORED = Path(__file__).parent
OF_THE_DRAFT = ("id", "carried")  # and of no text
MODULE = re.compile(r"plans\.[a-z_.]+\.")  # a part may move, and is the same shape


def write() -> None:
    """Keep what is stored today as the fixture of the present schema."""
    document = every_part().frozen()
    kept = {
        "schema": SCHEMA,
        "sha256": fingerprint(document),
        "shape": shape_of(PlanDocument),
        "document": document,
    }
    text = json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False)
    (STORED / f"plan-{SCHEMA}.json").write_text(f"{text}\n")


def every_part() -> PlanDocument:
    """A complete plan with an entry in every list."""
    figure = ProfileFigure(
        label="Students",
        value=Decimal("2210"),
        period="2025-26",
        source="EdSight",
        source_on=date(2026, 3, 2),
    )
    document = change(complete_document(), "district", figures=(figure,))
    document = change(document, "strategies", 1, comes_from=(Term(code="s-1", name="Mentors"),))
    retired = RetiredPart(
        kind="strategy",
        number="3",
        title="Saturday school",
        reason="Few came.",
    )
    return document.model_copy(update={"retired": (retired,)})


def shape_of(part: type[BaseModel], path: str = "") -> dict[str, str]:
    """Every field by its path, with its type: `strategies.milestones.due_on`."""
    shape: dict[str, str] = {}
    for name, field in part.model_fields.items():
        if name in OF_THE_DRAFT:  # not stored
            continue
        here = f"{path}{name}"
        shape[here] = MODULE.sub("", str(field.annotation))
        for inner in _parts_in(field.annotation):
            shape |= shape_of(inner, f"{here}.")
    return shape


def _parts_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [part for each in get_args(annotation) for part in _parts_in(each)]


def paths_of(value: Any, path: str = "") -> set[str]:
    """The paths of all fields that a stored document holds."""
    if isinstance(value, list):
        return {found for each in value for found in paths_of(each, path)}
    if not isinstance(value, dict) or path.endswith("as_typed."):
        return set()
    return {
        found
        for name, part in value.items()
        for found in {f"{path}{name}", *paths_of(part, f"{path}{name}.")}
    }
