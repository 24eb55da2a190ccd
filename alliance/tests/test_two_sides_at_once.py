"""District and Department at the same moment, over two connections: the second waits for the first.

Whichever wins, nothing is signed, handed in or approved on figures that nobody saw. The first does
not commit before the database says that the second waits for it, so no test depends on a pause.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from threading import Event
from uuid import uuid4

import pytest
from django.db import connection, transaction

from districts import services as roster
from districts.models import Allocation
from districts.roles import Role
from districts.tests.factories import AllocationFactory, DistrictFactory, person
from notices.models import Notice
from plans import services
from plans.models import Cover, Plan, Signature
from plans.services import Blocked, NotReady, SignedSince
from plans.tests.documents import change
from plans.tests.factories import PlanFactory, document_of, write_rows
from plans.tests.test_concurrency import summary
from plans.workflow import Status, Step, StepNotAllowed
from reviews.models import Determination
from reviews.services import (
    ChangeAsked,
    MovedOn,
    approve,
    release,
    return_for_changes,
    undo_return,
    withhold,
)
from reviews.tests.test_since_closing import FINDINGS, handed_in

pytestmark = pytest.mark.django_db(transaction=True)

Act = Callable[[], object]
WAITED_FOR = (
    "SELECT EXISTS (SELECT FROM pg_locks"
    " WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
)


def is_waited_for() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(WAITED_FOR)
        return cursor.fetchone()[0]


@contextmanager
def beside(first: Act):
    """Somebody else has done the act, and commits it once what is done inside waits for them."""
    is_done, second_is_done = Event(), Event()

    def hold() -> bool:
        try:
            with transaction.atomic():
                first()
                is_done.set()
                while not (waited := is_waited_for()) and not second_is_done.wait(timeout=0.01):
                    pass
                return waited
        finally:
            is_done.set()
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        holding = pool.submit(hold)
        is_done.wait(timeout=20)
        try:
            yield
        finally:
            second_is_done.set()
        assert holding.result(), "the second was done without waiting for the first"


def refused(act: Act, *refusals: type[Exception], match: str | None = None) -> str:
    with pytest.raises(refusals, match=match) as refusal:
        act()
    return str(refusal.value)


# Figures that are loaded meanwhile ---------------------------------------------------------------

FINAL = r"\$900,000, final now"


@pytest.fixture
def district():
    district = DistrictFactory(designated=True)
    AllocationFactory(district=district, stage="preliminary")
    return district


@pytest.fixture
def draft(district):
    plan = PlanFactory(district=district)
    write_rows(plan)
    return plan


@pytest.fixture
def coordinator(district):
    return person(Role.PLAN_COORDINATOR, district)


@pytest.fixture
def signers(district):
    return [person(role, district) for role in (Role.SUPERINTENDENT, Role.BOARD_CHAIR)]


@pytest.fixture
def loading(district, admin, manager, noon):
    """A file with the final allocation waits; this is its confirmation by a second person."""

    def prepare() -> Act:
        raw = f"edsight_district_code,fiscal_year,amount\n{district.edsight_code},FY2027,900000"
        file = roster.RosterFile(
            name="final.csv",
            raw=raw.encode(),
            fiscal_year=2027,
            every_district=True,
            list_date=date(2026, 6, 25),
        )
        asked = roster.propose_file(file=file, reason="The budget passed.", by=admin, at=noon)
        return lambda: roster.confirm_change(change_id=asked.pk, by=manager, at=noon)

    return prepare


def is_loaded() -> bool:
    return Allocation.objects.filter(stage="final", amount=900_000).exists()


def close(plan, by, at):
    return services.close_for_signature(plan_id=plan.pk, by=by, at=at)


def sign(plan, version, by, at):
    return services.sign(plan_id=plan.pk, sha256=version.sha256, by=by, at=at)


def submit(plan, by, at):
    return services.submit(plan_id=plan.pk, by=by, at=at, key=uuid4())


def decide(plan, by, at, version=1):
    return approve(plan_id=plan.pk, version=version, key=uuid4(), by=by, at=at, **FINDINGS)


def test_a_plan_that_is_closed_while_figures_are_loaded_is_closed_on_them_or_not_signed(
    draft, coordinator, signers, loading, noon
):
    load = loading()
    with beside(lambda: close(draft, coordinator, noon)):
        load()

    version = draft.versions.get()
    assert version.document["money"]["stage"] == "preliminary"
    refused(lambda: sign(draft, version, signers[0], noon), StepNotAllowed, match=FINAL)
    assert not Signature.objects.exists()


def test_figures_that_are_loaded_first_stop_who_closes(draft, coordinator, loading, noon):
    with beside(loading()):
        refused(lambda: close(draft, coordinator, noon), NotReady)

    assert not draft.versions.exists()


def test_who_signs_while_figures_are_loaded_signs_nothing(
    draft, coordinator, signers, loading, noon
):
    version = close(draft, coordinator, noon)

    with beside(loading()):
        refused(lambda: sign(draft, version, signers[0], noon), StepNotAllowed, match=FINAL)

    assert not version.signatures.exists()


def test_a_signature_that_comes_before_the_figures_hands_nothing_in(
    draft, coordinator, signers, loading, noon
):
    version = close(draft, coordinator, noon)
    sign(draft, version, signers[0], noon)
    load = loading()

    with beside(lambda: sign(draft, version, signers[1], noon)):
        load()

    refused(lambda: submit(draft, coordinator, noon), Blocked, match=FINAL)
    assert version.signatures.count() == 2


@pytest.fixture
def signed(draft, coordinator, signers, noon):
    version = close(draft, coordinator, noon)
    for signer in signers:
        sign(draft, version, signer, noon)
    return version


def test_who_submits_while_figures_are_loaded_is_told_of_them(
    draft, signed, coordinator, loading, noon
):
    with beside(loading()):
        refused(lambda: submit(draft, coordinator, noon), Blocked, match=FINAL)

    assert not draft.events.exists()


def test_figures_that_come_while_a_plan_is_submitted_are_asked_for_again(
    draft, signed, coordinator, loading, noon
):
    """Whoever let them load saw no plan on record: they see it first, and give the reason."""
    load = loading()

    with beside(lambda: submit(draft, coordinator, noon)):
        refused(load, roster.RosterRefusal, match="it has come to touch")

    assert (draft.events.get().step, is_loaded()) == (Step.SUBMIT, False)


@pytest.fixture
def recommended(district):
    plan = PlanFactory(district=district, under_review=True)
    return handed_in(plan, change(document_of(district), "money", stage="preliminary"))


def test_who_approves_while_figures_are_loaded_is_told_of_them(
    recommended, commissioner, loading, noon
):
    with beside(loading()):
        said = refused(lambda: decide(recommended, commissioner, noon, 2), Blocked)

    assert "now says $900,000, final" in said
    assert not Determination.objects.exists()


def test_figures_that_come_while_a_plan_is_approved_change_nothing_of_the_decision(
    recommended, commissioner, loading, noon
):
    load = loading()

    with beside(lambda: decide(recommended, commissioner, noon, 2)):
        load()

    assert (Determination.objects.get().amount, is_loaded()) == (1_000_000, True)
    told = Notice.objects.filter(kind="roster_changed", to=commissioner).get()
    assert "FY2027, approved" in told.body


# An edit, a signature, another signature ---------------------------------------------------------


def edit(plan, by, at, **more):
    return services.save_section(**summary(plan, by, at), **more)


def test_of_an_edit_and_a_signature_at_once_neither_passes_the_other(
    draft, coordinator, signers, noon
):
    version = close(draft, coordinator, noon)

    with beside(lambda: sign(draft, version, signers[0], noon)):
        refused(lambda: edit(draft, coordinator, noon, seen=set()), SignedSince)
    assert version.signatures.count() == 1
    assert Cover.objects.get(plan=draft).summary != "Another text."

    with beside(lambda: edit(draft, coordinator, noon, seen={"1:superintendent"})):
        refused(lambda: sign(draft, version, signers[1], noon), StepNotAllowed, match="edited")
    assert version.signatures.count() == 1
    letters = Notice.objects.filter(kind="signature_void")
    assert [letter.to for letter in letters] == [signers[0]]


def test_of_signatures_at_once_each_stands_once_and_its_letters_leave_once(
    draft, coordinator, signers, noon
):
    version = close(draft, coordinator, noon)
    superintendent, chair = signers
    acting = person(Role.SUPERINTENDENT, draft.district)

    with beside(lambda: sign(draft, version, superintendent, noon)):
        sign(draft, version, superintendent, noon)  # two clicks
    assert version.signatures.count() == 1

    with beside(lambda: sign(draft, version, chair, noon)):
        refused(lambda: sign(draft, version, acting, noon), StepNotAllowed, match="already")

    assert set(version.signatures.values_list("signed_by", flat=True)) == {
        superintendent.pk,
        chair.pk,
    }
    told = [letter.to for letter in Notice.objects.filter(kind="plan_signed")]
    assert len(told) == len(set(told)) > 0


# The Department's own ----------------------------------------------------------------------------


def return_it(plan, by, at):
    asked = [ChangeAsked("budget", "Name the grades.")]
    return return_for_changes(plan_id=plan.pk, version=1, changes=asked, key=uuid4(), by=by, at=at)


def test_of_a_return_and_an_approval_at_once_one_is_told(commissioner, manager, noon):
    approved, returned = PlanFactory(recommended=True), PlanFactory(recommended=True)

    with beside(lambda: decide(approved, commissioner, noon)):
        refused(lambda: return_it(approved, manager, noon), MovedOn, match="approved this plan")
    with beside(lambda: return_it(returned, manager, noon)):
        refused(lambda: decide(returned, commissioner, noon), MovedOn, match="returned this plan")

    assert Determination.objects.get().plan == approved
    assert list(returned.events.values_list("step", flat=True)).count(Step.RETURN) == 1
    assert Plan.objects.get(pk=returned.pk).status == Status.RETURNED


def test_of_an_undone_return_and_an_answer_at_once_one_is_told(manager, noon):
    undone, answered = PlanFactory(recommended=True), PlanFactory(recommended=True)

    def undo(plan):
        event = plan.events.get(step=Step.RETURN)
        return undo_return(
            plan_id=plan.pk, returned=event.pk, reason="Sent in error.", key=uuid4(),
            by=manager, at=noon,
        )  # fmt: skip

    def answer(plan):
        who = person(Role.PLAN_COORDINATOR, plan.district)
        said = {"number": 1, "version": 1, "answer": "Grades 1 to 3."}
        return services.answer_change(plan_id=plan.pk, by=who, at=noon, **said)

    for plan in (undone, answered):
        return_it(plan, manager, noon)
    with beside(lambda: undo(undone)):
        refused(lambda: answer(undone), StepNotAllowed, match="while the plan is with you")
    with beside(lambda: answer(answered)):
        refused(lambda: undo(answered), Blocked, match="answered a change")

    assert Plan.objects.get(pk=undone.pk).status == Status.RECOMMENDED
    assert Plan.objects.get(pk=answered.pk).status == Status.RETURNED


def test_of_a_release_and_a_withholding_at_once_each_is_of_what_was_read(commissioner, noon):
    plan = PlanFactory(approved=True)

    def funds(act, **more):
        reason = {"reason": "No report came."}
        return act(plan_id=plan.pk, key=uuid4(), by=commissioner, at=noon, **reason, **more)

    def again():
        funds(release)
        funds(withhold)

    funds(withhold)
    read = plan.events.get(step=Step.WITHHOLD).pk
    with beside(again):
        refused(lambda: funds(release, withheld=read), StepNotAllowed, match="withheld again")
    assert Plan.objects.get().status == Status.WITHHELD

    with beside(lambda: funds(release)):
        funds(withhold)
    assert Plan.objects.get().status == Status.WITHHELD
    assert plan.events.filter(step=Step.WITHHOLD).count() == 3
