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

services = pytest.StashKey[ExitStack]()


@pytest.hookimpl(wrapper=True, tryfirst=True)  # a wrapper goes before pytest-django and pytest-env
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    early_config.stash[services] = ExitStack()
    try:
        _bring_up(early_config.stash[services])
    except CannotRun as fault:
        raise pytest.UsageError(str(fault)) from fault
    except BaseException:
        early_config.stash[services].close()
        raise
    return (yield)


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[services].close()


def _bring_up(stack: ExitStack) -> None:
    """Sets the addresses in the environment, which the workers of pytest-xdist inherit."""
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    state = stack.enter_context(temporary_state())
    embedded = stack.enter_context(running_services(state, durable=False))
    os.environ.update(embedded.environment)
    os.environ.setdefault("SECRET_KEY", "test-only")
    os.environ.setdefault("MEDIA_ROOT", str(state.attachments))
    os.environ.setdefault("EMAIL_URL", "consolemail://")  # .env must not send tests' letters
