"""Addresses of reports on approved plans."""

from django.urls import URLPattern, URLResolver, path

from progress.calendar import PROGRESS_REPORT, SPENDING_REPORT
from progress.views import (
    extensions,
    lists,
    reading,
    spending,
    spending_sheets,
    spending_steps,
    spending_year,
    steps,
    to_accept,
    unreported,
    writing,
)

app_name = "progress"

SPENDING = "reports/<slug:slug>/<int:fiscal_year>/spending/"
REPORT = f"{SPENDING}<slug:period>/"
PROGRESS = "reports/<slug:slug>/<int:fiscal_year>/progress/<slug:period>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("certified-reports/", to_accept.reports_to_accept, name="reports_to_accept"),
    path("spending/<int:fiscal_year>/", spending_year.of_all, name="spending_of_all"),
    path("spending/<int:fiscal_year>/<slug:slug>/close/", unreported.close_year, name="year_close"),
    path(SPENDING, spending_year.year, name="spending"),
    path(
        f"{SPENDING}superseded/<int:report_id>/",
        spending_year.superseded,
        name="spending_superseded",
    ),
    path(REPORT, spending.report, name="spending_report"),
    path(f"{REPORT}start/", spending_steps.start, name="spending_start"),
    path(
        f"{REPORT}more-time/",
        extensions.extension,
        {"kind": SPENDING_REPORT},
        name="spending_extension",
    ),
    path(f"{REPORT}close/", spending_steps.close, name="spending_close"),
    path(f"{REPORT}certify/", spending_steps.certify, name="spending_certify"),
    path(f"{REPORT}accept/", spending_steps.accept, name="spending_accept"),
    path(f"{REPORT}return/", spending_steps.give_back, name="spending_return"),
    path(f"{REPORT}correct/", spending_steps.correct, name="spending_correct"),
    path(f"{REPORT}sheet.<slug:kind>", spending_sheets.download, name="spending_sheet"),
    path(f"{REPORT}bring-in/", spending_sheets.bring_in, name="spending_bring_in"),
    path("reports/<slug:slug>/<int:fiscal_year>/", lists.reports, name="reports"),
    path(PROGRESS, reading.report, name="report"),
    path(f"{PROGRESS}start/", lists.start, name="start"),
    path(
        f"{PROGRESS}more-time/",
        extensions.extension,
        {"kind": PROGRESS_REPORT},
        name="extension",
    ),
    path(f"{PROGRESS}edit/", writing.write, name="write"),
    path(f"{PROGRESS}close/", steps.close, name="close"),
    path(f"{PROGRESS}certify/", steps.certify, name="certify"),
    path(f"{PROGRESS}accept/", steps.accept, name="accept"),
    path(f"{PROGRESS}return/", steps.send_back, name="return"),
    path(f"{PROGRESS}correct/", steps.correct, name="correct"),
    path(f"{PROGRESS}former/<int:report_id>/", reading.former, name="former"),
]
