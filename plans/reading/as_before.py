"""Required changes that were answered while their section was left as it was (R41)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from plans.documents import PlanDocument, draft_document
from plans.documents.cache import document_of
from plans.documents.difference import is_same_section
from plans.models import Plan, PlanVersion
from plans.reports.versions import versions_numbered
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
    before = versions_numbered(plan.pk, {each.version for each in answered})
    return list(left_as_before(draft_document(plan.pk), answered, before).values())


def left_as_before(
    document: PlanDocument, answered: Iterable[Answered], before: Mapping[int, PlanVersion]
) -> dict[int, AsBefore]:
    """Those whose section reads in `document` as in the version returned, by their numbers.

    `before` are the versions they were asked on.
    """
    return {
        each.number: AsBefore(each.number, SECTIONS[SectionKey(each.section)].title, each.version)
        for each in answered
        if is_same_section(document_of(before[each.version]), document, each.section)
    }
