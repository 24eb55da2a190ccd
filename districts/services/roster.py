"""What an admin does to the roster: districts, their designations and their money."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils.text import slugify

from districts.models import Allocation, Designation, District, User
from districts.permissions import may_manage_roster
from districts.services.locks import hold
from districts.services.refusals import Refusal, StaleEdit


@dataclass(frozen=True)
class DistrictFacts:
    name: str
    town_code: int
    edsight_code: str
    reference_group: str
    is_priority_school_district: bool
    profile_source: str
    profile_on: date | None


@dataclass(frozen=True)
class Run:
    """The fiscal years of a designation, why they are so, and where that is from."""

    first_fiscal_year: int
    last_fiscal_year: int
    cohort: int
    is_reform_district: bool
    basis: str
    source: str
    source_on: date


@dataclass(frozen=True)
class Money:
    """An amount in whole US dollars, and where it is from."""

    amount: int
    source: str
    source_on: date


RESERVED = {"add"}  # an address below /districts/ that is no district's
_KEPT_IN = {District: DistrictFacts, Designation: Run, Allocation: Money}


class RosterRefusal(Refusal):
    """The roster cannot hold what was asked."""


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
    _begin(by, at=at)
    district = _active(district_id)
    _refuse_taken(facts, District.objects.exclude(pk=district_id))
    return _rewrite(district, asdict(facts), seen)


@transaction.atomic
def retire_district(*, district_id: int, by: User, at: datetime) -> District:
    """Take a district off the lists. It keeps all it has, and can be restored."""
    _begin(by, at=at)
    district = District.objects.select_for_update().get(pk=district_id)
    if district.retired_at is None:
        district.retired_at, district.retired_by = at, by
        district.save(update_fields=["retired_at", "retired_by"])
    return district


@transaction.atomic
def restore_district(*, district_id: int, by: User, at: datetime) -> District:
    _begin(by, at=at)
    district = District.objects.select_for_update().get(pk=district_id)
    district.retired_at = district.retired_by = None
    district.save(update_fields=["retired_at", "retired_by"])
    return district


# Designations -----------------------------------------------------------------------------------


@transaction.atomic
def add_designation(
    *,
    district_id: int,
    run: Run,
    by: User,
    at: datetime,
) -> Designation:
    """A run of fiscal years for which the Commissioner has designated the district.

    Raises:
        RosterRefusal: the years are in the wrong order, or overlap a run the district has.
    """
    _begin(by, at=at)
    district = _active(district_id)
    if same := district.designations.filter(**asdict(run)).first():
        return same
    _refuse_run(run, district.designations.all())
    return district.designations.create(**asdict(run))


@transaction.atomic
def edit_designation(
    *,
    designation_id: int,
    seen: str,
    run: Run,
    by: User,
    at: datetime,
) -> Designation:
    """Correct a run, or end it earlier or later. What it was assumed from gives way to the source.

    Raises:
        StaleEdit: the run is no longer as `seen`.
        RosterRefusal: as for `add_designation`.
    """
    _begin(by, at=at)
    held = Designation.objects.select_for_update().get(pk=designation_id)
    _active(held.district_id)
    _refuse_run(run, Designation.objects.filter(district=held.district_id).exclude(pk=held.pk))
    return _rewrite(held, asdict(run), seen)


# Allocations ------------------------------------------------------------------------------------


@transaction.atomic
def set_allocation(
    *,
    district_id: int,
    fiscal_year: int,
    stage: str,
    money: Money,
    seen: str,
    by: User,
    at: datetime,
) -> Allocation:
    """The district's allocation for a year and stage, as the Department's list has it.

    `seen` is the `edition` of the allocation on the form, "" where the form showed none.

    Raises:
        StaleEdit: there is another allocation now than the one `seen`.
        RosterRefusal: the district is retired.
    """
    _begin(by, at=at)
    district = _active(district_id)
    held = district.allocations.filter(fiscal_year=fiscal_year, stage=stage).first()
    if held is None:
        return district.allocations.create(fiscal_year=fiscal_year, stage=stage, **asdict(money))
    return _rewrite(held, asdict(money), seen)


# What the verbs above share ---------------------------------------------------------------------


def free_slug(name: str, edsight_code: str) -> str:
    """The name as an address; with the code where an earlier district has taken it."""
    slug = slugify(name)
    if slug and slug not in RESERVED and not District.objects.filter(slug=slug).exists():
        return slug
    return f"{slug}-{edsight_code}".strip("-")


def _begin(by: User, *, at: datetime) -> None:
    hold("roster")
    if not may_manage_roster(by, at=at):
        raise PermissionDenied


def _active(district_id: int) -> District:
    district = District.objects.select_for_update().get(pk=district_id)
    if district.retired_at:
        raise RosterRefusal(whole=f"{district} is retired. Restore it before you change it.")
    return district


def _rewrite(row: Any, values: dict[str, Any], seen: str) -> Any:
    """Write the values, unless they are there already or the row has moved on since it was seen."""
    if all(getattr(row, field) == value for field, value in values.items()):
        return row
    if edition(row) != seen:
        what = "Someone changed this after you opened it." if seen else "This is there already."
        raise StaleEdit(
            whole=f"{what} What you wrote is still here, and what is kept now is beside it. Save"
            " again to replace it with yours."
        )
    for field, value in values.items():
        setattr(row, field, value)
    changed = list(values)
    if hasattr(row, "is_assumption"):
        row.is_assumption = False
        changed.append("is_assumption")
    row.save(update_fields=changed)
    return row


def _refuse_taken(facts: DistrictFacts, others: models.QuerySet[District]) -> None:
    sentences = {}
    if taken := others.filter(name__iexact=facts.name).first():
        sentences["name"] = f"{taken} is on the roster already, with code {taken.edsight_code}."
    if taken := others.filter(edsight_code=facts.edsight_code).first():
        sentences["edsight_code"] = f"{taken} has the code {taken.edsight_code}."
    if taken := others.filter(town_code=facts.town_code).first():
        sentences["town_code"] = f"{taken} has the town number {taken.town_code}."
    if sentences:
        raise RosterRefusal(**sentences)


def _refuse_run(run: Run, others: models.QuerySet[Designation]) -> None:
    first, last = run.first_fiscal_year, run.last_fiscal_year
    if last < first:
        raise RosterRefusal(last_fiscal_year=f"FY{last} is before FY{first}, the first year.")
    if run.cohort > first:
        raise RosterRefusal(
            cohort=f"FY{run.cohort} is after FY{first}. Write the year in which the district was"
            " first designated; it cannot be later than this run."
        )
    if other := others.filter(first_fiscal_year__lte=last, last_fiscal_year__gte=first).first():
        raise RosterRefusal(
            first_fiscal_year=f"The district is already designated for {other}. Choose years"
            " outside that run, or change that run."
        )
