"""The second person's word on a change of the roster: it is made, or it is refused and kept."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import District, RosterChange, User
from districts.permissions import may_confirm_changes
from districts.services.locks import hold
from districts.services.refusals import RosterRefusal
from districts.services.roster_changes import (
    JOINS,
    LEAVES,
    MONEY,
    PROPOSED,
    Effect,
    Touched,
    plans_touched,
    refuse_own,
    tell_both_sides,
    tell_of_refusal,
)
from districts.services.roster_load import make_file
from districts.services.roster_stating import Run, effects_of_run, make
from notices.services import withdraw


@transaction.atomic
def confirm_change(*, change_id: int, by: User, at: datetime) -> RosterChange:
    """Let a change take effect that another person asked for. Confirming it again changes nothing.

    Raises:
        PermissionDenied: neither an administrator nor a program manager.
        RosterRefusal: they asked for it themselves or belong to a district it concerns, it was
            refused or needed nobody else, the roster has moved on, or a plan was filed since that
            it would touch.
    """
    change = _held(change_id, by=by, at=at)
    if change.confirmed_at:
        return change
    if change.refused_at:
        done = "taken back" if change.refused_by_id == change.proposed_by_id else "refused"
        raise RosterRefusal(whole=f"This was {done} meanwhile. Nothing was changed.")
    if not change.needs_second:
        raise RosterRefusal(whole="This took effect when it was asked for. Nothing was changed.")
    if change.proposed_by_id == by.pk:
        raise RosterRefusal(
            whole="You asked for this yourself. Another administrator or a program manager"
            " confirms it."
        )
    refuse_own(by, change.concerns, at=at)
    if change.kind == RosterChange.Kind.FILE:
        touched = make_file(change, at=at)
    else:
        touched = plans_touched(_effects(change))
        make(change, at=at)
    _refuse_newly_touched(change, touched)
    change.confirmed_at, change.confirmed_by = at, by
    change.save(update_fields=["confirmed_at", "confirmed_by"])
    withdraw(about=change.about, kind=PROPOSED, at=at, why=f"Confirmed by {by.name}.")
    if touched:
        tell_both_sides(change, touched, at=at)
    return change


@transaction.atomic
def refuse_change(*, change_id: int, why: str, by: User, at: datetime) -> RosterChange:
    """Refuse a change, or take one's own back. It stays on record, and nothing else changes.

    Raises:
        PermissionDenied: neither an administrator nor a program manager.
        RosterRefusal: no reason is given, it is settled, or they belong to a district it concerns.
    """
    change = _held(change_id, by=by, at=at)
    refuse_own(by, change.concerns, at=at)
    if not why.strip():
        raise RosterRefusal(refusal="This is empty. Write why, in a sentence.")
    if not change.is_waiting:
        raise RosterRefusal(whole="This is settled already. Nothing was changed.")
    change.refused_at, change.refused_by, change.refusal = at, by, why.strip()
    change.save(update_fields=["refused_at", "refused_by", "refusal"])
    done = "Taken back" if change.proposed_by_id == by.pk else "Refused"
    withdraw(about=change.about, kind=PROPOSED, at=at, why=f"{done} by {by.name}.")
    tell_of_refusal(change, at=at)
    return change


def _held(change_id: int, *, by: User, at: datetime) -> RosterChange:
    hold("roster")
    if not may_confirm_changes(by, at=at):
        raise PermissionDenied
    return RosterChange.objects.select_for_update().get(pk=change_id)


def _refuse_newly_touched(change: RosterChange, touched: list[Touched]) -> None:
    """A plan that was filed while this waited was named to nobody, with no reason given."""
    named = {each["plan"].rpartition(", ")[0] for each in change.touches}
    new = [each.plan for each in touched if each.plan.rpartition(", ")[0] not in named]
    if new:
        raise RosterRefusal(
            whole=f"Since this was asked for it has come to touch {'; '.join(new[:3])}. Refuse it,"
            " and ask again with a reason that says so."
        )


def _effects(change: RosterChange) -> list[Effect]:
    """What it does now that it takes effect: a plan may have been handed in since it was asked."""
    district = District.objects.select_for_update().get(pk__in=[change.district_id])
    if change.kind == RosterChange.Kind.RETIREMENT:
        return [Effect(district, LEAVES, None)]
    if change.kind == RosterChange.Kind.RESTORATION:
        return [Effect(district, JOINS, None)]
    if change.kind == RosterChange.Kind.ALLOCATION:
        return [Effect(district, MONEY, frozenset({change.asked["fiscal_year"]}))]
    asked = {name: value for name, value in change.asked.items() if name != "replaces"}
    held = district.designations.filter(pk__in=[change.asked["replaces"] or 0]).first()
    return effects_of_run(district, held, Run(**asked))
