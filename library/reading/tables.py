"""The public’s tables, of one plan or of all: rows of values, made of the public text alone."""

from collections.abc import Iterator, Mapping, Sequence

from django.conf import settings
from django.urls import reverse

from districts.calendar import eastern_day
from library.documents import passages_of
from library.models import Publication
from library.reading.columns import PLANS, Row, Table, Value
from library.reading.text import PublicText, text_of, text_without
from library.workflow import is_decided, public_label
from plans.documents.cache import get, put
from plans.models import PlanVersion


class Rows:
    """The rows of one table, for as many plans as there are.

    What is kept of a text is taken; the texts of the others are to be read at once: `missing`
    names their versions, and `rows` takes them.
    """

    def __init__(self, table: Table, publications: Sequence[Publication]) -> None:
        self.table, self.publications = table, publications
        self._kept = {} if table is PLANS else {one.pk: self._found(one) for one in publications}

    @property
    def missing(self) -> list[int]:
        kept = self._kept
        return [one.version_id for one in self.publications if one.pk in kept and not kept[one.pk]]

    def rows(self, versions: Mapping[int, PlanVersion]) -> Iterator[Row]:
        for one in self.publications:
            mine = [_of_plan(one)] if self.table is PLANS else self._of_text(one, versions)
            for row in mine:
                yield (*_place(one), *row)

    def _found(self, publication: Publication) -> Sequence[Row] | None:
        mark = text_of(publication).mark
        kept: Sequence[Row] | None = get(self._key(mark), made_from=mark)
        return kept

    def _of_text(
        self, publication: Publication, versions: Mapping[int, PlanVersion]
    ) -> Sequence[Row]:
        kept = self._kept[publication.pk]
        if kept:
            return kept
        version = versions[publication.version_id]
        text: PublicText = text_without(version, passages_of(publication.passages))
        assert self.table.rows  # noqa: S101 -- of the text, as every table but PLANS
        return put(self._key(text.mark), tuple(self.table.rows(text)), made_from=text.mark)

    def _key(self, mark: str) -> str:
        return f"public-table-{self.table.name}/{mark}"


def _place(publication: Publication) -> tuple[Value, ...]:
    plan = publication.plan
    district = plan.district
    return (district.edsight_code, district.name, plan.cycle_id, publication.version.number)


def _of_plan(publication: Publication) -> Row:
    plan, decided = publication.plan, publication.determination
    is_latest = publication.version.number == publication.latest_number
    decided_on = None
    if decided is not None and is_decided(plan.status):
        decided_on = eastern_day(decided.decided_at).isoformat()
    path = reverse("library:plan", args=[plan.district.slug, plan.cycle_id])
    return (
        public_label(plan.status, is_latest=is_latest, is_held=publication.is_held).words,
        eastern_day(publication.came_at).isoformat(),
        eastern_day(publication.published_at).isoformat(),
        decided_on,
        len(publication.removed),
        publication.version.sha256,
        f"{settings.SITE_URL}{path}",
    )
