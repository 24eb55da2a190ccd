"""What writes plans wholesale writes every kind of row there is."""

from alliance.demo import drafting
from benchmarks.seeding import COPIED
from plans.documents.kinds import IN_DOCUMENT, KINDS


def test_the_demo_writes_every_kind():
    assert {*drafting.ROWS.values(), *drafting.SECTIONS.values()} == {
        kind.model for kind in IN_DOCUMENT.values() if kind.written
    }


def test_the_bench_copies_every_kind_parents_first():
    places = [COPIED.index(kind.model) for kind in KINDS.values() if kind.written]

    assert places == sorted(places)
