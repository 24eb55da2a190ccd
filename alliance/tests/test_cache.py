"""What another release kept in the cache stops nobody."""

import dataclasses
import sys

import pytest
from django.core.cache import cache


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
