"""What the logs say of a request and of the tasks it woke, and what they never say."""

import json
import logging
import time
from io import StringIO

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse
from structlog.contextvars import get_contextvars

from alliance import logs
from alliance.health import broker
from alliance.urls import urlpatterns as ours
from districts.models import District
from districts.roles import Role
from districts.tests.factories import DistrictFactory, person

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"
TYPED = "What somebody\n\nhas typed"
KEY = "1-abcdef-0123456789abcdef0123456789abcdef"


@login_not_required
def broken(request, key):
    raise ValueError("No letter to coordinator@ansonia.example.org")


@login_not_required
def too_much(request):
    """PostgreSQL refuses it, and quotes the row."""
    District.objects.filter(slug="bristol").update(name=TYPED, slug=None)


@login_not_required
def refused(request):
    raise PermissionDenied


urlpatterns = [
    *ours,
    path("refused/", refused, name="refused"),
    path("away/", login_not_required(lambda request: HttpResponse(status=503)), name="away"),
    path("broken/<key>/", broken, name="broken"),
    path("too-much/", too_much, name="too_much"),
    path("plain/<key>/", lambda request, key: HttpResponse(), name="plain"),
]


class Log:
    def __init__(self) -> None:
        self.stream = StringIO()
        self.handler = logging.StreamHandler(self.stream)
        line = logs.configuration(as_json=True)["formatters"]["line"]
        formatter = line.pop("()")
        self.handler.setFormatter(formatter(**line))

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def log():
    log = Log()
    logging.getLogger().addHandler(log.handler)
    yield log
    logging.getLogger().removeHandler(log.handler)


def test_request_is_one_line_and_its_answer_carries_the_id(client, log, auditor):
    client.force_login(auditor)

    response = client.get("/districts/?q=secret")

    (line,) = log.lines
    assert line.pop("timestamp").endswith("Z")
    assert 0 < line.pop("ms") < 60_000
    assert line == {
        "event": "request",
        "level": "info",
        "logger": "alliance.requests",
        "request_id": response.headers["X-Request-ID"],
        "method": "GET",
        "route": "districts:list",
        "status": 200,
        "user": auditor.pk,
    }


def test_each_request_has_an_id_of_its_own_that_ends_with_it(client, log):
    first, second = (client.get("/health/").headers["X-Request-ID"] for _ in range(2))

    assert first != second
    assert [line["request_id"] for line in log.lines] == [first, second]
    assert get_contextvars() == {}


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [
        ("0f8e2c1a-77b3-4c57", True),
        ("short", False),
        ("a" * 65, False),
        ("two words of a stranger", False),
        ("someone@example.org", False),
    ],
)
def test_id_a_proxy_gave_is_kept_where_it_is_one(client, log, given, is_kept):
    response = client.get("/health/", headers={"X-Request-ID": given})

    assert (response.headers["X-Request-ID"] == given) is is_kept
    assert [line["request_id"] for line in log.lines] == [response.headers["X-Request-ID"]]


def test_signing_in_and_out_are_told_of_who_did(client, log, auditor):
    auditor.set_password(PASSWORD)
    auditor.save()

    client.post("/accounts/login/", {"login": auditor.email, "password": PASSWORD})
    client.post("/accounts/logout/")

    assert [(line["route"], line["user"]) for line in log.lines] == [
        ("account_login", auditor.pk),
        ("account_logout", auditor.pk),
    ]


def test_log_keeps_no_secret_and_nobodys_address(client, log):
    user = person(Role.PLAN_COORDINATOR, email="coordinator@ansonia.example.org")
    user.set_password(PASSWORD)
    user.save()

    client.get(reverse("account_reset_password_from_key", args=["1", KEY.partition("-")[2]]))
    client.post("/accounts/password/reset/", {"email": user.email})
    client.post("/accounts/login/", {"login": user.email, "password": "wrong " + PASSWORD})
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.get(f"/nowhere/{KEY}/")
    Client(enforce_csrf_checks=True).post(f"/accounts/password/reset/?{KEY}", {"email": user.email})

    assert [(line["route"], line["status"]) for line in log.lines if "route" in line] == [
        ("account_reset_password_from_key", 200),
        ("account_reset_password", 302),
        ("account_login", 200),
        ("account_login", 302),
        ("none", 404),
        ("account_reset_password", 403),
    ]
    assert client.session[SESSION_KEY] == str(user.pk)
    for secret in ("ansonia", PASSWORD, "0123456789abcdef", client.session.session_key, "/acc"):
        assert secret not in log.text, secret


@pytest.mark.urls(__name__)
def test_fault_is_told_with_its_traceback_and_its_id_but_without_path_or_address(client, log):
    client.raise_request_exception = False

    response = client.get(f"/broken/{KEY}/")

    fault, request = log.lines
    assert (fault["event"], fault["level"]) == ("Internal Server Error: broken", "error")
    assert fault["exception"].startswith("Traceback (most recent call last):")
    assert fault["exception"].endswith("ValueError: No letter to [address]")
    assert (request["route"], request["status"]) == ("broken", 500)
    assert {fault["request_id"], request["request_id"]} == {response.headers["X-Request-ID"]}
    assert KEY not in log.text


@pytest.mark.urls(__name__)
def test_row_that_the_database_refused_is_not_told(client, log):
    DistrictFactory(slug="bristol")
    client.raise_request_exception = False

    with transaction.atomic():
        client.get("/too-much/")
        transaction.set_rollback(True)

    fault, _ = log.lines
    assert fault["exception"].count("violates not-null constraint\nDETAIL: [row]") == 2
    assert "The above exception was the direct cause" in fault["exception"]
    assert "somebody" not in log.text
    assert "has typed" not in log.text


@pytest.mark.urls(__name__)
def test_answer_that_is_no_fault_of_ours_has_one_line(client, log):
    client.get("/away/")
    client.get("/refused/")

    assert [(line["event"], line["status"]) for line in log.lines] == [
        ("request", 503),
        ("request", 403),
    ]


@pytest.mark.urls(__name__)
def test_refused_form_is_told_without_its_path(log):
    Client(enforce_csrf_checks=True).post(f"/plain/{KEY}/")

    refused, request = log.lines
    assert refused["event"] == "Forbidden (CSRF cookie not set.): plain"
    assert (request["route"], request["status"]) == ("plain", 403)
    assert KEY not in log.text


def test_password_before_a_host_is_hidden(log):
    logging.getLogger("any").error("No way to redis://alliance:s3cret@redis.example.org/0")

    assert [line["event"] for line in log.lines] == [
        "No way to redis://[password]redis.example.org/0"
    ]


def test_a_very_long_word_beside_an_address_takes_no_long(log):
    started = time.monotonic()
    logging.getLogger("any").error("%s to someone@example.org", "x" * 100_000)

    assert time.monotonic() - started < 1
    assert log.lines[0]["event"].endswith("x to [address]")


def test_only_what_is_meant_for_the_log_gets_there(log):
    logging.getLogger("any").info("said", extra={"body": "a letter", "status": 200})

    (line,) = log.lines
    assert (line["status"], "body" in line) == (200, False)


@pytest.mark.django_db(transaction=True)
def test_task_is_given_the_id_of_the_request_that_woke_it(client, admin):
    someone = person(Role.PLAN_COORDINATOR)
    client.force_login(admin)
    with broker() as queues:
        queues.delete("celery")

        response = client.post(reverse("districts:person_letter", args=[someone.pk]))

        (message,) = queues.lrange("celery", 0, -1)
        queues.delete("celery")
    headers = json.loads(message)["headers"]
    assert (headers["task"], headers["request_id"]) == (
        "notices.tasks.deliver_due",
        response.headers["X-Request-ID"],
    )
