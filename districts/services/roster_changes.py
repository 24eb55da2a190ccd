"""One act on the roster is one row: what it states, who asked, why, and which plans it touches.

An act that touches a plan on record, and every uploaded file, waits for a second person.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from typing import Any, Protocol, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string

from districts.models import District, Membership, RosterChange, User, gets_letters
from districts.permissions import CONFIRMERS, why_not_of_own
from districts.roles import Role
from districts.services.refusals import RosterRefusal
from districts.words import eastern
from notices.pages import Page, link_to
from notices.services import post

PROPOSED, MADE, REFUSED = "roster_proposed", "roster_changed", "roster_refused"
HEARS_OF_IT = [
    Role.SUPERINTENDENT,
    Role.BOARD_CHAIR,
    Role.PLAN_COORDINATOR,
    Role.FISCAL_OFFICER,
]


@dataclass(frozen=True)
class Effect:
    """What an act does to a district, and for which fiscal years (None: for all)."""

    district: District
    does: str  # one of those below
    fiscal_years: frozenset[int] | None


MONEY, LEAVES, JOINS, REFORM = "money", "leaves", "joins", "reform"


@dataclass(frozen=True)
class Touched:
    """A plan that is filed or decided, and what must follow for it."""

    district_id: int
    plan: str  # “Derby’s plan for FY2027, approved”
    follows: str  # a sentence
    reviewer_ids: tuple[int, ...]


class _KnowsPlans(Protocol):
    def hold_plans(self, effects: Collection[Effect]) -> None: ...

    def plans_touched(self, effects: Collection[Effect]) -> list[Touched]: ...


@dataclass(frozen=True)
class Grounds:
    """Why an act is asked for, and the paper it rests on."""

    reason: str = ""
    source: str = ""
    source_on: date | None = None


def _those_who_know_plans() -> list[_KnowsPlans]:
    return [cast(_KnowsPlans, import_module(name)) for name in settings.ROSTER_CHECKS]


def plans_on_record(effects: Collection[Effect]) -> list[Touched]:
    """The plans that the effects concern, for a page that says it beforehand: it holds nothing."""
    return [each for knows in _those_who_know_plans() for each in knows.plans_touched(effects)]


def plans_touched(effects: Collection[Effect]) -> list[Touched]:
    """The same for an act: those plans stay as they are till the act is done."""
    for knows in _those_who_know_plans():
        knows.hold_plans(effects)
    return plans_on_record(effects)


def tell_of_money(effects: Collection[Effect], *, at: datetime) -> None:
    """An allocation is another now, and whoever budgets against it hears of that.

    Of plans on record `tell_both_sides` tells; this is of what is still being written. The plans
    are held, as by `plans_touched`.
    """
    tells: Any = import_module(settings.TOLD_OF_ALLOCATIONS)
    tells.tell_of_money([each for each in effects if each.does == MONEY], at=at)


def record(
    *,
    kind: RosterChange.Kind,
    district: District | None,
    asked: dict[str, Any],
    summary: list[str],
    effects: Collection[Effect],
    grounds: Grounds,
    by: User | None,
    at: datetime,
    run_as: str = "",
    is_file: dict[str, Any] | None = None,
) -> RosterChange:
    """Write the act down, and tell whoever is to confirm it, if somebody is.

    `is_file` has what a file's change holds beside. The same act sent twice waits once.

    Raises:
        RosterRefusal: it touches a plan on record, and no reason is given; or somebody else has
            asked for the same, and it waits.
    """
    touched = plans_touched(effects)
    if touched and not grounds.reason:
        refusal = RosterRefusal(reason=_reason_wanted(touched))
        refusal.touched = touched
        raise refusal
    of_file = is_file or {}
    act = {"kind": kind, "district": district, "asked": asked}
    if by and (same := _waiting_already(act, by)):
        return same
    change = RosterChange.objects.create(
        **act,
        proposed_by=by,
        **of_file,
        summary=summary,
        touches=[
            {
                "district": each.district_id,
                "plan": each.plan,
                "follows": each.follows,
                "reviewers": list(each.reviewer_ids),
            }
            for each in touched
        ],
        reason=grounds.reason,
        source=grounds.source,
        source_on=grounds.source_on,
        needs_second=by is not None and (bool(touched) or is_file is not None),
        run_as=run_as,
        asked_at=at,
    )
    if change.needs_second:
        _tell_confirmers(change, at=at)
    elif touched:
        tell_both_sides(change, touched, at=at)
    return change


def _waiting_already(act: dict[str, Any], by: User) -> RosterChange | None:
    """The same act, if they asked for it before and it waits."""
    same = RosterChange.objects.waiting().filter(**act).select_related("proposed_by").first()
    if same is None:
        return None
    if same.proposed_by != by:
        who = same.proposed_by.name if same.proposed_by else same.run_as
        raise RosterRefusal(
            whole=f"{who} asked for the same, {eastern(same.asked_at)}, and it waits for a second"
            " person. Confirm or refuse it under Districts, Changes."
        )
    same.asked_again = True
    return same


def refuse_own(by: User, district_ids: Collection[int], *, at: datetime) -> None:
    """Nobody asks for a change of a district they belong to, confirms or refuses one.

    Raises:
        RosterRefusal: they hold a role in one of these districts.
    """
    if why := why_not_of_own(by, district_ids, at=at):
        raise RosterRefusal(whole=why)


def _reason_wanted(touched: list[Touched]) -> str:
    """Which plans are concerned, a few by name, and what is asked for."""
    named = "; ".join(each.plan for each in touched[:3])
    more = f" and {len(touched) - 3} more" if len(touched) > 3 else ""
    return f"This touches {named}{more}. Write why: the reason stays on record and in the letters."


def confirmers(change: RosterChange) -> QuerySet[User]:
    """Whoever could be the second person to it."""
    return other_confirmers(change.proposed_by, change.concerns)


def other_confirmers(
    asking: User | AnonymousUser | None, district_ids: Collection[int]
) -> QuerySet[User]:
    """An administrator or program manager, not who asked, and of none of these districts."""
    belong = Membership.objects.in_districts().filter(district__in=district_ids)
    return (
        User.objects.filter(
            gets_letters(), memberships__role__in=CONFIRMERS, memberships__ended_at=None
        )
        .exclude(pk__in=[asking.pk] if asking and asking.pk else [])
        .exclude(pk__in=belong.values("user"))
        .distinct()
        .order_by("name", "pk")
    )


# Letters ----------------------------------------------------------------------------------------


def _tell_confirmers(change: RosterChange, *, at: datetime) -> None:
    _post(
        change,
        kind=PROPOSED,
        to=confirmers(change),
        why="A change of the roster waits for a second person",
        at=at,
        page=Page("roster_change", (change.pk,)),
    )


def tell_both_sides(change: RosterChange, touched: list[Touched], *, at: datetime) -> None:
    """The districts of the plans touched, each of its own; and those of the Department.

    Whoever belongs to a district hears of it what the district does.
    """
    why = "The roster changed for a plan on record"
    for district, people in _of_the_districts(touched):
        _post(
            change,
            kind=MADE,
            to=people,
            why=why,
            at=at,
            lines=lines_about(change, district),
            plans=[each for each in touched if each.district_id == district.pk],
            page=Page("home"),
        )
    for person, theirs in _of_the_department(touched, confirmed_by=change.confirmed_by):
        _post(
            change,
            kind=MADE,
            to=[person],
            why=why,
            at=at,
            plans=theirs,
            page=Page("roster_change", (change.pk,)),
        )


@dataclass(frozen=True)
class Hearers:
    """To whom letters leave once a change is confirmed."""

    districts: int  # whose people hear of it
    in_districts: int  # people of theirs
    at_department: int  # people, but for who confirms

    @property
    def letters(self) -> int:
        return self.in_districts + self.at_department


def hearers(change: RosterChange, by: User) -> Hearers:
    """Who would hear of it, were it confirmed now by them: its plans' reviewers as it was asked."""
    touched = [
        Touched(
            district_id=each["district"],
            plan=each["plan"],
            follows=each["follows"],
            reviewer_ids=tuple(each.get("reviewers", ())),  # older rows do not name them
        )
        for each in change.touches
    ]
    districts = _of_the_districts(touched)
    told = {person for _, people in districts for person in people}
    department = {person for person, _ in _of_the_department(touched, confirmed_by=by)}
    return Hearers(len(districts), len(told), len(department - told))


def _of_the_districts(touched: list[Touched]) -> list[tuple[District, list[User]]]:
    """Each district of the plans, with those of it who hear of a change. Two queries."""
    districts = District.objects.filter(pk__in={each.district_id for each in touched})
    held = Membership.objects.current().filter(
        gets_letters("user__"), district__in=districts, role__in=HEARS_OF_IT
    )
    people: dict[int | None, dict[int, User]] = {}
    for each in held.select_related("user").order_by("user"):
        people.setdefault(each.district_id, {})[each.user_id] = each.user
    return [(each, list(people.get(each.pk, {}).values())) for each in districts.order_by("pk")]


def _of_the_department(
    touched: list[Touched], *, confirmed_by: User | None
) -> list[tuple[User, list[Touched]]]:
    """Who has the plans, and who looks after the roster, each with what they are told of.

    Not of a district they belong to, and not who has just confirmed it. Two queries.
    """
    reviewers = {pk for each in touched for pk in each.reviewer_ids}
    told = User.objects.filter(
        Q(pk__in=reviewers)
        | Q(memberships__role__in=CONFIRMERS | {Role.COMMISSIONER}, memberships__ended_at=None),
        gets_letters(),
    )
    belong = set(
        Membership.objects.in_districts()
        .filter(district__in={each.district_id for each in touched})
        .values_list("user", "district")
    )
    each_with_theirs = (
        (person, [each for each in touched if (person.pk, each.district_id) not in belong])
        for person in told.distinct().order_by("pk")
        if person != confirmed_by
    )
    return [(person, theirs) for person, theirs in each_with_theirs if theirs]


def tell_of_refusal(change: RosterChange, *, at: datetime) -> None:
    if change.proposed_by and change.refused_by != change.proposed_by:
        _post(
            change,
            kind=REFUSED,
            to=[change.proposed_by],
            why="A change of the roster was refused",
            at=at,
            page=Page("roster_change", (change.pk,)),
        )


def lines_about(change: RosterChange, district: District) -> list[str]:
    """What the change says of the district: of a file, its own lines and no other's."""
    if change.district_id:
        return change.summary
    return list(change.lines_of.get(str(district.pk), []))


def _post(
    change: RosterChange,
    *,
    kind: str,
    to: Iterable[User],
    why: str,
    at: datetime,
    page: Page,
    **context: Any,
) -> None:
    """One letter to each person. The template's first line is the subject."""
    text = render_to_string(
        f"emails/{kind}.txt",
        {
            "change": change,
            "lines": change.summary,
            "plans": change.touches,
            "link": link_to(page),
            **context,
        },
    )
    subject, _, body = text.strip().partition("\n")
    for person in to:
        post(
            key=f"{kind}/{change.about}/user-{person.pk}",
            kind=kind,
            to=person,
            subject=subject.strip(),
            body=body.strip() + "\n",
            about=change.about,
            page=page,
            why=why,
            at=at,
        )
