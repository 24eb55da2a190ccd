"""Two people at once: the row's lock makes the second wait, and then see what the first did.

The first person holds the row while the second tries; the second must not be done before the
first has let go. That is made certain, not likely: without the lock each of these tests fails.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from districts.models import standing_of
from districts.roles import Role
from districts.tests.factories import person
from notices.models import Notice
from plans import services
from plans.models import Cover, RequiredChange
from plans.services.merging import digest_of
from plans.tests.factories import PlanFactory, closed_version, write_rows
from plans.workflow import Status, Step, StepNotAllowed

pytestmark = pytest.mark.django_db(transaction=True)

LONG_ENOUGH = 0.3  # seconds, for an unlocked reader to see the old row


@contextmanager
def slowly(verb, **arguments):
    """Somebody else calls the verb now, and commits only a little later."""
    has_called = Event()

    def call():
        try:
            with transaction.atomic():
                verb(**arguments)
                has_called.set()
                time.sleep(LONG_ENOUGH)
        finally:
            has_called.set()
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        other = pool.submit(call)
        has_called.wait(timeout=10)
        yield
        other.result()


@pytest.fixture
def plan():
    plan = PlanFactory()
    write_rows(plan)
    return plan


@pytest.fixture
def coordinator(plan):
    return person(Role.PLAN_COORDINATOR, plan.district)


@pytest.fixture
def superintendent(plan):
    return person(Role.SUPERINTENDENT, plan.district)


def summary(plan, by, at, text="Another text."):
    return {
        "plan_id": plan.pk,
        "model": Cover,
        "version": 1,
        "values": {"summary": text},
        "as_typed": {},
        "by": by,
        "at": at,
    }


def step(plan, by, at, **more):
    return {"plan_id": plan.pk, "by": by, "at": at, **more}


def test_of_two_who_submit_one_is_told(plan, coordinator, superintendent, noon):
    closed_version(plan, signed=True)

    with (
        slowly(services.submit, **step(plan, coordinator, noon, key=uuid4())),
        pytest.raises(StepNotAllowed, match="submitted now"),
    ):
        services.submit(**step(plan, superintendent, noon, key=uuid4()))

    assert list(plan.events.values_list("taken_by", flat=True)) == [coordinator.pk]


def test_a_role_that_ends_while_its_holder_waits_no_longer_submits(
    plan, coordinator, superintendent, noon
):
    closed_version(plan, signed=True)
    standing_of(coordinator)  # the page was shown while the role was held

    def edit_and_end_the_role(**edit):
        services.save_section(**edit)
        coordinator.memberships.update(ended_at=noon, ended_by=superintendent)

    fiscal_officer = person(Role.FISCAL_OFFICER, plan.district)
    with (
        slowly(edit_and_end_the_role, **summary(plan, fiscal_officer, noon)),
        pytest.raises(PermissionDenied),
    ):
        services.submit(**step(plan, coordinator, noon, key=uuid4()))

    assert not plan.events.exists()


def test_one_submission_over_two_servers_is_one_act(plan, coordinator, noon):
    closed_version(plan, signed=True)
    once = step(plan, coordinator, noon, key=uuid4())

    with slowly(services.submit, **once):
        again = services.submit(**once)

    assert again.status == Status.SUBMITTED
    assert plan.events.count() == 1
    assert Notice.objects.filter(kind="plan_receipt").count() == 1


def test_an_edit_while_the_plan_is_handed_in_is_refused(plan, coordinator, superintendent, noon):
    version = closed_version(plan, signed=True)

    with (
        slowly(services.submit, **step(plan, superintendent, noon, key=uuid4())),
        pytest.raises(StepNotAllowed, match="cannot be edited"),
    ):
        services.save_section(**summary(plan, coordinator, noon))

    plan.refresh_from_db()
    assert services.current_version(plan) == version


def test_handing_in_while_the_plan_is_edited_is_refused(plan, coordinator, superintendent, noon):
    closed_version(plan, signed=True)

    with (
        slowly(services.save_section, **summary(plan, coordinator, noon)),
        pytest.raises(services.Blocked, match="edited after it was closed"),
    ):
        services.submit(**step(plan, superintendent, noon, key=uuid4()))

    plan.refresh_from_db()
    assert plan.status == Status.DRAFT


def test_closing_while_the_plan_is_edited_freezes_the_edit(plan, coordinator, noon):
    fiscal_officer = person(Role.FISCAL_OFFICER, plan.district)

    with slowly(services.save_section, **summary(plan, fiscal_officer, noon)):
        version = services.close_for_signature(**step(plan, coordinator, noon))

    plan.refresh_from_db()
    assert version.document["cover"]["summary"] == "Another text."
    assert services.current_version(plan) == version


def test_an_edit_while_the_plan_is_closed_voids_the_version(plan, coordinator, noon):
    fiscal_officer = person(Role.FISCAL_OFFICER, plan.district)

    with slowly(services.close_for_signature, **step(plan, coordinator, noon)):
        services.save_section(**summary(plan, fiscal_officer, noon))

    plan.refresh_from_db()
    assert plan.versions.get().document["cover"]["summary"] == "Reading, attendance and mentors."
    assert services.current_version(plan) is None


def test_two_who_close_make_one_version(plan, coordinator, noon):
    fiscal_officer = person(Role.FISCAL_OFFICER, plan.district)

    with slowly(services.close_for_signature, **step(plan, coordinator, noon)):
        version = services.close_for_signature(**step(plan, fiscal_officer, noon))

    assert (version.number, version.closed_by) == (1, coordinator)
    assert plan.versions.count() == 1


def test_signing_while_the_plan_is_edited_is_refused(plan, coordinator, superintendent, noon):
    version = closed_version(plan)

    with (
        slowly(services.save_section, **summary(plan, coordinator, noon)),
        pytest.raises(StepNotAllowed, match="nothing was signed"),
    ):
        services.sign(**step(plan, superintendent, noon, sha256=version.sha256))

    assert not version.signatures.exists()


def test_recall_while_review_starts_is_refused(manager, noon):
    plan = PlanFactory(submitted=True)
    superintendent = person(Role.SUPERINTENDENT, plan.district)
    begin = step(plan, manager, noon, key=uuid4(), step=Step.START_REVIEW)

    with slowly(services.take_step, **begin), pytest.raises(StepNotAllowed, match="under review"):
        services.recall(**step(plan, superintendent, noon, key=uuid4()))


def test_of_two_answers_to_one_change_the_second_is_told(noon):
    plan = PlanFactory(returned=True)
    first, second = (person(Role.PLAN_COORDINATOR, plan.district) for _ in range(2))

    def answer(by, text):
        return step(plan, by, noon, number=1, version=1, answer=text)

    with (
        slowly(services.answer_change, **answer(first, "First.")),
        pytest.raises(services.StaleRow) as stale,
    ):
        services.answer_change(**answer(second, "Second."))

    assert stale.value.row.answer == "First."
    assert RequiredChange.objects.get().answer == "First."


def test_of_two_who_save_one_section_the_second_is_told(plan, coordinator, noon):
    fiscal_officer = person(Role.FISCAL_OFFICER, plan.district)

    with (
        slowly(services.save_section, **summary(plan, coordinator, noon, "First.")),
        pytest.raises(services.StaleRow),
    ):
        services.save_section(**summary(plan, fiscal_officer, noon, "Second."))

    assert Cover.objects.get(plan=plan).summary == "First."


def of_field(plan, by, at, name, words):
    """A save of one field by somebody whose page was opened before anybody wrote."""
    cover = Cover.objects.get(plan=plan)
    columns = ("summary", "contact_name", "contact_title")
    page = {column: getattr(cover, column) for column in columns}
    return {
        "plan_id": plan.pk,
        "model": Cover,
        "version": cover.version,
        "values": page | {name: words},
        "as_typed": {},
        "filled_from": {column: digest_of(page[column]) for column in columns},
        "by": by,
        "at": at,
    }


def test_of_two_who_save_other_fields_at_once_both_are_kept(plan, coordinator, noon):
    fiscal_officer = person(Role.FISCAL_OFFICER, plan.district)
    second = of_field(plan, fiscal_officer, noon, "contact_name", "Second.")

    with slowly(services.save_section, **of_field(plan, coordinator, noon, "summary", "First.")):
        services.save_section(**second)

    cover = Cover.objects.get(plan=plan)
    assert (cover.summary, cover.contact_name, cover.version) == ("First.", "Second.", 3)


def test_of_two_who_save_one_field_at_once_the_second_is_told_and_keeps_the_rest(
    plan, coordinator, noon
):
    fiscal_officer = person(Role.FISCAL_OFFICER, plan.district)
    second = of_field(plan, fiscal_officer, noon, "summary", "Second.")
    second["values"]["contact_title"] = "Officer"

    with (
        slowly(services.save_section, **of_field(plan, coordinator, noon, "summary", "First.")),
        pytest.raises(services.StaleRow) as stale,
    ):
        services.save_section(**second)

    cover = Cover.objects.get(plan=plan)
    assert (stale.value.saved.conflicts, stale.value.saved.by) == (("summary",), coordinator)
    assert (cover.summary, cover.contact_title) == ("First.", "Officer")
