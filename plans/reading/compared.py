"""Two texts of a plan compared for a page, found again for as long as both say the same."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.template.loader import render_to_string

from plans.documents import Draft, PlanDocument
from plans.documents.cache import document_of, get_or_make
from plans.models import PlanVersion
from plans.reading.differences import SectionCount, sections_shown
from plans.reading.in_short import InShort, in_short
from plans.reports.sides import name_of_version


@dataclass(frozen=True)
class Text:
    """A text that is read only where nothing is kept: its name, its state, and how it is read."""

    key: str
    made_from: str
    read: Callable[[], PlanDocument]


@dataclass(frozen=True)
class ComparedSection:
    count: SectionCount
    body: str  # HTML


@dataclass(frozen=True)
class Compared:
    short: InShort
    sections: tuple[ComparedSection, ...]


def text_of_version(version: PlanVersion) -> Text:
    """Whose document may be deferred."""
    mark = f"{version.schema}-{version.sha256}"
    return Text(mark, mark, lambda: document_of(version))


def text_of_draft(draft: Draft) -> Text:
    return Text(f"draft-{draft.plan.pk}", draft.plan.stamp, lambda: draft.document)


def compared(before: Text, after: Text) -> Compared:
    """All that is other, as HTML, the same for whoever may read both."""
    return get_or_make(
        f"differences/{before.key}/{after.key}",
        made_from=f"{before.made_from}/{after.made_from}",
        make=lambda: _compared(before.read(), after.read()),
    )


def compared_in_short(before: Text, after: Text) -> InShort:
    return get_or_make(
        f"differences-in-short/{before.key}/{after.key}",
        made_from=f"{before.made_from}/{after.made_from}",
        make=lambda: in_short(before.read(), after.read()),
    )


@dataclass(frozen=True)
class SinceReturned:
    """What a version says otherwise than the one returned last before it."""

    number: int  # of the version returned
    now: int
    short: InShort
    query: str  # of the page that compares the two


def since_returned(fiscal_year: int, returned: PlanVersion, version: PlanVersion) -> SinceReturned:
    return SinceReturned(
        returned.number,
        version.number,
        compared_in_short(text_of_version(returned), text_of_version(version)),
        query_of(
            name_of_version(fiscal_year, returned.number),
            name_of_version(fiscal_year, version.number),
        ),
    )


def query_of(before: str, after: str) -> str:
    """Of the page that compares the texts of these names."""
    return "?" + urlencode({"before": before, "after": after})


def _compared(before: PlanDocument, after: PlanDocument) -> Compared:
    return Compared(
        in_short(before, after),
        tuple(
            ComparedSection(
                section.count,
                render_to_string("plans/_differences_of_section.html", {"section": section}),
            )
            for section in sections_shown(before, after)
        ),
    )
