"""migrate is one at a time, however many start it."""

import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from alliance.management.commands.migrate import LOCK
from alliance.tests.test_web import environment_of_the_tests

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def locks_held():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND granted",
            [LOCK],
        )
        return cursor.fetchone()[0]


def test_of_two_migrates_the_second_waits_for_the_first():
    with connection.cursor() as first:
        first.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        second = subprocess.Popen(
            [sys.executable, "manage.py", "migrate"],
            cwd=settings.BASE_DIR,
            env=environment_of_the_tests(),
            stdout=subprocess.PIPE,
            text=True,
        )
        said = second.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(1)
        first.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    rest, _ = second.communicate(timeout=60)

    assert said == "Another migrate is at work: waiting until it is done …\n"
    assert "No migrations to apply." in rest
    assert (second.returncode, locks_held()) == (0, 0)


def test_a_migrate_that_fails_gives_the_lock_back():
    with pytest.raises(CommandError):
        call_command("migrate", "no_such_app", stdout=StringIO(), stderr=StringIO())

    assert locks_held() == 0
