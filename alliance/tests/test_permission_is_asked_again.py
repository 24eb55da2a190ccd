"""Permission is asked under the lock, of the person as they are by then.

An act may wait for somebody else's, and a role may end meanwhile. Every verb of every app is
tried by a person whose page was shown while they had the role that the verb asks for.
"""

import ast
import re
from datetime import date
from importlib import import_module
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alliance.tests.test_architecture import APPS
from districts.models import District, standing_of
from districts.roles import DISTRICT_ROLES, Role
from districts.services import Successor
from districts.tests.factories import (
    ConflictFactory,
    DelegationFactory,
    DesignationFactory,
    DistrictFactory,
    MembershipFactory,
    person,
)
from notices.tests.factories import NoticeFactory
from plans.models import Cover, CycleChange, DraftShare, Objective, Removal
from plans.services import Answer
from plans.tests.factories import ExtensionEntryFactory, PlanFactory, QuestionEntryFactory
from plans.workflow import Step
from progress.models import ProgressReport
from progress.services.progress import KIND as PROGRESS
from progress.tests.factories import ExpenditureReportFactory
from progress.tests.filed import a_report, approved_plan
from progress.tests.spending import Office
from progress.tests.spending import approved_plan as spending_plan
from reviews.services import Seen, Wanted

ASK_ELSEWHERE = {  # that app knows no roles: its caller asks
    "notices.services.outbox.dismiss",
    "notices.services.outbox.send_again",
}
LOCK = re.compile(r"FOR (NO KEY )?UPDATE|pg_advisory_xact_lock")
ASKED = re.compile(r'SELECT .*FROM "districts_membership".*"user_id" = ')


def _some_district():
    return {"district_id": DistrictFactory().pk}


def _somebody(role=Role.AUDITOR):
    return {"user_id": person(role).pk}


def _a_plan(**values):
    return lambda: {"plan_id": PlanFactory(**values).pk}


def _a_question():
    plan = PlanFactory(under_review=True)
    QuestionEntryFactory(question__plan=plan)
    return {"plan_id": plan.pk}


def _more_time():
    plan = PlanFactory()
    ExtensionEntryFactory(plan=plan)
    return {"plan_id": plan.pk}


def _a_row():
    row = Objective.objects.create(plan=PlanFactory(), position=1, lineage=uuid4())
    return {"plan_id": row.plan_id, "model": Objective, "row_id": row.pk}


def _a_removal():
    plan = PlanFactory()
    row = {"model": "plans.objective", "pk": 1, "fields": {"plan": plan.pk, "position": 1}}
    removal = Removal.objects.create(
        plan=plan,
        kind="objective",
        rows=[row],
        removed_at=timezone.now(),
        removed_by=plan.started_by,
    )
    return {"plan_id": plan.pk, "removal_id": removal.pk}


def _a_share():
    plan = PlanFactory()
    share = DraftShare.objects.create(
        plan=plan,
        reader=person(Role.PROGRAM_REVIEWER),
        shared_at=timezone.now(),
        shared_by=plan.started_by,
    )
    return {"plan_id": plan.pk, "share_id": share.pk}


def _a_report():
    plan = PlanFactory(approved=True)
    return {"report_id": ExpenditureReportFactory(plan=plan, accepted=True).pk}


def _a_cycle():
    return {"fiscal_year": 2027}


def _a_change():
    change = CycleChange.objects.create(
        cycle_id=2027, values={}, letters=0, made_at=timezone.now(), made_by=person(Role.SYSADMIN)
    )
    return {"change_id": change.pk}


def _a_chair():
    held = MembershipFactory(role=Role.BOARD_CHAIR)
    return {"user_id": held.user_id, "district_id": held.district_id}


def _a_progress_report():
    return {"report_id": a_report(approved_plan()).pk}


def _an_expenditure_report():
    report = Office.of(spending_plan()).start()
    return {"report_id": report.pk, "of": report.plan.district}


# Each verb: the role it asks for, what makes the rows it is about, and what else it is given.
SAVED = {"version": 1, "values": {}, "as_typed": {}}
KEY = {"key": uuid4()}
JUDGED = {"version": 1, "text": "It is sound."} | KEY
NO_RUN = {"run": None}
VERBS = {
    "districts.services.people.add_person": (
        Role.SYSADMIN,
        dict,
        {"email": "new@example.org", "name": "New", "role": "auditor", "district_id": None},
    ),
    "districts.services.people.edit_person": (
        Role.SYSADMIN,
        _somebody,
        {"email": "new@example.org", "name": "New"},
    ),
    "districts.services.people.suspend_person": (Role.SYSADMIN, _somebody, {}),
    "districts.services.people.reactivate_person": (Role.SYSADMIN, _somebody, {}),
    "districts.services.sign_in_letters.send_password_letter": (
        Role.SYSADMIN,
        _somebody,
        {"link": "https://example.org/"},
    ),
    "districts.services.memberships.hand_over_membership": (
        Role.SYSADMIN,
        lambda: {
            "membership_id": person(Role.AUDITOR).memberships.get().pk,
            "to_id": person(Role.AUDITOR).pk,
        },
        {},
    ),
    "districts.services.sessions.set_sign_in_rules": (
        Role.SYSADMIN,
        dict,
        {"idle_minutes": 30, "longest_hours": 12},
    ),
    "districts.services.memberships.give_membership": (
        Role.SYSADMIN,
        _somebody,
        {"role": "auditor", "district_id": None},
    ),
    "districts.services.offices.change_office": (
        Role.SYSADMIN,
        _a_chair,
        {"role": "superintendent", "successor": Successor(name="New", email="new@example.org")},
    ),
    "districts.services.memberships.end_membership": (
        Role.SYSADMIN,
        lambda: {"membership_id": MembershipFactory().pk},
        {},
    ),
    "districts.services.delegations.give_delegation": (
        Role.COMMISSIONER,
        lambda: _somebody(Role.PROGRAM_REVIEWER),
        {"first_day": date(2026, 12, 1), "last_day": date(2026, 12, 2), "reason": "Away"},
    ),
    "districts.services.delegations.confirm_delegation": (
        Role.COMMISSIONER,
        lambda: {"delegation_id": DelegationFactory(confirmed_at=None, confirmed_by=None).pk},
        {},
    ),
    "districts.services.delegations.end_delegation": (
        Role.COMMISSIONER,
        lambda: {"delegation_id": DelegationFactory().pk},
        {},
    ),
    "districts.services.roster.add_district": (Role.SYSADMIN, dict, {"facts": None}),
    "districts.services.roster.edit_district": (
        Role.SYSADMIN,
        _some_district,
        {"seen": "", "facts": None},
    ),
    "districts.services.roster.retire_district": (Role.SYSADMIN, _some_district, {}),
    "districts.services.roster.restore_district": (Role.SYSADMIN, _some_district, {}),
    "districts.services.roster.add_designation": (Role.SYSADMIN, _some_district, NO_RUN),
    "districts.services.roster.edit_designation": (
        Role.SYSADMIN,
        lambda: {"designation_id": DesignationFactory().pk},
        {"seen": ""} | NO_RUN,
    ),
    "districts.services.roster.settle_designation": (
        Role.SYSADMIN,
        lambda: {"designation_id": DesignationFactory().pk},
        {
            "seen": "",
            "settled": "extended",
            "last_fiscal_year": 2030,
            "basis": "Act",
            "grounds": None,
        },
    ),
    "districts.services.roster.set_allocation": (
        Role.SYSADMIN,
        _some_district,
        {"fiscal_year": 2027, "stage": "final", "money": None, "seen": ""},
    ),
    "districts.services.roster_load.propose_file": (Role.SYSADMIN, dict, {"file": None}),
    "districts.services.roster_confirming.confirm_change": (
        Role.SYSADMIN,
        dict,
        {"change_id": None},
    ),
    "districts.services.roster_confirming.refuse_change": (
        Role.PROGRAM_MANAGER,
        dict,
        {"change_id": None, "why": ""},
    ),
    "plans.services.carrying.keep": (Role.PLAN_COORDINATOR, _a_plan(), {"items": []}),
    "plans.services.carrying.begin_at_last_result": (
        Role.PLAN_COORDINATOR,
        _a_plan(),
        {"row_id": 1},
    ),
    "plans.services.changes.answer_change": (
        Role.PLAN_COORDINATOR,
        _a_plan(returned=True),
        {"number": 1, "version": 1, "answer": "Done."},
    ),
    "plans.services.changes.answer_changes": (
        Role.PLAN_COORDINATOR,
        _a_plan(returned=True),
        {"answers": {1: Answer("Done.", 1)}},
    ),
    "plans.services.extensions.ask_for_time": (
        Role.SUPERINTENDENT,
        _a_plan(),
        {"until": date(2027, 6, 1), "reason": "The board met late."} | KEY,
    ),
    "plans.services.extensions.ask_no_more": (Role.SUPERINTENDENT, _more_time, {"seen": 1} | KEY),
    "plans.services.questions.answer_question": (
        Role.SUPERINTENDENT,
        _a_question,
        {"number": 1, "seen": 1, "text": "The district."} | KEY,
    ),
    "plans.services.revising.start_revision": (
        Role.PLAN_COORDINATOR,
        _a_plan(approved=True),
        {"sections": ["budget"], "reason": "A tutor left."} | KEY,
    ),
    "plans.services.revising.record_revision": (
        Role.PLAN_COORDINATOR,
        _a_plan(approved=True),
        KEY,
    ),
    "plans.services.revising.hand_in_revision": (
        Role.SUPERINTENDENT,
        _a_plan(approved=True),
        KEY,
    ),
    "plans.services.revising.withdraw_revision": (
        Role.SUPERINTENDENT,
        _a_plan(approved=True),
        {"reason": "No."} | KEY,
    ),
    "reviews.services.revisions.recommend_revision": (
        Role.PROGRAM_MANAGER,
        _a_plan(approved=True),
        JUDGED,
    ),
    "reviews.services.revisions.return_revision": (
        Role.PROGRAM_MANAGER,
        _a_plan(approved=True),
        JUDGED,
    ),
    "reviews.services.revisions.approve_revision": (
        Role.COMMISSIONER,
        _a_plan(approved=True),
        JUDGED,
    ),
    "plans.services.reasons.give_reasons": (
        Role.PLAN_COORDINATOR,
        _a_plan(),
        {"given": {}},
    ),
    "plans.services.sharing.share_draft": (
        Role.PLAN_COORDINATOR,
        lambda: {**_a_plan()(), "reader_id": person(Role.PROGRAM_REVIEWER).pk},
        {},
    ),
    "plans.services.sharing.end_share": (Role.SUPERINTENDENT, _a_share, {}),
    "plans.services.sharing.comment_on_draft": (
        Role.PROGRAM_REVIEWER,
        _a_plan(),
        {"section": "budget", "text": "Which grades?"} | KEY,
    ),
    "plans.services.sharing.settle_comment": (
        Role.FISCAL_OFFICER,
        _a_plan(),
        {"comment_id": 1, "is_done": True},
    ),
    "plans.services.closing.close_for_signature": (Role.PLAN_COORDINATOR, _a_plan(), {}),
    "plans.services.closing.sign": (Role.SUPERINTENDENT, _a_plan(), {"sha256": "0" * 64}),
    "plans.services.cycles.edit_cycle": (
        Role.SYSADMIN,
        lambda: {"fiscal_year": 2027},
        {"version": 1, "values": {}},
    ),
    "plans.services.cycles.begin_reminders": (Role.SYSADMIN, _a_cycle, {}),
    "plans.services.cycles.letters_of_beginning": (Role.SYSADMIN, _a_cycle, {}),
    "plans.services.cycles.letters_of_edit": (
        Role.SYSADMIN,
        _a_cycle,
        {"version": 1, "values": {}},
    ),
    "plans.services.opening.open_cycle": (Role.SYSADMIN, lambda: {"fiscal_year": 2029}, {}),
    "plans.services.cycles.take_back": (Role.SYSADMIN, _a_change, {}),
    "plans.services.drafting.save_section": (
        Role.PLAN_COORDINATOR,
        _a_plan(),
        {"model": Cover} | SAVED,
    ),
    "plans.services.drafting.add_row": (
        Role.PLAN_COORDINATOR,
        _a_plan(),
        {"model": Objective, "values": {}, "as_typed": {}},
    ),
    "plans.services.drafting.save_row": (Role.PLAN_COORDINATOR, _a_row, SAVED),
    "plans.services.drafting.save_rows": (Role.PLAN_COORDINATOR, _a_plan(), {"edits": []}),
    "plans.services.lines.save_lines": (Role.FISCAL_OFFICER, _a_plan(), {"edits": []}),
    "plans.services.moving.move_row": (Role.PLAN_COORDINATOR, _a_row, {"way": "up", "past_id": 0}),
    "plans.services.removing.remove_row": (Role.PLAN_COORDINATOR, _a_row, {}),
    "plans.services.removing.bring_back": (Role.PLAN_COORDINATOR, _a_removal, {}),
    "plans.services.attaching.attach": (
        Role.PLAN_COORDINATOR,
        _a_plan(),
        {"title": "Minutes", "upload": SimpleUploadedFile("minutes.txt", b"Agreed.")},
    ),
    "plans.services.drafting.save_board_approval": (Role.BOARD_CHAIR, _a_plan(), SAVED),
    "plans.services.starting.start_plan": (
        Role.PLAN_COORDINATOR,
        lambda: {"district_id": DistrictFactory(designated=True).pk},
        {"fiscal_year": 2027},
    ),
    "plans.services.steps.take_step": (
        Role.PROGRAM_MANAGER,
        _a_plan(submitted=True),
        {"step": Step.START_REVIEW} | KEY,
    ),
    "plans.services.steps.submit": (Role.PLAN_COORDINATOR, _a_plan(), KEY),
    "plans.services.steps.recall": (Role.SUPERINTENDENT, _a_plan(submitted=True), KEY),
    "plans.services.steps.reopen": (
        Role.SUPERINTENDENT,
        _a_plan(),
        {"reason": "There is one after all."} | KEY,
    ),
    "plans.services.steps.withdraw": (
        Role.SUPERINTENDENT,
        _a_plan(),
        {"reason": "No plan this year."} | KEY,
    ),
    "reviews.services.approving.approve": (
        Role.COMMISSIONER,
        _a_plan(recommended=True),
        {
            "version": 1,
            "implementation": "",
            "implementation_reasons": "",
            "performance": "",
            "performance_reasons": "",
        }
        | KEY,
    ),
    "reviews.services.assigning.assign": (
        Role.PROGRAM_MANAGER,
        _a_plan(submitted=True),
        {"program_reviewer_id": 1, "fiscal_reviewer_id": 2} | KEY,
    ),
    "reviews.services.assigning_many.assign_many": (
        Role.PROGRAM_MANAGER,
        lambda: {"wanted": [Wanted(PlanFactory(submitted=True).pk, 1, 2)]},
        KEY,
    ),
    "reviews.services.conflicts.declare_conflict": (
        Role.PROGRAM_MANAGER,
        lambda: _some_district() | {"person_id": person(Role.AUDITOR).pk},
        {"what": "A sister teaches there."} | KEY,
    ),
    "reviews.services.nudging.nudge": (
        Role.PROGRAM_MANAGER,
        _some_district,
        {"fiscal_year": 2027} | KEY,
    ),
    "reviews.services.saving_views.save_view": (
        Role.AUDITOR,
        dict,
        {"list_name": "late", "name": "Mine", "query": ""},
    ),
    "reviews.services.saving_views.drop_view": (Role.AUDITOR, dict, {"view_id": 0}),
    "reviews.services.conflicts.end_conflict": (
        Role.PROGRAM_MANAGER,
        lambda: {"conflict_id": ConflictFactory().pk},
        {"because": "She has moved."},
    ),
    "reviews.services.commenting.comment": (
        Role.PROGRAM_MANAGER,
        _a_plan(under_review=True),
        {"section": "budget", "audience": "internal", "text": "Compare last year."} | KEY,
    ),
    "reviews.services.commenting.resolve_comment": (
        Role.PROGRAM_MANAGER,
        _a_plan(under_review=True),
        {"comment_id": 1, "is_resolved": True},
    ),
    "reviews.services.third.name_third": (
        Role.PROGRAM_MANAGER,
        _a_plan(under_review=True),
        {"reviewer_id": None},
    ),
    "reviews.services.rating.save_ratings": (
        Role.PROGRAM_MANAGER,
        _a_plan(under_review=True),
        {"read": 1, "rubric": 0, "typed": {}},
    ),
    "reviews.services.agreeing.record_consensus": (
        Role.PROGRAM_MANAGER,
        _a_plan(under_review=True),
        {"version": 1, "about": uuid4(), "level": "meets", "words": "It does."} | KEY,
    ),
    "reviews.services.rubrics.save_rubric": (
        Role.PROGRAM_MANAGER,
        lambda: {"fiscal_year": PlanFactory().cycle_id},
        {"read": 0, "asks_for_all": False, "criteria": []},
    ),
    "reviews.services.letters.dismiss": (
        Role.PROGRAM_MANAGER,
        lambda: {"notice_id": NoticeFactory(failed=True).pk},
        {},
    ),
    "reviews.services.letters.send_again": (
        Role.PROGRAM_MANAGER,
        lambda: {"notice_id": NoticeFactory(failed=True).pk},
        {},
    ),
    "reviews.services.recommending.recommend": (
        Role.PROGRAM_MANAGER,
        _a_plan(under_review=True),
        {"version": 1, "text": "Sound."} | KEY,
    ),
    "reviews.services.extending.grant_time": (
        Role.PROGRAM_MANAGER,
        _more_time,
        {"seen": 1, "until": date(2027, 6, 1), "reason": "So be it."} | KEY,
    ),
    "reviews.services.extending.refuse_time": (
        Role.PROGRAM_MANAGER,
        _more_time,
        {"seen": 1, "reason": "No."} | KEY,
    ),
    "reviews.services.questioning.ask_question": (
        Role.PROGRAM_MANAGER,
        _a_plan(under_review=True),
        {"version": 1, "section": "budget", "text": "Who pays?", "due_on": None} | KEY,
    ),
    "reviews.services.questioning.ask_further": (
        Role.PROGRAM_MANAGER,
        _a_question,
        {"number": 1, "seen": 1, "text": "Which grant?", "due_on": None} | KEY,
    ),
    "reviews.services.questioning.close_question": (
        Role.PROGRAM_MANAGER,
        _a_question,
        {"number": 1, "seen": 1, "text": ""} | KEY,
    ),
    "reviews.services.judging_answers.judge_answer": (
        Role.PROGRAM_MANAGER,
        _a_plan(returned=True),
        {
            "number": 1,
            "version": 1,
            "seen": 0,
            "verdict": "accepted",
            "words": "",
            "due_on": None,
        }
        | KEY,
    ),
    "reviews.services.wordings.add_wording": (
        Role.PROGRAM_MANAGER,
        dict,
        {"name": "Grades", "section": "", "text": "Name the grades."},
    ),
    "reviews.services.wordings.save_wording": (
        Role.PROGRAM_MANAGER,
        dict,
        {"wording_id": 1, "version": 1, "name": "Grades", "section": "", "text": "Which?"},
    ),
    "reviews.services.wordings.retire_wording": (
        Role.PROGRAM_MANAGER,
        dict,
        {"wording_id": 1, "version": 1},
    ),
    "reviews.services.returning.return_for_changes": (
        Role.PROGRAM_MANAGER,
        _a_plan(under_review=True),
        {"version": 1, "changes": []} | KEY,
    ),
    "reviews.services.returning.send_return": (
        Role.PROGRAM_MANAGER,
        _a_plan(under_review=True),
        {"version": 1, "seen": Seen(words=1, changes={})} | KEY,
    ),
    "progress.services.unreported.carry_unreported": (
        Role.PROGRAM_MANAGER,
        _some_district,
        {"fiscal_year": 2025, "reason": "No plan was filed."},
    ),
    "progress.services.filing.start": (
        Role.PLAN_COORDINATOR,
        _a_plan(approved=True),
        {"kind": PROGRESS, "period": "mid_year"},
    ),
    "progress.services.filing.close": (
        Role.PLAN_COORDINATOR,
        _a_progress_report,
        {"kind": PROGRESS},
    ),
    "progress.services.filing.certify": (
        Role.SUPERINTENDENT,
        _a_progress_report,
        {"kind": PROGRESS, "sha256": "0" * 64} | KEY,
    ),
    "progress.services.filing.accept": (
        Role.PROGRAM_MANAGER,
        _a_progress_report,
        {"kind": PROGRESS} | KEY,
    ),
    "progress.services.filing.return_report": (
        Role.PROGRAM_MANAGER,
        _a_progress_report,
        {"kind": PROGRESS, "reason": "Which grades?"} | KEY,
    ),
    "progress.services.filing.supersede": (
        Role.PLAN_COORDINATOR,
        _a_progress_report,
        {"kind": PROGRESS, "reason": "The figure was of another year."} | KEY,
    ),
    "progress.services.progress.save_rows": (
        Role.PLAN_COORDINATOR,
        _a_progress_report,
        {"edits": []},
    ),
    "progress.services.spending.save_spending": (
        Role.FISCAL_OFFICER,
        _an_expenditure_report,
        {"edits": []},
    ),
    "reviews.services.undoing.undo_return": (
        Role.PROGRAM_MANAGER,
        _a_plan(returned=True),
        {"returned": 1, "reason": "The wrong plan."} | KEY,
    ),
    "reviews.services.calling_back.call_back": (
        Role.COMMISSIONER,
        _a_plan(approved=True),
        {"decision": 1, "reason": "The wrong plan."} | KEY,
    ),
    "reviews.services.correcting.correct_decision": (
        Role.COMMISSIONER,
        _a_plan(approved=True),
        {
            "decision": 1,
            "what": "The count.",
            "implementation": "largely",
            "implementation_reasons": "Most of it.",
            "performance": "met",
            "performance_reasons": "All of them.",
        },
    ),
    "reviews.services.preparing.prepare_decision": (
        Role.PROGRAM_MANAGER,
        _a_plan(recommended=True),
        {
            "version": 1,
            "implementation": "largely",
            "implementation_reasons": "Most of it.",
            "performance": "met",
            "performance_reasons": "All of them.",
        },
    ),
    "reviews.services.return_drafts.save_change": (
        Role.PROGRAM_MANAGER,
        _a_plan(under_review=True),
        {"lineage": uuid4()} | SAVED,
    ),
    "reviews.services.return_drafts.remove_change": (
        Role.PROGRAM_MANAGER,
        _a_plan(under_review=True),
        {"lineage": uuid4(), "version": 1},
    ),
    "reviews.services.return_drafts.save_words": (
        Role.PROGRAM_MANAGER,
        _a_plan(under_review=True),
        SAVED,
    ),
    "library.services.publishing.publish": (
        Role.PROGRAM_MANAGER,
        _a_plan(submitted=True),
        {"version": 1, "after": None} | KEY,
    ),
    "library.services.publishing.take_down": (
        Role.SYSADMIN,
        _a_plan(submitted=True),
        {"publication": 1, "reason": "It names a student."} | KEY,
    ),
    "reviews.services.waiving.waive": (
        Role.COMMISSIONER,
        _a_plan(under_review=True),
        {"version": 1, "grounds": "One reviewer is on leave."},
    ),
    "reviews.services.conditions.record_met": (
        Role.PROGRAM_MANAGER,
        _a_plan(approved=True),
        {"number": 1, "met_on": date(2026, 11, 1), "word": "A letter came."},
    ),
    "reviews.services.determining.determine": (
        Role.COMMISSIONER,
        _a_report,
        {"lines": [], "lands_in": None, "reasons": "All as planned."} | KEY,
    ),
    "reviews.services.withholding.withhold": (
        Role.COMMISSIONER,
        _a_plan(under_review=True),
        {"reason": "No report."} | KEY,
    ),
    "reviews.services.withholding.release": (
        Role.COMMISSIONER,
        _a_plan(under_review=True),
        {"reason": "Reported."} | KEY,
    ),
}


SHOWS = {"plans.services.cycles.letters_of_beginning"}  # for a page, which holds nothing


def _service_files() -> list[Path]:
    return [path for app in APPS for path in (settings.BASE_DIR / app / "services").rglob("*.py")]


def _module(path: Path) -> str:
    return ".".join(path.relative_to(settings.BASE_DIR).with_suffix("").parts)


def _functions(path: Path) -> list[ast.FunctionDef]:
    return [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]


def test_every_verb_that_somebody_asks_for_is_tried():
    """A verb is a public function of a service, in one transaction, `by` a person."""
    verbs = {
        f"{_module(path)}.{function.name}"
        for path in _service_files()
        for function in _functions(path)
        if not function.name.startswith("_")
        and "by" in {argument.arg for argument in function.args.kwonlyargs}
        and any("atomic" in ast.unparse(each) for each in function.decorator_list)
    }

    assert verbs - ASK_ELSEWHERE <= set(VERBS)


def _attempt(name: str, role: Role, rows: dict, more: dict, at):
    """The verb as a call that its person may make, and the person."""
    district = _district_of(rows) if role in DISTRICT_ROLES else None
    by = person(role, district)
    module, _, verb = name.rpartition(".")
    call = getattr(import_module(module), verb)
    return by, lambda: call(**rows, **more, by=by, at=at)


def _district_of(rows: dict):
    if "plan_id" in rows:
        return District.objects.get(plans=rows["plan_id"])
    if "of" in rows:
        return rows.pop("of")
    if "report_id" in rows:
        return ProgressReport.objects.get(pk=rows["report_id"]).plan.district
    return District.objects.get(pk=rows["district_id"])


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(VERBS))
def test_a_role_that_ended_during_the_wait_no_longer_counts(name, noon):
    role, make, more = VERBS[name]
    by, attempt = _attempt(name, role, make(), more, noon)
    assert standing_of(by).at_department | standing_of(by).in_districts.keys()  # the page asked
    by.memberships.update(ended_at=noon, ended_by=by)

    with CaptureQueriesContext(connection) as asked, pytest.raises(PermissionDenied):
        attempt()

    statements = [query["sql"] for query in asked.captured_queries]
    locks = [place for place, sql in enumerate(statements) if LOCK.search(sql)]
    questions = [place for place, sql in enumerate(statements) if ASKED.search(sql)]
    assert questions
    assert (locks == []) if name in SHOWS else (locks[0] < questions[0])


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(VERBS))
def test_a_person_suspended_during_the_wait_no_longer_counts(name, noon):
    role, make, more = VERBS[name]
    by, attempt = _attempt(name, role, make(), more, noon)
    type(by).objects.filter(pk=by.pk).update(is_active=False)

    with pytest.raises(PermissionDenied):
        attempt()


def _questions() -> set[str]:
    """The functions of permissions whose answer is what a person may do, at a moment."""
    return {"standing_of"} | {
        function.name
        for app in ("districts", "library", "plans", "progress", "reviews")
        for function in _functions(settings.BASE_DIR / app / "permissions.py")
        if "at" in {argument.arg for argument in function.args.kwonlyargs}
    }


def test_services_ask_with_the_moment():
    """Without it the answer may be one that was given to the page."""
    questions = _questions()
    unasked = [
        f"{_module(path)}:{node.lineno} {node.func.id}"
        for path in _service_files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in questions
        and "at" not in {keyword.arg for keyword in node.keywords}
    ]

    assert unasked == []
