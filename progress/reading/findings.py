"""What rules find in a progress report, each with where it is mended."""

from plans.reading.findings import FindingLine
from plans.rules.base import Finding
from progress.documents import ProgressDocument
from progress.reading.pages import WrittenPage, pages_of


def lines_of(
    found: list[Finding],
    document: ProgressDocument,
    *,
    at: str = "",
    here: WrittenPage | None = None,
) -> list[FindingLine]:
    """The findings, for a page that stands `here` among those that write the report, or elsewhere:
    then `at` is the address of the first."""
    names = _names_of(document)
    addresses = {row: _address(page, at, here) for page in pages_of(document) for row in page.rows}
    lines = []
    for each in found:
        row = (each.place, each.row_id or 0)
        url = f"{addresses[row]}#{each.place}-{each.row_id}" if row in addresses else ""
        lines.append(FindingLine(each, url, names.get(row, "")))
    return lines


def _address(page: WrittenPage, at: str, here: WrittenPage | None) -> str:
    if here is not None and page.number == here.number:
        return ""
    return f"{at}?page={page.number}" if here is not None or page.number > 1 else at


def _names_of(document: ProgressDocument) -> dict[tuple[str, int], str]:
    """What each row is called."""
    names = {("target", each.id or 0): f"Target {each.number}" for each in document.targets}
    for strategy in document.strategies:
        called = f"Strategy {strategy.number}"
        names["strategy", strategy.id or 0] = called
        for each in strategy.milestones:
            names["milestone", each.id or 0] = f"{called}, milestone {each.number}"
    return names
