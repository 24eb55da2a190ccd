"""script/check: every check that is not a test, each said by name, all run even if one fails.

A check that could not be done exits with EX_TEMPFAIL: it has neither passed nor failed.
"""

# ruff: noqa: S603  every command run here is our own, as a list of words

import os
import subprocess
import sys
from pathlib import Path

from alliance.embedded import ROOT
from alliance.embedded.services import running_services
from alliance.embedded.state import temporary_state

PROGRAMS = Path(sys.executable).parent
JINJA = {*(ROOT / "templates/jinja2").rglob("*.html")}
BY_HAND = {  # no blank may come between what they draw
    ROOT / "templates/jinja2/marks.html",
    ROOT / "templates/jinja2/controls.html",
}
FIELDS = sorted(JINJA - BY_HAND)
PAGES = sorted({*(ROOT / "templates").rglob("*.html")} - JINJA)
FORMAT_TEMPLATES = (
    *(PROGRAMS / "djangofmt", "--check", "--quiet"),
    *("--line-length", "120", "--indent-width", "2"),
)
MANAGE: tuple[str | Path, ...] = (sys.executable, ROOT / "manage.py")
CHECKS: dict[str, tuple[str | Path, ...]] = {
    "Lint (ruff check)": (PROGRAMS / "ruff", "check", "--quiet", "."),
    "Format (ruff format)": (PROGRAMS / "ruff", "format", "--check", "--quiet", "."),
    "Template syntax (djade)": (
        *(PROGRAMS / "djade", "--check", "--target-version", "5.2"),
        *PAGES,
    ),
    "Template format (djangofmt)": (*FORMAT_TEMPLATES, *PAGES),
    "Template format of Jinja2’s (djangofmt)": (
        *FORMAT_TEMPLATES,
        *("--profile", "jinja"),
        *FIELDS,
    ),
    "Our scripts (oxlint)": (PROGRAMS / "oxlint", "--quiet", "static/js"),
    "Imports go one way (import-linter)": (PROGRAMS / "lint-imports", "--no-logo"),
    "Types (mypy)": (PROGRAMS / "mypy", "."),
    "Settings fit for production (check --deploy)": (
        *MANAGE,
        *("check", "--deploy", "--fail-level", "WARNING"),
    ),
    "Models and migrations agree (makemigrations --check)": (
        *MANAGE,
        *("makemigrations", "--check", "--dry-run"),
    ),
    "No known vulnerabilities (pip-audit)": (sys.executable, "-m", "alliance.embedded.audit"),
}
PRODUCTION = {  # what the settings are checked as
    "DEBUG": "false",
    "DEMO": "false",
    "INSECURE_LOCAL": "false",
    "ALLOWED_HOSTS": "alliance.example.org",
    "SITE_URL": "https://alliance.example.org",
    "EMAIL_URL": "smtp+tls://alliance:password@mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "Alliance <alliance@example.org>",
}


def check() -> int:
    with temporary_state() as state, running_services(state, durable=False) as services:
        environment = os.environ | services.environment | PRODUCTION
        codes = {name: _run(name, environment) for name in CHECKS}
    undone = [name for name, code in codes.items() if code == os.EX_TEMPFAIL]
    failed = [name for name, code in codes.items() if code and name not in undone]
    if not failed and not undone:
        _say(f"\nAll {len(CHECKS)} checks passed.")
    for words, names in (("Could not be done", undone), ("Not passed", failed)):
        if names:
            _say(f"\n{words}:" + "".join(f"\n  {name}" for name in names))
    return 1 if failed else 0


def _run(name: str, environment: dict[str, str]) -> int:
    number = list(CHECKS).index(name) + 1
    _say(f"\n{number} of {len(CHECKS)}: {name} …")
    return subprocess.run(CHECKS[name], cwd=ROOT, env=environment, check=False).returncode


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
