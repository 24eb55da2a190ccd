"""The roster as a list: who takes part in a year, with how much money, and their figures."""

from typing import Any

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from districts.calendar import eastern_day, fiscal_year_of
from districts.forms.roster import RosterFilterForm
from districts.permissions import may_manage_roster, may_see_roster
from districts.reports import RosterRow, SourceNote, roster_of, troubles, years_of_money
from districts.views.answers import only
from districts.words import NONE
from notices.pages import Page, path_of

FOR_THE_DEPARTMENT = "The roster is kept by the Department."


@require_safe
def district_list(request):
    only(may_see_roster(request.user), FOR_THE_DEPARTMENT)
    this_year = fiscal_year_of(eastern_day(timezone.now()))
    asked = {"year": this_year} | request.GET.dict()
    form = RosterFilterForm(asked, years=years_of_money(this_year))
    form.is_valid()  # what cannot be read is marked, and the rest still filters
    chosen = form.cleaned_data
    year = chosen.get("year") or this_year
    query = request.GET.copy()
    query.pop("page", None)
    roster = roster_of(
        year,
        words=chosen.get("q", ""),
        with_retired=chosen.get("retired", False),
        page=request.GET.get("page", ""),
    )
    context = {
        "form": form,
        "fiscal_year": year,
        "roster": roster,
        "rows": [_in_words(row, year) for row in roster.rows],
        "notes": [(_column(note, year), note) for note in roster.notes],
        "query": query.urlencode(),
        "may_manage": may_manage_roster(request.user),
        "troubles": troubles(request.user, at=timezone.now()),
        "failed_letters_url": path_of(Page("letters", ("failed",))),
    }
    return render(request, "districts/district_list.html", context)


def _in_words(row: RosterRow, fiscal_year: int) -> dict[str, Any]:
    """What the template says of a district: all that is known of it, and these words."""
    run, index = row.run, row.accountability
    return vars(row) | {
        "designated": f"FY{run.first_year} to FY{run.last_year}"
        if run
        else f"not for FY{fiscal_year}",
        "is_run_assumed": run is not None and run.is_assumed,
        "first_ever": f"FY{run.cohort}" if run else NONE,
        "stage": row.stage.label if row.stage else NONE,
        "accountability": NONE if index is None else f"{index:.2f}",
    }


def _column(note: SourceNote, fiscal_year: int) -> str:
    """What of the table is from a source."""
    return note.measure.label.split(",")[0] if note.measure else f"FY{fiscal_year} allocation"
