"""Spreading plans evenly over those who can review them: the same for everybody who asks.

Whoever can still review a plan keeps it. Each part that wants somebody goes, in order of districts,
to who read the district last year while that stays even; then to who has fewest in hand.
"""

from plans.models import Assignment
from reviews.reports.to_assign import PARTS, Assigning, ToAssign

Proposal = dict[int, dict[Assignment.As, int]]  # by plan


def spread(assigning: Assigning, *, most: int | None = None) -> Proposal:
    """Somebody for each part that wants one; nobody where all are barred or have no room.

    `most`: how many plans anybody may have in hand; None: as many as come.
    """
    spreading = _Spreading(assigning, most)
    for part in PARTS:
        spreading.give(part)
    return spreading.proposal


class _Spreading:
    def __init__(self, assigning: Assigning, most: int | None) -> None:
        self.assigning, self.most = assigning, most
        self.loads = {each.pk: each.in_hand for each in assigning.candidates}
        self.proposal: Proposal = {one.plan.pk: dict(one.stays) for one in assigning.plans}

    def give(self, part: Assignment.As) -> None:
        wanting = [one for one in self.assigning.plans if part not in one.stays]
        able = [each.pk for each in self.assigning.candidates if part in each.parts]
        level, above = even_level([self.loads[pk] for pk in able], len(wanting))
        for one in wanting:
            before = one.last_year.get(part)
            if before not in self._free(one, part):
                continue
            is_above = self.loads[before] == level
            if self.loads[before] < level or (is_above and above):
                above -= is_above
                self._give(one, part, before)
        for one in wanting:
            free = self._free(one, part)
            if part not in self.proposal[one.plan.pk] and free:
                self._give(one, part, min(free, key=self._by_load))

    def _free(self, one: ToAssign, part: Assignment.As) -> list[int]:
        """Who could review it, is not its other reviewer, and has room; by name."""
        taken = self.proposal[one.plan.pk].values()
        return [
            each.pk
            for each in self.assigning.open_to(one, part)
            if each.pk not in taken and (self.most is None or self.loads[each.pk] < self.most)
        ]

    def _by_load(self, person: int) -> int:
        return self.loads[person]  # of several the first by name: min keeps the first

    def _give(self, one: ToAssign, part: Assignment.As, person: int) -> None:
        self.proposal[one.plan.pk][part] = person
        self.loads[person] += 1


def even_level(loads: list[int], plans: int) -> tuple[int, int]:
    """How many everybody has at least once so many more are spread evenly; how many one above it.

    Of 4 plans over loads 0, 0 and 0: each 1, and one of them one more.
    """
    if not loads:
        return 0, 0
    level = min(loads)
    while (needs := sum(load <= level for load in loads)) <= plans:
        plans -= needs
        level += 1
    return level, plans
