"""Slowing whoever guesses passwords, without keeping anybody out of their own account.

Tries are counted for an account from one network address: that pair waits longer after each wrong
one. The same person elsewhere does not wait, nor do their colleagues behind the same address; nor
does the person in a browser that is known for the account, whose tries are counted for themselves.
An account that is guessed at from everywhere is open only where its person has signed in before,
until the day is over or they have set a new password, which their mail always lets them do.
"""

import math
import time
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from secrets import token_hex

from django.core.cache import cache

from districts.models import comparable

DAY = 24 * 60 * 60  # seconds
KNOWN_FOR = 90 * DAY
FREE = 4  # wrong ones before the first wait: a caps lock, last year's, the one of elsewhere
FIRST_WAIT, LONGEST_WAIT = 60, 15 * 60  # seconds
TOLD_AT = 10  # wrong ones within a day, from anywhere, of which the person hears
FROM_EVERYWHERE = 100  # wrong ones within a day after which only known addresses are let try


class Guesses:
    """What was tried for one account from one network address, or in one known browser."""

    def __init__(self, *, address: str, account: str, browser: str = "") -> None:
        self._account = _short("account", comparable(account))
        self._pair = _short("pair", _network(address), comparable(account))
        self._is_known_browser = bool(browser)
        counted = _short("browser", browser, comparable(account)) if browser else self._pair
        self._count_of = f"{counted}:{cache.get(f'{self._account}:since', '')}"

    def let_try(self) -> bool:
        """Count a try, and say whether its password may be looked at now."""
        if _count(f"{self._account}:all", by=0) >= FROM_EVERYWHERE and not self._is_known():
            return False
        tries = _count(f"{self._count_of}:tries")
        if tries <= FREE:
            return True
        wait = min(FIRST_WAIT * 2 ** (tries - FREE - 1), LONGEST_WAIT)
        if cache.add(f"{self._count_of}:wait", int(time.time()) + wait, timeout=wait):
            return True
        _count(f"{self._count_of}:tries", by=-1)  # impatience is no guess
        return False

    def minutes_left(self) -> int:
        """Until the next try, rounded up; 0 where no wait of this pair is why it was refused."""
        until = cache.get(f"{self._count_of}:wait")
        return max(1, math.ceil((until - time.time()) / 60)) if until else 0

    def was_wrong(self) -> int:
        """How many wrong ones there were for the account within a day, from anywhere."""
        return _count(f"{self._account}:all")

    def was_right(self) -> None:
        cache.delete(f"{self._count_of}:tries")
        cache.delete(f"{self._count_of}:wait")
        cache.set(f"{self._pair}:known", "", timeout=KNOWN_FOR)

    def _is_known(self) -> bool:
        return self._is_known_browser or cache.get(f"{self._pair}:known") is not None


def forget_guesses(account: str) -> None:
    """Whoever set a new password by mail is the person: nobody waits for what was tried before."""
    key = _short("account", comparable(account))
    cache.delete(f"{key}:all")
    cache.set(f"{key}:since", token_hex(8), timeout=KNOWN_FOR)  # each pair counts anew


def _count(key: str, *, by: int = 1) -> int:
    cache.add(key, 0, timeout=DAY)
    try:
        return cache.incr(key, by)
    except ValueError:  # it ran out between the two
        return by


def _network(address: str) -> str:
    """The address; of IPv6 the /64, which one machine has to itself."""
    try:
        known = ip_address(address)
    except ValueError:  # a socket has none
        return address
    known = getattr(known, "ipv4_mapped", None) or known
    return str(int(known) >> 64) if isinstance(known, IPv6Address) else str(known)


def _short(*parts: str) -> str:
    return "guesses:" + sha256("\0".join(parts).encode()).hexdigest()[:32]
