"""What a search engine may know of: the front page, and what is public."""

from collections.abc import Iterator
from datetime import datetime
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from library.models import Publication
from library.reports.published import in_view
from library.views.reading import for_anybody

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
OF_A_PLAN = ("plan", "text")


@for_anybody
def sitemap(request: HttpRequest) -> HttpResponse:
    entries = [*_of_all(), *(each for one in in_view() for each in _of_plan(one))]
    body = "".join(f"<url>{entry}</url>" for entry in entries)
    told = f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="{NAMESPACE}">{body}</urlset>'
    return HttpResponse(told, content_type="application/xml")


def _of_all() -> Iterator[str]:
    for name in ("welcome", "library:list", "library:dictionary"):
        yield _entry(reverse(name))


def _of_plan(publication: Publication) -> Iterator[str]:
    place = [publication.plan.district.slug, publication.plan.cycle_id]
    for name in OF_A_PLAN:
        yield _entry(reverse(f"library:{name}", args=place), publication.published_at)


def _entry(path: str, changed_at: datetime | None = None) -> str:
    changed = f"<lastmod>{changed_at.date().isoformat()}</lastmod>" if changed_at else ""
    return f"<loc>{escape(settings.SITE_URL + path)}</loc>{changed}"
