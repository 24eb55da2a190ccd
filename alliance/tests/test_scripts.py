"""What a person types: each script does its work, or says in one sentence why it cannot."""

# ruff: noqa: S603  every command run here is our own, as a list of words

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from alliance.embedded import ROOT, checks
from alliance.embedded import state as states

pytestmark = pytest.mark.services

PLAIN_PATH = "/bin:/usr/bin"  # what getconf PATH answers
WHICH_DATABASE = "from django.db import connection; print(connection.settings_dict['NAME'])"
READY_SECONDS = 120


@pytest.fixture
def folder():
    """A state folder that scripts may use; short, and as root open to PostgreSQL's account."""
    with tempfile.TemporaryDirectory(prefix="alliance-scripts-", dir=states.TEMPORARY) as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture
def environment(tmp_path, folder):
    """As bare as that of a machine nobody has set up."""
    return {
        "HOME": str(tmp_path),
        "PATH": PLAIN_PATH,
        "SECRET_KEY": "test-only",
        "ALLIANCE_STATE": str(folder),
    }


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(environment, script, *arguments, given=""):
    return subprocess.run(
        [ROOT / script, *map(str, arguments)],
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        timeout=READY_SECONDS,
        check=False,
    )


@contextmanager
def serving(environment, port):
    """A script/server that has said it is ready, and whatever it has said until then."""
    with subprocess.Popen(
        [ROOT / "script/server", "--port", str(port)],
        env=environment | {"DEMO": "false"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        said = []
        for line in server.stdout:
            said.append(line)
            if line.startswith("ready:"):
                break
        try:
            assert said[-1].startswith("ready:"), "".join(said)
            yield server, said
        finally:
            server.terminate()


def test_server_serves_is_alone_lends_its_services_and_stops_whole(environment, folder, free_port):
    with serving(environment, free_port) as (server, said):
        with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/health/") as page:
            health = page.status
        second = run(environment, "script/server", "--port", free_port)
        lent = run(environment, "script/manage", "shell", "-v0", "-c", WHICH_DATABASE)
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()

        server.send_signal(signal.SIGINT)
        rest = server.stdout.read()
        server.wait()

    assert (said[-1], health) == (f"ready: http://127.0.0.1:{free_port}/\n", 200)
    assert (second.returncode, second.stderr) == (
        1,
        f"script/server (process {server.pid}) is using {folder}: stop it first, or give another"
        " folder with --state DIR or ALLIANCE_STATE=DIR.\n",
    )
    assert (lent.returncode, lent.stdout) == (0, "alliance\n")
    assert "Starting PostgreSQL" not in lent.stderr
    assert len(children) == 5  # PostgreSQL, Valkey, web, worker, beat
    assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []
    assert server.returncode == 0
    assert rest.endswith(f"Stopping …\nStopped. The data is in {folder}\n")


def test_server_stops_everything_when_one_process_ends(environment, folder, free_port):
    with serving(environment, free_port) as (server, _):
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        (worker,) = [pid for pid in children if " worker " in command_of(pid)]

        os.kill(int(worker), signal.SIGKILL)
        rest = server.stdout.read()
        server.wait()

    assert server.returncode == 1
    assert "worker has ended (exit code -9), so everything is stopped." in rest
    assert str(folder / "logs/worker.log") in rest
    assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []


def command_of(pid):
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def test_server_refuses_a_port_in_use(environment, free_port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port))
        other.listen()

        refused = run(environment, "script/server", "--port", free_port)

    assert (refused.returncode, refused.stdout, refused.stderr) == (
        1,
        "",
        f"Port {free_port} of 127.0.0.1 cannot be used (Address already in use):"
        " give another with --port.\n",
    )


def test_server_refuses_a_wrong_database_address(environment, free_port):
    wrong = environment | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}

    refused = run(wrong, "script/server", "--port", free_port)

    assert refused.returncode == 1
    assert refused.stderr.startswith("DATABASE_URL does not lead to a database: ")
    assert refused.stderr.count("\n") == 1


def test_manage_brings_services_of_its_own_and_answers_as_the_command_did(environment):
    shout = "import sys; print(sys.stdin.read().upper(), end=''); sys.exit(7)"

    answer = run(environment, "script/manage", "shell", "-v0", "-c", shout, given="a word\n")

    assert (answer.returncode, answer.stdout) == (7, "A WORD\n")
    assert answer.stderr.startswith("Starting PostgreSQL and Valkey for this command …\n")


def test_manage_py_without_a_database_says_what_to_do(environment):
    alone = subprocess.run(
        [sys.executable, ROOT / "manage.py", "runserver"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (alone.returncode, alone.stdout, alone.stderr) == (
        1,
        "",
        "Set the DATABASE_URL environment variable, or use script/server to run the product and"
        " script/manage for one command: they bring a database of their own.\n",
    )


@pytest.mark.parametrize(
    ("python", "sentence"),
    [
        ("exit 1", "Python 3.11 or later is needed, and none is on PATH"),
        (
            'case "$2" in *ensurepip*) exit 1;; esac',
            "python3.13 cannot make virtual environments: on Debian, apt-get install python3-venv.",
        ),
    ],
)
def test_setup_says_which_python_is_needed(tmp_path, python, sentence):
    (tmp_path / "script").mkdir()
    shutil.copy(ROOT / "script/setup", tmp_path / "script/setup")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/dirname").symlink_to(shutil.which("dirname"))
    (tmp_path / "bin/python3.13").write_text(f"#!/bin/sh\n{python}\n")
    (tmp_path / "bin/python3.13").chmod(0o755)

    refused = run({"PATH": f"{tmp_path}/bin"}, tmp_path / "script/setup")

    assert refused.returncode == 1
    assert refused.stderr.startswith(sentence)


def test_check_runs_all_and_names_what_did_not_pass(monkeypatch, capsys):
    python = (sys.executable, "-c")
    steps = {"First": (*python, "exit(1)"), "Second": (*python, "exit(0)")}
    monkeypatch.setattr(checks, "CHECKS", steps)

    assert checks.check() == 1
    assert capsys.readouterr().out == (
        "\n1 of 2: First …\n\n2 of 2: Second …\n\nNot passed:\n  First\n"
    )


def test_check_that_could_not_be_done_is_neither_passed_nor_failed(monkeypatch, capsys):
    steps = {"First": (sys.executable, "-c", f"exit({os.EX_TEMPFAIL})")}
    monkeypatch.setattr(checks, "CHECKS", steps)

    assert checks.check() == 0
    assert capsys.readouterr().out == "\n1 of 1: First …\n\nCould not be done:\n  First\n"


def test_env_example_names_each_variable_of_the_settings():
    read = re.findall(r'env\.\w+\(\s*"(\w+)"', (ROOT / "alliance/settings.py").read_text())
    named = re.findall(r"^#?(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)

    assert sorted(set(read) - set(named)) == []


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_each_requirement_says_why_and_is_among_the_pins(name):
    asked = [
        line
        for line in (ROOT / f"{name}.in").read_text().splitlines()
        if line and not line.startswith(("#", "-r"))
    ]

    assert [line for line in asked if "  # " not in line] == []
    assert sorted(_pins(asked) - _pins((ROOT / f"{name}.txt").read_text().splitlines())) == []


def test_development_has_the_same_pins_as_production():
    runtime, development = (
        _pins((ROOT / f"{name}.txt").read_text().splitlines())
        for name in ("requirements", "requirements-dev")
    )

    assert sorted(runtime - development) == []


def _pins(lines):
    found = (re.match(r"([\w.-]+)==([\w.]+)", line) for line in lines)
    return {(pin[1].lower().replace("_", "-"), pin[2]) for pin in found if pin}
