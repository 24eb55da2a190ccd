"""script/server: the whole product on one machine, until Ctrl-C."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import environ

from alliance.embedded import ROOT, CannotRun
from alliance.embedded.processes import (
    Child,
    Watch,
    dies_with_parent,
    start,
    stop_all,
    wait_until,
)
from alliance.embedded.services import local_environment, running_services
from alliance.embedded.state import State

PORT_SECONDS = 10  # for the web of a killed server to let go of the port
WEB_SECONDS = 60
READY = """\
ready: http://127.0.0.1:{port}/
{people}  Letters are written as files in {state.letters}
  Logs are in {state.logs}
  Ctrl-C stops everything; the data stays in {state.folder}"""
DEMO_PEOPLE = """\
  Sign in, with the password alliance-demo, as
    coordinator@ansonia.example.org   who writes a district's plan
    reviewer@csde.example.org         who reviews plans
    manager@csde.example.org          who assigns reviewers
    commissioner@csde.example.org     who approves
    admin@csde.example.org            who looks after districts, people and cycles
"""


class Stopped(BaseException):
    """Ctrl-C, SIGTERM, or the terminal was closed."""


def serve(state: State, *, port: int) -> int:
    """Runs until told to stop, and answers the exit code.

    Raises: CannotRun when it cannot start, or when one of its processes ends again and again.
    """
    state.make()
    state.check_room()
    with state.held_by("script/server") as last_was_killed:
        _check_port(port, seconds=PORT_SECONDS if last_was_killed else 0)
        try:
            with _told_to_stop():
                _say(f"1 of 5: PostgreSQL and Valkey, in {state.folder} …")
                with running_services(state) as services:
                    _run(state, port, services.children, services.environment)
        except Stopped:
            _say(f"Stopped. The data is in {state.folder}")
    return 0


def _run(state: State, port: int, services: list[Child], addresses: dict[str, str]) -> None:
    settings = addresses | local_environment(state, port=port)
    environment = os.environ | settings
    state.announce(settings)
    if (data := state.folder / "postgres").is_symlink():
        _say(f"    its account cannot reach that folder, so its data is in {data.resolve()}")
    _fill_database(environment)
    children: list[Child] = []
    try:
        _say("5 of 5: the web, the worker and beat …")
        for name, command in _processes(state, port).items():
            log = state.logs / f"{name}.log"
            children.append(start(name, command, log=log, cwd=ROOT, env=environment))
        wait_until(lambda: _answers(port), children[0], seconds=WEB_SECONDS)
        people = DEMO_PEOPLE if _is_demo(environment) else ""
        _say(READY.format(port=port, people=people, state=state))
        watch = Watch(services, children)
        while True:  # only a signal, or a child that cannot be kept, leads out of here
            for sentence in watch.look():
                _say(sentence)
            time.sleep(0.5)
    finally:
        _ignore_signals()
        _say("Stopping …")
        state.withdraw()  # nobody should start to use what is about to stop
        stop_all(children)


def _processes(state: State, port: int) -> dict[str, list[str]]:
    """In the order to start them; they are stopped in the reverse."""
    python, celery = [sys.executable, "-m"], ["celery", "--app=alliance", "--quiet"]
    web = ["alliance.web", f"--bind=127.0.0.1:{port}", "--processes=2"]
    schedule = f"--schedule={state.folder / 'beat-schedule'}"
    return {
        "web": [*python, *web],
        "worker": [*python, *celery, "worker", "--concurrency=2"],
        "beat": [*python, *celery, "beat", "--pidfile=", schedule],
    }


def _fill_database(environment: dict[str, str]) -> None:
    """Passes on what filling.py says as it says it."""
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "alliance.embedded.filling"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl-C reaches us alone
        preexec_fn=dies_with_parent(signal.SIGTERM),
    ) as filling:
        try:
            for line in filling.stdout or ():
                _say(line.rstrip())
        except Stopped:
            filling.terminate()
            raise
    if filling.returncode:
        raise CannotRun(f"That failed (exit code {filling.returncode}): see above.")


def _is_demo(environment: dict[str, str]) -> bool:
    return environment["DEMO"].lower() in environ.Env.BOOLEAN_TRUE_STRINGS


def _check_port(port: int, *, seconds: float) -> None:
    """Raises: CannotRun if something answers there already, before anything is started."""
    deadline = time.monotonic() + seconds
    while fault := _why_port_is_taken(port):
        if time.monotonic() > deadline:
            raise CannotRun(
                f"Port {port} of 127.0.0.1 cannot be used ({fault}): give another with --port."
            )
        time.sleep(0.2)


def _why_port_is_taken(port: int) -> str | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the web does
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as fault:
            return getattr(fault, "strerror", None) or str(fault)
    return None


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/health/")
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def _told_to_stop() -> Iterator[None]:
    """Inside, the signals that ask us to stop raise Stopped, once.

    SIGINT needs a handler of ours too: a shell that starts us in the background ignores it.
    """

    def stop(*_: object) -> None:
        _ignore_signals()
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
        signal.signal(signal.SIGHUP, stop)
    yield


def _ignore_signals() -> None:
    """An orderly stop is not cut short by a second Ctrl-C."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _say(sentence: str) -> None:
    with suppress(OSError):  # nobody reads any more; that must not keep us from stopping
        sys.stdout.write(f"{sentence}\n")
        sys.stdout.flush()
