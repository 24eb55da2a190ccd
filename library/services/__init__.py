"""What the Department does to put plans before the public, and to take them back from view."""

from library.services.publishing import publish, take_down

__all__ = ["publish", "take_down"]
