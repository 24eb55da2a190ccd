"""What the Department changed since a text was closed, in words: from what, to what.

A version holds the Department's rows as they were: allocation, roster, figures, vocabulary,
assurances. The two texts compared are that version and the same words with the rows of now.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from districts.words import day, num
from plans.documents import PlanDocument, fingerprint
from plans.documents.terms import Money
from plans.rules.words import money

Term = Any  # a focus area, an indicator, an object code or a domain


@dataclass(frozen=True)
class Moved:
    """One thing that reads otherwise now. What `binds` has to be closed and signed anew."""

    sentence: str
    binds: bool = False
    rule: str = ""  # that it is about, where one has a number for it


def moved_since(signed: PlanDocument, now: PlanDocument) -> list[Moved]:
    """Every difference between the text as it was closed and as it would be closed now."""
    if is_same_text(signed, now):
        return []
    moved = [one for ask in ASKED for one in ask(signed, now)]
    return moved or [Moved("The text reads otherwise than when it was closed.", binds=True)]


def lists_moved(before: PlanDocument, after: PlanDocument) -> list[Moved]:
    """What the Department's rows say otherwise beside two texts, whose words may differ too.

    Not of the terms that rows name: those come and go with the district's own words.
    """
    asked = (ask for ask in ASKED if ask is not _vocabulary)
    return [one for ask in asked for one in ask(before, after)]


def is_same_text(one: PlanDocument, other: PlanDocument) -> bool:
    """Whether both would be stored as the same version, down to the last figure."""
    return fingerprint(one.frozen()) == fingerprint(other.frozen())


def _allocation(signed: PlanDocument, now: PlanDocument) -> Iterator[Moved]:
    was, is_now = signed.money, now.money
    if (was.amount, was.stage) != (is_now.amount, is_now.stage):
        yield Moved(
            f"The allocation was {_figure(was)}; it is {_figure(is_now)} now.",
            binds=True,
            rule="R17",
        )
    elif (was.source, was.source_on) != (is_now.source, is_now.source_on):
        yield Moved(
            f"The source of the allocation was {_source(was)}; it is {_source(is_now)} now."
            " The amount is the same."
        )
    if was.reductions != is_now.reductions:
        yield Moved(
            f"Reductions for earlier years were {money(was.reductions)};"
            f" they are {money(is_now.reductions)} now.",
            binds=True,
            rule="R17",
        )
    if was.carry_forward != is_now.carry_forward:
        yield Moved(
            f"The balance carried forward was {_balance(was)}; it is {_balance(is_now)} now.",
            binds=signed.total("carry_forward") > (is_now.of_carry_forward or 0),
            rule="R18",
        )


def _figure(funds: Money) -> str:
    return "not known yet" if funds.amount is None else f"{money(funds.amount)}, {funds.stage}"


def _balance(funds: Money) -> str:
    return "not certified" if funds.carry_forward is None else money(funds.carry_forward)


def _source(funds: Money) -> str:
    dated = f" of {day(funds.source_on)}" if funds.source_on else ""
    return f"“{funds.source}”{dated}"


def _kind_of_plan(signed: PlanDocument, now: PlanDocument) -> Iterator[Moved]:
    yield from _otherwise("The plan", signed.kind.replace("_", " "), now.kind.replace("_", " "))
    yield from _otherwise("The fiscal year", str(signed.fiscal_year), str(now.fiscal_year))


def _assurances(signed: PlanDocument, now: PlanDocument) -> Iterator[Moved]:
    """They are what the signers assure, so another word of one is signed anew."""
    was = {one.number: one for one in signed.assurances.assurances}
    are = {one.number: one for one in now.assurances.assurances}
    for number in sorted(was.keys() | are.keys()):
        before, after = was.get(number), are.get(number)
        if before is None and after is not None:
            yield Moved(f"Assurance {number} is new: “{after.text}”", binds=True)
        elif before is not None and after is None:
            yield Moved(f"Assurance {number} is gone; it was “{before.text}”", binds=True)
        elif before is not None and after is not None:
            yield from _otherwise(
                f"Assurance {number}", f"“{before.text}”", f"“{after.text}”", binds=True
            )
            yield from _otherwise(
                f"The citation of assurance {number}", before.citation, after.citation
            )


def _roster(signed: PlanDocument, now: PlanDocument) -> Iterator[Moved]:
    was, is_now = signed.district, now.district
    for what, name in (
        ("The district’s name", "name"),
        ("The district’s address on these pages", "slug"),
        ("The district’s EdSight code", "edsight_code"),
        ("The district’s reference group", "reference_group"),
    ):
        yield from _otherwise(what, getattr(was, name) or "none", getattr(is_now, name) or "none")
    for what, name in (
        ("a priority school district", "is_priority_school_district"),
        ("an educational reform district", "is_reform_district"),
    ):
        if getattr(was, name) != getattr(is_now, name):
            rule = "R36" if name == "is_reform_district" else ""
            yield Moved(_is_or_not("The district", what, now=getattr(is_now, name)), rule=rule)


def _figures(signed: PlanDocument, now: PlanDocument) -> Iterator[Moved]:
    was = {(one.label, one.period): one for one in signed.district.figures}
    are = {(one.label, one.period): one for one in now.district.figures}
    for key in [*was, *(key for key in are if key not in was)]:
        what = f"{key[0]}, {key[1]}"
        before, after = was.get(key), are.get(key)
        if before is None and after is not None:
            yield Moved(f"{what} is new: {num(after.value)}.")
        elif before is not None and after is None:
            yield Moved(f"{what} is gone; it was {num(before.value)}.")
        elif before is not None and after is not None:
            yield from _otherwise(what, num(before.value), num(after.value))
            yield from _otherwise(
                f"The source of {what},",
                f"“{before.source}” of {day(before.source_on)}",
                f"“{after.source}” of {day(after.source_on)}",
            )


def _offered(signed: PlanDocument, now: PlanDocument) -> Iterator[Moved]:
    known = {one.number for one in signed.focus_areas}
    for area in now.focus_areas:
        if area.number not in known:
            yield Moved(f"Focus area {area.number} “{area.short_name}” is offered now.")
    groups = {one.code: one.name for one in signed.stakeholder_groups}
    for group in now.stakeholder_groups:
        if group.code not in groups:
            yield Moved(f"Engagement is asked of {group.name} now.")
        else:
            yield from _otherwise("A group of engagement", groups.pop(group.code), group.name)
    yield from (Moved(f"Engagement is not asked of {name} any more.") for name in groups.values())
    if signed.allows_indirect_costs != now.allows_indirect_costs:
        may = "may be" if now.allows_indirect_costs else "may not be"
        was_so = "were not to be" if now.allows_indirect_costs else "could be"
        yield Moved(f"Indirect costs {was_so} budgeted; they {may} budgeted now.")


TRAITS = {  # of a term: what each makes it
    "is_salary": "a salary",
    "is_benefit": "a benefit",
    "is_indirect_cost": "an indirect cost",
    "is_equipment": "equipment",
    "falls": "better the lower it is",
    "is_on_programme_page": "on the program page",
}


def _vocabulary(signed: PlanDocument, now: PlanDocument) -> Iterator[Moved]:
    """The terms that rows of the text name, and the focus areas offered beside them."""
    named = _terms(signed)
    was, are = _offers(signed) | named, _offers(now) | _terms(now)
    for what, before in was.items():
        after = are.get(what)
        if after is None:
            yield Moved(f"{what} “{_name(before)}” is not offered any more.", binds=what in named)
            continue
        yield from _otherwise(what, f"“{_name(before)}”", f"“{_name(after)}”")
        if getattr(before, "is_active", True) != getattr(after, "is_active", True):
            used = "in use again" if after.is_active else "not in use any more"
            yield Moved(f"{what} “{_name(after)}” is {used} in FY{now.fiscal_year}.")
        for trait, words in TRAITS.items():
            if getattr(before, trait, None) != getattr(after, trait, None):
                who = f"{what} “{_name(after)}”"
                yield Moved(_is_or_not(who, words, now=getattr(after, trait)))


def _offers(document: PlanDocument) -> dict[str, Term]:
    return {f"Focus area {one.number}": one for one in document.focus_areas}


def _terms(document: PlanDocument) -> dict[str, Term]:
    """By what each is called in a sentence."""
    indicators = [*document.needs.indicators, *(one.indicator for one in document.targets)]
    areas = [area for strategy in document.strategies for area in strategy.focus_areas]
    areas += [line.focus_area for line in document.lines if line.focus_area]
    domains = [strategy.domain for strategy in document.strategies]
    codes = [line.object_code for line in document.lines]
    return {
        **{f"Indicator {one.number}": one for one in indicators if one},
        **{f"Domain {one.code}": one for one in domains if one},
        **{f"Focus area {one.number}": one for one in areas},
        **{f"Object code {one.code}": one for one in codes if one},
    }


def _name(term: Term) -> str:
    return getattr(term, "short_name", None) or term.name


def _is_or_not(who: str, what: str, *, now: bool) -> str:
    return f"{who} was not {what}; it is now." if now else f"{who} was {what}; it is not now."


def _otherwise(what: str, was: str, is_now: str, *, binds: bool = False) -> Iterator[Moved]:
    if was != is_now:
        yield Moved(f"{what} was {was}; it is {is_now} now.", binds)


ASKED: tuple[Callable[[PlanDocument, PlanDocument], Iterator[Moved]], ...] = (
    _allocation,
    _kind_of_plan,
    _assurances,
    _roster,
    _figures,
    _offered,
    _vocabulary,
)
