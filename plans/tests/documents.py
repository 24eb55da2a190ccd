"""Complete plan documents for tests, made without a database.

`complete_document()` breaks no rule and answers no warning; a test changes one thing of it with
`change(...)` and sees what the change brings.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from plans import rules
from plans.documents.shape import (
    AssurancePart,
    AssurancesPart,
    AttachmentPart,
    BudgetNarrativePart,
    CollaborationPart,
    CoverPart,
    EngagementPart,
    LinePart,
    LookBackPart,
    MilestonePart,
    NeedsPart,
    ObjectivePart,
    PlanDocument,
    StrategyPart,
    SustainabilityPart,
    TargetPart,
)
from plans.documents.terms import (
    FocusAreaTerm,
    IndicatorTerm,
    Money,
    ObjectCodeTerm,
    Profile,
    Term,
    is_equipment,
)

FOCUS_AREAS = {
    number: FocusAreaTerm(number=number, short_name=name)
    for number, name in enumerate(
        [
            "Tiered interventions",
            "Reading, grades K–3",
            "Additional learning time",
            "Talent and TEAM mentors",
            "Evaluation training",
            "Early childhood, Head Start",
            "Community and wraparound",
            "Statewide standards",
            "Minority recruiting",
            "Bilingual education",
        ],
        start=1,
    )
}
ACHIEVEMENT = IndicatorTerm(number=1, name="Academic achievement", falls=False)
ABSENTEEISM = IndicatorTerm(number=4, name="Chronic absenteeism", falls=True)
LOCAL_MEASURE = IndicatorTerm(number=99, name="Local measure", falls=False)
ACADEMICS = Term(code="academics", name="Academics")
TALENT = Term(code="talent", name="Talent")

GROUPS = tuple(
    Term(code=code, name=name)
    for code, name in (
        ("families", "Families"),
        ("teachers", "Teachers"),
        ("school_leaders", "School leaders"),
        ("community_partners", "Community partners"),
    )
)
TODAY = date(2026, 6, 15)


def check(document: PlanDocument, today: date = TODAY) -> list[rules.Finding]:
    """What the rules find on a day when all that the complete plan says was done."""
    return rules.check(document, today)


def object_code(code: str, name: str, *, is_active: bool = True) -> ObjectCodeTerm:
    return ObjectCodeTerm(
        code=code,
        name=name,
        is_salary=code.startswith("1"),
        is_benefit=code.startswith("2"),
        is_active=is_active,
        is_indirect_cost=code == "940",
        is_equipment=is_equipment(code),
    )


TEACHERS = object_code("111B", "Teachers")
SUPPLIES = object_code("611", "Instructional supplies")


def a_target(id: int, number: str, **fields: Any) -> TargetPart:  # noqa: A002
    return TargetPart(
        **{
            "id": id,
            "lineage": f"target-{id}",
            "number": number,
            "indicator": ACHIEVEMENT,
            "measure": "Grade 3 reading",
            "student_group": "All students",
            "baseline": Decimal("46.10"),
            "baseline_year": "2024-25",
            "target_value": Decimal("51.00"),
            "unit": "index points",
            "due_on": date(2027, 6, 30),
            "data_source": "EdSight",
            **fields,
        }
    )


def a_strategy(id: int, number: int, **fields: Any) -> StrategyPart:  # noqa: A002
    return StrategyPart(
        **{
            "id": id,
            "lineage": f"strategy-{id}",
            "number": number,
            "title": "Structured literacy in grades K–3",
            "description": "Every classroom teaches a daily block.",
            "domain": ACADEMICS,
            "focus_areas": tuple(FOCUS_AREAS[n] for n in (1, 2, 3, 5, 8)),
            "targets": ("target-21",),
            "owner": "Director of Elementary Literacy",
            "schools": "All elementary schools",
            "starts_on": date(2026, 8, 24),
            "ends_on": date(2027, 6, 11),
            "evidence": "Two district pilots.",
            "reading_program": "Its assessments and supports are those of § 10-14u.",
            "residency_partner": "Connecticut residency operator",
            "milestones": (
                MilestonePart(
                    id=id * 10 + 1,
                    number=1,
                    description="Coaches hired",
                    due_on=date(2026, 9, 30),
                    evidence="Roster",
                ),
                MilestonePart(
                    id=id * 10 + 2,
                    number=2,
                    description="Fall screening complete",
                    due_on=date(2026, 10, 9),
                    evidence="Summary",
                ),
            ),
            **fields,
        }
    )


def a_line(id: int, number: int, **fields: Any) -> LinePart:  # noqa: A002
    return LinePart(
        **{
            "id": id,
            "lineage": f"line-{id}",
            "number": number,
            "strategy": "strategy-31",
            "description": "Literacy coaches",
            "object_code": TEACHERS,
            "focus_area": FOCUS_AREAS[2],
            "amount": 900_000,
            "narrative": "Twelve coaches, one in each school.",
            "grades": "K–3",
            **fields,
        }
    )


def complete_document(**parts: Any) -> PlanDocument:
    """A plan for FY2027 of $1,000,000 that breaks no rule, with `parts` in place of its own."""
    return PlanDocument(
        **{
            "fiscal_year": 2027,
            "kind": "annual_amendment",
            "district": Profile(
                name="Ansonia",
                slug="ansonia",
                edsight_code="0020011",
                reference_group="H",
                is_priority_school_district=False,
                is_reform_district=False,
            ),
            "money": Money(
                amount=1_000_000, stage="final", source="ECS list", source_on=date(2026, 6, 1)
            ),
            "focus_areas": tuple(FOCUS_AREAS.values()),
            "cover": CoverPart(
                id=1,
                contact_name="Ana Ruiz",
                contact_title="Director of Grants",
                contact_email="aruiz@ansonia.example.org",
                contact_phone="203-555-0100",
                summary="Reading, attendance and mentors.",
            ),
            "needs": NeedsPart(
                id=2,
                narrative="Grade 3 reading is below the State.",
                indicators=(ACHIEVEMENT, ABSENTEEISM),
                root_causes="Uneven early instruction.",
            ),
            "look_back": LookBackPart(
                id=3,
                implementation="Eight of nine strategies ran.",
                performance="Two of four targets were met.",
                lessons="Coaches must start in August.",
            ),
            "objectives": (
                ObjectivePart(
                    id=11,
                    lineage="objective-11",
                    number=1,
                    statement="More children read well by grade 3.",
                    targets=(a_target(21, "1.1"), a_target(22, "1.2", student_group="High needs")),
                ),
                ObjectivePart(
                    id=12,
                    lineage="objective-12",
                    number=2,
                    statement="Fewer children are chronically absent.",
                    targets=(
                        a_target(
                            23,
                            "2.1",
                            indicator=ABSENTEEISM,
                            measure="Chronic absenteeism, K–3",
                            baseline=Decimal("19.40"),
                            target_value=Decimal("16.00"),
                            unit="percent",
                        ),
                    ),
                ),
            ),
            "strategies": (
                a_strategy(31, 1),
                a_strategy(
                    32,
                    2,
                    title="TEAM mentors and early years",
                    domain=TALENT,
                    focus_areas=tuple(FOCUS_AREAS[n] for n in (4, 6, 7, 9, 10)),
                    targets=("target-22", "target-23"),
                    reading_program="",
                ),
            ),
            "budget_narrative": BudgetNarrativePart(
                id=4, narrative="Most of it is for coaches.", carry_forward_reported=7_500
            ),
            "lines": (
                a_line(41, 1),
                a_line(
                    42,
                    2,
                    strategy="strategy-32",
                    description="TEAM mentor stipends",
                    focus_area=FOCUS_AREAS[4],
                    line_kind="team_stipend",
                    quantity=Decimal("44.00"),
                    unit_cost=Decimal("500.00"),
                    amount=22_000,
                    narrative="22 mentors, each for two beginning teachers.",
                    grades="",
                ),
                a_line(
                    43,
                    3,
                    strategy="strategy-32",
                    description="Head Start places",
                    object_code=object_code("560", "Tuition"),
                    focus_area=FOCUS_AREAS[6],
                    line_kind="head_start",
                    quantity=Decimal("12.00"),
                    unit_cost=Decimal("5000.00"),
                    amount=60_000,
                    narrative="Twelve places.",
                    grades="",
                    head_start_program="Head Start of the town",
                ),
                a_line(
                    44,
                    4,
                    description="Decodable books",
                    object_code=SUPPLIES,
                    amount=18_000,
                    narrative="A set for each classroom.",
                ),
                a_line(
                    45,
                    5,
                    description="Summer tutors, from last year's money",
                    focus_area=FOCUS_AREAS[3],
                    funding_source="carry_forward",
                    amount=7_500,
                    narrative="Four tutors.",
                ),
            ),
            "stakeholder_groups": GROUPS,
            "collaboration": CollaborationPart(
                id=7, alignment="One reading block instead of three programs."
            ),
            "engagement": tuple(
                EngagementPart(
                    id=51 + place,
                    number=1 + place,
                    group=group.code,
                    held_on=date(2026, 4, 14 + place),
                    how="Two evening meetings",
                    heard="More evening tutoring.",
                )
                for place, group in enumerate(GROUPS)
            ),
            "sustainability": SustainabilityPart(
                id=5,
                sustaining="Coaches move to the local budget by FY2029.",
                non_supplanting="No position was paid locally before.",
            ),
            "assurances": AssurancesPart(
                id=6,
                assurances=tuple(
                    AssurancePart(
                        number=number,
                        text=f"Assurance {number}.",
                        citation="Department practice",
                        accepted=True,
                    )
                    for number in range(1, 10)
                ),
                evaluation_plan_approved=True,
                evaluation_plan_approved_on=date(2025, 9, 12),
            ),
            "attachments": (
                AttachmentPart(
                    id=61,
                    number=1,
                    title="Board minutes",
                    file_name="minutes.pdf",
                    size=48_000,
                    sha256="0" * 64,
                ),
            ),
            **parts,
        }
    )


def empty_document(**parts: Any) -> PlanDocument:
    """A plan just started: what the Department filled in, and nothing of the district's."""
    whole = complete_document()
    return PlanDocument(
        **{
            "fiscal_year": whole.fiscal_year,
            "kind": whole.kind,
            "district": whole.district,
            "money": whole.money,
            "focus_areas": whole.focus_areas,
            "stakeholder_groups": whole.stakeholder_groups,
            "assurances": AssurancesPart(
                assurances=tuple(
                    assurance.model_copy(update={"accepted": False})
                    for assurance in whole.assurances.assurances
                )
            ),
            **parts,
        }
    )


def change(document: PlanDocument, *path: str | int, **fields: Any) -> PlanDocument:
    """The same document with fields of one part changed.

    `change(document, "objectives", 0, "targets", 1, unit="percent")` changes target 1.2.
    """
    return _changed(document, path, fields)


def _changed(part: Any, path: tuple[str | int, ...], fields: dict[str, Any]) -> Any:
    if not path:
        return part.model_copy(update=fields)
    name, *rest = path
    if isinstance(part, tuple):
        return tuple(
            _changed(each, tuple(rest), fields) if place == name else each
            for place, each in enumerate(part)
        )
    return part.model_copy(update={name: _changed(getattr(part, name), tuple(rest), fields)})
