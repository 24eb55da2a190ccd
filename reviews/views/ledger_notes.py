"""What the ledger’s files say of themselves: what each figure is, and what none of them can say."""

NOTES = (
    (
        "What this is",
        "The effectiveness ledger of Alliance Districts, Conn. Gen. Stat. § 10-262w(b)(1): "
        "what was funded, how it was budgeted and spent, and what the targets came to, with "
        "published results beside it.",
    ),
    (
        "What it cannot say",
        "A figure beside another is no cause. Whether spending brought a result about cannot "
        "be told from these figures: many things move a district’s results, and nothing here "
        "compares a district with one that had no such money.",
    ),
    (
        "Empty cells",
        "Not known, not reported, or not yet: never zero. Of years before Alliance only what "
        "the Department published is here: how that money was budgeted and spent is not "
        "recorded.",
    ),
    (
        "In accordance with the plan",
        "Out of accordance: what the Commissioner determined so, on the annual expenditure "
        "report; 0 where that found nothing. Where the cell is empty, nothing was determined: it "
        "is no finding that all was in accordance.",
    ),
    (
        "Spending by line",
        "Districts report by object code. Where they did not split a code over its lines, "
        "each line has its share of the code’s budget; those dollars are “by share” and are "
        "an estimate.",
    ),
    (
        "Targets",
        "Met: the actual is at or beyond the target, in the indicator’s direction. A target "
        "without a figure is neither met nor missed. Dollars of a strategy are not divided "
        "over its targets: no plan says how.",
    ),
    (
        "Published figures",
        "As published by the Connecticut State Department of Education (CSDE). A missing "
        "figure was not published, was suppressed, or could not be obtained. “How sure” says "
        "how each came here: high, exact = read from the published file itself; high = "
        "transcribed and tied by arithmetic to other published figures; good = transcribed, "
        "with weaker checks. Not every series continues over a change in how it is counted: "
        "the page of published figures says where.",
    ),
    (
        "Where published figures were taken",
        "The Public Connecticut Education Data Release (Seth Zimmerman, Yale; CC BY 4.0), "
        "datasets of the CT Data Collaborative (Open Data Commons; PDDL and ODC-By), and the "
        "State’s open data portal.",
    ),
    (
        "Money",
        "Whole US dollars. A fiscal year is named by the year it ends in: FY2027 ends on June "
        "30, 2027.",
    ),
)
