"""What PostgreSQL writes beside a version as it is frozen: its words and its dollars."""

from collections import Counter
from importlib import import_module

import pgtrigger
import pytest
from django.contrib.postgres.search import SearchQuery
from django.db import connection

from plans.models import VersionDollars, VersionPassage
from plans.models.texts import LONGEST
from plans.tests.documents import change, complete_document
from plans.tests.factories import PlanFactory, closed_version

pytestmark = pytest.mark.django_db
BEFORE = import_module("plans.migrations.0034_words_and_dollars")


@pytest.fixture
def document():
    return complete_document()


@pytest.fixture
def version(document):
    return closed_version(PlanFactory(), document)


def words_and_dollars():
    dollars = ("version", "focus_area", "domain", "object_group", "funding_source", "amount")
    return (
        set(VersionPassage.objects.values_list("version", "section", "text")),
        set(VersionDollars.objects.values_list(*dollars)),
    )


def test_dollars_are_those_of_each_line(version, document):
    of_strategy = {each.lineage: each.domain.code for each in document.strategies if each.domain}
    by_hand = Counter()
    for line in document.lines:
        area = line.focus_area.number if line.focus_area else None
        group = line.object_code.code[:1] if line.object_code else ""
        cut = (area, of_strategy.get(line.strategy, ""), group, line.funding_source)
        by_hand[cut] += line.amount or 0

    kept = version.dollars.values_list("focus_area", "domain", "object_group", "funding_source")
    assert dict(zip(kept, version.dollars.values_list("amount", flat=True), strict=True)) == by_hand
    assert sum(by_hand.values()) == sum(line.amount or 0 for line in document.lines) > 0


def test_a_line_without_strategy_area_or_code_counts_all_the_same(document):
    bare = change(document, "lines", 0, strategy=None, focus_area=None, object_code=None)
    version = closed_version(PlanFactory(), bare)

    row = version.dollars.get(focus_area=None)
    assert (row.domain, row.object_group, row.amount) == ("", "", document.lines[0].amount)


def test_each_section_says_its_words_and_nothing_it_is_stored_by(version, document):
    said = dict(version.passages.values_list("section", "text"))

    assert document.needs.narrative in said["needs"]
    assert document.strategies[0].title in said["strategies"]
    assert document.strategies[0].milestones[0].description in said["strategies"]
    assert document.lines[0].narrative in said["budget"]
    assert document.collaboration.alignment in said["engagement"]
    everything = " ".join(said.values())
    for hidden in (document.strategies[0].lineage, document.attachments[0].sha256, "ordinary"):
        assert hidden not in everything
    assert "assurances" not in said  # the same words in every plan


def test_words_are_found_by_their_stem(version):
    found = VersionPassage.objects.filter(words=SearchQuery("coach", config="english"))

    assert "budget" in found.values_list("section", flat=True)


def test_a_version_that_was_frozen_before_has_the_same(version):
    kept = words_and_dollars()
    with pgtrigger.ignore("plans.VersionPassage:kept", "plans.VersionDollars:kept"):
        VersionPassage.objects.all().delete()
        VersionDollars.objects.all().delete()
    assert words_and_dollars() == (set(), set())

    with connection.cursor() as cursor:
        cursor.execute(BEFORE.PASSAGES_OF_BEFORE)
        cursor.execute(BEFORE.DOLLARS_OF_BEFORE)

    assert words_and_dollars() == kept


def test_a_text_longer_than_postgresql_can_index_is_frozen_all_the_same(document):
    long = " ".join(f"word{number:08}é" for number in range(150_000))
    version = closed_version(PlanFactory(), change(document, "needs", narrative=long))

    assert len(version.passages.get(section="needs").text) == LONGEST
