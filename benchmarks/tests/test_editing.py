"""The soak finds what is lost, and finds nothing while web processes are killed."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from benchmarks.editing import Acknowledged, Editor, _judge, lost
from benchmarks.writers import places_in
from districts.roles import Role
from districts.tests.factories import person
from plans import services
from plans.models import Cover
from plans.tests.factories import PlanFactory, write_rows


@pytest.mark.django_db
def test_a_text_in_its_row_or_its_history_is_not_lost_and_any_other_is(noon):
    plan = PlanFactory()
    write_rows(plan)
    cover = places_in(plan)[0]
    for words in ("Earlier.", "Now."):
        Cover.objects.filter(plan=plan).update(summary=words)
    services.save_section(
        plan_id=plan.pk,
        model=Cover,
        version=1,
        values={},
        as_typed={},
        left={"summary": "Not chosen."},
        by=person(Role.PLAN_COORDINATOR, plan.district),
        at=noon,
    )
    kept = [
        Acknowledged(cover, "summary", words)
        for words in ("Earlier.", "Now.", "Not chosen.", "Nowhere.")
    ]

    assert [each.text for each in lost(kept)] == ["Nowhere."]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("texts", "faults", "judged"),
    [(["Held."], [], 0), (["Nowhere."], [], 1), (["Held."], ["POST /: 500"], 1), ([], [], 1)],
)
def test_a_lost_text_a_failed_answer_or_no_text_at_all_is_a_failure(texts, faults, judged, capsys):
    plan = PlanFactory()
    write_rows(plan)
    Cover.objects.filter(plan=plan).update(summary="Held.")
    cover = places_in(plan)[0]
    kept = [Acknowledged(cover, "summary", text) for text in texts]

    assert _judge([Editor(0, 0, "", cover, None, kept=kept, faults=faults)], killed=1) == judged
    assert f"{len(texts)} texts acknowledged" in capsys.readouterr().out


@pytest.mark.long
def test_nothing_is_lost_in_ten_seconds_of_many_writing_while_processes_are_killed():
    told = subprocess.run(  # noqa: S603
        [
            *(sys.executable, "-m", "benchmarks.soak", "editing"),
            *("--editors", "16", "--plans", "3", "--seconds", "10"),
        ],
        cwd=settings.BASE_DIR,
        env={name: os.environ[name] for name in ("PATH", "HOME")},  # nothing of the tests
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )

    assert (told.returncode, "0 acknowledged texts are missing" in told.stdout) == (
        0,
        True,
    ), told.stdout + told.stderr
