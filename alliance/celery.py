"""The Celery application: work done outside the request, which its lines in the log name."""

import logging.config
import os

import pghistory
from celery import Celery, Task
from celery.signals import (
    after_task_publish,
    before_task_publish,
    heartbeat_sent,
    setup_logging,
    task_postrun,
    task_prerun,
)
from django.conf import settings
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

from alliance.deployment import refuse_to_start
from alliance.signs_of_life import leave_sign_of_life, touch_sign_of_life

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")

_asks: dict[str, pghistory.context] = {}  # what history is told of each task under way

app = Celery("alliance")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect  # what worker and beat do first of all
def start_only_where_it_is_safe(**_: object) -> None:
    refuse_to_start()


@setup_logging.connect
def log_as_the_web_does(**_: object) -> None:
    logging.config.dictConfig(settings.LOGGING)


@before_task_publish.connect
def hand_on_the_request(headers: dict[str, object], **_: object) -> None:
    if request_id := get_contextvars().get("request_id"):
        headers["request_id"] = request_id


@task_prerun.connect
def take_up_the_request(task: Task, task_id: str, **_: object) -> None:
    bind_contextvars(task=task.name, task_id=task_id)
    _asks[task_id] = pghistory.context(task=task.name)
    _asks[task_id].__enter__()
    if request_id := getattr(task.request, "request_id", None):
        bind_contextvars(request_id=request_id)


@task_postrun.connect
def forget_the_request(task_id: str, **_: object) -> None:
    clear_contextvars()
    if asks := _asks.pop(task_id, None):
        asks.__exit__(None, None, None)


@task_postrun.connect
def worker_did_its_work(**_: object) -> None:
    leave_sign_of_life("worker")


@heartbeat_sent.connect
def worker_waits_for_work(**_: object) -> None:
    touch_sign_of_life()


@after_task_publish.connect(sender="notices.tasks.sweep")
def beat_ticked(**_: object) -> None:
    """Nobody else asks for a sweep."""
    leave_sign_of_life("beat")
