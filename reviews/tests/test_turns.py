"""Whose turn it is: what the queue asks of all plans at once is what the gate says of each.

The kind of fault: a tab, a count or a row that has a plan wait for somebody whose act would be
refused, or that is not owed, and not for who owes it.
"""

from datetime import timedelta
from uuid import uuid4

import pytest

from districts.roles import Role
from districts.tests.factories import DelegationFactory, MembershipFactory, person, restated
from plans.models import Assignment, Cycle, Plan
from plans.permissions import parts_of
from plans.tests.factories import PlanFactory, resubmit
from plans.workflow import IN_REVIEW, Part, Status, Step, StepNotAllowed
from reviews.models import Recommendation
from reviews.reports.disputes import open_disputes
from reviews.reports.packet import read_packet
from reviews.reports.queue import MINE, read_queue
from reviews.reports.turns import Duties
from reviews.rules.gate import decider_has_not_reviewed, reviews_lacking
from reviews.services import (
    ChangeAsked,
    assign,
    name_third,
    recommend,
    return_for_changes,
    waive,
)
from reviews.services.parts import review_of
from reviews.tests.queue_page import lines_of, queue_page
from reviews.tests.test_rating import agree, rate_all

pytestmark = pytest.mark.django_db

PROGRAM, FISCAL = Assignment.As.PROGRAM, Assignment.As.FISCAL


def owes(user, plan, *, at) -> bool:
    """Asked of the one plan, by its packet and the rules that its acts ask."""
    parts = parts_of(user, plan, at=at)
    if plan.status == Status.SUBMITTED:
        return Part.PROGRAM_MANAGER in parts
    if plan.status not in IN_REVIEW:
        return False
    packet = read_packet(Plan.objects.filter(pk=plan.pk))
    lacks = reviews_lacking(packet)
    apart = open_disputes(packet)
    if packet.waiver or not (lacks or apart):
        own_hand = decider_has_not_reviewed(packet, user.pk)
        return Part.DECIDER in parts and (own_hand is None or own_hand.is_met)
    reviews = {Part.ASSIGNED_REVIEWER, Part.PROGRAM_MANAGER} & parts
    made_as = review_of(plan, user, at=at) if reviews else ""
    is_theirs = made_as != Recommendation.As.MANAGER or packet.is_third(made_as, user.pk)
    if made_as in lacks and is_theirs:
        return True
    gave = {(one.made_as, one.person) for one in packet.reviews.values()}
    if apart and (made_as, user.pk) in gave:
        return True
    there = plan.assignments.current().reachable().values_list("reviews_as", flat=True)
    are_nobodys = {part for part in Assignment.As if part in lacks and part not in there}
    return Part.PROGRAM_MANAGER in parts and bool(are_nobodys)


class Office:
    """Everybody who may have an act to do with a plan, and what the queue says of it to them."""

    def __init__(self, plan, at):
        self.plan, self.at = plan, at
        self.people = {role.value: person(role) for role in (Role.PROGRAM_MANAGER, Role.AUDITOR)}
        self.people["commissioner"] = person(Role.COMMISSIONER)
        self.people["delegate"] = person(Role.PROGRAM_REVIEWER)
        DelegationFactory(delegate=self.people["delegate"])
        for one in plan.assignments.all():
            self.people[one.reviews_as] = one.reviewer

    def queue(self, reader, **asked):
        reader = type(reader).objects.get(pk=reader.pk)  # what they are now
        who = {"reader_id": reader.pk, "duties": Duties.of(reader)}
        return read_queue(Cycle.objects.get(pk=2027), at=self.at, **who, **asked)

    def waits_for(self) -> set[str]:
        """By the queue; that is held to what the plan's own packet says, of each person."""
        self.plan.refresh_from_db()
        found = {name for name, one in self.people.items() if self.queue(one, tab=MINE).rows}
        told = {name for name, one in self.people.items() if owes(one, self.plan, at=self.at)}
        assert found == told
        for one in self.people.values():
            queue = self.queue(one)
            assert [*queue.counts.values()] == [
                len(self.queue(one, tab=tab).rows) for tab in queue.counts
            ]
        self._row_is_as_the_gate_says()
        return found

    def _row_is_as_the_gate_says(self):
        [row] = self.queue(self.people["auditor"]).rows
        is_in_review = self.plan.status in IN_REVIEW
        packet = read_packet(Plan.objects.filter(pk=self.plan.pk))
        lacks = reviews_lacking(packet) if is_in_review else set()
        apart = is_in_review and bool(open_disputes(packet))
        assert set(row.lacks) == lacks
        assert row.is_disputed == (apart and not packet.waiver)
        assert row.is_ready == (is_in_review and bool(packet.waiver or not (lacks or apart)))

    def stage(self) -> str:
        counts = self.queue(self.people["auditor"]).counts
        return next(tab for tab, count in counts.items() if count and tab not in {"", MINE})

    def words(self, reader="auditor") -> str:
        [line] = lines_of(queue_page(self.people[reader], self.at))
        return line.with_whom

    def recommend(self, *names):
        self.at += timedelta(minutes=1)
        for name in names:
            recommend(
                plan_id=self.plan.pk,
                version=self.plan.versions.count(),
                text="Sound.",
                key=uuid4(),
                by=self.people[name],
                at=self.at,
            )

    def name_third(self, name):
        by = self.people["program_manager"]
        who = self.people[name].pk
        name_third(plan_id=self.plan.pk, reviewer_id=who, by=by, at=self.at)

    def rate(self, name, dollars):
        made_as = Recommendation.As(name)
        rate_all(self.plan, self.people[name], self.at, made_as, dollars=dollars)

    def agree(self, name):
        self.at += timedelta(minutes=1)
        agree(self.plan, self.people[name], self.at)

    def waive(self):
        commissioner = self.people["commissioner"]
        waive(plan_id=self.plan.pk, version=1, grounds="Few.", by=commissioner, at=self.at)

    def assign(self, **reviewers):
        self.people |= reviewers
        self.at += timedelta(minutes=1)
        assign(
            plan_id=self.plan.pk,
            program_reviewer_id=self.people[PROGRAM].pk,
            fiscal_reviewer_id=self.people[FISCAL].pk,
            by=self.people["program_manager"],
            at=self.at,
            key=uuid4(),
        )


def test_a_plan_waits_for_whoever_owes_the_next_act_from_assigning_to_deciding(noon):
    office = Office(PlanFactory(submitted=True), noon)
    assert (office.waits_for(), office.stage()) == ({"program_manager"}, "to-assign")
    assert (office.words(), office.words("program_manager")) == ("Program manager", "You")

    office.assign(
        program_reviewer=person(Role.PROGRAM_REVIEWER), fiscal_reviewer=person(Role.FISCAL_REVIEWER)
    )
    assert (office.waits_for(), office.stage()) == ({PROGRAM, FISCAL}, "under-review")
    assert (office.words(), office.words(PROGRAM)) == ("Both reviewers", "You")

    office.recommend(PROGRAM)
    assert (office.waits_for(), office.words(PROGRAM)) == ({FISCAL}, "Fiscal reviewer")

    office.recommend(FISCAL)
    assert office.waits_for() == {"commissioner", "delegate"}
    assert (office.stage(), office.words(FISCAL)) == ("with-commissioner", "Commissioner")
    assert office.words("delegate") == "You"


def test_a_recommended_plan_goes_back_to_who_replaces_a_reviewer(noon):
    office = Office(PlanFactory(under_review=True), noon)
    office.recommend(PROGRAM, FISCAL)
    gone = office.people[FISCAL]
    office.assign(fiscal_reviewer=person(Role.FISCAL_REVIEWER), gone=gone)

    assert (office.waits_for(), office.stage()) == ({FISCAL}, "under-review")
    assert office.words() == "Fiscal reviewer"

    office.recommend(FISCAL)
    assert office.waits_for() == {"commissioner", "delegate"}


def test_a_part_without_anybody_waits_for_who_assigns(noon):
    office = Office(PlanFactory(under_review=True), noon)
    office.recommend(PROGRAM)
    office.people[FISCAL].memberships.update(ended_at=noon, ended_by=office.people[FISCAL])

    assert office.waits_for() == {"program_manager"}
    office.plan.assignments.filter(reviews_as=FISCAL).update(
        ended_at=office.at, ended_by=office.people["program_manager"]
    )
    assert office.waits_for() == {"program_manager"}
    assert office.words() == "Program manager"


def test_a_reform_district_waits_for_the_managers_review_too(noon):
    plan = PlanFactory(under_review=True)
    restated(plan.district.designations.get(), is_reform_district=True)
    office = Office(plan, noon)

    assert office.waits_for() == {PROGRAM, FISCAL, "program_manager"}
    assert office.words() == "Both reviewers and program manager"
    office.recommend(PROGRAM, FISCAL)
    assert (office.waits_for(), office.words()) == ({"program_manager"}, "Program manager")
    office.recommend("program_manager")
    assert office.waits_for() == {"commissioner", "delegate"}


def test_the_third_review_waits_for_who_is_named_and_for_any_manager_where_nobody_can(noon):
    plan = PlanFactory(under_review=True)
    restated(plan.district.designations.get(), is_reform_district=True)
    office = Office(plan, noon)
    office.people["another manager"] = person(Role.PROGRAM_MANAGER)
    office.recommend(PROGRAM, FISCAL)
    assert office.waits_for() == {"program_manager", "another manager"}

    office.name_third("another manager")
    assert office.waits_for() == {"another manager"}
    with pytest.raises(StepNotAllowed, match="gives the third review"):
        office.recommend("program_manager")
    named = office.people["another manager"]
    membership = named.memberships.get()
    membership.ended_at, membership.ended_by = office.at, named
    membership.save()
    assert office.waits_for() == {"program_manager"}
    membership.ended_at = membership.ended_by = None
    membership.save()

    office.recommend("another manager")
    assert office.waits_for() == {"commissioner", "delegate"}
    office.name_third("program_manager")  # what another gave counts no longer
    assert office.waits_for() == {"program_manager"}
    office.recommend("program_manager")
    assert office.waits_for() == {"commissioner", "delegate"}


def test_reviews_two_levels_apart_wait_for_those_who_gave_them(noon):
    plan = PlanFactory(under_review=True)
    restated(plan.district.designations.get(), is_reform_district=True)
    office = Office(plan, noon)
    office.rate(PROGRAM, "partially")
    office.rate(FISCAL, "does_not")
    office.recommend(PROGRAM, FISCAL)
    assert office.waits_for() == {"program_manager"}  # no two of them are apart

    office.rate("program_manager", "meets")
    office.recommend("program_manager")
    assert office.waits_for() == {PROGRAM, FISCAL, "program_manager"}
    assert (office.stage(), office.words()) == ("under-review", "Reviewers, to agree")

    office.agree(FISCAL)
    assert office.waits_for() == {"commissioner", "delegate"}
    assert office.stage() == "with-commissioner"


def test_a_waiver_lets_reviews_be_two_levels_apart_and_a_new_one_may_be_so_again(noon):
    office = Office(PlanFactory(under_review=True), noon)
    office.rate(PROGRAM, "meets")
    office.rate(FISCAL, "does_not")
    office.recommend(PROGRAM, FISCAL)
    assert office.waits_for() == {PROGRAM, FISCAL}

    gone = office.people[FISCAL]
    office.assign(fiscal_reviewer=person(Role.FISCAL_REVIEWER), gone=gone)
    assert office.waits_for() == {FISCAL}  # what a replaced reviewer found counts no longer
    office.rate(FISCAL, "does_not")
    office.recommend(FISCAL)
    assert office.waits_for() == {PROGRAM, FISCAL}

    office.waive()
    assert office.waits_for() == {"commissioner", "delegate"}


def test_what_came_back_is_reviewed_anew_and_a_waiver_was_of_what_was(noon):
    office = Office(PlanFactory(under_review=True), noon)
    office.recommend(PROGRAM)
    office.waive()

    assert office.waits_for() == {"commissioner", "delegate"}
    assert (office.stage(), office.words()) == ("with-commissioner", "Commissioner")

    return_for_changes(
        plan_id=office.plan.pk,
        version=1,
        changes=[ChangeAsked("budget", "Say more.", None)],
        key=uuid4(),
        by=office.people[FISCAL],
        at=office.at,
    )
    assert office.waits_for() == set()
    assert (office.stage(), office.words()) == ("with-districts", "District")

    office.at += timedelta(days=2)
    resubmit(office.plan, at=office.at)
    assert (office.waits_for(), office.stage()) == ({PROGRAM, FISCAL}, "under-review")


def test_nobody_is_waited_for_to_decide_what_they_had_a_hand_in_unless_it_is_waived(noon):
    office = Office(PlanFactory(under_review=True), noon)
    office.recommend(PROGRAM, FISCAL)
    signer = office.plan.versions.get().signatures.first().signed_by
    sender = office.plan.events.get(step=Step.SUBMIT).taken_by
    office.people |= {"signer": signer, "sender": sender}
    for one in (office.people[PROGRAM], signer, sender):
        one.memberships.in_districts().update(ended_at=noon, ended_by=one)
        MembershipFactory(user=one, role=Role.COMMISSIONER, district=None)

    assert office.waits_for() == {"commissioner", "delegate"}
    office.waive()
    assert office.waits_for() == {"commissioner", "delegate", PROGRAM, "signer", "sender"}


def test_a_plan_of_their_own_district_waits_for_nobody_of_it(noon):
    office = Office(PlanFactory(under_review=True), noon)
    for name in (PROGRAM, "commissioner", "program_manager"):
        MembershipFactory(
            user=office.people[name], role=Role.DISTRICT_VIEWER, district=office.plan.district
        )
    assert office.waits_for() == {FISCAL}
    office.recommend(FISCAL)
    assert (office.waits_for(), office.words(PROGRAM)) == (set(), "Department")
