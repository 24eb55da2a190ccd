"""Python reads this as it starts, where the bench put it on the path of the web that it measures.

That web has the packages of production and no others: some of them import what they find, such as
structlog rich and kombu yaml, and beside the tools of development a process would be 6 MB larger.
"""

# ruff: noqa: INP001  a folder of the path, which Python reads without a package

import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

PINNED = Path(__file__).resolve().parents[2] / "requirements.txt"


class NotInProduction:
    """Finds nothing itself, and refuses what production has not installed."""

    def __init__(self, refused: frozenset[str]) -> None:
        self._refused = refused

    def find_spec(self, name: str, *_: object) -> None:
        if name.partition(".")[0] in self._refused:
            raise ModuleNotFoundError(f"{name} is not installed in production.", name=name)


def of_development() -> frozenset[str]:
    """The packages that can be imported here, and that no line of requirements.txt installs."""
    lines = PINNED.read_text().splitlines()
    pinned = {_same(line.partition("==")[0]) for line in lines if line[:1].isalnum()}
    return frozenset(
        package
        for package, distributions in packages_distributions().items()
        if pinned.isdisjoint(_same(name) for name in distributions)
    )


def _same(name: str) -> str:
    """A distribution's name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).strip().lower()


sys.meta_path.insert(0, NotInProduction(of_development()))
