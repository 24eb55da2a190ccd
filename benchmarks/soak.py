"""script/soak: many people at one server at once, in a database of its own, and what became of it.

`editing`: they write in the same plans while web processes are killed (benchmarks/editing.py).
`decisions`: a plan is approved and returned by ten in one moment (benchmarks/decisions.py).
It prints counts, and exits 1 where something was lost, done twice, or failed.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from contextlib import ExitStack

from alliance.embedded import CannotRun
from alliance.embedded.state import temporary_state
from benchmarks.__main__ import own_database, serve


def main(arguments: Sequence[str]) -> int:
    asked = _asked(arguments)
    with ExitStack() as stack:
        state = stack.enter_context(temporary_state())
        own_database(stack, state)
        import django  # noqa: PLC0415  settings read the addresses that were set just now

        django.setup()
        logging.disable(logging.INFO)
        from django.core.management import call_command  # noqa: PLC0415

        from benchmarks import decisions, editing  # noqa: PLC0415
        from benchmarks.deciders import contests  # noqa: PLC0415
        from benchmarks.writers import writers_in  # noqa: PLC0415

        call_command("migrate", verbosity=0)
        if asked.what == "editing":
            people = writers_in(plans=asked.plans, editors=asked.editors)
            with serve(state) as (web, port):
                return editing.soak(people, web, port, seconds=asked.seconds)
        plans = contests(asked.times)
        with serve(state) as (_, port):
            return decisions.soak(plans, port)


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/soak", description=__doc__)
    of = parser.add_subparsers(dest="what", required=True)
    editing = of.add_parser("editing")
    editing.add_argument("--editors", type=int, default=200)
    editing.add_argument("--plans", type=int, default=33)
    editing.add_argument("--seconds", type=int, default=60)
    of.add_parser("decisions").add_argument("--times", type=int, default=100)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotRun as fault:
        sys.exit(str(fault))
