"""What the screen of a review shows: the text, what changed in it, and the reviewer's own work."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.urls import reverse

from districts.models import User
from plans.forms.conflicts import Conflict, conflict_over
from plans.models import Plan
from plans.reading.rendered import version_sections
from plans.sections import READABLE, SECTIONS, SectionKey
from plans.services import Saved
from plans.workflow import TRANSITIONS, Part, Step
from reviews.forms.rating import RatingForm
from reviews.models import Recommendation
from reviews.reading.against import Against
from reviews.reports.own_review import Found, OwnReview
from reviews.reports.packet import Packet
from reviews.reports.rubrics import Question
from reviews.reports.said_lines import Remark

ALL = "all"  # in an address: every section on one page
PLACES = [*READABLE, ALL]
PLACE_LASTS = 120 * 24 * 60 * 60  # seconds: longer than a review
WITH_RESULTS = frozenset({SectionKey.LOOK_BACK.value, SectionKey.OBJECTIVES.value})


@dataclass(frozen=True)
class Place:
    """A section in the list of them, and how far the reviewer is with it."""

    key: str
    title: str
    url: str
    rated: int
    asked: int
    open_comments: int
    is_here: bool

    @property
    def is_done(self) -> bool:
        return self.asked > 0 and self.rated == self.asked


@dataclass(frozen=True)
class OnPage:
    """A criterion beside the text; `form` is none where it is not the reader's to rate now."""

    question: Question
    level: str  # the reader's own, in words
    evidence: str
    found: list[Found]  # by finished reviews, where the reader may know
    form: RatingForm | None = None
    conflict: Conflict | None = None

    @property
    def form_id(self) -> str:
        return self.form.prefix or "" if self.form else ""

    @property
    def levels(self) -> list[tuple[Any, str, str]]:
        """Each box to tick, what it means, and the key that ticks it."""
        meant = (self.question.meets, self.question.partially, self.question.does_not, "")
        boxes = self.form["level"].subwidgets if self.form else []
        return list(zip(boxes, meant, ("1", "2", "3", ""), strict=False))


@dataclass(frozen=True)
class SectionOnPage:
    key: str
    title: str
    body: str
    other: str | None  # what it says otherwise; none where nothing is compared
    criteria: list[OnPage]
    comments: list[Remark]


def made_as_of(packet: Packet, parts: frozenset[Part], *, person: int) -> Recommendation.As | None:
    """Which of the plan's reviews is theirs to give, whether or not it is in; none of nobody's."""
    if not TRANSITIONS[Step.RECOMMEND].by & parts:
        return None
    theirs = [one.reviews_as for one in packet.reviewers if one.person == person]
    if Part.ASSIGNED_REVIEWER not in parts or not theirs:
        return Recommendation.As.MANAGER
    return Recommendation.As(max(theirs))


def url_of(plan: Plan, key: str) -> str:
    return reverse("reviews:section", args=[plan.district.slug, plan.cycle_id, key])


def places_of(packet: Packet, own: OwnReview | None, here: str) -> list[Place]:
    places = []
    for key in READABLE:
        asked = own.of_section(key) if own else []
        places.append(
            Place(
                key=key.value,
                title=SECTIONS[key].title,
                url=url_of(packet.plan, key),
                rated=sum(own.level_of(one) != "" for one in asked) if own else 0,
                asked=len(asked),
                open_comments=sum(one.section == key and one.is_open for one in packet.comments),
                is_here=key == here,
            )
        )
    return places


def sections_of(
    packet: Packet,
    here: str,
    *,
    criteria: list[OnPage],
    other: Against,
) -> list[SectionOnPage]:
    """The section that is asked for, or each of them; the board's vote stands beside the text."""
    bodies = {one.key.value: one.body for one in version_sections(packet.version)}
    return [
        SectionOnPage(
            key=key.value,
            title=SECTIONS[key].title,
            body=bodies.get(key.value, ""),
            other=other.of_section(key) if key.value in bodies else None,
            criteria=[one for one in criteria if one.question.section == key],
            comments=[one for one in packet.comments if one.section == key],
        )
        for key in READABLE
        if here in (ALL, key)
    ]


def criteria_on_page(
    own: OwnReview | None,
    questions: list[Question],
    found: list[Found],
    *,
    is_open: bool,
    again: Mapping[UUID, tuple[RatingForm, Saved]] | None = None,
) -> list[OnPage]:
    """Each criterion with the reader's own rating, and a form where it is theirs to rate."""
    return [
        _on_page(own, one, found, is_open=is_open, again=(again or {}).get(one.lineage))
        for one in questions
    ]


def _on_page(
    own: OwnReview | None,
    question: Question,
    found: list[Found],
    *,
    is_open: bool,
    again: tuple[RatingForm, Saved] | None,
) -> OnPage:
    mine = own.made_as.label if own and own.is_in else ""  # stands above what others found
    of_this = [one for one in found if one.about == question.lineage and one.part != mine]
    row = own.row(question) if own and question in own.questions else None
    if row is None or own is None:
        return OnPage(question, "", "", of_this)
    stored = form = RatingForm.of(own, question)
    conflict = None
    if again is not None:
        form, conflict = shown_again(own, question, stored, *again)
    level = stored.in_words("level") if row["level"] else ""
    return OnPage(
        question, level, stored.in_words("evidence"), of_this, form if is_open else None, conflict
    )


def shown_again(
    own: OwnReview, question: Question, stored: RatingForm, sent: RatingForm, saved: Saved
) -> tuple[RatingForm, Conflict | None]:
    """As it is stored now, with what was typed where another page of one's own changed it too."""
    both = list(sent.pressed("both"))
    form = RatingForm.of(own, question, typed=sent, keep=[*saved.conflicts, *both])
    for name in both:
        form.join(name, stored)
    if not saved.conflicts:
        return form, None
    by = saved.by.name if saved.by else "You"
    conflict = conflict_over(form, stored, saved.conflicts, by=by, at=saved.at, joins=True)
    return form, conflict


def remember_place(user: User, plan: Plan, key: str) -> None:
    """Where somebody is, for when they come back: a hint, so it is kept where hints are."""
    cache.set(_place_key(user, plan), key, PLACE_LASTS)


def place_of(user: User, plan: Plan) -> str:
    """The section they read last, else the first."""
    found = cache.get(_place_key(user, plan))
    return found if found in PLACES else SectionKey.COVER.value


def _place_key(user: User, plan: Plan) -> str:
    return f"review-place/{user.pk}/{plan.pk}"
