"""The forms of the rows of which a plan has as many as it needs."""

from collections.abc import Iterable
from typing import Any

from districts.forms.drawing import chips, pair, ticks
from plans.documents.kinds import LISTED
from plans.documents.shape import TargetPart
from plans.forms.drafting import DraftForm, area_choices, indicator_choices
from plans.forms.making import form_of, forms_for, with_empty


@form_of("target")
class TargetForm(DraftForm):
    layout = (
        "indicator",
        pair("measure", "student_group"),
        pair("baseline", "baseline_year", "target_value", "unit"),
        pair("due_on", "data_source"),
    )

    def offer_choices(self) -> None:
        self.fields["indicator"].choices = with_empty(
            "Choose an indicator", indicator_choices(self.draft)
        )


COMES_FROM = ticks("parent_lineages")


@form_of("strategy")
class StrategyForm(DraftForm):
    layout = (
        "title",
        "description",
        chips("domain"),
        chips("focus_area_numbers"),
        pair("owner", "starts_on", "ends_on"),
        "schools",
        "evidence",
        "reading_program",
        "residency_partner",
        "responsibilities_agreement",
        ticks("target_lineages"),
        COMES_FROM,
    )

    def offer_choices(self) -> None:
        document = self.draft.document
        self.fields["domain"].choices = [
            (d.code, d.name) for d in self.draft.words.domains.values()
        ]
        self.fields["focus_area_numbers"].choices = area_choices(self.draft)
        self.fields["target_lineages"].choices = [
            (target.lineage, _in_a_line(target)) for target in document.targets
        ]
        last = self.draft.words.last_strategies.values()
        self.fields["parent_lineages"].choices = [(each.code, each.name) for each in last]
        if not last:  # the first plan of a run comes from nothing
            del self.fields["parent_lineages"]

    def places(self) -> Iterable[Any]:
        is_asked = "parent_lineages" in self.fields
        return self.layout if is_asked else [each for each in self.layout if each is not COMES_FROM]


def _in_a_line(target: TargetPart) -> str:
    """“1.2 Grade 3 reading, English learners: 46.1 → 51 percent”, as far as it is written."""
    words = ", ".join(filter(None, [target.measure, target.student_group]))
    if target.baseline is None or target.target_value is None:
        return f"{target.number} · {words or 'not described yet'}"
    aim = f"{target.baseline.normalize():f} → {target.target_value.normalize():f}"
    return f"{target.number} · {words}: {aim} {target.unit}"


@form_of("milestone")
class MilestoneForm(DraftForm):
    layout = ("description", pair("due_on", "evidence"))


@form_of("line")
class LineForm(DraftForm):
    layout = (
        "description",
        pair("strategy", "focus_area"),
        pair("object_code", "funding_source", "line_kind"),
        pair("quantity", "unit_cost", "amount"),
        "narrative",
        "grades",
        "previously_locally_funded",
        "supplanting_explanation",
        "head_start_program",
        "equipment_reason",
    )

    def offer_choices(self) -> None:
        self.fields["strategy"].choices = with_empty(
            "Choose a strategy",
            (
                (strategy.id, f"{strategy.number} · {strategy.title or 'without a title'}")
                for strategy in self.draft.document.strategies
            ),
        )
        self.fields["focus_area"].choices = with_empty(
            "Choose a focus area", area_choices(self.draft)
        )
        self.fields["object_code"].choices = with_empty(
            "Choose a code",
            ((c.code, f"{c.code} {c.name}") for c in self.draft.words.codes.values()),
        )


@form_of("engagement")
class EngagementForm(DraftForm):
    layout = (chips("group"), pair("held_on", "how"), "heard")


ROW_FORMS = forms_for(LISTED)
