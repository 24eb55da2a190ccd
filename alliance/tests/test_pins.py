"""What is pinned and what .env.example names, against what the product asks for."""

import re

import pytest

from alliance.embedded import ROOT


def test_env_example_names_each_variable_of_the_settings():
    read = re.findall(r'env\.\w+\(\s*"(\w+)"', (ROOT / "alliance/settings.py").read_text())
    named = re.findall(r"^#?(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)

    assert sorted(set(read) - set(named)) == []


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_each_requirement_says_why_and_is_among_the_pins(name):
    asked = [
        line
        for line in (ROOT / f"{name}.in").read_text().splitlines()
        if line and not line.startswith(("#", "-r"))
    ]

    assert [line for line in asked if "  # " not in line] == []
    assert sorted(_pins(asked) - _pins((ROOT / f"{name}.txt").read_text().splitlines())) == []


def test_each_pin_of_production_is_known_by_its_content():
    """pip refuses a package that is not the one that was pinned; see `--require-hashes`."""
    pins = re.split(r"^(?=[\w.-]+==)", (ROOT / "requirements.txt").read_text(), flags=re.M)[1:]

    assert len(pins) > 40
    assert [pin for pin in pins if "--hash=sha256:" not in pin] == []


def test_development_has_the_same_pins_as_production():
    runtime, development = (
        _pins((ROOT / f"{name}.txt").read_text().splitlines())
        for name in ("requirements", "requirements-dev")
    )

    assert sorted(runtime - development) == []


def _pins(lines):
    found = (re.match(r"([\w.-]+)==([\w.]+)", line) for line in lines)
    return {(pin[1].lower().replace("_", "-"), pin[2]) for pin in found if pin}
