"""`docs/life.md`: the life of a plan, drawn and tabled from the workflow that is enforced."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from plans.workflow import TRANSITIONS, Part, Status, Step, Transition

PAGE = Path(__file__).parents[3] / "docs" / "life.md"
OPENING = """\
# The life of a plan

Written from `plans/workflow.py` by
`script/manage shell -c "from plans.rules.register.life import write; write()"`; a test fails while
this page says something else. Late, extended, one of two reviews in, answered: these are computed
labels, and no states. Closing for signature freezes a version and leaves the status alone.
What else must hold before a step is in [rules.md](rules.md), and who may not decide in
[separation-of-duties.md](separation-of-duties.md).
"""
HEADS = ("Step", "From", "To", "Whose it is", "Reason")
BACK = "the status before"


def text() -> str:
    return "\n".join([OPENING, _picture(), "## Step by step\n", _table()])


def write() -> None:
    PAGE.write_text(text())


def targets_of(transition: Transition) -> list[Status]:
    """Where a step can lead. One that goes back leads to wherever the step before it came from."""
    if transition.target is not None:
        return [transition.target]
    came = [
        before.sources for before in TRANSITIONS.values() if before.target in transition.sources
    ]
    return [status for status in Status if any(status in sources for sources in came)]


def _picture() -> str:
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {Status.DRAFT.value}: Start"]
    lines += [f"    {status.value}: {status.label}" for status in Status]
    lines += [
        f"    {source} --> {target}: {', '.join(steps)}"
        for (source, target), steps in _arrows().items()
    ]
    return "\n".join([*lines, "```\n"])


def _arrows() -> dict[tuple[str, str], list[str]]:
    """Each way between two statuses with the steps that take it, in the order of the table."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for step, transition in TRANSITIONS.items():
        for source in _in_order(transition.sources):
            for target in targets_of(transition):
                if source != target:
                    arrows.setdefault((source.value, target.value), []).append(str(step.label))
    return arrows


def _table() -> str:
    rows = [HEADS, tuple("---" for _ in HEADS), *map(_row, TRANSITIONS)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(step: Step) -> tuple[str, ...]:
    transition = TRANSITIONS[step]
    target = BACK if transition.target is None else str(transition.target.label)
    return (
        str(step.label),
        ", ".join(str(status.label) for status in _in_order(transition.sources)),
        target,
        ", ".join(str(part.label) for part in Part if part in transition.by),
        "required" if transition.needs_reason else "–",
    )


def _in_order(statuses: Iterable[Status]) -> Iterator[Status]:
    return (status for status in Status if status in set(statuses))
