"""What grows with the number of districts: every list, and the sweep of a minute.

python -m benchmarks.scale --districts 200 20000
"""

import argparse
import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain
from typing import Any

from alliance.embedded.state import temporary_state
from benchmarks.__main__ import own_database
from benchmarks.said import say

SIZES = (200, 20_000)
ROUNDS = 5


@dataclass
class Cost:
    queries: int = 0
    rows: int = 0
    seconds: list[float] = field(default_factory=list)
    bytes: int = 0

    def count(self, execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        self.queries += 1
        self.rows += max(context["cursor"].rowcount, 0)
        return answer

    @property
    def words(self) -> str:
        median = sorted(self.seconds)[len(self.seconds) // 2]
        return f"{self.queries:,} | {self.rows:,} | {median * 1000:,.0f} ms | {self.bytes:,}"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.scale", description=__doc__)
    parser.add_argument("--districts", type=int, nargs="+", default=SIZES, metavar="NUMBER")
    chosen = parser.parse_args(arguments)
    with ExitStack() as stack:
        own_database(stack, stack.enter_context(temporary_state()))
        import django  # noqa: PLC0415  settings read the addresses that were set just now

        django.setup()
        logging.disable(logging.INFO)
        _measure(sorted(chosen.districts))
    return 0


def _measure(sizes: list[int]) -> None:
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    from benchmarks.example import make_examples  # noqa: PLC0415
    from benchmarks.seeding import add_districts, add_earlier_years, settle  # noqa: PLC0415
    from districts.models import District  # noqa: PLC0415

    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    add_earlier_years()
    examples = make_examples()
    for size in sizes:
        add_districts(range(District.objects.count() + 1, size + 1))
        _let_sign_in_and_begin_plans()
        settle()
        say(f"\n{size:,} districts\n\n| page | queries | rows | time | bytes |\n{'|---' * 5}|")
        for name, act in chain(_sweeps(), _pages(examples)):
            say(f"| {name} | {_cost_of(act).words} |")


def _let_sign_in_and_begin_plans() -> None:
    """Everybody has a password; a third of the districts has begun, a third handed in."""
    from benchmarks.example import YEAR  # noqa: PLC0415
    from districts.models import District, User  # noqa: PLC0415
    from plans.models import Plan  # noqa: PLC0415
    from plans.workflow import Status  # noqa: PLC0415

    User.objects.filter(password="").update(password="md5$not$one-of-ours")  # noqa: S106
    by = User.objects.first()
    begun = District.objects.filter(plans=None).order_by("pk")
    plans = []
    for number, district in enumerate(begun):
        of = {"district": district, "cycle_id": YEAR, "started_by": by}
        if number % 3 == 0:
            plans.append(Plan(**of, started_at=_at()))
        if number % 3 == 1:
            handed_in = {"submitted_at": _at(), "submitted_by": by, "status": Status.SUBMITTED}
            plans.append(Plan(**of, started_at=_at(), **handed_in))
    Plan.objects.bulk_create(plans)


def _at():
    from benchmarks.seeding import AT  # noqa: PLC0415

    return AT


def _sweeps() -> Iterator[tuple[str, Callable[[], Any]]]:

    from benchmarks.example import YEAR  # noqa: PLC0415
    from districts.calendar import letters_leave_at  # noqa: PLC0415
    from notices.models import LastSweep, Notice  # noqa: PLC0415
    from notices.services import post_reminders  # noqa: PLC0415
    from plans.models import Cycle  # noqa: PLC0415

    cycle = Cycle.objects.get(pk=YEAR)
    Cycle.objects.filter(pk=YEAR).update(reminders_from=letters_leave_at(cycle.opens_on))
    LastSweep.objects.all().delete()
    hour = letters_leave_at(cycle.plan_due_on)
    minute = timedelta(minutes=1)
    after = iter(range(1, 100))
    yield (
        "sweep: the first, with all that was missed",
        once(lambda: post_reminders(at=hour - minute)),
    )
    yield "sweep: the hour of the due date", once(lambda: post_reminders(at=hour))
    yield (
        "sweep: a minute later, while letters leave",
        once(lambda: post_reminders(at=hour + next(after) * minute)),
    )
    sent = {"status": Notice.Status.SENT, "sent_at": hour}
    Notice.objects.filter(status=Notice.Status.WAITING).update(**sent)
    yield (
        "sweep: any other minute",
        lambda: post_reminders(at=hour + next(after) * minute),
    )


def once(act: Callable[[], Any]) -> Callable[[], Any]:
    act.__dict__["rounds"] = 1
    return act


def _pages(examples) -> Iterator[tuple[str, Callable[[], Any]]]:
    from django.test import Client  # noqa: PLC0415

    from benchmarks.example import YEAR  # noqa: PLC0415
    from districts.roles import Role  # noqa: PLC0415

    for role, paths in {
        Role.SYSADMIN: [
            *("/districts/", "/districts/?page=100", "/districts/?q=district+00123"),
            *("/people/", "/people/?page=100", "/people/empty/", "/people/add/"),
            *("/letters/", "/letters/?status=scheduled", "/letters/?q=00123", "/cycles/"),
            *(f"/cycles/{YEAR}/", "/roster/file/", "/roster/changes/"),
        ],
        Role.PROGRAM_MANAGER: ["/reviews/", "/reviews/?page=100", "/reviews/?tab=all"],
        Role.PROGRAM_REVIEWER: ["/reviews/"],
        Role.COMMISSIONER: ["/reviews/"],
    }.items():
        client = Client()
        client.force_login(examples.department[role])
        for path in paths:
            status = client.get(path).status_code
            name = f"{role.label}: {path}" + ("" if status == 200 else f" ({status})")
            yield name, lambda path=path, client=client: client.get(path)


def _cost_of(act: Callable[[], Any]) -> Cost:
    from django.db import connection  # noqa: PLC0415

    cost = Cost()
    for number in range(getattr(act, "rounds", ROUNDS)):
        started = time.perf_counter()
        if number == 0:
            with connection.execute_wrapper(cost.count):
                answer = act()
        else:
            answer = act()
        cost.seconds.append(time.perf_counter() - started)
        cost.bytes = len(getattr(answer, "content", b""))
    return cost


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
