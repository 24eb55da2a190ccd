"""The page of sign-in, which may carry what somebody typed when their session was over."""

from typing import Any

from allauth.account.views import LoginView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from alliance.typed_again import SEALED, Typed, ask_to_sign_in, drop, keep, signing_in, unsealed
from districts.forms.accounts import SignInForm

OF_ANOTHER = (
    "What had been typed on that page is another person’s: it was neither saved nor kept. They have"
    " it while their own window is open."
)
SUSPENDED = (
    "Your email and password are right, but this account is not in use now. If nobody used it for a"
    " long time, set a new password (the link below opens beside this page), then come back here"
    " and sign in with it. What you typed stays in this page until then."
)


class SignInView(LoginView):
    """allauth's. What the page carries is put into the session, where it outlives each step."""

    form_class = SignInForm

    @method_decorator(login_not_required)
    @method_decorator(sensitive_post_parameters("password"))
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Who has signed in meanwhile, in another window, goes on to what they typed."""
        if (typed := self._carried()) and request.user.is_authenticated:
            return go_on(request, typed)
        return super().dispatch(request, *args, **kwargs)

    def get_template_names(self) -> list[str]:
        return ["account/signed_out.html"] if self._carried() else super().get_template_names()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        typed = self._carried()
        return super().get_context_data(**kwargs) | (signing_in(typed) if typed else {})

    def get_success_url(self) -> str:
        typed = self._carried()
        return keep(self.request, typed) if typed else super().get_success_url()

    def form_valid(self, form: SignInForm) -> HttpResponse:
        typed = self._carried()
        response = super().form_valid(form)
        if typed is None:
            return response
        if getattr(response, "url", "") == reverse("account_inactive"):
            drop(self.request)
            return ask_to_sign_in(self.request, typed, why=SUSPENDED)
        if self.request.user.is_authenticated and not typed.is_by(self.request):
            drop(self.request)
            messages.warning(self.request, OF_ANOTHER)
            response["Location"] = resolve_url("home")
        return response

    def _carried(self) -> Typed | None:
        return unsealed(self.request.POST.get(SEALED, ""))


def go_on(request: HttpRequest, typed: Typed) -> HttpResponse:
    """To what this person typed; whatever another typed they do not see."""
    if typed.is_by(request):
        return redirect(keep(request, typed))
    messages.warning(request, OF_ANOTHER)
    return redirect("home")
