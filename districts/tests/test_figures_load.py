"""Loading published figures: each kept as it is in the files, and never overwritten."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from districts import services
from districts.models import PublishedFigure
from districts.services import FigureOfYear
from districts.tests.published import ALLOCATIONS, HISTORY, ansonia, published_in_files

pytestmark = pytest.mark.django_db

ABSENT = FigureOfYear(
    edsight_code="0020011",
    district="Ansonia",
    measure="chronic_absenteeism",
    student_group="all",
    fiscal_year=2025,
    value=Decimal("22.9"),
    source="EdSight",
)


def run(*options):
    out = StringIO()
    call_command("load_figures", *options, stdout=out)
    return out.getvalue().splitlines()


def test_every_figure_of_a_district_is_kept_as_the_files_have_it(noon):
    district = ansonia()
    in_files = published_in_files()
    services.load_figures(figures=in_files, at=noon)

    kept = PublishedFigure.objects.values_list(
        "district__edsight_code", "measure", "student_group", "fiscal_year", "value", "source"
    )
    wanted = {
        (*figure.named, figure.value, figure.source)
        for figure in in_files
        if figure.district == district.name
    }
    assert set(kept) == wanted
    assert len(wanted) > 400


def test_the_command_loads_once_and_says_what_it_left_out(noon):
    ansonia()

    first, again = run(), run()

    assert first[0].endswith(" 0 corrected, 0 as before.")
    assert again[0] == f"0 new figures, 0 corrected, {PublishedFigure.ever.count()} as before."
    assert any(line.endswith("of Bristol, which is not on the roster.") for line in first)


def test_a_dry_run_writes_nothing():
    ansonia()

    assert run("--dry-run")[-1] == "This was a dry run: nothing was written."
    assert not PublishedFigure.ever.exists()


def test_a_corrected_figure_takes_the_place_of_one_that_stays(noon):
    ansonia()
    services.load_figures(figures=[ABSENT], at=noon)
    later = noon + timedelta(days=1)

    load = services.load_figures(figures=[replace(ABSENT, value=Decimal("21.4"))], at=later)

    assert list(load.lines())[:2] == [
        "0 new figures, 1 corrected, 0 as before.",
        "  Ansonia, chronic_absenteeism (all), FY2025: 22.9 → 21.4",
    ]
    assert PublishedFigure.objects.get().value == Decimal("21.4")
    was = PublishedFigure.ever.get(value=Decimal("22.9"))
    assert (was.loaded_at, was.superseded_at) == (noon, later)


def test_a_source_that_was_corrected_is_told_as_such(noon):
    ansonia()
    services.load_figures(figures=[ABSENT], at=noon)

    load = services.load_figures(figures=[replace(ABSENT, source="CSDE")], at=noon)

    assert list(load.lines())[1] == (
        "  Ansonia, chronic_absenteeism (all), FY2025: “EdSight” → “CSDE”"
    )


def test_a_figure_that_a_later_file_leaves_out_stays(noon):
    ansonia()
    services.load_figures(figures=[ABSENT], at=noon)

    services.load_figures(figures=[replace(ABSENT, fiscal_year=2024)], at=noon)

    assert set(PublishedFigure.objects.values_list("fiscal_year", flat=True)) == {2024, 2025}


@pytest.mark.parametrize("act", ["change", "delete", "supersede again"])
def test_what_was_published_is_never_overwritten(noon, act):
    ansonia()
    services.load_figures(figures=[ABSENT], at=noon)
    services.load_figures(figures=[replace(ABSENT, value=Decimal(1))], at=noon)
    before = PublishedFigure.ever.filter(value=ABSENT.value)
    acts = {
        "change": lambda: before.update(value=2),
        "delete": before.delete,
        "supersede again": lambda: before.update(superseded_at=noon + timedelta(days=1)),
    }

    with pytest.raises(DatabaseError), transaction.atomic():
        acts[act]()


def test_a_file_with_a_fault_loads_nothing(tmp_path):
    ansonia()
    bad = tmp_path / "history.csv"
    bad.write_text(HISTORY.read_text().replace("85.7143", "85,7143", 1))

    with pytest.raises(CommandError, match=r"Nothing was loaded.*has \d+ fault"):
        run("--history", str(bad), "--allocations", str(ALLOCATIONS))

    assert not PublishedFigure.ever.exists()


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"none\.csv cannot be read"):
        run("--history", str(tmp_path / "none.csv"))
