"""How passwords are kept, and which are refused (after NIST SP 800-63B).

Long is what counts. Nothing is asked about capitals, digits or signs, and nothing runs out.
"""

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.exceptions import ValidationError

DEMO_PASSWORD = "alliance-demo"  # noqa: S105 - published in README; good for a demonstration alone
SHORTEST, LONGEST = 12, 128
SAFELY_UNGUESSABLE = 3  # of 4: more than 10^8 guesses
LOOKED_AT = 64  # characters: looking at more takes long and finds nothing

# What anybody would try here first, beside the person's own name and address.
OF_THIS_PLACE = ["alliance", "district", "connecticut", "csde", "education", "school"]


class Argon2Hasher(Argon2PasswordHasher):
    """Argon2id, with the memory that OWASP asks for at least (19 MiB), not Django's 100 MiB.

    Many people sign in at once on the last evening, on a small machine.
    """

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1


class LengthValidator:
    """From 12 to 128 characters."""

    def validate(self, password: str, user=None) -> None:
        if not SHORTEST <= len(password) <= LONGEST:
            raise ValidationError(self.get_help_text(), code="password_length")

    def get_help_text(self) -> str:
        return f"Choose a password of at least {SHORTEST} characters and at most {LONGEST}."


class GuessableValidator:
    """Not one of the passwords that were stolen elsewhere, and no play on such a one.

    zxcvbn brings lists of them, of English words and of names, and knows keyboards and dates. They
    take 12 MB of a process: one in which nobody sets a password does without them.
    """

    def validate(self, password: str, user=None) -> None:
        if password.casefold() == DEMO_PASSWORD:
            raise ValidationError(
                "This is the published password of the demonstration. Choose another.",
                code="password_of_the_demo",
            )
        from zxcvbn import zxcvbn  # noqa: PLC0415  where a password is set, and not before

        own = [user.name, *user.name.split(), user.email, *user.email.split("@")] if user else []
        found = zxcvbn(password[:LOOKED_AT], user_inputs=OF_THIS_PLACE + own)
        if found["score"] < SAFELY_UNGUESSABLE:
            raise ValidationError(self.get_help_text(), code="password_guessable")

    def get_help_text(self) -> str:
        return "This password is too easily guessed. Choose four or five unrelated words in a row."
