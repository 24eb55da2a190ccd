"""What could not be read is marked wherever its value would stand: in lists, text and sums."""

import pytest
from bs4 import BeautifulSoup
from django.template.loader import render_to_string
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from plans.documents import draft_document
from plans.documents.fields import Control
from plans.documents.kinds import IN_DOCUMENT, KINDS, LISTED
from plans.models import BudgetLine, PerformanceTarget, Plan
from plans.reading.document import document_sections, reading_context
from plans.services import starting
from plans.tests.documents import change, check, complete_document
from plans.tests.factories import PlanFactory, write_rows
from plans.tests.pages import OpenPage

HOLD_ANYTHING = {Control.PROSE, Control.TICK}
LISTS = {
    "objectives": "target indicator measure student_group baseline baseline_year target_value unit"
    " due_on",
    "strategies": "strategy title domain focus_area_numbers owner",
    "budget": "line description object_code focus_area amount",
    "engagement": "engagement group held_on how",
}


@pytest.fixture
def plan(db):
    plan = PlanFactory()
    write_rows(plan)
    return plan


@pytest.fixture
def cora(client, plan):
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))
    return client


def leave_unread(plan, key, names):
    """The first row of a kind holds text where these fields hold no value; gives the texts."""
    model = KINDS[key].model
    columns = {name: model._meta.get_field(name) for name in names}
    nothing = {
        name: None if column.null else column.get_default() for name, column in columns.items()
    }
    typed = {name: f"{name} of {key}" for name in names}
    row = model.objects.filter(plan=plan).first()
    model.objects.filter(pk=row.pk).update(**nothing, as_typed=typed)
    return list(typed.values())


def read_text(plan):
    document = draft_document(plan.pk)
    context = reading_context(document)
    return "".join(render_to_string(each.template, context) for each in document_sections(document))


def section_url(plan, section):
    return reverse("plans:section", args=[plan.district.slug, plan.cycle_id, section])


def test_the_text_shows_what_any_field_could_not_read(plan):
    texts = [
        text
        for kind in IN_DOCUMENT.values()
        if kind.written
        for text in leave_unread(
            plan,
            kind.key,
            [field.name for field in kind.written if field.control not in HOLD_ANYTHING],
        )
    ]

    shown = read_text(plan)

    assert len(texts) > 35
    assert [text for text in texts if f"“{text}”" not in shown] == []


def test_each_list_marks_what_a_field_could_not_read(cora, plan):
    texts = {
        section: leave_unread(plan, said.split()[0], said.split()[1:])
        for section, said in LISTS.items()
    }

    for section, unread in texts.items():
        tables = BeautifulSoup(cora.get(section_url(plan, section)).text, "html.parser")
        shown = " ".join(" ".join(table.text.split()) for table in tables.select("table"))
        assert [text for text in unread if f"“{text}” not read" not in shown] == []


def test_a_sum_says_how_many_amounts_are_not_in_it(cora, plan):
    leave_unread(plan, "line", ["amount"])

    page = cora.get(section_url(plan, "budget")).text

    assert BudgetLine.objects.filter(plan=plan).count() > 1
    # Of the page, of its strategy and of all lines, and in the navigator.
    assert page.count("1 amount not read") == 4
    assert read_text(plan).count("1 amount not read") >= 3


def test_so_does_the_vote(cora, plan):
    texts = leave_unread(plan, "vote", ["approved_on", "planned_on"])

    pages = [
        cora.get(plan.get_absolute_url()).text,
        render_to_string("reviews/_board_approval.html", {"plan": Plan.objects.get(pk=plan.pk)}),
    ]

    for page in pages:
        assert [text for text in texts if f"“{text}” not read" not in page] == []


# Suppressed figures -------------------------------------------------------------------------------


def target_url(plan, target):
    return reverse("plans:row", args=[plan.district.slug, plan.cycle_id, "target", target.pk])


def test_a_suppressed_figure_is_recorded_as_it_was_published(cora, plan):
    target = PerformanceTarget.objects.filter(plan=plan).first()
    url = target_url(plan, target)
    for typed, published in (("*", "suppressed (*)"), (" < 5", "suppressed (&lt;5)")):
        page = OpenPage(cora, url).write(baseline=typed)
        assert page.press().status_code == 302

        page = cora.get(url).text
        assert "field to fix" not in page
        assert "aria-invalid" not in page
        assert published in " ".join(read_text(plan).split())
        target.refresh_from_db()
        assert target.baseline is None
        (part,) = [part for part in draft_document(plan.pk).targets if part.as_typed]
        assert part.unread == {}


def test_rules_take_a_suppressed_figure_for_the_baseline_and_reckon_nothing_with_it():
    plain = complete_document()
    hidden = change(
        plain, "objectives", 0, "targets", 0, baseline=None, as_typed={"baseline": "<5"}
    )
    unread = change(
        plain, "objectives", 0, "targets", 0, baseline=None, as_typed={"baseline": "few"}
    )
    missing = change(plain, "objectives", 0, "targets", 0, baseline=None)

    def said(document):
        return [finding.sentence for finding in check(document) if finding.rule == "R07"]

    assert said(hidden) == said(plain)
    assert any("“few” is not a number" in sentence for sentence in said(unread))
    assert any("has no baseline" in sentence for sentence in said(missing))


def test_only_a_published_figure_may_be_suppressed(cora, plan):
    """A target is set by the district, so nobody suppresses it."""
    suppressible = {
        (kind.key, field.name)
        for kind in LISTED.values()
        for field in kind.fields
        if field.may_be_suppressed
    }
    target = PerformanceTarget.objects.filter(plan=plan).first()
    cora.post(target_url(plan, target), {"version": target.version, "target_value": "<5"})

    assert suppressible == {("target", "baseline")}
    assert "“&lt;5” not read" in read_text(plan)


def test_an_amendment_carries_a_suppressed_figure(plan):
    target = PerformanceTarget.objects.filter(plan=plan).first()
    target.baseline, target.as_typed = None, {"baseline": "N<6", "unit": "too long"}

    carried = starting._carried(KINDS["target"], target, {type(target.objective): {}})

    assert (carried["baseline"], carried["as_typed"]) == (None, {"baseline": "N<6"})
