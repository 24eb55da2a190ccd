"""The plans that all others are copies of: a large one in each status, made through services."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from django.db.models import F

from benchmarks.reporting import report_on
from districts.calendar import EASTERN
from districts.models import TOWNS, District, Membership, User
from districts.roles import Role
from districts.services import load_figures
from districts.tests.factories import DistrictFactory, person
from districts.tests.published import published_in_files
from library import services as library_services
from library.documents import Passage
from library.models import Why
from library.rules import findings_in
from plans import services as plan_services
from plans.documents import PlanDocument
from plans.documents.cache import document_of
from plans.documents.shape import (
    EngagementPart,
    LinePart,
    MilestonePart,
    ObjectivePart,
    StrategyPart,
)
from plans.models import BudgetLine, Plan, Strategy
from plans.sections import SECTIONS
from plans.tests.documents import (
    FOCUS_AREAS,
    a_line,
    a_strategy,
    a_target,
    change,
    complete_document,
    object_code,
)
from plans.tests.factories import PlanFactory, write_rows
from plans.workflow import Status
from reviews import services as review_services
from reviews.models import Determination
from reviews.services import ChangeAsked

YEAR = 2027
OBJECTIVES, STRATEGIES, LINES, COMMENTS = 8, 40, 120, 12
LINE_AMOUNT = 15_000  # US dollars
CODES = (  # of the lines in turn: a large plan spends under a dozen
    ("111A", "Administrators and supervisors"),
    ("111B", "Teachers"),
    ("112A", "Education aides"),
    ("119", "Other salaries"),
    ("321", "Tutors"),
    ("322", "In-service, instructional program improvement"),
    ("330", "Training and development"),
    ("510", "Student transportation"),
    ("590", "Other purchased services"),
    ("611", "Instructional supplies"),
    ("641", "Textbooks"),
    ("650", "Technology supplies"),
)
SENTENCE = "Teams of teachers meet each week, read the work of their students and plan from it. "
STARTED = datetime(2026, 6, 1, 9, 0, tzinfo=EASTERN)
DISTRICT_ROLES = (
    Role.PLAN_COORDINATOR,
    Role.FISCAL_OFFICER,
    Role.SUPERINTENDENT,
    Role.BOARD_CHAIR,
)
DEPARTMENT_ROLES = (
    Role.PROGRAM_REVIEWER,
    Role.FISCAL_REVIEWER,
    Role.PROGRAM_MANAGER,
    Role.COMMISSIONER,
    Role.SYSADMIN,
)
STATUSES = (
    Status.DRAFT,
    Status.SUBMITTED,
    Status.UNDER_REVIEW,
    Status.RETURNED,
    Status.RECOMMENDED,
    Status.APPROVED,
)


@dataclass(frozen=True)
class Examples:
    """A plan in each status, and who opens pages: by role, and each district's own people."""

    plans: Mapping[Status, Plan]
    department: Mapping[Role, User]

    def writer(self, status: Status) -> User:
        return people_of(self.plans[status].district)[Role.PLAN_COORDINATOR]


def make_examples() -> Examples:
    department = {role: person(role) for role in DEPARTMENT_ROLES}
    return Examples(
        plans={
            status: _make(number, status, department)
            for number, status in enumerate(STATUSES, start=1)
        },
        department=department,
    )


def names_of(number: int) -> dict[str, str | int | None]:
    """What tells one synthetic district from another."""
    return {
        "name": f"Synthetic District {number:05}",
        "slug": f"synthetic-{number:05}",
        "town_code": number if number <= TOWNS else None,
        "edsight_code": f"{number:07}",
    }


def people_of(district: District) -> dict[str, User]:
    held = Membership.objects.filter(district=district).select_related("user")
    return {membership.role: membership.user for membership in held}


def _make(number: int, status: Status, department: Mapping[Role, User]) -> Plan:
    district = DistrictFactory(
        **names_of(number),
        designated=True,
        funded=True,
        allocation__amount=LINES * LINE_AMOUNT,
    )
    people = {role: person(role, district) for role in DISTRICT_ROLES} | department
    plan = PlanFactory(district=district, started_at=STARTED, started_by=people[DISTRICT_ROLES[0]])
    write_rows(plan, large_document())
    _publish(district)
    _Story(plan, people).up_to(status)
    plan.refresh_from_db()
    return plan


def _publish(district: District) -> None:
    """Fifteen years of a real district's published figures, as if they were this one's."""
    figures = [
        replace(figure, edsight_code=district.edsight_code)
        for figure in published_in_files("Ansonia")
    ]
    load_figures(figures=figures, at=STARTED)


class _Story:
    """The steps of one plan, a day apart."""

    def __init__(self, plan: Plan, people: Mapping[Role, User]):
        self.plan, self.people, self.at = plan, people, STARTED

    def up_to(self, status: Status) -> None:
        if status == Status.DRAFT:
            return
        self._hand_in()
        if status == Status.SUBMITTED:
            return
        self._review()
        if status == Status.RETURNED:
            asked = ChangeAsked(
                section="budget", text=SENTENCE, due_on=(self.at + timedelta(days=30)).date()
            )
            review_services.return_for_changes(
                version=1, changes=[asked], **self._step(Role.PROGRAM_REVIEWER)
            )
            _write_anew(self.plan)
        if status in {Status.RECOMMENDED, Status.APPROVED}:
            for role in (Role.PROGRAM_REVIEWER, Role.FISCAL_REVIEWER):
                review_services.recommend(version=1, text=SENTENCE, **self._step(role))
        if status == Status.APPROVED:
            review_services.approve(
                version=1,
                implementation="carried_out",
                implementation_reasons=SENTENCE,
                performance="progress",
                performance_reasons=SENTENCE,
                **self._step(Role.COMMISSIONER),
            )
            report_on(self.plan, self.people)
            self._put_in_public_view()

    def _put_in_public_view(self) -> None:
        decided = Determination.objects.select_related("version").get(plan=self.plan)
        found = findings_in(document_of(decided.version), decided.letter)
        library_services.publish(
            version=decided.version.number,
            after=None,
            passages=[Passage(each.passage, Why.KEPT) for each in found],
            **self._step(Role.PROGRAM_MANAGER),
        )

    def _hand_in(self) -> None:
        version = plan_services.close_for_signature(**self._act(Role.PLAN_COORDINATOR))
        for signer in (Role.SUPERINTENDENT, Role.BOARD_CHAIR):
            plan_services.sign(sha256=version.sha256, **self._act(signer))
        plan_services.submit(**self._step(Role.PLAN_COORDINATOR))

    def _review(self) -> None:
        review_services.assign(
            program_reviewer_id=self.people[Role.PROGRAM_REVIEWER].pk,
            fiscal_reviewer_id=self.people[Role.FISCAL_REVIEWER].pk,
            **self._step(Role.PROGRAM_MANAGER),
        )
        sections = list(SECTIONS)
        for number in range(COMMENTS):
            review_services.comment(
                section=sections[number % len(sections)].value,
                audience="internal" if number % 2 else "district",
                text=SENTENCE * 2,
                **self._step(Role.PROGRAM_REVIEWER),
            )

    def _act(self, role: Role) -> dict:
        self.at += timedelta(days=1)
        return {"plan_id": self.plan.pk, "by": self.people[role], "at": self.at}

    def _step(self, role: Role) -> dict:
        return {**self._act(role), "key": uuid4()}


def _write_anew(plan: Plan) -> None:
    """Every other strategy and line says something else, as far as an edit leads."""
    for model, words in ((Strategy, "description"), (BudgetLine, "narrative")):
        rows = model.objects.filter(plan=plan).annotate(half=F("position") % 2)
        rows.filter(half=0).update(
            **{words: SENTENCE + "Then they agree who does what. " + SENTENCE}
        )
    Plan.objects.filter(pk=plan.pk).update(edition=F("edition") + 1)


def large_document() -> PlanDocument:
    """A plan of the size that the largest districts hand in; it breaks no rule."""
    return change(
        complete_document(
            objectives=tuple(_objective(number) for number in range(1, OBJECTIVES + 1)),
            strategies=tuple(_strategy(number) for number in range(1, STRATEGIES + 1)),
            lines=tuple(_line(number) for number in range(1, LINES + 1)),
            engagement=tuple(
                EngagementPart(
                    id=number,
                    lineage=f"engagement-{number}",
                    number=number,
                    group=group,
                    held_on=STARTED.date() - timedelta(days=number),
                    how="An evening at the library",
                    heard=SENTENCE * 2,
                )
                for number, group in enumerate(
                    ["families", "teachers", "school_leaders", "community_partners"] * 2, start=1
                )
            ),
            attachments=(),
        ),
        "needs",
        narrative=SENTENCE * 12,
        root_causes=SENTENCE * 6,
    )


def _objective(number: int) -> ObjectivePart:
    return ObjectivePart(
        id=number,
        lineage=f"objective-{number}",
        number=number,
        statement=f"{number}. {SENTENCE}",
        targets=tuple(
            a_target(number * 10 + place, f"{number}.{place}", lineage=_target(number, place))
            for place in (1, 2, 3)
        ),
    )


def _target(objective: int, place: int) -> str:
    return f"target-{objective}-{place}"


def _area(strategy: int) -> int:
    return strategy % len(FOCUS_AREAS) + 1


def _strategy(number: int) -> StrategyPart:
    return a_strategy(
        number,
        number,
        lineage=f"strategy-{number}",
        title=f"Strategy {number} of a large district",
        description=SENTENCE * 5,
        evidence=SENTENCE * 2,
        focus_areas=(FOCUS_AREAS[_area(number)],),
        targets=(_target(number % OBJECTIVES + 1, 1), _target(number % OBJECTIVES + 1, 2)),
        milestones=tuple(
            MilestonePart(
                id=number * 10 + place,
                lineage=f"milestone-{number}-{place}",
                number=place,
                description=f"Step {place} is done in every school",
                due_on=STARTED.date() + timedelta(days=90 * place),
                evidence="Report to the Board",
            )
            for place in (1, 2, 3)
        ),
    )


def _line(number: int) -> LinePart:
    strategy = number % STRATEGIES + 1
    return a_line(
        number,
        number,
        lineage=f"line-{number}",
        strategy=f"strategy-{strategy}",
        description=f"Line {number}: teachers for small groups",
        focus_area=FOCUS_AREAS[_area(strategy)],
        object_code=object_code(*CODES[number % len(CODES)]),
        quantity=Decimal("300.00"),
        unit_cost=Decimal(LINE_AMOUNT) / 300,
        amount=LINE_AMOUNT,
        narrative=SENTENCE * 2,
        grades="K-3",
    )
