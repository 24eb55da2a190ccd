"""The command: where it refuses, and that it leaves alone what is there."""

from datetime import date

import pytest
from django.apps import apps
from django.core.management import CommandError
from django.utils import timezone

from alliance.tests.demo import load_demo, load_roster
from districts.models import District, User
from districts.roles import Role
from districts.services import Grounds, confirm_change, retire_district
from districts.tests.factories import person
from plans.documents import draft_document, fingerprint
from plans.models import Cycle, Plan

pytestmark = pytest.mark.django_db

SOME = ("ansonia", "bristol", "windham")
OURS = ("alliance", "districts", "notices", "plans", "reviews")


@pytest.fixture
def demo(settings):
    settings.DEMO = True
    load_roster()
    return load_demo(*SOME)


def everything() -> dict[str, list]:
    """Every row of every table of ours."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for name in OURS
        for model in apps.get_app_config(name).get_models()
    }


def fingerprints() -> dict[int, str]:
    return {plan.pk: fingerprint(draft_document(plan.pk).frozen()) for plan in Plan.objects.all()}


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


def test_load_demo_loads_only_plans_of_the_districts_named(demo):
    plans = Plan.objects.values_list("district__slug", "cycle")

    assert {slug for slug, _ in plans} == set(SOME)
    assert {("bristol", 2027), ("bristol", 2028)} <= set(plans)


def test_load_demo_refuses_a_district_it_has_no_plan_of(settings):
    settings.DEMO = True
    load_roster()

    with pytest.raises(CommandError, match=r"no plan of windam\. It has plans of ansonia, .*ham"):
        load_demo("windam", "windham")

    assert User.objects.count() == 0


def test_load_demo_twice_changes_nothing_and_says_so(demo):
    before = everything()
    texts = fingerprints()

    said = load_demo(*SOME)

    assert said == ["The demo is loaded already: nothing changed."]
    assert everything() == before
    assert fingerprints() == texts


def test_load_demo_after_people_worked_leaves_their_work_alone(demo):
    Cycle.objects.filter(pk=2028).update(opens_on=date(2026, 12, 1))
    coordinator = User.objects.get(email="coordinator@ansonia.example.org")
    coordinator.set_password("something of their own")
    coordinator.save()
    role = coordinator.memberships.get()
    role.ended_at, role.ended_by = timezone.now(), coordinator
    role.save()
    retiring = retire_district(
        district_id=District.objects.get(slug="windham").pk,
        grounds=Grounds("It joins another."),
        by=User.objects.get(email="admin@csde.example.org"),
        at=timezone.now(),
    )
    confirm_change(change_id=retiring.pk, by=person(Role.SYSADMIN), at=timezone.now())
    before = everything()

    load_demo(*SOME)

    assert everything() == before
