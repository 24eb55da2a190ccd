"""Approved plans and expenditure reports for tests."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from districts.calendar import EASTERN
from districts.models import User
from districts.roles import Role
from districts.tests.factories import person
from plans.documents import PlanDocument
from plans.documents.shape import LinePart
from plans.models import Plan, PlanEvent, PlanVersion
from plans.services.merging import Typed
from plans.tests.documents import object_code
from plans.tests.factories import PlanFactory, closed_version, document_of
from plans.workflow import Status, Step
from progress import services
from progress.models import CodeSpending, ExpenditureReport
from progress.services.spending import EXPENDITURE_KIND, Edit, save_spending

OCTOBER = datetime(2026, 10, 5, 10, 0, tzinfo=EASTERN)
AUGUST = datetime(2027, 8, 5, 10, 0, tzinfo=EASTERN)


def with_uuids(document: PlanDocument) -> PlanDocument:
    """The document with the lineages that a plan's rows have."""
    text = json.dumps(document.frozen())
    named = re.sub(
        r'"((?:line|target|strategy|objective|milestone)-[\w.-]+)"',
        lambda name: f'"{uuid5(NAMESPACE_URL, name[1])}"',
        text,
    )
    return PlanDocument.model_validate(json.loads(named))


def line(number: int, code: str, amount: int, source: str = "allocation", **more) -> LinePart:
    return LinePart(
        number=number,
        lineage=str(UUID(int=number)),
        description=f"What line {number} pays for",
        object_code=object_code(code, f"Object {code}"),
        amount=amount,
        funding_source=source,
        **more,
    )


LINES = (
    line(1, "111B", 600_000),
    line(2, "111B", 300_000),
    line(3, "611", 100_000),
)


def approved_plan(*lines: LinePart, allocation: int | None = None, **options) -> Plan:
    """A plan for FY2027, approved with these lines; its allocation is what they add up to."""
    lines = lines or LINES
    own = sum(each.amount or 0 for each in lines if each.funding_source == "allocation")
    amount = own if allocation is None else allocation
    plan = PlanFactory(district__allocation__amount=amount, **options)
    document = document_of(plan.district, kind=plan.kind)
    version = closed_version(plan, with_uuids(document).model_copy(update={"lines": lines}))
    approve(plan, version)
    return plan


def approve(plan: Plan, version: PlanVersion) -> None:
    at = datetime(2026, 7, 27, 16, 0, tzinfo=EASTERN)
    plan.status, plan.submitted_at, plan.submitted_by = Status.APPROVED, at, plan.started_by
    plan.save()
    PlanEvent.objects.create(
        plan=plan,
        step=Step.APPROVE,
        source=Status.RECOMMENDED,
        target=Status.APPROVED,
        version=version,
        taken_at=at,
        taken_by=plan.started_by,
    )


@dataclass
class Office:
    """Who prepares and who certifies the reports of a plan, and what they do."""

    plan: Plan
    officer: User
    superintendent: User

    @classmethod
    def of(cls, plan: Plan) -> "Office":
        return cls(
            plan,
            person(Role.FISCAL_OFFICER, plan.district),
            person(Role.SUPERINTENDENT, plan.district),
        )

    def start(self, period: str = "annual", *, at=AUGUST) -> ExpenditureReport:
        return services.start(
            kind=EXPENDITURE_KIND, plan_id=self.plan.pk, period=period, by=self.officer, at=at
        )

    def write(self, report: ExpenditureReport, figures: dict, *, at=AUGUST) -> None:
        """`figures` by object code: what is expended, or that and more columns."""
        edits = []
        for row in report.codes.order_by("pk"):
            said = figures.get(row.object_code, 0)
            values = said if isinstance(said, dict) else {"expended": said}
            typed = Typed({"obligated": 0, **values}, {}, row.version)
            edits.append(Edit(CodeSpending, row.pk, typed))
        save_spending(report_id=report.pk, edits=edits, by=self.officer, at=at)

    def close(self, report: ExpenditureReport, *, at=AUGUST):
        return services.close(kind=EXPENDITURE_KIND, report_id=report.pk, by=self.officer, at=at)

    def certify(self, report: ExpenditureReport, *, at=AUGUST, by: User | None = None):
        version = report.versions.order_by("-number").first()
        return services.certify(
            kind=EXPENDITURE_KIND,
            report_id=report.pk,
            sha256=version.sha256,
            by=by or self.superintendent,
            at=at,
            key=uuid4(),
        )

    def file(self, figures: dict, period: str = "annual", *, at=AUGUST) -> ExpenditureReport:
        """Started, written, closed and certified."""
        report = self.start(period, at=at)
        self.write(report, figures, at=at)
        self.close(report, at=at)
        self.certify(report, at=at)
        report.refresh_from_db()
        return report

    def correct(self, report: ExpenditureReport, figures: dict, *, at=AUGUST) -> ExpenditureReport:
        new = services.supersede(
            kind=EXPENDITURE_KIND,
            report_id=report.pk,
            by=self.officer,
            at=at,
            key=uuid4(),
            reason="An invoice was counted twice.",
        )
        self.write(new, figures, at=at)
        self.close(new, at=at)
        self.certify(new, at=at)
        return new


def spent_on(plan: Plan, *, by: User, signer: User) -> dict[str, object]:
    """Of a plan: the first quarter closed for certification, the second certified, the annual
    certified in place of another. The hash of the first, and the number of the one replaced."""
    office = Office(plan, by, signer)
    waiting = office.start("q1", at=OCTOBER)
    office.write(waiting, {}, at=OCTOBER)
    office.close(waiting, at=OCTOBER)
    office.file({}, "q2")
    replaced = office.file({})
    office.correct(replaced, {})
    return {"sha256": waiting.versions.get().sha256, "superseded": replaced.pk}
