"""Public plans as data: CSV and JSON of one plan or of all, and what each column means."""

import csv
from collections.abc import Sequence
from io import StringIO

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from library.models import Publication
from library.reading.columns import TABLES, Row, Table, Value
from library.reading.tables import Rows
from library.reports.published import in_view, texts_of
from library.views.reading import for_anybody, publication_or_404

KINDS = ("csv", "json")
FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # with which a spreadsheet begins to reckon


@for_anybody
def dictionary(request: HttpRequest) -> HttpResponse:
    context = {
        "tables": TABLES.values(),
        "kinds": KINDS,
        "a_minute": settings.PUBLIC_API_A_MINUTE,
    }
    return render(request, "library/dictionary.html", context)


@for_anybody
def data(request: HttpRequest, table: str, kind: str) -> HttpResponse:
    """Of every public plan."""
    return _file(_table_or_404(table, kind), kind, list(in_view()), f"alliance-plans-{table}")


@for_anybody
def plan_data(
    request: HttpRequest, slug: str, fiscal_year: int, table: str, kind: str
) -> HttpResponse:
    publication = publication_or_404(slug, fiscal_year)
    name = f"{slug}-FY{fiscal_year}-{table}"
    return _file(_table_or_404(table, kind), kind, [publication], name)


def _table_or_404(table: str, kind: str) -> Table:
    if table not in TABLES or kind not in KINDS:
        raise Http404
    return TABLES[table]


def _file(table: Table, kind: str, publications: Sequence[Publication], name: str) -> HttpResponse:
    found = Rows(table, publications)
    rows = list(found.rows(texts_of(found.missing)))
    response = _csv(table, rows) if kind == "csv" else _json(table, rows)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def _csv(table: Table, rows: Sequence[Row]) -> HttpResponse:
    """With the mark by which a spreadsheet knows UTF-8."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(column.name for column in table.all_columns)
    writer.writerows(map(safe, rows))
    return HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")


def _json(table: Table, rows: Sequence[Row]) -> HttpResponse:
    names = [column.name for column in table.all_columns]
    told = {
        "table": table.name,
        "title": table.title,
        "source": "Alliance District plans as submitted, Conn. Gen. Stat. § 10-262v",
        "rows": [dict(zip(names, row, strict=True)) for row in rows],
    }
    return JsonResponse(told, json_dumps_params={"ensure_ascii": False})


def safe(row: Row) -> list[Value]:
    """A word that a spreadsheet would take for a formula is quoted."""
    return [f"'{value}" if _reckons(value) else value for value in row]


def _reckons(value: Value) -> bool:
    return isinstance(value, str) and value.lstrip(" ").startswith(FORMULAS)
