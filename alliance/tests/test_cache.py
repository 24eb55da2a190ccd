"""What another release kept in the cache stops nobody; what a stranger put there runs nothing."""

import dataclasses
import pickle
import sys

import pytest
from django.conf import settings
from django.core.cache import cache
from redis import Redis


@dataclasses.dataclass
class Kept:
    word: str


@pytest.mark.parametrize("lost", ["class", "module"])
def test_what_a_class_is_gone_for_is_as_if_it_were_not_kept(monkeypatch, lost):
    cache.set("kept", ("made from", Kept("text")), timeout=60)
    before = cache.get("kept")

    if lost == "class":
        monkeypatch.delattr(sys.modules[__name__], "Kept")
    else:
        monkeypatch.setitem(sys.modules, __name__, None)

    assert (before[1].word, cache.get("kept")) == ("text", None)


class Harm:
    """A pickle that runs something as it is opened."""

    done: list[str] = []

    def __reduce__(self):
        return (self.done.append, ("by a stranger",))


@pytest.mark.parametrize("kept", [b"", b"\0" * 32], ids=["as it is", "with a signature made up"])
def test_what_a_stranger_puts_into_redis_is_never_opened(kept):
    with Redis.from_url(settings.CACHE_URL) as redis:
        redis.set(cache.make_key("planted"), kept + pickle.dumps(Harm()))

    assert (cache.get("planted"), Harm.done) == (None, [])


@pytest.mark.parametrize("value", [3, -1, True, 2.5, "text", ("made from", ["a"]), None, b"1" * 64])
def test_what_we_keep_comes_back_as_it_was(value):
    cache.set("kept", value, timeout=60)

    assert cache.get("kept") == value


def test_what_was_kept_under_another_secret_key_is_as_if_it_were_not(settings):
    cache.set("kept", "text", timeout=60)
    settings.SECRET_KEY = "another"

    assert cache.get("kept") is None


def test_redis_itself_counts(settings):
    cache.set("tries", 1, timeout=60)
    settings.SECRET_KEY = "another"

    assert cache.incr("tries", 2) == cache.get("tries") == 3
