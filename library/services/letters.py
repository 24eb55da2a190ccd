"""The letters that tell a district what anybody can read of its plan now."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings

from library.models import Publication, PublicationLetter, TakenDown
from notices.pages import Page
from plans.services.letters import SUBMITS, page_of, people_of, post_letter

HEAR = SUBMITS  # the superintendent and the plan coordinators


@dataclass(frozen=True)
class News:
    """What the public reads otherwise than before; `last` is what it read, none where nothing."""

    made: Publication
    last: Publication | None

    @property
    def is_any(self) -> bool:
        return self.is_new_version or self.has_new_letter or bool(self.hidden or self.shown)

    @property
    def is_new_version(self) -> bool:
        return self.last is None or self.last.version_id != self.made.version_id

    @property
    def has_new_letter(self) -> bool:
        """Never while the approval can be called back: then it has no letter to publish."""
        before = self.last.determination_id if self.last else None
        return self.made.determination_id not in (None, before)

    @property
    def hidden(self) -> int:
        """Passages that could be read before."""
        return len(_removed(self.made) - _removed(self.last)) if self.last else 0

    @property
    def shown(self) -> int:
        """Passages that were left out before."""
        return len(_removed(self.last) - _removed(self.made)) if self.last else 0


def post_published(made: Publication, last: Publication | None) -> None:
    """`last` is what was in view until now. What reads as before is told to nobody."""
    news = News(made, last)
    if news.is_any:
        _post(
            made,
            kind="plan_published",
            why="The plan was published" if last is None else "What is public of the plan changed",
            at=made.published_at,
            page=Page("public_plan", (made.plan.district.slug, made.plan.cycle_id)),
            news=news,
            removed=len(made.removed),
        )


def post_taken_down(taken: TakenDown) -> None:
    """Without the reason, which may quote what nobody is to read."""
    _post(
        taken.publication,
        kind="plan_taken_down",
        why="The plan was taken back from view",
        at=taken.taken_at,
        page=page_of(taken.publication.plan),
    )


def _post(publication: Publication, *, at: datetime, **said: Any) -> None:
    posted = post_letter(
        publication.plan,
        occasion=f"publication-{publication.pk}",
        to=people_of(publication.plan, HEAR),
        at=at,
        version=publication.version,
        office=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        **said,
    )
    PublicationLetter.objects.bulk_create(
        PublicationLetter(notice=notice, publication=publication) for notice in posted
    )


def _removed(publication: Publication | None) -> set[str]:
    return {each["text"] for each in publication.removed} if publication else set()
