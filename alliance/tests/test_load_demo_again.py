"""The command once more: it leaves alone what is there, and what people have made of it."""

from datetime import date

import pytest
from django.apps import apps
from django.utils import timezone

from alliance.tests.demo import load_demo
from alliance.tests.loaded import PART, PART_OF, working_in
from districts.models import District, User
from districts.roles import Role
from districts.services import Grounds, confirm_change, retire_district
from districts.tests.factories import person
from plans.documents import draft_document, fingerprint
from plans.models import Cycle, Plan

pytestmark = pytest.mark.django_db

OURS = ("alliance", "districts", "library", "notices", "plans", "reviews")


@pytest.fixture(scope="module", autouse=True)
def demo(part_of_demo, django_db_blocker):
    with working_in(PART, django_db_blocker):
        yield


def everything() -> dict[str, list]:
    """Every row of every table of ours."""
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for name in OURS
        for model in apps.get_app_config(name).get_models()
    }


def fingerprints() -> dict[int, str]:
    return {plan.pk: fingerprint(draft_document(plan.pk).frozen()) for plan in Plan.objects.all()}


def test_load_demo_loads_only_plans_of_the_districts_named():
    plans = Plan.objects.values_list("district__slug", "cycle")

    assert {slug for slug, _ in plans} == set(PART_OF)
    assert {("bristol", 2027), ("bristol", 2028)} <= set(plans)


def test_load_demo_twice_changes_nothing_and_says_so():
    before = everything()
    texts = fingerprints()

    said = load_demo(*PART_OF)

    assert said == ["The demo is loaded already: nothing changed."]
    assert everything() == before
    assert fingerprints() == texts


def test_load_demo_after_people_worked_leaves_their_work_alone():
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

    load_demo(*PART_OF)

    assert everything() == before
