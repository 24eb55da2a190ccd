"""Looking into the files of a plan once they are there: for malware, and for R16.

A file is in quarantine until a scanner has seen it, where there is one (CLAMAV_URL). A scanner
that is away delays that and loses nothing: beat asks each minute.
"""

import logging
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.core.files import File
from django.db import transaction
from django.db.models import Q, QuerySet

from districts.models import User, gets_letters
from districts.roles import Role
from plans.models import Attachment, FileCheck, Plan
from plans.rules.identifying import NumberLike, number_in
from plans.services.attaching import key, take_away
from plans.services.file_texts import texts_of
from plans.services.letters import people_of, post_letter
from plans.services.locking import locked_plan
from plans.services.scanning import NotScanned, ScannerAway, scan

MOST_AT_ONCE = 100  # files of one sweep; the next goes on
SWEEPING = "checking-files"
SWEEPS_AT_MOST = 10 * 60  # seconds, until one that was killed is in nobody's way

logger = logging.getLogger(__name__)


def check_files(*, at: datetime) -> None:
    """Look into all that nobody has looked into yet, the latest first.

    One worker does: letters are not to wait for the other one, too.
    """
    if not cache.add(SWEEPING, at.isoformat(), SWEEPS_AT_MOST):
        return
    try:
        waiting = _unchecked().order_by("-pk").values_list("pk", flat=True)[:MOST_AT_ONCE]
        for attachment_id in waiting:
            if not check_file(attachment_id=attachment_id, at=at):
                return
    finally:
        cache.delete(SWEEPING)


def check_file(*, attachment_id: int, at: datetime) -> bool:
    """Look into a file and keep what was found; false where no scanner is there to do so.

    One with malware is removed from the storage, and who attached it is told.
    """
    attachment = _unchecked().filter(pk=attachment_id).first()
    if attachment is None:
        return True
    try:
        with attachment.file.open("rb") as stored:
            malware = scan(stored.chunks()) if settings.CLAMAV_URL else ""
            number = None if malware else _number_in(stored, attachment.content_type)
    except ScannerAway as fault:
        logger.warning("There is no scanner at CLAMAV_URL, so files wait: %s", fault)
        return False
    except (NotScanned, OSError) as fault:
        logger.warning("A file was not looked into: %s (%s)", key(str(attachment.file.name)), fault)
        return True
    _keep(attachment, malware, number, at=at)
    return True


def _unchecked() -> QuerySet[Attachment]:
    """Also those taken out of the draft, since a version may name them."""
    nobody_looked = Q(file_check=None)
    if settings.CLAMAV_URL:
        nobody_looked |= Q(file_check__scanned_at=None)
    return Attachment.objects.filter(nobody_looked).exclude(file="")


def _number_in(stored: File, content_type: str) -> NumberLike | None:
    stored.seek(0)
    found = (number_in(text) for text in texts_of(stored, content_type))
    return next((number for number in found if number), None)


@transaction.atomic
def _keep(attachment: Attachment, malware: str, number: NumberLike | None, *, at: datetime) -> None:
    """Under the plan's lock: of two workers with one file the second finds it kept."""
    plan = locked_plan(attachment.plan_id)
    if not _unchecked().filter(pk=attachment.pk).exists():
        return
    FileCheck.objects.update_or_create(
        attachment=attachment,
        defaults={
            "plan": plan,
            "scanned_at": at if settings.CLAMAV_URL else None,
            "malware": malware[:200],
            "has_number": number is not None,
            "number_ends": number.ends if number else "",
        },
    )
    if malware:
        _remove(plan, attachment, malware, at=at)


def _remove(plan: Plan, attachment: Attachment, malware: str, *, at: datetime) -> None:
    """The file goes, once that is on record. Its row stays in the text, which somebody signed."""
    name = str(attachment.file.name)
    Attachment.objects.filter(pk=attachment.pk).update(file="")
    post_letter(
        plan,
        kind="file_removed",
        occasion=f"file-{attachment.pk}",
        to=_told_of(plan, attachment),
        why="Malicious software was found in a file that was attached",
        at=at,
        attachment=attachment,
        malware=malware,
    )
    logger.warning("A file with malware is removed: %s (%s)", key(name), malware)
    transaction.on_commit(lambda: take_away(name))


def _told_of(plan: Plan, attachment: Attachment) -> list[User]:
    """Who attached it, and who can take it out of the plan."""
    attached_by = User.objects.filter(gets_letters(), pk=attachment.saved_by_id)
    people = [*attached_by, *people_of(plan, [Role.PLAN_COORDINATOR])]
    return list(dict.fromkeys(people))
