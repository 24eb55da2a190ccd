"""The kinds of row a plan is made of: which form writes each, and where it belongs."""

from dataclasses import dataclass

from django.http import Http404

from plans.forms.drafting import DraftForm
from plans.forms.rows import ROW_FORMS
from plans.sections import SectionKey


@dataclass(frozen=True)
class Kind:
    key: str
    title: str
    section: SectionKey
    parent: str = ""  # the kind of row it belongs to

    @property
    def form(self) -> type[DraftForm]:
        return ROW_FORMS[self.key]


KINDS = {
    kind.key: kind
    for kind in [
        Kind("objective", "Objective", SectionKey.OBJECTIVES),
        Kind("target", "Performance target", SectionKey.OBJECTIVES, parent="objective"),
        Kind("strategy", "Strategy", SectionKey.STRATEGIES),
        Kind("milestone", "Milestone", SectionKey.STRATEGIES, parent="strategy"),
        Kind("line", "Budget line", SectionKey.BUDGET),
        Kind("engagement", "Engagement", SectionKey.ENGAGEMENT),
    ]
}


def kind_or_404(key: str) -> Kind:
    try:
        return KINDS[key]
    except KeyError:
        raise Http404 from None
