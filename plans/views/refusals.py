"""How a refusal is told: not as an error page, but as a sentence where the person goes on.

Where words came with what is refused they are given back, on a page of their own.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from districts.typed import give_back, has_words
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
                if request.method == "POST" and has_words(request):
                    return give_back(
                        request,
                        title="What you typed was not saved",
                        why=str(refusal),
                        status=HTTPStatus.CONFLICT,
                        may_send_again=False,
                    )
                messages.error(request, str(refusal))
                return redirect(to, slug, fiscal_year)

        return telling

    return make
