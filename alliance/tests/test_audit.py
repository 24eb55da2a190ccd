"""script/check's audit of the pins: what pip-audit really writes, and what is made of it."""

import json
import os
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from packaging.version import Version
from pip_audit._format.json import JsonFormat  # the writer itself: its shape cannot drift from ours
from pip_audit._service.interface import (
    ResolvedDependency,
    SkippedDependency,
    VulnerabilityResult,
)

from alliance.embedded import audit

PINS = ["django==5.2.19", "redis==8.1.0"]
DJANGO = ResolvedDependency("Django", Version("5.2.19"))
REDIS = ResolvedDependency("redis", Version("8.1.0"))
FAULT = VulnerabilityResult.create(
    ["GHSA-1", "CVE-2026-1"], "Bad.", [Version("5.2.20"), Version("6.0.1")], None
)
UNMENDED = VulnerabilityResult.create(["PYSEC-2026-2"], "Worse.", [], None)
PIP_AUDIT = Path(sys.executable).parent / "pip-audit"
REAL = (PIP_AUDIT, "--vulnerability-service", "osv", "--cache-dir")


@pytest.fixture(autouse=True)
def two_pins(tmp_path, monkeypatch):
    monkeypatch.setattr(audit, "PINS", tmp_path / "requirements.txt")
    audit.PINS.write_text(
        "# Made by\ndjango==5.2.19\n    # via x\nredis==8.1.0 ; python_full_version < '3'\n"
    )


def written(result) -> str:
    return JsonFormat(output_desc=True, output_aliases=True).format(result, [])


@pytest.mark.parametrize(
    ("answer", "told", "code"),
    [
        (
            written({DJANGO: [], REDIS: []}),
            "Without a known vulnerability: 2 of 2 packages.",
            0,
        ),
        (
            written({DJANGO: [FAULT, UNMENDED], REDIS: []}),
            "Vulnerable: django==5.2.19 CVE-2026-1, fixed in 5.2.20, 6.0.1\n"
            "Vulnerable: django==5.2.19 PYSEC-2026-2, not fixed yet\n"
            "Without a known vulnerability: 1 of 2 packages.",
            1,
        ),
        (
            written({DJANGO: [], SkippedDependency("redis", "could not be audited"): []}),
            "Not audited: redis==8.1.0\nWithout a known vulnerability: 1 of 2 packages.",
            os.EX_TEMPFAIL,
        ),
        (
            written({DJANGO: []}),  # a package nothing was said of is not a clean one
            "Not audited: redis==8.1.0\nWithout a known vulnerability: 1 of 2 packages.",
            os.EX_TEMPFAIL,
        ),
        (
            written({DJANGO: [UNMENDED], SkippedDependency("redis", "no"): []}),
            "Vulnerable: django==5.2.19 PYSEC-2026-2, not fixed yet\n"
            "Not audited: redis==8.1.0\n"
            "Without a known vulnerability: 0 of 2 packages.",
            1,
        ),
    ],
    ids=["clean", "vulnerable", "skipped", "left out", "both"],
)
def test_package_is_clean_only_where_it_was_answered_for(answer, told, code):
    found = audit.read(answer, PINS)

    assert (found.told(), found.exit_code) == (told, code)


@pytest.mark.parametrize("answer", ["{}", "[]", "<html>", '{"dependencies": [{}]}'])
def test_what_pip_audit_never_writes_is_no_answer(answer):
    with pytest.raises(audit.NoAnswer):
        audit.read(answer, PINS)


@contextmanager
def vulnerability_service(answers):
    """Speaks the protocol of osv.dev, for the packages named in `answers`."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(answers.get(asked["package"]["name"], {})).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, args=(0.01,)).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


def test_pip_audit_itself_finds_a_vulnerable_pin(tmp_path, capfd):
    fault = {
        "id": "GHSA-1",
        "aliases": ["CVE-2026-1"],
        "summary": "Bad.",
        "affected": [
            {
                "package": {"name": "django", "ecosystem": "PyPI"},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"fixed": "5.2.20"}]}],
            }
        ],
    }
    with vulnerability_service({"django": {"vulns": [fault]}}) as url:
        code = audit.audit((*REAL, tmp_path, "--osv-url", url))

    assert (code, capfd.readouterr().out) == (
        1,
        "Vulnerable: django==5.2.19 CVE-2026-1, fixed in 5.2.20\n"
        "Without a known vulnerability: 1 of 2 packages.\n",
    )


def test_registry_that_is_away_is_neither_clean_nor_a_failure(tmp_path, capfd):
    code = audit.audit((*REAL, tmp_path, "--osv-url", "http://127.0.0.1:9/"))

    said = capfd.readouterr().out
    assert code == os.EX_TEMPFAIL
    assert said.startswith("Not audited: none of the 2 packages. pip-audit got no answer: ")
    assert "Connection refused" in said


def test_registry_that_hangs_is_left_alone(capfd):
    code = audit.audit((sys.executable, "-c", "import time; time.sleep(60)"), seconds=0.1)

    assert (code, capfd.readouterr().out) == (
        os.EX_TEMPFAIL,
        "Not audited: none of the 2 packages. No answer came within 0.1 seconds.\n",
    )
