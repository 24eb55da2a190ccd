"""The address of each kind of page that a lower app sends people to without knowing it."""

from urllib.parse import urlencode

from django.urls import reverse

from notices.pages import Page

NAMES = {
    "home": "home",
    "people": "districts:people",
    "person": "districts:person",
    "roster_change": "districts:change",
    "plan": "plans:overview",
    "plan_sign": "plans:sign",
    "plan_changes": "plans:changes",
    "review": "reviews:plan",
    "review_approve": "reviews:approve",
    "decision": "reviews:decision",
    "queue": "reviews:queue",
}


def path_of(page: Page) -> str:
    """The path of a page; of the queue its year, if one is given, is what is looked for."""
    name = NAMES[page.kind]
    if page.kind == "queue" and page.args:
        return f"{reverse(name)}?{urlencode({'fy': page.args[0]})}"
    return reverse(name, args=page.args)
