"""Moving objectives, targets, strategies and milestones: once, in order, and nothing frozen."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from plans import services
from plans.documents.draft import draft_document
from plans.models import Milestone, Objective, PerformanceTarget, Strategy, Voiding
from plans.models.history import HISTORY
from plans.services import Place, Way
from plans.tests.factories import PlanFactory, closed_version, write_rows
from plans.tests.pages import OpenPage

pytestmark = pytest.mark.django_db

MODELS = {
    "objective": Objective,
    "target": PerformanceTarget,
    "strategy": Strategy,
    "milestone": Milestone,
}


@pytest.fixture
def plan():
    plan = PlanFactory()
    write_rows(plan)
    return plan


@pytest.fixture
def cora(client, plan):
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))
    return client


@pytest.fixture
def act(plan, noon):
    by = person(Role.PLAN_COORDINATOR, plan.district)
    return {"plan_id": plan.pk, "by": by, "at": noon}


def section(plan, key):
    return reverse("plans:section", args=[plan.district.slug, plan.cycle_id, key])


def two_of(model, plan):
    """Two that stand one after the other, in one list."""
    rows = list(model.objects.filter(plan=plan).order_by("position", "pk"))
    parent = {PerformanceTarget: "objective_id", Milestone: "strategy_id"}.get(model, "plan_id")
    return next(
        (first, second)
        for first in rows
        for second in rows[rows.index(first) + 1 :]
        if getattr(first, parent) == getattr(second, parent)
    )


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_moved_ten_times_by_one_button_is_moved_once(plan, act, model):
    if model is PerformanceTarget:  # each of the complete plan stands alone
        objective = Objective.objects.earliest("position")
        PerformanceTarget.objects.create(plan=plan, objective=objective, position=9, measure="Z")
    first, second = two_of(model, plan)
    third = model.objects.get(pk=second.pk)
    third.pk, third.lineage, third.position = None, None, 10
    third.lineage = model._meta.get_field("lineage").get_default()
    third.save(force_insert=True)

    for _ in range(10):
        services.move_row(model=model, row_id=third.pk, way="up", past_id=second.pk, **act)

    ids = [row.pk for row in model.objects.order_by("position")]
    assert ids.index(first.pk) < ids.index(third.pk) < ids.index(second.pk)
    assert HISTORY[model].objects.filter(pgh_obj_id=third.pk, pgh_label="update").count() == 1
    plan.refresh_from_db()
    assert plan.edition == 2  # of the ten one was an edit


def test_the_document_reads_in_the_new_order(plan, act):
    first, second = two_of(Strategy, plan)

    place = services.move_row(model=Strategy, row_id=first.pk, way="down", past_id=second.pk, **act)

    read = draft_document(plan.pk).strategies
    assert [each.id for each in read[:2]] == [second.pk, first.pk]
    assert [each.number for each in read[:2]] == [1, 2]
    assert place.number == 2


def test_rows_that_share_a_position_move_too(plan, act):
    Objective.objects.update(position=1)
    first, second = Objective.objects.order_by("pk")

    place = services.move_row(model=Objective, row_id=second.pk, way="up", past_id=first.pk, **act)

    assert place == Place(1, 2)
    assert place.ways == [Way.DOWN]
    assert [each.pk for each in Objective.objects.order_by("position")] == [second.pk, first.pk]


def test_what_a_colleague_put_between_is_passed_as_well(plan, act):
    first, second = two_of(Objective, plan)
    Objective.objects.filter(pk=second.pk).update(position=5)
    Objective.objects.create(plan=plan, position=3, statement="Put between meanwhile")

    place = services.move_row(model=Objective, row_id=second.pk, way="up", past_id=first.pk, **act)

    assert place == Place(1, 3)


def test_a_neighbour_of_another_list_or_that_is_gone_moves_nothing(plan, act):
    targets = PerformanceTarget.objects.order_by("objective__position")
    here, elsewhere = targets.first(), targets.last()
    assert here.objective_id != elsewhere.objective_id
    before = list(PerformanceTarget.objects.values_list("pk", "position"))

    for past in (elsewhere.pk, here.pk, 0):
        with pytest.raises(services.RowGone):
            services.move_row(
                model=PerformanceTarget, row_id=here.pk, way="down", past_id=past, **act
            )

    assert list(PerformanceTarget.objects.values_list("pk", "position")) == before


def test_a_button_names_its_row_moves_it_and_keeps_the_focus(cora, plan):
    first, second = two_of(Strategy, plan)
    page = BeautifulSoup(cora.get(section(plan, "strategies")).text, "html.parser")
    button = page.find(id=f"up-strategy-{second.pk}")
    form = page.find(id=button["form"])
    assert button.get_text(strip=True) == f"Up: move strategy 2, {second.title} up"
    assert page.find(id=f"up-strategy-{first.pk}") is None

    answer = cora.post(form["action"], {"move": button["value"]}, follow=True)

    back = BeautifulSoup(answer.text, "html.parser")
    assert answer.redirect_chain[-1][0].endswith(f"/strategies/#strategy-{second.pk}")
    assert back.find(id=f"strategy-{second.pk}").name == "a"  # at the top: “Down” would undo it
    assert f"Moved: Strategy 1, “{second.title}”." in back.select_one(".notes").text


def test_a_milestone_moves_on_its_strategys_page_and_what_was_typed_is_saved(cora, plan):
    first, second = two_of(Milestone, plan)
    url = reverse(
        "plans:row", args=[plan.district.slug, plan.cycle_id, "strategy", first.strategy_id]
    )
    page = OpenPage(cora, url).write(**{f"milestone-{first.pk}-description": "Typed"})

    page.press("move", page.soup.find(id=f"down-milestone-{first.pk}")["value"])

    moved = first.strategy.milestones.order_by("position").values_list("description", flat=True)
    assert list(moved)[:2] == [second.description, "Typed"]
    assert page.redirected_to == f"{url}#milestone-{first.pk}"
    last = OpenPage(cora, url).soup.find(id=f"milestone-{first.pk}")
    assert (last["role"], last["tabindex"]) == ("group", "-1")


def test_a_page_that_told_of_no_signature_moves_nothing(cora, plan):
    first, second = two_of(Objective, plan)
    version = closed_version(plan, signed=True)
    frozen = version.document
    sent = {"move": f"objective-{first.pk}-down-{second.pk}"}
    address = reverse("plans:move", args=[plan.district.slug, plan.cycle_id])

    refused = cora.post(address, sent, follow=True)

    assert "was signed after you opened this page" in refused.text
    assert not Voiding.objects.exists()
    told = BeautifulSoup(refused.text, "html.parser").select_one("#move [name=seen-signatures]")
    cora.post(address, sent | {"seen-signatures": told["value"]})
    assert Voiding.objects.count() == 1
    assert [each.pk for each in Objective.objects.order_by("position")] == [second.pk, first.pk]
    version.refresh_from_db()
    assert version.document == frozen


@pytest.mark.parametrize("sent", ["", "line-1-up-2", "objective-1-up", "objective-1-left-2"])
def test_what_no_button_says_is_not_found(cora, plan, sent):
    address = reverse("plans:move", args=[plan.district.slug, plan.cycle_id])

    assert cora.post(address, {"move": sent}).status_code == 404


def test_a_row_that_is_gone_is_told(cora, plan):
    address = reverse("plans:move", args=[plan.district.slug, plan.cycle_id])

    answer = cora.post(address, {"move": f"objective-{10**17}-up-1"}, follow=True)

    assert "nothing was moved" in answer.text
