"""Nothing that was typed makes a page wider than its reader's, on a telephone or on paper."""

import pytest
import time_machine
from django.db import models
from django.urls import reverse

from alliance.tests.world import World
from plans.documents.kinds import LISTED, SINGLE

LONG = "Unbroken" * 20
PASTED = f"{LONG}\nGrade\tReading\tMath\n3\t46.1\t<5\n{LONG}"
TELEPHONE, DESK, PAPER = 320, 1440, 672  # of a letter, between its margins
PAGES = {
    "coordinator": (
        *("plans:overview", "plans:read", "plans:row", "plans:changes", "plans:section/objectives"),
        *("plans:section/budget", "plans:section/engagement"),
    ),
    "commissioner": ("reviews:plan", "reviews:approve"),
    "admin": ("districts:person", "districts:people", "districts:office_change"),
}


def fill(plan):
    """Every field of words of the plan holds what cannot be broken between words."""
    for kind in [*SINGLE.values(), *LISTED.values()]:
        columns = [each for each in kind.model._meta.concrete_fields if not each.choices]
        long = {
            column.name: LONG[: column.max_length] if column.max_length else PASTED
            for column in columns
            if isinstance(column, models.TextField | models.CharField)
        }
        kind.model.objects.filter(plan=plan).update(**long)


@pytest.mark.django_db(transaction=True)
def test_no_page_is_wider_than_its_reader(visit, noon, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with time_machine.travel(noon, tick=True):
        world = World(at=noon)
        world.bring_to("returned for changes")
        fill(world.plan)
        for user in filter(None, world.people.values()):
            user.name = f"{LONG[:120]} {user.pk}"
            user.save()
        wide = []
        for who, addresses in PAGES.items():
            page = visit(world.people[who].email)
            for address in addresses:
                page.goto(reverse(address.partition("/")[0], kwargs=world.kwargs(address)))
                wide += [f"{address} at {width}" for width in too_wide(page)]
    assert wide == [], wide


def too_wide(page):
    """The widths at which the page would have to be moved sideways; paper cannot be."""
    for width in (TELEPHONE, DESK, PAPER):
        page.emulate_media(media="print" if width == PAPER else "screen")
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            yield width
