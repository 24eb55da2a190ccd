"""What a draft lacks is found once for each state of its text and each day, and no more seldom."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from plans.models import Cover
from plans.rules import check
from plans.tests.factories import PlanFactory, write_rows
from plans.views import editor

NOON = datetime(2026, 6, 10, 16, 0, tzinfo=UTC)


@pytest.fixture
def judged(monkeypatch):
    """The days on which a draft was judged."""
    days = []

    def judge(document, today):
        days.append(today)
        return check(document, today)

    monkeypatch.setattr(editor, "check", judge)
    return days


@pytest.mark.django_db
def test_a_draft_is_judged_again_once_its_text_or_the_day_is_another(judged):
    plan = PlanFactory()
    write_rows(plan)
    coordinator = person(Role.PLAN_COORDINATOR, plan.district)
    page = reverse("plans:section", args=[plan.district.slug, plan.cycle_id, "cover"])

    def look(at):
        with time_machine.travel(at, tick=False):
            client = Client()
            client.force_login(coordinator)
            return client.get(page).text

    look(NOON)
    look(NOON + timedelta(minutes=5))
    assert len(judged) == 1
    look(NOON + timedelta(days=1))
    assert len(judged) == 2
    assert judged[1] == judged[0] + timedelta(days=1)

    Cover.objects.filter(plan=plan).update(contact_name="")
    look(NOON + timedelta(days=1))
    assert len(judged) == 3
