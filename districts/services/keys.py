"""Whether the single keys of a page do anything for a person: theirs to say (WCAG 2.1.4)."""

from districts.models import User


def switch_keys(*, user_id: int, off: bool) -> None:
    """In every browser in which they sign in."""
    User.objects.filter(pk=user_id).update(keys_are_off=off)
