"""A plan that was submitted is published once somebody has checked it (§ 10-262v; R43)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from districts.models import User
from library.documents import SHORTEST, Passage, passages_of, stands_in, words_of
from library.models import Publication, TakenDown
from library.permissions import may_publish
from library.reports.kept_back import kept_back_of
from library.reports.published import decision_on
from library.rules import findings_in, undecided
from library.services.letters import post_published, post_taken_down
from plans.documents import PlanDocument
from plans.documents.cache import document_of
from plans.models import Plan, PlanVersion
from plans.reports.versions import latest_standing
from plans.services import Blocked, digest_of, locked_plan, refuse_other_words
from plans.workflow import StepNotAllowed
from reviews.models import Determination


@transaction.atomic
def publish(
    *,
    plan_id: int,
    version: int,
    after: int | None,
    passages: Sequence[Passage] = (),
    reason: str = "",
    key: UUID,
    by: User,
    at: datetime,
) -> Publication:
    """Put the version before the public, without the passages that are removed.

    `after` is the publication that the page had shown as the last: of two people who check at
    once, the second sees what the first took out before anything comes back into view. The letter
    of the plan's decision is public with it, once there is one.

    Raises:
        PermissionDenied: not theirs, or of their own district.
        StepNotAllowed: another version or publication came meanwhile, or all of it is public.
        Blocked: with what is missing.
    """
    plan = locked_plan(plan_id)
    kept = [each._asdict() for each in passages]
    said = {"plan_id": plan.pk, "version": version, "after": after, "passages": kept}
    digest = digest_of(**said, reason=reason.strip())
    if (made := Publication.objects.filter(plan=plan, key=key).first()) is not None:
        refuse_other_words(made, digest)
        return made
    if not may_publish(by, plan, at=at):
        raise PermissionDenied
    last = _last_of(plan, after)
    standing = _standing(plan, version)
    decided = decision_on(plan, at=at)
    document, letter = document_of(standing), decided.letter if decided else ""
    kept_back = kept_back_of(plan, document)
    if _is_public_so(last, standing, decided, passages, kept_back):
        raise StepNotAllowed("The public reads it just so already. Nothing was recorded.")
    if lacks := list(_what_is_missing(document, letter, passages, reason, last, standing)):
        raise Blocked(lacks)
    made = Publication.objects.create(
        plan=plan,
        version=standing,
        determination=decided,
        passages=kept,
        kept_back=kept_back,
        reason=reason.strip(),
        key=key,
        digest=digest,
        published_at=at,
        published_by=by,
    )
    post_published(made, None if last is None or is_taken_down(last) else last)
    return made


@transaction.atomic
def take_down(
    *, plan_id: int, publication: int, reason: str, key: UUID, by: User, at: datetime
) -> TakenDown:
    """Take a plan back from view. It comes back by another publication, with a reason.

    Raises:
        PermissionDenied: not theirs, or of their own district.
        StepNotAllowed: it is not in view, or was published anew meanwhile.
        Blocked: no reason is given.
    """
    plan = locked_plan(plan_id)
    digest = digest_of(publication=publication, reason=reason.strip())
    taken = TakenDown.objects.filter(publication__plan=plan, key=key).first()
    if taken is not None:
        refuse_other_words(taken, digest)
        return taken
    if not may_publish(by, plan, at=at):
        raise PermissionDenied
    last = _last_of(plan, publication)
    if last is None or is_taken_down(last):
        raise StepNotAllowed("This plan is not in public view. Nothing was recorded.")
    if not reason.strip():
        raise Blocked(["Say why the public can no longer read it."])
    made = TakenDown.objects.create(
        publication=last,
        reason=reason.strip(),
        key=key,
        digest=digest,
        taken_at=at,
        taken_by=by,
    )
    post_taken_down(made)
    return made


def is_taken_down(publication: Publication) -> bool:
    return TakenDown.objects.filter(publication=publication).exists()


def _last_of(plan: Plan, seen: int | None) -> Publication | None:
    """The last publication, which must be the one that the page had shown."""
    with_both = plan.publications.select_related("published_by", "version")
    last = with_both.defer("version__document").order_by("-pk").first()
    if last is not None and last.pk != seen:
        raise StepNotAllowed(
            f"{last.published_by.name} published this plan meanwhile. Open the page again to see"
            " what was taken out. Nothing was recorded."
        )
    return last


def _standing(plan: Plan, version: int) -> PlanVersion:
    standing = latest_standing(plan)
    if standing is None:
        raise StepNotAllowed(
            "No version of this plan is submitted now, so there is none to publish."
        )
    if standing.number != version:
        raise StepNotAllowed(
            f"Version {standing.number} is the one that is submitted now. Open the page again to"
            " check it. Nothing was recorded."
        )
    return standing


def _is_public_so(
    last: Publication | None,
    standing: PlanVersion,
    decided: Determination | None,
    passages: Sequence[Passage],
    kept_back: list[str],
) -> bool:
    if last is None or is_taken_down(last):
        return False
    same_text = (
        last.version_id == standing.pk
        and passages_of(last.passages) == list(passages)
        and set(kept_back) <= set(last.kept_back or ())
    )
    return same_text and last.determination_id == (decided.pk if decided else None)


def _what_is_missing(
    document: PlanDocument,
    letter: str,
    passages: Sequence[Passage],
    reason: str,
    last: Publication | None,
    standing: PlanVersion,
) -> Iterator[str]:
    texts = [*words_of(document), letter]
    for passage in passages:
        if len(passage.text.strip()) < SHORTEST:
            yield f"“{passage.text}” is too short to be told from other words. Write more of it."
        elif not stands_in(passage.text, texts):
            yield f"“{passage.text}” does not stand in this version. Copy it from the text."
    for found in undecided(findings_in(document, letter), passages):
        yield f"Decide about “{found.passage}”, {found.what}: it stays in view, or it is removed."
    if not reason.strip() and last is not None and _is_corrected(last, standing, passages):
        yield "Say why what the public reads is corrected, or comes back into view."


def _is_corrected(last: Publication, standing: PlanVersion, passages: Sequence[Passage]) -> bool:
    """Whether the same version reads otherwise now, or was taken back from view."""
    before = {each.text for each in passages_of(last.passages) if each.is_removed}
    now = {each.text for each in passages if each.is_removed}
    return is_taken_down(last) or (last.version_id == standing.pk and before != now)
