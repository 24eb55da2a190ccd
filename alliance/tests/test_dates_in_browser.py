"""A due date is moved by mistake, and moved back: once in time, and once after letters have left.

In a real browser: what is said before, which letters leave, and what the record shows afterwards.
"""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from alliance.tests.browsing import send
from districts.calendar import eastern_day
from districts.roles import Role
from districts.tests.factories import DesignationFactory, DistrictFactory, person
from districts.words import day
from notices.models import LastSweep, Notice
from notices.services import deliver_due, post_reminders
from plans.models import Cycle, CycleChange

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
VIEWS = [(1440, "light"), (390, "dark")]
MINUTES = timedelta(minutes=1)


def has_no_faults(page) -> None:
    """Nothing that axe finds, in a wide light window and a narrow dark one."""
    for width, scheme in VIEWS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = Axe().run(page).response["violations"]
        assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []


def sweep(at) -> None:
    post_reminders(at=at)
    deliver_due(at=at)


def left() -> list[str]:
    sent = Notice.objects.filter(status=Notice.Status.SENT)
    return list(sent.order_by("sent_at").values_list("subject", flat=True))


def test_a_due_date_is_moved_by_mistake_and_moved_back(visit):
    now = timezone.now()
    right, wrong = eastern_day(now) + timedelta(days=25), eastern_day(now) + timedelta(days=5)
    cycle = Cycle.objects.get(pk=2028)
    later = {"reviews_complete_on": right, "decisions_on": right}
    dates = {"opens_on": right - timedelta(days=70), "plan_due_on": right, **later}
    Cycle.objects.filter(pk=2028).update(**dates, reminders_from=now - timedelta(days=60))
    derby = DistrictFactory(name="Derby", designated=True)
    DesignationFactory(district=derby, first_fiscal_year=2028, last_fiscal_year=2032)
    person(Role.SUPERINTENDENT, derby)
    sweep(now)
    (reminded,) = left()

    admin = visit(person(Role.SYSADMIN, name="Ada Admin").email)
    admin.goto(cycle.get_absolute_url())
    admin.get_by_label("Plan or amendment due").fill(wrong.isoformat())
    send(admin.get_by_role("button", name="Save the cycle"))
    has_no_faults(admin)
    before = admin.locator("main").inner_text()
    send(admin.get_by_role("button", name="Not now"))
    kept = admin.get_by_label("Plan or amendment due").input_value()
    for _ in range(2):
        send(admin.get_by_role("button", name="Save the cycle"))
    held = admin.locator("main").inner_text()
    has_no_faults(admin)
    send(admin.get_by_role("button", name="Take it back"))
    taken = admin.locator("main").inner_text()
    sweep(timezone.now() + 20 * MINUTES)
    after_taking_back = left()
    LastSweep.objects.all().delete()  # that was a look ahead

    admin.get_by_label("Plan or amendment due").fill(wrong.isoformat())
    for _ in range(2):
        send(admin.get_by_role("button", name="Save the cycle"))
    sweep(CycleChange.objects.latest("pk").held_until)
    admin.get_by_label("Plan or amendment due").fill(right.isoformat())
    for _ in range(2):
        send(admin.get_by_role("button", name="Save the cycle"))
    sweep(CycleChange.objects.latest("pk").held_until)
    record = admin.locator("section", has_text="Changes of this cycle").last.inner_text()

    assert "1 letter leaves because of this, to 1 person in 1 district." in before
    assert "5 days from today" in before
    assert kept == wrong.isoformat()
    assert "Letters are held until" in held
    assert "Taken back. None of its letters has left, and none will." in taken
    assert after_taking_back == [reminded]
    told = [f"due {day(one)}, not {day(other)}" for one, other in ((wrong, right), (right, wrong))]
    assert left() == [reminded, *(f"Derby: the FY2028 amendment is {each}" for each in told)]
    assert "Took back the change of" in record
    assert record.count("→") >= 4
