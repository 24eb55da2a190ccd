"""The words of decision letters: the Department reads them, who may edit letters writes them."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from districts.requests import SignedInRequest, status_of
from plans.forms.attempts import attempt
from reviews import services
from reviews.forms.letter_templates import LetterWordsForm
from reviews.models.default_letters import PLACEHOLDERS, LetterKind
from reviews.permissions import may_edit_letters, may_read_reviews
from reviews.reports.letter_templates import (
    WordsOfLetter,
    versions_of_letter,
    words_for,
    words_of_all,
)
from reviews.services.letter_previews import example_of, preview_of
from reviews.views.letter import paragraphs_of

VERSIONS = 20  # shown; a kind of letter is written anew now and then


@require_safe
def letter_template_list(request: SignedInRequest) -> HttpResponse:
    if not may_read_reviews(request.user):
        raise PermissionDenied
    context = {"found": words_of_all(), "may_edit": may_edit_letters(request.user)}
    return render(request, "reviews/letter_templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def letter_template(request: SignedInRequest, name: str) -> HttpResponse:
    """Everyone at the Department may read the words; the form is for who writes them."""
    if not may_read_reviews(request.user):
        raise PermissionDenied
    if name not in LetterKind:
        raise Http404
    kind, now = LetterKind(name), timezone.now()
    may_edit = may_edit_letters(request.user)
    if request.method == "POST" and not may_edit:
        raise PermissionDenied
    found = words_for(kind)
    form = _form(request, found)
    if form.is_bound and form.is_valid() and _is_saved(request, kind, form, at=now):
        return redirect("reviews:letter_template", name)
    text = services.tidied(str(form["text"].value() or ""))  # a browser ends its lines otherwise
    example = example_of(kind, reader=request.user, at=now)
    context = {
        "kind": kind,
        "found": found,
        "form": form,
        "may_edit": may_edit,
        "placeholders": PLACEHOLDERS[kind],
        "example": example,
        "preview": _on_paper(kind, preview_of(text, example)) if example else [],
        "faults": services.faults_in_words(kind, text) if "preview" in request.POST else [],
        "versions": versions_of_letter(kind)[:VERSIONS],
    }
    return render(request, "reviews/letter_template.html", context, status=status_of(form))


def _on_paper(kind: LetterKind, letter: str) -> list[list[str]]:
    """Those that are no more than an e-mail have no head, so that of the page stays empty."""
    has_head = any(one.name == "date" for one in PLACEHOLDERS[kind])
    return paragraphs_of(letter) if has_head else [[""], *paragraphs_of(letter)]


def _form(request: SignedInRequest, found: WordsOfLetter) -> LetterWordsForm:
    """Asking for a preview saves nothing: what was typed is shown again, in form and letter."""
    if request.method == "POST" and "preview" not in request.POST:
        return LetterWordsForm(request.POST)
    initial: dict[str, object] = {"read": found.number, "text": found.text}
    initial |= {name: request.POST[name] for name in ("read", "text") if name in request.POST}
    return LetterWordsForm(initial=initial)


def _is_saved(
    request: SignedInRequest, kind: LetterKind, form: LetterWordsForm, *, at: datetime
) -> bool:
    act = {"kind": kind, "by": request.user, "at": at, **form.cleaned_data}
    if not attempt(form, lambda: services.save_words_of_letter(**act)):
        return False
    number = words_for(kind).number
    version = f"version {number}" if number else "the words that Alliance comes with"
    messages.success(
        request, f"Letters of “{kind.label}” are written from {version}. Those that left stay."
    )
    return True
