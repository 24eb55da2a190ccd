"""The Celery application: work done outside the request."""

import os

from celery import Celery
from celery.signals import after_task_publish, heartbeat_sent, task_postrun

from alliance.health import leave_sign_of_life, touch_sign_of_life

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")

app = Celery("alliance")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


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
