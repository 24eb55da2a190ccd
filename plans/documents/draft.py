"""The document of a draft, built from the rows a district edits, however long the plan."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from districts.models import Figure
from districts.reports.money import money_from
from plans.documents import cache
from plans.documents.found import Found, found_of
from plans.documents.kinds import CARRIED
from plans.documents.parts import Row
from plans.documents.rows import (
    PlanWithState,
    Rows,
    columns_of,
    rows_of_department,
)
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
    RetiredPart,
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
    ProfileFigure,
    Term,
    is_equipment,
)
from plans.models import OTHER_FOCUS_AREA, Plan, StakeholderGroup

FOR_FORMS = ("version", "saved_at", "position")  # of the draft alone, no part of the text


@dataclass(frozen=True)
class Words:
    """The vocabulary a plan of one cycle is written in."""

    areas: dict[int, FocusAreaTerm]
    domains: dict[str, Term]
    indicators: dict[int, IndicatorTerm]
    codes: dict[str, ObjectCodeTerm]
    last_strategies: dict[str, Term]  # of the plan it is copied from, by lineage


Made = tuple[PlanDocument, Words, Rows]


class Draft:
    """A plan being written: its row, its text, and the vocabulary to go on writing it.

    The text is read once something of it is asked for: a form that offers no choices is saved
    without. No query then where the rows are as they were when it was read last, else one.
    """

    def __init__(self, plan: PlanWithState, made: Made | None = None) -> None:
        self.plan = plan
        if made is not None:
            self._made = made

    @property
    def document(self) -> PlanDocument:
        return self._made[0]

    @property
    def words(self) -> Words:
        return self._made[1]

    @property
    def rows(self) -> Rows:
        """As stored, by the name of their table; forms are filled from them."""
        return self._made[2]

    @property
    def found(self) -> Found:
        """What was found in its files, which the text only names."""
        return found_of(self.rows["file_check"])

    @cached_property
    def _made(self) -> Made:
        return cache.get(_key(self.plan), made_from=self.plan.stamp) or _read(self.plan)


def draft_of(plan: PlanWithState) -> Draft:
    """The draft of a plan just read, with all it refers to: so its reader is asked for first."""
    return Draft(plan)


def read_anew(plan: PlanWithState) -> Draft:
    """The draft as its rows are now, whatever was read before. One query."""
    return Draft(plan, _read(plan))


def _read(plan: PlanWithState) -> Made:
    """Nothing is made of `plan` itself: it was read earlier than the stamp that is kept here."""
    state, stored = columns_of(plan.pk)
    vars(plan).update(state)
    return cache.put(_key(plan), _made(stored), made_from=plan.stamp)


def draft_document(plan_id: int) -> PlanDocument:
    """The plan as its rows stand in this transaction, whatever was read before. One query."""
    return _made(columns_of(plan_id)[1])[0]


def as_of_now(document: PlanDocument, plan_id: int) -> PlanDocument:
    """The text of a closed version, with the Department's rows as they are now. One query.

    Its words are the district's and stay; allocation, roster, figures, vocabulary and assurances
    are the Department's. What is no longer offered is gone from the rows that named it.
    """
    stored = rows_of_department(plan_id)
    return _written_anew(document, _words(stored), stored)


def _key(plan: Plan) -> str:
    return f"draft/{plan.pk}"


def _made(stored: Rows) -> Made:
    words = _words(stored)
    _say_what_was_carried(stored)
    return _document(words, stored), words, stored


def _say_what_was_carried(stored: Rows) -> None:
    """Each row that came from last year's plan says what the district made of it."""
    states = {each["lineage"]: each["state"] for each in stored["carried"]}
    for kind in CARRIED.values():
        for row in stored[kind.key]:
            if row["lineage"] in states:
                row["carried"] = states[row["lineage"]]


def _words(stored: Rows) -> Words:
    (cycle,) = stored["cycle"]
    return Words(
        areas={
            row["number"]: _focus_area(row, cycle)
            for row in stored["areas"]
            if row["number"] != OTHER_FOCUS_AREA or cycle["allows_other_focus_area"]
        },
        domains={row["code"]: Term(**row) for row in stored["domains"]},
        indicators={
            row["number"]: IndicatorTerm(
                number=row["number"], name=row["name"], falls=row["direction"] == "falls"
            )
            for row in stored["indicators"]
        },
        codes={row["code"]: _object_code(row, cycle["fiscal_year"]) for row in stored["codes"]},
        last_strategies={
            row["lineage"]: Term(code=row["lineage"], name=row["title"])
            for row in stored.get("last_strategies", [])
        },
    )


def _focus_area(row: dict[str, Any], cycle: dict[str, Any]) -> FocusAreaTerm:
    """A focus area as the plan's year has it; the cycle names the one that is its own."""
    name = cycle["other_focus_area_name"] if row["number"] == OTHER_FOCUS_AREA else ""
    return FocusAreaTerm(
        number=row["number"],
        short_name=name or row["name"],
        is_on_programme_page=row["is_on_programme_page"],
    )


def _object_code(row: dict[str, Any], fiscal_year: int) -> ObjectCodeTerm:
    family = row["parent_id"] or row["code"]
    last = row["last_fiscal_year"]
    return ObjectCodeTerm(
        code=row["code"],
        name=row["name"],
        is_salary=family == "100",
        is_benefit=family == "200",
        is_active=row["first_fiscal_year"] <= fiscal_year and (last is None or fiscal_year <= last),
        is_indirect_cost=row["is_indirect_cost"],
        is_equipment=is_equipment(row["code"]),
    )


def _one(part: type[Row], rows: list[dict[str, Any]]) -> Any:
    """The part made of a section's one row, or an empty part where nothing was saved yet."""
    return part(**_without(rows[0])) if rows else part()


def _of_department(words: Words, stored: Rows) -> dict[str, Any]:
    """The parts of the document that no district writes."""
    (plan,), (cycle,) = stored["plan"], stored["cycle"]
    return {
        "fiscal_year": cycle["fiscal_year"],
        "kind": plan["kind"],
        "district": _profile(stored),
        "money": _money(stored),
        "focus_areas": tuple(words.areas.values()),
        "allows_indirect_costs": cycle["allows_indirect_costs"],
        "stakeholder_groups": tuple(
            Term(code=code, name=str(StakeholderGroup(code).label))
            for code in cycle["stakeholder_groups"]
        ),
    }


def _written_anew(document: PlanDocument, words: Words, stored: Rows) -> PlanDocument:
    """The rows of the text, each with the terms of the vocabulary as it is now."""
    accepted = [one.number for one in document.assurances.assurances if one.accepted]
    return document.model_copy(
        update=_of_department(words, stored)
        | {
            "needs": _with(
                document.needs,
                indicators=_known(words.indicators, document.needs.indicators, "number"),
            ),
            "objectives": tuple(
                _with(
                    objective,
                    targets=tuple(
                        _with(
                            target,
                            indicator=_one_known(words.indicators, target.indicator, "number"),
                        )
                        for target in objective.targets
                    ),
                )
                for objective in document.objectives
            ),
            "strategies": tuple(
                _with(
                    strategy,
                    domain=_one_known(words.domains, strategy.domain, "code"),
                    focus_areas=_known(words.areas, strategy.focus_areas, "number"),
                )
                for strategy in document.strategies
            ),
            "lines": tuple(
                _with(
                    line,
                    object_code=_one_known(words.codes, line.object_code, "code"),
                    focus_area=_one_known(words.areas, line.focus_area, "number"),
                )
                for line in document.lines
            ),
            "assurances": _with(document.assurances, assurances=_assurance_parts(stored, accepted)),
        }
    )


def _with(part: Any, **terms: Any) -> Any:
    return part.model_copy(update=terms)


def _one_known(known: dict[Any, Any], term: Any, key: str) -> Any:
    return known.get(getattr(term, key)) if term else None


def _known(known: dict[Any, Any], terms: tuple[Any, ...], key: str) -> tuple[Any, ...]:
    return tuple(known[getattr(one, key)] for one in terms if getattr(one, key) in known)


def _document(words: Words, stored: Rows) -> PlanDocument:
    return PlanDocument(
        **_of_department(words, stored),
        cover=_one(CoverPart, stored["cover"]),
        needs=_needs(stored, words.indicators),
        look_back=_one(LookBackPart, stored["look_back"]),
        objectives=_objectives(stored, words.indicators),
        strategies=_strategies(stored, words),
        budget_narrative=_one(BudgetNarrativePart, stored["narrative"]),
        lines=_lines(stored, words),
        collaboration=_one(CollaborationPart, stored["collaboration"]),
        engagement=_numbered(EngagementPart, stored["engagement"]),
        sustainability=_one(SustainabilityPart, stored["sustainability"]),
        assurances=_assurances(stored),
        attachments=_numbered(AttachmentPart, stored["attachment"]),
        retired=tuple(RetiredPart(**row) for row in stored["retired"]),
    )


def _numbered(part: type[Any], rows: list[dict[str, Any]]) -> tuple[Any, ...]:
    return tuple(part(number=number, **_without(row)) for number, row in enumerate(rows, start=1))


def _profile(stored: Rows) -> Profile:
    labels = dict(Figure.Measure.choices)
    return Profile(
        **stored["district"][0],
        is_reform_district=any(row["is_reform_district"] for row in stored["designation"]),
        figures=tuple(
            ProfileFigure(label=labels[row["measure"]], **_without(row, "measure"))
            for row in stored["figure"]
        ),
    )


def _money(stored: Rows) -> Money:
    (row,) = stored["allocation"] or [{"amount": None, "stage": None}]
    if not stored["adjustment"]:
        return Money(**row)
    fiscal_year = stored["cycle"][0]["fiscal_year"]
    moved = money_from(stored["allocated"], stored["adjustment"], last=fiscal_year)[fiscal_year]
    return Money(**row, reductions=moved.reductions, carry_forward=moved.carried_in)


def _needs(stored: Rows, indicators: dict[int, IndicatorTerm]) -> NeedsPart:
    if not stored["needs"]:
        return NeedsPart()
    row = _without(stored["needs"][0])
    numbers = row.pop("indicator_numbers")
    return NeedsPart(
        **row, indicators=tuple(indicators[n] for n in sorted(numbers) if n in indicators)
    )


def _objectives(stored: Rows, indicators: dict[int, IndicatorTerm]) -> tuple[ObjectivePart, ...]:
    objectives = []
    for number, row in enumerate(stored["objective"], start=1):
        targets = [target for target in stored["target"] if target["objective_id"] == row["id"]]
        objectives.append(
            ObjectivePart(
                **_without(row),
                number=number,
                targets=tuple(
                    TargetPart(
                        number=f"{number}.{place}",
                        indicator=indicators.get(target["indicator_id"]),
                        **_without(target, "objective_id", "indicator_id"),
                    )
                    for place, target in enumerate(targets, start=1)
                ),
            )
        )
    return tuple(objectives)


def _strategies(stored: Rows, words: Words) -> tuple[StrategyPart, ...]:
    known_targets = {target["lineage"] for target in stored["target"]}
    strategies = []
    for number, row in enumerate(stored["strategy"], start=1):
        milestones = [m for m in stored["milestone"] if m["strategy_id"] == row["id"]]
        strategies.append(
            StrategyPart(
                number=number,
                domain=words.domains.get(row["domain_id"]),
                focus_areas=tuple(
                    words.areas[n] for n in sorted(row["focus_area_numbers"]) if n in words.areas
                ),
                targets=tuple(t for t in row["target_lineages"] if t in known_targets),
                comes_from=tuple(
                    words.last_strategies[each]
                    for each in row["parent_lineages"]
                    if each in words.last_strategies
                ),
                milestones=tuple(
                    MilestonePart(number=place, **_without(m, "strategy_id"))
                    for place, m in enumerate(milestones, start=1)
                ),
                **_without(
                    row, "domain_id", "focus_area_numbers", "target_lineages", "parent_lineages"
                ),
            )
        )
    return tuple(strategies)


def _lines(stored: Rows, words: Words) -> tuple[LinePart, ...]:
    lineages = {row["id"]: row["lineage"] for row in stored["strategy"]}
    return tuple(
        LinePart(
            number=number,
            strategy=lineages.get(row["strategy_id"]),
            object_code=words.codes.get(row["object_code_id"]),
            focus_area=words.areas.get(row["focus_area_id"]),
            **_without(row, "strategy_id", "object_code_id", "focus_area_id"),
        )
        for number, row in enumerate(stored["line"], start=1)
    )


def _assurances(stored: Rows) -> AssurancesPart:
    row = _without(stored["statement"][0]) if stored["statement"] else {"accepted_numbers": []}
    accepted = row.pop("accepted_numbers")
    return AssurancesPart(**row, assurances=_assurance_parts(stored, accepted))


def _assurance_parts(stored: Rows, accepted: Collection[int]) -> tuple[AssurancePart, ...]:
    return tuple(
        AssurancePart(**assurance, accepted=assurance["number"] in accepted)
        for assurance in stored["assurance"]
    )


def _without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {
        name: value for name, value in row.items() if name not in names and name not in FOR_FORMS
    }
