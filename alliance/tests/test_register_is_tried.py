"""The test that the register names for a rule over the plan fails once the rule is broken.

Each rule is replaced by one that finds nothing, and by one that finds something in every plan; the
tests that need nothing but their parameters are called as pytest would call them.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from inspect import signature
from itertools import product
from typing import Any

import pytest

from plans import rules
from plans.rules.base import Problem
from plans.rules.register import REGISTER, Entry

RULES = {
    f"{rule.check.__module__}.{rule.check.__name__}": rule
    for rule in rules.RULES
    if rule
    not in (
        *rules.IDENTIFYING_RULES,
        *rules.ASKED_RULES,
        *rules.TYPED_RULES,
        *rules.CARRIED_RULES,
    )  # these have a test over all of them
}


def finds_nothing(*_: object) -> list[Problem]:
    return []


def finds_something(*_: object) -> list[Problem]:
    return [Problem("Something is found.")]


def ways_to_call(test: Callable[..., None]) -> Iterator[dict[str, Any]]:
    """Each set of arguments that the marks of a test give it."""
    marks = [mark for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
    for values in product(*(mark.args[1] for mark in marks)):
        called: dict[str, Any] = {}
        for mark, value in zip(marks, values, strict=True):
            names = mark.args[0]
            names = names.replace(",", " ").split() if isinstance(names, str) else names
            value = getattr(value, "values", value if len(names) > 1 else [value])  # pytest.param
            called |= dict(zip(names, value, strict=True))
        yield called


def named(test: str) -> Callable[..., None]:
    path, name = test.split("::")
    return getattr(import_module(path.removesuffix(".py").replace("/", ".")), name)


def needs_only_parameters(test: str) -> bool:
    needed = set(signature(named(test)).parameters)
    return all(needed <= set(called) for called in ways_to_call(named(test)))


def fails(test: str) -> bool:
    for called in ways_to_call(named(test)):
        try:
            named(test)(**called)
        except Exception:
            return True
    return False


@pytest.fixture
def fails_when(monkeypatch):
    """Whether a test fails once the check of a rule is another one."""

    def _fails_when(test: str, name: str, check: Callable[..., Any]) -> bool:
        others = [
            replace(rule, check=check) if rule is RULES[name] else rule for rule in rules.RULES
        ]
        with monkeypatch.context() as broken:
            broken.setattr(rules, "RULES", tuple(others))
            return fails(test)

    return _fails_when


def tried(entry: Entry) -> list[str]:
    return [test for test in entry.tests if needs_only_parameters(test)]


HELD = [(entry, name) for entry in REGISTER for name in entry.held_by if name in RULES]
NAMED = [
    (entry, test)
    for entry in REGISTER
    for test in tried(entry)
    if any(name in RULES for name in entry.held_by)
]


@pytest.mark.parametrize(
    ("entry", "name"), HELD, ids=[f"{entry.number}-{name.split('.')[-1]}" for entry, name in HELD]
)
def test_a_test_of_a_rule_fails_once_the_rule_finds_nothing(entry, name, fails_when):
    assert not any(fails(test) for test in tried(entry))

    assert any(fails_when(test, name, finds_nothing) for test in tried(entry))


@pytest.mark.parametrize(
    ("entry", "test"), NAMED, ids=[f"{entry.number}-{test.split('::')[1]}" for entry, test in NAMED]
)
def test_each_test_named_for_a_rule_fails_once_it_finds_too_little_or_too_much(
    entry, test, fails_when
):
    assert any(
        fails_when(test, name, check)
        for name in entry.held_by
        if name in RULES
        for check in (finds_nothing, finds_something)
    )


def test_every_rule_is_tried():
    assert {name for _, name in HELD} == set(RULES)
    assert len(NAMED) > len(RULES)
