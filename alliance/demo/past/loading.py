"""Loads the years gone by of the districts that have a plan of FY2027 and none before it."""

from collections.abc import Collection

from alliance.demo import content
from alliance.demo.past.carrying import carry
from alliance.demo.past.content import content_of
from alliance.demo.past.money import add_allocations, money_of
from alliance.demo.past.plans import Past, write_plans
from alliance.demo.past.progress import write_progress
from alliance.demo.past.spending import write_spending
from alliance.demo.past.years import THIS_YEAR, YEARS, add_cycles
from alliance.demo.people import AT_THE_DEPARTMENT, DEPARTMENT_ROLES, DISTRICT_ROLES, people_of
from districts.models import District, Membership, User
from plans.models import Plan


def load_past(districts: Collection[District]) -> list[Plan]:
    """What is missing; gives the plans that were added. Loaded twice, it is loaded once."""
    begun = set(Plan.objects.filter(cycle__in=YEARS).values_list("district", flat=True))
    this_year = {
        plan.district_id: plan
        for plan in Plan.objects.filter(cycle=THIS_YEAR, district__in=districts)
    }
    missing = [each for each in districts if each.pk in this_year and each.pk not in begun]
    if not missing:
        return []
    add_cycles()
    money = money_of(missing)
    add_allocations(missing, money)
    people = _casts(missing)
    all_past = [
        Past(district, year, content_of(file, year), people[district.pk])
        for district in missing
        for file in [content.first_draft(content.plan(f"{district.slug}-{THIS_YEAR}"))]
        for year in money[district.pk]
    ]
    versions = write_plans(all_past, this_year)
    for year in YEARS:
        of_year = [past for past in all_past if past.year == year]
        write_progress(of_year, versions)
        write_spending(of_year, versions)
    carry([past for past in all_past if past.year == YEARS[-1]], this_year)
    return [past.plan for past in all_past]


def _casts(districts: Collection[District]) -> dict[int, dict[str, User]]:
    """Everybody who acts on the plans of each district, in two queries for all."""
    parts = {role.value: part for part, role in DISTRICT_ROLES.items()}
    at_department = people_of(AT_THE_DEPARTMENT, DEPARTMENT_ROLES)
    casts = {each.pk: dict(at_department) for each in districts}
    held = Membership.objects.filter(district__in=districts, role__in=parts)
    for membership in held.select_related("user").order_by("-pk"):  # the demo's own come last
        if membership.district_id is not None:
            casts[membership.district_id][parts[membership.role]] = membership.user
    return casts
