"""The ledger as files: a workbook, and one long table of every figure."""

import csv
from collections.abc import Iterable
from io import StringIO

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from districts.models import District
from reviews.permissions import ledgers_of
from reviews.reports.ledger import figures_of, read_ledger
from reviews.views.ledger import next_year, only_department
from reviews.views.ledger_tables import FIGURE_HEADINGS, every_figure, safe, sheets_of
from reviews.views.workbook import CONTENT_TYPE, workbook


@require_safe
def ledger_xlsx(request):
    only_department(request.user)
    return _xlsx("ledger", District.objects.order_by("name"))


@require_safe
def ledger_csv(request):
    only_department(request.user)
    return _csv("ledger", District.objects.order_by("name"))


@require_safe
def ledger_district_xlsx(request, slug):
    district = get_object_or_404(ledgers_of(request.user), slug=slug)
    return _xlsx(f"ledger-{slug}", [district])


@require_safe
def ledger_district_csv(request, slug):
    district = get_object_or_404(ledgers_of(request.user), slug=slug)
    return _csv(f"ledger-{slug}", [district])


def _xlsx(name: str, districts: Iterable[District]) -> HttpResponse:
    ledger = read_ledger(districts, last=next_year())
    content = workbook(sheets_of(ledger, figures_of(list(ledger.districts))))
    return _download(f"{name}.xlsx", content, CONTENT_TYPE)


def _csv(name: str, districts: Iterable[District]) -> HttpResponse:
    """With the mark by which a spreadsheet knows UTF-8."""
    ledger = read_ledger(districts, last=next_year())
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(FIGURE_HEADINGS)
    writer.writerows(map(safe, every_figure(ledger, figures_of(list(ledger.districts)))))
    return _download(f"{name}.csv", "\ufeff" + text.getvalue(), "text/csv; charset=utf-8")


def _download(name: str, content: bytes | str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
