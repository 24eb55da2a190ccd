"""Where somebody is signed in, for how long, and how the Department sets that."""

import hashlib
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from districts import services
from districts.forms.sign_in import SignInRulesForm
from districts.models import SessionStore, sign_in_rules, standing_of
from districts.permissions import may_manage_people
from districts.views.answers import explain, form_page, only
from districts.views.browsers import in_words

FOR_ADMINS = "Only an administrator at the Department sets how long a session lasts."


@require_safe
def session_list(request):
    """One's own sessions. A key is never shown: whoever has it is signed in."""
    found = request.user.sessions.open(timezone.now()).order_by("-seen_at", "pk")
    here = request.session.session_key
    rows = [(_name(one), in_words(one.browser), one, one.pk == here) for one in found]
    context = {"rows": rows, "has_keys": standing_of(request.user).is_department}
    return render(request, "districts/session_list.html", context)


@require_POST
def keys_switch(request):
    """From this page, or by the script of a page that has keys, which goes on being shown."""
    off = request.POST.get("off") == "yes"
    services.switch_keys(user_id=request.user.pk, off=off)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    messages.success(
        request, f"The keys of the review screen are {'off' if off else 'on'} for you."
    )
    return redirect("districts:sessions")


@require_POST
def session_end(request, name):
    for one in request.user.sessions.open(timezone.now()):
        if _name(one) == name:
            services.end_own_session(session_id=one.pk, user_id=request.user.pk)
            messages.success(request, "That session is ended.")
            return redirect("districts:sessions")
    raise Http404


@never_cache
@require_http_methods(["GET", "POST"])
def session_time(request):
    """How long is left. Asking keeps nothing alive; sending does, as any form does."""
    if request.method == "POST":
        return redirect("districts:sessions")
    row = request.session.row if isinstance(request.session, SessionStore) else None
    left = (row.expire_date - timezone.now()).total_seconds() if row else 0
    return JsonResponse(
        {
            "seconds": int(left),
            "is_last": bool(row and row.expire_date == row.ends_at),
            "user": request.user.pk,
            "token": get_token(request),
        }
    )


@require_http_methods(["GET", "POST"])
def sign_in_rules_edit(request):
    only(may_manage_people(request.user), FOR_ADMINS)
    rules = sign_in_rules()
    form = SignInRulesForm(
        request.POST or None,
        initial={"idle_minutes": rules.idle_minutes, "longest_hours": rules.longest_hours},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.set_sign_in_rules(by=request.user, at=timezone.now(), **form.cleaned_data)
        except services.Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, "Saved. It holds from each person’s next sign-in.")
            return redirect("districts:people")
    people = reverse("districts:people")
    return form_page(
        request,
        form,
        title="How long people stay signed in",
        verb="Save how long",
        back=people,
        crumbs=[("People", people)],
    )


def _name(session) -> str:
    return hashlib.sha256(session.pk.encode()).hexdigest()[:16]
