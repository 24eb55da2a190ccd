"""A district's standing and its plans: which plans a roster change touches, and who may file.

The roster is a lower app's and knows no plans: it asks here (`ROSTER_CHECKS`).
"""

from collections.abc import Collection
from email.utils import parseaddr

from django.conf import settings

from districts.models import Designation, District
from districts.services.roster_changes import JOINS, LEAVES, MONEY, REFORM, Effect, Touched
from plans.models import Plan
from plans.reports.on_record import PlanOnRecord, plans_on_record
from plans.workflow import WITH_DEPARTMENT, Status, StepNotAllowed

# What follows of an effect, for a plan with the Department and one in each other status on record.
_WITH_DEPARTMENT = "with the Department"
FOLLOWS = {
    (MONEY, _WITH_DEPARTMENT): "Its budget was written to {figure}. Return it, so that the district"
    " changes its budget to the new figure, before it is decided.",
    (MONEY, Status.RETURNED): "The district changes its budget to the new figure before it hands"
    " the plan in again.",
    (MONEY, Status.APPROVED): "The decision keeps {figure}, on which it was made. If the board is"
    " to spend another amount, the Commissioner says so in a decision of its own.",
    (MONEY, Status.WITHHELD): "It stays withheld. Once it is released, its budget is held against"
    " the new figure.",
    (LEAVES, _WITH_DEPARTMENT): "It stays in its year’s queue and is still to be decided. The"
    " district can no longer close, sign or submit it: if it is returned, it cannot come"
    " back.",
    (LEAVES, Status.RETURNED): "It stays in its year’s queue. The district can no longer close,"
    " sign or submit it: the Department tells it what becomes of the plan.",
    (LEAVES, Status.APPROVED): "The decision stands, with its figure, and the plan stays in its"
    " year’s queue and totals. Its reports remain due.",
    (LEAVES, Status.WITHHELD): "The withholding stands, and the plan stays in its year’s queue.",
    (JOINS, _WITH_DEPARTMENT): "Its review goes on as before.",
    (JOINS, Status.RETURNED): "The district can close, sign and submit it again.",
    (JOINS, Status.APPROVED): "The decision stands.",
    (JOINS, Status.WITHHELD): "The withholding stands.",
    (REFORM, _WITH_DEPARTMENT): "The manager looks again at who reviews it.",
    (REFORM, Status.RETURNED): "The manager looks again at who reviews it.",
    (REFORM, Status.APPROVED): "The decision stands.",
    (REFORM, Status.WITHHELD): "The withholding stands.",
}


def hold_plans(effects: Collection[Effect]) -> None:
    """Lock every plan of those districts till the act is done.

    One that is being handed in either is on record by then, or finds the district's standing as
    the act leaves it.
    """
    theirs = Plan.objects.filter(district__in={effect.district.pk for effect in effects})
    list(theirs.select_for_update(of=("self",)).order_by("pk"))


def plans_touched(effects: Collection[Effect]) -> list[Touched]:
    """The plans on record that the effects concern, by district and year."""
    return [
        _touched(plan, effect)
        for plan in plans_on_record({effect.district.pk for effect in effects})
        for effect in effects
        if effect.district.pk == plan.district_id
        and (effect.fiscal_years is None or plan.fiscal_year in effect.fiscal_years)
    ]


def _touched(plan: PlanOnRecord, effect: Effect) -> Touched:
    key = _WITH_DEPARTMENT if plan.status in WITH_DEPARTMENT else plan.status
    return Touched(
        district_id=plan.district_id,
        plan=f"{plan.district}’s plan for FY{plan.fiscal_year}, {_said(plan.status)}",
        follows=FOLLOWS[effect.does, key].format(figure=_figure_of(plan.written_to)),
        reviewer_ids=plan.reviewers,
    )


def _said(status: Status) -> str:
    """The status as both sides may read it: a recommendation never shows to a district."""
    return "with the Department" if status in WITH_DEPARTMENT else status.label.lower()


def _figure_of(amount: int | None) -> str:
    """The allocation that the version handed in last was written to, in dollars."""
    return "the former figure" if amount is None else f"${amount:,}"


# Who may file -----------------------------------------------------------------------------------


def why_it_may_not_file(
    district: District, fiscal_year: int, *, is_designated: bool | None = None
) -> str:
    """Why the district files no plan for the year, and whom to ask; empty if it may.

    A page that knows already whether it is designated says so; an act asks the roster.
    """
    if is_designated is None:
        runs = Designation.objects.covering(fiscal_year)
        is_designated = runs.filter(district=district).exists()
    if district.retired_at:
        why = f"{district.name} has been taken off the roster of Alliance Districts"
    elif not is_designated:
        why = f"{district.name} is not designated for fiscal year {fiscal_year}"
    else:
        return ""
    office = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return f"{why}, so it files no plan (§ 10-262u(b)). All that is written stays. Ask {office}."


def refuse_unless_it_may_file(plan: Plan) -> None:
    """Asked under the plan's lock, of the roster as it is now.

    Raises:
        StepNotAllowed: the district is retired, or not designated for the plan's year.
    """
    district = District.objects.get(pk=plan.district_id)
    if why := why_it_may_not_file(district, plan.cycle_id):
        raise StepNotAllowed(why)
