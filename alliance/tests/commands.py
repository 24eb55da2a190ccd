"""Whether a command that a document or docker-compose.yml shows would be understood.

Each function answers what is wrong with it, or nothing. No command is run, except for its --help.
"""

import os
import re
import subprocess
import sys
from contextlib import redirect_stderr
from functools import cache
from io import StringIO

from celery.bin.celery import celery
from click.testing import CliRunner
from django.conf import settings
from django.core.management import CommandError, CommandParser, get_commands, load_command_class

from alliance.web.__main__ import parser as parser_of_the_web

ROOT = settings.BASE_DIR
A_FILE = re.compile(r"[\w.-]+(/[\w.-]+)+|[\w-]+\.(txt|yml|md|py)")


def fault_of(words: list[str]) -> str | None:
    """Of a command line, split into words. `FILE`, `DIR` and the like stand for what one types."""
    program, arguments = words[0], words[1:]
    if program.startswith("script/"):
        return fault_of_script(program, arguments)
    if words[:3] == ["python", "-m", "alliance.web"]:
        return fault_of_the_web(words[3:])
    if words[:2] == ["python", "manage.py"]:
        return fault_of_manage(words[2:])
    if program in get_commands():
        return fault_of_manage(words)
    return PROGRAMS[program](arguments) if program in PROGRAMS else f"{program} is not known here"


def fault_of_script(script: str, arguments: list[str]) -> str | None:
    path = ROOT / script
    if not path.is_file() or not path.stat().st_mode & 0o111:
        return f"there is no {script}"
    if script == "script/manage":
        return fault_of_manage(arguments)
    options = [word for word in arguments if word.startswith("-")]
    unknown = [word for word in options if word not in _options_of(script)]
    return f"{script} has no {', '.join(unknown)}" if unknown else None


def fault_of_manage(arguments: list[str]) -> str | None:
    if not arguments or arguments[0].isupper():  # COMMAND
        return None
    name, *rest = arguments
    if name not in get_commands():
        return f"manage.py has no {name}"
    if missing := [word for word in rest if A_FILE.fullmatch(word) and not (ROOT / word).exists()]:
        return f"there is no {missing[0]}"
    try:
        parser_of(name).parse_args(rest)
    except CommandError as fault:
        return f"{name}: {fault}"
    return None


def parser_of(name: str) -> CommandParser:
    return load_command_class(get_commands()[name], name).create_parser("manage.py", name)


def fault_of_compose(arguments: list[str]) -> str | None:
    """docker compose --env-file FILE COMMAND …; what `exec` and `run` run is looked at too."""
    words = arguments[1:] if arguments[:1] == ["compose"] else []
    if words[:1] == ["--env-file"]:
        words = words[2:]
    if not words or words[0] not in {
        *("up", "exec", "run", "logs", "ps", "stop", "down", "cp", "config")
    }:
        return f"docker {' '.join(arguments)} is not known here"
    if words[0] not in {"exec", "run"}:
        return None
    while words[1].startswith("-"):
        words = words[1 + (words[1] == "--volume") :]
    service, *inside = words[1:]
    compose = (ROOT / "docker-compose.yml").read_text()
    if not re.search(rf"^  {service}:$", compose, re.MULTILINE):
        return f"docker-compose.yml has no {service}"
    return fault_of(inside)


def fault_of_the_web(arguments: list[str]) -> str | None:
    with redirect_stderr(StringIO()) as said:
        try:
            parser_of_the_web().parse_args(arguments)
        except SystemExit:
            return said.getvalue()
    return None


def fault_of_celery(arguments: list[str]) -> str | None:
    told = CliRunner().invoke(celery, [*arguments, "--help"])  # options are read before it
    if told.exit_code == 0:
        return None
    return next(line for line in told.output.splitlines() if "No such" in line or "Error" in line)


def fault_of_pip(arguments: list[str]) -> str | None:
    missing = [word for word in arguments if word.endswith(".txt") and not (ROOT / word).exists()]
    return f"there is no {missing[0]}" if missing else None


@cache
def _options_of(script: str) -> set[str]:
    command = [ROOT / script, "--help"]
    if script == "script/test":  # whose options are pytest's; with our settings it brings services
        command = [sys.executable, "-m", "pytest", "--help", "-c", os.devnull]
    told = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603
    return options_in(told.stdout)


def options_in(told: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", told))


PROGRAMS = {
    "docker": fault_of_compose,
    "celery": fault_of_celery,
    "pip": fault_of_pip,
}
