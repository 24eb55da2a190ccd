"""Pages that belong to no app: the front door, the health of the machine, and the two refusals."""

from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from alliance.figures import money_of, published, years_around
from alliance.health import OK, Part, all_parts, parts_for_people
from districts.accounts import SignInForm
from districts.calendar import eastern_day, fiscal_year_of
from districts.models import Figure
from plans.models import taking_part


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
        "years": years_around(today),
        "form": SignInForm(request=request),
    }
    return render(request, "alliance/welcome.html", context)


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
    is_well = all(part["status"] == OK for part in parts.values())
    body = {"status": "ok" if is_well else "not ok", **parts}
    return JsonResponse(body, status=200 if is_well else 503)


def forbidden(request, exception):
    """The reason is shown where the service that refused gave one."""
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def not_found(request, exception):
    """The same words whether a thing is hidden or does not exist."""
    return render(request, "404.html", status=404)
