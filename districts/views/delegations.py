"""The pages on which the Commissioner’s delegation is given, confirmed or ended."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts import services
from districts.forms.people import DelegationForm
from districts.permissions import may_confirm_delegations, may_delegate
from districts.views.answers import explain, only
from districts.views.person_pages import person_ask, person_form, visible_person

FOR_DELEGATORS = "Only the Commissioner or an administrator gives a delegation."


@require_http_methods(["GET", "POST"])
def delegation_give(request, pk):
    person = visible_person(request, pk)
    only(may_delegate(request.user), FOR_DELEGATORS)
    form = DelegationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            delegation = services.give_delegation(
                user_id=person.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except services.Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(
                request,
                f"{person} decides in the Commissioner’s name from {delegation}."
                if delegation.confirmed_at
                else f"The Commissioner is asked to confirm {person}’s delegation.",
            )
            return redirect("districts:person", person.pk)
    confirms = may_confirm_delegations(request.user)
    return person_form(
        request,
        form,
        person,
        title=f"Give {person} the Commissioner’s delegation"
        if confirms
        else f"Propose a delegation to {person}",
        lead="" if confirms else "It counts once the Commissioner has confirmed it.",
        verb="Give the delegation" if confirms else "Propose the delegation",
    )


@require_http_methods(["GET", "POST"])
def delegation_confirm(request, pk, delegation_pk):
    person = visible_person(request, pk)
    only(may_confirm_delegations(request.user), "Only the Commissioner confirms a delegation.")
    delegation = get_object_or_404(person.delegations, pk=delegation_pk)
    if request.method == "POST":
        try:
            services.confirm_delegation(
                delegation_id=delegation.pk, by=request.user, at=timezone.now()
            )
        except services.Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, f"{person} decides in the Commissioner’s name from {delegation}."
            )
        return redirect("districts:person", person.pk)
    return person_ask(
        request,
        person,
        title=f"Let {person} decide in your name?",
        body=f"From {delegation}, {person} can approve, withhold and release plans they did not"
        " review. You get a copy of each decision.",
        more=f"Reason given: {delegation.reason}",
        verb="Confirm the delegation",
    )


@require_http_methods(["GET", "POST"])
def delegation_end(request, pk, delegation_pk):
    person = visible_person(request, pk)
    only(may_delegate(request.user), FOR_DELEGATORS)
    delegation = get_object_or_404(person.delegations, pk=delegation_pk)
    if request.method == "POST":
        services.end_delegation(delegation_id=delegation.pk, by=request.user, at=timezone.now())
        messages.success(request, f"{person} no longer decides in the Commissioner’s name.")
        return redirect("districts:person", person.pk)
    return person_ask(
        request,
        person,
        title=f"End the delegation of {person}?",
        body=f"{person} can no longer approve, withhold or release from now on. What they decided"
        f" from {delegation} until now stands.",
        verb="End the delegation",
        is_bad=True,
    )
