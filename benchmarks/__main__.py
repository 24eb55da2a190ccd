"""script/bench: seeds a database of its own, serves it as production does, measures, judges."""

import argparse
import logging
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

from alliance.embedded import ROOT, CannotRun
from alliance.embedded.processes import Child, start, wait_until
from alliance.embedded.services import local_environment, running_services
from alliance.embedded.state import State, temporary_state
from benchmarks.said import say

SIZES = (33, 330, 3300)  # plans
WORKERS = 2
PRODUCTION = Path(__file__).parent / "production"  # what makes the web see those packages alone


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument(
        "--plans",
        type=int,
        nargs="+",
        default=SIZES,
        metavar="NUMBER",
        help="how many plans to measure at, the fewest first (33 330 3300)",
    )
    chosen = parser.parse_args(arguments)
    with ExitStack() as stack:
        state = stack.enter_context(temporary_state())
        own_database(stack, state)
        return _bench(state, sorted(chosen.plans))


def own_database(stack: ExitStack, state: State) -> None:
    """Never the one that the environment names: what is seeded is for nobody."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    services = stack.enter_context(running_services(state))
    os.environ.update(services.environment)
    os.environ.update(local_environment(state))
    os.environ.update(
        DJANGO_SETTINGS_MODULE="benchmarks.settings",
        SECRET_KEY="for-the-bench-alone-0123456789-abcdefghijklmnopqrstuvwxyz",  # noqa: S106
        DEBUG="false",
        DEMO="false",
        EMAIL_URL="smtp://127.0.0.1:9",  # nothing is sent
    )


def _bench(state: State, sizes: list[int]) -> int:
    import django  # noqa: PLC0415  settings read the addresses that were set just now

    django.setup()
    logging.disable(logging.INFO)  # a line for each request is the server's, not the table's
    from django.core.management import call_command  # noqa: PLC0415

    from benchmarks.example import make_examples  # noqa: PLC0415
    from benchmarks.measuring import Unsteady, check_steady, measure  # noqa: PLC0415
    from benchmarks.pages import main_pages  # noqa: PLC0415
    from benchmarks.seeding import add_earlier_years, grow, settle  # noqa: PLC0415
    from benchmarks.verdict import lines_of, summary, table  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    add_earlier_years()
    examples = make_examples()
    pages = main_pages(examples)
    found, empties = [], []
    with serve(state):
        pass  # compiles what it imports, as the image has it: who compiles keeps 10 MB of it
    with serve(state) as (web, port):
        for size in sizes:
            started = time.monotonic()
            grow(examples, to=size)
            settle()
            say(f"{size} plans, seeded in {time.monotonic() - started:.0f} s; measuring …")
            measured, rounds = measure(pages, port=port)
            found.append(measured)
            empties += rounds
        megabytes = _worker_megabytes(web)
    lines = lines_of(pages, found)
    for line in table(lines):
        say(line)
    try:
        spread = check_steady(empties)
    except Unsteady as fault:
        say(str(fault))
        return 2
    words, is_acceptable = summary(lines, worker_megabytes=megabytes)
    say(f"The empty view: {min(empties):.1f} to {max(empties):.1f} ms, {spread:.2f} times apart.")
    say(words)
    return 0 if is_acceptable else 1


@contextmanager
def serve(state: State) -> Iterator[tuple[Child, int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "alliance.web", f"--bind=127.0.0.1:{port}"]
    command += [f"--processes={WORKERS}"]
    environment = os.environ | {"PYTHONPATH": str(PRODUCTION)}
    web = start("web", command, log=state.logs / "web.log", cwd=ROOT, env=environment)
    try:
        wait_until(lambda: _answers(port), web, seconds=60)
        yield web, port
    finally:
        web.stop()


def _answers(port: int) -> bool:
    asking = HTTPConnection("127.0.0.1", port, timeout=30)
    with closing(asking), suppress(OSError):
        asking.request("GET", "/health/")
        return bool(asking.getresponse().status)
    return False


def _worker_megabytes(web: Child) -> float | None:
    """The memory of the largest worker; unknown where there is no /proc."""
    sizes = []
    for status in Path("/proc").glob("[0-9]*/status"):
        told = dict(
            line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line
        )
        if told.get("PPid", "").strip() == str(web.process.pid):
            sizes.append(int(told["VmRSS"].split()[0]) / 1000)
    return max(sizes, default=None)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotRun as fault:
        sys.exit(str(fault))
    except KeyboardInterrupt:
        sys.exit(130)
