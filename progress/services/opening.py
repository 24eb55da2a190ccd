"""What a year's certified balance asks of the next year's plan: the words of the receipt."""

from districts.models import FundingAdjustment
from districts.words import day, money
from plans.models import Plan
from plans.workflow import EDITABLE, Status


def what_opens(plan: Plan, balance: FundingAdjustment) -> str:
    """One paragraph (§ 10-262u(h); R18, R44): how much, in which year, and where it is budgeted."""
    year = balance.fiscal_year
    if not balance.amount:
        return f"Nothing of FY{plan.cycle_id} is left to carry forward."
    opens = f"{money(balance.amount)} was not spent. It opens FY{year} whole (§ 10-262u(h)), and"
    later = Plan.objects.filter(district=plan.district, cycle=year).select_related("cycle").first()
    if later is None or later.status in EDITABLE:
        return f"{opens} the FY{year} plan budgets it, on lines of carry-forward."
    last_day = day(later.cycle.last_revision_on)
    if later.status == Status.APPROVED:
        return (
            f"{opens} the FY{year} plan was approved before this was known. Budget it by a revision"
            f" of that plan, handed in by {last_day}, so that its lines add up to what is"
            " authorized."
        )
    return (
        f"{opens} the FY{year} plan was handed in before this was known. Budget it if that plan"
        f" comes back to you, and otherwise by a revision once it is approved, by {last_day}."
    )
