"""Required changes that were answered while their section was left as it was (R41)."""

from collections.abc import Iterable
from dataclasses import dataclass

from plans.documents import PlanDocument, draft_document, stored_document
from plans.documents.same import is_same_section
from plans.models import Plan, PlanVersion
from plans.sections import SECTIONS, SectionKey


@dataclass(frozen=True)
class Answered:
    """A change that was answered: of which section, and on which version it was asked."""

    number: int
    section: str
    version: int


@dataclass(frozen=True)
class AsBefore:
    """That a section is as it was; whoever asked or answered may have meant that."""

    number: int
    title: str
    version: int

    @property
    def to_district(self) -> str:
        return f"You say you changed {self.title}; it is as in version {self.version}."

    @property
    def to_department(self) -> str:
        return f"Answered, and {self.title} is as in version {self.version}."


def left_in_draft(plan: Plan) -> list[AsBefore]:
    """Of a returned plan, among the answers that were not handed in yet. Three queries at most."""
    changes = plan.required_changes.with_submission().exclude(answered_at=None)
    answered = [
        Answered(each.number, each.section, each.version.number)
        for each in changes.select_related("version").defer("version__document").order_by("number")
        if not each.was_handed_in
    ]
    if not answered:
        return []
    return list(left_as_before(plan.pk, draft_document(plan.pk), answered).values())


def left_as_before(
    plan_id: int, document: PlanDocument, answered: Iterable[Answered]
) -> dict[int, AsBefore]:
    """Those whose section reads in `document` as in the version returned, by their numbers.

    One query, and none where nothing was answered.
    """
    asked = list(answered)
    numbers = {each.version for each in asked}
    if not numbers:
        return {}
    versions = PlanVersion.objects.filter(plan=plan_id, number__in=numbers)
    before = {version.number: stored_document(version) for version in versions}
    return {
        each.number: AsBefore(each.number, SECTIONS[SectionKey(each.section)].title, each.version)
        for each in asked
        if is_same_section(before[each.version], document, each.section)
    }
