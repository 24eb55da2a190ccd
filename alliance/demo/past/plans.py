"""Writes the plans of the years gone by: their rows, the text that was signed, and its decision."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

from alliance.demo.content import Content
from alliance.demo.drafting import NOT_COLUMNS, SECTIONS, lineage_of
from alliance.demo.past.content import ASSUMED, numbered
from alliance.demo.past.money import Year
from alliance.demo.past.years import FIRST_YEAR, moment
from districts.models import District, User
from plans.documents import PLAN, draft_document
from plans.models import (
    Assignment,
    Assurance,
    BoardApproval,
    BudgetLine,
    Milestone,
    Objective,
    PerformanceTarget,
    Plan,
    PlanEvent,
    PlanVersion,
    Signature,
    Strategy,
)
from plans.services import digest_of
from plans.services.closing import intent_of
from plans.workflow import Status, Step
from reviews.models import Determination, Recommendation

People = Mapping[str, User]


@dataclass
class Past:
    """One plan of a year gone by, with what it is made from."""

    district: District
    money: Year
    content: Content
    people: People
    plan: Plan = field(default_factory=Plan)
    rows: dict[str, Any] = field(default_factory=dict)  # of the plan, by name

    @property
    def year(self) -> int:
        return self.money.fiscal_year

    def named(self, kind: str) -> list[tuple[str, Any]]:
        return [(name, row) for name, row in self.rows.items() if name.startswith(f"{kind} ")]


def write_plans(all_past: list[Past], this_year: Mapping[int, Plan]) -> dict[int, PlanVersion]:
    """Every plan, its rows, its history and its decision; gives what was signed, by plan."""
    _plans(all_past)
    _sections(all_past, this_year)
    _lists(all_past)
    versions = _versions(all_past)
    events = _events(all_past, versions)
    _reviews(all_past, versions, events)
    return versions


def _plans(all_past: list[Past]) -> None:
    """The first year's before the next, which started as a copy of it."""
    before: dict[int, Plan] = {}
    for past in sorted(all_past, key=lambda past: past.year):
        year, by = past.year, past.people["coordinator"]
        past.plan = Plan(
            district=past.district,
            cycle_id=year,
            kind=Plan.Kind.ANNUAL_AMENDMENT,
            status=Status.APPROVED,
            copied_from=before.get(past.district.pk),
            started_at=moment(year, 4, 20),
            started_by=by,
            submitted_at=moment(year, 6, 26),
            submitted_by=by,
        )
        before[past.district.pk] = past.plan
    for year in sorted({past.year for past in all_past}):
        Plan.objects.bulk_create(past.plan for past in all_past if past.year == year)


def _saved(past: Past, who: str = "coordinator") -> dict[str, Any]:
    return {"saved_at": moment(past.year, 6, 12), "saved_by": past.people[who]}


def _sections(all_past: list[Past], this_year: Mapping[int, Plan]) -> None:
    """A section keeps its lineage over years, as its rows do."""
    numbers = sorted(set(Assurance.objects.values_list("cycle", "number")))
    for heading, model in SECTIONS.items():
        lineages = dict(
            model._default_manager.filter(plan__in=this_year.values()).values_list(
                "plan__district", "lineage"
            )
        )
        model._default_manager.bulk_create(
            model(
                plan=past.plan,
                lineage=lineages[past.district.pk],
                version=2,
                **past.content.get(heading, {}),
                **_of_section(heading, past, numbers),
                **_saved(past, "fiscal" if heading == "budget" else "coordinator"),
            )
            for past in all_past
        )
    BoardApproval.objects.bulk_create(
        BoardApproval(
            plan=past.plan,
            approved_on=moment(past.year, 6, 17).date(),
            version=2,
            **_saved(past) | {"saved_at": moment(past.year, 6, 18)},
        )
        for past in all_past
    )


def _of_section(heading: str, past: Past, numbers: list[tuple[int, int]]) -> dict[str, Any]:
    if heading == "cover":
        by = past.people["coordinator"]
        return {"contact_name": by.name, "contact_email": by.email}
    if heading == "assurances":
        return {
            "accepted_numbers": [number for year, number in numbers if year == past.year],
            "evaluation_plan_approved": True,
        }
    return {}


def _lists(all_past: list[Past]) -> None:
    """Parents before their children; each row is kept under its name."""
    made: list[tuple[type, Past, str, Any]] = []
    for past in all_past:
        made += [(model, past, name, row) for model, name, row in _rows(past)]
    for model in (Objective, PerformanceTarget, Strategy, Milestone, BudgetLine):
        model._default_manager.bulk_create(row for kind, _, _, row in made if kind is model)
    for _, past, name, row in made:
        past.rows[name] = row


def _rows(past: Past) -> Iterable[tuple[type, str, Any]]:
    parents: dict[str, Any] = {}
    model: Any
    for kind, model, heading in (
        ("objective", Objective, "objectives"),
        ("strategy", Strategy, "strategies"),
    ):
        for number, values in enumerate(past.content[heading], start=1):
            name = f"{kind} {number}"
            columns = _columns(values)
            if kind == "strategy":
                columns["target_lineages"] = [
                    lineage_of(past.plan, f"target {each}") for each in values.get("targets", [])
                ]
            parents[name] = _row(model, past, name, number, columns)
            yield model, name, parents[name]
    for kind, model, parent in (
        ("target", PerformanceTarget, "objective"),
        ("milestone", Milestone, "strategy"),
        ("line", BudgetLine, "strategy"),
    ):
        for position, (name, above, values) in enumerate(
            numbered(past.content, kind, parent), start=1
        ):
            columns = {**_columns(values), parent: parents[above]}
            yield model, name, _row(model, past, name, position, columns)


def _columns(values: Content) -> Content:
    return {
        name: value
        for name, value in values.items()
        if name not in NOT_COLUMNS and name not in {"place", "came_to"}
    }


def _row(model: Any, past: Past, name: str, position: int, values: Content) -> Any:
    who = "fiscal" if model is BudgetLine else "coordinator"
    return model(
        plan=past.plan,
        lineage=lineage_of(past.plan, name),
        position=position,
        **_saved(past, who),
        **values,
    )


# What was signed and decided --------------------------------------------------------------------


def _versions(all_past: list[Past]) -> dict[int, PlanVersion]:
    """The text of each plan as it stands, closed and signed by both."""
    versions = {
        past.plan.pk: PlanVersion(
            plan=past.plan,
            number=1,
            edition=past.plan.edition,
            closed_at=moment(past.year, 6, 22),
            closed_by=past.people["coordinator"],
            **vars(PLAN.close(draft_document(past.plan.pk))),
        )
        for past in all_past
    }
    PlanVersion.objects.bulk_create(versions.values())
    capacities = {
        "superintendent": Signature.Capacity.SUPERINTENDENT,
        "chair": Signature.Capacity.BOARD_CHAIR,
    }
    Signature.objects.bulk_create(
        Signature(
            version=versions[past.plan.pk],
            capacity=capacity,
            name=past.people[who].name,
            intent=intent_of(past.plan, versions[past.plan.pk], capacity),
            sha256=versions[past.plan.pk].sha256,
            signed_at=moment(past.year, 6, 23 + place),
            signed_by=past.people[who],
        )
        for past in all_past
        for place, (who, capacity) in enumerate(capacities.items())
    )
    return versions


class _Taken(NamedTuple):
    """A step of the plan's life, by whom, and on which day of its year."""

    step: Step
    source: Status
    target: Status
    who: str
    day: tuple[int, int]


def _events(
    all_past: list[Past], versions: Mapping[int, PlanVersion]
) -> dict[tuple[int, str], PlanEvent]:
    """Handed in, reviewed, recommended, approved."""
    steps = (
        _Taken(Step.SUBMIT, Status.DRAFT, Status.SUBMITTED, "coordinator", (6, 26)),
        _Taken(Step.START_REVIEW, Status.SUBMITTED, Status.UNDER_REVIEW, "manager", (7, 7)),
        _Taken(Step.RECOMMEND, Status.UNDER_REVIEW, Status.RECOMMENDED, "manager", (7, 27)),
        _Taken(Step.APPROVE, Status.RECOMMENDED, Status.APPROVED, "commissioner", (9, 12)),
    )
    events = {
        (past.plan.pk, step.value): PlanEvent(
            plan=past.plan,
            step=step,
            source=source,
            target=target,
            version=versions[past.plan.pk],
            digest=digest_of(reason=""),
            taken_at=moment(past.year, *on),
            taken_by=past.people[who],
        )
        for past in all_past
        for step, source, target, who, on in steps
    }
    PlanEvent.objects.bulk_create(events.values())
    return events


def _reviews(
    all_past: list[Past],
    versions: Mapping[int, PlanVersion],
    events: Mapping[tuple[int, str], PlanEvent],
) -> None:
    parts = {
        "reviewer": Assignment.As.PROGRAM.value,
        "fiscal-reviewer": Assignment.As.FISCAL.value,
        "manager": Recommendation.As.MANAGER.value,
    }
    Assignment.objects.bulk_create(
        Assignment(
            plan=past.plan,
            reviewer=past.people[who],
            reviews_as=part,
            assigned_at=moment(past.year, 7, 7),
            assigned_by=past.people["manager"],
        )
        for past in all_past
        for who, part in parts.items()
        if who != "manager"
    )
    Recommendation.objects.bulk_create(
        Recommendation(
            plan=past.plan,
            version=versions[past.plan.pk],
            submission=events[past.plan.pk, Step.SUBMIT.value],
            made_as=part,
            text=f"{ASSUMED}: nothing stands against it.",
            made_at=moment(past.year, 7, 27) - timedelta(hours=2 - place),
            made_by=past.people[who],
        )
        for past in all_past
        for place, (who, part) in enumerate(parts.items())
    )
    Determination.objects.bulk_create(
        Determination(
            plan=past.plan,
            version=versions[past.plan.pk],
            event=events[past.plan.pk, Step.APPROVE.value],
            **_findings(past),
            amount=past.money.authorized,
            permits=[],
            letter=f"{ASSUMED}: the plan of {past.district.name} for FY{past.year} is approved.\n",
            decided_at=moment(past.year, 9, 12),
            decided_by=past.people["commissioner"],
        )
        for past in all_past
    )


def _findings(past: Past) -> dict[str, str]:
    if past.year == FIRST_YEAR:
        reasons = f"{ASSUMED}: no plan before FY{FIRST_YEAR} is in this system."
        found = (Determination.Implementation.FIRST_PLAN, Determination.Performance.FIRST_PLAN)
    else:
        reasons = f"{ASSUMED}, from the reports of FY{past.year - 1}."
        found = (Determination.Implementation.LARGELY, Determination.Performance.PROGRESS)
    implementation, performance = found
    return {
        "implementation": implementation,
        "implementation_reasons": reasons,
        "performance": performance,
        "performance_reasons": reasons,
    }
