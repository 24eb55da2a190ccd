"""What must hold before the Commissioner approves: each condition with its citation and number."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from districts.words import day
from plans.documents import PlanDocument
from plans.models import Signature
from plans.rules import stops
from plans.rules.words import count, listing, money
from reviews.models import Recommendation
from reviews.reports.disputes import disputes
from reviews.reports.packet import Packet, Signed
from reviews.reports.turns import asked_of
from reviews.rules.conditions import (
    PRACTICE,
    STATUTE_ON_CHANGES,
    STATUTE_ON_LOCAL_FUNDS,
    STATUTE_ON_MAGNETS,
    STATUTE_ON_MONEY,
    Condition,
    waived,
)
from reviews.rules.last_year import about_last_year
from reviews.rules.still_asked import what_is_asked_is_settled

OWN_HAND = "You reviewed, recommended, signed or handed in this plan, so somebody else decides."


def gate(packet: Packet, *, on: date, by: int | None = None) -> list[Condition]:
    """Every condition of an approval on a day, those not met first.

    `by` is who would decide: nobody decides what they reviewed.
    """
    conditions = about_last_year(packet, on)
    conditions += [condition for ask in CONDITIONS if (condition := ask(packet, on)) is not None]
    conditions += since_closing(packet, on)
    if (own := decider_has_not_reviewed(packet, by)) is not None:
        conditions.append(own)
    return sorted(conditions, key=lambda one: (one.is_met, not one.is_warning))


def unmet(packet: Packet, *, on: date, by: int | None = None) -> list[str]:
    """What stops an approval, a sentence each."""
    return [one.sentence for one in gate(packet, on=on, by=by) if not one.is_met]


def reviews_asked_for(packet: Packet) -> list[Recommendation.As]:
    """It is a reform district by the roster of the moment, whatever the signed text says (R36)."""
    return asked_of(is_reform_district=packet.is_reform_district)


def reviews_lacking(packet: Packet) -> set[Recommendation.As]:
    return set(reviews_asked_for(packet)) - set(packet.reviews)


def reviews_are_in(packet: Packet, on: date) -> Condition:
    """R38, R36: a recommendation finishes the review; each is by another person."""
    of_version = packet.reviews
    asked = reviews_asked_for(packet)
    rule = "R36, R38" if len(asked) > 2 else "R38"
    missing = [part for part in asked if part not in of_version]
    given = [
        f"{of_version[part].made_by} ({part.label.lower()})" for part in asked if part in of_version
    ]
    who = listing(given) if given else ""
    people = {of_version[part].person for part in asked if part in of_version}
    if not missing and len(people) == len(asked):
        sentence = f"{who} recommend version {packet.version.number}."
        return Condition(sentence, PRACTICE, rule, is_met=True, is_about_people=True)
    if missing:
        lacks = listing([part.label.lower() for part in missing])
        sentence = f"Version {packet.version.number} lacks: {lacks}."
        sentence += f" It has: {who}." if who else ""
    else:
        sentence = f"One person gave two of the reviews: {who}."
    return _unless_waived(packet, sentence, rule)


def reviewers_agree(packet: Packet, on: date) -> Condition | None:
    """R38: two ratings of one criterion two levels apart are settled by a recorded consensus."""
    found = disputes(packet)
    if not found:
        return None
    lacking = [f"“{one.title}”" for one in found if one.is_open]
    if not lacking:
        sentence = f"The reviewers rated {count(len(found), 'criterion', 'criteria')} two levels"
        return Condition(
            f"{sentence} apart, and recorded on what they agree.",
            PRACTICE,
            "R38",
            is_met=True,
            is_about_people=True,
        )
    sentence = (
        f"The reviews of version {packet.version.number} lie two levels apart on"
        f" {listing(lacking)}: its reviewers record on what they agree."
    )
    return _unless_waived(packet, sentence, "R38")


def decider_has_not_reviewed(packet: Packet, by: int | None) -> Condition | None:
    """Nobody decides what they reviewed or recommended, or signed for the district."""
    if by is None or by not in packet.had_a_hand:
        return None
    return _unless_waived(packet, OWN_HAND, "R38")


def _unless_waived(packet: Packet, sentence: str, rule: str) -> Condition:
    waiver = packet.waiver
    if waiver is None:
        return Condition(sentence, PRACTICE, rule, is_met=False, is_about_people=True)
    return Condition(
        waived(sentence, waiver),
        PRACTICE,
        rule,
        is_met=True,
        is_warning=True,
        is_about_people=True,
    )


def local_board_has_approved(packet: Packet, on: date) -> Condition:
    """R14. The vote stands outside the signed text, so it can follow the signatures."""
    approval = packet.plan.board_approval
    approved_on, planned_on = approval.approved_on, approval.planned_on
    is_met = False
    if approved_on is not None:
        is_met = approved_on <= on
        sentence = (
            f"The local board approved the plan on {day(approved_on)}."
            if is_met
            else f"The local board’s approval is dated {day(approved_on)}, still to come."
        )
    elif planned_on is not None:
        sentence = (
            f"The local board’s approval has no date; its vote was planned for {day(planned_on)}."
        )
    else:
        sentence = "The local board’s approval has no date. The district enters it."
    return Condition(sentence, PRACTICE, "R14", is_met)


def both_have_signed(packet: Packet, on: date) -> Condition:
    """R15: superintendent and board chair, on the exact text of the version handed in."""
    signed = {one.capacity: one for one in packet.signatures if one.sha256 == packet.version.sha256}
    missing = [capacity for capacity in Signature.Capacity if capacity not in signed]
    number = packet.version.number
    if missing:
        who = listing([f"the {capacity.label.lower()}" for capacity in missing])
        sentence = f"Version {number} lacks the signature of {who}."
    else:
        who = listing([signed[capacity].name for capacity in Signature.Capacity])
        sentence = f"{who} signed version {number}, the one handed in."
    return Condition(sentence, PRACTICE, "R15", not missing)


def changes_are_answered(packet: Packet, on: date) -> Condition:
    """R41. Handing in asks for it as well."""
    if not packet.changes:
        return Condition("No changes were required.", STATUTE_ON_CHANGES, "R41", is_met=True)
    numbers = [change.number for change in packet.unanswered]
    if numbers:
        verb = "is" if len(numbers) == 1 else "are"
        noun = "Required change" if len(numbers) == 1 else "Required changes"
        sentence = f"{noun} {listing(numbers)} {verb} not answered."
    else:
        sentence = f"{count(len(packet.changes), 'required change')} answered."
    return Condition(sentence, STATUTE_ON_CHANGES, "R41", not numbers)


def allocation_is_known(packet: Packet, on: date) -> Condition:
    """What the board may spend is the allocation the text was signed with; $0 is legal (R05)."""
    funds = packet.signed.money
    if funds.amount is None:
        return Condition(
            f"The text names no allocation for FY{packet.plan.cycle_id}: "
            "it was closed before the amount was known.",
            STATUTE_ON_MONEY,
            "R05",
            is_met=False,
        )
    left = packet.signed.left_to_budget
    is_open = funds.stage != "final" and left != 0
    sentence = (
        f"The allocation is {money(funds.amount)}, {funds.stage}; "
        f"the lines of the plan budget {money(packet.signed.budgeted)} of it."
    )
    if is_open:
        over_or_left = "is not budgeted" if left > 0 else "is budgeted above it"
        sentence += f" {money(abs(left))} {over_or_left}; the final allocation is not known yet."
    return Condition(sentence, STATUTE_ON_MONEY, "R17", is_met=True, is_warning=is_open)


def allocation_has_not_moved(packet: Packet, on: date) -> Condition | None:
    """The letter awards what the two signed for, so that has to be the figure in force (R17)."""
    now, signed = packet.document_now.money, packet.signed.money
    if signed.amount is None or now.amount == signed.amount:
        return None
    is_now = "names no amount" if now.amount is None else f"says {money(now.amount)}, {now.stage}"
    return Condition(
        f"The Department’s list now {is_now}; version {packet.version.number} was signed at"
        f" {money(signed.amount)}, {signed.stage}. Return the plan, so that the district budgets"
        " and signs the figure in force.",
        STATUTE_ON_CHANGES,
        "R17",
        is_met=False,
    )


def what_stops_it_now(packet: Packet, on: date) -> list[Condition]:
    """Each rule that stops closing, asked again of the figures in force now."""
    if packet.signed.money.amount is None:
        return []  # that it is not known stands in the gate already
    return [
        Condition(
            f"{finding.sentence} Return the plan for this.",
            finding.citation,
            finding.rule,
            is_met=False,
        )
        for finding in stops(packet.document_now, on)
    ]


def what_moved(packet: Packet) -> list[Condition]:
    """What else the Department changed since closing: it stops nothing, and is to be read."""
    is_same_amount = packet.document_now.money.amount == packet.signed.money.amount
    return [
        Condition(
            moved.sentence,
            "Since closing",
            moved.rule,
            is_met=True,
            is_warning=True,
            has_moved=True,
        )
        for moved in packet.moved
        if moved.rule != "R36" and (is_same_amount or moved.rule != "R17")
    ]


def since_closing(packet: Packet, on: date) -> list[Condition]:
    """What came of the version that is read since it was closed: what stops it, what moved."""
    found = packet.kept(f"since-closing/{on}", lambda: _since_closing(packet, on))
    reform = reform_standing_has_not_moved(packet, on)
    return found if reform is None else [reform, *found]


def _since_closing(packet: Packet, on: date) -> list[Condition]:
    allocation = allocation_has_not_moved(packet, on)
    found = [] if allocation is None else [allocation]
    return [*found, *what_stops_it_now(packet, on), *what_moved(packet)]


def moved_digest(conditions: Iterable[Condition]) -> str:
    """Of what moved, as the gate lists it; empty where nothing did. Who decides has read it."""
    moved = sorted(one.sentence for one in conditions if one.has_moved)
    return hashlib.sha256("\n".join(moved).encode()).hexdigest()[:16] if moved else ""


def reform_standing_has_not_moved(packet: Packet, on: date) -> Condition | None:
    now, signed = packet.is_reform_now, packet.signed.is_reform_district
    if now is None or now == signed:
        return None
    is_or_not = {True: "is", False: "is not"}
    third = "so the program manager’s review is asked for" if now else "so two reviews are enough"
    return Condition(
        f"By the Department’s roster {packet.plan.district.name} {is_or_not[now]} an educational"
        f" reform district, {third}; the signed text says that it {is_or_not[signed]}.",
        PRACTICE,
        "R36",
        is_met=True,
        is_warning=True,
        has_moved=True,
    )


@dataclass(frozen=True)
class Permit:
    """What a line of the plan needs from the decider, by itself: the plan's approval gives it not.

    R27: specific approval of what local funds paid before; R28: permission for magnet tuition.
    """

    rule: str
    line: int  # its number in the version that is decided on
    description: str
    amount: int

    @property
    def key(self) -> str:
        return f"{self.rule}/{self.line}"

    @property
    def what(self) -> str:
        """As forms, refusals and the letter name it."""
        named = f", {self.description}" if self.description else ""
        return f"line {self.line}{named}, {money(self.amount)}"


def permits_needed(text: PlanDocument | Signed) -> list[Permit]:
    """Line by line; a line may need both."""
    asked = [
        ("R27", [line for line in text.lines if line.previously_locally_funded]),
        ("R28", [line for line in text.lines if line.line_kind == "magnet_tuition"]),
    ]
    return [
        Permit(rule, line.number, line.description, line.amount or 0)
        for rule, lines in asked
        for line in lines
    ]


def local_funds_are_not_replaced(packet: Packet, on: date) -> Condition | None:
    """R27: supplanting needs the Commissioner's specific approval, so it is shown by itself."""
    return _by_itself(packet, "R27", "Paid from local funds before", STATUTE_ON_LOCAL_FUNDS)


def magnet_tuition_is_permitted(packet: Packet, on: date) -> Condition | None:
    """R28: the Commissioner may permit it; that is recorded with the decision."""
    return _by_itself(packet, "R28", "Magnet school tuition", STATUTE_ON_MAGNETS)


def _by_itself(packet: Packet, rule: str, what: str, citation: str) -> Condition | None:
    needed = [permit for permit in permits_needed(packet.signed) if permit.rule == rule]
    if not needed:
        return None
    total = sum(permit.amount for permit in needed)
    return Condition(
        f"{what}: {listing([f'line {permit.line}' for permit in needed])}, {money(total)} in all."
        " Each line is decided by itself below; without that the plan is not approved.",
        citation,
        rule,
        is_met=True,
        is_warning=True,
    )


CONDITIONS: list[Callable[[Packet, date], Condition | None]] = [
    reviews_are_in,
    reviewers_agree,
    changes_are_answered,
    what_is_asked_is_settled,
    local_board_has_approved,
    both_have_signed,
    allocation_is_known,
    local_funds_are_not_replaced,
    magnet_tuition_is_permitted,
]
