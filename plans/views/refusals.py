"""How a refusal is told: not as an error page, but as a sentence where the person goes on."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from plans.workflow import StepNotAllowed

View = Callable[..., HttpResponse]


def says_refusal(to: str = "plans:overview") -> Callable[[View], View]:
    """The step could not be taken now: say so, and go to the plan's page named `to`."""

    def make(view: View) -> View:
        @wraps(view)
        def telling(
            request: HttpRequest, slug: str, fiscal_year: int, **arguments: object
        ) -> HttpResponse:
            try:
                return view(request, slug=slug, fiscal_year=fiscal_year, **arguments)
            except StepNotAllowed as refusal:
                messages.error(request, str(refusal))
                return redirect(to, slug, fiscal_year)

        return telling

    return make
