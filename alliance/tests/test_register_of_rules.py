"""Each rule of the domain is kept by code that is named, and proved by a test that is named."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from plans.rules import ASKED_RULES, CARRIED_RULES, IDENTIFYING_RULES, RULES, TYPED_RULES
from plans.rules.register import REGISTER, Effect
from plans.rules.register.page import PAGE, text

HOUSE = Path(__file__).parents[2]
LINES = re.compile(r"^\| (R\d\d[a-z]?)? *\| ([^|]+) \| ([^|]*) \|", re.MULTILINE)
OF_EACH_SECTION = {
    "plans.rules.identifying.IDENTIFYING_RULES": IDENTIFYING_RULES,
    "plans.rules.carried.CARRIED_RULES": CARRIED_RULES,
}
IDS = [f"{entry.number} {entry.effect}" for entry in REGISTER]


def effects_of_the_domain() -> list[tuple[str, set[str]]]:
    """What section 5 says of each of its lines: number and effects, such as W and gate."""
    section = (HOUSE / "docs/domain.md").read_text().split("## 5. Rules")[1].split("## 6.")[0]
    lines, number = [], ""
    for own, _, effect in LINES.findall(section):
        number = own or number
        if effect in ("", "---") or number == "":
            continue
        effects = {effect.split(";")[0].strip()}
        lines.append((number, effects | ({"gate"} if "approval" in effect else set())))
    return lines


def test_every_rule_of_the_domain_is_registered_with_its_effect():
    asked: dict[str, set[str]] = {}
    for number, effects in effects_of_the_domain():
        asked.setdefault(number, set()).update(effects)
    registered: dict[str, set[str]] = {}
    for entry in REGISTER:
        registered.setdefault(entry.number, set()).add(entry.effect.value)

    assert len(asked) > 45
    assert registered == asked


def test_rules_are_registered_in_order():
    numbers = [entry.number for entry in REGISTER]

    assert numbers == sorted(numbers)


@pytest.mark.parametrize("entry", REGISTER, ids=IDS)
def test_what_holds_a_rule_is_there_and_its_test_too(entry):
    assert entry.held_by or entry.absent, "absent without a reason"
    assert bool(entry.held_by) == bool(entry.tests)
    for name in entry.held_by:
        assert _is_there(name), name
    for test in entry.tests:
        path, name = test.split("::")
        assert re.search(rf"^def {name}\(", (HOUSE / path).read_text(), re.MULTILINE), test


def _is_there(name: str) -> bool:
    """Whether a module, or something in one, has this path."""
    module, rest = name, []
    while True:
        try:
            found = import_module(module)
            break
        except ModuleNotFoundError:
            module, _, last = module.rpartition(".")
            rest.insert(0, last)
    for part in rest:
        found = getattr(found, part, None)
    return found is not None


def test_every_rule_over_the_document_is_registered_under_its_number():
    kept = {
        (name, entry.number, entry.effect)
        for entry in REGISTER
        for name in entry.held_by
        if entry.effect in (Effect.STOPS, Effect.WARNS)
    }

    for rule in RULES:
        if rule in (*ASKED_RULES, *TYPED_RULES):
            continue
        name = next(
            (name for name, rules in OF_EACH_SECTION.items() if rule in rules),
            f"{getattr(rule.check, '__module__', '')}.{getattr(rule.check, '__name__', '')}",
        )
        assert (name, rule.number, Effect(rule.severity)) in kept, name


def test_the_page_of_rules_says_what_the_register_says():
    assert PAGE.read_text() == text(), "write it: plans.rules.register.page.write()"
