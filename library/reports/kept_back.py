"""Numbers that the public is kept from in one place, and which would stand in another.

Last year's result is often this year's baseline, and a later version of a plan may name fewer
groups: what protected a small count there would tell it from here.
"""

from collections.abc import Collection, Iterator
from decimal import Decimal

from library.documents import left_out, public_document
from library.models import Publication
from library.reports.results import figures_of_results, results_among
from plans.documents import PlanDocument
from plans.documents.cache import document_of
from plans.models import Plan
from plans.reports.versions import latest_standing

Number = tuple[str, Decimal]  # of a target, by its lineage


def kept_back_of(plan: Plan, document: PlanDocument) -> list[str]:
    """The targets of a document whose baseline is such a number, by lineage; without those that
    are left out of it anyway. Four queries."""
    numbers = {*_of_last_year(plan), *_public_before(plan)}
    left = set(_left_out_of(document)) if numbers else set()
    return sorted(
        each.lineage
        for each in document.targets
        if each.baseline is not None
        and (each.lineage, each.baseline) in numbers
        and (each.lineage, each.baseline) not in left
    )


def _of_last_year(plan: Plan) -> Iterator[Number]:
    """Whether or not its results are public yet."""
    year = plan.cycle_id - 1
    last = Plan.objects.filter(district=plan.district_id, cycle=year).only("pk", "cycle").first()
    version = latest_standing(last) if last else None
    said = results_among([last.pk]).get(last.pk) if last and version else None
    if version is None or not said:
        return
    targets = [each for each in document_of(version).targets if each.lineage in said]
    for place in left_out(figures_of_results(targets, said)):
        actual = said[targets[place].lineage].actual
        if actual is not None:
            yield targets[place].lineage, actual


def _public_before(plan: Plan) -> Iterator[Number]:
    before = Publication.objects.filter(plan=plan).select_related("version")
    for one in before.defer("version__document"):
        yield from _left_out_of(document_of(one.version), one.kept_back or ())


def _left_out_of(document: PlanDocument, kept_back: Collection[str] = ()) -> Iterator[Number]:
    public = public_document(document, (), kept_back)
    for target, shown in zip(document.targets, public.targets, strict=True):
        if target.baseline is not None and shown.baseline is None:
            yield target.lineage, target.baseline
