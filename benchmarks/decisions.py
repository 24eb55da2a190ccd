"""A plan is approved and returned in one moment, by ten people at ten pages opened before.

One of them may decide it. The same form is also sent twice at once, as an impatient hand does.
There must be one event, one determination or one set of changes, and one set of letters; whoever
was not the one reads a sentence; and no page may fail.
"""

import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from threading import Barrier
from urllib.parse import urlencode

from bs4 import BeautifulSoup

from benchmarks.filled import fields_of
from benchmarks.said import say

TOKEN = "d" * 32
SLOWEST = 0.05  # seconds
IN_ORDER = {HTTPStatus.FOUND, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}


@dataclass(frozen=True)
class Rival:
    """Somebody at a page of theirs, and what they write there."""

    session: str
    path: str
    says: Mapping[str, str]


@dataclass(frozen=True)
class Contest:
    """A plan, and those who would decide it. `before` writes what the others read."""

    plan_id: int
    before: Rival
    rivals: Sequence[Rival]


@dataclass(frozen=True)
class Answer:
    status: int
    text: str


def soak(contests: Sequence[Contest], port: int) -> int:
    """Holds each contest, and judges it. What the command exits with."""
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    for number, contest in enumerate(contests, start=1):
        answers = _press_all(contest, port)
        outcome, wrong = judged(contest.plan_id, answers)
        outcomes[outcome] += 1
        faults += [f"Contest {number}: {fault}" for fault in wrong]
    for fault in faults[:10]:
        say(fault)
    ended = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
    say(
        f"{len(contests)} plans, each decided by {len(contests[0].rivals)} at once and one of them"
        f" twice: {ended}. {len(faults)} faults."
    )
    return 1 if faults else 0


def _press_all(contest: Contest, port: int) -> list[Answer]:
    """All pages are open before the first form is sent; the first form is sent twice.

    Each hand is a little slower than another, or the same act would be the first each time.
    """
    _ask(contest.before, port, _opened(contest.before, port))
    slowness = random.Random(contest.plan_id)  # noqa: S311
    forms = [_opened(rival, port) for rival in contest.rivals]
    pressed = [*zip(contest.rivals, forms, strict=True), (contest.rivals[0], forms[0])]
    waits = [slowness.uniform(0, SLOWEST) for _ in pressed]
    together = Barrier(len(pressed))

    def press(pressing: tuple[Rival, Mapping[str, object]], wait: float) -> Answer:
        together.wait(timeout=30)
        time.sleep(wait)
        return _ask(pressing[0], port, pressing[1])

    with ThreadPoolExecutor(len(pressed)) as people:
        return list(people.map(press, pressed, waits))


def _opened(rival: Rival, port: int) -> dict[str, object]:
    page = BeautifulSoup(_ask(rival, port).text, "html.parser")
    form = next(each for each in page.select("form[method=post]") if _has(each, rival.says))
    return fields_of(form) | dict(rival.says)


def _has(form: BeautifulSoup, names: Mapping[str, str]) -> bool:
    return all(form.select_one(f'[name="{name}"]') for name in names)


def _ask(rival: Rival, port: int, form: Mapping[str, object] | None = None) -> Answer:
    headers = {"Cookie": f"sessionid={rival.session}; csrftoken={TOKEN}"}
    body = None
    if form is not None:
        body = urlencode(form, doseq=True)
        headers |= {
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        }
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET" if form is None else "POST", rival.path, body, headers)
        came = connection.getresponse()
        return Answer(came.status, came.read().decode())
    finally:
        connection.close()


def judged(plan_id: int, answers: Sequence[Answer]) -> tuple[str, list[str]]:
    """How it ended, and what is wrong with it."""
    from notices.models import Notice  # noqa: PLC0415
    from plans.models import Plan, RequiredChange  # noqa: PLC0415
    from plans.workflow import Step  # noqa: PLC0415
    from reviews.models import Determination  # noqa: PLC0415

    plan = Plan.objects.get(pk=plan_id)
    ends = list(plan.events.filter(step__in=[Step.APPROVE, Step.RETURN]))
    approvals = sum(event.step == Step.APPROVE for event in ends)
    letters = Notice.objects.filter(
        district_code=plan.district.edsight_code, fiscal_year=plan.cycle_id
    )
    of_kinds = Counter(letters.values_list("kind", "to"))
    faults = [
        f"{answer.status}: {_sentence(answer)}"
        for answer in answers
        if answer.status not in IN_ORDER
    ]
    if len(ends) != 1:
        faults.append(f"{len(ends)} events end the review")
    if Determination.objects.filter(plan=plan).count() != approvals:
        faults.append("there is not one determination for the approval")
    if bool(RequiredChange.objects.filter(plan=plan).count()) == bool(approvals):
        faults.append("changes are asked of an approved plan, or none of a returned one")
    if twice := [key for key, count in of_kinds.items() if count > 1]:
        faults.append(f"letters were written twice: {twice}")
    if not of_kinds:
        faults.append("no letter was written")
    if not any(answer.status == HTTPStatus.FOUND for answer in answers):
        faults.append("nobody was told that it is done")
    return plan.status, faults


def _sentence(answer: Answer) -> str:
    page = BeautifulSoup(answer.text, "html.parser")
    return page.h1.text.strip() if page.h1 else answer.text[:80]
