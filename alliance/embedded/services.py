"""The two services everything stands on: embedded, or those the environment names."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote

import environ
import psycopg2
import redis

from alliance.embedded import CannotRun
from alliance.embedded.postgres import Postgres
from alliance.embedded.processes import Child, stop_all
from alliance.embedded.state import State
from alliance.embedded.valkey import Valkey


@dataclass
class Services:
    children: list[Child] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)  # where they are
    database_is_new: bool = False


@contextmanager
def running_services(state: State, *, durable: bool = True) -> Iterator[Services]:
    """Brings up what the environment does not name, and stops it in the end.

    Raises: CannotRun if one does not start, or is not where the environment says.
    """
    services = Services()
    for name, check in (("DATABASE_URL", _check_database), ("REDIS_URL", _check_redis)):
        if url := os.environ.get(name):
            check(url)
            services.environment[name] = url
    try:
        if "DATABASE_URL" not in services.environment:
            _start_postgres(services, state, durable=durable)
        if "REDIS_URL" not in services.environment:
            _start_valkey(services, state, durable=durable)
        yield services
    finally:
        stop_all(services.children)


def local_environment(state: State, *, port: int = 8000) -> dict[str, str]:
    """Settings of a copy that one person runs for themselves, except what is set."""
    local = {
        "DEMO": "true",
        "INSECURE_LOCAL": "true",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "EMAIL_URL": f"filemail:///{quote(str(state.letters))}",  # a file per letter
        "MEDIA_ROOT": str(state.attachments),
        "STATIC_ROOT": str(state.folder / "static"),
    }
    return {name: os.environ.get(name) or value for name, value in local.items()}


def _start_postgres(services: Services, state: State, *, durable: bool) -> None:
    postgres = Postgres(
        state=state.folder,
        sockets=state.run_folder / "postgres.sockets",
        log=state.logs / "postgres.log",
        durable=durable,
    )
    services.children.append(postgres.start())
    services.environment["DATABASE_URL"] = postgres.url
    services.database_is_new = postgres.is_new


def _start_valkey(services: Services, state: State, *, durable: bool) -> None:
    valkey = Valkey(
        state=state.folder,
        socket=state.run_folder / "valkey.sock",
        log=state.logs / "valkey.log",
        durable=durable,
    )
    services.children.append(valkey.start())
    services.environment["REDIS_URL"] = valkey.url


def _check_database(url: str) -> None:
    try:
        with warnings.catch_warnings(action="ignore"):  # django-environ warns and goes on
            address = environ.Env.db_url_config(url)
        if not address["ENGINE"].endswith("postgresql"):
            raise ValueError(url)
    except (KeyError, ValueError) as fault:
        raise CannotRun(
            "DATABASE_URL is not the address of a PostgreSQL database,"
            " such as postgres://user:password@host:5432/name."
        ) from fault
    try:
        psycopg2.connect(
            dbname=address["NAME"],
            user=address["USER"],
            password=address["PASSWORD"],
            host=address["HOST"],
            port=address["PORT"],
            connect_timeout=10,
            **address.get("OPTIONS", {}),
        ).close()
    except psycopg2.Error as fault:
        raise CannotRun(f"DATABASE_URL does not lead to a database: {_one_line(fault)}") from fault


def _check_redis(url: str) -> None:
    try:
        with redis.from_url(url, socket_connect_timeout=10, socket_timeout=10) as client:
            client.ping()
    except (redis.RedisError, ValueError) as fault:
        raise CannotRun(
            f"REDIS_URL does not lead to a Redis or Valkey server: {_one_line(fault)}"
        ) from fault


def _one_line(fault: Exception) -> str:
    return " ".join(str(fault).split())
