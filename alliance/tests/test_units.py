"""The systemd units in docs/operations.md: what they run is there, and systemd knows each word."""

# ruff: noqa: S603  every command run here is our own, as a list of words

import re
import shlex
import shutil
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path

import pytest
from django.conf import settings

from alliance.tests.commands import fault_of

OPERATIONS = (settings.BASE_DIR / "docs" / "operations.md").read_text()
UNITS = dict(re.findall(r"^`(alliance-[\w.]+)`\n\n```\n(.*?)^```$", OPERATIONS, re.M | re.S))
SERVICES = sorted(name for name in UNITS if name.endswith(".service"))
OURS = "/srv/alliance/current/.venv/bin/"
WRITE_NOTHING_OF_RELEASES = {"/var/lib/alliance", "/var/backups/alliance"}
CONFINED = {
    "User": "alliance",
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "SystemCallFilter": "@system-service",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "UMask": "0077",
}


def said_of_service(name):
    unit = RawConfigParser(strict=True)
    unit.optionxform = str
    unit.read_string(UNITS[name])
    return unit["Service"]


def commands_of(name):
    """What a unit runs, as words; what its shell runs, too."""
    for line in re.findall(r"^Exec\w+=(.+)$", UNITS[name], re.M):
        words = shlex.split(line)
        yield words
        if words[:2] == ["/bin/sh", "-c"]:
            inner = re.sub(r"\$\(.*?\)", "NOW", words[2]).removeprefix("exec ")
            yield shlex.split(inner)


def faults_of(name):
    for program, *arguments in commands_of(name):
        if program.startswith(OURS):
            yield fault_of([program.removeprefix(OURS), *arguments])
        elif not shutil.which(program):
            yield f"there is no {program}"


def test_every_process_has_a_unit():
    kinds = {"web.socket", "web", "worker", "beat", "backup", "backup.timer", "metrics"}
    assert {name.removeprefix("alliance-").removesuffix(".service") for name in UNITS} == kinds


@pytest.mark.parametrize("name", SERVICES)
def test_programs_of_a_unit_and_their_options_are_there(name):
    assert [fault for fault in faults_of(name) if fault] == []


@pytest.mark.parametrize("name", SERVICES)
def test_a_unit_leaves_its_process_no_right_it_does_not_need(name):
    said = said_of_service(name)

    assert {key: said.get(key) for key in CONFINED} == CONFINED
    assert set(said.get("ReadWritePaths", "").split()) <= WRITE_NOTHING_OF_RELEASES


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
@pytest.mark.parametrize("name", sorted(UNITS))
def test_systemd_knows_what_a_unit_says(name, tmp_path):
    for each, text in UNITS.items():
        (tmp_path / each).write_text(text.replace(OURS, f"{Path(sys.prefix) / 'bin'}/"))
    answer = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin"},
    )

    assert [line for line in answer.stderr.splitlines() if "alliance-" in line] == []
    assert answer.returncode == 0, answer.stderr
