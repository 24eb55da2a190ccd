"""What a public plan is held against: the version that was public before it, else last year's."""

from dataclasses import dataclass

from django.db.models import QuerySet

from library.documents import Passage, passages_of
from library.models import Publication
from library.reports.published import in_view


@dataclass(frozen=True)
class Before:
    """An earlier text that is public as well, without what was ever removed of it."""

    publication: Publication
    passages: tuple[Passage, ...]
    is_last_year: bool

    @property
    def name(self) -> str:
        if self.is_last_year:
            return f"the FY{self.publication.plan.cycle_id} plan"
        return f"version {self.publication.version.number}"


def before(publication: Publication) -> Before | None:
    """Two queries at most."""
    plan = publication.plan
    of_plan = list(_of_plan(publication))
    removed = [one for each in (*of_plan, publication) for one in passages_of(each.passages)]
    last_of: dict[int, Publication] = {each.version.number: each for each in of_plan}
    earlier = [number for number in last_of if number < publication.version.number]
    if earlier and last_of[max(earlier)].down is None:
        return Before(last_of[max(earlier)], tuple(removed), is_last_year=False)
    last_year = (
        in_view().filter(plan__district=plan.district_id, plan__cycle=plan.cycle_id - 1).first()
    )
    if last_year is None:
        return None
    removed += passages_of(last_year.passages)
    return Before(last_year, tuple(removed), is_last_year=True)


def _of_plan(publication: Publication) -> QuerySet[Publication]:
    """Those before it, the earliest first: of one that is only previewed, all there are."""
    earlier = Publication.objects.filter(plan=publication.plan_id)
    if publication.pk:
        earlier = earlier.filter(pk__lt=publication.pk)
    return (
        earlier.select_related("plan", "version", "taken_down")
        .defer("version__document")
        .order_by("pk")
    )
