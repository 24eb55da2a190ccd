"""The state folder: all that a running copy keeps, and the lock that one holds at a time."""

import fcntl
import hashlib
import json
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from alliance.embedded import ROOT, CannotRun

TEMPORARY = Path("/tmp")  # noqa: S108  not $TMPDIR: a socket's whole path holds about 100 bytes
NEEDED_MB = 300  # a new database with the demo takes about 100
TEST_PREFIX = "alliance-test-"


class InUse(CannotRun):
    """Another command holds the state folder."""


@dataclass(frozen=True)
class State:
    folder: Path
    run_folder: Path  # where the sockets are: always short, however deep the state folder lies

    @classmethod
    def chosen(cls, folder: str | None = None) -> "State":
        """The folder given, else ALLIANCE_STATE, else var/ in the checkout."""
        given = folder or os.environ.get("ALLIANCE_STATE") or ROOT / "var"
        chosen = Path(given).expanduser().resolve()
        key = hashlib.sha256(str(chosen).encode()).hexdigest()[:8]
        return cls(chosen, TEMPORARY / f"alliance-{os.geteuid()}-{key}")

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def letters(self) -> Path:
        return self.folder / "mail"

    @property
    def attachments(self) -> Path:
        return self.folder / "attachments"

    def make(self) -> None:
        try:
            if not self.folder.exists():
                self.folder.mkdir(parents=True)
                self.folder.chmod(_own_mode())
            for folder in (self.logs, self.letters, self.attachments):
                folder.mkdir(mode=0o700, exist_ok=True)
            self._lock.touch()
        except OSError as fault:
            raise CannotRun(
                f"The state folder {self.folder} cannot be used ({fault.strerror}):"
                " give another with --state DIR or ALLIANCE_STATE=DIR."
            ) from fault

    def check_room(self) -> None:
        """Raises: CannotRun if the disk is nearly full, before anything is half written."""
        for place in {self.folder, (self.folder / "postgres").resolve()}:
            free = shutil.disk_usage(place if place.exists() else self.folder).free >> 20
            if free < NEEDED_MB:
                raise CannotRun(
                    f"{free} MB are free where {place} is, and {NEEDED_MB} MB are needed: make"
                    " room, or give another folder with --state DIR or ALLIANCE_STATE=DIR."
                )

    @contextmanager
    def held_by(self, command: str) -> Iterator[bool]:
        """Holds this folder, and lets go of it however we end. Only its holder runs services.

        Yields whether the last script/server was killed. Raises: InUse if another holds it.
        """
        with self._lock.open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as fault:
                lock.seek(0)
                raise InUse(
                    f"{lock.read() or 'Another command'} is using {self.folder}: stop it first,"
                    " or give another folder with --state DIR or ALLIANCE_STATE=DIR."
                ) from fault
            lock.truncate(0)
            lock.write(f"{command} (process {os.getpid()})")
            lock.flush()
            last_server_was_killed = self._announcement.exists()
            self.withdraw()
            _make_private(self.run_folder)
            try:
                yield last_server_was_killed
            finally:
                self.withdraw()
                shutil.rmtree(self.run_folder, ignore_errors=True)

    def announce(self, settings: dict[str, str]) -> None:
        """Tells script/manage how to reach a running server's services, passwords and all."""
        unfinished = self._announcement.with_suffix(".unfinished")
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(settings, indent=1))
        unfinished.rename(self._announcement)

    def announced(self) -> dict[str, str] | None:
        """What the server that holds this folder announced, if one does."""
        try:
            return json.loads(self._announcement.read_text())
        except FileNotFoundError:
            return None

    def withdraw(self) -> None:
        self._announcement.unlink(missing_ok=True)

    @property
    def _lock(self) -> Path:
        return self.folder / "lock"

    @property
    def _announcement(self) -> Path:
        return self.folder / "server.json"


def _own_mode() -> int:
    """Closed to others; root's is open to pass through, for the account PostgreSQL runs as."""
    return 0o711 if os.geteuid() == 0 else 0o700


def _make_private(folder: Path) -> None:
    """A folder of our own under /tmp, where anyone may have been before us."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise CannotRun(f"{folder} belongs to somebody else: remove it, then start again.")
    folder.chmod(_own_mode())


@contextmanager
def temporary_state() -> Iterator[State]:
    """A state folder for one run of the tests, safe beside any other run."""
    _remove_what_killed_runs_left()
    with tempfile.TemporaryDirectory(prefix=TEST_PREFIX, dir=TEMPORARY) as name:
        folder = Path(name)
        folder.chmod(_own_mode())
        state = State(folder, run_folder=folder / "run")
        state.make()
        with state.held_by("A test run"):
            yield state


def _remove_what_killed_runs_left() -> None:
    """A folder is left behind when it is a minute old (its run had time to lock it) and free."""
    for folder in TEMPORARY.glob(f"{TEST_PREFIX}*"):
        with suppress(OSError, InUse):
            is_old = time.time() - folder.stat().st_mtime > 60
            if is_old and folder.stat().st_uid == os.geteuid():
                with State(folder, run_folder=folder / "run").held_by("A clean-up"):
                    shutil.rmtree(folder)
