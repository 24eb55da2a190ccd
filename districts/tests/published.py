"""The files of published figures that the product keeps, as the tests load them."""

from functools import cache

from django.conf import settings

from districts import services
from districts.tests.factories import DistrictFactory

DATA = settings.BASE_DIR / "districts" / "data"
HISTORY, ALLOCATIONS = DATA / "district_history.csv", DATA / "allocations_by_year.csv"


@cache
def _published():
    found = services.read_history(HISTORY.read_bytes())
    found += services.read_allocations_by_year(ALLOCATIONS.read_bytes())
    return found


def published_in_files(district=None):
    """Every figure, or those of the district named."""
    return [figure for figure in _published() if district in {None, figure.district}]


def load_published(district, *, at):
    return services.load_figures(figures=published_in_files(district), at=at)


def ansonia():
    return DistrictFactory(name="Ansonia", slug="ansonia", edsight_code="0020011")
