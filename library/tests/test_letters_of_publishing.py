"""A district hears by letter what anybody can read of its plan, and nothing before its time."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from districts.roles import Role
from districts.tests.factories import person
from library.documents import Passage
from library.models import PublicationLetter, Why
from library.services import take_down
from library.tests.checked import PUBLISHED, all_kept, decide, published, resubmit, submitted_plan
from notices.models import Notice
from notices.services import deliver_due
from plans.services import Blocked

pytestmark = pytest.mark.django_db
RUIZ = Passage("Ana Ruiz", Why.PERSONAL_DATA)


def taken(publication, **values):
    said = {
        "publication": publication.pk,
        "reason": "It names Ana Ruiz.",
        "key": uuid4(),
        "by": person(Role.SYSADMIN),
        "at": PUBLISHED,
    }
    return take_down(plan_id=publication.plan_id, **said | values)


@pytest.fixture
def told():
    """The one letter since the last look, in a line, having gone to both of the district."""
    seen = set()

    def told_of(plan):
        about = Notice.objects.filter(district_code=plan.district.edsight_code)
        found = list(about.filter(kind__startswith="plan_").exclude(pk__in=seen))
        seen.update(each.pk for each in found)
        if not found:
            return ""
        roles = {each.to.memberships.get().role for each in found}
        assert roles == {Role.SUPERINTENDENT, Role.PLAN_COORDINATOR}
        assert len(found) == 2
        (body,) = {each.body for each in found}
        assert len(re.findall(r"https?://\S+", body)) == 1
        assert "Ruiz" not in body
        return f"{found[0].subject}: {' '.join(body.split())}"

    return told_of


def a_plan(**values):
    plan = submitted_plan(**values)
    for role in (Role.SUPERINTENDENT, Role.PLAN_COORDINATOR, Role.FISCAL_OFFICER):
        person(role, plan.district)
    return plan


def test_the_district_hears_of_each_publication_what_is_new(told):
    plan = a_plan(submitted=False, approved=True)
    address = f"/plans/{plan.district.slug}/2027/public/"

    published(plan)
    first = told(plan)
    assert f"{plan.district.name}: the FY2027 plan is public" in first
    assert "anybody can read version 1" in first
    assert "§ 10-262v" in first
    assert address in first
    assert "removed" not in first.partition("There is nothing")[0]
    assert "decision" not in first

    last = published(plan, RUIZ)
    corrected = told(plan)
    assert "what is public of the FY2027 plan changed" in corrected
    assert (
        "It is version 1, as before. 1 passage that could be read before is removed." in corrected
    )
    assert "and 1 passage that the Department removed" in corrected

    passages = [*all_kept(plan, RUIZ), Passage("teachers", Why.KEPT)]
    published(plan, passages=passages, reason="", after=last.pk)
    assert told(plan) == ""  # what the public reads is the same

    decide(plan, letter="Approved.")
    published(plan)
    assert (
        "The letter of the Commissioner's decision is public with it. 1 passage that was removed"
        " before can be read now."
    ) in told(plan)

    resubmit(plan, "The second.")
    publication = published(plan)
    assert "version 2 now, in place of version 1." in told(plan)

    taken(publication)
    away = told(plan)
    assert "not public for now" in away
    assert f"/plans/{plan.district.slug}/2027/" in away
    assert address not in away

    published(plan)
    assert "the FY2027 plan is public" in told(plan)
    assert PublicationLetter.objects.count() == Notice.objects.count() == 2 * 6


def test_nothing_is_told_of_an_approval_that_can_be_called_back(told):
    """Neither that there is one, nor its letter, while its own letters wait (ADR 99)."""
    plan = a_plan(submitted=False, approved=True)
    decide(plan, leaves_at=PUBLISHED + timedelta(minutes=15))

    published(plan)
    early = told(plan)
    assert "is public" in early
    assert not re.search("approv|decision|letter of", early, re.IGNORECASE)

    published(plan, at=PUBLISHED + timedelta(minutes=16), passages=all_later(plan))
    assert "The letter of the Commissioner's decision is public" in told(plan)


def all_later(plan):
    return [*all_kept(plan), Passage("Mrs. Ada Whitlock", Why.KEPT)]


def test_an_act_that_is_refused_or_sent_twice_tells_nothing_more(told):
    plan, key, by = a_plan(), uuid4(), person(Role.PROGRAM_MANAGER)
    publication = published(plan, key=key, by=by)
    assert told(plan)

    published(plan, key=key, by=by, after=None, reason="")
    with pytest.raises(Blocked):
        taken(publication, reason=" ")

    assert told(plan) == ""


def test_a_letter_that_waited_leaves_only_while_it_is_true(mailoutbox):
    plan = a_plan()
    first = published(plan)
    taken(first)
    published(plan)
    person_left = plan.district.memberships.get(role=Role.PLAN_COORDINATOR)
    person_left.ended_at, person_left.ended_by = PUBLISHED, person(Role.SYSADMIN)
    person_left.save()

    deliver_due(at=PUBLISHED + timedelta(minutes=1))

    assert [mail.subject for mail in mailoutbox] == [
        f"{plan.district.name}: the FY2027 plan is public"
    ]
    outcomes = Notice.objects.filter(to__memberships__role=Role.SUPERINTENDENT).order_by("pk")
    assert list(outcomes.values_list("kind", "outcome")) == [
        ("plan_published", "The plan was published anew since."),
        ("plan_taken_down", "The plan is public again."),
        ("plan_published", "Accepted"),
    ]
    gone = set(Notice.objects.filter(to=person_left.user).values_list("status", flat=True))
    assert gone == {"withdrawn"}


def test_a_letter_of_what_was_taken_back_since_stays(mailoutbox):
    plan = a_plan()
    taken(published(plan))

    deliver_due(at=PUBLISHED + timedelta(minutes=1))

    assert {mail.subject for mail in mailoutbox} == {
        f"{plan.district.name}: the FY2027 plan is not public for now"
    }
    kept = Notice.objects.filter(kind="plan_published").values_list("outcome", flat=True)
    assert set(kept) == {"The public no longer reads it."}
