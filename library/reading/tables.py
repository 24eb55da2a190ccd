"""The public’s tables, of one plan or of all: rows of values, made of the public text alone."""

from collections.abc import Iterator, Mapping, Sequence

from django.conf import settings
from django.urls import reverse

from districts.calendar import eastern_day
from library.documents import passages_of
from library.models import Publication
from library.reading.columns import PLANS, Row, Table, Value
from library.reading.results import results_told
from library.reading.standing import label_of
from library.reading.text import PublicText, text_of, text_without
from library.workflow import is_decided
from plans.documents import fingerprint
from plans.documents.cache import get, put
from plans.models import PlanVersion


class Rows:
    """The rows of one table, for as many plans as there are.

    What is kept of a text is taken; the texts of the others are to be read at once: `missing`
    names their versions, and `rows` takes them. What was reported is asked for where it is told.
    """

    def __init__(self, table: Table, publications: Sequence[Publication]) -> None:
        self.table, self.publications = table, publications
        self._said = results_told(publications) if table.has_results else {}
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
        mark = self._mark(publication)
        kept: Sequence[Row] | None = get(self._key(mark), made_from=mark)
        return kept

    def _of_text(
        self, publication: Publication, versions: Mapping[int, PlanVersion]
    ) -> Sequence[Row]:
        kept = self._kept[publication.pk]
        if kept:
            return kept
        version = versions[publication.version_id]
        passages, kept_back = passages_of(publication.passages), publication.kept_back or ()
        text: PublicText = text_without(version, passages, kept_back)
        assert self.table.rows  # noqa: S101 -- of the text, as every table but PLANS
        mark, said = self._mark(publication), self._said.get(publication.plan_id, {})
        return put(self._key(mark), tuple(self.table.rows(text, said)), made_from=mark)

    def _mark(self, publication: Publication) -> str:
        mark, said = text_of(publication).mark, self._said.get(publication.plan_id)
        return fingerprint({"text": mark, "said": str(sorted(said.items()))}) if said else mark

    def _key(self, mark: str) -> str:
        return f"public-table-{self.table.name}/{mark}"


def _place(publication: Publication) -> tuple[Value, ...]:
    plan = publication.plan
    district = plan.district
    return (district.edsight_code, district.name, plan.cycle_id, publication.version.number)


def _of_plan(publication: Publication) -> Row:
    plan, decided = publication.plan, publication.determination
    decided_on = None
    if decided is not None and is_decided(plan.status):
        decided_on = eastern_day(decided.decided_at).isoformat()
    path = reverse("library:plan", args=[plan.district.slug, plan.cycle_id])
    return (
        label_of(publication).words,
        eastern_day(publication.came_at).isoformat(),
        eastern_day(publication.published_at).isoformat(),
        decided_on,
        len(publication.removed),
        publication.version.sha256,
        f"{settings.SITE_URL}{path}",
    )
