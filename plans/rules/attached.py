"""What is to be said of the files of a plan, which are beside its text: malware, and R16.

Of a file the text has its name and its fingerprint. What was found in it is found once, when it
came, and is kept beside the text; so a rule is given it.
"""

from collections.abc import Iterator

from plans.documents.found import NOTHING_FOUND, Found, FoundInFile
from plans.documents.shape import AttachmentPart, PlanDocument
from plans.rules.base import DEFAULT, Finding, Severity
from plans.rules.identifying import FERPA, NOTHING_TELLS, NumberLike, number_in
from plans.sections import SectionKey


def attachment_findings(document: PlanDocument, found: Found) -> list[Finding]:
    """What to mend in the files that a text names, by what was `found` in each, by lineage."""
    return [
        finding
        for part in document.attachments
        for finding in _of_file(part, found.get(part.lineage, NOTHING_FOUND))
    ]


def removed_files(document: PlanDocument, found: Found) -> list[Finding]:
    """What of it stops closing: a file that was removed is handed in with nothing."""
    return [finding for finding in attachment_findings(document, found) if finding.stops]


def _of_file(part: AttachmentPart, found: FoundInFile) -> Iterator[Finding]:
    file = f"File {part.number}, “{part.title}”,"
    if found.malware:
        yield _finding(
            Severity.STOP,
            f"{file} was removed: malicious software was found in it ({found.malware}). Take it"
            " out of the list, and add a clean copy if you have one.",
        )
    elif found.has_number:
        yield _about_number(f"{file} holds {NumberLike(found.number_ends).words}")
    if number := number_in(f"{part.title}\n{part.file_name}"):
        yield _about_number(f"The name of file {part.number} holds {number.words}")


def _about_number(what: str) -> Finding:
    return _finding(
        Severity.WARN,
        f"{what}. If it is one, take the file out and add it without: {NOTHING_TELLS}",
        rule="R16",
        citation=FERPA,
    )


def _finding(
    severity: Severity, sentence: str, *, rule: str = "", citation: str = DEFAULT
) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        section=SectionKey.ATTACHMENTS,
        sentence=sentence,
        citation=citation,
        certainty="default",
    )
