"""Makes the first administrator of an installation and prints where they set their password."""

from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone

from districts import services
from districts.accounts import set_password_url


class Command(BaseCommand):
    help = "Make an administrator, or let one in again, and print a link that sets a password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="Administrator", help="How pages call the person.")

    def handle(self, *args, **options):
        email, name = options["email"].strip(), options["name"].strip()
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"“{email}” is not an e-mail address.") from None
        if not name:
            raise CommandError("An administrator has a name: --name “Maria Lopez”.")
        try:
            admin, is_new = services.create_admin(email=email, name=name, at=timezone.now())
        except services.PeopleRefusal as refusal:
            raise CommandError(str(refusal)) from None
        role = "is an administrator now" if is_new else "is an administrator already"
        self.stdout.write(f"{admin.name} ({admin.email}) {role}.")
        self.stdout.write(f"The link works once, within three days:\n{set_password_url(admin)}")
