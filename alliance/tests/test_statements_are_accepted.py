"""Every statement of the house can be written: none of its stand-ins is refused."""

import ast
import importlib
from pathlib import Path

import pytest
from django.conf import settings

from districts.reports import roster
from districts.roles import Role
from districts.statements import Statement
from library.reports import published, waiting
from plans.services import letters
from progress.documents import progress
from progress.reports import opened
from reviews.reports import queue
from reviews.reports import waiting as to_act_on
from reviews.reports.dashboard import SHOWN, late
from reviews.reports.turns import Duties

ROOT = Path(settings.BASE_DIR)
DUTIES = [
    Duties(("fiscal_reviewer", "program_reviewer"), assigns=True, decides=True, is_kept_from=True),
    Duties(("program_reviewer",)),
    Duties(assigns=True),
    Duties(decides=True),
    Duties(is_kept_from=True),
    Duties(),
]
SEARCHES = ["", "32000", "-1", "any slug", "0001-01-01", "Hartford"]
WANTED = [queue.Wanted(words) for words in SEARCHES]
OF_REVIEWERS = [queue.Wanted(reviewer=reviewer) for reviewer in ("32000", "nobody")]
OF_THE_WORK = [tab for tab in queue.TABS if tab not in queue.ONE_STATUS]
IN_PAGES = [published.IN_VIEW_BESIDE.statement, waiting.WAITING.statement]
OF_ARGUMENTS = {  # those made by a function, of what it is given
    "library.reports.in_pages.InPages": IN_PAGES,
    "library.reports.waiting.WAITING": [waiting.WAITING.statement],
    "plans.services.letters._holding": [letters._holding(frozenset(Role))],
    "progress.documents.progress.STORED": [*progress.STORED],
    "progress.reports.opened.STATEMENTS": [*opened.STATEMENTS.values()],
    "reviews.reports.queue._tallying": [
        queue._tallying(wanted, duties) for wanted in [*WANTED, *OF_REVIEWERS] for duties in DUTIES
    ],
    "reviews.reports.queue._showing": [
        *(  # what one looks for and what one's duties are bind places of their own
            queue._showing(tab, wanted, duties, 0)
            for tab in OF_THE_WORK
            for duties in DUTIES
            for wanted in (WANTED if duties == DUTIES[0] else WANTED[:2])
        ),
        *(  # whose plans they are is bound as a list of one
            queue._showing(queue.MINE, wanted, duties, 0)
            for wanted in OF_REVIEWERS
            for duties in (DUTIES[0], DUTIES[-1])
        ),
        *(queue._showing("", queue.Wanted(), DUTIES[0], 0, sort) for sort in queue.SORTS),
        *(  # a status by itself is written and never bound, whoever reads
            queue._showing(tab, wanted, DUTIES[0], 0)
            for tab in queue.ONE_STATUS
            for wanted in WANTED
        ),
        *(  # a later page differs in its OFFSET alone, which is written and never bound
            queue._showing(tab, wanted, DUTIES[0], queue.PAGE)
            for tab in OF_THE_WORK
            for wanted in WANTED[:2]
        ),
        *(  # an order stands before the list's own, and binds nothing
            queue._showing(queue.MINE, wanted, DUTIES[0], 0, sort)
            for sort in queue.SORTS
            for wanted in WANTED[:2]
        ),
    ],
    "reviews.reports.waiting._statement": [
        to_act_on._statement(to_act_on.Asks(confirms, not confirms, helps, roles, ()))
        for confirms in (True, False)
        for helps in (True, False)
        for roles in ((), ("program_reviewer",), ("program_manager",))
    ],
    "reviews.reports.dashboard.late._statement": [
        late._statement(duties, most) for duties in DUTIES for most in (None, SHOWN)
    ],
    "districts.reports.roster._summing": [
        statement
        for words in SEARCHES
        for with_retired in (True, False)
        for statement in roster._summing(words, with_retired)
    ],
    "districts.reports.roster._showing": [
        roster._showing(words, with_retired, start)
        for words in SEARCHES
        for with_retired in (True, False)
        for start in (0, roster.ROSTER_PAGE)
    ],
}


def _made() -> dict[str, list[str]]:
    """Where the sources make a statement, by module: the function or the names it is given."""
    found: dict[str, list[str]] = {}
    for app in ("alliance", "districts", "library", "notices", "plans", "progress", "reviews"):
        for path in sorted((ROOT / app).rglob("*.py")):
            source = path.read_text()
            if "tests" in path.parts or "Statement(" not in source:
                continue
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for node in ast.parse(source).body:
                calls = [
                    each
                    for each in ast.walk(node)
                    if isinstance(each, ast.Call) and getattr(each.func, "id", "") == "Statement"
                ]
                if calls:
                    names = [getattr(node, "name", "")] if hasattr(node, "name") else []
                    if isinstance(node, (ast.Assign, ast.AnnAssign)):
                        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                        names = [
                            each.id
                            for target in targets
                            for each in ast.walk(target)
                            if isinstance(each, ast.Name)
                        ]
                    found.setdefault(module, []).extend(names)
    return found


PLACES = [f"{module}.{name}" for module, names in _made().items() for name in names]


def test_the_known_ones_are_found():
    assert {"districts.models.people.ROLES", "districts.reports.roster.AMOUNTS"} <= set(PLACES)
    assert set(OF_ARGUMENTS) <= set(PLACES)


@pytest.mark.django_db
@pytest.mark.parametrize("place", PLACES)
def test_its_stand_ins_are_accepted(place):
    module, name = place.rsplit(".", 1)
    statements = OF_ARGUMENTS.get(place) or [getattr(importlib.import_module(module), name)]
    for statement in statements:
        assert isinstance(statement, Statement)
        _, _, places = statement._write()
        assert set(places.values()) == set(range(len(statement._stand_ins)))
