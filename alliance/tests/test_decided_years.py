"""Money, designations and standing of years that have plans on record: nothing changes silently.

The kind: what the Department keeps of a district is replaced without a trace, by one person, under
a plan that was filed or decided on it.
"""

from datetime import date
from email.utils import parseaddr
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, InternalError, transaction
from django.urls import reverse

from alliance.figures import money_of
from districts import services as roster
from districts.models import Allocation, Designation, Figure, RosterChange
from districts.roles import Role
from districts.services import Grounds, Money, RosterRefusal
from districts.services.letters import why_not
from districts.services.roster_changes import MONEY, Effect
from districts.services.roster_stating import Run
from districts.tests.factories import DistrictFactory, person, restated
from notices.models import Notice
from plans import services
from plans.documents import draft_document
from plans.models import Cycle
from plans.services.standing import plans_touched
from plans.tests.drafts import read_draft
from plans.tests.factories import CLOSED, PlanFactory, closed_version, sign_version
from plans.workflow import FILED_OR_DECIDED, IN_QUEUE_FOR_GOOD, Status, StepNotAllowed
from reviews.reports.queue import read_queue

pytestmark = pytest.mark.django_db

PAPER = {"source": "Corrected payment list", "source_on": date(2026, 11, 20)}
ON_RECORD = ("submitted", "under_review", "returned", "recommended", "approved")


@pytest.fixture
def second(db):
    return person(Role.SYSADMIN, name="Second Admin")


def plan_that_is(status: str, **values):
    district = DistrictFactory(name="Derby", designated=True, funded=True, **values)
    return PlanFactory(district=district, **{status: True})


def set_money(district, admin, at, amount=17_000_000, **more):
    held = district.allocations.get(fiscal_year=2027, stage="final")
    return roster.set_allocation(
        district_id=district.pk,
        fiscal_year=2027,
        stage="final",
        money=Money(amount, **PAPER),
        seen=roster.edition(held),
        by=admin,
        at=at,
        **more,
    )


def shortened(district, admin, at, **more):
    held = district.designations.get()
    run = Run(
        **{name: getattr(held, name) for name in Run.__dataclass_fields__}
        | {"last_fiscal_year": 2026}
    )
    return roster.edit_designation(
        designation_id=held.pk, seen=roster.edition(held), run=run, by=admin, at=at, **more
    )


def retired(district, admin, at, reason=""):
    return roster.retire_district(district_id=district.pk, grounds=Grounds(reason), by=admin, at=at)


ACTS = {"allocation": set_money, "designation": shortened, "standing": retired}


def state_of(district):
    district.refresh_from_db()
    return (
        list(district.allocations.values_list("amount", flat=True)),
        list(district.designations.values_list("last_fiscal_year", flat=True)),
        district.retired_at is None,
    )


AS_IT_WAS = ([1_000_000], [2027], True)


# One mechanism for every act --------------------------------------------------------------------


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("status", ON_RECORD)
def test_an_act_on_a_filed_or_decided_year_names_the_plan_and_asks_for_a_reason(
    admin, noon, act, status
):
    plan = plan_that_is(status)

    with pytest.raises(RosterRefusal) as refused:
        ACTS[act](plan.district, admin, noon)

    assert "Derby’s plan for FY2027" in refused.value.sentences["reason"]
    assert [each.follows != "" for each in refused.value.touched] == [True]
    assert (state_of(plan.district), RosterChange.objects.count()) == (AS_IT_WAS, 0)


@pytest.mark.parametrize("act", ACTS)
def test_an_act_on_a_filed_or_decided_year_waits_for_a_second_person(
    admin, second, manager, noon, act
):
    plan = plan_that_is("approved")

    change = ACTS[act](plan.district, admin, noon, reason="The list was wrong.")

    assert (change.is_waiting, state_of(plan.district)) == (True, AS_IT_WAS)
    waiting = Notice.objects.filter(kind="roster_proposed")
    assert {notice.to for notice in waiting} == {second, manager}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_on_a_year_without_a_filed_plan_is_made_at_once_and_is_on_record(admin, noon, act):
    district = PlanFactory(district__name="Derby").district  # a draft

    change = ACTS[act](district, admin, noon)

    assert (change.is_waiting, change.proposed_by, change.asked_at) == (False, admin, noon)
    assert state_of(district) != AS_IT_WAS
    assert not Notice.objects.exists()


@pytest.mark.parametrize("act", ACTS)
def test_nobody_confirms_what_they_asked_for(admin, noon, act):
    plan = plan_that_is("approved")
    change = ACTS[act](plan.district, admin, noon, reason="The list was wrong.")

    with pytest.raises(RosterRefusal, match="You asked for this yourself"):
        roster.confirm_change(change_id=change.pk, by=admin, at=noon)

    assert state_of(plan.district) == AS_IT_WAS
    with pytest.raises(IntegrityError, match="confirmed_by_another"), transaction.atomic():
        RosterChange.objects.update(confirmed_by=admin, confirmed_at=noon)


@pytest.mark.parametrize(
    "role", [Role.PROGRAM_REVIEWER, Role.FISCAL_REVIEWER, Role.COMMISSIONER, Role.AUDITOR]
)
def test_only_an_administrator_or_program_manager_is_the_second_person(admin, noon, role):
    plan = plan_that_is("approved")
    change = set_money(plan.district, admin, noon, reason="The list was wrong.")

    with pytest.raises(PermissionDenied):
        roster.confirm_change(change_id=change.pk, by=person(role), at=noon)


def test_nobody_confirms_for_a_district_in_which_they_hold_a_role(admin, noon):
    plan = plan_that_is("approved")
    change = set_money(plan.district, admin, noon, reason="The list was wrong.")
    two_hats = person(Role.PLAN_COORDINATOR, plan.district)
    two_hats.memberships.create(role=Role.PROGRAM_MANAGER, given_at=noon)

    with pytest.raises(RosterRefusal, match="You hold a role in Derby"):
        roster.confirm_change(change_id=change.pk, by=two_hats, at=noon)


def test_confirmed_money_supersedes_and_keeps_what_was(admin, second, noon):
    plan = plan_that_is("approved")
    was = plan.district.allocations.get()
    change = set_money(plan.district, admin, noon, reason="The list was wrong.")

    roster.confirm_change(change_id=change.pk, by=second, at=noon)

    change.refresh_from_db()
    rows = Allocation.ever.filter(district=plan.district).order_by("pk")
    assert list(rows.values_list("amount", "source", "superseded_in", "stated_in")) == [
        (1_000_000, was.source, change.pk, None),
        (17_000_000, "Corrected payment list", None, change.pk),
    ]
    assert change.summary[0] == "FY2027 final allocation: $1,000,000 → $17,000,000"
    assert (change.proposed_by, change.confirmed_by, change.reason, change.source_on) == (
        admin,
        second,
        "The list was wrong.",
        date(2026, 11, 20),
    )


def test_both_sides_are_told_once_it_is_confirmed_and_not_before(
    admin, second, manager, commissioner, noon
):
    plan = plan_that_is("approved")
    district_side = [
        person(role, plan.district)
        for role in (
            Role.SUPERINTENDENT,
            Role.BOARD_CHAIR,
            Role.PLAN_COORDINATOR,
            Role.FISCAL_OFFICER,
        )
    ]
    reviewers = {each.reviewer for each in plan.assignments.all()}
    change = set_money(plan.district, admin, noon, reason="The list was wrong.")
    assert not Notice.objects.filter(kind="roster_changed").exists()

    for _ in range(2):
        roster.confirm_change(change_id=change.pk, by=second, at=noon)

    letters = Notice.objects.filter(kind="roster_changed")
    told = {notice.to for notice in letters}
    assert told == {*district_side, admin, manager, commissioner, *reviewers}
    letter = letters.get(to=district_side[0])
    for said in (
        "$1,000,000 → $17,000,000",
        "Derby’s plan for FY2027, approved",
        "The decision keeps $",
        "The list was wrong.",
        "Corrected payment list, November 20, 2026",
        f"Asked by {admin.name}, confirmed by {second.name}",
    ):
        assert said in letter.body
    asked = Notice.objects.filter(kind="roster_proposed")
    assert set(asked.values_list("status", flat=True)) == {Notice.Status.WITHDRAWN}


@pytest.mark.parametrize("act", ACTS)
def test_the_page_to_confirm_on_says_how_many_letters_leave_and_just_those_leave(
    client, admin, second, manager, commissioner, noon, act
):
    plan = plan_that_is("approved")
    for role in (Role.SUPERINTENDENT, Role.FISCAL_OFFICER, Role.DISTRICT_VIEWER):
        person(role, plan.district)
    person(Role.PLAN_COORDINATOR, plan.district, is_active=False)
    change = ACTS[act](plan.district, admin, noon, reason="The list was wrong.")
    client.force_login(second)

    page = client.get(change.get_absolute_url())
    client.post(reverse("districts:change_confirm", args=[change.pk]))

    said = page.context["hearers"]
    left = Notice.objects.filter(kind="roster_changed")
    reviewers = plan.assignments.count()
    assert (said.districts, said.in_districts, said.at_department) == (1, 2, 3 + reviewers)
    assert f"{said.letters} letters leave at once" in page.text
    assert left.count() == said.letters


@pytest.mark.parametrize("districts", [1, 3])
def test_what_a_change_touches_is_found_in_one_query(django_assert_num_queries, districts):
    plans = [PlanFactory(district__designated=True, approved=True) for _ in range(districts)]
    effects = [Effect(plan.district, MONEY, frozenset({2027})) for plan in plans]

    with django_assert_num_queries(1):
        touched = plans_touched(effects)

    assert [len(each.reviewer_ids) for each in touched] == [2] * districts
    assert all("decision keeps $" in each.follows for each in touched)


def test_a_refused_change_leaves_everything_and_stays_on_record(admin, second, noon):
    plan = plan_that_is("approved")
    change = set_money(plan.district, admin, noon, reason="The list was wrong.")

    roster.refuse_change(change_id=change.pk, why="It was not.", by=second, at=noon)

    with pytest.raises(RosterRefusal, match="refused meanwhile"):
        roster.confirm_change(change_id=change.pk, by=second, at=noon)
    change.refresh_from_db()
    assert (change.refused_by, change.refusal) == (second, "It was not.")
    assert state_of(plan.district) == AS_IT_WAS
    assert [notice.to for notice in Notice.objects.filter(kind="roster_refused")] == [admin]
    asked = Notice.objects.filter(kind="roster_proposed")
    assert set(asked.values_list("status", flat=True)) == {Notice.Status.WITHDRAWN}


def test_a_letter_that_asks_for_confirming_leaves_only_while_it_is_wanted(admin, second, noon):
    plan = plan_that_is("approved")
    change = set_money(plan.district, admin, noon, reason="The list was wrong.")
    letter = Notice.objects.get(kind="roster_proposed", to=second)
    assert why_not(letter, at=noon) == ""

    second.memberships.update(ended_at=noon, ended_by=admin)
    assert why_not(letter, at=noon) == (
        f"{second.name} no longer has the role that this letter was for."
    )

    roster.confirm_change(change_id=change.pk, by=person(Role.PROGRAM_MANAGER), at=noon)
    assert why_not(letter, at=noon) == "The change was confirmed or refused meanwhile."


def test_another_source_of_the_same_amount_touches_no_plan(admin, noon):
    plan = plan_that_is("approved")
    held = plan.district.allocations.get()

    change = set_money(plan.district, admin, noon, held.amount)

    assert (change.needs_second, change.touches) == (False, [])
    assert plan.district.allocations.get().source == PAPER["source"]


def test_the_reform_flag_of_a_filed_year_takes_two(admin, second, noon):
    """It says how many review the plan (R36)."""
    plan = plan_that_is("under_review")
    held = plan.district.designations.get()
    values = {name: getattr(held, name) for name in Run.__dataclass_fields__}

    def flagged(reason):
        return roster.edit_designation(
            designation_id=held.pk,
            seen=roster.edition(held),
            run=Run(**values | {"is_reform_district": True}),
            reason=reason,
            by=admin,
            at=noon,
        )

    with pytest.raises(RosterRefusal, match="Derby’s plan for FY2027"):
        flagged("")
    change = flagged("The index was published.")

    assert change.touches[0]["follows"] == "The manager looks again at who reviews it."
    roster.confirm_change(change_id=change.pk, by=second, at=noon)
    assert plan.district.designations.get().is_reform_district


def test_a_change_that_needed_nobody_else_is_not_made_again_by_confirming_it(
    client, admin, second, noon
):
    """Its page has no button; whoever sends the form all the same is told."""
    district = DistrictFactory(designated=True, funded=True)
    change = retired(district, admin, noon)
    roster.restore_district(district_id=district.pk, by=admin, at=noon)
    client.force_login(second)

    answer = client.post(reverse("districts:change_confirm", args=[change.pk]))

    assert answer.status_code == 409
    assert "This took effect when it was asked for. Nothing was changed." in answer.text
    district.refresh_from_db()
    assert district.retired_at is None


def test_a_file_loaded_from_the_shell_is_not_confirmed_afterwards(admin, noon):
    change = RosterChange.objects.create(
        kind="file",
        asked={"fiscal_year": 2027},
        summary=["Derby (0370011): FY2027 final allocation $1, new"],
        needs_second=False,
        run_as="root on server",
        asked_at=noon,
    )

    with pytest.raises(RosterRefusal, match="took effect when it was asked for"):
        roster.confirm_change(change_id=change.pk, by=admin, at=noon)


def test_a_change_that_would_replace_something_else_by_now_is_not_made(admin, second, noon):
    plan = plan_that_is("approved")
    first = set_money(plan.district, admin, noon, 2_000_000, reason="One.")
    other = set_money(plan.district, admin, noon, 3_000_000, reason="Two.")
    roster.confirm_change(change_id=first.pk, by=second, at=noon)

    with pytest.raises(RosterRefusal, match="changed since this was asked for"):
        roster.confirm_change(change_id=other.pk, by=second, at=noon)

    assert plan.district.allocations.get().amount == 2_000_000


def test_a_plan_filed_while_a_change_waits_is_not_touched_unnamed(admin, second, noon):
    plan = plan_that_is("approved")
    change = retired(plan.district, admin, noon, reason="It merged with another.")
    PlanFactory(submitted=True, district=plan.district, cycle=Cycle.objects.get(pk=2028))

    with pytest.raises(RosterRefusal, match="plan for FY2028"):
        roster.confirm_change(change_id=change.pk, by=second, at=noon)

    plan.district.refresh_from_db()
    assert plan.district.retired_at is None


def test_the_same_act_sent_twice_waits_once(admin, noon):
    plan = plan_that_is("approved")

    changes = {set_money(plan.district, admin, noon, reason="One.").pk for _ in range(2)}

    assert (len(changes), RosterChange.objects.count()) == (1, 1)


@pytest.mark.parametrize("model", [Allocation, Designation, Figure])
def test_a_stated_row_is_never_overwritten_or_deleted(model):
    district = DistrictFactory(designated=True, funded=True)
    district.figures.create(
        measure="enrolment", period="2025-26", value=1, source="x", source_on=date(2026, 6, 30)
    )

    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        model.objects.update(source="another")
    with pytest.raises(InternalError, match="Cannot delete"), transaction.atomic():
        model.objects.all().delete()
    row = model.objects.get()
    restated(row)
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        model.ever.filter(pk=row.pk).update(superseded_in=None)


# What was superseded shows nowhere but in the record --------------------------------------------


def test_superseded_rows_are_read_by_no_page_and_no_document(client, admin, manager, noon):
    plan = PlanFactory(district__name="Derby")
    read_draft(plan.district.slug, 2027)  # kept from before
    money = restated(plan.district.allocations.get(), amount=777_777_777)
    restated(money, amount=2_222_222)
    run = restated(plan.district.designations.get(), is_reform_district=True)
    restated(run, is_reform_district=False)

    document = read_draft(plan.district.slug, 2027).document
    assert (document.money.amount, document.district.is_reform_district) == (2_222_222, False)
    assert draft_document(plan.pk) == document
    assert money_of(2027).total == 2_222_222
    pages = {
        reverse("districts:list") + "?year=2027": admin,
        plan.district.get_absolute_url(): admin,
        reverse("reviews:queue") + "?fy=2027": manager,
        plan.get_absolute_url(): person(Role.PLAN_COORDINATOR, plan.district),
    }
    for address, user in pages.items():
        client.force_login(user)
        text = client.get(address).text
        assert "$2,222,222" in text, address
        assert "777,777,777" not in text, address


def test_a_decision_keeps_the_figure_it_was_made_on(admin, second, noon):
    plan = plan_that_is("approved")
    frozen = plan.versions.get().document
    change = set_money(plan.district, admin, noon, reason="The list was wrong.")

    roster.confirm_change(change_id=change.pk, by=second, at=noon)

    plan.refresh_from_db()
    assert (plan.status, plan.versions.get().document) == (Status.APPROVED, frozen)


# What was filed in a year stays in that year's queue and totals ---------------------------------


def queue_of(at):
    queue = read_queue(Cycle.objects.get(pk=2027), reader_id=-1, at=at)
    return [(row.district, row.standing and row.standing.label) for row in queue.rows]


@pytest.mark.parametrize(
    ("act", "says"), [("designation", "not designated"), ("standing", "retired")]
)
@pytest.mark.parametrize("status", ON_RECORD)
def test_a_filed_plan_stays_in_its_queue_and_its_totals(admin, second, noon, act, says, status):
    plan = plan_that_is(status)
    change = ACTS[act](plan.district, admin, noon, reason="The Commissioner’s letter.")

    roster.confirm_change(change_id=change.pk, by=second, at=noon)

    assert queue_of(noon) == [("Derby", says)]
    assert money_of(2027).total == 1_000_000


@pytest.mark.parametrize("act", ["designation", "standing"])
def test_a_draft_leaves_the_queue_with_its_district(admin, noon, act):
    plan = PlanFactory(district__name="Derby")

    ACTS[act](plan.district, admin, noon)

    assert (queue_of(noon), money_of(2027)) == ([], None)


def test_every_status_is_on_record_or_is_not():
    assert set(Status) - FILED_OR_DECIDED == {Status.DRAFT, Status.WITHDRAWN}
    assert set(Status) - IN_QUEUE_FOR_GOOD == {Status.DRAFT}


# Who may file (R02) -----------------------------------------------------------------------------


def _start(plan, people, at):
    """Of the next year, for which nobody is designated here; of this one it has a plan."""
    services.start_plan(
        district_id=plan.district_id, fiscal_year=2028, by=people[Role.PLAN_COORDINATOR], at=at
    )


def _close(plan, people, at):
    services.close_for_signature(plan_id=plan.pk, by=people[Role.PLAN_COORDINATOR], at=at)


def _sign(plan, people, at):
    version = closed_version(plan)
    services.sign(plan_id=plan.pk, sha256=version.sha256, by=people[Role.SUPERINTENDENT], at=at)


def _submit(plan, people, at):
    closed_version(plan, signed=True)
    services.submit(plan_id=plan.pk, by=people[Role.PLAN_COORDINATOR], at=at, key=uuid4())


FILING = {"start": _start, "close": _close, "sign": _sign, "submit": _submit}


@pytest.mark.parametrize("filing", FILING)
@pytest.mark.parametrize("act", ["standing", "designation"])
def test_a_retired_or_undesignated_district_files_nothing_and_is_told_whom_to_ask(
    admin, noon, filing, act
):
    plan = PlanFactory(district__name="Derby")
    people = {
        role: person(role, plan.district) for role in (Role.PLAN_COORDINATOR, Role.SUPERINTENDENT)
    }
    ACTS[act](plan.district, admin, noon)

    with pytest.raises(StepNotAllowed) as refused:
        FILING[filing](plan, people, noon)

    year = 2028 if filing == "start" else 2027
    why = {
        "standing": "Derby has been taken off the roster of Alliance Districts",
        "designation": f"Derby is not designated for fiscal year {year}",
    }
    office = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    assert str(refused.value) == (
        f"{why[act]}, so it files no plan (§ 10-262u(b)). All that is written stays. Ask {office}."
    )


@pytest.mark.parametrize("act", ["standing", "designation"])
def test_the_pages_of_such_a_district_say_so_before_anything_is_pressed(client, admin, noon, act):
    plan = PlanFactory(district__name="Derby")
    version = closed_version(plan)
    signer = person(Role.SUPERINTENDENT, plan.district)
    ACTS[act](plan.district, admin, noon)
    client.force_login(signer)

    unsigned = client.get(reverse("plans:sign", args=["derby", 2027]), follow=True)
    sign_version(version, at=CLOSED)
    page = client.get(plan.get_absolute_url())
    signed = client.get(reverse("plans:submit", args=["derby", 2027]), follow=True)

    assert "No plan can be filed for fiscal year 2027." in page.text
    assert reverse("plans:submit", args=["derby", 2027]) not in page.text
    for shown in (page, unsigned, signed):
        assert "so it files no plan (§ 10-262u(b)). All that is written stays. Ask" in shown.text


@pytest.mark.parametrize("act", ["standing", "designation"])
def test_a_recall_that_has_no_way_back_says_so_first(client, admin, second, noon, act):
    plan = plan_that_is("submitted")
    change = ACTS[act](plan.district, admin, noon, reason="The list changed.")
    roster.confirm_change(change_id=change.pk, by=second, at=noon)
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))

    page = client.get(plan.get_absolute_url())
    recall = client.get(reverse("plans:recall", args=["derby", 2027]))

    assert "Recalled or returned, it could not be handed in again." in page.text
    assert "It cannot be handed in again. Derby " in recall.text
