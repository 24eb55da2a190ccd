"""The page on which the chair becomes superintendent, or the reverse: it asks who signs second."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts import services
from districts.duties import other_office
from districts.forms.people import SuccessorForm
from districts.gaps import gaps_without, role_in_words
from districts.models import District
from districts.permissions import may_add_people, may_keep_role, visible_people
from districts.roles import Role
from districts.views.answers import explain, only
from districts.views.person_pages import FOR_KEEPERS, person_form, posted, visible_person


def page_of(left, role, leaving=None) -> str:
    """Where it is asked who takes over `left`, held by who is to have the other office."""
    url = reverse("districts:office_change", args=[left.user_id, left.district.slug, role])
    return f"{url}?leaving={leaving.pk}" if leaving else url


@require_http_methods(["GET", "POST"])
def office_change(request, pk, slug, role):
    person = visible_person(request, pk)
    only(may_add_people(request.user), FOR_KEEPERS)
    district = get_object_or_404(District.objects.active(), slug=slug)
    only(may_keep_role(request.user, role=role, district_id=district.pk), FOR_KEEPERS)
    left = other_office(person, role, district)
    if left is None:
        raise Http404
    leaving = _leaving(request, district, role)
    people = visible_people(request.user).filter(is_active=True)
    people = people.exclude(pk__in=[person.pk, request.user.pk]).order_by("name", "pk")
    form, gaps = SuccessorForm(posted(request), people=people, stops=False), []
    if request.method == "POST" and form.is_valid():
        gaps = gaps_without([left], heir=form.heir())
        gaps += gaps_without([leaving], heir=person) if leaving else []
        form = SuccessorForm(request.POST, people=people, stops=bool(gaps))
        if form.is_valid():
            try:
                _change(request, person, role, district, form, leaving)
            except services.Refusal as refusal:
                explain(form, refusal)
            else:
                return _changed(request, person, role, left, form.heir())
    other, office = role_in_words(Role(left.role)), role_in_words(Role(role))
    leaves = f" {leaving.user} no longer is." if leaving else ""
    return person_form(
        request,
        form,
        person,
        gaps=gaps,
        lead=f"{person} is {other} of {district}. Two people sign its plan, so {person} leaves that"
        f" office on becoming {office}, and somebody else takes it over at the same moment."
        f"{leaves} Who is {other} from then on, and signs beside {person}?",
        title=f"Make {person} {office} of {district}",
        verb=f"Make {person} {office}",
    )


def _leaving(request, district, role):
    """Who hands the office over, where it was held by somebody."""
    pk = request.GET.get("leaving", "")
    if not pk.isdecimal() or len(pk) > 9:
        return None
    held = district.memberships.current().select_related("user", "district")
    return held.filter(pk=pk, role=role).first()


def _change(request, person, role, district, form, leaving):
    typed = form.cleaned_data
    known = typed["successor"]
    services.change_office(
        user_id=person.pk,
        role=role,
        district_id=district.pk,
        successor=services.Successor(
            user_id=known.pk if known else None, name=typed["name"], email=typed["email"]
        ),
        leaving_id=leaving.pk if leaving else None,
        knows_what_stops=typed.get("knows", False),
        by=request.user,
        at=timezone.now(),
    )


def _changed(request, person, role, left, heir):
    other, office = role_in_words(Role(left.role)), role_in_words(Role(role))
    messages.success(
        request, f"{person} is {office} of {left.district}, and {heir.name} is {other}."
    )
    if not heir.has_usable_password():
        messages.warning(
            request,
            f"{heir.name} cannot sign in yet. Open their page and send the letter that lets them"
            " set a password.",
        )
    return redirect("districts:people")
