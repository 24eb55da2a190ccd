"""What was found in the files of a plan. It is beside the text, which has their fingerprints."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

COLUMNS = ("lineage", "scanned_at", "malware", "has_number", "number_ends")


@dataclass(frozen=True)
class FoundInFile:
    """What looking into a file found. One that nobody looked into yet has none of this."""

    is_scanned: bool = False
    malware: str = ""  # as the scanner calls it
    has_number: bool = False  # whether one in it is written like a student's
    number_ends: str = ""  # its last four digits; empty for a Social Security number

    @property
    def is_waiting(self) -> bool:
        """Whether nobody may open it yet: there is a scanner, which has not seen it."""
        return bool(settings.CLAMAV_URL) and not self.is_scanned

    @property
    def may_be_opened(self) -> bool:
        return not self.malware and not self.is_waiting


NOTHING_FOUND = FoundInFile()  # of a file that nobody has looked into
Found = Mapping[str, FoundInFile]  # by the lineage by which a text names its file


def found_of(rows: Iterable[Mapping[str, Any]]) -> Found:
    """Of rows of `FileCheck`, as the draft or a report reads them (COLUMNS)."""
    return {
        str(row["lineage"]): FoundInFile(
            is_scanned=row["scanned_at"] is not None,
            malware=row["malware"],
            has_number=row["has_number"],
            number_ends=row["number_ends"],
        )
        for row in rows
    }
