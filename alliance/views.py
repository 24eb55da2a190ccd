"""Pages that belong to no app: the front door, the health of the machine, and the refusals."""

import logging
import sys
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseServerError,
    JsonResponse,
    QueryDict,
)
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from alliance.figures import CycleDate, money_of, published, years_around
from alliance.health import DOES_ITS_WORK, OK, WARNING, Part, all_parts, parts_for_people
from alliance.outages import is_outage
from alliance.sign_in import go_on
from alliance.typed_again import ask_to_sign_in, typed_in
from districts.calendar import eastern_day, fiscal_year_of
from districts.forms.accounts import SignInForm
from districts.models import Figure
from districts.typed import give_back, has_words
from plans.documents.stored import Altered, UnknownSchema
from plans.models import taking_part
from plans.reading.ended import what_ended

A_DAY = 24 * 60 * 60  # seconds in which a browser need not look again
RETRY_SECONDS = 30  # after which a proxy or a browser may ask again

DATES = {  # of a cycle: what each is, and who acts
    "estimates_on": ("Estimates to towns (§ 10-262x)", "Department"),
    "guidance_on": ("Guidance and preliminary allocations", "Department"),
    "opens_on": ("Plans open", "Department"),
    "plan_due_on": ("Plan or annual amendment", "Districts"),
    "reviews_complete_on": ("Reviews complete", "Department"),
    "decisions_on": ("Decisions", "Commissioner"),
    "mid_year_report_on": ("Mid-year progress report", "Districts"),
    "last_revision_on": ("Last plan revision", "Districts"),
    "end_of_year_report_on": ("End-of-year progress report", "Districts"),
    "expenditure_report_on": ("Expenditure report", "Districts"),
}

NOT_READ = {  # why the stored text of a version is shown to nobody
    Altered: (
        "The stored text of this version is no longer what was closed for signature: its"
        " fingerprint (SHA-256) is another one. So it is shown to nobody, and nothing can be done"
        " with it here. Tell the Alliance District office; whoever runs the service sees which"
        " version it is in the log."
    ),
    UnknownSchema: (
        "A newer release of Alliance stored this text, and the one that runs now cannot read it."
        " It is kept as it was closed, and is shown again as soon as a newer release runs."
    ),
}

logger = logging.getLogger(__name__)


@login_not_required
@require_safe
def welcome(request):
    today = eastern_day(timezone.now())
    fiscal_year = fiscal_year_of(today)
    context = {
        "today": today,
        "fiscal_year": fiscal_year,
        "districts": taking_part(fiscal_year).count(),
        "money": money_of(fiscal_year),
        "students": published(Figure.Measure.ENROLMENT, fiscal_year),
        "schools": published(Figure.Measure.SCHOOLS, fiscal_year),
        "years": [
            {"fiscal_year": year.fiscal_year, "dates": [_in_words(one) for one in year.dates]}
            for year in years_around(today)
        ],
        "form": SignInForm(request=request),
    }
    return render(request, "alliance/welcome.html", context)


def _in_words(dated: CycleDate) -> dict[str, Any]:
    what, who = DATES[dated.name]
    return vars(dated) | {"what": what, "who": who}


@login_not_required
@require_safe
@cache_control(public=True, max_age=A_DAY)
def favicon(request):
    """Where a browser looks for the site’s sign when what it shows is no page: a file, an answer of
    the API."""
    return redirect(static("favicon.svg"))


@login_not_required
@never_cache
@require_safe
def health(request):
    """Whether this process can answer people. A load balancer asks, and looks at the code."""
    return _told(parts_for_people())


@login_not_required
@never_cache
@require_safe
def health_all(request):
    """Whether letters leave as well. An alarm asks: here a late worker takes no web away."""
    return _told(all_parts())


def _told(parts: dict[str, Part]) -> JsonResponse:
    """503 is for what whoever runs the machine must act on now; a warning is told with a 200."""
    statuses = {part["status"] for part in parts.values()}
    does_its_work = statuses <= DOES_ITS_WORK
    status = "not ok" if not does_its_work else WARNING if WARNING in statuses else OK
    return JsonResponse(
        {"status": status, **parts},
        status=HTTPStatus.OK if does_its_work else HTTPStatus.SERVICE_UNAVAILABLE,
    )


def forbidden(request, exception):
    """The reason is shown where the service that refused gave one; and what was typed."""
    if request.method == "POST" and has_words(request):
        why = " ".join(filter(None, (_what_ended(request), str(exception))))
        return give_back(
            request,
            title="Not saved: this is not yours to do now",
            why=f"{why or 'It is for people with another role.'} Nothing was changed.",
            status=HTTPStatus.FORBIDDEN,
            may_send_again=False,
        )
    return render(request, "403.html", {"reason": str(exception)}, status=HTTPStatus.FORBIDDEN)


def not_found(request, exception):
    """The same words whether a thing is hidden or does not exist; and what was typed."""
    if request.method == "POST" and has_words(request):
        ended = _what_ended(request) or (
            "It was removed, or it belongs to people with another role."
        )
        return give_back(
            request,
            title="Not saved: there is no such page for you now",
            why=f"{ended} Nothing was changed.",
            status=HTTPStatus.NOT_FOUND,
            may_send_again=False,
        )
    return render(request, "404.html", status=HTTPStatus.NOT_FOUND)


def _what_ended(request: HttpRequest) -> str:
    """Why it is not theirs any more, where that is known."""
    if not request.user.is_authenticated:
        return ""
    named = request.resolver_match.kwargs if request.resolver_match else {}
    place = {name: named[name] for name in ("slug", "fiscal_year") if name in named}
    return what_ended(request.user, at=timezone.now(), **place)


def csrf_refused(request, reason=""):
    """A form older than the sign-in says whose it is: for them it is shown again.

    Else it is shown to be copied: whose words they are is what could not be told.
    """
    if (typed := typed_in(request)) and typed.by:
        return (
            go_on(request, typed)
            if request.user.is_authenticated
            else ask_to_sign_in(request, typed)
        )
    return give_back(
        request,
        title="Nothing was saved: send it once more",
        why=(
            "The page you sent was older than your sign-in, or your browser keeps no cookies for"
            " this site. Copy what you typed, open the page again and send it from there."
        ),
        status=HTTPStatus.FORBIDDEN,
        may_send_again=False,
    )


def another_person(request):
    """Words given back to one person are not saved in the name of another."""
    return give_back(
        request,
        title="Not saved: you were signed out meanwhile",
        why=(
            "It was typed by another person than the one who is signed in here now, so it is not"
            " shown. They go back with the browser’s button, and copy it from their own page."
        ),
        status=HTTPStatus.CONFLICT,
        typed=QueryDict(),
        may_send_again=False,
    )


def server_error(request):
    """Django calls it while it handles what was raised, wherever that was."""
    fault = sys.exc_info()[1]
    if fault is not None and is_outage(fault):
        return _away(request, fault)
    for kind, why in NOT_READ.items():
        if isinstance(fault, kind):
            title, status = "This text cannot be shown", HTTPStatus.INTERNAL_SERVER_ERROR
            return give_back(request, title=title, why=why, status=status, may_send_again=False)
    if request.method != "POST":
        return HttpResponseServerError(render_to_string("500.html"))
    return give_back(
        request,
        title="Something failed here",
        why=(
            "The fault is ours and is in our log. What you saved before is kept; what you just"
            " sent may not be."
        ),
        status=HTTPStatus.INTERNAL_SERVER_ERROR,
    )


def _away(request: HttpRequest, fault: BaseException) -> HttpResponse:
    """503 with what was typed. The line has no statement: that holds what was typed too."""
    logger.error("Database not ready: %s", str(fault).strip().partition("\n")[0])
    title = "Not saved yet" if request.method == "POST" else "Alliance is away for a moment"
    why = (
        "Alliance cannot reach its database just now. What was saved before is safe, and whoever"
        " runs the service sees the fault in its log. Try again in a minute."
    )
    response = give_back(request, title=title, why=why, status=HTTPStatus.SERVICE_UNAVAILABLE)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response
