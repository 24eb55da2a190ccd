"""What must hold: every rule over the document, in order of its number.

Some are not over the document: the board's approval (R14) is in `plans.rules.board`, what was found
in attached files (R16) in `plans.rules.attached`, and that two different people sign one frozen
version (R15) is kept by the verb that signs.
"""

from datetime import date

from plans.documents.shape import PlanDocument
from plans.rules import (
    assurances,
    budget,
    engagement,
    focus_areas,
    line_kinds,
    lines,
    needs,
    objectives,
    strategies,
)
from plans.rules.asked import ASKED_RULES
from plans.rules.attached import attachment_findings, removed_files
from plans.rules.base import Finding, Rule, Severity, run
from plans.rules.board import board_approval_findings
from plans.rules.carried import CARRIED_RULES
from plans.rules.identifying import IDENTIFYING_RULES
from plans.rules.layout import PLAN
from plans.rules.progress import (
    Progress,
    SectionState,
    complete_of,
    percent_complete,
    section_states,
)
from plans.rules.typed import TYPED_RULES

RULES: tuple[Rule[PlanDocument], ...] = (
    objectives.each_objective_has_a_target,  # R06
    objectives.targets_are_whole,  # R07
    objectives.baselines_are_of_years_begun,  # R07
    objectives.targets_move_the_right_way,  # R07
    strategies.each_strategy_has_a_focus_area,  # R08
    strategies.each_strategy_has_a_domain,  # R08
    strategies.strategies_are_whole,  # R09
    strategies.strategies_have_milestones,  # R09
    engagement.each_group_was_asked,  # R10
    needs.needs_cite_an_indicator,  # R11
    assurances.evaluation_plan_is_approved,  # R12
    assurances.all_assurances_are_accepted,  # R13
    *IDENTIFYING_RULES,  # R16
    budget.total_is_the_final_allocation,  # R17, and R05 for an allocation of $0
    budget.total_is_within_the_preliminary_allocation,  # R17
    budget.carry_forward_is_budgeted,  # R18
    budget.carry_forward_is_within_the_balance,  # R18
    lines.lines_are_whole,  # R19
    line_kinds.team_stipends_follow_the_program_page,  # R20
    line_kinds.team_stipends_reach_the_minimum,  # R20
    line_kinds.head_start_names_its_program,  # R21
    focus_areas.reading_lines_name_early_grades,  # R22
    focus_areas.each_focus_area_has_a_strategy,  # R23
    budget.benefits_follow_salaries,  # R24
    lines.indirect_costs_are_allowed,  # R25
    lines.costly_equipment_has_a_reason,  # R26
    lines.local_funds_are_explained,  # R27
    line_kinds.magnet_tuition_needs_permission,  # R28
    focus_areas.reading_follows_its_program,  # R29
    focus_areas.recruiting_names_its_partner,  # R29
    focus_areas.responsibilities_name_their_agreement,  # R29
    strategies.strategies_come_from_others,  # R33b
    *ASKED_RULES,
    *TYPED_RULES,
    *CARRIED_RULES,  # R33a
)


def check(document: PlanDocument, today: date) -> list[Finding]:
    """All that stops a plan or warns of something, by section and then by row.

    `today` tells what was done from what is only dated so. No rule looks at a clock.
    """
    return run(RULES, document, PLAN, today=today)


def stops(document: PlanDocument, today: date) -> list[Finding]:
    """What stops closing; asked again of a closed version, what stops its way on."""
    return [finding for finding in check(document, today) if finding.stops]


__all__ = [
    "RULES",
    "Finding",
    "Progress",
    "Rule",
    "SectionState",
    "Severity",
    "attachment_findings",
    "board_approval_findings",
    "check",
    "complete_of",
    "percent_complete",
    "removed_files",
    "section_states",
    "stops",
]
