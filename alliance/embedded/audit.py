"""Known vulnerabilities of what runs in production, by pip-audit; what it could not ask is said.

pip-audit exits 0 where the registry knows none of the packages, and tells of it only in passing:
here a package is clean only where it was answered for.
"""

# ruff: noqa: S603  every command run here is our own, as a list of words

import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from alliance.embedded import ROOT

PINS = ROOT / "requirements.txt"
SECONDS = 90  # then whoever should answer is as good as away


class NoAnswer(Exception):
    """Nothing was audited."""


@dataclass(frozen=True)
class Audit:
    pins: list[str]
    clean: list[str]
    vulnerable: list[str]  # a sentence each
    not_audited: list[str]

    def told(self) -> str:
        lines = [f"Vulnerable: {sentence}" for sentence in self.vulnerable]
        if self.not_audited:
            lines.append(f"Not audited: {', '.join(self.not_audited)}")
        clean, every = len(self.clean), len(self.pins)
        lines.append(f"Without a known vulnerability: {clean} of {every} packages.")
        return "\n".join(lines)

    @property
    def exit_code(self) -> int:
        if self.vulnerable:
            return 1
        return os.EX_TEMPFAIL if self.not_audited else 0


def audit(program: tuple[str | Path, ...], *, seconds: float = SECONDS) -> int:
    """Says what is known of each pinned package, and answers the exit code."""
    pins = pins_of(PINS.read_text())
    try:
        found = read(answer_of(program, pins, seconds=seconds), pins)
    except NoAnswer as fault:
        sys.stdout.write(f"Not audited: none of the {len(pins)} packages. {fault}\n")
        return os.EX_TEMPFAIL
    sys.stdout.write(f"{found.told()}\n")
    return found.exit_code


def pins_of(requirements: str) -> list[str]:
    """Each `name==version`, also of packages that another machine than this one would install."""
    return re.findall(r"^[\w.-]+==[^\s;]+", requirements, re.MULTILINE)


def answer_of(program: tuple[str | Path, ...], pins: list[str], *, seconds: float) -> str:
    """Raises: NoAnswer"""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as requirements:
        requirements.write("\n".join(pins))
        requirements.flush()
        asked = ("--requirement", requirements.name, "--no-deps", "--disable-pip")
        said = ("--format", "json", "--progress-spinner", "off", "--timeout", "10")
        try:
            run = subprocess.run(
                [*program, *asked, *said],
                capture_output=True,
                check=False,
                text=True,
                timeout=seconds,
            )
        except subprocess.TimeoutExpired as fault:
            raise NoAnswer(f"No answer came within {seconds:g} seconds.") from fault
    if run.returncode not in (0, 1) or not run.stdout.strip():  # 1 is a traceback too
        last_words = run.stderr.strip().splitlines()[-1:]
        raise NoAnswer(f"pip-audit got no answer: {' '.join(last_words)}")
    return run.stdout


def read(answer: str, pins: list[str]) -> Audit:
    """Raises: NoAnswer where this is not what pip-audit writes as JSON."""
    try:
        told = {each["name"]: each for each in json.loads(answer)["dependencies"]}
        clean, vulnerable, not_audited = [], [], []
        for pin in pins:
            package = told.get(pin.partition("==")[0].lower(), {})
            if "vulns" not in package:
                not_audited.append(pin)
            elif package["vulns"]:
                vulnerable += [_sentence(pin, each) for each in package["vulns"]]
            else:
                clean.append(pin)
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise NoAnswer("pip-audit wrote something else than expected.") from fault
    return Audit(pins, clean, vulnerable, not_audited)


def _sentence(pin: str, vulnerability: dict) -> str:
    fixed = ", ".join(vulnerability["fix_versions"])
    return f"{pin} {vulnerability['id']}, {f'fixed in {fixed}' if fixed else 'not fixed yet'}"


if __name__ == "__main__":
    sys.exit(audit((Path(sys.executable).parent / "pip-audit",)))
