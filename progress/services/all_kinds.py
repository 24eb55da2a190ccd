"""Every kind of report there is, in the order of a page."""

from progress.services.kinds import Kind
from progress.services.progress import KIND as PROGRESS

KINDS: dict[str, Kind] = {kind.key: kind for kind in (PROGRESS,)}
