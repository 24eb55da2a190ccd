"""script/manage: one command of manage.py, with the services up for as long as it takes."""

# ruff: noqa: S603  every command run here is our own, as a list of words

import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack

from alliance.embedded import ROOT
from alliance.embedded.postgres import programs_folder
from alliance.embedded.processes import dies_with_parent
from alliance.embedded.services import local_environment, running_services
from alliance.embedded.state import InUse, State

PATIENCE_SECONDS = 120  # with a server that is starting, or another script/manage


def manage(state: State, arguments: list[str]) -> int:
    """Runs the command and answers its exit code. Standard output is the command's alone.

    Raises: InUse where a script/server uses what the command needs for itself.
    """
    state.make()
    with ExitStack() as stack:
        if _hold_unless_served(state, stack, alone=arguments[:1] == ["restore"]):
            environment = _own_services(state, stack)
        else:
            announced = state.announced() or {}
            environment = {name: os.environ.get(name) or announced[name] for name in announced}
        return _run(arguments, os.environ | environment)


def _hold_unless_served(state: State, stack: ExitStack, *, alone: bool) -> bool:
    """Whether we hold the folder now; False when a script/server does and can be used."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    is_first_look = True
    while True:
        try:
            stack.enter_context(state.held_by("script/manage"))
        except InUse as holder:
            is_served = state.announced() is not None
            if is_served and not alone:
                return False
            if is_served or time.monotonic() > deadline:
                raise
            if is_first_look:
                _say(f"Waiting: {holder}")
            is_first_look = False
            time.sleep(0.2)
        else:
            return True


def _own_services(state: State, stack: ExitStack) -> dict[str, str]:
    _say("Starting PostgreSQL and Valkey for this command …")
    services = stack.enter_context(running_services(state))
    if services.database_is_new:
        _say("The database is new and has no tables yet.")
    return services.environment | local_environment(state)


def _run(arguments: list[str], environment: dict[str, str]) -> int:
    psql = str(programs_folder())  # for `script/manage dbshell`
    command = subprocess.Popen(
        [sys.executable, ROOT / "manage.py", *arguments],
        env=environment | {"PATH": os.pathsep.join([environment.get("PATH", os.defpath), psql])},
        preexec_fn=dies_with_parent(signal.SIGTERM),
    )
    signal.signal(signal.SIGINT, lambda *_: None)  # the terminal has told the command already
    signal.signal(signal.SIGTERM, lambda *_: command.terminate())
    status = command.wait()
    return status if status >= 0 else 128 - status  # as a shell tells that a signal ended it


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()
