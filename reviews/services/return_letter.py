"""What the letter of a return says: its changes, numbered, each with the day to answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from districts.words import deadline
from notices.pages import link_to
from plans.models import Plan, PlanVersion, RequiredChange
from plans.sections import SECTIONS, SectionKey
from plans.services.letters import page_of
from reviews.services.letter_words import words_of_statute


@dataclass(frozen=True)
class Asked:
    """A change as the letter of its return has it."""

    change: RequiredChange
    due_on: date
    again: str = ""  # what is still missing, of one that is asked again

    @property
    def section(self) -> str:
        title = SECTIONS[SectionKey(self.change.section)].title
        return f"{title}, {self.change.place}" if self.change.place else title

    @property
    def line(self) -> str:
        again = f" Asked again: {self.again}" if self.again else ""
        return f"{self.change.number}. {self.section}: {self.change.text}{again}"

    @property
    def in_letter(self) -> str:
        again = f"\nAsked again. Still missing: {self.again}" if self.again else ""
        said = f"{self.change.number}. {self.section}\n{self.change.text}{again}"
        return f"{said}\nAnswer due: {deadline(self.due_on)}"


def return_values(
    plan: Plan, version: PlanVersion, words: str, asked: Sequence[Asked]
) -> dict[str, str]:
    """What the letter of a return puts in."""
    is_one = len(asked) == 1
    return {
        "version": str(version.number),
        "fiscal_year": str(plan.cycle_id),
        "district": plan.district.name,
        "changes_asked": "One change is asked" if is_one else f"{len(asked)} changes are asked",
        "words_of_statute": words_of_statute(),
        "words": words,
        "changes": "\n\n".join(each.in_letter for each in asked),
        "the_changes": "the change" if is_one else "each change",
        "link": link_to(page_of(plan)),
    }
