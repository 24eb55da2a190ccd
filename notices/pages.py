"""The page that a letter leads to: its kind, and which one of that kind.

Pages stand in the apps above. What address a kind of page has, the project says: the module named
in PAGE_ADDRESSES.
"""

from dataclasses import dataclass
from importlib import import_module

from django.conf import settings


@dataclass(frozen=True)
class Page:
    """A kind of page, and what its address is made with, in order."""

    kind: str
    args: tuple[str | int, ...] = ()


def path_of(page: Page) -> str:
    """Where the page is on this site."""
    path: str = import_module(settings.PAGE_ADDRESSES).path_of(page)
    return path


def link_to(page: Page) -> str:
    """Where the page is, in full, as a letter writes it."""
    return settings.SITE_URL + path_of(page)
