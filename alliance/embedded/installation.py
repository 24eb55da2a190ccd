"""Makes .venv with the pinned packages, and a local .env. Quick when there is nothing to do.

Run by path, before any package is installed: it imports the standard library alone.
"""

# ruff: noqa: S603  every command run here is our own, as a list of words

import fcntl
import hashlib
import os
import secrets
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections import deque
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / ".stamp"  # written last: without it the folder is unfinished
LIST = VENV / ".packages"  # what was in it when it was finished
NEEDED_MB = 800
REQUIREMENTS = ROOT / "requirements-dev.txt"  # names requirements.txt's whole closure too
LOCAL_ENV = """\
# Made by script/setup for this machine alone. .env.example names what else can be set.
SECRET_KEY={key}
"""


def main() -> int:
    with REQUIREMENTS.open() as lock:  # two commands in a fresh clone: one installs, one waits
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            make_local_env()
            return check_packages() if is_installed() else install()
        except OSError as fault:
            say(f"{fault.filename} cannot be written ({fault.strerror}).")
            return 1


def is_installed() -> bool:
    return STAMP.exists() and STAMP.read_text() == fingerprint()


def fingerprint() -> str:
    """Of everything that decides what .venv should be: the pins, the Python and the place."""
    pins = b"".join(path.read_bytes() for path in sorted(ROOT.glob("requirements*.txt")))
    return hashlib.sha256(pins + sys.version.encode() + bytes(VENV)).hexdigest()


def check_packages() -> int:
    """Says what has vanished since: whatever runs without it would stop at some odd place."""
    missing = sorted(set(LIST.read_text().split()) - packages()) if LIST.exists() else []
    if missing:
        say(f"Missing from .venv: {', '.join(missing)}. Remove the folder .venv, then start again.")
    return 1 if missing else 0


def packages() -> set[str]:
    """The packages and modules in .venv, by the names they are imported by."""
    entries = (entry.name for entry in packages_folder().iterdir())
    return {name for name in entries if not name.endswith((".dist-info", "__pycache__"))}


def packages_folder() -> Path:
    return Path(sysconfig.get_path("purelib", scheme="venv", vars={"base": str(VENV)}))


def install() -> int:
    free = shutil.disk_usage(ROOT).free >> 20
    if free < NEEDED_MB:
        say(f"{free} MB are free where {ROOT} is, and .venv needs {NEEDED_MB} MB: make room.")
        return 1
    python = VENV / "bin" / "python"
    STAMP.unlink(missing_ok=True)
    if Path(sys.prefix) != VENV:  # else script/setup found a whole one: only the pins have moved
        version = ".".join(map(str, sys.version_info[:3]))
        say(f"Making .venv with Python {version} ({sys.executable}) …")
        venv.create(VENV, clear=True, with_pip=True)
    number = sum("==" in line for line in REQUIREMENTS.read_text().splitlines())
    say(f"Installing {number} packages into .venv: this takes about a minute …")
    if pip_install(python, number):
        return 1
    make_checkout_importable()
    finish()
    say("Installed.")
    return 0


def finish() -> None:
    LIST.write_text("\n".join(sorted(packages())))
    STAMP.write_text(fingerprint())


def pip_install(python: Path, number: int) -> int:
    """Runs pip, telling how far it is; shows what it said only where it fails."""
    options = ["--no-input", "--progress-bar=off", "--disable-pip-version-check"]
    options.append("--no-compile")  # most of their modules are never imported
    options.append("--no-deps")  # the list names all there is, so pip need not find that out
    last_words: deque[str] = deque(maxlen=20)
    found = 0
    with subprocess.Popen(
        [python, "-m", "pip", "install", *options, "-r", REQUIREMENTS],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as pip:
        for line in pip.stdout or ():
            last_words.append(line)
            found += line.startswith(("Collecting", "Requirement already satisfied"))
            if line.startswith("Collecting") and found % 25 == 0:
                say(f"  {found} of {number} found …")
            elif line.startswith("Installing collected"):
                say("  all found, unpacking …")
    if pip.returncode:
        say(f"The packages could not be installed. pip's last words:\n{''.join(last_words)}")
    return pip.returncode


def make_checkout_importable() -> None:
    """From any folder, and early enough for pytest to load our plugin before its settings."""
    (packages_folder() / "alliance_checkout.pth").write_text(f"{ROOT}\n")


def make_local_env() -> None:
    """A key of this machine's own, readable by its owner alone. Never touches one that exists."""
    try:
        new = os.open(ROOT / ".env", os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode=0o600)
    except FileExistsError:
        return
    with os.fdopen(new, "w") as file:
        file.write(LOCAL_ENV.format(key=secrets.token_urlsafe(50)))
    say("Wrote .env with a random SECRET_KEY.")


def say(sentence: str) -> None:
    """On standard error: the output of script/manage belongs to the command it runs."""
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
