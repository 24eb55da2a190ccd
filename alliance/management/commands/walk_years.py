"""Walks districts through fiscal years in a database of its own, and says whether all foots."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from alliance.walk.footing import Line, faults_of_letters, ledger
from alliance.walk.people import FIRST_YEAR
from alliance.walk.scratch import scratch_database
from alliance.walk.walking import Walk

ROSTER = 33
COLUMNS = "{:<16}{:>5}{:>13}{:>12}{:>12}{:>13}{:>13}{:>12}{:>11}{:>11}"
HEADINGS = COLUMNS.format(
    *("District", "FY", "allocation", "carried in", "reduced", "authorized", "expended"),
    *("carried out", "not to plan", "remedied"),
)


class Command(BaseCommand):
    help = (
        "Walk the districts of the roster through fiscal years, in a database that is dropped"
        " again, and print a ledger that must foot to the dollar."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--years", type=int, default=5, help="how many, from FY2027 on")
        parser.add_argument("--districts", type=int, default=ROSTER, help="how many of the 33")

    def handle(self, *args, **options):
        walk = Walk(options["districts"], options["years"], say=self.stderr.write)
        with scratch_database(), transaction.atomic():  # so that no letter wakes a worker
            walk.walk()
            ids = [walker.district.pk for walker in walk.walkers]
            lines = ledger(ids, first=FIRST_YEAR, last=walk.last_year)
            letters = faults_of_letters()
            transaction.set_rollback(True)
        self.stdout.write(HEADINGS)
        faults = [*letters]
        for line in lines:
            self.stdout.write(_row(line))
            faults += [f"{line.district} FY{line.fiscal_year}: {each}" for each in line.faults()]
        for fault in faults:
            self.stderr.write(fault)
        summary = (
            f"{len(ids)} districts, {options['years']} fiscal years, {len(lines)} lines:"
            f" {'all foot' if not faults else f'{len(faults)} faults'}."
        )
        if faults:
            raise CommandError(summary)
        self.stdout.write(summary)


def _row(line: Line) -> str:
    figures = (
        *(line.allocation, line.carried_in, line.reductions, line.authorized, line.expended),
        *(line.carried_out, line.out_of_compliance, line.remedied),
    )
    return COLUMNS.format(line.district[:15], line.fiscal_year, *(f"{each:,}" for each in figures))
