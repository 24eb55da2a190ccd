"""Brings up PostgreSQL and Valkey for a run of pytest, where the environment names none.

Loaded by `-p` in pytest.ini: before pytest-django reads the settings, which need the addresses.
Each run has a database server of its own, so several may run at once.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from alliance.embedded import CannotRun
from alliance.embedded.services import running_services
from alliance.embedded.state import temporary_state


@pytest.hookimpl(wrapper=True, tryfirst=True)  # a wrapper goes before pytest-django and pytest-env
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    if "PYTEST_XDIST_WORKER" not in os.environ:  # a worker inherits what its controller set
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
    os.environ.update(services.environment)
    # .env, if there is one, is not for tests
    os.environ.setdefault("SECRET_KEY", "for-the-tests-alone-0123456789-abcdefghijklmnopqrstuvwxyz")
    os.environ.setdefault("EMAIL_URL", "consolemail://")
    os.environ.setdefault("MEDIA_ROOT", str(state.attachments))
    os.environ.setdefault("STATIC_ROOT", str(state.folder / "static"))  # nothing is collected
