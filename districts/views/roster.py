"""The roster's pages: who takes part, for which years, with how much money."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from districts import services
from districts.forms.roster import (
    AllocationForm,
    DesignationForm,
    DistrictForm,
    GroundsForm,
    NewAllocationForm,
)
from districts.gaps import gaps_in, with_holders
from districts.models import District
from districts.permissions import (
    may_manage_roster,
    visible_changes,
    visible_districts,
    why_not_of_own,
)
from districts.reports import (
    allocations_of,
    designations_of,
    figures_of,
    members_of,
    with_figures,
)
from districts.services import JOINS, LEAVES, MONEY, Effect, plans_on_record
from districts.views.answers import (
    ask_page,
    explain,
    explain_edit,
    form_page,
    only,
    touched_by,
    waits,
)
from districts.views.roster_changes import record_of

FOR_ADMINS = "Only an administrator at the Department changes the roster."


@require_safe
def district_detail(request, slug):
    district = get_object_or_404(
        with_holders(with_figures(visible_districts(request.user))), slug=slug
    )
    record = record_of(district, visible_changes(request.user))
    may_change = may_manage_roster(request.user) and not why_not_of_own(request.user, [district.pk])
    context = {
        "district": district,
        "designations": designations_of(district),
        "allocations": allocations_of(district),
        "figures": figures_of(district),
        "members": members_of(district),
        "gaps": gaps_in(district),
        "record": record,
        "waiting": [entry for entry in record if entry.change.is_waiting],
        "may_manage": may_change,
        "may_change": may_change and district.retired_at is None,
    }
    return render(request, "districts/district_detail.html", context)


@require_http_methods(["GET", "POST"])
def district_add(request):
    only(may_manage_roster(request.user), FOR_ADMINS)
    form = DistrictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            district = services.add_district(facts=form.facts(), by=request.user, at=timezone.now())
        except services.Refusal as refusal:
            explain(form, refusal)
        else:
            messages.success(request, f"{district} is on the roster.")
            return redirect(district)
    return form_page(
        request,
        form,
        title="Add a district",
        verb="Add the district",
        back=reverse("districts:list"),
        crumbs=[("Districts", reverse("districts:list"))],
    )


@require_http_methods(["GET", "POST"])
def district_edit(request, slug):
    district = manageable(request, slug)
    form = DistrictForm(request.POST or None, initial=_shown(DistrictForm, district))
    kept = []
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_district(
                district_id=district.pk,
                seen=form.cleaned_data["seen"],
                facts=form.facts(),
                by=request.user,
                at=timezone.now(),
            )
        except services.Refusal as refusal:
            kept = explain_edit(form, refusal, district)
        else:
            messages.success(request, "The district’s facts are saved.")
            return redirect(district)
    return district_form(
        request, form, district, title=f"Edit {district}", verb="Save the district", kept=kept
    )


@require_http_methods(["GET", "POST"])
def district_retire(request, slug):
    district = manageable(request, slug)
    form = GroundsForm(request.POST if request.method == "POST" else None)
    touched = plans_on_record([Effect(district, LEAVES, None)])
    if request.method == "POST" and form.is_valid():
        try:
            change = services.retire_district(
                district_id=district.pk,
                grounds=form.grounds(),
                by=request.user,
                at=timezone.now(),
            )
        except services.Refusal as refusal:
            explain(form, refusal)
        else:
            done = f"{district} is retired. It can be restored from its page."
            return answer_change(request, change, done, district)
    return ask_page(
        request,
        form,
        heading=district.name,
        title=f"Retire {district}?",
        body=f"{district} leaves the roster and is no longer asked for plans or reminded of them:"
        " it cannot start, close, sign or submit one. Nothing is deleted: its plans, money,"
        " figures and people stay on record, and a plan that was filed stays in its year’s queue.",
        more="It can be restored from its page; where a plan is on record, by two people too.",
        verb=f"Retire {district}",
        back=district.get_absolute_url(),
        crumbs=_crumbs(district),
        touched=touched,
        is_bad=True,
    )


@require_http_methods(["GET", "POST"])
def district_restore(request, slug):
    district = manageable(request, slug)
    form = GroundsForm(request.POST if request.method == "POST" else None)
    touched = plans_on_record([Effect(district, JOINS, None)])
    if request.method == "POST" and form.is_valid():
        try:
            change = services.restore_district(
                district_id=district.pk,
                grounds=form.grounds(),
                by=request.user,
                at=timezone.now(),
            )
        except services.Refusal as refusal:
            explain(form, refusal)
        else:
            return answer_change(request, change, f"{district} is on the roster again.", district)
    return ask_page(
        request,
        form,
        heading=district.name,
        title=f"Restore {district}?",
        body=f"{district} is on the roster again, with all it had. For the years it is designated"
        " for, it files plans and is reminded of them.",
        verb=f"Restore {district}",
        back=district.get_absolute_url(),
        crumbs=_crumbs(district),
        touched=touched,
    )


@require_http_methods(["GET", "POST"])
def designation_add(request, slug):
    district = manageable(request, slug)
    form = DesignationForm(request.POST or None)
    touched = []
    if request.method == "POST" and form.is_valid():
        run = form.run()
        try:
            change = services.add_designation(
                district_id=district.pk,
                run=run,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except services.Refusal as refusal:
            explain(form, refusal)
            touched = touched_by(refusal)
        else:
            return answer_change(request, change, _designated(district, run), district)
    return district_form(
        request,
        form,
        district,
        title="Add a designation",
        verb="Add the designation",
        touched=touched,
    )


@require_http_methods(["GET", "POST"])
def designation_edit(request, slug, pk):
    district = manageable(request, slug)
    held = get_object_or_404(district.designations, pk=pk)
    form = DesignationForm(request.POST or None, initial=_shown(DesignationForm, held))
    kept, touched = [], []
    if request.method == "POST" and form.is_valid():
        run = form.run()
        try:
            change = services.edit_designation(
                designation_id=held.pk,
                seen=form.cleaned_data["seen"],
                run=run,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except services.Refusal as refusal:
            kept = explain_edit(form, refusal, held)
            touched = touched_by(refusal)
        else:
            return answer_change(request, change, _designated(district, run), district)
    return district_form(
        request,
        form,
        district,
        title="Change the designation",
        verb="Save the designation",
        kept=kept,
        touched=touched,
    )


@require_http_methods(["GET", "POST"])
def allocation_add(request, slug):
    district = manageable(request, slug)
    form = NewAllocationForm(request.POST or None)
    kept, touched = [], []
    if request.method == "POST" and form.is_valid():
        fiscal_year, stage = form.cleaned_data["fiscal_year"], form.cleaned_data["stage"]
        try:
            change = _set_allocation(request, district, form, fiscal_year, stage)
        except services.Refusal as refusal:
            held = district.allocations.filter(fiscal_year=fiscal_year, stage=stage).first()
            kept = explain_edit(form, refusal, held)
            touched = touched_by(refusal)
        else:
            done = _saved(form.money(), fiscal_year, stage)
            return answer_change(request, change, done, district)
    return district_form(
        request,
        form,
        district,
        title="Add an allocation",
        verb="Add the allocation",
        kept=kept,
        touched=touched,
    )


@require_http_methods(["GET", "POST"])
def allocation_set(request, slug, fiscal_year, stage):
    district = manageable(request, slug)
    held = get_object_or_404(district.allocations, fiscal_year=fiscal_year, stage=stage)
    form = AllocationForm(request.POST or None, initial=_shown(AllocationForm, held))
    kept = []
    if request.method == "POST" and form.is_valid():
        try:
            change = _set_allocation(request, district, form, fiscal_year, stage)
        except services.Refusal as refusal:
            held = get_object_or_404(district.allocations, fiscal_year=fiscal_year, stage=stage)
            kept = explain_edit(form, refusal, held)
        else:
            done = _saved(form.money(), fiscal_year, stage)
            return answer_change(request, change, done, district)
    return district_form(
        request,
        form,
        district,
        title=f"FY{fiscal_year} {held.get_stage_display().lower()} allocation",
        verb="Save the allocation",
        kept=kept,
        touched=plans_on_record([Effect(district, MONEY, frozenset({fiscal_year}))]),
    )


def _set_allocation(request, district, form, fiscal_year, stage):
    return services.set_allocation(
        district_id=district.pk,
        fiscal_year=fiscal_year,
        stage=stage,
        money=form.money(),
        seen=form.cleaned_data["seen"],
        reason=form.cleaned_data["reason"],
        by=request.user,
        at=timezone.now(),
    )


def answer_change(request, change, done: str, district: District):
    """Say that it is done; or, where a second person is to confirm it, who was asked."""
    if change and change.is_waiting:
        messages.info(request, waits(change))
        return redirect(change)
    messages.success(request, done)
    return redirect(district)


def _visible(request, slug) -> District:
    return get_object_or_404(visible_districts(request.user), slug=slug)


def manageable(request, slug) -> District:
    district = _visible(request, slug)
    only(may_manage_roster(request.user), FOR_ADMINS)
    why = why_not_of_own(request.user, [district.pk])
    only(not why, why)
    return district


def _shown(form_class, row) -> dict:
    """The row as the form shows it, and which text of it that is."""
    names = form_class.base_fields.keys() - {"seen", "reason"}
    return {name: getattr(row, name) for name in names} | {"seen": services.edition(row)}


def _crumbs(district: District) -> list[tuple[str, str]]:
    return [
        ("Districts", reverse("districts:list")),
        (district.name, district.get_absolute_url()),
    ]


def district_form(request, form, district, **context):
    return form_page(
        request, form, back=district.get_absolute_url(), crumbs=_crumbs(district), **context
    )


def _designated(district: District, run: services.Run) -> str:
    years = f"FY{run.first_fiscal_year} to FY{run.last_fiscal_year}"
    return f"{district} is designated for {years}."


def _saved(money: services.Money, fiscal_year: int, stage: str) -> str:
    return f"The {stage} allocation for FY{fiscal_year} is ${money.amount:,}."
