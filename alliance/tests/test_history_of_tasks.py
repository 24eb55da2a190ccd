"""What a task changes in a plan is told of that task, and nothing afterwards is."""

from types import SimpleNamespace

import pytest

from alliance.celery import forget_the_request, take_up_the_request
from plans.models import HISTORY, Cover
from plans.tests.factories import PlanFactory, write_rows


@pytest.mark.django_db(transaction=True)  # what is told lasts as long as a transaction
def test_history_names_the_task_that_changed_a_row_and_forgets_it_with_the_task():
    plan = PlanFactory()
    write_rows(plan)
    task = SimpleNamespace(name="notices.tasks.sweep", request=SimpleNamespace())

    take_up_the_request(task=task, task_id="1")
    Cover.objects.filter(plan=plan).update(summary="By a task.")
    forget_the_request(task_id="1")
    Cover.objects.filter(plan=plan).update(summary="By nobody.")

    events = HISTORY[Cover].objects.filter(plan=plan).order_by("-pgh_id")[:2]
    assert [each.pgh_context for each in events] == [None, {"task": "notices.tasks.sweep"}]
