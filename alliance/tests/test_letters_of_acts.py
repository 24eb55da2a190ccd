"""Each letter points to what brought it about, now as in a database of before."""

from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import JSONObject

from alliance.tests.demo import load_demo, load_roster
from notices.models import REMINDER, Notice
from notices.pages import Page, link_to
from notices.tests.factories import NoticeFactory
from plans.models import PlanLetter
from plans.tests.factories import PlanFactory
from plans.workflow import Step
from progress.reminders import REPORT
from reviews.words import KINDS_OF_LETTER

pytestmark = pytest.mark.django_db

LIVES = ("ansonia", "bristol", "windham", "new-london", "winchester", "norwich")
DECIDED = {Step.APPROVE, Step.CALL_BACK, Step.WITHHOLD, Step.RELEASE}
TELLS_OF = {
    "plan_receipt": {Step.SUBMIT},
    "plan_submitted": {Step.SUBMIT},
    "plan_back": {Step.SUBMIT},
    "plan_recalled": {Step.RECALL},
    "plan_withdrawn": {Step.WITHDRAW},
    "plan_reopened": {Step.REOPEN},
    "plan_in_review": {Step.START_REVIEW},
    "plan_returned": {Step.RETURN},
    "return_undone": {Step.UNDO_RETURN},
    "plan_recommended": {Step.RECOMMEND},
    "plan_approved": {Step.APPROVE},
    "plan_withheld": {Step.WITHHOLD},
    "plan_released": {Step.RELEASE},
    "plan_moved": {Step.RETURN, Step.UNDO_RETURN, Step.RECOMMEND, *DECIDED},
    "decided_in_your_name": DECIDED,
}
SPEAKS_OF = {"signature_waiting", "plan_signed", "signature_void"}  # a version
SINCE = {"signature_void", "return_undone"}  # no former release that knew fewer columns wrote these
NO_STEP = {  # of a plan brings these about
    *("revision_receipt", "revision_handed_in", "revision_recorded", "revision_withdrawn"),
    *("revision_reviewed", "revision_returned", "revision_approved"),
    *("allocation_differs", "allocation_differs_there"),
    *("draft_shared", "draft_commented"),
    *("plan_published", "plan_taken_down"),
    *("spending_determined", "file_removed", "decision_corrected"),
    "withholding_corrected",
    *(REMINDER, "plan_assigned", "plan_unassigned", "changes_answered"),
    *("question_asked", "question_answered", "consensus_needed", "third_named"),
    *("extension_asked", "extension_granted", "extension_refused"),
    *("report_time_asked", "report_time_granted", "report_time_refused"),
    *("reviewer_recused", "conflict_changed", "quiet_nudge"),
    *("roster_proposed", "roster_changed", "roster_refused", "delegation_proposed"),
    *("report_to_certify", "report_receipt", "report_certified", "report_accepted"),
    *("report_returned", "report_superseded"),
    *("set_password", "wrong_passwords", "role_changed", "idle_account", "idle_suspended"),
}
COLUMNS = ("about_noun", "about_id", "district_code", "fiscal_year", "what_is_due")
PAGE = ("page", "page_args")
CAUSE = JSONObject(event="event", version="version")


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """Plans that lived through most steps, whose letters the services wrote."""
    with django_db_blocker.unblock(), transaction.atomic():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("django.conf.settings.DEMO", True)
            load_roster()
            load_demo(*LIVES)
        yield
        transaction.set_rollback(True)


def causes():
    letters = PlanLetter.objects.exclude(notice__kind__in=SINCE)
    return set(letters.values_list("notice", "event", "version"))


def columns(*names):
    return {row[0]: row[1:] for row in Notice.objects.values_list("key", *names)}


def leave_those_of_before():
    """Reports and publications came later than the columns: no letter about one was ever without
    them."""
    Notice.objects.filter(kind="plan_published").delete()
    since = Notice.objects.filter(what_is_due=REPORT)
    assert since.exists()
    since.delete()


def run(migration, *names):
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(getattr(import_module(migration), name))


def test_every_kind_of_letter_is_known_to_tell_of_a_step_or_not():
    assert {*TELLS_OF, *SPEAKS_OF, *NO_STEP} == set(KINDS_OF_LETTER)


@pytest.mark.usefixtures("demo")
def test_letter_points_to_the_step_it_tells_of_or_to_the_version_it_asks_to_sign():
    told = {letter.pk: letter for letter in PlanLetter.objects.select_related("event", "version")}
    kinds = set()
    for notice in Notice.objects.filter(kind__in={*TELLS_OF, *SPEAKS_OF}):
        kinds.add(notice.kind)
        cause = told.pop(notice.pk)
        if notice.kind in SPEAKS_OF:
            assert f"/version-{cause.version.number}/" in notice.key
        else:
            assert cause.event.step in TELLS_OF[notice.kind], notice.key
            assert cause.event.taken_at == notice.posted_at, notice.key
    assert told == {}
    assert len(kinds) > 10


@pytest.mark.usefixtures("demo")
def test_letter_writes_the_link_to_the_page_it_names():
    kinds = set()
    for notice in Notice.objects.exclude(page=""):
        link = link_to(Page(notice.page, tuple(notice.page_args)))
        assert f"{link}\n" in notice.body, notice.key
        kinds.add(notice.page)
    assert kinds >= {"plan", "plan_sign", "plan_changes", "review", "review_approve"}


@pytest.mark.usefixtures("demo")
def test_letters_of_before_come_to_point_to_the_same():
    now = causes()
    assert len(now) > 50
    PlanLetter.objects.all().delete()

    run("plans.migrations.0011_letters_of_before", "EVENTS", "VERSIONS")

    assert causes() == now


@pytest.mark.usefixtures("demo")
def test_letters_of_before_come_to_say_the_same_in_columns():
    leave_those_of_before()
    now = columns(*COLUMNS)
    assert {what_is_due for *_, what_is_due in now.values()} == {"", "plan", "answers"}
    Notice.objects.update(
        about_noun="", about_id=None, district_code="", fiscal_year=None, what_is_due=""
    )

    run("notices.migrations.0011_columns_filled", "FILL")

    assert columns(*COLUMNS) == now


@pytest.mark.usefixtures("demo")
def test_letters_of_before_come_to_lead_to_the_same_page():
    leave_those_of_before()
    now = columns(*PAGE)
    assert len({page for page, _ in now.values()}) > 5
    Notice.objects.update(page="", page_args=[])

    run("reviews.migrations.0007_pages_of_letters", "PAGES")

    assert columns(*PAGE) == now


@pytest.mark.usefixtures("demo")
def test_letters_that_a_former_release_writes_come_to_point_to_the_same():
    """It knows neither the columns nor the row that points; both come with the letter."""
    Notice.objects.filter(kind__in=SINCE).delete()
    ours = {letter.key: letter for letter in Notice.objects.all()}
    told = dict(PlanLetter.objects.values_list("notice__key", CAUSE))
    PlanLetter.objects.all().delete()
    Notice.objects.all().delete()
    for letter in ours.values():
        letter.about_noun, letter.about_id, letter.district_code = "", None, ""
        letter.fiscal_year, letter.what_is_due = None, ""
        letter.page, letter.page_args, letter.pk = "", [], None

    Notice.objects.bulk_create(ours.values())

    assert len(told) > 50
    assert told == dict(PlanLetter.objects.values_list("notice__key", CAUSE))


@pytest.mark.parametrize("has", [set(), {"event", "version"}])
def test_database_refuses_a_letter_of_no_cause_or_of_two(has):
    plan = PlanFactory(submitted=True)
    event = plan.events.get(step=Step.SUBMIT)
    cause = {"event": event, "version": event.version}

    with pytest.raises(IntegrityError, match="planletter_has_one_cause"):
        PlanLetter.objects.create(notice=NoticeFactory(), **{name: cause[name] for name in has})
