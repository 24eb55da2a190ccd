"""What Prometheus is told, and where faults are sent: only where somebody asked for it."""

import json
import logging
import logging.config
import queue
import socket
import threading
import time
from http.client import BadStatusLine
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from alliance import health, logs
from alliance.management.commands import serve_metrics
from alliance.metrics import page
from alliance.reporting import ReportFaults
from notices.tests.factories import NoticeFactory
from plans.tests.factories import PlanFactory


@pytest.mark.django_db
def test_metrics_tell_of_parts_letters_and_plans(django_assert_num_queries):
    NoticeFactory(sent=True)
    NoticeFactory()
    plan = PlanFactory()
    health.last_migrations()

    with django_assert_num_queries(5):
        told = page()

    lines = told.splitlines()
    assert {
        'alliance_up{part="database"} 1',
        'alliance_up{part="letters"} 0',
        'alliance_letters_late{part="letters"} 1',
        'alliance_letters{status="sent"} 1',
        'alliance_letters{status="waiting"} 1',
        f'alliance_plans{{fiscal_year="{plan.cycle_id}",status="draft"}} 1',
        "# TYPE alliance_up gauge",
    } <= set(lines)
    assert "@" not in told


@pytest.mark.django_db
def test_metrics_are_told_while_the_database_is_away(monkeypatch):
    monkeypatch.setattr(health, "_database", lambda: "away")

    lines = page().splitlines()

    assert 'alliance_up{part="database"} 0' in lines
    assert not [line for line in lines if line.startswith("alliance_plans{")]


def test_metrics_have_an_address_of_their_own(monkeypatch, client):
    monkeypatch.setattr(serve_metrics, "page", lambda: "alliance_up 1\n")
    server = HTTPServer(("127.0.0.1", 0), serve_metrics.Metrics)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        with urlopen(f"{address}/metrics", timeout=5) as answer:  # noqa: S310
            told = answer.read()
        with pytest.raises(HTTPError) as elsewhere:
            urlopen(f"{address}/", timeout=5)  # noqa: S310
        elsewhere.value.close()
    finally:
        server.shutdown()
        server.server_close()

    assert (told, elsewhere.value.code) == (b"alliance_up 1\n", 404)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.1:no", "nowhere.invalid:9101"])
def test_address_that_cannot_be_used_is_a_sentence(address):
    with pytest.raises(CommandError, match="cannot be used"):
        call_command("serve_metrics", "--bind", address)


@pytest.fixture
def collector():
    """Its address, and what it was sent."""
    sent = queue.Queue()

    class Collects(BaseHTTPRequestHandler):
        def do_POST(self):
            sent.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Collects)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", sent
    server.shutdown()
    server.server_close()


@pytest.fixture
def reporting():
    """Logs as they are set with an address for reports, then as before."""

    def _reporting(url):
        logging.config.dictConfig(logs.configuration(as_json=True, reports_to=url))

    yield _reporting
    logging.config.dictConfig(settings.LOGGING)


def test_fault_is_reported_as_the_log_has_it_and_a_warning_is_not(collector, reporting):
    url, sent = collector
    reporting(url)
    logger = logging.getLogger("alliance.test")

    logger.warning("Only a warning")
    try:
        raise ValueError("no such: DETAIL: Failing row contains (Our coach left)")
    except ValueError:
        logger.exception("Nothing for a@example.org")

    report = sent.get(timeout=10)
    assert (report["event"], report["level"]) == ("Nothing for [address]", "error")
    assert ("ValueError" in report["exception"], "coach" in report["exception"]) == (True, False)
    assert sent.empty()


def test_nobody_waits_for_a_collector_that_hangs(reporting):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        reporting(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        started = time.monotonic()
        for _ in range(300):
            logging.getLogger("alliance.test").error("Again")

        assert time.monotonic() - started < 3


def test_a_collector_that_answers_nonsense_stops_no_report(reporting, monkeypatch):
    tries = queue.Queue()

    def answer(*_, **__):
        tries.put(1)
        raise BadStatusLine("nonsense")

    monkeypatch.setattr("alliance.reporting.urlopen", answer)
    reporting("http://127.0.0.1:9/")
    for _ in range(2):
        logging.getLogger("alliance.test").error("Again")

    assert [tries.get(timeout=10) for _ in range(2)] == [1, 1]


def test_no_fault_is_reported_unless_somebody_asked_for_it():
    assert "reports" not in settings.LOGGING["handlers"]
    with pytest.raises(ValueError, match="ERROR_REPORTS_URL"):
        ReportFaults("file:///etc/passwd")
