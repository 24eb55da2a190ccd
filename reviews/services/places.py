"""Where in the version that was read something is asked: a row or field that is there, by name."""

from plans.documents import stored_document
from plans.documents.places import Place, called_in
from plans.models import PlanVersion
from plans.services import Blocked

NOWHERE = {"row_kind": "", "row": "", "field": "", "place": ""}


def read_place(version: PlanVersion, section: str, place: Place | None) -> dict[str, str]:
    """The columns of an anchor. A place of another section than is named is none.

    Raises:
        Blocked: the version has no such row or field.
    """
    if place is None or place.section != section:
        return NOWHERE
    words = called_in(stored_document(version), place)
    if not words:
        raise Blocked(
            [f"Version {version.number} has no such row or field. Choose the place again."]
        )
    return {"row_kind": place.kind, "row": place.row, "field": place.field, "place": words}
