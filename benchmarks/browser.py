"""Opens pages as the people do: over HTTP with their session, and in process to count queries."""

import http.client
import re
import time
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.test import Client

from benchmarks.pages import EMPTY, Form, Page
from districts.models import User

VERSION = re.compile(r'name="(?:[a-z]+-[\da-f-]+-)?version"[^>]*value="(\d+)"')
CSRF_TOKEN = "b" * 32
BY_SCRIPT = {"HX-Request": "true"}


class WrongAnswer(Exception):
    """A page did not answer as it must, so there is nothing to measure. The message says which."""


@dataclass
class Browser:
    """One person at one server; a stranger has no session."""

    port: int
    session: str | None
    answers: dict[str, bytes] = field(default_factory=dict)

    def milliseconds(self, page: Page) -> float:
        """How long the page takes; what a form needs to know first is read before."""
        if page.form is None:
            return self._ask("GET", page.path)
        form = _filled(page.form, version=_version_in(self._body(page.path)))
        return self._ask("POST", page.path, form, by_script=page.by_script)

    def empty(self) -> float:
        return self._ask("GET", EMPTY)

    def _body(self, path: str) -> str:
        self._ask("GET", path)
        return self.answers[path].decode()

    def _ask(
        self, method: str, path: str, form: Form | None = None, *, by_script: bool = False
    ) -> float:
        headers = {}
        if self.session:
            headers["Cookie"] = f"sessionid={self.session}; csrftoken={CSRF_TOKEN}"
        body = None
        if form is not None:
            body = urlencode(form, doseq=True)
            headers |= {
                "X-CSRFToken": CSRF_TOKEN,
                "Content-Type": "application/x-www-form-urlencoded",
            }
        if by_script:
            headers |= BY_SCRIPT
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        started = time.perf_counter()
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        self.answers[path] = answer.read()
        taken = time.perf_counter() - started
        connection.close()
        _check(f"{method} {path}", answer.status, leads_on=form is not None and not by_script)
        return taken * 1000


@dataclass(frozen=True)
class Cost:
    """What a page asks of the database, and how much it sends."""

    queries: int
    rows: int
    bytes: int


def cost_of(page: Page) -> Cost:
    """Counted in this process: the same view, middleware and templates as the server's."""
    client = Client(SERVER_NAME="127.0.0.1")
    if page.user:
        client.force_login(page.user)
    form = None
    if page.form is not None:
        form = _filled(page.form, version=_version_in(client.get(page.path).content.decode()))
    else:
        client.get(page.path)  # what is kept once is kept now
    counter = _Counter()
    with connection.execute_wrapper(counter):
        headers = BY_SCRIPT if page.by_script else None
        answer = (
            client.get(page.path) if form is None else client.post(page.path, form, headers=headers)
        )
    _check(page.path, answer.status_code, leads_on=form is not None and not page.by_script)
    return Cost(counter.queries, counter.rows, len(answer.content))


def session_of(user: User) -> str:
    """Signed in, as a person is after the password; hashing it is no page's cost."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return store.session_key


class _Counter:
    def __init__(self) -> None:
        self.queries = self.rows = 0

    def __call__(
        self,
        execute: Any,
        sql: str,
        parameters: Any,
        many: bool,  # noqa: FBT001  as Django calls it
        context: dict[str, Any],
    ) -> Any:
        answer = execute(sql, parameters, many, context)
        self.queries += 1
        self.rows += max(context["cursor"].rowcount, 0)
        return answer


def _filled(form: Form, *, version: str) -> Form:
    filled: Form = {
        name: value.replace("{version}", version) if isinstance(value, str) else value
        for name, value in form.items()
    }
    return filled | {"version": version}


def _version_in(page: str) -> str:
    found = VERSION.search(page)
    if found is None:
        raise WrongAnswer("A form names no version of what it saves.")
    return found[1]


def _check(asked: str, status: int, *, leads_on: bool) -> None:
    expected = http.client.FOUND if leads_on else http.client.OK
    if status != expected:
        raise WrongAnswer(f"{asked} answered {status}, not {expected}.")
