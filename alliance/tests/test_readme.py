"""README and docs name nothing that is not there.

Each piece of code in README is of some kind; in the pages for those who change the code each path
is there, of a file or a folder, and each command is known.
"""

import re
import shlex

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from alliance.tests.commands import fault_of, options_in, parser_of

ROOT = settings.BASE_DIR
README = ROOT / "README.md"
APPS = ["alliance", "notices", "districts", "plans", "reviews", "library"]
FOR_CHANGERS = [ROOT / "CONTRIBUTING.md", ROOT / "docs" / "migrations.md"]
DOCUMENTS = [
    *(README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"),
    *sorted((ROOT / "docs").rglob("*.md")),
]

VARIABLE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
OPTION = re.compile(r"--[a-z][a-z-]*")
PERSON = re.compile(r"[\w-]+@[\w.-]*(…|\.org)")
FOLDERS = re.compile(r"((?:[a-z_]+/ ?)+)(?: {2,}\S.*)?")  # a line of “Where things are”
A_PATH = re.compile(r"\.?[\w-]+(\.[\w-]+)*(/[\w.-]+)*/?")
A_FILE_NAMED = re.compile(r"[\w.-]+(/[\w.-]+)*/([\w-]+\.(py|md|csv|html|css|js|toml))")
A_PLACE = re.compile(r"[\w.-]+/[\w./-]*|[\w-]+\.(py|md|csv|txt|toml)")  # a file or a folder
READ_BY = ["alliance/settings.py", "alliance/embedded/state.py", "docker-compose.yml"]
OF_THE_MACHINE = {  # not ours, or not in the checkout
    "$",
    "/etc/alliance.env",
    "X-Forwarded-Proto",
    "X-Request-ID",
    "alliance-demo",
    "mail",
    "openssl rand -hex 32",
    "pytest",
    "request_id",
    "sudo apt-get install chromium",
    "sudo apt-get install python3-venv",
    "warning",
    "sudo install -d -m 700 -o 10001 /var/backups/alliance",
}


VOLUMES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["volumes"]
KNOWN = OF_THE_MACHINE | set(VOLUMES) | set(get_commands())


def pieces_of(text: str) -> list[str]:
    """Everything between backticks: in lines, and line by line in blocks."""
    blocks = re.findall(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    lines = re.sub(r"^```\n.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"`([^`\n]+)`", lines) + [
        line for block in blocks for line in block.splitlines() if line
    ]


def faults_of(text: str) -> list[str]:
    told = ((piece, wrong_with(piece, text)) for piece in pieces_of(text))
    return [f"{piece}: {fault}" for piece, fault in told if fault]


def wrong_with(piece: str, text: str) -> str | None:
    name = piece.partition("=")[0]
    if piece in KNOWN or piece.startswith("ready: ") or PERSON.fullmatch(piece):
        return None
    if VARIABLE.fullmatch(name):
        return None if is_read(name) else "nothing reads it"
    if OPTION.fullmatch(piece):
        return None if f"{piece} " in text.replace(f"`{piece}`", "") else option(piece)
    if folders := FOLDERS.fullmatch(piece):
        missing = [name for name in folders[1].split() if not is_there(name)]
        return f"there is no {missing[0]}" if missing else None
    if piece.startswith("/"):
        return None if is_an_address(piece) else "no page answers there"
    if A_PATH.fullmatch(piece) and not piece.startswith("script/"):
        return None if is_there(piece) else "there is no such file"
    return fault_of(shlex.split(re.sub(r"[\[\]…]", "", piece)))


def is_read(name: str) -> bool:
    word = re.compile(rf"\b{name}\b")
    return any(word.search((ROOT / path).read_text()) for path in READ_BY)


def option(name: str) -> str | None:
    known = any(name in options_in(parser_of(command).format_help()) for command in OWN)
    return None if known else "no command of ours has it"


OWN = [name for name, app in get_commands().items() if app in {"alliance", "districts", "plans"}]


def is_there(path: str) -> bool:
    made_here = {line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines()}
    return (ROOT / path).exists() or path.strip("/") in made_here


def is_an_address(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True


def test_readme_names_nothing_that_is_not_there():
    assert faults_of(README.read_text()) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_files(document):
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text())

    dead = [
        link
        for link in links
        if not link.startswith(("http", "mailto:")) and not (document.parent / link).exists()
    ]

    assert dead == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_documents_name_files_that_are_there(document):
    named = [piece for piece in pieces_of(document.read_text()) if A_FILE_NAMED.fullmatch(piece)]

    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("document", FOR_CHANGERS, ids=lambda path: path.name)
def test_pages_for_those_who_change_the_code_name_places_that_are_there(document):
    text = document.read_text()

    assert "](docs/migrations.md)" in README.read_text()
    assert "](CONTRIBUTING.md)" in README.read_text()
    assert len(places_in(text)) > 0
    assert [place for place in places_in(text) if not is_there_somewhere(place)] == []
    assert [fault for piece in acts_in(text) if (fault := wrong_with(piece, text))] == []


def acts_in(text: str) -> list[str]:
    """Commands and addresses."""
    return [piece for piece in pieces_of(text) if piece.startswith(("script/", "/"))]


def places_in(text: str) -> list[str]:
    return [piece for piece in pieces_of(text) if A_PLACE.fullmatch(piece)]


def is_there_somewhere(place: str) -> bool:
    """Where it says; a bare name, as of each app's `urls.py` or `views/`, in some app."""
    name = place.rstrip("/")
    in_apps = (path for app in APPS for path in (ROOT / app).rglob(name))
    return (ROOT / place).exists() or ("/" not in name and any(in_apps))


def test_a_place_that_is_not_there_is_found():
    there = "`plans/rules/`, `urls.py`, `views/`, `plans/urls.py`, `take_step`"
    written = f"{there}, `plans/rulez/`, `urlz.py`, `viewz/`"

    missing = [place for place in places_in(written) if not is_there_somewhere(place)]

    assert missing == ["plans/rulez/", "urlz.py", "viewz/"]


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("`script/nothing`", "there is no script/nothing"),
        ("`script/server [--prot 8000]`", "script/server has no --prot"),
        ("`script/manage load_rooster`", "manage.py has no load_rooster"),
        (
            "```\nscript/manage send_reminders --at 2027-06-23T13:00:00Z --now\n```",
            "send_reminders: Error: unrecognized arguments: --now",
        ),
        (
            "```\nscript/manage load_roster districts/data/none.csv --fiscal-year 2027\n```",
            "there is no districts/data/none.csv",
        ),
        (
            "`docker compose exec wbe python manage.py migrate`",
            "docker-compose.yml has no wbe",
        ),
        (
            "`docker compose exec web python manage.py migrat`",
            "manage.py has no migrat",
        ),
        ("`celery --app alliance wroker`", "Error: No such command 'wroker'"),
        ("`celery --app alliance worker --quick`", "Error: No such option '--quick'"),
        ("`pip install -r requirments.txt`", "there is no requirments.txt"),
        ("`NO_SUCH_VARIABLE`", "nothing reads it"),
        ("```\nSECRET_KEYS=50\n```", "nothing reads it"),
        ("`docs/none.md`", "there is no such file"),
        ("```\nalliance/  wiring\nplan/  what a district writes\n```", "there is no plan/"),
        ("`/persons/`", "no page answers there"),
        ("`make all`", "make is not known here"),
        ("`--everything`", "no command of ours has it"),
    ],
)
def test_what_is_not_there_is_found(written, fault):
    (found,) = faults_of(written)

    assert found.partition(": ")[2].startswith(fault)
