"""docs/life.md shows the workflow's table as it is enforced."""

import itertools
import re

from plans.rules.register.life import PAGE, targets_of, text
from plans.workflow import TRANSITIONS, Status, Step, StepNotAllowed, target_of


def test_the_page_is_written_from_the_table():
    assert PAGE.read_text() == text(), "write it: plans.rules.register.life.write()"


def test_each_arrow_is_a_step_that_is_allowed_and_each_allowed_step_an_arrow():
    """Asked of the workflow itself, with every status that may have been before."""
    allowed = set()
    for step, source, before in itertools.product(Step, Status, Status):
        if TRANSITIONS[step].target is None and before not in targets_of(TRANSITIONS[step]):
            continue
        try:
            target = target_of(step, source=source, before=before)
        except StepNotAllowed:
            continue
        allowed.add((source.value, target.value, step.label))

    drawn = {
        (source, target, step)
        for source, target, steps in re.findall(r"^    (\w+) --> (\w+): (.+)$", text(), re.M)
        for step in steps.split(", ")
    }
    assert drawn == allowed


def test_a_step_back_leads_to_where_the_step_before_came_from():
    assert targets_of(TRANSITIONS[Step.RECALL]) == [Status.DRAFT, Status.RETURNED]
    assert targets_of(TRANSITIONS[Step.UNDO_RETURN]) == [Status.UNDER_REVIEW, Status.RECOMMENDED]
    assert set(targets_of(TRANSITIONS[Step.RELEASE])) == TRANSITIONS[Step.WITHHOLD].sources
