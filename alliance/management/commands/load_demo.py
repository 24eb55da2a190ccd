"""Loads the demonstration: people, plans and what became of them, as of November 23, 2026."""

from django.core.management.base import BaseCommand, CommandError

from alliance.demo.loading import AS_OF, NoDemo, load_demo


class Command(BaseCommand):
    help = "Load the demo, as of November 23, 2026. Running it again changes nothing."

    def add_arguments(self, parser):
        parser.add_argument(
            "--only",
            nargs="+",
            default=(),
            metavar="DISTRICT",
            help="everybody, but plans of these districts only: bristol east-haven …",
        )

    def handle(self, *args, **options):
        try:
            load = load_demo(at=AS_OF, only=options["only"])
        except NoDemo as refusal:
            raise CommandError(str(refusal)) from None
        for line in load.lines():
            self.stdout.write(line)
