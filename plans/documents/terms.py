"""What the Department says in a plan: its vocabulary, the district's profile and its money."""

from datetime import date
from decimal import Decimal

from plans.documents.parts import Part


class Term(Part):
    """A word of the vocabulary, with its text as it was when the plan was closed."""

    code: str
    name: str


class FocusAreaTerm(Part):
    number: int
    short_name: str
    is_on_programme_page: bool = True  # the others are read as “Also in the statute”


SOFTWARE = "735"


def is_equipment(code: str) -> bool:
    """The 730s of property are things with a unit price; software among them is none (R26)."""
    return code.startswith("73") and code != SOFTWARE


class ObjectCodeTerm(Part):
    code: str
    name: str
    is_salary: bool
    is_benefit: bool
    is_active: bool
    is_indirect_cost: bool
    is_equipment: bool = False


class IndicatorTerm(Part):
    number: int
    name: str
    falls: bool


class Money(Part):
    """What the district may budget: whole US dollars."""

    amount: int | None  # the allocation
    stage: str | None  # preliminary or final
    source: str = ""
    source_on: date | None = None
    reductions: int = 0  # determined of earlier years, that land in this one (§ 10-262u(g)(2))
    carry_forward: int | None = None  # the certified balance of the year before (§ 10-262u(h))

    @property
    def of_the_allocation(self) -> int:
        """What lines of the current allocation may add up to: reductions come off it first."""
        return max(0, (self.amount or 0) - self.reductions)

    @property
    def authorized(self) -> int:
        return max(0, (self.amount or 0) + (self.carry_forward or 0) - self.reductions)

    @property
    def of_carry_forward(self) -> int | None:
        """What lines of carry-forward may add up to; none where no certified report says it."""
        return None if self.carry_forward is None else self.authorized - self.of_the_allocation


class ProfileFigure(Part):
    label: str
    value: Decimal
    period: str
    source: str
    source_on: date


class Profile(Part):
    name: str
    slug: str
    edsight_code: str
    reference_group: str
    is_priority_school_district: bool
    is_reform_district: bool
    figures: tuple[ProfileFigure, ...] = ()
