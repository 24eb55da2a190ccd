"""The Department and a revision: reviewed by the plan's reviewers, decided by somebody else."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from districts.roles import Role
from districts.tests.factories import person
from notices.models import Notice
from plans.models import RevisionEvent
from plans.reports.in_force import version_in_force
from plans.services import Blocked
from plans.tests.test_revising import NOW, edit, hand_in, move_between_lines, sign, start
from plans.tests.test_revising import cora as cora
from plans.tests.test_revising import plan as plan
from plans.tests.test_revising import signers as signers
from plans.workflow import StepNotAllowed
from reviews import services
from reviews.reports.revisions import revisions_waiting
from reviews.tests.test_activity import log_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def handed_in(plan, cora, signers):
    start(plan, cora)
    move_between_lines(plan, cora, 60_000)
    sign(plan, signers, cora)
    return hand_in(plan, cora)


def act(verb, handed_in, by, text="It is sound.", **said):
    said = {"version": handed_in.version.number, "key": uuid4(), **said}
    return verb(plan_id=handed_in.plan_id, text=text, by=by, at=NOW, **said)


def reviewers_of(plan):
    return [one.reviewer for one in plan.assignments.current().order_by("-reviews_as")]


def recommend_by_both(handed_in):
    for reviewer in reviewers_of(handed_in.plan):
        act(services.recommend_revision, handed_in, reviewer)


def test_a_revision_that_both_recommend_is_approved_and_in_force(handed_in, commissioner):
    plan = handed_in.plan
    was = version_in_force(plan)
    recommend_by_both(handed_in)
    revision = act(services.approve_revision, handed_in, commissioner, "Tutors are needed.")
    plan.refresh_from_db()
    assert (plan.status, revision.status) == ("approved", "approved")
    assert version_in_force(plan) == handed_in.version != was
    assert version_in_force(plan, on=date(2026, 11, 30)) == was
    event = RevisionEvent.objects.get(step="approve")
    assert "Tutors are needed." in event.letter
    assert f"version {handed_in.version.number}" in event.letter
    assert Notice.objects.filter(kind="revision_approved").exists()
    assert not plan.is_editable


def test_it_is_not_approved_before_both_reviews_are_in(handed_in, commissioner):
    act(services.recommend_revision, handed_in, reviewers_of(handed_in.plan)[0])
    with pytest.raises(Blocked, match="lacks: fiscal review"):
        act(services.approve_revision, handed_in, commissioner)


def test_nobody_decides_what_they_recommended(handed_in, delegate):
    recommend_by_both(handed_in)
    RevisionEvent.objects.create(
        revision=handed_in,
        step="review",
        made_as="program_manager",
        reason="Yes.",
        version=handed_in.version,
        key=uuid4(),
        taken_at=NOW,
        taken_by=delegate,
    )
    with pytest.raises(StepNotAllowed, match="somebody else decides"):
        act(services.approve_revision, handed_in, delegate)


def test_only_those_who_decide_approve(handed_in, manager):
    with pytest.raises(PermissionDenied):
        act(services.approve_revision, handed_in, manager)
    with pytest.raises(PermissionDenied):
        act(services.approve_revision, handed_in, reviewers_of(handed_in.plan)[0])


def test_one_review_is_given_once(handed_in):
    reviewer = reviewers_of(handed_in.plan)[0]
    key = uuid4()
    act(services.recommend_revision, handed_in, reviewer, key=key)
    act(services.recommend_revision, handed_in, reviewer, key=key)
    assert RevisionEvent.objects.filter(step="review").count() == 1
    with pytest.raises(StepNotAllowed, match="is in already"):
        act(services.recommend_revision, handed_in, reviewer)


def test_a_revision_returned_is_written_again_and_reviewed_anew(
    handed_in, cora, signers, commissioner
):
    plan = handed_in.plan
    recommend_by_both(handed_in)
    with pytest.raises(Blocked, match="what is to change"):
        act(services.return_revision, handed_in, commissioner, " ")
    act(services.return_revision, handed_in, commissioner, "Say which grades.")
    plan.refresh_from_db()
    assert plan.is_revised_now
    assert Notice.objects.filter(kind="revision_returned").exists()
    strategy = plan.strategy_set.first()
    edit(plan, strategy, cora, title="Another")
    sign(plan, signers, cora)
    again = hand_in(plan, cora)
    with pytest.raises(StepNotAllowed, match="Another version"):
        act(services.approve_revision, handed_in, commissioner)
    with pytest.raises(Blocked, match="lacks"):
        act(services.approve_revision, again, commissioner)


def test_a_revision_waits_while_the_funds_are_withheld(handed_in, commissioner):
    plan = handed_in.plan
    plans = type(plan).objects.all()
    assert list(revisions_waiting(plans)) == [handed_in]
    recommend_by_both(handed_in)
    plan.status = "withheld"
    plan.save()
    assert not revisions_waiting(plans)
    with pytest.raises(StepNotAllowed, match="withheld now"):
        act(services.approve_revision, handed_in, commissioner)


def test_the_department_reads_a_revision_once_it_is_handed_in(
    client, plan, cora, signers, reviewer
):
    address = f"/reviews/{plan.district.slug}/{plan.cycle_id}/revision/"
    client.force_login(reviewer)
    start(plan, cora)
    move_between_lines(plan, cora, 60_000)
    version = sign(plan, signers, cora)
    text = f"/plans/{plan.district.slug}/{plan.cycle_id}/versions/{version.number}/"
    assert client.get(address).status_code == 404
    assert client.get(text).status_code == 404
    hand_in(plan, cora)
    page = client.get(address)
    assert page.status_code == 200
    assert "Needs a decision, because the line moves by more than 10%" in " ".join(
        page.content.decode().split()
    )
    assert client.get(text).status_code == 200


def test_the_plan_reads_as_in_force_until_the_revision_is_approved(
    client, handed_in, reviewer, commissioner
):
    plan = handed_in.plan
    client.force_login(reviewer)
    address = f"/plans/{plan.district.slug}/{plan.cycle_id}/read/"
    assert client.get(address).context["version"] == handed_in.changes_version
    recommend_by_both(handed_in)
    act(services.approve_revision, handed_in, commissioner)
    assert client.get(address).context["version"] == handed_in.version


def test_pages_of_a_revision_act(client, handed_in, commissioner):
    plan = handed_in.plan
    base = f"/reviews/{plan.district.slug}/{plan.cycle_id}/revision/"
    program, fiscal = reviewers_of(plan)
    said = {"version": handed_in.version.number, "text": "It is sound."}
    for who, what in ((program, "recommend"), (fiscal, "recommend"), (commissioner, "approve")):
        client.force_login(who)
        assert client.get(base).status_code == 200
        assert client.get(f"{base}{what}/").status_code == 200
        assert (
            client.post(f"{base}{what}/", {**said, "key": uuid4(), "text": ""}).status_code == 422
        )
        assert client.post(f"{base}{what}/", {**said, "key": uuid4()}).status_code == 302
    handed_in.refresh_from_db()
    assert handed_in.status == "approved"
    client.force_login(person(Role.SUPERINTENDENT, plan.district))
    page = client.get(f"/plans/{plan.district.slug}/{plan.cycle_id}/revision/").content.decode()
    assert "Office of the Commissioner" in page
    assert client.get(plan.get_absolute_url()).status_code == 200


def test_the_queue_names_a_revision_that_waits(client, handed_in, reviewer, commissioner):
    address = f"/reviews/{handed_in.plan.district.slug}/{handed_in.plan.cycle_id}/revision/"
    client.force_login(reviewer)
    queue = f"/reviews/?fy={handed_in.plan.cycle_id}"
    assert address in client.get(queue).content.decode()
    act(services.return_revision, handed_in, commissioner, "Say which grades.")
    assert address not in client.get(queue).content.decode()


def test_what_becomes_of_a_revision_is_in_the_activity_of_both_sides(
    client, handed_in, cora, manager, commissioner
):
    first, second = reviewers_of(handed_in.plan)
    recommend_by_both(handed_in)
    act(services.approve_revision, handed_in, commissioner)

    version = f"version {handed_in.version.number}"
    log = log_of(client, manager, handed_in.plan, "reviews:plan")
    departments = [said for said, _ in log if said.startswith("Revision 1 ")]
    assert departments == [
        f"Revision 1 approved, {version}, by {commissioner.name}",
        f"Revision 1 recommended, fiscal review, {version}, by {second.name}",
        f"Revision 1 recommended, program review, {version}, by {first.name}",
        f"Revision 1 handed in, {version}, by {cora.name}",
    ]
    districts = [said for said, _ in log_of(client, cora, handed_in.plan, "plans:overview")]
    of_revision = [said for said in districts if said.startswith("Revision 1 ")]
    assert of_revision == [
        "Revision 1 approved: the plan holds as revised",
        f"Revision 1 handed in, by {cora.name}",
        f"Revision 1 started, by {cora.name}",
    ]
