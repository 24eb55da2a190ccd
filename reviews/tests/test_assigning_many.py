"""Many plans are given to their reviewers on one page, proposed evenly, in one act."""

from collections import Counter
from http import HTTPStatus
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from districts.roles import Role
from districts.tests.factories import ConflictFactory, DistrictFactory, MembershipFactory, person
from notices.models import Notice
from plans.models import Assignment, Cycle, Plan
from plans.tests.factories import PlanFactory, assign_reviewers
from plans.workflow import Status, Step
from reviews.reports.to_assign import Assigning, Candidate, ToAssign, read_assigning
from reviews.rules.spreading import even_level, spread
from reviews.services import Wanted, assign_many

pytestmark = pytest.mark.django_db

PROGRAM, FISCAL = Assignment.As.PROGRAM, Assignment.As.FISCAL
URL = reverse("reviews:assign_many", args=[2027])


@pytest.fixture
def office(manager):
    """A manager, and three reviewers of each part by name."""
    people = {
        name: person(role, name=name)
        for role, names in {
            Role.PROGRAM_REVIEWER: ("Ada", "Ben", "Cleo"),
            Role.FISCAL_REVIEWER: ("Finn", "Gina", "Hugo"),
        }.items()
        for name in names
    }
    return people | {"manager": manager}


def submitted(*names):
    return [PlanFactory(district=DistrictFactory(name=name), submitted=True) for name in names]


def wanted(plan, program, fiscal, seen=()):
    return Wanted(plan.pk, program.pk, fiscal.pk, frozenset(one.pk for one in seen))


def assigned(plan):
    now = plan.assignments.current().select_related("reviewer")
    return {one.reviews_as: one.reviewer.name for one in now}


def sent(page):
    """What the page would send, as it was shown."""
    form = BeautifulSoup(page.text, "html.parser").select_one("form.panel[method=post]")
    data = {}
    for box in form.select("input[name]"):
        if box.get("type") != "checkbox" or box.has_attr("checked"):
            data[box["name"]] = box.get("value", "on")
    for select in form.select("select[name]"):
        chosen = select.select_one("option[selected]")
        data[select["name"]] = chosen["value"] if chosen else ""
    return data


# Who is proposed ---------------------------------------------------------------------------------


def proposal(plans, candidates, **asked):
    """Of plans as (stays, last year, barred), by name of a program reviewer with a load."""
    pks = {name: pk for pk, name in enumerate(candidates, 1)}
    people = [
        Candidate(pks[name], name, load, frozenset({PROGRAM})) for name, load in candidates.items()
    ]
    names = {pk: name for name, pk in pks.items()}

    def plan(pk, stays="", last="", barred=()):
        return ToAssign(
            plan=Plan(pk=pk),
            now={},
            stays={PROGRAM: pks[stays]} if stays else {},
            last_year={PROGRAM: pks[last]} if last else {},
            barred=frozenset(pks[name] for name in barred),
        )

    rows = [plan(pk, **given) for pk, given in enumerate(plans)]
    found = spread(Assigning(rows, 0, people), **asked)
    return [names.get(found[pk].get(PROGRAM)) for pk in range(len(plans))]


def test_whoever_has_fewest_in_hand_comes_first_and_of_those_the_first_by_name():
    assert proposal([{}] * 5, {"Ada": 2, "Ben": 0, "Cleo": 1}) == [
        "Ben",
        "Ben",
        "Cleo",
        "Ada",
        "Ben",
    ]


def test_who_read_the_district_last_year_keeps_it_while_that_stays_even():
    of_ben = [{"last": "Ben"}] * 3
    assert proposal([*of_ben, {}], {"Ada": 0, "Ben": 0}) == ["Ben", "Ben", "Ada", "Ada"]
    assert proposal([{}, {}, *of_ben[:2]], {"Ada": 0, "Ben": 0}) == ["Ada", "Ada", "Ben", "Ben"]


def test_who_can_still_review_a_plan_keeps_it():
    assert proposal([{"stays": "Ben"}, {}], {"Ada": 0, "Ben": 1}) == ["Ben", "Ada"]


def test_nobody_is_proposed_for_what_they_are_kept_from():
    assert proposal([{"barred": ["Ada"]}, {"barred": ["Ada", "Ben"]}], {"Ada": 0, "Ben": 7}) == [
        "Ben",
        None,
    ]
    assert proposal([{"barred": ["Ben"], "last": "Ben"}], {"Ada": 3, "Ben": 0}) == ["Ada"]


def test_who_has_no_room_is_not_proposed():
    assert proposal([{"last": "Ben"}] * 3, {"Ada": 4, "Ben": 4}, most=5) == ["Ben", "Ada", None]


@pytest.mark.parametrize(
    ("loads", "plans", "level"),
    [([0, 0, 0], 4, (1, 1)), ([2, 0, 1], 3, (2, 0)), ([5, 0], 3, (3, 0)), ([], 3, (0, 0))],
)
def test_the_level_to_which_all_are_filled(loads, plans, level):
    assert even_level(loads, plans) == level


def test_nobody_of_the_district_and_nobody_with_a_conflict_is_a_candidate(office):
    plan, other = submitted("Ansonia", "Bristol")
    ConflictFactory(person=office["Ada"], district=plan.district)
    MembershipFactory(user=office["Ben"], role=Role.DISTRICT_VIEWER, district=plan.district)
    plan.events.create(
        step=Step.SUBMIT,
        source=Status.DRAFT,
        target=Status.SUBMITTED,
        version=plan.versions.get(),
        taken_by=office["Finn"],
        taken_at=timezone.now(),
    )

    assigning = read_assigning(2027, reader=office["manager"])
    one, another = assigning.plans

    assert [each.name for each in assigning.open_to(one, PROGRAM)] == ["Cleo"]
    assert [each.name for each in assigning.open_to(one, FISCAL)] == ["Gina", "Hugo"]
    assert len(assigning.open_to(another, PROGRAM)) == 3
    assert other == another.plan


def test_last_years_reviewers_are_read_of_the_year_before(office):
    district = DistrictFactory(name="Ansonia")
    before = PlanFactory(district=district, approved=True)
    before.assignments.all().delete()
    assign_reviewers(before, program=office["Cleo"], fiscal=office["Hugo"], at=timezone.now())
    plan = PlanFactory(district=district, submitted=True, cycle=Cycle.objects.get(pk=2028))

    found = spread(read_assigning(2028, reader=office["manager"]))

    assert found[plan.pk] == {PROGRAM: office["Cleo"].pk, FISCAL: office["Hugo"].pk}


def test_a_plan_wants_reviewers_when_handed_in_or_when_one_was_recused(office):
    new, held, recused = submitted("Ansonia", "Bristol", "Derby")
    PlanFactory(district=DistrictFactory(name="Hamden"))
    own = submitted("Norwich")[0]
    MembershipFactory(user=office["manager"], role=Role.DISTRICT_VIEWER, district=own.district)
    for plan in (held, recused):
        assign_reviewers(plan, program=office["Ada"], fiscal=office["Finn"], at=timezone.now())
    recused.assignments.filter(reviewer=office["Ada"]).update(
        ended_at=timezone.now(), ended_by=office["manager"]
    )

    assigning = read_assigning(2027, reader=office["manager"])

    assert [one.plan for one in assigning.plans] == [new, recused]
    assert assigning.plans[1].stays == {FISCAL: office["Finn"].pk}


# The act ----------------------------------------------------------------------------------------


def test_each_plan_is_its_own_row_and_letter(office):
    plans = submitted("Ansonia", "Bristol")

    outcome = assign_many(
        wanted=[wanted(plan, office["Ada"], office["Finn"]) for plan in plans],
        key=uuid4(),
        by=office["manager"],
        at=timezone.now(),
    )

    assert (outcome.plans, outcome.not_done) == (plans, [])
    for plan in plans:
        plan.refresh_from_db()
        assert plan.status == Status.UNDER_REVIEW
        assert assigned(plan) == {PROGRAM: "Ada", FISCAL: "Finn"}
        assert plan.events.filter(step=Step.START_REVIEW).count() == 1
    assert Counter(Notice.objects.values_list("kind", "to__name")) == {
        ("plan_assigned", "Ada"): 2,
        ("plan_assigned", "Finn"): 2,
    }


def test_what_cannot_be_assigned_is_said_by_name_and_the_rest_is_done(office):
    fine, taken, conflicted, decided = submitted("Ansonia", "Bristol", "Derby", "Hamden")
    ConflictFactory(person=office["Ada"], district=conflicted.district)
    assign_reviewers(taken, program=office["Ben"], fiscal=office["Gina"], at=timezone.now())
    type(decided).objects.filter(pk=decided.pk).update(status=Status.WITHDRAWN)

    outcome = assign_many(
        wanted=[
            wanted(plan, office["Ada"], office["Finn"])
            for plan in (decided, conflicted, taken, fine)
        ],
        key=uuid4(),
        by=office["manager"],
        at=timezone.now(),
    )

    assert outcome.plans == [fine]
    said = dict(outcome.not_done)
    assert "It is with Ben and Gina" in said[taken]
    assert "has a conflict of interest with Derby" in said[conflicted]
    assert "so it takes no reviewers" in said[decided]
    assert assigned(taken) == {PROGRAM: "Ben", FISCAL: "Gina"}
    assert assigned(conflicted) == {}


def test_the_same_form_sent_twice_is_one_act(office):
    plans, key = submitted("Ansonia", "Bristol"), uuid4()
    for _ in range(2):
        outcome = assign_many(
            wanted=[wanted(plan, office["Ada"], office["Finn"]) for plan in plans],
            key=key,
            by=office["manager"],
            at=timezone.now(),
        )

    assert outcome.plans == plans
    assert (Assignment.objects.count(), Notice.objects.count()) == (4, 4)


@pytest.mark.parametrize("role", [Role.PROGRAM_REVIEWER, Role.COMMISSIONER, Role.SYSADMIN])
def test_it_is_the_program_managers(role, office):
    (plan,) = submitted("Ansonia")

    with pytest.raises(PermissionDenied):
        assign_many(
            wanted=[wanted(plan, office["Ada"], office["Finn"])],
            key=uuid4(),
            by=person(role),
            at=timezone.now(),
        )


def test_a_plan_of_the_managers_own_district_is_anothers(office):
    (plan,) = submitted("Ansonia")
    MembershipFactory(user=office["manager"], role=Role.DISTRICT_VIEWER, district=plan.district)

    outcome = assign_many(
        wanted=[wanted(plan, office["Ada"], office["Finn"])],
        key=uuid4(),
        by=office["manager"],
        at=timezone.now(),
    )

    assert outcome.not_done == [(plan, "Its reviewers are for another program manager to assign.")]
    assert assigned(plan) == {}


# The page ---------------------------------------------------------------------------------------


def test_33_plans_take_two_page_loads_and_one_press(client, office):
    plans = submitted(*(f"District {number:02}" for number in range(33)))
    client.force_login(office["manager"])

    page = client.get(URL)
    answer = client.post(URL, sent(page), follow=True)

    assert "33 plans are with the reviewers you chose." in answer.text
    loads = Counter(assigned(plan)[PROGRAM] for plan in plans)
    assert loads == {"Ada": 11, "Ben": 11, "Cleo": 11}
    assert Notice.objects.filter(kind="plan_assigned").count() == 66
    assert "Every plan has its reviewers" in answer.text


def test_a_row_is_changed_by_hand_and_one_left_out(client, office):
    first, second = submitted("Ansonia", "Bristol")
    client.force_login(office["manager"])
    data = sent(client.get(URL))
    data[f"program-{first.pk}"] = office["Cleo"].pk
    del data[f"take-{second.pk}"]

    client.post(URL, data)

    assert (assigned(first)[PROGRAM], assigned(second)) == ("Cleo", {})


def test_a_row_without_a_person_is_said_at_its_field_and_nothing_is_done(client, office):
    _, second = submitted("Ansonia", "Bristol")
    client.force_login(office["manager"])
    data = sent(client.get(URL)) | {f"fiscal-{second.pk}": ""}

    page = client.post(URL, data)

    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert f'href="#id_fiscal-{second.pk}"' in page.text
    assert "Nobody is chosen." in page.text
    assert not Assignment.objects.exists()


def test_the_page_sent_again_after_it_was_done_is_the_same_act(client, office):
    submitted("Ansonia", "Bristol")
    client.force_login(office["manager"])
    data = sent(client.get(URL))
    client.post(URL, data)

    again = client.post(URL, data, follow=True)

    assert "2 plans are with the reviewers you chose." in again.text
    assert (Assignment.objects.count(), Notice.objects.count()) == (4, 4)


def test_where_none_can_be_assigned_the_form_says_why(client, office):
    (plan,) = submitted("Ansonia")
    client.force_login(office["manager"])
    data = sent(client.get(URL))
    assign_reviewers(plan, program=office["Cleo"], fiscal=office["Hugo"], at=timezone.now())

    page = client.post(URL, data)

    assert page.status_code == HTTPStatus.CONFLICT
    assert "Ansonia: Its reviewers changed since you opened the page." in page.text


def test_room_is_asked_for_in_the_address(client, office):
    plans = submitted("Ansonia", "Bristol", "Derby", "Hamden")
    client.force_login(office["manager"])

    data = sent(client.get(URL, {"most": "1"}))

    assert [data[f"program-{plan.pk}"] for plan in plans].count("") == 1


def test_a_year_without_a_cycle_has_no_page(client, manager):
    client.force_login(manager)

    assert client.get(reverse("reviews:assign_many", args=[2040])).status_code == 404
    assert Cycle.objects.exists()


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_has_a_fixed_number_of_queries(client, office, django_assert_num_queries, number):
    client.force_login(office["manager"])
    client.get(URL)
    submitted(*(f"District {one}" for one in range(number)))

    with django_assert_num_queries(10):
        client.get(URL)
