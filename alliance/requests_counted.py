"""Requests counted and timed for Prometheus, by the name of their route and the kind of answer.

Off until METRICS_FOLDER is set: each process of the web keeps its counts in a file of that folder,
and `serve_metrics`, which is a process of its own, adds them up. A label is a name from our own
code or one of five classes of answer, so nothing of a person or an address can be in one. ADR 43.
"""

import logging
import os
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

NAME = "alliance_request_seconds"
HELP = "Requests, and seconds until the answer began, by route and class of answer."
LABELS = ("route", "answer")
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds: a page takes some hundredths

logger = logging.getLogger(__name__)


class Counted(NamedTuple):
    route: str
    status: int
    seconds: float


def counter() -> Callable[[Counted], None] | None:
    """What counts a request in this process, where somebody asked for it.

    The package reads its folder as it is imported, and takes memory: so not before it is wanted.
    """
    folder = settings.METRICS_FOLDER
    if not folder:
        return None
    if not os.access(folder, os.W_OK | os.X_OK):
        logger.warning("METRICS_FOLDER cannot be written into: requests are not counted.")
        return None
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    registry = import_module("prometheus_client").CollectorRegistry()
    histogram = import_module("prometheus_client").Histogram(
        NAME, HELP, LABELS, buckets=BUCKETS, registry=registry
    )

    def count(request: Counted) -> None:
        with suppress(OSError):  # a page is worth more than its count
            histogram.labels(request.route, f"{request.status // 100}xx").observe(request.seconds)

    return count


def told() -> str:
    """What all processes of the web have counted since it was started, in Prometheus's text."""
    folder = settings.METRICS_FOLDER
    if not folder or not Path(folder).is_dir():
        return ""
    prometheus = import_module("prometheus_client")
    registry = prometheus.CollectorRegistry()
    import_module("prometheus_client.multiprocess").MultiProcessCollector(registry, path=folder)
    try:
        text: bytes = prometheus.generate_latest(registry)
    except FileNotFoundError:  # the web is being started anew
        return ""
    return text.decode()
