"""Districts walk through fiscal years by the verbs that people use, and every figure foots."""

import subprocess
import sys
from dataclasses import replace

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from alliance.management.commands import walk_years
from alliance.tests.test_web import environment_of_the_tests
from alliance.walk.footing import Line, faults_of_letters, ledger
from alliance.walk.people import FIRST_YEAR
from alliance.walk.stories import STORIES, story_of
from alliance.walk.walking import Walk
from districts.models import FundingAdjustment
from plans.models import LineOutcome, Plan
from reviews.models import DeterminedLine

DISTRICTS, YEARS = 9, 2  # with who joins: every story at least once


@pytest.mark.long
@pytest.mark.django_db
def test_every_figure_of_a_walk_foots_and_every_letter_was_written_once():
    walk = Walk(DISTRICTS, YEARS)
    walk.walk()

    ids = [walker.district.pk for walker in walk.walkers]
    lines = ledger(ids, first=FIRST_YEAR, last=walk.last_year)
    assert len(lines) == (DISTRICTS + 1) * YEARS
    assert [(line, *line.faults()) for line in lines if [*line.faults()]] == []
    assert faults_of_letters() == []

    # What the stories have did happen: a walk on which nothing does would foot too.
    met = {story_of(walker.place, year) for walker in walk.walkers for year in range(YEARS)}
    assert met == set(STORIES)
    kinds = set(FundingAdjustment.objects.values_list("kind", flat=True))
    assert kinds == set(FundingAdjustment.Kind)
    assert FundingAdjustment.objects.exclude(superseded_at=None).exists()  # a corrected report
    assert set(DeterminedLine.objects.values_list("remedy", flat=True)) == {"repay", "reduce"}
    assert Plan.objects.filter(revisions__status="approved").exists()
    assert any(line.carried_out and line.expended for line in lines)

    # A dollar more or less anywhere is seen.
    spent = LineOutcome.objects.filter(expended__gt=0).latest("pk")
    LineOutcome.objects.filter(pk=spent.pk).update(expended=spent.expended + 1)
    off = [
        fault
        for line in ledger(ids, first=FIRST_YEAR, last=walk.last_year)
        for fault in line.faults()
    ]
    assert off == ["expended + carried out is -1 off what was authorized"]


LINE = Line(
    district="Ansonia",
    fiscal_year=2028,
    allocation=1_000,
    carried_in=200,
    reductions=50,
    authorized=1_150,
    expended=900,
    carried_out=250,
    out_of_compliance=100,
    remedied=90,
    carried_out_before=200,
)


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({}, None),
        ({"reductions": 49}, "authorized 1,150 is not allocation + carried in − reductions"),
        ({"expended": 899}, "expended + carried out is 1 off what was authorized"),
        ({"carried_out_before": 201}, "the year before carried out 201, which is not carried in"),
        ({"remedied": 101}, "remedied 101 of 100 out of compliance"),
    ],
)
def test_what_does_not_foot_is_said(values, fault):
    assert [*replace(LINE, **values).faults()] == ([fault] if fault else [])


@pytest.fixture
def walked(monkeypatch):
    """The command without the walk itself, and what its ledger is to say."""

    class Here:
        walkers: list = []
        last_year = 2028

        def __init__(self, districts, years, say):
            self.said = say

        def walk(self):
            self.said("FY2027 is walked.")

    class Nowhere:
        def __enter__(self):
            return "scratch"

        def __exit__(self, *fault):
            return None

    monkeypatch.setattr(walk_years, "Walk", Here)
    monkeypatch.setattr(walk_years, "scratch_database", Nowhere)
    monkeypatch.setattr(walk_years, "faults_of_letters", list)
    return lambda lines: monkeypatch.setattr(walk_years, "ledger", lambda *_, **__: lines)


@pytest.mark.django_db
def test_the_command_prints_a_line_for_each_and_a_summary(walked, capsys):
    walked([LINE])

    call_command("walk_years", years=1, districts=1)

    said = capsys.readouterr().out.splitlines()
    assert said[1].split() == [
        *("Ansonia", "2028", "1,000", "200", "50", "1,150", "900", "250", "100", "90")
    ]
    assert said[-1].endswith("1 lines: all foot.")


@pytest.mark.django_db
def test_the_command_fails_where_a_line_does_not_foot(walked, capsys):
    walked([LINE, replace(LINE, expended=899)])

    with pytest.raises(CommandError, match="1 faults"):
        call_command("walk_years", years=1, districts=1)
    assert "Ansonia FY2028: expended + carried out is 1 off" in capsys.readouterr().err


@pytest.mark.django_db
def test_the_walk_has_a_database_of_its_own_that_is_gone_after_it():
    command = [sys.executable, "manage.py", "walk_years", "--years", "1", "--districts", "2"]

    said = subprocess.run(  # noqa: S603
        command,
        cwd=settings.BASE_DIR,
        env=environment_of_the_tests(),
        capture_output=True,
        check=False,
        text=True,
    )

    assert (said.returncode, said.stdout.splitlines()[-1:]) == (
        0,
        ["3 districts, 1 fiscal years, 3 lines: all foot."],
    ), said.stderr
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE %s", [r"%\_walk\_%"])
        assert cursor.fetchone() == (0,)
