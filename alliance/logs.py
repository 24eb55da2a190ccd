"""What the product says of its own work: a line of JSON each, or words for a person at a terminal.

A request's id is in its answer, in its lines and in those of the tasks it woke. No line has a path
(a path may be a key: the links that set a password are), an address of a person, or what was typed.
"""

import re
from logging import LogRecord
from typing import Any

import structlog
from django.http import HttpRequest
from structlog.types import EventDict, Processor

from alliance.outages import is_outage

SAID_OF_A_REQUEST = {"method", "route", "status", "ms"}
ADDRESS = re.compile(r"[^\s\"'<>@/:]{1,64}@[\w-]+(?:\.[\w-]+)+")
PASSWORD = re.compile(r"(?<=://)[^\s/@]+@")  # before the host of a service
SERVED = re.compile(r"(?<=while )serving /\S*$")  # as waitress says it
ROW = re.compile(  # as PostgreSQL quotes what it refused: all that was typed, or a password's hash
    r"DETAIL: .*?(?=\n\n(?:The above exception|During handling)|\Z)", re.DOTALL
)


def configuration(*, as_json: bool, reports_to: str = "") -> dict[str, Any]:
    """For logging.config: everything goes to one stream, whoever says it, and faults to reports."""
    before: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(allow=SAID_OF_A_REQUEST),
        structlog.contextvars.merge_contextvars,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide_paths,
        hide_rows,
        hide_addresses,
    ]
    rendered: Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "faults": {"()": "django.utils.log.CallbackFilter", "callback": has_traceback},
        },
        "formatters": {
            "line": _formatter(before, rendered),
            "report": _formatter(before, structlog.processors.JSONRenderer()),
        },
        "handlers": {
            "console": {"class": "logging.StreamHandler", "formatter": "line"},
            **({"reports": _reports(reports_to)} if reports_to else {}),
        },
        "root": {"level": "INFO", "handlers": ["console", *(["reports"] if reports_to else [])]},
        "loggers": {
            "django": {"level": "INFO", "handlers": [], "propagate": True},
            "django.request": {"level": "ERROR", "filters": ["faults"]},
            "django.security.DisallowedHost": {"level": "CRITICAL"},  # strangers who try names
            "waitress.queue": {"level": "ERROR"},  # every burst waits for a moment
        },
    }


def _formatter(before: list[Processor], rendered: Processor) -> dict[str, Any]:
    return {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": before,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, rendered],
    }


def _reports(url: str) -> dict[str, str]:
    return {"()": "alliance.reporting.ReportFaults", "url": url, "formatter": "report"}


def route_of(request: HttpRequest) -> str:
    """The name of the address: the address itself may hold a key."""
    match = request.resolver_match
    return match.view_name if match else "none"


def has_traceback(record: LogRecord) -> bool:
    """Any other answer, refusals and outages too, has its line already."""
    return record.exc_info is not None and not is_outage(record.exc_info[1])


def hide_paths(logger: object, method: str, event: EventDict) -> EventDict:
    """Django and waitress end a line about a request with its path."""
    event["event"] = SERVED.sub("serving a request", event["event"])
    request = getattr(event.get("_record"), "request", None)
    if request is not None and event["event"].endswith(f": {request.path}"):
        event["event"] = event["event"].removesuffix(request.path) + route_of(request)
    return event


def hide_rows(logger: object, method: str, event: EventDict) -> EventDict:
    for key in ("event", "exception"):
        if "DETAIL: " in event.get(key, ""):
            event[key] = ROW.sub("DETAIL: [row]", event[key])
    return event


def hide_addresses(logger: object, method: str, event: EventDict) -> EventDict:
    for key in ("event", "exception"):
        if "@" in event.get(key, ""):
            event[key] = ADDRESS.sub("[address]", PASSWORD.sub("[password]", event[key]))
    return event
