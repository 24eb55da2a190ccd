"""Districts over years, with approved plans and what certified reports said of them."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from districts.models import Allocation, District, FundingAdjustment, PublishedFigure
from districts.tests.factories import AllocationFactory, UserFactory
from plans.documents import PlanDocument
from plans.models import (
    Cycle,
    LineOutcome,
    Plan,
    PlanEvent,
    RevisionEvent,
    StrategyOutcome,
    TargetOutcome,
)
from plans.revision_workflow import RevisionStep
from plans.tests.documents import FOCUS_AREAS, a_line, change, complete_document, object_code
from plans.tests.factories import PlanFactory, closed_version
from plans.workflow import Status, Step

AT = datetime(2026, 7, 1, 13, 0, tzinfo=UTC)
NAMED = re.compile(r'"((?:objective|target|strategy|line)(?:-\d+)+)"')
CODES = [("111B", "Teachers"), ("119", "Other salaries"), ("200", "Benefits"), ("611", "Books")]
Kind = FundingAdjustment.Kind


def lineage_of(district: District, name: str) -> UUID:
    """The same in every year."""
    return uuid5(NAMESPACE_URL, f"{district.slug}/{name}")


def cycle_of(fiscal_year: int) -> Cycle:
    held = Cycle.objects.filter(pk=fiscal_year).first()
    if held:
        return held
    model = Cycle.objects.get(pk=2027)
    moved = timedelta(days=365 * (2027 - fiscal_year))
    days = {
        field.name: getattr(model, field.name) - moved
        for field in Cycle._meta.fields
        if isinstance(getattr(model, field.name), date)
        and not isinstance(getattr(model, field.name), datetime)
    }
    return Cycle.objects.create(fiscal_year=fiscal_year, **days)


def text_of(district: District, fiscal_year: int, document: PlanDocument) -> PlanDocument:
    """The document of this district and year, each lineage as a database has them."""
    text = NAMED.sub(
        lambda found: f'"{lineage_of(district, found[1])}"', document.model_dump_json()
    )
    said = json.loads(text) | {"fiscal_year": fiscal_year}
    for strategy in said["strategies"]:
        for place, milestone in enumerate(strategy["milestones"]):
            milestone["lineage"] = str(uuid5(NAMESPACE_URL, f"{strategy['lineage']}/{place}"))
    return PlanDocument.model_validate(said)


def approve(district: District, fiscal_year: int, document: PlanDocument | None = None) -> Plan:
    """A plan approved with this text; the complete plan's unless another is given."""
    plan = PlanFactory(district=district, cycle=cycle_of(fiscal_year))
    plan.status, plan.submitted_at, plan.submitted_by = Status.APPROVED, AT, plan.started_by
    plan.save()
    approve_again(plan, document or complete_document())
    return plan


def approve_again(plan: Plan, document: PlanDocument) -> None:
    """The text of the plan that holds from now on."""
    plan.edition += 1
    plan.save(update_fields=["edition"])
    PlanEvent.objects.create(
        plan=plan,
        step=Step.APPROVE,
        source=Status.RECOMMENDED,
        target=Status.APPROVED,
        version=closed_version(plan, text_of(plan.district, plan.cycle_id, document)),
        taken_at=AT,
        taken_by=plan.started_by,
    )


def revise(plan: Plan, document: PlanDocument, step: RevisionStep) -> None:
    """A revision with this text, brought to a step."""
    plan.edition += 1
    plan.save(update_fields=["edition"])
    revision = plan.revisions.create(
        number=plan.revisions.count() + 1,
        sections="budget",
        reason="Prices rose.",
        changes_version=plan.versions.latest("number"),
        started_at=AT,
        started_by=plan.started_by,
    )
    RevisionEvent.objects.create(
        revision=revision,
        step=step,
        version=closed_version(plan, text_of(plan.district, plan.cycle_id, document)),
        reason="Prices rose.",
        letter="Approved." if step == RevisionStep.APPROVE else "",
        key=uuid4(),
        taken_at=AT,
        taken_by=plan.started_by,
    )


def spend(plan: Plan, name: str, expended: int, *, obligated: int = 0, **fields) -> LineOutcome:
    return LineOutcome.objects.create(
        **{
            "plan": plan,
            "lineage": lineage_of(plan.district, name),
            "report": "expenditure/1",
            "certified_at": AT,
            "obligated": obligated,
            "expended": expended,
            "basis": LineOutcome.Basis.REPORTED,
            "as_of": date(plan.cycle_id, 6, 30),
            **fields,
        }
    )


def come_to(plan: Plan, name: str, actual: str | None, **fields) -> TargetOutcome:
    return TargetOutcome.objects.create(
        **{
            "plan": plan,
            "lineage": lineage_of(plan.district, name),
            "report": "progress/1",
            "certified_at": AT,
            "actual": actual and Decimal(actual),
            "source": "EdSight" if actual else "",
            **fields,
        }
    )


def go(plan: Plan, name: str, status: str) -> StrategyOutcome:
    return StrategyOutcome.objects.create(
        plan=plan,
        lineage=lineage_of(plan.district, name),
        report="progress/1",
        certified_at=AT,
        status=status,
    )


def adjust(district: District, fiscal_year: int, origin_year: int, kind: str, amount: int):
    return FundingAdjustment.objects.create(
        district=district,
        fiscal_year=fiscal_year,
        origin_year=origin_year,
        kind=kind,
        amount=amount,
        reason="For a test.",
        cause="test/1",
        posted_at=AT,
        posted_by=UserFactory(),
    )


def publish(district: District, fiscal_year: int, measure: str, value: str) -> PublishedFigure:
    return PublishedFigure.objects.create(
        district=district,
        fiscal_year=fiscal_year,
        measure=measure,
        student_group="all",
        value=Decimal(value),
        source="CSDE",
        loaded_at=AT,
    )


def a_history(district: District, years: range, *, seed: int) -> list[Plan]:
    """Years of money that was budgeted, spent and carried as chance has it; the last is running.

    Each year has a line of other funds, a line with no focus area, spending of a line that a later
    text took out, codes split by share, targets met, missed, suppressed and not yet measured.
    """
    chance = Random(seed)  # noqa: S311 - figures of a test
    plans = []
    for year in years:
        amounts = [chance.randrange(1_000, 900_000) for _ in range(7)]
        plan = approve(district, year, _lines(amounts, chance))
        plans.append(plan)
        if not Allocation.objects.filter(district=district, fiscal_year=year).exists():
            AllocationFactory(district=district, fiscal_year=year, amount=sum(amounts[:6]))
        publish(district, year, "alliance_portion", str(sum(amounts[:6])))
        publish(district, year, "chronic_absenteeism", str(chance.randrange(10, 30)))
        if year == years[-1]:
            continue
        for place, amount in enumerate(amounts[:6]):
            basis = chance.choice(LineOutcome.Basis.values)
            spend(plan, f"line-{41 + place}", chance.randrange(amount), basis=basis, obligated=7)
        spend(plan, "line-99", chance.randrange(1_000))
        _results(plan, chance)
        adjust(district, year + 1, year, Kind.CARRY_FORWARD, chance.randrange(100_000))
        adjust(district, year + 1, year, Kind.REDUCTION, chance.randrange(1, 900))
        adjust(district, year + 1, year, Kind.REPAYMENT, chance.randrange(1, 900))
    return plans


def _lines(amounts: list[int], chance: Random) -> PlanDocument:
    lines = []
    for place, amount in enumerate(amounts):
        code = chance.choice(CODES)
        area = FOCUS_AREAS[chance.randrange(1, 11)]
        fields = {"amount": amount, "object_code": object_code(*code), "focus_area": area}
        fields["strategy"] = chance.choice(["strategy-31", "strategy-32"])
        if place == 4:
            fields |= {"focus_area": None, "strategy": None, "object_code": None}
        fields["funding_source"] = {5: "carry_forward", 6: "other"}.get(place, "allocation")
        lines.append(a_line(41 + place, 1 + place, **fields))
    return change(complete_document(), lines=tuple(lines))


def _results(plan: Plan, chance: Random) -> None:
    come_to(plan, "target-21", str(chance.randrange(40, 60)))
    if chance.random() < 0.5:
        come_to(plan, "target-22", None, suppressed="<5")
    come_to(plan, "target-23", str(chance.randrange(10, 25)))
    go(plan, "strategy-31", chance.choice(["on_track", "discontinued"]))
