"""What a person types: each script does its work, or says in one sentence why it cannot."""

# ruff: noqa: S603  every command run here is our own, as a list of words

import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
import zipfile
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from alliance.embedded import ROOT, checks, installation
from alliance.embedded import state as states

pytestmark = pytest.mark.services

PLAIN_PATH = "/bin:/usr/bin"  # what getconf PATH answers
WHICH_DATABASE = "from django.db import connection; print(connection.settings_dict['NAME'])"
WAKE_WORKER_AND_ADD_ADMIN = """
from django.core.management import call_command
from alliance.celery import app
while not app.control.ping(timeout=1):
    pass
print("woken")
call_command("create_admin", "kept@example.org")
"""
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
        "SECRET_KEY": "for-the-tests-alone-0123456789-abcdefghijklmnopqrstuvwxyz",
        "ALLIANCE_STATE": str(folder),
    }


def run(environment, script, *arguments, given="", largest_file=None):
    """What the script said. With `largest_file`, writing fails as on a disk that is then full."""

    def limit():
        if largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

    return subprocess.run(
        [ROOT / script, *map(str, arguments)],
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        timeout=READY_SECONDS,
        check=False,
        preexec_fn=limit,
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


@pytest.mark.long
def test_server_serves_is_alone_is_backed_up_stops_whole_and_comes_back_when_all_is_lost(
    environment, folder, free_port, tmp_path
):
    beside, again = tmp_path / "beside.backup", tmp_path / "again.backup"
    with serving(environment, free_port) as (server, said):
        with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/health/") as page:
            health = page.status
        second = run(environment, "script/server", "--port", free_port)
        lent = run(environment, "script/manage", "shell", "-v0", "-c", WHICH_DATABASE)
        backed_up = run(environment, "script/backup", beside)
        unrestored = run(environment, "script/restore", beside, "--replace")
        children = children_of(server.pid)

        server.send_signal(signal.SIGINT)
        rest = server.stdout.read()
        server.wait()
    left = processes_of(folder)
    for lost in folder.iterdir():
        shutil.rmtree(lost) if lost.is_dir() else lost.unlink()
    restored = run(environment, "script/restore", beside)
    run(environment, "script/backup", again)

    assert (said[-1], health) == (f"ready: http://127.0.0.1:{free_port}/\n", 200)
    in_use = (
        f"script/server (process {server.pid}) is using {folder}: stop it first, or give another"
        " folder with --state DIR or ALLIANCE_STATE=DIR.\n"
    )
    assert (second.returncode, second.stderr) == (1, in_use)
    assert (unrestored.returncode, unrestored.stdout, unrestored.stderr) == (1, "", in_use)
    assert (backed_up.returncode, backed_up.stderr) == (0, "")
    assert (lent.returncode, lent.stdout) == (0, "alliance\n")
    assert "Starting PostgreSQL" not in lent.stderr
    assert len(children) == 6  # PostgreSQL, what sifts its log, Valkey, web, worker, beat
    assert left == []
    assert server.returncode == 0
    assert rest.endswith(f"Stopping …\nStopped. The data is in {folder}\n")
    assert (restored.returncode, restored.stdout[:15]) == (0, "Restored as of ")
    assert tables_in(again) == tables_in(beside)
    assert tables_in(beside)["districts_district"]["rows"] == 33
    assert processes_of(folder) == []


def tables_in(backup):
    with zipfile.ZipFile(backup) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    return {table["name"]: table for table in manifest["tables"]}


@pytest.mark.long
def test_server_survives_kill_9_of_each_process_and_of_itself_with_all_data(
    environment, folder, free_port
):
    environment |= {"DEMO": "false"}
    with serving(environment, free_port) as (server, _):
        web, worker, beat, valkey, postgres = (
            the_child(server, words)
            for words in (" alliance.web ", " worker ", " beat ", "valkey-server", "postgres -D")
        )
        for parent in (web, worker):  # each has workers of its own and replaces them itself
            wait_until(lambda parent=parent: children_of(parent))
            os.kill(children_of(parent)[0], signal.SIGKILL)
        said = []
        for pid in (worker, beat, valkey, postgres, web):
            os.kill(pid, signal.SIGKILL)
            said.append(next(line for line in server.stdout if "has ended" in line))
        wait_until(lambda: answers(free_port))
        made = run(environment, "script/manage", "shell", "-v0", "-c", WAKE_WORKER_AND_ADD_ADMIN)

        server.kill()
        server.wait()
    wait_until(lambda: processes_of(folder) == [])
    with serving(environment, free_port) as (server, _):
        again = run(environment, "script/manage", "create_admin", "kept@example.org")
        server.terminate()
        server.wait()

    names = ("worker", "beat", "Valkey", "PostgreSQL", "web")
    assert said == [
        f"{name} has ended (exit code -9) and was started again."
        f" Its log is {folder}/logs/{'postgres' if name == 'PostgreSQL' else name.lower()}.log\n"
        for name in names
    ]
    assert (made.returncode, again.returncode) == (0, 0), made.stderr
    assert made.stdout.startswith("woken\n")
    assert "(kept@example.org) is an administrator already." in again.stdout
    assert processes_of(folder) == []


def the_child(server, words):
    (pid,) = [pid for pid in children_of(server.pid) if words in command_of(pid)]
    return pid


def children_of(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def processes_of(folder):
    """All that have to do with this state folder, by their words, environment or place."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended meanwhile, or is another person's
            about = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            if str(folder) in about.decode(errors="replace") + str((entry / "cwd").readlink()):
                found.append(int(entry.name))
    return found


def wait_until(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/") as page:
            return page.status == 200
    except OSError:
        return False


def command_of(pid):
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def test_server_refuses_a_port_in_use(environment, folder, free_port):
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
    assert processes_of(folder) == []


def test_server_refuses_a_wrong_database_address(environment, folder, free_port):
    wrong = environment | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}

    refused = run(wrong, "script/server", "--port", free_port)

    assert refused.returncode == 1
    assert refused.stderr.startswith("DATABASE_URL does not lead to a database: ")
    assert refused.stderr.count("\n") == 1
    assert processes_of(folder) == []


@pytest.mark.parametrize(
    ("largest", "sentence"),
    [
        (0, "There is no room to write (File too large): make room, then start again.\n"),
        (200_000, "PostgreSQL could not make a database in {folder}:\n"),
    ],
    ids=["at once", "midway"],
)
def test_server_on_a_disk_that_fills_up_says_so_and_leaves_no_process(
    environment, folder, free_port, largest, sentence
):
    refused = run(environment, "script/server", "--port", free_port, largest_file=largest)

    assert refused.returncode == 1
    assert refused.stderr.startswith(sentence.format(folder=folder))
    assert "Traceback" not in refused.stderr
    assert processes_of(folder) == []
    assert not (folder / "postgres").exists()


def test_server_with_a_package_that_has_vanished_says_which(environment, tmp_path, monkeypatch):
    clone = a_clone(tmp_path, monkeypatch)
    (installation.packages_folder() / "waitress").rmdir()

    refused = run(environment, clone / "script/server")

    assert (refused.returncode, refused.stdout, refused.stderr) == (
        1,
        "",
        "Missing from .venv: waitress. Remove the folder .venv, then start again.\n",
    )


def test_setup_without_room_says_how_much_is_needed(tmp_path, monkeypatch, capsys):
    a_clone(tmp_path, monkeypatch)
    installation.STAMP.unlink()
    monkeypatch.setattr(installation, "NEEDED_MB", 10**9)

    assert installation.main() == 1
    assert capsys.readouterr().err.endswith(" is, and .venv needs 1000000000 MB: make room.\n")
    assert not installation.STAMP.exists()


def a_clone(tmp_path, monkeypatch):
    """As script/setup leaves one, with the one package waitress, which is empty."""
    clone = tmp_path / "clone"
    shutil.copytree(ROOT / "script", clone / "script")
    (clone / "alliance/embedded").mkdir(parents=True)
    shutil.copy(installation.__file__, clone / "alliance/embedded")
    (clone / ".env").touch()
    (clone / "requirements-dev.txt").touch()
    venv.create(clone / ".venv")
    for name in ("ROOT", "VENV", "STAMP", "LIST", "REQUIREMENTS"):
        moved = clone / getattr(installation, name).relative_to(ROOT)
        monkeypatch.setattr(installation, name, moved)
    (installation.packages_folder() / "waitress").mkdir()
    installation.finish()
    return clone


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
