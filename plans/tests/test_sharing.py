"""A district shares its draft with a liaison, who reads it, comments and edits nothing (R59)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.db import Error, transaction
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import MembershipFactory, person
from notices.models import Notice
from notices.services import deliver_due
from plans import services
from plans.documents import draft_document
from plans.models import Attachment, Cover, DraftComment
from plans.tests.factories import PlanFactory, closed_version
from plans.workflow import StepNotAllowed

pytestmark = pytest.mark.django_db

WRITTEN = "Every child reads by grade 3."


@pytest.fixture
def plan():
    plan = PlanFactory()
    Cover.objects.filter(plan=plan).update(summary=WRITTEN)
    return plan


@pytest.fixture
def coordinator(plan):
    return person(Role.PLAN_COORDINATOR, plan.district)


@pytest.fixture
def share(plan, coordinator, reviewer, noon):
    return services.share_draft(plan_id=plan.pk, reader_id=reviewer.pk, by=coordinator, at=noon)


def said(plan, by, at, text="Which grades?", section="budget", **act):
    """A comment; its key is a new one unless it is given."""
    act.setdefault("key", uuid4())
    return services.comment_on_draft(
        plan_id=plan.pk, section=section, text=text, by=by, at=at, **act
    )


def page(plan, name="shared", *args):
    return reverse(f"plans:{name}", args=[plan.district.slug, plan.cycle_id, *args])


def seen(client, user, address):
    client.force_login(user)
    return client.get(address)


def test_a_draft_is_read_only_while_it_is_shared(client, plan, coordinator, reviewer, noon):
    address = page(plan)
    before = seen(client, reviewer, address).status_code
    share = services.share_draft(plan_id=plan.pk, reader_id=reviewer.pk, by=coordinator, at=noon)
    during = seen(client, reviewer, address).text
    others = seen(client, person(Role.PROGRAM_REVIEWER), address).status_code
    services.end_share(plan_id=plan.pk, share_id=share.pk, by=coordinator, at=noon)
    after = seen(client, reviewer, address).text

    assert (before, others) == (404, 404)
    assert (WRITTEN in during, WRITTEN in after) == (True, False)
    assert "does not share a draft with you now" in after


def test_a_liaison_opens_no_other_page_of_the_draft(client, plan, reviewer, share):
    """Neither those that write it, nor what it said before: only the text, and its files."""
    file = Attachment.objects.create(
        plan=plan, position=1, lineage=uuid4(), title="Data", file="plans/none.pdf", size=1
    )
    client.force_login(reviewer)
    names = ("read", "summary", "coverage", "removed", "signatures", "sharing", "budget_sheet")

    assert {client.get(page(plan, name)).status_code for name in names} == {404}
    assert client.post(page(plan, "section", "cover"), {"summary": "Mine"}).status_code == 404
    # The row of the file is found; that its file is none in this test, a page says.
    assert "Data" in client.get(page(plan, "attachment", file.lineage)).text


def test_handing_the_plan_in_ends_sharing(plan, coordinator, reviewer, share, noon):
    """What is returned later is a draft again, which nobody reads whom the district did not ask."""
    closed_version(plan, signed=True)
    services.submit(plan_id=plan.pk, by=coordinator, at=noon, key=uuid4())

    share.refresh_from_db()
    assert (share.ended_at, share.ended_by) == (noon, coordinator)
    services.recall(plan_id=plan.pk, by=coordinator, at=noon, key=uuid4())
    with pytest.raises(StepNotAllowed, match="does not share this draft with you now"):
        said(plan, reviewer, noon)


def test_sharing_twice_is_one_share_and_one_letter(plan, coordinator, reviewer, share, noon):
    again = services.share_draft(plan_id=plan.pk, reader_id=reviewer.pk, by=coordinator, at=noon)

    assert again == share
    letter = Notice.objects.get(kind="draft_shared")
    assert (letter.to, letter.page, WRITTEN in letter.body) == (reviewer, "shared_draft", False)


def test_whoever_belongs_to_the_district_is_no_liaison_of_it(plan, coordinator, noon):
    of_both = person(Role.PROGRAM_REVIEWER)
    MembershipFactory(user=of_both, role=Role.DISTRICT_VIEWER, district=plan.district)
    for reader in (of_both, person(Role.AUDITOR), coordinator):
        with pytest.raises(StepNotAllowed, match="no reviewer or program manager"):
            services.share_draft(plan_id=plan.pk, reader_id=reader.pk, by=coordinator, at=noon)


def test_a_liaison_whose_role_ends_reads_no_more(client, plan, reviewer, share, noon):
    reviewer.memberships.update(ended_at=noon, ended_by=reviewer)

    assert seen(client, reviewer, page(plan)).status_code == 404
    with pytest.raises(PermissionDenied):
        said(plan, reviewer, noon)


def test_a_comment_stands_beside_its_section_until_it_is_done(
    client, plan, coordinator, reviewer, share, noon
):
    text = draft_document(plan.pk)
    comment = said(plan, reviewer, noon)
    places = [page(plan, "section", "budget"), page(plan, "lines"), plan.get_absolute_url()]
    elsewhere = page(plan, "section", "needs")

    open_in = [comment.text in seen(client, coordinator, each).text for each in places]
    assert (open_in, comment.text in client.get(elsewhere).text) == ([True] * 3, False)
    assert draft_document(plan.pk) == text  # it is no part of what is signed

    done = client.post(page(plan, "comment_done", comment.pk), {"from": "section"})
    assert done.url == places[0]
    assert [comment.text in client.get(each).text for each in places] == [False] * 3
    kept = BeautifulSoup(client.get(page(plan, "sharing")).text, "html.parser").find("details")
    assert comment.text in kept.text
    assert coordinator.name in kept.text
    assert comment.text in seen(client, reviewer, page(plan)).text


def test_a_comment_sent_twice_is_one_and_other_words_another(plan, reviewer, share, noon):
    key = uuid4()
    first, again = (said(plan, reviewer, noon, key=key) for _ in range(2))
    other = said(plan, reviewer, noon, text="And when?", key=key)

    assert (first, DraftComment.objects.count()) == (again, 2)
    assert other.text == "And when?"


def test_comments_of_an_hour_are_one_letter_that_leaves_after_the_last(
    plan, coordinator, reviewer, share, noon, mailoutbox
):
    """And each hour has its own, so that no comment goes untold."""
    for minutes in (0, 20, 59, 60):
        said(plan, reviewer, noon + timedelta(minutes=minutes), text=f"At {minutes}.")

    letters = Notice.objects.filter(kind="draft_commented", to=coordinator).order_by("pk")
    leaves = [noon + timedelta(hours=1), noon + timedelta(hours=2)]
    assert list(letters.values_list("leaves_at", flat=True)) == leaves
    deliver_due(at=noon + timedelta(minutes=59))
    assert [mail for mail in mailoutbox if coordinator.email in mail.to] == []
    DraftComment.objects.update(done_at=noon, done_by=coordinator)
    deliver_due(at=noon + timedelta(hours=3))
    assert set(letters.values_list("outcome", flat=True)) == {"Every comment is marked as done."}


def test_a_comment_is_changed_and_removed_by_nobody(plan, reviewer, share, noon):
    comment = said(plan, reviewer, noon)
    for harm in (lambda: DraftComment.objects.update(text="Fine."), comment.delete):
        with pytest.raises(Error), transaction.atomic():
            harm()


def test_what_the_liaison_typed_comes_back_once_nothing_is_shared(
    client, plan, coordinator, reviewer, share, noon
):
    client.force_login(reviewer)
    services.end_share(plan_id=plan.pk, share_id=share.pk, by=coordinator, at=noon)

    answer = client.post(
        page(plan), {"key": uuid4(), "section": "budget", "text": "Which grades are meant?"}
    )

    assert answer.status_code == 409
    assert "Which grades are meant?" in answer.text


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_of_a_shared_draft_ask_no_more_for_more_comments(
    client, plan, coordinator, reviewer, share, noon, rows, django_assert_num_queries
):
    for number in range(rows):
        said(plan, reviewer, noon, text=f"Number {number}.")
    seen(client, reviewer, page(plan))
    # session, user, standing, the plan, whether it ever was shared and is now, the comments
    with django_assert_num_queries(7):
        client.get(page(plan))
    seen(client, coordinator, page(plan, "sharing"))
    # session, user, standing, the plan, the people, the comments
    with django_assert_num_queries(6):
        client.get(page(plan, "sharing"))
