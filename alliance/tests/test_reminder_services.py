"""A reminder from the rules to the mailbox, through a real worker, beat, broker and mail server."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from districts.calendar import eastern_day
from districts.models import District
from districts.roles import Role
from districts.tests.factories import DesignationFactory, DistrictFactory, person
from notices.models import REMINDER, LastSweep, Notice
from notices.services import post, post_reminders, withdraw
from notices.tests.mailserver import running_mail_server
from plans.models import Cycle
from plans.tests.factories import PlanFactory

FISCAL_YEAR = 2090  # no other cycle stands near it
SWEEPS_EVERY = 1  # second
REQUEST_ID = "0f8e2c1a-77b3-4c57"
PATIENCE = 60  # seconds, for a busy machine


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_after_an_outage_only_the_latest_reminder_leaves_and_none_of_a_plan_handed_in(
    client, tmp_path
):
    now = timezone.now()
    cycle = cycle_with_reminders_missed(now)
    filed = district_owing(cycle, "bristol")
    post_reminders(at=now)  # they wait in the outbox when the district hands its plan in
    LastSweep.objects.all().delete()  # as if none had run
    plan = PlanFactory(district=filed, cycle=cycle, submitted=True)
    withdraw(about=plan.about, kind=REMINDER, at=now, why="Handed in.")  # as the verb does
    owing = district_owing(cycle, "ansonia")
    chair = person(Role.BOARD_CHAIR, filed)
    current_app.control.purge()
    cache.delete_many(["alive:worker", "alive:beat"])

    with ExitStack() as running:
        mail = running.enter_context(running_mail_server())
        environment = environment_of_processes(mail.port)
        running.enter_context(celery("worker", tmp_path, environment, "--pool=solo"))
        wait_until((tmp_path / "worker.alive").exists)  # though it has had no task yet
        with bound_contextvars(request_id=REQUEST_ID):  # as a request does
            post(
                key="decision",
                kind="plan_approved",
                to=chair,
                subject="Your plan is approved",
                body="The Commissioner approved it.\n",
                about=plan.about,
                why="The plan was approved",
                at=now,
            )
        wait_until(lambda: mail.addresses == [chair.email])  # woken, without beat
        schedule = f"--schedule={tmp_path / 'schedule'}"
        running.enter_context(celery("beat", tmp_path, environment, schedule, "--pidfile="))
        wait_until(lambda: len(mail.letters) == 3 and not waiting())
        time.sleep(2.5 * SWEEPS_EVERY)  # more sweeps, which find nothing to send
        health = client.get("/health/all/").json()

    assert (tmp_path / "beat.alive").exists()
    assert tasks_of_the_request(tmp_path / "worker.log") == {"notices.tasks.deliver_due"}
    assert (health["worker"]["status"], health["beat"]["status"]) == ("ok", "ok")
    assert sorted(mail.addresses[1:]) == [
        "coordinator@ansonia.example.org",
        "superintendent@ansonia.example.org",
    ]
    assert {letter["Subject"] for letter in mail.letters[1:]} == {
        f"{owing.name}: the FY{FISCAL_YEAR} plan is 17 days late"
    }
    missed = {(f"overdue-{days}", "passed_over", 0, False): 2 for days in (1, 3, 7)}
    assert outcomes(owing) == missed | {("overdue-14", "sent", 1, True): 2}
    assert outcomes(filed) == missed | {("overdue-14", "withdrawn", 0, False): 2}


def cycle_with_reminders_missed(now) -> Cycle:
    """Its plans were due 17 days ago, and no sweep has run since."""
    today = eastern_day(now)
    dates = {
        field.name: today - timedelta(days=17)
        for field in Cycle._meta.fields
        if field.name.endswith("_on")
    }
    cycle = Cycle.objects.create(
        **{**dates, "fiscal_year": FISCAL_YEAR, "opens_on": today - timedelta(days=60)},
        reminders_from=now - timedelta(days=60),
    )
    for days in (1, 3, 7):
        cycle.reminder_rules.create(days=days, repeats_weekly=days == 7)
    return cycle


def district_owing(cycle: Cycle, slug: str) -> District:
    district = DistrictFactory(name=slug.title())
    DesignationFactory(
        district=district,
        first_fiscal_year=cycle.fiscal_year,
        last_fiscal_year=cycle.fiscal_year,
    )
    person(Role.PLAN_COORDINATOR, district, email=f"coordinator@{slug}.example.org")
    person(Role.SUPERINTENDENT, district, email=f"superintendent@{slug}.example.org")
    return district


def environment_of_processes(mail_port: int) -> dict[str, str]:
    """That of this test run, with the test's own database and mail server."""
    database = urlsplit(os.environ["DATABASE_URL"])
    folder = database.path.rpartition("/")[0]  # of the socket, where the address names one
    path = f"{folder}/{connection.settings_dict['NAME']}"
    return os.environ | {
        "DATABASE_URL": database._replace(path=path).geturl(),
        "REDIS_URL": settings.REDIS_URL,
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "SWEEP_SECONDS": str(SWEEPS_EVERY),
        "SITE_URL": "http://127.0.0.1",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "LOG_JSON": "true",
    }


@contextmanager
def celery(what: str, folder: Path, environment: dict[str, str], *arguments: str):
    log, alive = folder / f"{what}.log", folder / f"{what}.alive"
    environment = environment | {"SIGN_OF_LIFE_FILE": str(alive)}
    command = [sys.executable, "-m", "celery", "--app=alliance", "--quiet", what, *arguments]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, cwd=settings.BASE_DIR, env=environment, stdout=output, stderr=output
        )
        try:
            yield
        except BaseException as fault:
            fault.add_note(f"{what}:\n{log.read_text()}")
            raise
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def tasks_of_the_request(log: Path) -> set[str]:
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    return {line["task"] for line in lines if line.get("request_id") == REQUEST_ID}


def waiting() -> bool:
    return Notice.objects.filter(status=Notice.Status.WAITING).exists()


def outcomes(district: District) -> Counter[tuple[str, str, int, bool]]:
    """How many reminders came to what: rule, state, attempts, and whether a server took it."""
    reminders = Notice.objects.filter(
        kind=REMINDER, about=f"plan/{district.edsight_code}/{FISCAL_YEAR}"
    )
    return Counter(
        (one.key.split("/")[4], one.status, one.attempts, one.outcome.startswith("250"))
        for one in reminders
    )


def wait_until(happens) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happens():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.1)
