"""How the product does, in the text that Prometheus reads: nothing of a person.

What is here are gauges, asked for as Prometheus asks; requests are counted as they are answered.
"""

from collections.abc import Iterator

from django.db.models import Count

from alliance import requests_counted
from alliance.health import DOES_ITS_WORK, OK, Part, all_parts
from notices.models import Notice
from plans.models import Plan

HELP = {
    "alliance_up": "Whether a part does its work (1) or is away, late, refused or unknown (0).",
    "alliance_sign_of_life_seconds": "Since a part last did something.",
    "alliance_tasks_waiting": "Tasks that no worker has taken yet.",
    "alliance_letters_failed": "Letters that failed within a week and that nobody has seen to.",
    "alliance_letters_late": "Letters that should have left ten minutes ago.",
    "alliance_letters": "Letters by what became of them.",
    "alliance_plans": "Plans by fiscal year and status.",
}
FROM_A_PART = {
    "seconds": "alliance_sign_of_life_seconds",
    "waiting": "alliance_tasks_waiting",
    "failed": "alliance_letters_failed",
    "late": "alliance_letters_late",
}
Sample = tuple[str, dict[str, object], int]


def page() -> str:
    parts = all_parts()
    samples = [*_of_parts(parts)]
    if parts["database"]["status"] == OK:
        samples += [*_of_rows()]
    lines = []
    for name, words in HELP.items():
        lines += [f"# HELP {name} {words}", f"# TYPE {name} gauge"]
        lines += [_line(*sample) for sample in samples if sample[0] == name]
    return "\n".join([*lines, requests_counted.told()])


def _of_parts(parts: dict[str, Part]) -> Iterator[Sample]:
    for part, told in parts.items():
        yield "alliance_up", {"part": part}, int(told["status"] in DOES_ITS_WORK)
        for key, name in FROM_A_PART.items():
            if key in told:
                yield name, {"part": part}, told[key]  # type: ignore[literal-required]


def _of_rows() -> Iterator[Sample]:
    letters = Notice.objects.values_list("status").annotate(Count("pk")).order_by("status")
    for status, count in letters:
        yield "alliance_letters", {"status": status}, count
    plans = Plan.objects.values_list("cycle", "status").annotate(Count("pk"))
    for year, status, count in plans.order_by("cycle", "status"):
        yield "alliance_plans", {"fiscal_year": year, "status": status}, count


def _line(name: str, labels: dict[str, object], value: int) -> str:
    told = ",".join(f'{key}="{label}"' for key, label in labels.items())
    return f"{name}{{{told}}} {value}"
