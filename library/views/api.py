"""The public API: what the public pages show, to be read by programs. Nothing is written by it.

Its OpenAPI document says of each answer what it holds. What strangers may ask how often is
limited by address; an answer names its state (ETag), and is not sent again while that stands.
"""

import time
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Annotated, Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import urlencode
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView
from ninja import NinjaAPI, Path, Query
from ninja.decorators import decorate_view

from library.models import Publication
from library.reading.answers import Fault, Lines, PlanPage, PlanRow, Strategies, Targets
from library.reading.columns import LINES, PLANS, STRATEGIES, TARGETS, Row, Table
from library.reading.schema import plan_schema
from library.reading.tables import Rows
from library.reading.text import text_of
from library.reports.marks import mark_of_public
from library.reports.published import in_view, publication_of, texts_of
from library.views.reading import KEPT_FOR
from plans.documents import fingerprint
from plans.documents.cache import get, put, release

MINUTE = 60  # seconds
QUOTES = '"'  # around an ETag
AT_MOST = 100  # plans in one answer
DESCRIPTION = (
    "The plans of Connecticut’s Alliance Districts that are public (Conn. Gen. Stat. § 10-262v),"
    " without what the Department removed to protect people. Read only. Version 1 stays as it is:"
    " what changes its shape gets another number. Whoever wants all of it at once takes the files"
    " of /plans/data/."
)


api = NinjaAPI(
    title="Public plans of the Alliance Districts",
    version="1.1.0",
    description=DESCRIPTION,
    urls_namespace="api",
    docs_url=None,
)

District = Annotated[
    str, Path(pattern=r"^[a-z0-9-]{1,60}$", description="As in the address of the district’s page.")
]
Year = Annotated[int, Path(ge=2013, le=2100, description="Year in which the fiscal year ends.")]
FAULTS = {
    HTTPStatus.NOT_FOUND: Fault,
    HTTPStatus.UNPROCESSABLE_ENTITY: Fault,
    HTTPStatus.TOO_MANY_REQUESTS: Fault,
}
ROOT = RedirectView.as_view(pattern_name="library:dictionary")
Read = Callable[..., Any]


def _for_anybody(view: Read) -> Read:
    """Asked so often a minute from one address; not sent again while it stands; kept for all who
    ask the same, and by others for some minutes."""

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _asks_too_often(request):
            return _too_often(request)
        state = _state(request)
        known: HttpResponse | None = get_conditional_response(request, etag=state)
        if known is not None:
            return known
        response = _kept(request, state) or view(request, *args, **kwargs)
        if response.status_code == HTTPStatus.OK:
            _keep(request, state, response)
            response.headers["ETag"] = state
            patch_cache_control(response, public=True, max_age=KEPT_FOR)
        return response

    return kept


def _state(request: HttpRequest) -> str:
    made_from = {"mark": mark_of_public(), "release": release(), "asked": request.get_full_path()}
    return f'"{fingerprint(made_from)}"'


def _kept(request: HttpRequest, state: str) -> HttpResponse | None:
    """Of the addresses themselves: what is asked beside them has too many forms to keep."""
    body = None if request.GET else get(_key(state), made_from=state)
    return HttpResponse(body, content_type=api.get_content_type()) if body else None


def _keep(request: HttpRequest, state: str, response: HttpResponse) -> None:
    if not request.GET:
        put(_key(state), response.content, made_from=state, seconds=KEPT_FOR)


def _key(state: str) -> str:
    return f"public-api/{state.strip(QUOTES)}"


def _asks_too_often(request: HttpRequest) -> bool:
    """By the minute and the address, as the proxy in front of us tells it."""
    most = settings.PUBLIC_API_A_MINUTE
    if most is None:
        return False
    key = f"public-api/{get_adapter().get_client_ip(request)}/{int(time.time()) // MINUTE}"
    cache.add(key, 0, timeout=2 * MINUTE)
    try:
        return bool(cache.incr(key) > most)
    except ValueError:  # a full cache let go of it between the two
        return False


def _too_often(request: HttpRequest) -> HttpResponse:
    said = {"detail": f"Too many requests: {settings.PUBLIC_API_A_MINUTE} a minute are answered."}
    response = api.create_response(request, said, status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(MINUTE)
    return response


@api.get("/plans", response={HTTPStatus.OK: PlanPage, **FAULTS}, operation_id="plans")
@decorate_view(_for_anybody)
def plans(
    request: HttpRequest,
    fiscal_year: Annotated[int | None, Query(ge=2013, le=2100)] = None,
    district: Annotated[str | None, Query(pattern=r"^[a-z0-9-]{1,60}$")] = None,
    limit: Annotated[int, Query(ge=1, le=AT_MOST)] = 50,
    offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> dict[str, Any]:
    """Public plans, the latest year first, by district."""
    asked = {"plan__cycle": fiscal_year, "plan__district__slug": district}
    found = in_view().filter(**{name: value for name, value in asked.items() if value is not None})
    count = found.count()
    following = {"fiscal_year": fiscal_year, "district": district, "limit": limit}
    return {
        "count": count,
        "next": _address(following | {"offset": offset + limit})
        if offset + limit < count
        else None,
        "items": _named(PLANS, list(found[offset : offset + limit])),
    }


def _of_a_plan(what: str, answer: Any) -> Callable[[Read], Read]:
    """A view of one plan, which is called in the API's document as it is here."""

    def registered(view: Read) -> Read:
        answers = {HTTPStatus.OK: answer, **FAULTS}
        address = f"/plans/{{district}}/{{fiscal_year}}{what}"
        read: Read = decorate_view(_for_anybody)(view)
        api.get(address, response=answers, operation_id=view.__name__)(read)
        return read

    return registered


@_of_a_plan("", PlanRow)
def plan(request: HttpRequest, district: District, fiscal_year: Year) -> dict[str, Any]:
    """One plan: where it stands, when it came, and where it is read."""
    return _rows(PLANS, district, fiscal_year)[0]


@_of_a_plan("/document", dict[str, Any])
def document(request: HttpRequest, district: District, fiscal_year: Year) -> dict[str, Any]:
    """The whole public text of a plan, as the JSON Schema at /schema/plan says."""
    return text_of(_publication(district, fiscal_year)).document.model_dump(mode="json")


@_of_a_plan("/targets", Targets)
def targets(request: HttpRequest, district: District, fiscal_year: Year) -> list[dict[str, Any]]:
    """What the district wants to reach, a performance target each, and what it came to."""
    return _rows(TARGETS, district, fiscal_year)


@_of_a_plan("/strategies", Strategies)
def strategies(request: HttpRequest, district: District, fiscal_year: Year) -> list[dict[str, Any]]:
    """What it will do, a strategy each."""
    return _rows(STRATEGIES, district, fiscal_year)


@_of_a_plan("/lines", Lines)
def lines(request: HttpRequest, district: District, fiscal_year: Year) -> list[dict[str, Any]]:
    """What it will pay for, a budget line each."""
    return _rows(LINES, district, fiscal_year)


@api.get(
    "/schema/plan",
    response={HTTPStatus.OK: dict[str, Any], HTTPStatus.TOO_MANY_REQUESTS: Fault},
    operation_id="plan_schema",
)
@decorate_view(_for_anybody)
def schema_of_plan(request: HttpRequest) -> dict[str, Any]:
    """The JSON Schema of a plan’s document."""
    return plan_schema(request.build_absolute_uri())


def _publication(district: str, fiscal_year: int) -> Publication:
    found = publication_of(district, fiscal_year)
    if found is None:
        raise Http404
    return found


def _rows(table: Table, district: str, fiscal_year: int) -> list[dict[str, Any]]:
    return _named(table, [_publication(district, fiscal_year)])


def _named(table: Table, publications: list[Publication]) -> list[dict[str, Any]]:
    found = Rows(table, publications)
    names = [column.name for column in table.all_columns]
    rows: list[Row] = list(found.rows(texts_of(found.missing)))
    return [dict(zip(names, row, strict=True)) for row in rows]


def _address(asked: dict[str, Any]) -> str:
    given = {name: value for name, value in asked.items() if value is not None}
    return f"{settings.SITE_URL}{reverse('api:plans')}?{urlencode(given)}"


def open_to_anybody() -> tuple[list[Any], str, str]:
    """The addresses, none of which asks to sign in: django-ninja has no word for that. The one at
    the root, by which it knows where it stands, leads to what is said of the data."""
    found, app_name, namespace = api.urls
    patterns: list[Any] = list(found)
    for each in patterns:
        view = ROOT if each.name == "api-root" else each.callback
        own = {"api-root", "openapi-json"}  # django-ninja's own: they would take any method
        each.callback = login_not_required(require_safe(view) if each.name in own else view)
    return patterns, app_name, namespace
