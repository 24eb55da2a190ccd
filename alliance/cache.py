"""The cache: Redis, and while Redis is away the memory of each process.

What is kept here are the tries counted against the limits on signing in and signing, and texts
that can be rendered anew. Neither may stop a district on the night of its deadline, and without
any limit passwords could be guessed: so limits go on, counted in each process by itself.
"""

import logging
from collections.abc import Callable
from hashlib import blake2b, sha256
from hmac import compare_digest
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisSerializer
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

AWAY_FOR = 5  # seconds in which Redis is not asked again: one page waits for it, not each question
SIGNATURE = 32  # bytes
SMALL = 4_096  # bytes: counts, and not the texts of plans


class _OwnMemory(LocMemCache):
    def _set(self, key: str, value: bytes, *args: Any, **kwargs: Any) -> None:
        if len(value) <= SMALL:
            super()._set(key, value, *args, **kwargs)  # type: ignore[misc]  # not in the stubs


class _Signed(RedisSerializer):
    """Pickles, each with a signature: whoever writes into Redis must not run code in our processes.

    Counts stay plain numbers, which Redis itself adds to.
    """

    def dumps(self, obj: Any) -> Any:
        made = super().dumps(obj)
        return made if isinstance(made, int) else _signature(made) + made

    def loads(self, data: Any) -> Any:
        """Nothing, where we did not keep it, or a release that had a class which is gone."""
        try:
            return int(data)
        except ValueError:
            signature, made = data[:SIGNATURE], data[SIGNATURE:]
        if not compare_digest(signature, _signature(made)):
            return None
        try:
            return super().loads(made)
        except (AttributeError, ImportError):
            return None


def _signature(made: bytes) -> bytes:
    key = sha256(f"alliance.cache:{settings.SECRET_KEY}".encode()).digest()
    return blake2b(made, key=key, digest_size=SIGNATURE).digest()


class SteadyCache(RedisCache):
    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        ours = {"retry": Retry(NoBackoff(), 0), "serializer": _Signed()}
        options = ours | params.get("OPTIONS", {})
        super().__init__(server, params | {"OPTIONS": options})
        self._own = _OwnMemory("while redis is away", {})
        self._is_asked_from = 0.0

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return self._steadily(super().add, self._own.add, *args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._steadily(super().get, self._own.get, *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> None:
        return self._steadily(super().set, self._own.set, *args, **kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> int:
        return self._steadily(super().incr, self._own.incr, *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return self._steadily(super().delete, self._own.delete, *args, **kwargs)

    def keeps(self) -> bool:
        """Whether Redis itself takes and gives, and not our own memory in its place."""
        try:
            super().set("keeps", "it", timeout=10)
            return super().get("keeps") == "it"
        except (RedisError, OSError):
            return False

    def clear(self) -> None:
        self._own.clear()
        self._steadily(super().clear, self._own.clear)

    def _steadily(
        self, theirs: Callable[..., Any], own: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Any:
        if monotonic() >= self._is_asked_from:
            try:
                return theirs(*args, **kwargs)
            except (RedisError, OSError) as fault:
                logger.warning("Redis is away, each process counts by itself: %s", fault)
                self._is_asked_from = monotonic() + AWAY_FOR
        return own(*args, **kwargs)
