"""Every kind of report there is, in the order of a page."""

from progress.services.kinds import Kind
from progress.services.progress import KIND as PROGRESS
from progress.services.spending import EXPENDITURE_KIND as EXPENDITURE

KINDS: dict[str, Kind] = {kind.key: kind for kind in (PROGRESS, EXPENDITURE)}
