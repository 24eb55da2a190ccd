"""Every rule of section 5 of `docs/domain.md`, where it is held and what proves it.

A rule that nothing keeps is here with its reason. `docs/rules.md` is written from this list:
`script/manage shell -c "from plans.rules.register.page import write; write()"`.
"""

from plans.rules.register import access, budget, content, decision, standing, year
from plans.rules.register.entry import Effect, Entry

PARTS = {
    "Calendar and standing": standing.RULES,
    "Content": content.RULES,
    "Budget": budget.RULES,
    "Annual amendment, review and decision": decision.RULES,
    "During and after the year": year.RULES,
    "Access": access.RULES,
}
REGISTER: tuple[Entry, ...] = tuple(entry for entries in PARTS.values() for entry in entries)

__all__ = ["PARTS", "REGISTER", "Effect", "Entry"]
