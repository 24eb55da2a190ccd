"""The address of each kind of page that a lower app sends people to without knowing it."""

from urllib.parse import urlencode

from django.urls import reverse

from notices.pages import Page

NAMES = {
    "home": "home",
    "people": "districts:people",
    "person": "districts:person",
    "roster": "districts:list",
    "roster_change": "districts:change",
    "plan": "plans:overview",
    "public_plan": "library:plan",
    "plan_sign": "plans:sign",
    "plan_changes": "plans:changes",
    "plan_sharing": "plans:sharing",
    "shared_draft": "plans:shared",
    "reports": "progress:reports",
    "progress_report": "progress:report",
    "progress_start": "progress:start",
    "plan_revision": "plans:revision",
    "plan_asked": "plans:asked",
    "plan_extension": "plans:extension",
    "report_time": "progress:extension",
    "spending_time": "progress:spending_extension",
    "plan_question": "plans:question",
    "review": "reviews:plan",
    "review_extension": "reviews:extension",
    "review_report_time": "reviews:report_extension",
    "review_question": "reviews:question",
    "review_change": "reviews:change",
    "review_revision": "reviews:revision",
    "review_approve": "reviews:approve",
    "decision": "reviews:decision",
    "came_to": "reviews:findings",
    "determination": "reviews:determination",
    "queue": "reviews:queue",
    "assign": "reviews:assign",
    "conflicts": "reviews:conflicts",
    "letters": "reviews:letters",
    "spending_report": "progress:spending_report",
    "spending_start": "progress:spending_start",
}
ASKED_FOR = {
    "queue": "fy",
    "letters": "status",
}  # what of such a list is wanted, by the query


def path_of(page: Page) -> str:
    """The path of a page, and of a list that part which is wanted."""
    name = NAMES[page.kind]
    if page.kind in ASKED_FOR and page.args:
        return f"{reverse(name)}?{urlencode({ASKED_FOR[page.kind]: page.args[0]})}"
    return reverse(name, args=page.args)
