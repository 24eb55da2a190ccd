"""What is refused at start: settings that are missing, or unsafe where this copy can be reached.

Each fault is one sentence that says what to set. `manage.py check --deploy` lists the same.
"""

import sys
from collections.abc import Iterator
from email.utils import parseaddr
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import Error as DatabaseError
from django.db import connection

OLDEST_POSTGRES = 18  # what the tests run on
SHORTEST_KEY = 50  # characters
KEEP_LETTERS_HERE = frozenset({"console", "dummy", "locmem"})  # mail backends: no letter leaves
NEED_NO_SETTINGS = frozenset(
    {
        *("check", "collectstatic", "diffsettings", "help", "version"),
        *("makemigrations", "create_max_migration_files", "rebase_migration", "sqlmigrate"),
        *("compilemessages", "makemessages", "findstatic", "test"),
    }
)  # commands of a build or a checkout, which touch no data and write no letter


def refuse_to_start() -> None:
    """Ends this process with the sentences of all that is wrong, where anything is."""
    if faults := [*settings_faults(), *postgres_faults()]:
        sys.exit("\n".join(f"Alliance does not start: {fault}" for fault in faults))


def settings_faults() -> Iterator[str]:
    for ask in (
        _of_the_key,
        _of_the_site,
        _of_the_hosts,
        _of_modes,
        _of_mail,
        _of_files,
        _of_idle_accounts,
    ):
        yield from ask(settings)


def _of_the_key(given: Any) -> Iterator[str]:
    key = given.SECRET_KEY
    is_told = key.startswith(("replace-me", "django-insecure"))
    if len(key) < SHORTEST_KEY or len(set(key)) < 10 or is_told:
        yield f"SECRET_KEY must be at least {SHORTEST_KEY} random characters that nobody is told."


def _of_the_site(given: Any) -> Iterator[str]:
    example = "such as https://alliance.example.gov: every link in a letter starts with it."
    site = urlsplit(given.SITE_URL)
    if not given.SITE_URL:
        yield f"SITE_URL is not set; set it to the address people use, {example}"
    elif site.scheme not in {"http", "https"} or not site.hostname:
        yield f"SITE_URL ({given.SITE_URL}) is not a whole address, {example}"
    elif site.scheme == "http" and not _is_loopback(site.hostname):
        yield f"SITE_URL ({given.SITE_URL}) must begin with https://, because pages answer so only."


def _of_the_hosts(given: Any) -> Iterator[str]:
    if not given.ALLOWED_HOSTS:
        yield "ALLOWED_HOSTS is not set; name the hosts people ask for: alliance.example.gov."
    elif any("*" in host for host in given.ALLOWED_HOSTS):
        yield "ALLOWED_HOSTS must name its hosts: with * a forged Host gets into what is answered."


def _of_files(given: Any) -> Iterator[str]:
    """Both are read again as they are used; here it is said before anybody attaches anything."""
    kept, scanner = urlsplit(given.STORAGE_URL), urlsplit(given.CLAMAV_URL)
    known = {name for name, _ in parse_qsl(kept.query)} <= {"region", "endpoint"}
    if given.STORAGE_URL and not (kept.scheme == "s3" and kept.hostname and known):
        yield "STORAGE_URL names no bucket, such as s3://bucket/folder?region=us-east-1."
    if given.CLAMAV_URL and not (scanner.scheme == "tcp" and scanner.hostname):
        yield f"CLAMAV_URL ({given.CLAMAV_URL}) names no scanner, such as tcp://clamav:3310."


def _of_modes(given: Any) -> Iterator[str]:
    """Those that only a copy which nobody else can reach may have."""
    reached_by = [host for host in _hosts(given) if not _is_loopback(host)]
    if not reached_by:
        return
    for name, harm in (
        ("DEMO", "its people sign in with a published password"),
        ("DEBUG", "pages show their own source and settings on a fault"),
        ("INSECURE_LOCAL", "passwords travel in the clear"),
    ):
        if getattr(given, name):
            yield f"{name}=true is for 127.0.0.1 alone, and this is {reached_by[0]}: {harm}."


def _of_mail(given: Any) -> Iterator[str]:
    backend = given.EMAIL_BACKEND.removeprefix("django.core.mail.backends.").partition(".")[0]
    example = "such as smtp+tls://user:password@mail.example.gov:587"
    is_public = not all(map(_is_loopback, _hosts(given)))
    if not given.DEMO and backend in KEEP_LETTERS_HERE:
        yield (
            f"EMAIL_URL is not set to a mail server, {example}: letters would be marked as sent,"
            " and the links that set passwords would stand in the log."
        )
    elif is_public and backend == "filebased":
        yield f"EMAIL_URL writes letters into files; name a mail server, {example}."
    _, at, domain = parseaddr(given.DEFAULT_FROM_EMAIL)[1].rpartition("@")
    if is_public and (not at or not domain or domain == "csde.example.org"):
        yield "DEFAULT_FROM_EMAIL is not set; name the sender: Alliance <alliance@example.gov>."


def _of_idle_accounts(given: Any) -> Iterator[str]:
    if not 0 < given.IDLE_LETTER_DAYS < given.IDLE_DAYS:
        yield "IDLE_DAYS must be more than IDLE_LETTER_DAYS, and that more than 0."


def postgres_faults() -> Iterator[str]:
    """None while it is away: then pages say so, and start to work when it is back."""
    try:
        version = connection.pg_version // 10_000  # type: ignore[attr-defined]
    except DatabaseError:
        return
    finally:
        connection.close()
    if version < OLDEST_POSTGRES:
        yield f"PostgreSQL {version} is too old; PostgreSQL {OLDEST_POSTGRES} or later is needed."


def _hosts(given: Any) -> list[str]:
    site = urlsplit(given.SITE_URL).hostname
    return [*given.ALLOWED_HOSTS, *([site] if site else [])]


def _is_loopback(host: str) -> bool:
    name = host.lower().strip("[]").rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


@register(deploy=True)
def check_settings(**_: object) -> list[CheckMessage]:
    return [Error(fault, id="alliance.E001") for fault in settings_faults()]


@register(Tags.database)
def check_postgres(**asked: Any) -> list[CheckMessage]:
    """`migrate` asks too."""
    return [Error(fault, id="alliance.E002") for fault in postgres_faults() if asked["databases"]]


@register(Tags.database, deploy=True)
def check_log_of_postgres(**asked: Any) -> list[CheckMessage]:
    """Its own log may quote what people type: ADR 25."""
    if not asked["databases"]:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM pg_settings WHERE (name, setting) IN"
            " (('log_error_verbosity', 'default'), ('log_error_verbosity', 'verbose'))"
            " OR (name = 'log_min_error_statement' AND setting <> 'panic')"
            " OR (name = 'log_statement' AND setting <> 'none')"
            " OR (name LIKE 'log_min_duration_s%' AND setting <> '-1') ORDER BY name"
        )
        names = ", ".join(name for (name,) in cursor.fetchall())
    if not names:
        return []
    return [
        checks.Warning(
            f"PostgreSQL's own log may quote what people type: {names}.", id="alliance.W001"
        )
    ]
