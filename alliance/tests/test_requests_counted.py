"""Requests counted for Prometheus: over all processes, by names of our own, and only when asked."""

# ruff: noqa: S603  every command run here is our own, as a list of words

import re
import subprocess
import sys

import pytest
from django.conf import settings as as_set

from alliance import metrics
from alliance.requests_counted import counter, told
from alliance.tests.test_web import environment_of_the_tests, running

SERIES = re.compile(
    r'^alliance_request_seconds_count\{answer="(\w+)",route="([^"]*)"\} (\S+)$', re.M
)
LABELS = re.compile(r'(\w+)="([^"]*)"')
AT_LEAST = 20
AT_MOST = 500  # connections, after which each of two processes has had one


@pytest.fixture
def folder(tmp_path, settings):
    kept = tmp_path / "counted"
    kept.mkdir()
    settings.METRICS_FOLDER = str(kept)
    return kept


def series():
    return {(route, answer): int(float(count)) for answer, route, count in SERIES.findall(told())}


def _files_that_tell_of(route, folder):
    return [file for file in folder.glob("histogram_*.db") if route in file.read_bytes()]


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_requests_of_all_processes_add_up_by_names_alone(free_port, tmp_path, folder):
    (folder / "histogram_1.db").write_bytes(b"of a run that is over")
    with running(free_port, tmp_path, environment={"METRICS_FOLDER": str(folder)}) as web:
        asked = 0
        while asked < AT_LEAST or (
            asked < AT_MOST and len(_files_that_tell_of(b"overview", folder)) < 2
        ):
            asked += 1
            web.ask(f"/plans/bristol-{asked}/{2000 + asked}/")
        web.ask("/accounts/password/reset/key/1-cl-secret/")
        for path in ("/nowhere/17/", "/ann@example.org/?who=ann@example.org"):
            web.ask(path, cookie="sessionid=hers")
        counted = series()
        page = metrics.page()
        files = _files_that_tell_of(b"overview", folder)

    assert len(files) == 2, "both processes answered"
    assert counted["plans:overview", "3xx"] == asked  # sent to sign in: one series for all ids
    assert counted["none", "4xx"] == 2
    assert "# TYPE alliance_request_seconds histogram" in page
    assert 'alliance_request_seconds_bucket{answer="3xx",le="10.0",route="plans:overview"}' in page
    assert "# TYPE alliance_up gauge" in page
    told_of = [line for line in page.splitlines() if line.startswith("alliance_request")]
    labels = [label for line in told_of for label in LABELS.findall(line)]
    assert {name for name, _ in labels} == {"answer", "route", "le"}
    assert all(re.fullmatch(r"[a-z_:]+", label) for name, label in labels if name == "route")
    assert not {"ann", "hers", "secret", "bristol"} & {label for _, label in labels}


def test_nothing_is_counted_unless_somebody_asked_for_it():
    asked = (
        "import sys, django; django.setup();"
        "from alliance.wsgi import application;"
        "from alliance.requests_counted import counter, told;"
        "print(counter(), repr(told()), 'prometheus_client' in sys.modules)"
    )
    environment = environment_of_the_tests() | {
        "DJANGO_SETTINGS_MODULE": "alliance.settings",
        "METRICS_FOLDER": "",
    }
    answer = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=as_set.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert answer.stdout.split() == ["None", "''", "False"]


def test_a_folder_that_cannot_be_written_stops_no_page(settings, tmp_path, client, caplog):
    settings.METRICS_FOLDER = str(tmp_path / "not there")

    assert counter() is None
    assert told() == ""
    assert "METRICS_FOLDER" in caplog.text
