"""Who else is in a plan, said to a script that asks while the page is looked at."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from districts.requests import SignedInRequest
from districts.roles import Role
from plans import services
from plans.reading.access import own_plan_or_404
from plans.sections import SECTIONS, SectionKey

LONGEST_NAME = 60  # characters of a tab's
WHO = {
    Role.SUPERINTENDENT: "The superintendent is",
    Role.BOARD_CHAIR: "The board chair is",
    Role.PLAN_COORDINATOR: "The coordinator is",
    Role.FISCAL_OFFICER: "The business office is",
    Role.DISTRICT_VIEWER: "Somebody who only reads is",
    Role.DISTRICT_ADMIN: "The access administrator is",
}


@never_cache
@require_safe
def here(request: SignedInRequest, slug: str, fiscal_year: int, key: str) -> HttpResponse:
    plan = own_plan_or_404(request, slug, fiscal_year)
    if key not in SECTIONS:
        raise Http404
    others = services.note_presence(
        plan,
        SectionKey(key),
        tab=request.GET.get("tab", "")[:LONGEST_NAME],
        by=request.user,
        at=timezone.now(),
    )
    said = [_sentence(each, is_own=each.user_id == request.user.pk) for each in others]
    return HttpResponse(" ".join(dict.fromkeys(said)), content_type="text/plain; charset=utf-8")


def _sentence(present: services.Present, *, is_own: bool) -> str:
    place = SECTIONS[present.section].title
    if is_own:
        return f"You have {place} open in another tab, too."
    return f"{WHO[present.role]} here too, in {place}."
