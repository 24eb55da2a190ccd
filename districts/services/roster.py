"""What an admin does to the roster: districts, their designations and their money."""

from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.text import slugify

from districts.models import Allocation, Designation, District, RosterChange, User
from districts.permissions import may_manage_roster
from districts.services.locks import hold
from districts.services.refusals import RosterRefusal, StaleEdit
from districts.services.roster_changes import (
    JOINS,
    LEAVES,
    MONEY,
    Effect,
    Grounds,
    record,
    refuse_own,
)
from districts.services.roster_stating import (
    Money,
    Run,
    effects_of_run,
    make,
    refuse_run,
    words_of_money,
    words_of_run,
)


@dataclass(frozen=True)
class DistrictFacts:
    name: str
    town_code: int | None
    edsight_code: str
    reference_group: str
    is_priority_school_district: bool
    profile_source: str
    profile_on: date | None


NO_GROUNDS = Grounds()
RESERVED = {"add"}  # an address below /districts/ that is no district's
_KEPT_IN = {District: DistrictFacts, Designation: Run, Allocation: Money}


def edition(row: models.Model | None) -> str:
    """What a form carries to say which text of the row it was filled from; "" for no row."""
    if row is None:
        return ""
    values = [str(getattr(row, field.name)) for field in fields(_KEPT_IN[type(row)])]
    return sha256("\0".join(values).encode()).hexdigest()[:16]


# Districts --------------------------------------------------------------------------------------


@transaction.atomic
def add_district(
    *,
    facts: DistrictFacts,
    by: User,
    at: datetime,
) -> District:
    """A district new to the roster. The same form sent twice adds one.

    Raises:
        RosterRefusal: another district has the name or a code.
    """
    _begin(by, at=at)
    if same := District.objects.filter(**asdict(facts)).first():
        return same
    _refuse_taken(facts, District.objects.all())
    slug = free_slug(facts.name, facts.edsight_code)
    return District.objects.create(slug=slug, **asdict(facts))


@transaction.atomic
def edit_district(
    *,
    district_id: int,
    seen: str,
    facts: DistrictFacts,
    by: User,
    at: datetime,
) -> District:
    """Correct a district's own facts. Its address (slug) stays, so that links to it keep working.

    Raises:
        StaleEdit: the district is no longer as `seen`, which is its `edition` on the form.
        RosterRefusal: another district has the name or a code, or this one is retired.
    """
    _begin(by, at=at, district_id=district_id)
    district = _active(district_id)
    _refuse_taken(facts, District.objects.exclude(pk=district_id))
    if _differs(district, facts, seen):
        for field, value in asdict(facts).items():
            setattr(district, field, value)
        district.save(update_fields=list(asdict(facts)))
    return district


@transaction.atomic
def retire_district(
    *, district_id: int, grounds: Grounds = NO_GROUNDS, by: User, at: datetime
) -> RosterChange | None:
    """Take a district off the lists. It keeps all it has, and can be restored.

    Where it has a plan on record, once a second person has confirmed it.

    Raises:
        RosterRefusal: it has a plan on record, and no reason is given.
    """
    _begin(by, at=at, district_id=district_id)
    district = District.objects.select_for_update().get(pk=district_id)
    if district.retired_at:
        return None
    return _propose(
        RosterChange.Kind.RETIREMENT,
        district,
        asked={},
        summary=["On the roster → retired"],
        effects=[Effect(district, LEAVES, None)],
        grounds=grounds,
        by=by,
        at=at,
    )


@transaction.atomic
def restore_district(
    *, district_id: int, grounds: Grounds = NO_GROUNDS, by: User, at: datetime
) -> RosterChange | None:
    """Bring a retired district back; as for retiring, where it has a plan on record."""
    _begin(by, at=at, district_id=district_id)
    district = District.objects.select_for_update().get(pk=district_id)
    if district.retired_at is None:
        return None
    return _propose(
        RosterChange.Kind.RESTORATION,
        district,
        asked={},
        summary=["Retired → on the roster"],
        effects=[Effect(district, JOINS, None)],
        grounds=grounds,
        by=by,
        at=at,
    )


# Designations -----------------------------------------------------------------------------------


@transaction.atomic
def add_designation(
    *, district_id: int, run: Run, reason: str = "", by: User, at: datetime
) -> RosterChange | None:
    """A run of fiscal years for which the Commissioner has designated the district.

    Raises:
        RosterRefusal: the years are in the wrong order, or overlap a run the district has; or
            there is a plan on record of one of them, and no reason is given.
    """
    _begin(by, at=at, district_id=district_id)
    district = _active(district_id)
    if district.designations.filter(**asdict(run)).exists():
        return None
    return _propose_run(district, None, run, reason=reason, by=by, at=at)


@transaction.atomic
def edit_designation(
    *, designation_id: int, seen: str, run: Run, reason: str = "", by: User, at: datetime
) -> RosterChange | None:
    """Correct a run, or end it earlier or later. What it was assumed from gives way to the source.

    Raises:
        StaleEdit: the run is no longer as `seen`.
        RosterRefusal: as for `add_designation`.
    """
    _begin(by, at=at)
    asked_about = Designation.ever.get(pk=designation_id)
    refuse_own(by, [asked_about.district_id], at=at)
    district = _active(asked_about.district_id)
    held = district.designations.filter(pk=designation_id).first()
    if held is None:  # another row has taken its place
        raise _stale()
    if not _differs(held, run, seen):
        return None
    return _propose_run(district, held, run, reason=reason, by=by, at=at)


class Settled(models.TextChoices):
    """What is decided of a run that would end."""

    EXTENDED = "extended", "Extended: the same designation goes on to a later year"
    RENEWED = "renewed", "Renewed: a new designation begins the year after"
    ENDED = "ended", "Ended: the designation ends sooner than it would"


@transaction.atomic
def settle_designation(
    *,
    designation_id: int,
    seen: str,
    settled: Settled,
    last_fiscal_year: int,
    basis: str,
    grounds: Grounds,
    by: User,
    at: datetime,
) -> RosterChange | None:
    """Extend, renew or end a run (§ 10-262u(b)), with the basis that is stated for it.

    A run that is ended keeps why it was made: what ends it is the reason of the act.

    Raises:
        StaleEdit: the run is no longer as `seen`.
        RosterRefusal: the year is no later, or no earlier, than it is; or as `add_designation`.
    """
    _begin(by, at=at)
    asked_about = Designation.ever.get(pk=designation_id)
    refuse_own(by, [asked_about.district_id], at=at)
    district = _active(asked_about.district_id)
    held = district.designations.filter(pk=designation_id).first()
    if held is None or edition(held) != seen:
        raise _stale()
    run = _settled(held, settled, last_fiscal_year, basis, grounds)
    reason = grounds.reason
    if settled == Settled.ENDED:
        reason = f"{basis} {reason}".strip()
    replaced = None if settled == Settled.RENEWED else held
    return _propose_run(district, replaced, run, reason=reason, by=by, at=at)


def _settled(
    held: Designation, settled: Settled, last_fiscal_year: int, basis: str, grounds: Grounds
) -> Run:
    ends = held.last_fiscal_year
    if settled == Settled.ENDED and not last_fiscal_year < ends:
        raise RosterRefusal(
            last_fiscal_year=f"It ends with FY{ends} by itself. Write an earlier year, or extend or"
            " renew it."
        )
    if settled != Settled.ENDED and not last_fiscal_year > ends:
        raise RosterRefusal(
            last_fiscal_year=f"It goes to FY{ends} already. Write a later year, or end it."
        )
    was = Run(**{field.name: getattr(held, field.name) for field in fields(Run)})
    source_on = grounds.source_on or held.source_on
    run = replace(
        was, last_fiscal_year=last_fiscal_year, source=grounds.source, source_on=source_on
    )
    if settled == Settled.ENDED:
        return run
    if settled == Settled.RENEWED:
        run = replace(run, first_fiscal_year=ends + 1)
    return replace(run, basis=basis)


def _propose_run(
    district: District, held: Designation | None, run: Run, *, reason: str, by: User, at: datetime
) -> RosterChange:
    refuse_run(run, district.designations.exclude(pk__in=[held.pk] if held else []))
    return _propose(
        RosterChange.Kind.DESIGNATION,
        district,
        asked={**asdict(run), "source_on": f"{run.source_on}", "replaces": held and held.pk},
        summary=words_of_run(held, run),
        effects=effects_of_run(district, held, run),
        grounds=Grounds(reason, run.source, run.source_on),
        by=by,
        at=at,
    )


# Allocations ------------------------------------------------------------------------------------


@transaction.atomic
def set_allocation(
    *,
    district_id: int,
    fiscal_year: int,
    stage: str,
    money: Money,
    seen: str,
    reason: str = "",
    by: User,
    at: datetime,
) -> RosterChange | None:
    """The district's allocation for a year and stage, as the Department's list has it.

    `seen` is the `edition` of the allocation on the form, "" where the form showed none.

    Raises:
        StaleEdit: there is another allocation now than the one `seen`.
        RosterRefusal: the district is retired; or it has a plan of that year on record, and no
            reason is given.
    """
    _begin(by, at=at, district_id=district_id)
    district = _active(district_id)
    held = district.allocations.filter(fiscal_year=fiscal_year, stage=stage).first()
    if held and not _differs(held, money, seen):
        return None
    moves = held is None or held.amount != money.amount
    return _propose(
        RosterChange.Kind.ALLOCATION,
        district,
        asked={
            "fiscal_year": fiscal_year,
            "stage": stage,
            **asdict(money),
            "source_on": f"{money.source_on}",
            "replaces": held and held.pk,
        },
        summary=words_of_money(held, fiscal_year, stage, money),
        effects=[Effect(district, MONEY, frozenset({fiscal_year}))] if moves else [],
        grounds=Grounds(reason, money.source, money.source_on),
        by=by,
        at=at,
    )


# What the verbs above share ---------------------------------------------------------------------


def free_slug(name: str, edsight_code: str) -> str:
    """The name as an address; with the code where an earlier district has taken it."""
    slug = slugify(name)
    if slug and slug not in RESERVED and not District.objects.filter(slug=slug).exists():
        return slug
    return f"{slug}-{edsight_code}".strip("-")


def _begin(by: User, *, at: datetime, district_id: int | None = None) -> None:
    hold("roster")
    if not may_manage_roster(by, at=at):
        raise PermissionDenied
    if district_id is not None:
        refuse_own(by, [district_id], at=at)


def _active(district_id: int) -> District:
    district = District.objects.select_for_update().get(pk=district_id)
    if district.retired_at:
        raise RosterRefusal(whole=f"{district} is retired. Restore it before you change it.")
    return district


def _propose(kind: RosterChange.Kind, district: District, **act: Any) -> RosterChange:
    """Write the act down; it takes effect at once where nobody else is to confirm it."""
    change = record(kind=kind, district=district, **act)
    if not change.needs_second:
        make(change, at=act["at"])
    return change


def _differs(row: models.Model, stated: Any, seen: str) -> bool:
    """Whether the row says something else; refused where it has moved on since it was seen."""
    if all(getattr(row, field) == value for field, value in asdict(stated).items()):
        return False
    if edition(row) != seen:
        raise _stale(is_new=not seen)
    return True


def _stale(*, is_new: bool = False) -> StaleEdit:
    what = "This is there already." if is_new else "Someone changed this after you opened it."
    return StaleEdit(
        whole=f"{what} What you wrote is still here, and what is kept now is beside it. Save"
        " again to replace it with yours."
    )


def _refuse_taken(facts: DistrictFacts, others: models.QuerySet[District]) -> None:
    sentences = {}
    if taken := others.filter(name__iexact=facts.name).first():
        sentences["name"] = f"{taken} is on the roster already, with code {taken.edsight_code}."
    if taken := others.filter(edsight_code=facts.edsight_code).first():
        sentences["edsight_code"] = f"{taken} has the code {taken.edsight_code}."
    of_town = others.filter(town_code=facts.town_code).exclude(town_code=None)
    if taken := of_town.first():
        sentences["town_code"] = f"{taken} has the town number {taken.town_code}."
    if sentences:
        raise RosterRefusal(**sentences)
