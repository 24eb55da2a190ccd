"""A document as a version stores it: its hash, and how text of any schema is read today.

To change the shape of a plan (`plans/documents/shape.py`): raise SCHEMA, and write the function
that makes a stored document of the schema before into one of the new (UPGRADES).
`plans/tests/test_stored_documents.py` says what else is missing. Nothing here touches the database.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from plans.documents.parts import Document
from plans.documents.shape import PlanDocument
from plans.documents.terms import is_equipment

Stored = dict[str, Any]
Upgrade = Callable[[Stored], None]  # changes the copy it is given
AnyDocument = TypeVar("AnyDocument", bound=Document)


class UnknownSchema(Exception):
    """A document of a schema that this release cannot read: a later one stored it."""


class Altered(Exception):
    """The stored text has another hash than it was closed with."""


@dataclass(frozen=True)
class Closed:
    """A document as a version keeps it: plain JSON, the number of its schema, and its hash."""

    schema: int
    document: Stored
    sha256: str


class Version(Protocol):
    """Whatever keeps a document that was closed."""

    schema: Any
    document: Any
    sha256: Any


def fingerprint(frozen: Stored) -> str:
    """SHA-256 over canonical JSON: keys sorted, no spaces, UTF-8."""
    canonical = json.dumps(frozen, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True)
class Schemas(Generic[AnyDocument]):
    """How stored documents of one kind are read: the shape of today, and the way to it."""

    shape: type[AnyDocument]
    now: int
    upgrades: Mapping[int, Upgrade]  # by the schema each starts from; it leads to the next

    def close(self, document: AnyDocument) -> Closed:
        """What a version keeps of the document."""
        frozen = document.frozen()
        return Closed(schema=self.now, document=frozen, sha256=fingerprint(frozen))

    def document_of(self, version: Version) -> AnyDocument:
        """What the version says, in the shape of today.

        The hash is of the text as it was closed, so it is compared before any upgrade.

        Raises:
            Altered, UnknownSchema.
        """
        if fingerprint(version.document) != version.sha256:
            raise Altered(f"{version} is not the text that was closed as {version.sha256}.")
        return self.read(version.document, schema=version.schema)

    def read(self, frozen: Stored, *, schema: int) -> AnyDocument:
        """A stored document of any schema so far.

        Raises:
            UnknownSchema.
        """
        if not 1 <= schema <= self.now:
            raise UnknownSchema(f"Schema {schema}; this release reads 1 to {self.now}.")
        if schema < self.now:
            frozen = deepcopy(frozen)
        for number in range(schema, self.now):
            self.upgrades[number](frozen)
        return self.shape.model_validate(frozen)


SCHEMA = 3  # of what is stored now


def _to_schema_2(document: Stored) -> None:
    """The fields that rules of the statute came to ask for; nothing was written in them."""
    document["needs"]["unserved_areas"] = ""
    document["stakeholder_groups"] = []  # a cycle named none
    document["collaboration"] = {"lineage": "", "as_typed": {}, "alignment": ""}
    document["budget_narrative"] |= {"carry_forward_reported": None, "benefits_reason": ""}
    for strategy in document["strategies"]:
        strategy |= {
            "reading_program": "",
            "residency_partner": "",
            "responsibilities_agreement": "",
        }
    for line in document["lines"]:
        line |= {"head_start_program": "", "equipment_reason": ""}
        if line["object_code"]:
            line["object_code"]["is_equipment"] = is_equipment(line["object_code"]["code"])

    for area in _focus_areas(document):
        area["is_on_programme_page"] = area["number"] <= 10  # the eleventh was the Commissioner's


def _focus_areas(document: Stored) -> Iterator[Stored]:
    """Each place that names one: the year's list, the strategies and the lines."""
    yield from document["focus_areas"]
    for strategy in document["strategies"]:
        yield from strategy["focus_areas"]
    yield from (line["focus_area"] for line in document["lines"] if line["focus_area"])


def _to_schema_3(document: Stored) -> None:
    """What moves between years came to be kept: before, no balance was certified, and nobody said
    what was retired or which strategy came from which."""
    document["money"] |= {"reductions": 0, "carry_forward": None}
    document["retired"] = []
    for strategy in document["strategies"]:
        strategy["comes_from"] = []


UPGRADES: dict[int, Upgrade] = {1: _to_schema_2, 2: _to_schema_3}
PLAN = Schemas(PlanDocument, SCHEMA, UPGRADES)


def stored_document(version: Version) -> PlanDocument:
    """The document of a plan's version."""
    return PLAN.document_of(version)


def thaw(frozen: Stored, *, schema: int) -> PlanDocument:
    """A plan's stored document, whose hash nobody asks about."""
    return PLAN.read(frozen, schema=schema)
