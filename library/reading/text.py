"""The text of a version as the public reads it, made once for what is removed of it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

from library.documents import Passage, passages_of, public_document
from library.models import Publication
from plans.documents import PlanDocument, fingerprint
from plans.documents.cache import document_of, get_or_make
from plans.models import PlanVersion
from plans.reading.compared import Text
from plans.reading.document import DocumentSection
from plans.reading.rendered import sections_of

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class PublicText:
    """A version whose document may be deferred, without the passages that are removed.

    What is kept of it is known by the hash of the frozen text and by what is removed, so that a
    correction never shows what was kept before it.
    """

    version: PlanVersion
    passages: tuple[Passage, ...]
    kept_back: tuple[str, ...] = ()  # targets whose baseline is left out elsewhere

    @property
    def mark(self) -> str:
        version = self.version
        removed = sorted(each for each in self.passages if each.is_removed)
        of_text = {"schema": version.schema, "sha256": version.sha256}
        return fingerprint({**of_text, "removed": removed, "kept back": sorted(self.kept_back)})

    @property
    def document(self) -> PlanDocument:
        return self.made("document", lambda: self._document())

    @property
    def sections(self) -> list[DocumentSection]:
        """Each with its HTML."""
        return self.made("sections", lambda: sections_of(self.document))

    @property
    def compared(self) -> Text:
        """To be held against another; files are named in the text, and not compared."""
        read = lambda: self.document.model_copy(update={"attachments": ()})  # noqa: E731
        return Text(f"public-{self.mark}", self.mark, read)

    def made(self, what: str, make: Callable[[], Thing]) -> Thing:
        mark = self.mark
        return get_or_make(f"public-{what}/{mark}", made_from=mark, make=make)

    def _document(self) -> PlanDocument:
        return public_document(document_of(self.version), self.passages, self.kept_back)


def text_of(publication: Publication) -> PublicText:
    passages = passages_of(publication.passages)
    return text_without(publication.version, passages, publication.kept_back or ())


def text_without(
    version: PlanVersion, passages: Sequence[Passage], kept_back: Collection[str]
) -> PublicText:
    return PublicText(version, tuple(passages), tuple(kept_back))
