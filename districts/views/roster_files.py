"""The roster by a file: uploaded and compared, and given to start from."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from districts import services
from districts.calendar import EARLIEST, LATEST, eastern_day, fiscal_year_of
from districts.forms.roster import RosterFileForm
from districts.models import District
from districts.permissions import may_manage_roster, may_see_roster, own_districts
from districts.views.answers import explain, form_page, only, touched_by, waits
from districts.views.roster_changes import FOR_ADMINS, FOR_THE_DEPARTMENT


@require_http_methods(["GET", "POST"])
def roster_file(request):
    only(may_manage_roster(request.user), FOR_ADMINS)
    form = RosterFileForm(request.POST or None, request.FILES or None)
    touched, faults = (), []
    now = timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            change = services.propose_file(
                file=form.roster_file(), reason=form.cleaned_data["reason"], by=request.user, at=now
            )
        except services.RosterFaults as found:
            faults = found.faults
            form.add_error("file", f"Nothing was loaded: {len(faults)} in this file to mend.")
        except services.Refusal as refusal:
            explain(form, refusal)
            touched = touched_by(refusal)
        else:
            messages.info(request, waits(change))
            return redirect(change)
    this_year = fiscal_year_of(eastern_day(now))
    return form_page(
        request,
        form,
        template="districts/roster_file.html",
        title="Load a roster file",
        verb="Compare the file",
        back=reverse("districts:list"),
        crumbs=[("Districts", reverse("districts:list"))],
        touched=touched,
        faults=faults,
        columns=services.columns_wanted(),
        this_year=this_year,
        next_year=this_year + 1,
        warned=_not_in_a_file(request.user),
    )


def _not_in_a_file(user) -> str:
    own = District.objects.filter(pk__in=own_districts(user)).order_by("name")
    names = " or ".join(own.values_list("name", flat=True)) if own_districts(user) else ""
    return names and (
        f"You hold a role in {names}. Another administrator loads a file with that district in it;"
        " one without it you can load."
    )


@require_safe
def allocations_csv(request, fiscal_year):
    _ask_to_download(request, fiscal_year)
    text = services.allocations_as_file(fiscal_year)
    return _download(f"allocations-FY{fiscal_year}.csv", text)


@require_safe
def roster_csv(request, fiscal_year):
    _ask_to_download(request, fiscal_year)
    return _download(f"roster-FY{fiscal_year}.csv", services.roster_as_file(fiscal_year))


def _ask_to_download(request, fiscal_year: int) -> None:
    only(may_see_roster(request.user), FOR_THE_DEPARTMENT)
    if not EARLIEST.year <= fiscal_year <= LATEST.year:
        raise Http404


def _download(name: str, text: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
