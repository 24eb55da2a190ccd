"""What a year's certified balance asks of the next year's plan: the words of the receipt."""

from districts.models import FundingAdjustment
from districts.words import day, money
from plans.models import Plan
from plans.workflow import WITH_DEPARTMENT, Status


def what_opens(plan: Plan, balance: FundingAdjustment) -> str:
    """One paragraph (§ 10-262u(h); R18, R44): how much, in which year, and where it is budgeted."""
    year = balance.fiscal_year
    if not balance.amount:
        return f"Nothing of FY{plan.cycle_id} is left to carry forward."
    opens = f"{money(balance.amount)} was not spent. It opens FY{year} whole (§ 10-262u(h)), and"
    later = Plan.objects.filter(district=plan.district, cycle=year).select_related("cycle").first()
    if later is not None and later.status == Status.APPROVED:
        return (
            f"{opens} the FY{year} plan was approved before this was known. Budget it by a revision"
            f" of that plan, handed in by {day(later.cycle.last_revision_on)}, so that its lines"
            " add up to what is authorized."
        )
    if later is not None and later.status in WITH_DEPARTMENT:
        return (
            f"{opens} the FY{year} plan was handed in before this was known. Budget it if that plan"
            " comes back to you, and otherwise by a revision once it is approved, by"
            f" {day(later.cycle.last_revision_on)}."
        )
    return f"{opens} the FY{year} plan budgets it, on lines of carry-forward."
