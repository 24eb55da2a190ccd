"""What was stored in any schema is read for ever, and its hash is of the text as stored.

`stored/plan-N.json` is a version as schema N stored it, with the shape of that schema: each field
by its path, and its type. To make the one of a new schema:

    script/manage shell -c "from plans.tests.stored import write; write()"
"""

import json
from copy import deepcopy
from types import SimpleNamespace

import pytest
from pydantic import ValidationError

from plans.documents.shape import PlanDocument, StrategyPart
from plans.documents.stored import (
    PLAN,
    SCHEMA,
    UPGRADES,
    Altered,
    Schemas,
    UnknownSchema,
    fingerprint,
    stored_document,
)
from plans.tests.documents import check, complete_document
from plans.tests.stored import STORED, every_part, paths_of, shape_of

EVERY_SCHEMA = range(1, SCHEMA + 1)


def version_of(schema: int) -> SimpleNamespace:
    return SimpleNamespace(**json.loads((STORED / f"plan-{schema}.json").read_text()))


def test_every_schema_has_a_stored_document_and_a_way_to_the_next():
    assert sorted(STORED.glob("plan-*.json")) == sorted(
        STORED / f"plan-{schema}.json" for schema in EVERY_SCHEMA
    )
    assert list(UPGRADES) == list(range(1, SCHEMA))


def test_the_shape_changes_with_its_schema_only():
    """If this fails: raise SCHEMA, write the upgrade, and make the stored document (see above)."""
    assert shape_of(PlanDocument) == version_of(SCHEMA).shape


@pytest.mark.parametrize("schema", EVERY_SCHEMA)
def test_the_stored_document_holds_every_field_of_its_shape(schema):
    version = version_of(schema)

    assert paths_of(version.document) == set(version.shape)


@pytest.mark.parametrize("schema", EVERY_SCHEMA)
def test_a_stored_document_of_every_schema_is_read_and_stays_as_it_is(schema):
    version = version_of(schema)
    before = deepcopy(version.document)

    document = stored_document(version)

    assert (document.district.name, len(document.strategies), document.budgeted) == (
        "Ansonia",
        2,
        1_000_000,
    )
    assert version.document == before
    assert fingerprint(version.document) == version.sha256


def test_what_is_stored_today_breaks_no_rule():
    """What was stored earlier may: its form did not ask for all that the rules ask now."""
    assert check(stored_document(version_of(SCHEMA))) == []


def test_the_present_one_says_what_is_stored_today():
    assert version_of(SCHEMA).document == every_part().frozen()


def test_text_that_is_not_what_was_closed_is_not_read():
    version = version_of(SCHEMA)
    version.document["cover"]["summary"] += "."

    with pytest.raises(Altered, match=version.sha256):
        stored_document(version)


@pytest.mark.parametrize("schema", [0, SCHEMA + 1])
def test_a_schema_nobody_here_knows_is_not_guessed_at(schema):
    with pytest.raises(UnknownSchema, match=f"1 to {SCHEMA}"):
        PLAN.read(complete_document().frozen(), schema=schema)


class LaterStrategy(StrategyPart):
    """As a later release may have it: one field came, one has another name, one has gone."""

    cost_for_each_student: int | None
    lead: str = ""
    owner: None = None
    schools: None = None


class LaterDocument(PlanDocument):
    strategies: tuple[LaterStrategy, ...] = ()


def add_a_field(document):
    for strategy in document["strategies"]:
        strategy["cost_for_each_student"] = None


def rename_a_field(document):
    for strategy in document["strategies"]:
        strategy["lead"] = strategy.pop("owner")
        if "owner" in strategy["as_typed"]:
            strategy["as_typed"]["lead"] = strategy["as_typed"].pop("owner")


def remove_a_field(document):
    for strategy in document["strategies"]:
        del strategy["schools"]
        strategy["as_typed"].pop("schools", None)


LATER = Schemas(
    LaterDocument,
    SCHEMA + 3,
    {
        **UPGRADES,
        SCHEMA: add_a_field,
        SCHEMA + 1: rename_a_field,
        SCHEMA + 2: remove_a_field,
    },
)


def test_a_field_comes_is_renamed_and_goes_one_schema_after_the_other():
    version = version_of(SCHEMA)
    version.document["strategies"][0]["as_typed"] = {"owner": "o" * 999, "title": "t" * 999}
    version.sha256 = fingerprint(version.document)
    before = deepcopy(version.document)

    first, second = LATER.document_of(version).strategies

    assert (first.cost_for_each_student, first.lead, first.owner, first.schools) == (
        None,
        "Director of Elementary Literacy",
        None,
        None,
    )
    assert first.as_typed == {"lead": "o" * 999, "title": "t" * 999}
    assert second.title == "TEAM mentors and early years"
    assert version.document == before  # the text that was signed


@pytest.mark.parametrize("schema", [SCHEMA + 1, SCHEMA + 2, SCHEMA + 3])
def test_each_schema_between_is_read_from_where_it_is(schema):
    stored = complete_document().frozen()
    for number in range(SCHEMA, schema):
        LATER.upgrades[number](stored)

    document = LATER.read(stored, schema=schema)

    assert document.strategies[0].lead == "Director of Elementary Literacy"


@pytest.mark.parametrize("missing", [SCHEMA, SCHEMA + 2])
def test_an_upgrade_that_does_nothing_is_noticed(missing):
    forgetful = Schemas(
        LaterDocument, LATER.now, {**LATER.upgrades, missing: lambda document: None}
    )

    with pytest.raises(ValidationError):
        forgetful.read(complete_document().frozen(), schema=SCHEMA)


def test_the_hash_is_never_of_the_upgraded_text():
    version = version_of(SCHEMA)
    for number in range(SCHEMA, LATER.now):
        LATER.upgrades[number](version.document)  # as if the upgrade had been written back

    with pytest.raises(Altered):
        LATER.document_of(version)
