"""What a rule found, as components/findings.html shows it."""

from dataclasses import dataclass

from plans.rules import Finding


@dataclass(frozen=True)
class FindingLine:
    """A finding with the way to where it is mended."""

    finding: Finding
    url: str = ""
    link: str = ""
    reason: str = ""  # given for a warning
    reason_url: str = ""  # where it is given
