"""What worker and beat, which answer no requests, leave behind while they work.

Each sign is a moment in the cache, and a file for a check inside its own container.
"""

from pathlib import Path
from time import time

from django.conf import settings
from django.core.cache import cache


def leave_sign_of_life(who: str) -> None:
    touch_sign_of_life()
    cache.set(f"alive:{who}", time(), timeout=None)


def touch_sign_of_life() -> None:
    if settings.SIGN_OF_LIFE_FILE:
        Path(settings.SIGN_OF_LIFE_FILE).touch()
