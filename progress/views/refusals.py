"""How a refusal is told: a sentence where the person goes on, with the words that came."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from districts.typed import give_back, has_words
from plans.workflow import StepNotAllowed

View = Callable[..., HttpResponse]


def says_refusal(view: View) -> View:
    @wraps(view)
    def telling(
        request: HttpRequest, slug: str, fiscal_year: int, period: str, **arguments: object
    ) -> HttpResponse:
        where = {"slug": slug, "fiscal_year": fiscal_year, "period": period}
        try:
            return view(request, **where, **arguments)
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
            return redirect("progress:reports", slug, fiscal_year)

    return telling
