"""Whatever is typed into whatever field: it is kept, every page of the plan opens, and next
year's plan starts. A stored value must never break the page that would mend it."""

from datetime import date
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from districts.roles import Role
from districts.tests.factories import AllocationFactory, DesignationFactory, DistrictFactory, person
from plans import services
from plans.forms.rows import ROW_FORMS
from plans.forms.sections import SECTION_FORMS
from plans.models import Cycle, Milestone, Plan, Strategy
from plans.sections import SECTIONS, SectionKey
from plans.views.kinds import KINDS
from plans.workflow import Status

pytestmark = pytest.mark.django_db

YEARS = {"first_fiscal_year": 2023, "last_fiscal_year": 2029}
POISON = [
    "1e9999999",
    "-1E+400",
    "9" * 400,
    "0." + "0" * 400 + "1",
    "Infinity",
    "NaN",
    "sNaN",
    "٣٫١٤",
    "12/31/9999",
    "01/01/0001",
    "9999-12-31",
    "2/29/2028",
    "\0\u202e\ud7ff\ufffe",
    "=cmd|'/c calc'!A1",
    "{{ x }}{% url 'nowhere' %}<script>alert(1)</script>",
    "x" * 20_000,
    "99999999999999999999",
    "[]",
    "null",
]
ANYTHING = st.one_of(
    st.sampled_from(POISON),
    st.text(max_size=60),
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
    st.dates().map(lambda day: f"{day:%m/%d/}{day.year}"),
    st.integers().map(str),
)


def a_district():
    district = DistrictFactory()
    DesignationFactory(district=district, **YEARS)
    AllocationFactory(district=district)
    return district


def write_everywhere(plan, client, typed):
    """Add a row of each kind and save each section, with what `typed` gives in every field."""
    parents = {"": None}
    for key, kind in KINDS.items():
        address = [plan.district.slug, plan.cycle_id, key]
        parent = parents[kind.parent]
        url = (
            reverse("plans:row_add_to", args=[*address, parent])
            if kind.parent
            else reverse("plans:row_add", args=address)
        )
        form = ROW_FORMS[key]
        answer = client.post(
            url, {name: typed() for name in form.base_fields} | {"lineage": uuid4()}
        )
        assert answer.status_code == 302, (key, answer.status_code)
        parents[key] = form.model.objects.filter(plan=plan).latest("pk").pk
    for key, form in SECTION_FORMS.items():
        url = reverse("plans:section", args=[plan.district.slug, plan.cycle_id, key])
        answer = client.post(url, {name: typed() for name in form.base_fields} | {"version": 1})
        assert answer.status_code in {302, 422}, (key, answer.status_code)
    return parents


def pages_of(plan, rows):
    address = [plan.district.slug, plan.cycle_id]
    for name in ("overview", "read", "close", "signatures", "changes"):
        yield reverse(f"plans:{name}", args=address)
    for key in set(SECTIONS) - {SectionKey.SIGNATURES}:
        yield reverse("plans:section", args=[*address, key])
    for key, pk in rows.items():
        if key:
            yield reverse("plans:row", args=[*address, key, pk])
            yield reverse("plans:row_remove", args=[*address, key, pk])


def live_through(typed, noon):
    """A year with the plan, and the start of the next."""
    district = a_district()
    coordinator = person(Role.PLAN_COORDINATOR, district)
    client = Client()
    client.force_login(coordinator)
    plan = services.start_plan(district_id=district.pk, fiscal_year=2027, by=coordinator, at=noon)
    rows = write_everywhere(plan, client, typed)

    met = {url: client.get(url).status_code for url in pages_of(plan, rows)}
    assert {url: status for url, status in met.items() if status != 200} == {}

    Plan.objects.filter(pk=plan.pk).update(
        status=Status.APPROVED, submitted_at=noon, submitted_by=coordinator
    )
    Cycle.objects.filter(pk=2028).update(opens_on=noon.date())
    after = services.start_plan(district_id=district.pk, fiscal_year=2028, by=coordinator, at=noon)
    url = reverse("plans:overview", args=[district.slug, after.cycle_id])
    assert client.get(url).status_code == 200


@pytest.mark.parametrize("poison", POISON, ids=lambda poison: repr(poison[:12]))
def test_one_value_everywhere_breaks_no_page(noon, poison):
    live_through(lambda: poison, noon)


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_values_anywhere_break_no_page(noon, data):
    live_through(lambda: data.draw(ANYTHING), noon)


def test_a_date_that_was_stored_before_dates_were_bounded_lets_next_year_start(noon):
    district = a_district()
    coordinator = person(Role.PLAN_COORDINATOR, district)
    plan = services.start_plan(district_id=district.pk, fiscal_year=2027, by=coordinator, at=noon)
    strategy = Strategy.objects.create(plan=plan, position=1)
    Milestone.objects.create(plan=plan, position=1, strategy=strategy, due_on="9999-12-31")
    client = Client()
    client.force_login(coordinator)
    for url in pages_of(plan, {"": None, "strategy": strategy.pk}):
        assert client.get(url).status_code == 200
    Plan.objects.update(status=Status.APPROVED, submitted_at=noon, submitted_by=coordinator)
    Cycle.objects.filter(pk=2028).update(opens_on=noon.date())

    after = services.start_plan(district_id=district.pk, fiscal_year=2028, by=coordinator, at=noon)

    carried = Milestone.objects.get(plan=after)
    assert (carried.due_on, carried.as_typed) == (None, {"due_on": "12/31/10000"})


@pytest.mark.parametrize(
    ("day", "carried", "typed"),
    [
        (date(2098, 12, 31), date(2099, 12, 31), {}),
        (date(2099, 12, 31), None, {"due_on": "12/31/2100"}),
    ],
)
def test_a_date_that_next_year_cannot_hold_is_named_to_the_district_and_not_lost(
    noon, day, carried, typed
):
    """Kind: what is carried into another year is carried, or its loss is said."""
    district = a_district()
    coordinator = person(Role.PLAN_COORDINATOR, district)
    plan = services.start_plan(district_id=district.pk, fiscal_year=2027, by=coordinator, at=noon)
    strategy = Strategy.objects.create(plan=plan, position=1)
    Milestone.objects.create(plan=plan, position=1, strategy=strategy, due_on=day)
    Plan.objects.update(status=Status.APPROVED, submitted_at=noon, submitted_by=coordinator)
    Cycle.objects.filter(pk=2028).update(opens_on=noon.date())

    after = services.start_plan(district_id=district.pk, fiscal_year=2028, by=coordinator, at=noon)

    milestone = Milestone.objects.get(plan=after)
    assert (milestone.due_on, milestone.as_typed) == (carried, typed)
    client = Client()
    client.force_login(coordinator)
    url = reverse("plans:section", args=[district.slug, 2028, "strategies"])
    assert ("12/31/2100" in client.get(url).text) is bool(typed)
