"""The queue as a file: every row that its address asks for, in its order: the tab, the search, the
reviewer."""

from collections.abc import Iterator

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from districts.calendar import eastern_day
from districts.requests import SignedInRequest
from plans.models import Cycle
from reviews.reports.queue import read_queue
from reviews.reports.queue_rows import QueueRow
from reviews.reports.turns import Duties
from reviews.views.cycle_wanted import cycle_wanted
from reviews.views.queue import label_of, with_whom
from reviews.views.tables import Column, Kind, Row, Table, file_of

COLUMNS = (
    Column("name", "District"),
    Column("amount", "Allocation, US dollars", Kind.MONEY),
    Column("status", "Status", Kind.STATE),
    Column("with", "With"),
    Column("received", "Received", Kind.DAY),
    Column("due", "Due", Kind.DAY),
    Column("program", "Program reviewer"),
    Column("fiscal", "Fiscal reviewer"),
)


@require_safe
def queue_file(request: SignedInRequest, kind: str) -> HttpResponse:
    cycle = cycle_wanted(request)
    if cycle is None:
        raise Http404
    return file_of(Table(f"queue-{cycle.pk}", COLUMNS, [*map(_row, _rows(request, cycle))]), kind)


def _rows(request: SignedInRequest, cycle: Cycle) -> Iterator[QueueRow]:
    """Page by page, as they are shown."""
    number, last = 1, 1
    while number <= last:
        found = read_queue(
            cycle,
            reader_id=request.user.pk,
            at=timezone.now(),
            duties=Duties.of(request.user),
            tab=request.GET.get("tab", ""),
            words=request.GET.get("q", ""),
            reviewer=request.GET.get("reviewer", ""),
            sort=request.GET.get("sort", ""),
            page=str(number),
        )
        yield from found.rows
        number, last = number + 1, found.page.paginator.num_pages


def _row(row: QueueRow) -> Row:
    return Row(
        (
            row.district,
            row.allocation,
            label_of(row),
            with_whom(row),
            eastern_day(row.received_at) if row.received_at else None,
            row.due_on,
            row.program,
            row.fiscal,
        )
    )
