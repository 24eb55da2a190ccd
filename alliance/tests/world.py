"""One of everything an address can name, and one of everybody who might open it."""

from datetime import timedelta
from functools import cached_property
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from alliance.tests.story import FINDINGS, REVISIONS, STATES
from districts.models import Conflict, RosterChange, User
from districts.roles import Role
from districts.tests.factories import (
    PASSWORD,
    AllocationFactory,
    DelegationFactory,
    DistrictFactory,
    MembershipFactory,
    person,
)
from library.tests.checked import published
from notices.models import About
from notices.services import post
from plans import services
from plans.models import (
    ChangeVerdict,
    CycleChange,
    Objective,
    Plan,
    PlanEvent,
    StakeholderEngagement,
    VersionPdf,
)
from plans.reports.versions import latest_standing
from plans.services.signing import signatures_on
from plans.services.typeset import look
from plans.tests.factories import (
    ExtensionEntryFactory,
    PlanFactory,
    QuestionEntryFactory,
    write_rows,
)
from plans.views.saving import SEEN_SIGNATURES
from plans.workflow import Step
from progress.services import current_version, supersede
from progress.services.progress import KIND as PROGRESS
from progress.tests.factories import ReportExtensionFactory
from progress.tests.filed import certified_report, closed_report
from progress.tests.spending import spent_on
from reviews.forms.rubrics import SAYS
from reviews.models import SavedView, Wording
from reviews.models.default_letters import DEFAULT_LETTERS, LetterKind
from reviews.models.default_rubric import DEFAULT_CRITERIA as CRITERIA

YEAR = 2027
DISTRICT_PEOPLE = {
    "coordinator": Role.PLAN_COORDINATOR,
    "fiscal officer": Role.FISCAL_OFFICER,
    "superintendent": Role.SUPERINTENDENT,
    "board chair": Role.BOARD_CHAIR,
    "viewer": Role.DISTRICT_VIEWER,
    "access admin": Role.DISTRICT_ADMIN,
}
DEPARTMENT_PEOPLE = {
    "reviewer": Role.PROGRAM_REVIEWER,
    "assigned reviewer": Role.PROGRAM_REVIEWER,
    "assigned, of district": Role.FISCAL_REVIEWER,
    "manager": Role.PROGRAM_MANAGER,
    "commissioner": Role.COMMISSIONER,
    "delegate": Role.PROGRAM_REVIEWER,
    "admin": Role.SYSADMIN,
    "auditor": Role.AUDITOR,
}
TWO_HATS = {  # a role at the Department and one in a district: Ansonia, or Bristol
    "reviewer, coordinator": (Role.PROGRAM_REVIEWER, Role.PLAN_COORDINATOR, "ansonia"),
    "reviewer, coordinator elsewhere": (Role.PROGRAM_REVIEWER, Role.PLAN_COORDINATOR, "bristol"),
    "manager, viewer": (Role.PROGRAM_MANAGER, Role.DISTRICT_VIEWER, "ansonia"),
    "admin, access admin": (Role.SYSADMIN, Role.DISTRICT_ADMIN, "ansonia"),
}
LIAISONS = ("reviewer", "reviewer, coordinator elsewhere")  # with whom the draft is shared
ACCOUNT_KEYS = {"account_reset_password_from_key": {"uidb36": "1", "key": "set-password"}}
EDITED_AT = ("section/", "row", "lines", "attachment_", "bring_back", "move")
EDITS = tuple(f"plans:{name}" for name in EDITED_AT)
PAPER = "0" * 64  # hash of what a PDF says
OF_NOBODY: dict[str, dict] = {
    "session_end": {"name": "0" * 16},
    "file_allocations": {"fiscal_year": YEAR},
    "file_roster": {"fiscal_year": YEAR},
} | {
    name: {}
    for name in (
        *("list", "add", "people", "person_add", "empty_roles", "file", "changes"),
        *("sessions", "session_time", "keys", "sign_in_rules"),
    )
}
ALWAYS: dict[str, dict] = {  # what the address of a page is made with, whatever the plan
    "cycle_open": {"fiscal_year": YEAR + 2},  # the first that has no cycle
    "letter_templates": {},
    "letter_template": {"name": "approval"},
}


class World:
    """The people of two districts and the Department; `bring_to(state)` gives one its plan."""

    plan: Plan | None = None
    objective_id, next_id, removal_id, share_id, comment_id = 1, 2, 1, 1, 1  # until there is a plan
    lineage, sha256 = UUID(int=1), "0" * 64
    publication_id = 1  # until the plan is submitted
    report_sha256, former_id = "0" * 64, 1  # until the plan is approved and reported on
    seen_signatures = ""  # as a page carries those that it told of

    def __init__(self, *, at):
        self.at = at
        self.spent = {"sha256": "0" * 64, "superseded": 1}  # until the plan is approved
        self.district = DistrictFactory(name="Ansonia", slug="ansonia", designated=True)
        AllocationFactory(district=self.district)
        self.elsewhere = DistrictFactory(name="Bristol", slug="bristol", designated=True)
        self.people: dict[str, User | None] = {"stranger": None}
        for who, role in DISTRICT_PEOPLE.items():
            self.people[who] = person(role, self.district)
        self.people["has left"] = person(Role.PLAN_COORDINATOR, self.district)
        self.people["has left"].memberships.update(ended_at=at, ended_by=self._who("access admin"))
        self.people["other district"] = person(Role.PLAN_COORDINATOR, self.elsewhere)
        for who, role in DEPARTMENT_PEOPLE.items():
            self.people[who] = person(role)
        places = {place.slug: place for place in (self.district, self.elsewhere)}
        for who, (at_department, in_district, slug) in TWO_HATS.items():
            self.people[who] = person(at_department)
            MembershipFactory(user=self.people[who], role=in_district, district=places[slug])
        self.offstage = {
            "former superintendent": person(Role.SUPERINTENDENT, self.district),
            "former chair": person(Role.BOARD_CHAIR, self.district),
            "another fiscal reviewer": person(Role.FISCAL_REVIEWER),
            "another admin": person(Role.SYSADMIN),
        }
        self.conflict = Conflict.objects.create(
            district=self.elsewhere,
            person=self.offstage["another fiscal reviewer"],
            what="A brother keeps its books.",
            key=uuid4(),
            declared_at=at,
            declared_by=self.offstage["another fiscal reviewer"],
        )
        self.wording = Wording.objects.create(
            name="Tutors",
            text="Say who pays.",
            saved_at=at,
            saved_by=self.offstage["another fiscal reviewer"],
        )
        self.delegation = DelegationFactory(delegate=self._who("delegate"))
        self.saved_view = SavedView.objects.create(
            person=self._who("auditor"), list="late", name="Late", query="", saved_at=at
        )
        self.roster_change = RosterChange.objects.create(
            kind=RosterChange.Kind.ALLOCATION,
            district=self.elsewhere,
            asked={
                "fiscal_year": YEAR,
                "stage": "final",
                "amount": 1,
                "source": "Department list",
                "source_on": "2026-04-01",
                "replaces": None,
            },
            summary=["FY2027 final allocation: none → $1"],
            needs_second=True,
            asked_at=at,
            proposed_by=self.offstage["another admin"],
        )
        self.cycle_change = CycleChange.objects.create(
            cycle_id=YEAR,
            values={"plan_due_on": ["2026-06-30", "2026-06-30"]},
            letters=0,
            held_until=at + timedelta(minutes=10),
            made_at=at,
            made_by=self._who("admin"),
        )
        self.letter = post(
            key="world/letter",
            kind="plan_receipt",
            to=self._who("coordinator"),
            subject="A letter",
            body="Its text",
            about=About("plan", district_code="0020011", fiscal_year=2027),
            why="To have one",
            at=at,
        )

    def _who(self, who: str) -> User:
        return self.people[who]

    def bring_to(self, state: str) -> None:
        """The district's plan, complete, and every act that leads to the state."""
        acts = (STATES | REVISIONS)[state]
        if acts is not None:
            self.plan = self._written_plan()
            for act in acts:
                act(self.plan, self.people | self.offstage, self.at)
            self.plan.refresh_from_db()
            version = services.current_version(self.plan)
            if self.plan.status == "approved":
                self._reports_on(self.plan)
            self._pdfs_of(self.plan)
            self._publish(self.plan)
            self._ask(self.plan)
            if version:
                self.sha256, signed = version.sha256, sorted(signatures_on(version))
                self.seen_signatures = " ".join(signed)
        # Those who signed have left: whoever holds the office now signs for the first time. And
        # only now: nobody who belongs to a district is given its plan to review (R37).
        MembershipFactory(
            user=self._who("assigned, of district"),
            role=Role.DISTRICT_VIEWER,
            district=self.district,
        )

    def _written_plan(self) -> Plan:
        plan = PlanFactory(district=self.district)
        write_rows(plan)
        objectives = Objective.objects.filter(plan=plan).order_by("position")
        self.objective_id, self.next_id = objectives.values_list("pk", flat=True)
        self.lineage = services.attach(
            plan_id=plan.pk,
            title="Data",
            upload=SimpleUploadedFile("data.txt", b"46.1"),
            by=self._who("coordinator"),
            at=self.at,
        ).lineage
        self.removal_id = self._removed_from(plan)
        self._share(plan)
        return plan

    def _share(self, plan: Plan) -> None:
        """With two reviewers for help, of whom one says something; handing it in ends both."""
        act: dict = {"plan_id": plan.pk, "at": self.at}
        for who in LIAISONS:
            share = services.share_draft(
                reader_id=self._who(who).pk, by=self._who("coordinator"), **act
            )
        self.share_id = share.pk
        self.comment_id = services.comment_on_draft(
            section="budget", text="Which grades?", key=uuid4(), by=self._who("reviewer"), **act
        ).pk

    def _pdfs_of(self, plan: Plan) -> None:
        """One of the draft, and one of each version, as if they had been asked for."""
        default_storage.save(f"pdf-passing/plan-{plan.pk}-{PAPER}.pdf", ContentFile(b"%PDF-"))
        for version in plan.versions.all():
            VersionPdf.objects.create(
                version=version,
                look=look(),
                file=default_storage.save("pdf/2026/one.pdf", ContentFile(b"%PDF-")),
                size=5,
                sha256=PAPER,
            )

    def _publish(self, plan: Plan) -> None:
        """What is submitted is public as well, with its decision."""
        if latest_standing(plan):
            self.publication_id = published(plan, by=self._who("manager"), at=self.at).pk

    def _ask(self, plan: Plan) -> None:
        """A question about what is handed in, and more time that was asked for before."""
        asked = {"plan": plan, "written_at": self.at, "written_by": self._who("coordinator")}
        ExtensionEntryFactory(**asked)
        for report in ("progress/mid_year", "expenditure/annual"):
            ReportExtensionFactory(report=report, **asked)
        if latest_standing(plan):
            QuestionEntryFactory(
                question__plan=plan, written_at=self.at, written_by=self._who("manager")
            )

    def _reports_on(self, plan: Plan) -> None:
        """One closed for certification, and one certified in place of another."""
        by, signer = self._who("coordinator"), self.offstage["former superintendent"]
        waiting = closed_report(plan, "mid_year", by=by, at=self.at)
        self.report_sha256 = current_version(waiting).sha256
        said = {"by": by, "at": self.at, "signer": signer}
        former = certified_report(plan, "end_of_year", **said)
        supersede(
            kind=PROGRESS,
            report_id=former.pk,
            reason="The figure was of another year.",
            key=uuid4(),
            by=by,
            at=self.at,
        )
        certified_report(plan, "end_of_year", **said)
        self.former_id = former.pk
        self.spent = spent_on(plan, by=self._who("fiscal officer"), signer=signer)

    @property
    def remark_id(self) -> int:
        """A comment of its reviewers; a number that none has, where there is none."""
        remark = self.plan and self.plan.comments.first()
        return remark.pk if remark else 1

    @cached_property
    def decision_id(self) -> int:
        """Of the plan; of one that was never decided, any."""
        return getattr(getattr(self.plan, "determination", None), "pk", 1)

    @cached_property
    def returned(self) -> int:
        """The last return; a number that none has, where there is none."""
        return self._last(Step.RETURN)

    @cached_property
    def withheld(self) -> int:
        return self._last(Step.WITHHOLD)

    def _last(self, step: Step) -> int:
        taken = PlanEvent.objects.filter(plan=self.plan, step=step)
        return max(taken.values_list("pk", flat=True), default=0)

    @cached_property
    def verdicts(self) -> int:
        return ChangeVerdict.objects.filter(change__plan=self.plan).count()

    def _removed_from(self, plan: Plan) -> int:
        act: dict = {"plan_id": plan.pk, "by": self._who("coordinator"), "at": self.at}
        row = services.add_row(model=StakeholderEngagement, values={}, as_typed={}, **act)
        removal = services.remove_row(model=StakeholderEngagement, row_id=row.pk, **act)
        return removal.pk

    def kwargs(self, address: str) -> dict:
        """What an address names. `plans:section/cover` is an address and one of its pages."""
        app, _, name = address.partition(":")
        if app == "progress":
            return self._of_reports(name)
        if app == "library":
            return self._of_library(name)
        if app == "api":
            of_all = name in {"api-root", "plans", "openapi-json", "schema_of_plan"}
            return {} if of_all else {"district": "ansonia", "fiscal_year": YEAR}
        if name.startswith(("dashboard", "queue_file", "view", "search")):
            return self._of_lists(*name.partition("/")[::2])
        if app in {"plans", "reviews"}:
            return self._of_plan(*name.partition("/")[::2])
        return self._of_districts(name) if app == "districts" else ACCOUNT_KEYS.get(address, {})

    def _of_lists(self, name: str, page: str) -> dict:
        if name == "view_drop":
            return {"pk": self.saved_view.pk}
        of_file = {"kind": "csv"} if name.endswith("_file") else {}
        return of_file | ({"name": page} if page else {})

    def _of_plan(self, name: str, page: str) -> dict:
        by_pk = {"conflict_end": self.conflict, "wording": self.wording}
        if name in {*by_pk, "letter", "letter_send_again", "letter_dismiss"}:
            return {"pk": by_pk.get(name, self.letter).pk}
        if name in {"queue", "letters", "cycles", "determinations", "verify", "wordings"} | {
            "decisions",
            "conditions",
            "extensions",
        }:
            return {}
        if name in {"ledger", "ledger_xlsx", "ledger_csv", "sight", "conflicts", "workload"}:
            return {}
        if name.startswith(("ledger_district", "sight_district")):
            return {"slug": "ansonia"}
        if name == "cycle_take_back":
            return {"fiscal_year": YEAR, "pk": self.cycle_change.pk}
        if name in ALWAYS:
            return ALWAYS[name]
        if name.startswith(("cycle", "assign_many", "sign_off", "rubric")):
            return {"fiscal_year": YEAR}
        objective = {"kind_key": "objective", "row_id": self.objective_id}
        parts = {
            "section": {"key": page},
            "here": {"key": "budget"},
            "row_add": {"kind_key": "objective"},
            "row_add_to": {"kind_key": "target", "parent_id": self.objective_id},
            "row": objective,
            "row_remove": objective,
            "row_history": objective,
            "attachment": {"lineage": self.lineage},
            "attachment_remove": {"lineage": self.lineage},
            "sharing_end": {"share_id": self.share_id},
            "comment_done": {"comment_id": self.comment_id},
            "bring_back": {"removal_id": self.removal_id},
            "baseline": {"row_id": self.objective_id},
            "version": {"number": 1},
            "version_summary": {"number": 1},
            "version_pdf": {"number": 1},
            "version_pdf_file": {"number": 1},
            "draft_pdf_file": {"paper": PAPER},
            "change": {"number": 1},
            "condition_met": {"number": 1},
            "question": {"number": 1},
            "report_extension": {"kind": "progress", "period": "mid_year"},
            "comment_resolve": {"comment_id": self.remark_id},
        }
        return {"slug": "ansonia", "fiscal_year": YEAR, **parts.get(name, {})}

    def _of_library(self, name: str) -> dict:
        if name in {"list", "to_publish", "dictionary", "sitemap"}:
            return {}
        table = {"table": "lines", "kind": "csv"} if name in {"data", "plan_data"} else {}
        return table if name == "data" else {"slug": "ansonia", "fiscal_year": YEAR, **table}

    def _of_reports(self, name: str) -> dict:
        of_plan = {"slug": "ansonia", "fiscal_year": YEAR}
        if name == "reports_to_accept":
            return {}
        if name in {"reports", "spending", "year_close"}:
            return of_plan
        if name.startswith("spending"):
            return self._of_spending(name, of_plan)
        if name == "former":
            return {**of_plan, "period": "end_of_year", "report_id": self.former_id}
        is_filed = name in {"accept", "return", "correct"}
        return {**of_plan, "period": "end_of_year" if is_filed else "mid_year"}

    def _of_spending(self, name: str, of_plan: dict) -> dict:
        if name == "spending_extension":
            return {**of_plan, "period": "annual"}
        if name == "spending_of_all":
            return {"fiscal_year": YEAR}
        if name == "spending_superseded":
            return {**of_plan, "report_id": self.spent["superseded"]}
        filed = {"spending_accept", "spending_return", "spending_correct"}
        period = "q2" if name in filed else "q3" if name == "spending_start" else "q1"
        kind = {"kind": "csv"} if name == "spending_sheet" else {}
        return {**of_plan, "period": period, **kind}

    def _of_districts(self, name: str) -> dict:
        viewer = self._who("viewer")
        if name in OF_NOBODY:
            return OF_NOBODY[name]
        if name.startswith("change"):
            return {"pk": self.roster_change.pk}
        if name in {"designation_edit", "designation_settle"}:
            return {"slug": "ansonia", "pk": self.district.designations.get().pk}
        if name == "allocation_set":
            return {"slug": "ansonia", "fiscal_year": YEAR, "stage": "final"}
        if name in {"membership_end", "membership_hand_over"}:
            return {"pk": viewer.pk, "membership_pk": viewer.memberships.get().pk}
        if name in {"delegation_end", "delegation_confirm"}:
            return {"pk": self.delegation.delegate_id, "delegation_pk": self.delegation.pk}
        if name.startswith(("person", "membership", "delegation")):
            return {"pk": viewer.pk}
        of_chair = {"pk": self._who("board chair").pk, "role": "superintendent"}
        return {"slug": "ansonia"} | (of_chair if name == "office_change" else {})

    def typed(self, address: str) -> dict:
        """A plan's form with nothing missing in it; another form is sent empty."""
        once = {"key": uuid4()}
        judged = {**once, "version": 1}
        of_revision = {**once, "version": 2, "text": "It is sound."}
        forms = {
            "plans:section/cover": {"version": 1, "summary": "Every child reads."},
            "plans:section/board-approval": {"version": 1, "approved_on": "2026-06-10"},
            "plans:lines": {
                f"line-{UUID(int=7)}-version": 0,
                f"line-{UUID(int=7)}-was": "",
                f"line-{UUID(int=7)}-description": "Tutors",
            },
            "plans:row_add": {"statement": "Every child counts."},
            "plans:row_add_to": {"measure": "Grade 3 mathematics"},
            "plans:row": {"version": 1, "statement": "Every child reads."},
            "plans:move": {"move": f"objective-{self.objective_id}-down-{self.next_id}"},
            "plans:sign": {"sha256": self.sha256, "password": PASSWORD},
            "plans:submit": once,
            "plans:recall": once,
            "plans:withdraw": {**once, "reason": "No.", "district_name": "Ansonia"},
            "plans:revision_start": {
                **once,
                "sections": ["budget"],
                "reason": "A tutor left.",
            },
            "plans:revision_hand_in": once,
            "plans:revision_record": once,
            "plans:revision_withdraw": {**once, "reason": "No."},
            "plans:sharing": {"reader": self._who("manager").pk},
            "plans:shared": {**once, "section": "needs", "text": "Since when?"},
            "plans:change": {"version": 1, "answer": "Done."},
            "plans:changes": {"change-1-version": 1, "change-1-answer": "Done."},
            "plans:extension": {**once, "take_back": "1", "seen": 1},
            "plans:question": {**once, "seen": 1, "text": "The district does."},
            "plans:reopen": {**once, "reason": "The board said yes."},
            "progress:certify": {
                **once,
                "sha256": self.report_sha256,
                "password": PASSWORD,
            },
            "progress:accept": once,
            "progress:year_close": {**once, "reason": "No plan was filed."},
            "progress:return": {**once, "reason": "Which grades?"},
            "progress:correct": {**once, "reason": "The figure was of another year."},
            "progress:spending_report": {"code-1-was": "", "code-1-expended": "0"},
            "progress:spending_certify": {
                **once,
                "sha256": self.spent["sha256"],
                "password": PASSWORD,
            },
            "progress:spending_accept": once,
            "progress:spending_return": {**once, "reason": "Which vendor?"},
            "progress:spending_correct": {**once, "reason": "An invoice came late."},
            "library:publish": {
                **once,
                "version": 1,
                "after": self.publication_id,
                "passage_count": 1,
                "passage_1": "Uneven early instruction",
                "passage_1_why": "personal_data",
                "reason": "A parent wrote.",
            },
            "library:take_down": {
                **once,
                "publication": self.publication_id,
                "reason": "It names a student.",
            },
            "reviews:assign": {
                **once,
                "program_reviewer": self._who("reviewer").pk,
                "fiscal_reviewer": self.offstage["another fiscal reviewer"].pk,
            },
            "reviews:conflicts": {
                **once,
                "district": self.elsewhere.pk,
                "person": self.offstage["another admin"].pk,
                "what": "My sister teaches there.",
            },
            "reviews:nudge": once,
            "reviews:views/late": {"name": "Mine", "query": "fy=2027"},
            "reviews:conflict_end": {**once, "because": "She has moved."},
            "reviews:ask": {**judged, "section": "budget", "text": "Who pays the tutors?"},
            "reviews:extension": {
                **once,
                "seen": 1,
                "verdict": "granted",
                "until": "June 1, 2027",
                "reason": "So be it.",
            },
            "reviews:report_extension": {
                **once,
                "seen": 1,
                "verdict": "granted",
                "until": "September 1, 2027",
                "reason": "So be it.",
            },
            "progress:extension": {**once, "take_back": "1", "seen": 1},
            "progress:spending_extension": {**once, "take_back": "1", "seen": 1},
            "reviews:question": {"close": "1", "close-key": uuid4(), "close-seen": 1},
            "reviews:change": {**judged, "seen": self.verdicts, "verdict": "accepted"},
            "reviews:wordings": {
                "version": 0,
                "name": "Grades",
                "section": "budget",
                "text": "Name the grades.",
            },
            "reviews:wording": {"version": 1, "name": "K–3", "section": "", "text": "Say which."},
            "reviews:comment": {**once, "section": "budget", "audience": "internal", "text": "1"},
            "reviews:return": {
                **judged,
                "change-1-section": "budget",
                "change-1-text": "Name the grades.",
                "change-1-due_on": "2099-01-04",
                "again": f"1:{self.verdicts}" if self.verdicts else "",
                "send": "1",
            },
            "reviews:undo_return": {
                **once,
                "reason": "The wrong plan.",
                "returned": self.returned,
            },
            "reviews:call_back": {
                **once,
                "reason": "The wrong plan.",
                "decision": self.decision_id,
            },
            "reviews:sign_off": once,
            "reviews:correct": {
                **once,
                **FINDINGS,
                "what": "The count of milestones.",
                "condition_1": "Name the tutors of each grade.",
                "condition_1_due": "2099-01-04",
                "decision": self.decision_id,
            },
            "reviews:recommend": {**judged, "text": "It is sound."},
            "reviews:section/budget": {"read": 1, "rubric": 1},
            "reviews:side_by_side": {
                **judged,
                "about": CRITERIA[0].lineage,
                "level": "partially",
                "words": "It is thin.",
            },
            "reviews:letter_template": {
                "read": 0,
                "text": DEFAULT_LETTERS[LetterKind.APPROVAL].replace("I have", "We have"),
            },
            "reviews:rubric": {
                "read": 0,
                "rows": 1,
                "criterion-1-lineage": CRITERIA[0].lineage,
                "criterion-1-section": "budget",
                "criterion-1-rated_by": "both",
                **{f"criterion-1-{name}": "It does." for name in SAYS},
            },
            "reviews:approve": {**judged, **FINDINGS},
            "reviews:withhold": {
                **once,
                "duty": "report",
                "grounds": "No report came.",
                "cure": "File it.",
                "district_name": "Ansonia",
                "answer_by": "2099-01-04",
            },
            "reviews:correct_withholding": {
                **once,
                "withheld": self.withheld,
                "read": 0,
                "what": "The day to answer.",
                "duty": "report",
                "grounds": "No report came.",
                "cure": "File it.",
                "answer_by": "2099-02-04",
            },
            "reviews:release": {**once, "reason": "The report came."},
            "reviews:waive": {**judged, "grounds": "The fiscal reviewer is on leave."},
            "reviews:waive_last_year": {**judged, "grounds": "The books burned."},
            "reviews:revision_recommend": of_revision,
            "reviews:revision_return": of_revision,
            "reviews:revision_approve": of_revision,
            "reviews:condition_met": {**once, "met_on": "2026-06-30", "word": "A letter."},
        }
        if address == "plans:attachment_add":
            forms[address] = {"title": "More", "upload": SimpleUploadedFile("more.txt", b"51.0")}
        told = {SEEN_SIGNATURES: self.seen_signatures} if address.startswith(EDITS) else {}
        return forms.get(address, {}) | told
