"""A mail server that takes connections and never speaks: no page waits for it."""

import http.client
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from alliance.tests.test_web import A_SECOND, cookie, running
from districts.roles import Role
from districts.tests.factories import person
from notices.models import Notice

__all__ = ["cookie"]
pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
RESET = "/accounts/password/reset/"
AT_ONCE = 6  # more than a process has threads


@pytest.fixture
def server(free_port, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mail = {"EMAIL_URL": f"smtp://127.0.0.1:{silent.getsockname()[1]}"}
        with running(free_port, tmp_path, environment=mail) as started:
            yield started


def ask_for_a_link(server, email):
    """The answer's status, and how long it took."""
    _, page, _ = server.ask(RESET)
    token = re.search(r'csrfmiddlewaretoken"\s+value="(\w+)"', page).group(1)
    started = time.perf_counter()
    asking = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    asking.request(
        "POST",
        RESET,
        urlencode({"csrfmiddlewaretoken": token, "email": email}),
        {"Cookie": f"csrftoken={token}", "Content-Type": "application/x-www-form-urlencoded"},
    )
    status = asking.getresponse().status
    asking.close()
    return status, time.perf_counter() - started


def test_a_mail_server_that_hangs_holds_no_page_up(server, cookie, capsys):
    people = [person(Role.AUDITOR) for _ in range(AT_ONCE)]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = list(pool.map(lambda each: ask_for_a_link(server, each.email), people))
        told = [server.ask(), server.ask("/reviews/", cookie=cookie)]

    assert [status for status, _ in asked] == [http.HTTPStatus.FOUND] * AT_ONCE
    assert [status for status, _, _ in told] == [http.HTTPStatus.OK] * 2
    letters = Notice.objects.filter(kind="set_password", status=Notice.Status.WAITING)
    assert letters.count() == AT_ONCE
    link, health, queue = max(each for _, each in asked), told[0][2], told[1][2]
    with capsys.disabled():
        print(  # noqa: T201
            f"\n  A mail server hangs: a link is asked for in {link * 1000:.0f} ms,"
            f" /health/ {health * 1000:.0f} ms, the queue {queue * 1000:.0f} ms",
            end="",
        )
    assert max(health, queue) < A_SECOND
    assert link < A_SECOND * 5  # each of them, all at once
