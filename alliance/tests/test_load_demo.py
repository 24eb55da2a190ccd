"""The command: where it refuses to load the demo."""

import pytest
from django.core.management import CommandError

from alliance.tests.demo import load_demo, load_roster
from districts.models import User

pytestmark = pytest.mark.django_db


def test_load_demo_refuses_where_demo_is_not_true(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="only where DEMO is true"):
        load_demo()

    assert User.objects.count() == 0


def test_load_demo_asks_for_the_roster_first(settings):
    settings.DEMO = True

    with pytest.raises(CommandError, match=r"needs the roster.*manage\.py load_roster"):
        load_demo()

    assert User.objects.count() == 0


def test_load_demo_refuses_a_district_it_has_no_plan_of(settings):
    settings.DEMO = True
    load_roster()

    with pytest.raises(CommandError, match=r"no plan of windam\. It has plans of ansonia, .*ham"):
        load_demo("windam", "windham")

    assert User.objects.count() == 0
