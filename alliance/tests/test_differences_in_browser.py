"""What changed, and which focus areas are covered, as a browser draws it: axe finds nothing, and
marks are more than color."""

import pytest

from alliance.tests.test_accessibility import all_faults_of
from alliance.tests.world import World
from plans.documents import draft_document
from plans.models import BudgetLine, Cover, Objective, Plan
from plans.tests.factories import closed_version

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
STILL = {"reduced_motion": "reduce"}
HERE = "/plans/ansonia/2027/differences/"
LONG = "Teams of teachers meet each week and read the work of their students. " * 12


@pytest.fixture
def returned(db, noon, settings, tmp_path):
    """Returned, and a text is another since."""
    settings.MEDIA_ROOT = tmp_path
    world = World(at=noon)
    world.bring_to("returned for changes")
    Cover.objects.filter(plan=world.plan).update(summary=f"{LONG} Reading, attendance and tutors.")
    Plan.objects.filter(pk=world.plan.pk).update(edition=world.plan.edition + 1)
    return world


@pytest.fixture
def world(returned):
    """One text was written anew, a row is new, one is gone, and two changed places, too."""
    plan = returned.plan
    first, second, *_, last = BudgetLine.objects.filter(plan=plan).order_by("position")
    last.delete()
    BudgetLine.objects.filter(pk=first.pk).update(position=second.position, amount=None)
    BudgetLine.objects.filter(pk=second.pk).update(position=first.position, narrative=LONG)
    Objective.objects.create(plan=plan, position=9, statement="Every child counts.")
    return returned


def test_nothing_is_found_on_the_page_of_what_changed(visit, world):
    page = visit(world.people["coordinator"].email, **STILL)
    faults = []
    for asked in ("", "?section=budget", "?section=assurances", "?before=draft&after=draft"):
        assert page.goto(f"{HERE}{asked}").status == 200
        faults += all_faults_of(page)

    assert faults == []


def test_nothing_is_found_where_a_signer_reads_what_changed(visit, returned):
    returned.plan.refresh_from_db()
    closed_version(returned.plan, draft_document(returned.plan.pk))
    page = visit(returned.people["superintendent"].email, **STILL)
    page.goto("/plans/ansonia/2027/sign/")

    assert page.locator("main h2").first.text_content() == (
        "What changed since version 1 was returned"
    )
    assert all_faults_of(page) == []


def test_what_was_added_and_removed_is_told_by_lines_and_by_words(visit, world):
    page = visit(world.people["coordinator"].email, **STILL)
    page.goto(HERE)

    drawn = {
        name: page.locator(f"#cover {name}").first.evaluate(
            "it => [getComputedStyle(it).textDecorationLine, it.textContent]"
        )
        for name in ("ins", "del")
    }
    edges = {
        did: page.locator(f"main .diff.{did}").first.evaluate(
            "it => getComputedStyle(it).borderLeftStyle"
        )
        for did in ("added", "removed", "changed")
    }

    assert {name: line for name, (line, _) in drawn.items()} == {
        "ins": "underline",
        "del": "line-through",
    }
    assert all(words.startswith(("[added:", "[removed:")) for _, words in drawn.values())
    assert edges == {"added": "double", "removed": "dotted", "changed": "dashed"}


def test_two_texts_are_chosen_by_keyboard_and_without_a_script(visit, world):
    page = visit(world.people["coordinator"].email, java_script_enabled=False)
    page.goto(HERE)

    page.get_by_label("From", exact=True).select_option(label="The draft as it stands now")
    page.get_by_label("To", exact=True).select_option(index=0)
    page.get_by_role("button", name="Compare").press("Enter")

    assert page.get_by_role("heading", level=1).text_content() == (
        "What changed from version 1 to the draft"
    )


def test_nothing_is_found_on_the_coverage_map(visit, returned):
    page = visit(returned.people["coordinator"].email, **STILL)
    assert page.goto("/plans/ansonia/2027/coverage/").status == 200

    assert all_faults_of(page) == []
