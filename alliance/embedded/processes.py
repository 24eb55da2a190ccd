"""Child processes: each in a session of its own, and none outlives the process that started it."""

# ruff: noqa: S603  every command run here is our own, as a list of words

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from alliance.embedded import CannotRun

STOP_SECONDS = 15
ENDS_A_MINUTE = 3  # of one child: then starting it again does not help
PR_SET_PDEATHSIG = 1  # linux/prctl.h
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None  # loaded before any fork


@dataclass(frozen=True)
class Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path
    stop_signal: signal.Signals
    again: Callable[[], "Child"]  # starts it anew
    sieve: subprocess.Popen[bytes] | None = None  # through which its log goes

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def stop(self) -> None:
        """Asks it to stop, waits, and in the end insists. Returns when it is gone."""
        if not self.has_ended():
            self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        _kill_group(self.process.pid)  # what it may have left behind
        if self.sieve is not None:
            self.sieve.wait()  # it ends with the last who writes to it

    def last_words(self, lines: int = 15) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    cwd: Path,
    env: Mapping[str, str],
    account: pwd.struct_passwd | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    death_signal: signal.Signals | None = None,
    again: Callable[[], Child] | None = None,
    sieve: Sequence[str] = (),
) -> Child:
    """Starts a child that Ctrl-C does not reach and that dies with us, even of our kill -9 (Linux).

    `account` is whom to run it as, when we are root; `death_signal` is what it gets if we die;
    `again` is what starts it anew where the command alone would not; `sieve` is a command through
    which all that it says goes into the log.
    """

    def begin() -> Child:
        with ExitStack() as opened:
            output: IO[bytes] = opened.enter_context(log.open("ab"))
            sifts = _start_sieve(sieve, output) if sieve else None
            if sifts is not None and sifts.stdin is not None:
                output = opened.enter_context(sifts.stdin)
            process = subprocess.Popen(
                [str(word) for word in command],
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=dies_with_parent(death_signal or stop_signal),
                **as_account(account),
            )
        return Child(name, process, log, stop_signal, again or begin, sifts)

    return begin()


def _start_sieve(command: Sequence[str], output: IO[bytes]) -> subprocess.Popen[bytes]:
    """In a session of its own too: it must read on till the last word of a child that stops."""
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=output, stderr=output, start_new_session=True
    )


def as_account(account: pwd.struct_passwd | None) -> dict:
    """How subprocess is told to run something as another account."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def dies_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """For `preexec_fn`: the kernel sends the child this signal when its parent is gone."""
    parent = os.getpid()

    def ask_kernel() -> None:
        if LIBC is None:
            return
        LIBC.prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # it was gone before we asked
            os._exit(1)

    return ask_kernel


def wait_until(ready: Callable[[], bool], child: Child, *, seconds: float) -> None:
    """Waits until the child is of use, and stops it again if we give up.

    Raises: CannotRun, with the end of the child's log, if it ends or time runs out first.
    """
    deadline = time.monotonic() + seconds
    try:
        while not ready():
            if child.has_ended() or time.monotonic() > deadline:
                child.stop()  # then its sieve has written all that it said
                raise CannotRun(
                    f"{child.name} did not start. Its log, {child.log}, ends:\n{child.last_words()}"
                )
            time.sleep(0.03)
    except BaseException:  # Ctrl-C too
        child.stop()
        raise


def stop_all(children: list[Child]) -> None:
    """Stops them in the reverse of the order they were started in."""
    while children:
        children.pop().stop()


class Watch:
    """Starts again what ends by itself, until that has become a habit."""

    def __init__(self, *lists: list[Child]):
        self._lists = lists
        self._ends: dict[str, list[float]] = {}

    def look(self) -> list[str]:
        """Takes one look, and answers a sentence for each child that had to be started again.

        Raises: CannotRun, with the end of its log, when one ends too often or does not start.
        """
        sentences = []
        for children in self._lists:
            for place, child in enumerate(children):
                if child.has_ended():
                    child.stop()  # what it has left behind would be in the way
                    self._count(child)
                    children[place] = child.again()
                    sentences.append(
                        f"{child.name} has ended (exit code {child.process.returncode}) and was"
                        f" started again. Its log is {child.log}"
                    )
        return sentences

    def _count(self, child: Child) -> None:
        now = time.monotonic()
        ends = [end for end in self._ends.get(child.name, ()) if now - end < 60]
        self._ends[child.name] = [*ends, now]
        if len(ends) + 1 >= ENDS_A_MINUTE:
            raise CannotRun(
                f"{child.name} has ended {ENDS_A_MINUTE} times within a minute (exit code"
                f" {child.process.returncode}), so everything is stopped. Its log, {child.log},"
                f" ends:\n{child.last_words()}"
            )


def wait_for_earlier(name: str, folder: Path) -> None:
    """Waits for processes that still work in this folder because their starter was killed."""
    deadline = time.monotonic() + STOP_SECONDS
    while others := _working_in(folder):
        if time.monotonic() > deadline:
            raise CannotRun(
                f"An earlier {name} still works in {folder} (process {others[0]}):"
                " stop it, then start again."
            )
        time.sleep(0.1)


def _working_in(folder: Path) -> list[int]:
    """Processes whose current folder is this one. Zombies have none. Linux only, else nobody."""
    return [pid for pid in _pids() if _current_folder(pid) == folder]


def _pids() -> Iterable[int]:
    proc = Path("/proc")
    return (int(entry.name) for entry in proc.glob("[0-9]*")) if proc.is_dir() else ()


def _current_folder(pid: int) -> Path | None:
    try:
        return Path(f"/proc/{pid}/cwd").readlink()
    except OSError:  # gone, a zombie, or another person's
        return None


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return  # nobody left; or, on macOS, only zombies
