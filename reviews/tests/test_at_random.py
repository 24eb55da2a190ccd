"""Everybody does anything with a plan, in any order: nobody comes further than the table lets them.

Who may take a step from where is written here once more, as domain.md of the design has it, and
not read from plans/workflow.py: where the two part, one of them is wrong.
"""

from contextlib import ExitStack
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from districts.roles import Role
from districts.tests.factories import DelegationFactory, DistrictFactory, person
from notices.models import Notice
from plans import services
from plans.models import Assignment, Cover, Plan, PlanEvent, RequiredChange
from plans.services import StaleRow
from plans.services.merging import Typed
from plans.tests.factories import PlanFactory, write_rows
from plans.workflow import StepNotAllowed
from reviews import services as department
from reviews.models import Determination, Rating, Recommendation
from reviews.reports.disputes import open_disputes
from reviews.reports.packet import NothingHandedIn, read_packet
from reviews.reports.rubrics import rubric_for
from reviews.services.parts import review_of

pytestmark = pytest.mark.django_db

DISTRICT = ("coordinator", "superintendent")
DECIDERS = ("commissioner", "delegate")
REVIEWERS = ("program reviewer", "fiscal reviewer")
IN_REVIEW = {"under_review", "recommended"}
UNDECIDED = {"draft", "returned", "submitted", *IN_REVIEW}
LIFE = {  # of each step: from where, to where (none: to where it was before), and whose it is
    "submit": ({"draft", "returned"}, "submitted", DISTRICT),
    "recall": ({"submitted"}, None, DISTRICT),
    "withdraw": ({"draft", "submitted"}, "withdrawn", ("superintendent",)),
    "reopen": ({"withdrawn"}, "draft", ("superintendent",)),
    "start_review": ({"submitted"}, "under_review", ("manager", *DISTRICT)),  # back: by itself
    "return": (IN_REVIEW, "returned", (*REVIEWERS, "manager", *DECIDERS)),
    "undo_return": ({"returned"}, None, (*REVIEWERS, "manager", *DECIDERS)),
    "recommend": ({"under_review"}, "recommended", (*REVIEWERS, "manager")),
    "approve": (IN_REVIEW, "approved", DECIDERS),
    "call_back": ({"approved"}, None, DECIDERS),
    "withhold": (UNDECIDED | {"approved"}, "withheld", DECIDERS),
    "release": ({"withheld"}, None, DECIDERS),
}
REFUSALS = (PermissionDenied, StepNotAllowed, StaleRow, RequiredChange.DoesNotExist)
FINDINGS = {
    "implementation": "first_plan",
    "implementation_reasons": "The first plan here.",
    "performance": "first_plan",
    "performance_reasons": "The first plan here.",
}


@pytest.fixture
def people(db):
    district = DistrictFactory(designated=True, funded=True)
    found = {
        "coordinator": person(Role.PLAN_COORDINATOR, district),
        "fiscal officer": person(Role.FISCAL_OFFICER, district),
        "superintendent": person(Role.SUPERINTENDENT, district),
        "board chair": person(Role.BOARD_CHAIR, district),
        "viewer": person(Role.DISTRICT_VIEWER, district),
        "neighbor": person(Role.SUPERINTENDENT, DistrictFactory(designated=True)),
        "program reviewer": person(Role.PROGRAM_REVIEWER),
        "fiscal reviewer": person(Role.FISCAL_REVIEWER),
        "another reviewer": person(Role.PROGRAM_REVIEWER),
        "manager": person(Role.PROGRAM_MANAGER),
        "commissioner": person(Role.COMMISSIONER),
        "delegate": person(Role.PROGRAM_REVIEWER),
        "admin": person(Role.SYSADMIN),
        "auditor": person(Role.AUDITOR),
    }
    DelegationFactory(delegate=found["delegate"])
    return district, found


def machine_of(district, people, noon):  # noqa: C901  one rule for each verb
    names = {user.pk: name for name, user in people.items()}

    def hands(*theirs):
        """Half of all acts are by those whose they are."""
        return st.one_of(st.sampled_from(theirs), st.sampled_from([*people]))

    class AnyOrder(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.undone = ExitStack()
            self.undone.enter_context(transaction.atomic())
            self.undone.callback(lambda: transaction.set_rollback(True))  # before the block is left
            self.plan = PlanFactory(district=district)
            write_rows(self.plan)
            self.at = noon

        def teardown(self):
            self.undone.close()

        def do(self, who, verb, **said):
            """The act, or a refusal after which nothing has changed."""
            self.at += timedelta(hours=1)
            before = (Plan.objects.get(pk=self.plan.pk).status, Notice.objects.count())
            try:
                verb(plan_id=self.plan.pk, by=people[who], at=self.at, **said)
            except REFUSALS:
                after = (Plan.objects.get(pk=self.plan.pk).status, Notice.objects.count())
                assert after == before

        @property
        def number(self):
            return self.plan.versions.count() or 1

        @initialize(how_far=st.integers(0, 5))
        def begin(self, how_far):
            """By chance alone hardly any plan would come far."""
            for act in (
                lambda: self.close("coordinator"),
                self.sign,
                lambda: self.submit("coordinator"),
                lambda: self.assign("manager"),
                self.recommend_both,
            )[:how_far]:
                act()

        @rule(who=hands("coordinator"))
        def close(self, who):
            self.do(who, services.close_for_signature)

        @rule()
        def sign(self):
            """By both who sign: one of the two by chance would hardly ever come to a submission."""
            self.plan.refresh_from_db()
            if version := services.current_version(self.plan):
                for who in ("superintendent", "board chair"):
                    self.do(who, services.sign, sha256=version.sha256)

        @rule(who=hands("superintendent", "board chair"))
        def sign_alone(self, who):
            self.plan.refresh_from_db()
            version = services.current_version(self.plan)
            self.do(who, services.sign, sha256=version.sha256 if version else "0" * 64)

        @rule(who=hands("coordinator", "fiscal officer"))
        def edit(self, who):
            row = Cover.objects.get(plan=self.plan)
            words = {"summary": f"Written at {self.at:%d %H}."}
            typed = {"version": row.version, "values": words, "as_typed": {}}
            self.do(who, services.save_section, model=Cover, **typed)

        @rule(who=hands(*DISTRICT))
        def submit(self, who):
            self.do(who, services.submit, key=uuid4())

        @rule(who=hands(*DISTRICT))
        def recall(self, who):
            self.do(who, services.recall, key=uuid4())

        @rule(who=hands("superintendent"), is_back=st.booleans())
        def withdraw_or_reopen(self, who, is_back):
            verb = services.reopen if is_back else services.withdraw
            self.do(who, verb, key=uuid4(), reason="The board said so.")

        @rule(who=hands(*DISTRICT))
        def answer(self, who):
            for change in RequiredChange.objects.filter(plan=self.plan):
                said = {"number": change.number, "version": change.version, "answer": "Done."}
                self.do(who, services.answer_change, **said)

        @rule(who=hands("manager"))
        def assign(self, who):
            program, fiscal = (people[each].pk for each in REVIEWERS)
            given = {"program_reviewer_id": program, "fiscal_reviewer_id": fiscal}
            self.do(who, department.assign, key=uuid4(), **given)

        @rule(who=hands(*REVIEWERS, "manager"))
        def send_back(self, who):
            asked = [department.ChangeAsked("budget", "Name the grades.")]
            said = {"version": self.number, "changes": asked, "key": uuid4()}
            self.do(who, department.return_for_changes, **said)

        @rule(who=hands(*REVIEWERS, "manager"))
        def undo(self, who):
            last = PlanEvent.objects.filter(plan=self.plan, step="return").last()
            said = {"returned": last.pk if last else 0, "reason": "By mistake.", "key": uuid4()}
            self.do(who, department.undo_return, **said)

        @rule(who=hands(*REVIEWERS, "manager"), level=st.sampled_from(["meets", "does_not"]))
        def rate(self, who, level):
            """Every criterion that is theirs, over whatever they rated before."""
            made_as = review_of(self.plan, people[who], at=self.at)
            asked = rubric_for(self.plan.cycle_id).of_part(made_as)
            typed = {
                one.lineage: Typed({"level": level, "evidence": "Page 4."}, {}, version)
                for one in asked
                for version in [self.version_of_rating(who, one)]
            }
            self.do(who, department.save_ratings, read=self.number, rubric=1, typed=typed)

        def version_of_rating(self, who, question):
            theirs = Rating.objects.filter(review__plan=self.plan, review__begun_by=people[who])
            rated = theirs.filter(criterion__lineage=question.lineage).order_by("-pk").first()
            return rated.version if rated else 1

        @rule(who=hands(*REVIEWERS, "manager"))
        def agree(self, who):
            for one in self.apart():
                said = {"about": one.about, "level": "partially", "words": "It is thin."}
                self.do(
                    who,
                    department.record_consensus,
                    version=self.number,
                    key=uuid4(),
                    **said,
                )

        def apart(self):
            try:
                return open_disputes(read_packet(Plan.objects.filter(pk=self.plan.pk)))
            except NothingHandedIn:
                return []

        @rule()
        def recommend_both(self):
            for who in REVIEWERS:
                self.recommend(who)

        @rule(who=hands(*REVIEWERS, "manager"))
        def recommend(self, who):
            said = {"version": self.number, "text": "Sound.", "key": uuid4()}
            self.do(who, department.recommend, **said)

        @rule(who=hands(*DECIDERS))
        def approve(self, who):
            self.do(who, department.approve, version=self.number, key=uuid4(), **FINDINGS)

        @rule(who=hands(*DECIDERS), minutes=st.sampled_from([1, 20]))
        def approve_and_call_back(self, who, minutes):
            """Within the quarter of an hour, or too late for it."""
            self.approve(who)
            decided = Determination.objects.filter(plan=self.plan).first()
            self.at += timedelta(minutes=minutes) - timedelta(hours=1)
            said = {"reason": "By mistake.", "key": uuid4()}
            self.do(who, department.call_back, decision=decided.pk if decided else 0, **said)

        @rule(who=hands(*DECIDERS))
        def withhold(self, who):
            self.do(who, department.withhold, reason="No report came.", key=uuid4())

        @rule(who=hands(*DECIDERS))
        def release(self, who):
            self.do(who, department.release, reason="It came.", key=uuid4())

        @invariant()
        def every_step_was_from_where_and_by_whom_it_may_be(self):
            events = list(PlanEvent.objects.filter(plan=self.plan).order_by("pk"))
            status, before = "draft", ["draft"]
            for each in events:
                sources, target, whose = LIFE[each.step]
                assert each.source == status
                assert status in sources
                assert names[each.taken_by_id] in whose
                assert each.target == (target or each.target)
                assert target or each.target in before
                status = each.target
                before.append(status)
            assert Plan.objects.get(pk=self.plan.pk).status == status

        @invariant()
        def an_approval_has_one_determination_and_both_reviews_by_others(self):
            steps = PlanEvent.objects.filter(plan=self.plan)
            approvals, called_back = steps.filter(step="approve"), steps.filter(step="call_back")
            determinations = Determination.objects.filter(plan=self.plan)
            standing = approvals.count() - called_back.count()
            assert determinations.count() == standing <= 1
            assert self.plan.former_determinations.count() == called_back.count()
            for one in determinations:
                reviews = Recommendation.objects.filter(version=one.version)
                made_by = {*reviews.values_list("made_by", flat=True)}
                assert {people[each].pk for each in REVIEWERS} <= made_by
                assert one.decided_by_id not in made_by
                assigned = Assignment.objects.filter(plan=self.plan, reviewer=one.decided_by)
                assert not assigned.exists()
                assert one.version.signatures.count() == 2
                assert self.apart() == []

    return AnyOrder


def test_nobody_comes_further_than_the_table_lets_them(people, noon):
    run_state_machine_as_test(
        lambda: machine_of(*people, noon)(),
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[*HealthCheck],
        ),
    )
