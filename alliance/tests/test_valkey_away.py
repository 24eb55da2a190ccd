"""People go on working while Valkey is killed or hangs, and what they post leaves later."""

import signal
import time
from uuid import uuid4

import pytest
from celery import Celery
from django.core.cache import cache
from django.urls import reverse

from alliance.embedded.state import temporary_state
from alliance.embedded.valkey import Valkey
from districts.roles import Role
from districts.tests.factories import PASSWORD, person
from notices import tasks
from notices.models import Notice
from plans.models import Signature
from plans.tests.factories import PlanFactory, closed_version
from plans.workflow import Status

pytestmark = [pytest.mark.services, pytest.mark.django_db]

LONGEST = 2  # seconds that a page may take
SIGN_IN = "/accounts/login/"


@pytest.fixture(params=[signal.SIGKILL, signal.SIGSTOP], ids=["killed", "hung"])
def valkey(request, settings, monkeypatch):
    """A real one of this test's own, as cache and as broker, struck down by a signal."""
    with temporary_state() as state:
        server = Valkey(state.folder, state.run_folder / "v.sock", state.logs / "v", durable=False)
        process = server.start()
        settings.CACHES = {
            "default": {**settings.CACHES["default"], "LOCATION": f"{server.url}?db=1"}
        }
        broken = Celery("away", broker=f"redis+socket://{server.socket}", set_as_current=False)
        monkeypatch.setattr("notices.services.outbox.current_app", broken)
        cache.set("before", "it was well", timeout=60)
        process.process.send_signal(request.param)
        if request.param == signal.SIGKILL:
            process.process.wait()
        yield server
        process.process.send_signal(signal.SIGCONT)
        cache.clear()
        process.stop()


@pytest.fixture
def in_time(client, django_capture_on_commit_callbacks):
    """Asks or posts a page, with all that follows the commit, and finds that it took no long."""

    def _in_time(method, address, data=None):
        started = time.monotonic()
        with django_capture_on_commit_callbacks(execute=True):
            response = getattr(client, method)(address, data)
        assert time.monotonic() - started < LONGEST
        return response

    return _in_time


def url(plan, name):
    return reverse(f"plans:{name}", args=[plan.district.slug, plan.cycle_id])


@pytest.mark.usefixtures("valkey")
def test_plan_is_submitted_and_its_letters_leave_on_the_next_sweep(client, in_time, mail_server):
    plan = PlanFactory()
    closed_version(plan, signed=True)
    coordinator, manager = (
        person(Role.PLAN_COORDINATOR, plan.district),
        person(Role.PROGRAM_MANAGER),
    )
    client.force_login(coordinator)

    response = in_time("post", url(plan, "submit"), {"key": uuid4()})

    plan.refresh_from_db()
    assert (response.status_code, plan.status) == (302, Status.SUBMITTED)
    assert set(Notice.objects.values_list("status", flat=True)) == {Notice.Status.WAITING}
    tasks.sweep()
    assert sorted(mail_server.addresses) == sorted([coordinator.email, manager.email])


@pytest.mark.usefixtures("valkey")
def test_plan_is_signed_and_wrong_passwords_are_still_counted(client, in_time):
    plan = PlanFactory()
    version = closed_version(plan)
    signers = {
        role: person(role, plan.district) for role in (Role.SUPERINTENDENT, Role.BOARD_CHAIR)
    }
    client.force_login(signers[Role.SUPERINTENDENT])
    sign = {"sha256": version.sha256, "password": "wrong"}

    guesses = [in_time("post", url(plan, "sign"), sign).status_code for _ in range(6)]
    client.force_login(signers[Role.BOARD_CHAIR])
    signed = in_time("post", url(plan, "sign"), sign | {"password": PASSWORD})

    assert guesses == [422] * 5 + [429]
    assert signed.url == url(plan, "signatures")
    assert [one.signed_by for one in Signature.objects.all()] == [signers[Role.BOARD_CHAIR]]


@pytest.mark.usefixtures("valkey")
def test_people_sign_in_and_wrong_passwords_are_still_counted(client, in_time):
    user = person(Role.AUDITOR)
    tries = [
        in_time("post", SIGN_IN, {"login": user.email, "password": "wrong"}).text for _ in range(6)
    ]

    signed_in = in_time(
        "post", SIGN_IN, {"login": person(Role.AUDITOR).email, "password": PASSWORD}
    )

    assert ["Too many wrong passwords" in page for page in tries] == [False] * 5 + [True]
    assert (signed_in.status_code, signed_in.url) == (302, reverse("home"))


@pytest.mark.usefixtures("valkey")
def test_frozen_text_is_read(client, in_time):
    plan = PlanFactory(submitted=True)
    client.force_login(person(Role.DISTRICT_VIEWER, plan.district))
    version = reverse("plans:version", args=[plan.district.slug, plan.cycle_id, 1])

    pages = [in_time("get", version).text for _ in range(2)]

    assert ["Reading, attendance and mentors." in page for page in pages] == [True, True]
