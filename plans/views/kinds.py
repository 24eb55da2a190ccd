"""The kinds of row that have pages of their own: which form writes each, and where it belongs."""

from dataclasses import dataclass

from django.http import Http404

from plans.documents.kinds import LISTED
from plans.forms.drafting import DraftForm
from plans.forms.rows import ROW_FORMS
from plans.sections import SectionKey


@dataclass(frozen=True)
class Kind:
    key: str
    title: str
    section: SectionKey
    parent: str  # the kind of row it belongs to, if any
    form: type[DraftForm]


KINDS = {
    key: Kind(key, kind.title, kind.section, kind.parent, ROW_FORMS[key])
    for key, kind in LISTED.items()
}


def kind_or_404(key: str) -> Kind:
    try:
        return KINDS[key]
    except KeyError:
        raise Http404 from None
