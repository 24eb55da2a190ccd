"""Two texts of a plan side by side in a few lines: rows, money, and what the lists say."""

from collections.abc import Iterator
from dataclasses import dataclass

from districts.words import money
from plans.documents import PlanDocument
from plans.models import BudgetLine
from plans.reading.differences import SectionCount, count_sections
from plans.reading.sums import FUNDING, total_of
from plans.rules.moved import lists_moved

ALLOCATION = BudgetLine.FundingSource.ALLOCATION.value
BUDGETED = "Budgeted: "


@dataclass(frozen=True)
class Dollars:
    """US dollars on both sides; none where the amount is not known there."""

    label: str
    before: int | None
    after: int | None
    lacks: bool = False  # an amount that was typed on either side could not be read

    @property
    def is_same(self) -> bool:
        return self.before == self.after

    @property
    def by(self) -> str:
        """“+$2,000”, “−$500”; nothing where it is the same or not known."""
        if self.before is None or self.after is None or self.is_same:
            return ""
        gained = self.after - self.before
        return f"+{money(gained)}" if gained > 0 else money(gained)


@dataclass(frozen=True)
class InShort:
    sections: tuple[SectionCount, ...]  # in which anything is other
    same: tuple[str, ...]  # titles of the rest
    money: tuple[Dollars, ...]  # the allocation, what is budgeted of it, then the other sources
    lists: tuple[str, ...]  # sentences: what the Department's rows say otherwise, of one year

    @property
    def is_same(self) -> bool:
        """Whether the district's words are the same, down to the order of their rows."""
        return not self.sections

    @property
    def words(self) -> str:
        """“2 rows added, 1 removed, 5 changed, in 3 sections”."""
        sums: dict[str, int] = {}
        for section in self.sections:
            for number, what in section.counted:
                sums[what] = sums.get(what, 0) + number
        found = [(number, what) for what, number in sums.items() if number]
        if not found:
            return "No row is other"
        (number, what), *others = found
        first = f"{number} row{'' if number == 1 else 's'} {what}"
        rest = [f"{number} {what}" for number, what in others]
        many = len(self.sections)
        return f"{', '.join([first, *rest])}, in {many} section{'' if many == 1 else 's'}"

    @property
    def budget(self) -> str:
        """What is budgeted of the allocation, before and after."""
        one = self.money[1]
        if one.is_same:
            return f"{money(one.after)} of the allocation is budgeted, as before"
        return f"{money(one.after)} of the allocation is budgeted, {money(one.before)} before"


def in_short(before: PlanDocument, after: PlanDocument) -> InShort:
    counts = count_sections(before, after)
    is_one_year = before.fiscal_year == after.fiscal_year
    return InShort(
        sections=tuple(one for one in counts if not one.is_same),
        same=tuple(one.title for one in counts if one.is_same),
        money=tuple(_dollars(before, after)),
        lists=tuple(one.sentence for one in lists_moved(before, after)) if is_one_year else (),
    )


def _dollars(before: PlanDocument, after: PlanDocument) -> Iterator[Dollars]:
    """The allocation, and what is budgeted of each source of money that either side uses."""
    yield Dollars("Allocation", before.money.amount, after.money.amount)
    used = {line.funding_source for each in (before, after) for line in each.lines}
    for source, label in FUNDING.items():
        if source in used or source == ALLOCATION:
            was, now = total_of(before.lines, source), total_of(after.lines, source)
            lacks = bool(was.unread or now.unread)
            yield Dollars(f"{BUDGETED}{label.lower()}", was.amount, now.amount, lacks)
