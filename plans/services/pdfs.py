"""PDFs of plans: a page asks, the worker makes, and what is made is kept.

What is asked for is a paper: all that the PDF will say, as JSON (plans/reading/paper.py). It waits
in the storage under a name of whose it is and its own hash, so that nobody is given a PDF of
another text, and is asked for once however often somebody presses. The PDF of a version stays with
it, in a row that knows its hash; that of a draft is there for a day. So is that of a publication,
whose app keeps the hash.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256
from importlib import import_module
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Model
from django.utils import timezone

from notices.services import wake
from plans.models import Plan, PlanVersion, VersionPdf
from plans.services.typeset import NotTypeset, look, typeset

KEPT = "pdf"  # folder of the storage: those of versions
PASSING = "pdf-passing"  # folder: papers that wait, and the PDFs of drafts
A_DAY = timedelta(days=1)
MAKER = "plans.tasks.make_pdf"  # by name: tasks stand above services
TAKES_AT_MOST = 10 * 60  # seconds until nobody waits any more
SAID_FOR = 60 * 60  # seconds in which a page tells that a PDF could not be made

logger = logging.getLogger(__name__)


class NoWorker(Exception):
    """There is no way to the worker just now. The message is fit to show a user."""


class PdfState(Enum):
    """Where a PDF is on its way."""

    NOT_ASKED = "not asked"
    ASKED = "asked"
    BEGUN = "begun"
    FAILED = "failed"
    READY = "ready"


@dataclass(frozen=True)
class Pdf:
    """A PDF that is there or not; of one that is, where it lies and its size in bytes."""

    state: PdfState
    name: str = ""
    size: int = 0


@dataclass(frozen=True)
class Job:
    """The making of one PDF, named as its paper is in the storage."""

    of: str  # version, or what its PDF passes through of: a plan’s draft, a publication
    pk: int
    paper: str  # SHA-256 of it

    def __str__(self) -> str:
        return f"{self.of}-{self.pk}-{self.paper}"

    @classmethod
    def named(cls, name: str) -> "Job":
        of, pk, paper = name.split("-")
        return cls(of, int(pk), paper)

    @property
    def asked(self) -> str:
        return f"{PASSING}/{self}.json"

    @property
    def made(self) -> str:
        return f"{PASSING}/{self}.pdf"

    def say(self, state: PdfState) -> None:
        seconds = SAID_FOR if state is PdfState.FAILED else TAKES_AT_MOST
        cache.set(f"pdf/{self}", state.value, seconds)

    def said(self) -> PdfState:
        return PdfState(cache.get(f"pdf/{self}") or PdfState.NOT_ASKED.value)


def draft_pdf(plan: Plan, paper: str) -> Pdf:
    """The PDF of a paper of this draft, by its hash."""
    return passing_pdf(plan, paper)


def passing_pdf(of: Model, paper: str) -> Pdf:
    """The PDF of a paper of anything but a version, by its hash: it is there for a day."""
    job = _job(of, paper)
    if default_storage.exists(job.made):
        return Pdf(PdfState.READY, job.made, default_storage.size(job.made))
    return Pdf(job.said())


def version_pdf(version: PlanVersion, paper: str = "") -> Pdf:
    """The PDF of a version; until it is there, what became of the one that was asked for. A query.

    One whose file is gone is none: it can be made again.
    """
    found = version.pdfs.filter(look=look()).order_by("-pk").first()
    name = found.file.name if found else None
    if found and name and default_storage.exists(name):
        return Pdf(PdfState.READY, name, found.size)
    return Pdf(Job("version", version.pk, paper).said())


def ask_for_pdf(paper: dict[str, Any], *, of: Model) -> str:
    """Have the PDF of a paper made; answers the paper's hash, by which it is asked for.

    What is there, or on its way, is not asked for again.

    Raises:
        NoWorker.
    """
    content = _content(paper)
    paper_hash = hash_of(paper)
    job = _job(of, paper_hash)
    found = (
        version_pdf(of, paper_hash) if isinstance(of, PlanVersion) else passing_pdf(of, paper_hash)
    )
    if found.state in (PdfState.NOT_ASKED, PdfState.FAILED):
        if not default_storage.exists(job.asked):
            default_storage.save(job.asked, ContentFile(content))
        job.say(PdfState.ASKED)
        if not wake(MAKER, str(job), expires=TAKES_AT_MOST):
            job.say(PdfState.NOT_ASKED)
            raise NoWorker(
                "The PDF cannot be made just now: what makes it does not answer. Nothing is lost."
                " Ask again in a minute, or print the plan from its page."
            )
    return paper_hash


def hash_of(paper: dict[str, Any]) -> str:
    """By which the PDF of a paper is asked for: of all it says, and of what sets its type."""
    return sha256(_content(paper) + look().encode()).hexdigest()


def _content(paper: dict[str, Any]) -> bytes:
    return json.dumps(paper, sort_keys=True, ensure_ascii=False).encode()


def _job(of: Model, paper: str) -> Job:
    return Job("version" if isinstance(of, PlanVersion) else str(of._meta.model_name), of.pk, paper)


def make_pdf(name: str) -> None:
    """Make what was asked for, and keep it. Run twice it makes one; a paper that is gone, none."""
    job = Job.named(name)
    try:
        with default_storage.open(job.asked) as waiting:
            content = waiting.read()
    except FileNotFoundError:
        return  # made already, or nobody has asked for it since yesterday
    job.say(PdfState.BEGUN)
    became = PdfState.NOT_ASKED  # of one that is there it is not asked what became of it
    try:
        if sha256(content + look().encode()).hexdigest() != job.paper:
            raise NotTypeset("what waited is not the paper that was asked for")
        _keep(job, typeset(content))
    except Exception as fault:  # whatever it was, the next letter leaves
        logger.error("No PDF was made of %s: %s", job, fault)  # noqa: TRY400 -- traces quote people
        became = PdfState.FAILED
    _take_away(job.asked)
    job.say(became)


def _keep(job: Job, made: bytes) -> None:
    if job.of != "version":
        if not default_storage.exists(job.made):
            if job.of in settings.PDF_KEEPERS:
                keeper = import_module(settings.PDF_KEEPERS[job.of])
                keeper.keep(job.pk, sha256(made).hexdigest())
            default_storage.save(job.made, ContentFile(made))
        return
    name = f"{KEPT}/{timezone.now().year}/version-{job.pk}-{uuid4().hex[:16]}.pdf"
    stored = default_storage.save(name, ContentFile(made))
    try:
        VersionPdf.objects.create(
            version_id=job.pk,
            look=look(),
            file=stored,
            size=len(made),
            sha256=sha256(made).hexdigest(),
        )
    except BaseException:
        _take_away(stored)
        raise


def remove_old_pdfs(*, at: datetime) -> list[str]:
    """Remove what passes through after a day: PDFs of drafts, and papers that nobody made."""
    try:
        old = [name for name in _passing() if default_storage.get_modified_time(name) < at - A_DAY]
    except OSError as fault:
        logger.warning("PDFs of drafts could not be listed: %s", fault.strerror)
        return []
    for name in old:
        _take_away(name)
    return old


def _passing() -> Iterator[str]:
    with suppress(FileNotFoundError):  # nobody has asked for one yet
        for name in default_storage.listdir(PASSING)[1]:
            yield f"{PASSING}/{name}"


def _take_away(name: str) -> None:
    try:
        default_storage.delete(name)
    except Exception as fault:  # a storage raises what its makers chose
        logger.warning("A file of a PDF is left: %s (%s)", name, type(fault).__name__)
