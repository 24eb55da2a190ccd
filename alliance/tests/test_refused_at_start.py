"""What is missing or unsafe keeps web, worker, beat and commands from starting, in sentences."""

import os
import subprocess
import sys
from io import StringIO
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from alliance import deployment
from alliance.embedded.services import local_environment
from alliance.embedded.state import State
from alliance.tests.test_web import environment_of_the_tests

SAFE = {
    "SECRET_KEY": "k9" * 5 + "abcdefghijklmnopqrstuvwxyz0123456789-and-more",
    "SITE_URL": "https://alliance.example.gov",
    "ALLOWED_HOSTS": ["alliance.example.gov", "localhost"],
    "DEMO": False,
    "DEBUG": False,
    "INSECURE_LOCAL": False,
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "DEFAULT_FROM_EMAIL": "Alliance <alliance@example.gov>",
    "IDLE_DAYS": 90,
    "IDLE_LETTER_DAYS": 14,
    "STORAGE_URL": "",
    "CLAMAV_URL": "",
}
ELSEWHERE = {
    "STORAGE_URL": "s3://key:secret@files/ours?region=us-east-1&endpoint=https://s3.example.gov",
    "CLAMAV_URL": "tcp://clamav",
}
LOCAL = SAFE | {
    "SITE_URL": "http://127.0.0.1:8000",
    "ALLOWED_HOSTS": ["127.0.0.1", "localhost", "[::1]"],
    "DEMO": True,
    "DEBUG": True,
    "INSECURE_LOCAL": True,
    "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
    "DEFAULT_FROM_EMAIL": "Alliance <alliance@csde.example.org>",
}
BACKENDS = "django.core.mail.backends."
UNSAFE = [
    (SAFE, {"SECRET_KEY": "short"}, "SECRET_KEY must"),
    (SAFE, {"SECRET_KEY": "a" * 60}, "SECRET_KEY must"),
    (SAFE, {"SECRET_KEY": "replace-me-with-50-random-characters-and-tell-nobody"}, "SECRET_KEY"),
    (SAFE, {"SITE_URL": ""}, "SITE_URL is not set"),
    (SAFE, {"SITE_URL": "alliance.example.gov"}, "SITE_URL (alliance.example.gov) is not a whole"),
    (SAFE, {"SITE_URL": "ftp://alliance.example.gov"}, "SITE_URL (ftp"),
    (SAFE, {"SITE_URL": "http://alliance.example.gov"}, "SITE_URL (http://alliance.example.gov) m"),
    (SAFE, {"ALLOWED_HOSTS": []}, "ALLOWED_HOSTS is not set"),
    (SAFE, {"ALLOWED_HOSTS": ["localhost", "*"]}, "ALLOWED_HOSTS must"),
    (SAFE, {"DEMO": True}, "DEMO=true"),
    (SAFE, {"DEBUG": True}, "DEBUG=true"),
    (SAFE, {"INSECURE_LOCAL": True}, "INSECURE_LOCAL=true"),
    (SAFE, {"EMAIL_BACKEND": f"{BACKENDS}console.EmailBackend"}, "EMAIL_URL is not set"),
    (SAFE, {"EMAIL_BACKEND": f"{BACKENDS}dummy.EmailBackend"}, "EMAIL_URL is not set"),
    (SAFE, {"EMAIL_BACKEND": f"{BACKENDS}filebased.EmailBackend"}, "EMAIL_URL writes letters"),
    (SAFE, {"DEFAULT_FROM_EMAIL": "Alliance <alliance@csde.example.org>"}, "DEFAULT_FROM_EMAIL"),
    (SAFE, {"DEFAULT_FROM_EMAIL": "Alliance"}, "DEFAULT_FROM_EMAIL"),
    (SAFE, {"IDLE_DAYS": 14}, "IDLE_DAYS must"),
    (SAFE, {"STORAGE_URL": "/data/attachments"}, "STORAGE_URL names no bucket"),
    (SAFE, {"STORAGE_URL": "s3://files?acl=public"}, "STORAGE_URL names no bucket"),
    (SAFE, {"CLAMAV_URL": "clamav:3310"}, "CLAMAV_URL (clamav:3310) names no scanner"),
    (SAFE, {"IDLE_LETTER_DAYS": 0}, "IDLE_DAYS must"),
    (LOCAL, {"SECRET_KEY": "short"}, "SECRET_KEY must"),
    (LOCAL | {"DEMO": False}, {"EMAIL_BACKEND": f"{BACKENDS}console.E"}, "EMAIL_URL is not set"),
    (
        LOCAL | {"DEBUG": False, "INSECURE_LOCAL": False, "EMAIL_BACKEND": SAFE["EMAIL_BACKEND"]},
        {"ALLOWED_HOSTS": ["127.0.0.1", "192.168.1.5"], "DEFAULT_FROM_EMAIL": "a@example.gov"},
        "DEMO=true",
    ),
]


def told(monkeypatch, given):
    monkeypatch.setattr(deployment, "settings", SimpleNamespace(**given))
    return list(deployment.settings_faults())


@pytest.mark.parametrize(
    "given", [SAFE, SAFE | ELSEWHERE, LOCAL, LOCAL | {"DEMO": False}], ids=range(4)
)
def test_what_is_safe_where_it_stands_is_not_refused(monkeypatch, given):
    assert told(monkeypatch, given) == []


@pytest.mark.parametrize(("given", "changed", "words"), UNSAFE)
def test_unsafe_setting_is_refused_in_one_sentence(monkeypatch, given, changed, words):
    (fault,) = told(monkeypatch, given | changed)

    assert (fault.startswith(words), fault.endswith("."), "\n" in fault) == (True, True, False)


def in_production(**changed):
    """The environment of a process in production, on the database of these tests."""
    given = environment_of_the_tests() | {
        **{name: value for name, value in SAFE.items() if isinstance(value, str)},
        "ALLOWED_HOSTS": "alliance.example.gov",
        **dict.fromkeys(("DEMO", "DEBUG", "INSECURE_LOCAL"), "false"),
    }
    return {name: value for name, value in (given | changed).items() if value is not None}


def run(*command, **changed):
    done = subprocess.run(  # noqa: S603
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=in_production(**changed),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.django_db
@pytest.mark.parametrize(
    "command",
    [
        ["-m", "alliance.web", "--bind", "127.0.0.1:0", "--processes", "1"],
        ["-m", "celery", "--app=alliance", "--quiet", "worker", "--concurrency=1"],
        ["-m", "celery", "--app=alliance", "--quiet", "beat", "--pidfile="],
        ["manage.py", "migrate"],
        ["manage.py", "create_admin", "a@example.gov"],
        ["manage.py", "send_reminders"],
    ],
    ids=lambda command: " ".join(command[1:3]),
)
def test_nothing_that_works_on_data_starts_with_unsafe_settings(command):
    code, said = run(*command, SITE_URL="alliance.example.gov", EMAIL_URL=None)

    assert code != 0
    assert "Alliance does not start: SITE_URL (alliance.example.gov) is not a whole" in said
    assert "Alliance does not start: EMAIL_URL is not set to a mail server" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "command", [["collectstatic", "--noinput", "--dry-run"], ["check"], ["help"]], ids=str
)
def test_build_needs_no_settings_of_production(command):
    code, said = run(
        "manage.py", *command, SECRET_KEY="build", SITE_URL=None, ALLOWED_HOSTS=None, EMAIL_URL=None
    )

    assert (code, "does not start" in said) == (0, False)


@pytest.mark.django_db
def test_check_deploy_lists_the_same(monkeypatch):
    monkeypatch.setattr(deployment, "settings", SimpleNamespace(**SAFE | {"DEMO": True}))

    with pytest.raises(CommandError) as refusal:
        call_command("check", "--deploy", stderr=StringIO())

    assert "(alliance.E001) DEMO=true is for 127.0.0.1 alone" in str(refusal.value)


@pytest.mark.django_db
def test_postgres_that_is_not_supported_is_refused(monkeypatch):
    supported = list(deployment.postgres_faults())
    monkeypatch.setattr(deployment, "connection", SimpleNamespace(pg_version=150_004, close=int))

    assert supported == []
    assert list(deployment.postgres_faults()) == [
        "PostgreSQL 15 is too old; PostgreSQL 18 or later is needed."
    ]
    with pytest.raises(CommandError, match=r"alliance\.E002"):
        call_command("check", "--database", "default", stderr=StringIO())


@pytest.mark.django_db
def test_postgres_that_quotes_what_people_type_is_warned_of():
    assert deployment.check_log_of_postgres(databases=["default"]) == []


def test_script_server_is_not_refused(monkeypatch, tmp_path):
    for name in ("DEMO", "INSECURE_LOCAL", "ALLOWED_HOSTS", "SITE_URL", "EMAIL_URL"):
        monkeypatch.delenv(name, raising=False)
    given = local_environment(State.chosen(str(tmp_path)))

    assert set(deployment.NEED_NO_SETTINGS).isdisjoint({"migrate", "load_roster", "load_demo"})
    assert run("manage.py", "showmigrations", "--plan", **given)[0] == 0
    assert os.environ["DATABASE_URL"]
