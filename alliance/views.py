"""Pages that belong to no app: the front door, the health of the machine, and the two refusals."""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import Error, connection
from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from alliance.figures import money_of, published, years_around
from districts.accounts import SignInForm
from districts.calendar import eastern_day, fiscal_year_of
from districts.models import District, Figure


@login_not_required
@require_safe
def welcome(request):
    today = eastern_day(timezone.now())
    fiscal_year = fiscal_year_of(today)
    context = {
        "today": today,
        "fiscal_year": fiscal_year,
        "districts": District.objects.designated_for(fiscal_year).count(),
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
    """Whether this process can do its work; names what is away, for whoever watches the machine."""
    away = [name for name, answers in (("database", _database), ("cache", _cache)) if not answers()]
    status = 503 if away else 200
    return JsonResponse({"status": "away" if away else "ok", "away": away}, status=status)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def _cache() -> bool:
    try:
        cache.set("health", "ok", timeout=10)
        return cache.get("health") == "ok"
    except (RedisError, OSError):
        return False


def forbidden(request, exception):
    """The reason is shown where the service that refused gave one."""
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def not_found(request, exception):
    """The same words whether a thing is hidden or does not exist."""
    return render(request, "404.html", status=404)
