"""What a cycle changed in the form since the year before: what a district meets that is not as it
was, so far as both years' cycles and the last approved plan tell it. In seven queries.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from plans.documents.kinds import IN_DOCUMENT
from plans.models import (
    OTHER_FOCUS_AREA,
    Assurance,
    Cycle,
    FocusArea,
    ObjectCode,
    Plan,
    PlanEvent,
    PlanVersion,
    StakeholderGroup,
)
from plans.sections import SectionKey


class Topic(StrEnum):
    FOCUS_AREA = "focus area"
    GROUP = "stakeholder group"
    ASSURANCE = "assurance"
    OBJECT_CODE = "object code"
    INDIRECT_COSTS = "indirect costs"
    QUESTION = "question"


SECTION_OF = {
    Topic.FOCUS_AREA: SectionKey.STRATEGIES,
    Topic.GROUP: SectionKey.ENGAGEMENT,
    Topic.ASSURANCE: SectionKey.ASSURANCES,
    Topic.OBJECT_CODE: SectionKey.BUDGET,
    Topic.INDIRECT_COSTS: SectionKey.BUDGET,
}


class How(StrEnum):
    NEW = "new"
    GONE = "gone"
    REWORDED = "reworded"


@dataclass(frozen=True)
class FormChange:
    topic: Topic
    how: How
    what: str
    section: SectionKey
    before: str = ""  # of what is reworded


def form_changes(plan: Plan) -> list[FormChange]:
    """Since the year of the plan that this one is copied from; none where it is a copy of none."""
    if plan.copied_from is None:
        return []
    cycles = Cycle.objects.in_bulk([plan.copied_from.cycle_id, plan.cycle_id])
    before, now = cycles[plan.copied_from.cycle_id], cycles[plan.cycle_id]
    return [
        *_compared(Topic.FOCUS_AREA, _areas(before), _areas(now)),
        *_compared(Topic.GROUP, _groups(before), _groups(now)),
        *_compared(Topic.ASSURANCE, *_assurances(before, now)),
        *_compared(Topic.OBJECT_CODE, *_codes(before, now)),
        *_compared(Topic.INDIRECT_COSTS, _indirect_costs(before), _indirect_costs(now)),
        *_questions(plan.copied_from),
    ]


def _compared(
    topic: Topic, before: Mapping[Any, str], now: Mapping[Any, str]
) -> Iterator[FormChange]:
    section = SECTION_OF[topic]
    for key, what in now.items():
        if key not in before:
            yield FormChange(topic, How.NEW, what, section)
        elif before[key] != what:
            yield FormChange(topic, How.REWORDED, what, section, before[key])
    for key, what in before.items():
        if key not in now:
            yield FormChange(topic, How.GONE, what, section)


def _areas(cycle: Cycle) -> dict[int, str]:
    areas: Iterable[Any] = FocusArea.objects.of_year(cycle.pk)  # each with its name of then
    names = {area.number: area.name for area in areas}
    return {
        number: f"{number} {name}"
        for number, name in (names | _own_area(cycle, names)).items()
        if name
    }


def _own_area(cycle: Cycle, names: Mapping[int, str]) -> dict[int, str]:
    """The one that a cycle turns on and names; no name where it does not."""
    if OTHER_FOCUS_AREA not in names:
        return {}
    name = cycle.other_focus_area_name or names[OTHER_FOCUS_AREA]
    return {OTHER_FOCUS_AREA: name if cycle.allows_other_focus_area else ""}


def _groups(cycle: Cycle) -> dict[str, str]:
    return {code: str(StakeholderGroup(code).label) for code in cycle.stakeholder_groups}


def _assurances(before: Cycle, now: Cycle) -> list[dict[int, str]]:
    rows = Assurance.objects.filter(cycle__in=[before, now]).order_by("number")
    texts: dict[int, dict[int, str]] = {before.pk: {}, now.pk: {}}
    for row in rows:
        texts[row.cycle_id][row.number] = str(row)
    return [texts[before.pk], texts[now.pk]]


def _codes(before: Cycle, now: Cycle) -> list[dict[str, str]]:
    codes = list(ObjectCode.objects.order_by("code"))
    return [
        {code.code: str(code) for code in codes if _is_in_use(code, year.pk)}
        for year in (before, now)
    ]


def _is_in_use(code: ObjectCode, year: int) -> bool:
    last = code.last_fiscal_year
    return code.first_fiscal_year <= year and (last is None or year <= last)


def _indirect_costs(cycle: Cycle) -> dict[str, str]:
    return {"allowed": "allowed"} if cycle.allows_indirect_costs else {}


def _questions(last: Plan) -> Iterator[FormChange]:
    """The fields that the approved text of last year does not know: it was closed before them."""
    version = (
        PlanVersion.objects.filter(plan=last, events__in=PlanEvent.objects.approvals())
        .order_by("-number")
        .first()
    )
    if version is None:
        return
    for kind in IN_DOCUMENT.values():
        known = _fields_in(version.document, kind.key)
        for field in kind.written:
            if known is not None and field.part_name not in known:
                yield FormChange(Topic.QUESTION, How.NEW, field.words, kind.section)


def _fields_in(document: Mapping[str, Any], key: str) -> set[str] | None:
    """What any part of a kind holds in the stored text; none where it has no such part."""
    kind = IN_DOCUMENT[key]
    within: Iterable[Any] = [document]
    if kind.parent:
        within = _parts(document, IN_DOCUMENT[kind.parent].within)
    parts = [part for each in within for part in _parts(each, kind.within)]
    return {name for part in parts for name in part} if parts else None


def _parts(whole: Mapping[str, Any], name: str) -> list[Any]:
    found = whole.get(name, [])
    return found if isinstance(found, list) else [found]
