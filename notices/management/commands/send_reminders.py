"""Sends the reminders of a moment, or says which they would be."""

from datetime import datetime

from django.core.management.base import BaseCommand, CommandError

from notices import reminders, services
from notices.models import REMINDER, Notice
from notices.reminders import Reminder

EXAMPLE = "2027-06-23T13:00:00Z"


class Command(BaseCommand):
    help = (
        "Sends the reminders that are due by a moment, as the sweep would then. One line a letter:"
        " address, district, rule and due date, parted by tabs. Totals go to the error output."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--at", required=True, metavar="ISO8601", help=f"The moment, with its zone: {EXAMPLE}"
        )
        parser.add_argument("--dry-run", action="store_true", help="Only say; write nothing.")

    def handle(self, *args, at, dry_run, **options):
        moment = _moment(at)
        if dry_run:
            self._show(services.preview_reminders(at=moment), verb="would leave")
        else:
            self._send(moment)
        for line in reminders.unreachable(moment):
            self.stderr.write(f"Nobody to write to. {line}.")

    def _show(self, settlement, *, verb):
        self._list(settlement.leaving)
        self.stderr.write(
            f"{_letters(len(settlement.leaving))} {verb};"
            f" {len(settlement.passed_over)} earlier passed over."
        )

    def _send(self, moment):
        settlement = services.post_reminders(at=moment)
        delivered = {notice.key for notice in services.deliver_due(at=moment, kind=REMINDER)}
        posted = Notice.objects.filter(key__in=[reminder.key for reminder in settlement.leaving])
        # A worker beside us may have taken some of them.
        left = delivered.union(
            posted.filter(status=Notice.Status.SENT).values_list("key", flat=True)
        )
        self._list([reminder for reminder in settlement.true if reminder.key in left])
        self.stderr.write(
            f"{_letters(len(left))} left; {len(settlement.passed_over)} earlier passed over."
        )
        for notice in posted.exclude(status=Notice.Status.SENT).order_by("pk"):
            state = notice.get_status_display().lower()
            self.stderr.write(f"Not sent, {state}: {notice.address}. {notice.outcome}".rstrip())

    def _list(self, letters: list[Reminder]):
        for letter in sorted(letters, key=lambda one: (one.concerns, one.address)):
            self.stdout.write(
                "\t".join([letter.address, letter.concerns, letter.rule, str(letter.due_on)])
            )


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as fault:
        raise CommandError(f"“{text}” is no moment. Write it like {EXAMPLE}.") from fault
    if moment.tzinfo is None:
        raise CommandError(f"“{text}” does not say its time zone. Write it like {EXAMPLE}.")
    return moment


def _letters(number: int) -> str:
    return f"{number} letter{'' if number == 1 else 's'}"
