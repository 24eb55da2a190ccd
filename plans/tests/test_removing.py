"""What is removed leaves a trace, is named by what it is, and comes back whole."""

from datetime import timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from plans import services
from plans.documents import draft_document
from plans.documents.kinds import IN_DOCUMENT, KINDS
from plans.models import (
    Attachment,
    BudgetLine,
    ListRow,
    Milestone,
    Objective,
    PerformanceTarget,
    Removal,
    Strategy,
)
from plans.services.room import MOST_FILES
from plans.tests.factories import PlanFactory, write_rows
from plans.workflow import StepNotAllowed

pytestmark = pytest.mark.django_db

LISTS = {key: kind for key, kind in IN_DOCUMENT.items() if kind.is_list}
every_list = pytest.mark.parametrize("kind", LISTS.values(), ids=LISTS)


@pytest.fixture
def plan(settings, tmp_path, noon):
    """Complete, with a file."""
    settings.MEDIA_ROOT = tmp_path
    plan = PlanFactory()
    write_rows(plan)
    services.attach(
        plan_id=plan.pk,
        title="Minutes",
        upload=SimpleUploadedFile("minutes.txt", b"Aye."),
        by=person(Role.PLAN_COORDINATOR, plan.district),
        at=noon,
    )
    return plan


@pytest.fixture
def coordinator(plan):
    return person(Role.PLAN_COORDINATOR, plan.district, name="Ana Ruiz")


@pytest.fixture
def act(plan, coordinator, noon):
    return {"plan_id": plan.pk, "by": coordinator, "at": noon}


@pytest.fixture
def browser(client, coordinator):
    client.force_login(coordinator)
    return client


def url(name, plan, *args):
    return reverse(f"plans:{name}", args=[plan.district.slug, plan.cycle_id, *args])


def first(model) -> ListRow:
    return model.objects.order_by("position").first()


def words_of(response) -> str:
    return " ".join(BeautifulSoup(response.text, "html.parser").main.get_text(" ").split())


@every_list
def test_a_row_of_every_kind_is_gone_from_the_document_and_comes_back_whole(plan, act, kind, noon):
    whole, row = draft_document(plan.pk), first(kind.model)

    removal = services.remove_row(model=kind.model, row_id=row.pk, **act)

    lineages = {str(part.lineage) for part in kind_parts(kind, draft_document(plan.pk))}
    assert f"{row.lineage}" not in lineages
    assert (removal.removed_by, removal.removed_at) == (act["by"], noon)
    assert removal.kind == kind.key

    services.bring_back(removal_id=removal.pk, **act | {"at": noon + timedelta(hours=1)})

    assert draft_document(plan.pk) == whole
    removal.refresh_from_db()
    assert (removal.brought_back_by, removal.brought_back_at) == (
        act["by"],
        noon + timedelta(hours=1),
    )


def kind_parts(kind, document):
    if not kind.parent:
        return list(getattr(document, kind.within))
    owners = getattr(document, KINDS[kind.parent].within)
    return [part for owner in owners for part in getattr(owner, kind.within)]


@pytest.mark.parametrize(
    "model", [kind.model for kind in LISTS.values() if kind.key != "attachment"]
)
def test_no_table_holds_what_was_removed(plan, act, model):
    """So no rule, sum, copy or query can meet it, whoever writes one."""
    row = first(model)
    services.remove_row(model=model, row_id=row.pk, **act)

    assert not model.objects.filter(pk=row.pk).exists()


def test_a_row_comes_back_as_it_was_stored_with_its_key_and_what_no_field_could_read(plan, act):
    Objective.objects.filter(plan=plan).update(as_typed={"statement": "⸮"}, version=7)
    row = first(Objective)
    before = {
        model: list(model.objects.order_by("pk").values())
        for model in (Objective, PerformanceTarget, Strategy)
    }

    removal = services.remove_row(model=Objective, row_id=row.pk, **act)
    assert list(Strategy.objects.order_by("pk").values()) != before[Strategy]
    services.bring_back(removal_id=removal.pk, **act)

    for model, rows in before.items():
        assert list(model.objects.order_by("pk").values()) == rows


def test_a_strategy_takes_its_milestones_and_lines_and_brings_them_back(plan, act):
    strategy = Strategy.objects.filter(lines__isnull=False).order_by("position").first()
    lines, milestones = strategy.lines.count(), strategy.milestones.count()
    others = BudgetLine.objects.exclude(strategy=strategy).count()

    removal = services.remove_row(model=Strategy, row_id=strategy.pk, **act)

    assert BudgetLine.objects.count() == others
    assert removal.went_along == {"milestone": milestones, "line": lines}
    services.bring_back(removal_id=removal.pk, **act)
    assert (strategy.lines.count(), strategy.milestones.count()) == (lines, milestones)


@pytest.mark.parametrize("out", ["target, strategy", "strategy, target"])
@pytest.mark.parametrize("back", ["target, strategy", "strategy, target"])
def test_links_come_back_in_whichever_order_both_ends_go_and_return(plan, act, noon, out, back):
    strategy = Strategy.objects.exclude(target_lineages=[]).order_by("position").first()
    target = PerformanceTarget.objects.get(plan=plan, lineage=strategy.target_lineages[0])
    whole = draft_document(plan.pk)
    rows = {"target": (PerformanceTarget, target.pk), "strategy": (Strategy, strategy.pk)}
    removals = {}
    for hour, key in enumerate(out.split(", ")):
        model, row_id = rows[key]
        at = noon + timedelta(hours=hour)
        removals[key] = services.remove_row(model=model, row_id=row_id, **act | {"at": at})

    for hour, key in enumerate(back.split(", "), start=2):
        at = noon + timedelta(hours=hour)
        services.bring_back(removal_id=removals[key].pk, **act | {"at": at})
        known = set(PerformanceTarget.objects.values_list("lineage", flat=True))
        for named in Strategy.objects.values_list("target_lineages", flat=True):
            assert set(named) <= known

    assert draft_document(plan.pk) == whole


def test_what_was_unticked_while_a_target_was_gone_stays_so_and_what_was_ticked_too(plan, act):
    strategy = Strategy.objects.exclude(target_lineages=[]).order_by("position").first()
    target = PerformanceTarget.objects.get(plan=plan, lineage=strategy.target_lineages[0])
    other = PerformanceTarget.objects.exclude(lineage__in=strategy.target_lineages).first()
    other = other or services.add_row(
        model=PerformanceTarget,
        values={"objective_id": target.objective_id},
        as_typed={},
        **act,
    )
    removal = services.remove_row(model=PerformanceTarget, row_id=target.pk, **act)
    Strategy.objects.filter(pk=strategy.pk).update(target_lineages=[other.lineage])

    services.bring_back(removal_id=removal.pk, **act)

    strategy.refresh_from_db()
    assert strategy.target_lineages == [target.lineage, other.lineage]


@pytest.mark.parametrize(
    ("owner", "model", "words"),
    [
        (Objective, PerformanceTarget, "Performance target 1.1"),
        (Strategy, Milestone, "Milestone 1.1"),
        (Strategy, BudgetLine, "Budget line 1"),
    ],
)
def test_what_it_belonged_to_is_named_where_that_is_gone_too(
    browser, plan, act, owner, model, words
):
    parent = first(owner)
    row = model.objects.filter(**{owner._meta.model_name: parent}).order_by("position").first()
    small = services.remove_row(model=model, row_id=row.pk, **act)
    large = services.remove_row(model=owner, row_id=parent.pk, **act)

    page = browser.post(url("bring_back", plan, small.pk), follow=True)

    called = services.called_as(large).words
    told = words_of(page)
    assert f"belongs to {called[0].lower()}{called[1:]}, which was removed too." in told
    assert f"{words}, “" in told
    assert not model.objects.filter(pk=row.pk).exists()
    for removal in (large, small):
        browser.post(url("bring_back", plan, removal.pk))
    assert model.objects.filter(pk=row.pk).exists()


def test_a_line_whose_strategy_left_no_trace_comes_back_without_it(plan, act):
    """A former release removed the strategy, and kept nothing of it."""
    line = first(BudgetLine)
    removal = services.remove_row(model=BudgetLine, row_id=line.pk, **act)
    Strategy.objects.filter(pk=line.strategy_id).delete()

    services.bring_back(removal_id=removal.pk, **act)

    line.refresh_from_db()
    assert line.strategy is None


def test_removing_and_bringing_back_are_each_one_act_however_often(plan, act):
    row = first(Objective)
    edition = plan_edition(plan)
    removal, *more = (services.remove_row(model=Objective, row_id=row.pk, **act) for _ in range(3))
    assert more == [None, None]
    assert (Removal.objects.count(), plan_edition(plan)) == (1, edition + 1)
    for _ in range(3):
        services.bring_back(removal_id=removal.pk, **act)
    assert plan_edition(plan) == edition + 2
    again = services.remove_row(model=Objective, row_id=row.pk, **act)
    assert again.pk != removal.pk


def plan_edition(plan) -> int:
    plan.refresh_from_db()
    return plan.edition


def test_the_form_of_a_removed_row_sent_late_is_another_row(plan, act):
    """Or it would hold the lineage by which the one that comes back is known."""
    form = {"model": Objective, "values": {"statement": "x"}, "as_typed": {}, "lineage": uuid4()}
    row = services.add_row(**form, **act)
    removal = services.remove_row(model=Objective, row_id=row.pk, **act)

    late = services.add_row(**form, **act)
    services.bring_back(removal_id=removal.pk, **act)

    assert late.lineage != row.lineage
    assert Objective.objects.filter(pk__in=[late.pk, row.pk]).count() == 2


def test_a_row_of_another_plan_is_never_reached(browser, plan, act):
    theirs = PlanFactory()
    write_rows(theirs)
    row = Objective.objects.filter(plan=theirs).first()
    them = person(Role.PLAN_COORDINATOR, theirs.district)
    removal = services.remove_row(
        plan_id=theirs.pk, model=Objective, row_id=row.pk, by=them, at=act["at"]
    )
    second = Objective.objects.create(plan=theirs, position=9)

    assert services.remove_row(model=Objective, row_id=second.pk, **act) is None
    assert browser.post(url("bring_back", plan, removal.pk)).status_code == 404
    assert browser.post(url("bring_back", theirs, removal.pk)).status_code == 404
    with pytest.raises(PermissionDenied):
        services.bring_back(removal_id=removal.pk, **act | {"plan_id": theirs.pk})
    assert Removal.objects.open().count() == 1
    assert Objective.objects.filter(pk=second.pk).exists()


def test_nothing_comes_back_once_the_plan_is_handed_in(plan, act):
    removal = services.remove_row(model=Objective, row_id=first(Objective).pk, **act)
    handed_in = PlanFactory(submitted=True)
    removal.plan = handed_in
    removal.save()

    with pytest.raises(StepNotAllowed, match="submitted now, so it cannot be edited"):
        services.bring_back(
            plan_id=handed_in.pk,
            removal_id=removal.pk,
            by=person(Role.FISCAL_OFFICER, handed_in.district),
            at=act["at"],
        )


def test_a_file_comes_back_only_where_there_is_room(browser, plan, act):
    file = first(Attachment)
    removal = services.remove_row(model=Attachment, row_id=file.pk, **act)
    Attachment.objects.bulk_create(
        Attachment(plan=plan, position=9, title="1", size=1, file=f"plans/{number}")
        for number in range(MOST_FILES)
    )

    page = browser.post(url("bring_back", plan, removal.pk), follow=True)

    assert f"{MOST_FILES} is the most it takes" in words_of(page)
    file.refresh_from_db()
    assert file.removed_at is not None


ASKED = {
    "objective": "Remove objective 1 and its 2 performance targets?",
    "target": "Remove performance target 1.1?",
    "strategy": "Remove strategy 1, its 2 milestones and its 3 budget lines?",
    "milestone": "Remove milestone 1.1?",
    "line": "Remove budget line 1?",
    "engagement": "Remove engagement 1?",
    "attachment": "Remove the file “Minutes”?",
}


@every_list
def test_the_question_before_and_the_note_after_name_what_goes(browser, plan, kind):
    row = first(kind.model)
    here = [kind.key, row.pk]
    address = url("row_remove", plan, *here)
    if kind.key == "attachment":
        address = url("attachment_remove", plan, row.lineage)

    question = browser.get(address)

    heading = BeautifulSoup(question.text, "html.parser").select_one("#ask-title").text
    assert heading == ASKED[kind.key]
    assert "can be brought back whole" in words_of(question)
    assert Removal.objects.count() == 0  # asking removes nothing

    page = browser.post(address, follow=True)

    removal = Removal.objects.get()
    whole = services.called_as(removal).whole
    soup = BeautifulSoup(page.text, "html.parser")
    note = soup.select_one(".notes a")
    entry = soup.select_one(note["href"])
    assert f"Removed: {whole}." in words_of(page)
    assert whole in " ".join(entry.text.split())
    assert "Ana Ruiz" in entry.text

    back = browser.post(entry.form["action"], follow=True)

    assert f"Brought back: {whole}." in words_of(back)
    assert kind.model.objects.filter(pk=row.pk).exists()
    assert not BeautifulSoup(back.text, "html.parser").select("#removed")


def test_the_question_says_what_the_budget_loses(browser, plan):
    strategy = first(Strategy)
    BudgetLine.objects.filter(strategy=strategy).exclude(pk=strategy.lines.first().pk).delete()
    strategy.lines.update(amount=84_000)

    page = browser.get(url("row_remove", plan, "strategy", strategy.pk))

    told = words_of(page)
    assert "Remove strategy 1, its 2 milestones and its budget line?" in told
    assert "The budget loses $84,000 with this line." in told


@pytest.mark.parametrize("rows", [1, 3])
def test_what_was_removed_takes_the_same_queries(
    browser, plan, act, rows, django_assert_num_queries
):
    for _ in range(rows):
        row = services.add_row(model=Objective, values={}, as_typed={}, **act)
        services.remove_row(model=Objective, row_id=row.pk, **act)
    browser.get(url("section", plan, "objectives"))

    with django_assert_num_queries(4):  # session, user, standing, plan with its state
        page = browser.get(url("section", plan, "objectives"))
    with django_assert_num_queries(6):  # and how many were removed, and which
        listed = browser.get(url("removed", plan))

    assert page.text.count("Bring back") == listed.text.count("Bring back") == rows


def test_a_long_list_of_what_was_removed_goes_on_on_a_page_of_its_own(browser, plan, act):
    for _ in range(26):
        row = services.add_row(model=Objective, values={}, as_typed={}, **act)
        services.remove_row(model=Objective, row_id=row.pk, **act)

    page = browser.get(url("section", plan, "objectives"))
    listed = browser.get(url("removed", plan) + "?page=2")

    assert page.text.count("Bring back") == 20
    assert url("removed", plan) in page.text
    assert listed.text.count("Bring back") == 1
