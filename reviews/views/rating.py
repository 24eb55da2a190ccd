"""The screen of a review: a section of the text at the left, the reviewer's work beside it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from districts.requests import SignedInRequest
from plans.permissions import parts_of
from plans.services import Saved
from plans.workflow import Part, StepNotAllowed
from reviews import services
from reviews.forms import CommentForm
from reviews.forms.rating import RatingForm, typed_ratings
from reviews.reading.against import against
from reviews.reading.results import results_of
from reviews.reading.rows import rows_in
from reviews.reports.own_review import OwnReview, found_by_reviews, own_review
from reviews.reports.packet import Packet
from reviews.reports.rubrics import rubric_for
from reviews.reports.said_lines import Remark
from reviews.rules import reads_ratings
from reviews.views.access import packet_or_404
from reviews.views.acts import comments_are_open, may_recommend
from reviews.views.rating_page import (
    ALL,
    PLACES,
    WITH_RESULTS,
    criteria_on_page,
    made_as_of,
    place_of,
    places_of,
    remember_place,
    sections_of,
    shown_again,
    url_of,
)
from reviews.views.shared_draft import may_return, not_sent

TO_A_SCRIPT = {"X-Saved": "in part", "Cache-Control": "no-store"}  # as plans.views.answering
Again = Mapping[UUID, tuple[RatingForm, Saved]]


@require_safe
def review_go_on(request: SignedInRequest, slug: str, fiscal_year: int) -> HttpResponse:
    """To the section they read last."""
    packet = packet_or_404(request, slug, fiscal_year)
    return redirect(url_of(packet.plan, place_of(request.user, packet.plan)))


@require_http_methods(["GET", "HEAD", "POST"])
def review_section(request: SignedInRequest, slug: str, fiscal_year: int, key: str) -> HttpResponse:
    packet = packet_or_404(request, slug, fiscal_year)
    parts = parts_of(request.user, packet.plan)
    if request.method == "POST":
        return _save(request, packet, parts, key)
    own = _own(request, packet, parts)
    if request.htmx:
        return _progress(request, packet, own, key)
    remember_place(request.user, packet.plan, key)
    return _show(request, packet, parts, own, key)


def _own(
    request: SignedInRequest, packet: Packet, parts: frozenset[Part], *, anew: bool = False
) -> OwnReview | None:
    person = request.user.pk
    made_as = made_as_of(packet, parts, person=person)
    return own_review(packet, person=person, made_as=made_as, anew=anew) if made_as else None


def _save(
    request: SignedInRequest, packet: Packet, parts: frozenset[Part], key: str
) -> HttpResponse:
    before = _own(request, packet, parts)
    sent = typed_ratings(request.POST, before.questions if before else [])
    try:
        saved = services.save_ratings(
            plan_id=packet.plan.pk,
            read=_number(request, "read"),
            rubric=_number(request, "rubric"),
            typed={about: form.typed() for about, form in sent.items()},
            by=request.user,
            at=timezone.now(),
        )
    except StepNotAllowed as refusal:
        typed = [line for form in sent.values() for line in form.all_words()]
        context = {"packet": packet, "plan": packet.plan, "why": str(refusal), "typed": typed}
        status = HTTPStatus.CONFLICT
        return render(request, "reviews/ratings_unsaved.html", context, status=status)
    own = _own(request, packet, parts, anew=True)
    again = {about: (form, saved[about]) for about, form in sent.items()}
    if request.htmx:
        return _answer(request, packet, own, key, again)
    if any(one.conflicts or form.pressed("both") for form, one in again.values()):
        return _show(request, packet, parts, own, key, again=again, status=HTTPStatus.CONFLICT)
    return redirect(_where_next(request, packet, key))


def _where_next(request: SignedInRequest, packet: Packet, key: str) -> str:
    following = PLACES[PLACES.index(key) + 1 :]
    if "next" in request.POST and following and key != ALL:
        return url_of(packet.plan, following[0])
    return f"{url_of(packet.plan, key)}#ratings-saved"


def _number(request: SignedInRequest, name: str) -> int:
    """As the page carries it; anything else is of no version."""
    said = request.POST.get(name, "")
    return int(said) if said.isdecimal() and len(said) < 6 else 0


def _answer(
    request: SignedInRequest, packet: Packet, own: OwnReview | None, key: str, again: Again
) -> HttpResponse:
    """To a script that saves as one types: what each form is filled from now, and any panel."""
    parts = [
        _part(own, about, form, saved) for about, (form, saved) in again.items() if own is not None
    ]
    is_asked = any(part["conflict"] for part in parts)
    unread = [
        {"field_id": field.auto_id, "why": " ".join(map(str, field.errors))}
        for form, _ in again.values()
        for field in form
        if field.errors
    ]
    context = {"parts": parts, "is_asked": is_asked, "unread": unread}
    status = HTTPStatus.CONFLICT if is_asked else HTTPStatus.OK
    return _parts(request, packet, own, key, context, status)


def _part(own: OwnReview, about: UUID, sent: RatingForm, saved: Saved) -> dict[str, Any]:
    """The page goes on showing what was sent; a field in conflict is asked about until chosen."""
    question = next(one for one in own.questions if one.lineage == about)
    stored = RatingForm.of(own, question)
    _, conflict = shown_again(own, question, stored, sent, saved)
    was, digests = sent.filled_from or {}, sent.digests()
    sent.version = saved.row.version
    sent.was = {
        name: was.get(name, "") if name in saved.conflicts else digest
        for name, digest in digests.items()
    }
    return {"form": sent, "form_id": sent.prefix, "conflict": conflict}


def _progress(
    request: SignedInRequest, packet: Packet, own: OwnReview | None, key: str
) -> HttpResponse:
    """How far the review is, for a script that has saved."""
    return _parts(request, packet, own, key, {"parts": []}, HTTPStatus.OK)


def _parts(
    request: SignedInRequest,
    packet: Packet,
    own: OwnReview | None,
    key: str,
    context: dict[str, Any],
    status: int,
) -> HttpResponse:
    plan = packet.plan
    context |= {"own": own, "places": places_of(packet, own, key)}
    context |= {"is_all": key == ALL, "all_url": url_of(plan, ALL)}
    answer = render(request, "reviews/_ratings_saved.html", context, status=status)
    for name, value in TO_A_SCRIPT.items():
        answer[name] = value
    return answer


def _show(
    request: SignedInRequest,
    packet: Packet,
    parts: frozenset[Part],
    own: OwnReview | None,
    key: str,
    *,
    again: Again | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    plan, me = packet.plan, request.user.pk
    other = against(request.user, plan, packet.version, asked=request.GET.get("against", ""))
    rubric = own.rubric if own else rubric_for(plan.cycle_id)
    is_open = own is not None and not own.is_in and may_recommend(parts, packet, by=me)
    reads_others = reads_ratings(packet, own.made_as if own else None)
    criteria = criteria_on_page(
        own,
        own.questions if own else list(rubric.questions),
        found_by_reviews(packet) if reads_others and packet.reviews else [],
        is_open=is_open,
        again=again,
    )
    sections = sections_of(packet, key, criteria=criteria, other=other)
    place = PLACES.index(key)
    rows = rows_in(packet.document, "" if key == ALL else key)
    context = {
        "packet": packet,
        "plan": plan,
        "key": key,
        "is_all": key == ALL,
        "sections": sections,
        "places": places_of(packet, own, key),
        "earlier": url_of(plan, PLACES[place - 1]) if place > 0 and key != ALL else "",
        "later": url_of(plan, PLACES[place + 1]) if place + 2 < len(PLACES) else "",
        "all_url": url_of(plan, ALL),
        "own": own,
        "rubric": rubric,
        "is_open": is_open,
        "is_blind": not reads_others and bool(packet.reviews),
        "reads_others": reads_others and len(packet.reviews) > 1,
        "criteria": [one for section in sections for one in section.criteria],
        "comments": [(one, _named(one, rows)) for section in sections for one in section.comments],
        "against": other,
        "is_asked": status == HTTPStatus.CONFLICT,
        "results": results_of(packet.document, plan.district, _last_plan(packet))
        if key in WITH_RESULTS or key == ALL
        else None,
        "may_comment": comments_are_open(parts, packet),
        "comment_form": CommentForm(
            initial={"section": "" if key == ALL else key, "audience": "internal"},
            rows=rows,
            auto_id="comment-%s",
        ),
        "once": uuid4(),
        "not_sent": not_sent(packet) if may_return(parts) else "",
        "may_propose": may_return(parts) and is_open,
    }
    return render(request, "reviews/review_section.html", context, status=status)


def _named(comment: Remark, rows: list[tuple[str, str]]) -> str:
    """The row that a comment is about; empty where it is about the section."""
    if not comment.about:
        return ""
    return dict(rows).get(comment.about, "a row that this version has no more")


def _last_plan(packet: Packet) -> int | None:
    return packet.before.plan.id if packet.before.plan else None
