"""script/check: every check that is not a test, each said by name, all run even if one fails."""

# ruff: noqa: S603  every command run here is our own, as a list of words

import os
import subprocess
import sys
from pathlib import Path

from alliance.embedded import ROOT
from alliance.embedded.services import running_services
from alliance.embedded.state import temporary_state

PROGRAMS = Path(sys.executable).parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MANAGE: tuple[str | Path, ...] = (sys.executable, ROOT / "manage.py")
CHECKS: dict[str, tuple[str | Path, ...]] = {
    "Lint (ruff check)": (PROGRAMS / "ruff", "check", "--quiet", "."),
    "Format (ruff format)": (PROGRAMS / "ruff", "format", "--check", "--quiet", "."),
    "Template syntax (djade)": (
        *(PROGRAMS / "djade", "--check", "--target-version", "5.2"),
        *TEMPLATES,
    ),
    "Template indentation (djhtml)": (
        *(PROGRAMS / "djhtml", "--check", "--tabwidth", "2"),
        ROOT / "templates",
    ),
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
}
PRODUCTION = {  # what the settings are checked as
    "DEBUG": "false",
    "DEMO": "false",
    "INSECURE_LOCAL": "false",
    "ALLOWED_HOSTS": "alliance.example.org",
    "SITE_URL": "https://alliance.example.org",
}


def check() -> int:
    with temporary_state() as state, running_services(state, durable=False) as services:
        environment = os.environ | services.environment | PRODUCTION
        failed = [name for name in CHECKS if not _passes(name, environment)]
    if failed:
        _say("\nNot passed:" + "".join(f"\n  {name}" for name in failed))
    else:
        _say(f"\nAll {len(CHECKS)} checks passed.")
    return 1 if failed else 0


def _passes(name: str, environment: dict[str, str]) -> bool:
    number = list(CHECKS).index(name) + 1
    _say(f"\n{number} of {len(CHECKS)}: {name} …")
    return subprocess.run(CHECKS[name], cwd=ROOT, env=environment, check=False).returncode == 0


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
