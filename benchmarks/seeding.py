"""Fills a database with copies of the examples, in SQL: 3,300 large plans within minutes.

A year has at most as many plans as Connecticut has towns, nearly; the others are of the years
before it. The districts whose own pages are measured have a plan in the last year only.
benchmarks/scale.py has as many districts as one likes, without such plans.
"""

from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import DateField, Field, Model

from benchmarks.example import (
    DISTRICT_ROLES,
    LINE_AMOUNT,
    LINES,
    STATUSES,
    YEAR,
    Examples,
    names_of,
)
from districts.models import Allocation, Designation, District, Membership, User
from districts.roles import Role
from notices.models import Notice
from plans.documents.kinds import KINDS
from plans.models import (
    Assignment,
    Comment,
    Cycle,
    Plan,
    PlanEvent,
    PlanVersion,
    RequiredChange,
    Signature,
    VersionDollars,
    VersionPassage,
)
from plans.workflow import Status
from reviews.models import Determination, Recommendation

AT = datetime(2026, 7, 1, 13, 0, tzinfo=UTC)
DISTRICTS, EARLIER_YEARS = 165, 20
LETTERS = 6  # of each plan
MIX = (  # the statuses of every ten plans
    *[Status.APPROVED] * 4,
    *[Status.UNDER_REVIEW] * 2,
    Status.DRAFT,
    Status.SUBMITTED,
    Status.RETURNED,
    Status.RECOMMENDED,
)
COPIED: tuple[type[Model], ...] = (  # parents before their children
    *(kind.model for kind in KINDS.values() if kind.written),
    PlanVersion,
    *(BY_VERSION := (Signature, VersionPassage, VersionDollars)),
    PlanEvent,
    Assignment,
    RequiredChange,
    Comment,
    Recommendation,
    Determination,
)
KNOWN_BY = {  # within a plan of the examples: none takes a step twice
    "objective": "lineage",
    "strategy": "lineage",
    "version": "number",
    "event": "step",
    "submission": "step",
}
LINEAGE = "md5(copy.id::text || {}::text)::uuid"


def add_earlier_years() -> None:
    """Cycles for as many years as are needed, from the start: no list of them grows."""
    cycle = Cycle.objects.get(pk=YEAR)
    dates = [field.name for field in Cycle._meta.fields if isinstance(field, DateField)]
    days = [name for name in dates if getattr(cycle, name) is not None]
    for back in range(1, EARLIER_YEARS + 1):
        earlier = {name: getattr(cycle, name) - timedelta(days=365 * back) for name in days}
        Cycle.objects.create(fiscal_year=YEAR - back, **earlier)


def grow(examples: Examples, *, to: int) -> None:
    """Add plans, and districts with people of their own, until there are `to` plans."""
    have = Plan.objects.count()
    add_districts(range(District.objects.count() + 1, min(to, DISTRICTS) + 1))
    districts = list(District.objects.order_by("town_code"))
    copies: dict[Status, list[Plan]] = {status: [] for status in examples.plans}
    for number in range(have, to):
        status = MIX[number % len(MIX)]
        copies[status].append(_copy_of(examples.plans[status], *place_of(number, districts)))
    Plan.objects.bulk_create([plan for plans in copies.values() for plan in plans])
    with transaction.atomic():
        with connection.cursor() as cursor:  # no history of 600,000 rows that nobody wrote
            cursor.execute("SET LOCAL session_replication_role = replica")
        for status, plans in copies.items():
            for model in COPIED:
                _copy_rows(model, examples.plans[status], plans)
    _write_letters(copies)


def settle() -> None:
    """What PostgreSQL does by itself in time, so that no page is measured while it does."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def place_of(number: int, districts: list[District]) -> tuple[District, int]:
    """Whose plan a number is, and of which year: first all of the last, then year by year back."""
    if number < DISTRICTS:
        return districts[number], YEAR
    others = districts[len(STATUSES) :]
    back, place = divmod(number - DISTRICTS, len(others))
    return others[place], YEAR - 1 - back


def add_districts(numbers: range) -> None:
    districts = District.objects.bulk_create([District(**names_of(each)) for each in numbers])
    source = {"source": "Department list", "source_on": date(2026, 4, 1)}
    Designation.objects.bulk_create(
        Designation(
            district=district,
            first_fiscal_year=YEAR - EARLIER_YEARS,
            last_fiscal_year=YEAR,
            cohort=YEAR - EARLIER_YEARS,
            is_reform_district=district.pk % 3 == 0,
            basis="Among the lowest accountability index scores",
            **source,
        )
        for district in districts
    )
    Allocation.objects.bulk_create(
        Allocation(
            district=district,
            fiscal_year=YEAR,
            stage=Allocation.Stage.FINAL,
            amount=LINES * LINE_AMOUNT,
            **source,
        )
        for district in districts
    )
    people = User.objects.bulk_create(
        User(email=f"{role}@{district.slug}.example.org", name=f"{role.label} of {district.slug}")
        for district in districts
        for role in DISTRICT_ROLES
    )
    held = [(district, role) for district in districts for role in DISTRICT_ROLES]
    Membership.objects.bulk_create(
        Membership(user=user, role=role, district=district, given_at=AT)
        for user, (district, role) in zip(people, held, strict=True)
    )


def _copy_of(example: Plan, district: District, fiscal_year: int) -> Plan:
    columns = {field.attname: getattr(example, field.attname) for field in Plan._meta.fields}
    own = {"id": None, "district_id": district.pk, "cycle_id": fiscal_year}
    return Plan(**columns | own)


def _copy_rows(model: type[Model], example: Plan, copies: list[Plan]) -> None:
    """Every row of the example's, for each copy: its own parents, lineages and keys."""
    quoted = connection.ops.quote_name
    table = quoted(model._meta.db_table)
    every = model._meta.concrete_fields
    fields = [field for field in every if field.name != "id" and not field.generated]
    parents = [field for field in fields if _is_parent(field)]
    of_example = "old.plan_id = %s"
    if model in BY_VERSION:  # known by their version alone
        of_example = "old.version_id IN (SELECT id FROM plans_planversion WHERE plan_id = %s)"
    statement = (
        f"INSERT INTO {table} ({', '.join(quoted(field.column) for field in fields)})"  # noqa: S608
        f" SELECT {', '.join(_column(field) for field in fields)}"
        f" FROM {table} AS old CROSS JOIN unnest(%s::bigint[]) AS copy (id)"
        f" {' '.join(_join(field) for field in parents)}"
        f" WHERE {of_example}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [[plan.pk for plan in copies], example.pk])


def _column(field: Field) -> str:
    old = f"old.{connection.ops.quote_name(field.column)}"
    if field.name == "plan":
        return "copy.id"
    if field.name == "lineage":
        return LINEAGE.format(old)
    if field.name == "target_lineages":
        return f"ARRAY(SELECT {LINEAGE.format('one')} FROM unnest({old}) AS one)"  # noqa: S608
    if field.name == "key":
        return "gen_random_uuid()"
    return f"{field.name}_new.id" if _is_parent(field) else old


def _is_parent(field: Field) -> bool:
    return field.is_relation and field.name in KNOWN_BY


def _join(parent: Field) -> str:
    name, known_by = parent.name, KNOWN_BY[parent.name]
    table = connection.ops.quote_name(parent.related_model._meta.db_table)
    same = (
        LINEAGE.format(f"{name}_old.lineage") if known_by == "lineage" else f"{name}_old.{known_by}"
    )
    return (
        f"LEFT JOIN {table} AS {name}_old ON {name}_old.id = old.{parent.column}"
        f" LEFT JOIN {table} AS {name}_new"
        f" ON {name}_new.plan_id = copy.id AND {name}_new.{known_by} = {same}"
    )


def _write_letters(copies: dict[Status, list[Plan]]) -> None:
    plans = Plan.objects.filter(pk__in=[plan.pk for each in copies.values() for plan in each])
    coordinators = dict(
        Membership.objects.filter(role=Role.PLAN_COORDINATOR).values_list("district", "user")
    )
    Notice.objects.bulk_create(
        Notice(
            key=f"bench/{plan.about}/{number}",
            kind="reminder",
            about=str(plan.about),
            **plan.about.columns,
            why="Because the plan is due on June 30, 2026.",
            to_id=coordinators[plan.district_id],
            address="coordinator@example.org",
            subject="The plan is due",
            body="It is due." * 40,
            message_id=f"<{plan.pk}-{number}@example.org>",
            status=Notice.Status.SENT,
            posted_at=AT,
            leaves_at=AT,
            sent_at=AT,
            attempts=1,
        )
        for plan in plans.select_related("district")
        for number in range(LETTERS)
    )
