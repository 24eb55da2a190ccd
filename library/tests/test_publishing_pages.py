"""The pages by which the Department publishes: what waits, the check, and taking back."""

from uuid import uuid4

import pytest
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import MembershipFactory, person
from library.documents import Passage
from library.models import Publication, TakenDown, Why
from library.tests.checked import all_kept, decide, published, resubmit, submitted_plan
from plans.tests.factories import PlanFactory

pytestmark = pytest.mark.django_db
RUIZ = Passage("Ana Ruiz", Why.PERSONAL_DATA)
WAITING = reverse("library:to_publish")


@pytest.fixture
def office(client):
    client.force_login(person(Role.PROGRAM_MANAGER))
    return client


def page_of(plan, name="publish"):
    return reverse(f"library:{name}", args=[plan.district.slug, plan.cycle_id])


def form_of(plan, *passages, version=1, after="", reason=""):
    typed = {"version": version, "after": after, "key": uuid4(), "reason": reason}
    rows = passages or all_kept(plan)
    for number, (text, why) in enumerate(rows, 1):
        typed |= {f"passage_{number}": text, f"passage_{number}_why": str(why)}
    return typed | {"passage_count": len(rows) + 1}


def test_what_is_submitted_waits_with_its_days_until_it_is_published(office):
    plan = submitted_plan()
    assert "The plan, version 1" in office.get(WAITING).text

    published(plan)

    assert "Nothing waits" in office.get(WAITING).text


def test_days_are_counted_from_submission_and_the_aim_in_business_days(office, time_machine):
    time_machine.move_to("2026-07-20 12:00-04:00")
    submitted_plan()  # on Friday, June 26: ten business days later, without July 3, is July 13

    page = office.get(WAITING).text

    assert '<td class="num" data-label="Days">24</td>' in page
    assert "July 13, 2026" in page
    assert "Past the aim" in page


def test_a_later_version_and_a_decision_wait_as_well(office):
    plan = submitted_plan(submitted=False, approved=True)
    published(plan)
    decide(plan)
    assert "The decision and its letter" in office.get(WAITING).text
    published(plan)
    assert "Nothing waits" in office.get(WAITING).text

    resubmit(plan, "The second.")

    assert "A later version, version 2" in office.get(WAITING).text


def test_nobody_is_shown_a_plan_of_their_own_district(client):
    plan = submitted_plan()
    manager = person(Role.PROGRAM_MANAGER)
    MembershipFactory(user=manager, role=Role.DISTRICT_VIEWER, district=plan.district)
    client.force_login(manager)

    assert "Nothing waits" in client.get(WAITING).text
    assert client.get(page_of(plan)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_so_many_queries(office, count, django_assert_max_num_queries):
    for _ in range(count):
        submitted_plan()
        published(submitted_plan())
    office.get(WAITING)

    with django_assert_max_num_queries(11):
        office.get(WAITING)


def test_a_checked_plan_is_published_and_the_act_leads_to_its_page(office):
    plan = submitted_plan()

    answer = office.post(page_of(plan), form_of(plan, RUIZ))

    assert answer.url == page_of(plan, "plan")
    (publication,) = Publication.objects.in_view()
    assert publication.passages == [RUIZ._asdict()]


def test_what_the_scan_found_must_be_decided(office):
    plan = submitted_plan()
    resubmit(plan, "Write to o.lake@example.org.")
    page = office.get(page_of(plan))
    assert "o.lake@example.org" in page.text
    assert "1 to decide" in page.text

    undecided = Passage("o.lake@example.org", "")
    answer = office.post(page_of(plan), form_of(plan, undecided, version=2))

    assert answer.status_code == 422
    assert "Decide: it stays in view, or it is removed." in answer.text
    assert not Publication.objects.exists()


def test_a_found_passage_that_is_left_out_of_the_form_is_refused_too(office):
    plan = submitted_plan()
    resubmit(plan, "Write to o.lake@example.org.")

    answer = office.post(page_of(plan), form_of(plan, RUIZ, version=2))

    assert answer.status_code == 409
    assert "Decide about “o.lake@example.org”" in answer.text


def test_decisions_are_there_again_for_the_next_publication(office):
    plan = submitted_plan()
    published(plan, RUIZ)

    page = office.get(page_of(plan)).text

    assert "Ana Ruiz" in page
    assert "0 to decide" in page


def test_a_plan_is_taken_back_with_a_reason(office):
    plan = submitted_plan()
    publication = published(plan)
    assert office.get(page_of(plan, "take_down")).status_code == 200

    typed = {"publication": publication.pk, "reason": "A name.", "key": uuid4()}
    answer = office.post(page_of(plan, "take_down"), typed)

    assert answer.url == WAITING
    assert TakenDown.objects.get().reason == "A name."
    assert "Taken back from view" in office.get(WAITING).text


def test_a_draft_has_no_page_to_publish_it(office):
    assert office.get(page_of(PlanFactory())).status_code == 404


def test_the_list_of_what_waits_reads_no_more_than_a_page(office, monkeypatch):
    monkeypatch.setattr("library.views.publishing.ON_A_PAGE", 2)
    plans = [submitted_plan() for _ in range(3)]
    names = [plan.district.name for plan in plans]

    pages = [office.get(f"{WAITING}?page={page}").text for page in (1, 2, 99)]

    assert [sum(f">{name}, FY" in page for name in names) for page in pages] == [2, 1, 1]
