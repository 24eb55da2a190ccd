"""Brings up PostgreSQL and Valkey for a run of pytest, where the environment names none.

Loaded by `-p` in pytest.ini: before pytest-django reads the settings, which need the addresses.
Each run has a database server of its own, so several may run at once; and so has each worker of
pytest-xdist, so that what one test leaves in the cache, or calls a database, is nothing to another.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from alliance.embedded import CannotRun
from alliance.embedded.services import running_services
from alliance.embedded.state import temporary_state

SET_HERE = "ALLIANCE_TEST_SET"  # names what was set for a run, and is set anew for each worker


@pytest.hookimpl(wrapper=True, tryfirst=True)  # a wrapper goes before pytest-django and pytest-env
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    for name in os.environ.pop(SET_HERE, "").split():  # a worker inherits what its controller set
        del os.environ[name]
    stack = ExitStack()
    early_config.add_cleanup(stack.close)
    try:
        _bring_up(stack)
    except CannotRun as fault:
        raise pytest.UsageError(str(fault)) from fault
    return (yield)


def _bring_up(stack: ExitStack) -> None:
    state = stack.enter_context(temporary_state())
    services = stack.enter_context(running_services(state, durable=False))
    wanted = services.environment | {
        # .env, if there is one, is not for tests
        "SECRET_KEY": "for-the-tests-alone-0123456789-abcdefghijklmnopqrstuvwxyz",
        "EMAIL_URL": "consolemail://",
        "MEDIA_ROOT": str(state.attachments),
        "STATIC_ROOT": str(state.folder / "static"),  # nothing is collected
    }
    missing = {name: value for name, value in wanted.items() if name not in os.environ}
    os.environ.update(missing)
    os.environ[SET_HERE] = " ".join(missing)
