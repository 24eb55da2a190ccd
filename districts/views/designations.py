"""What becomes of a designation that would end: extended, renewed or ended, on a stated basis."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts import services
from districts.forms.roster import SettleDesignationForm
from districts.services import Settled
from districts.views.answers import explain, touched_by
from districts.views.roster import answer_change, district_form, manageable


@require_http_methods(["GET", "POST"])
def settle(request, slug, pk):
    district = manageable(request, slug)
    held = get_object_or_404(district.designations, pk=pk)
    form = SettleDesignationForm(request.POST or None, initial={"seen": services.edition(held)})
    kept, touched = [], []
    if request.method == "POST" and form.is_valid():
        settled = Settled(form.cleaned_data["settled"])
        until = form.cleaned_data["last_fiscal_year"]
        try:
            change = services.settle_designation(
                designation_id=held.pk,
                seen=form.cleaned_data["seen"],
                settled=settled,
                last_fiscal_year=until,
                basis=form.cleaned_data["basis"],
                grounds=form.grounds(),
                by=request.user,
                at=timezone.now(),
            )
        except services.Refusal as refusal:
            explain(form, refusal)
            touched = touched_by(refusal)
            if isinstance(refusal, services.StaleEdit):
                kept = [("Designation", str(held))]
                form.look_again(services.edition(held))
        else:
            done = f"The designation of {district} is {settled.value}, until FY{until}."
            return answer_change(request, change, done, district)
    return district_form(
        request,
        form,
        district,
        title=f"Extend, renew or end the designation {held}",
        verb="Save what was decided",
        lead=f"{district} is designated {held}. A district whose designation ends starts no plan of"
        " a later year. It keeps what it carries forward, its last reports and their"
        " determination (§ 10-262u(g), (h)). A renewal goes on as annual amendments, with its"
        " cohort and its mark as an educational reform district as they are now.",
        kept=kept,
        touched=touched,
    )
