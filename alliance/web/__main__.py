"""python -m alliance.web: keeps the processes that answer, and replaces them without a gap.

It holds the address and knows nothing of Django, so that each process starts with the code and the
settings of that moment. SIGTERM lets what is being answered be answered, then stops. SIGHUP starts
new processes, and stops the old ones once those can answer.
"""

# ruff: noqa: S603  every command run here is our own, as a list of words

import argparse
import os
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from alliance.embedded.processes import dies_with_parent

STARTS_WITHIN = 60  # seconds
STOPS_WITHIN = 20  # seconds, for what is being answered
LONGEST_WAIT = 60  # seconds, before what did not start is started again
FIRST_INHERITED = 3  # the number of the first file that systemd hands over
# What glibc is to do with memory that a thread gives back. By itself it keeps the 19 MiB of each
# hash of a password, in a heap for each thread: 120 MB more once four people have signed in.
MEMORY = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "98304"}  # heaps; bytes
# Nobody reads docstrings, or columns of a line, where requests are answered: 5 MB of a process.
WITHOUT_WORDS = ["-OO", "-X", "no_debug_ranges"]
BACKLOG = 1024  # connections that wait to be taken, as while every process is busy


class CannotStart(Exception):
    """A process ended before it could answer; it has said why."""


class Web:
    """The processes that answer, all at one listening socket."""

    def __init__(self, options: argparse.Namespace, listener: socket.socket) -> None:
        self._options = options
        self._listener = listener
        self._processes: list[subprocess.Popen[bytes]] = []
        self._is_stopping = self._is_asked_to_reload = False

    def run(self) -> int:
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        signal.signal(signal.SIGHUP, self._reload)
        failures = 0
        is_told = False
        while not self._is_stopping:
            try:
                self._look()
                failures = 0
                is_told = is_told or tell_systemd("READY=1")
            except CannotStart as fault:
                failures += 1
                _say(f"{fault}")
                if not self._any_alive():
                    self._is_stopping = True
                self._wait(min(2**failures, LONGEST_WAIT))
            time.sleep(0.1)
        self._end(self._processes)
        return 1 if failures else 0

    def _any_alive(self) -> bool:
        return any(process.poll() is None for process in self._processes)

    def _wait(self, seconds: float) -> None:
        """Until it is over, or a signal asks for something, or nobody is left to answer."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self._any_alive():
            if self._is_stopping or self._is_asked_to_reload:
                return
            time.sleep(0.1)

    def _look(self) -> None:
        """Replace all that are asked to be, or start as many as have ended."""
        if self._is_asked_to_reload:
            self._is_asked_to_reload = False
            self._replace_all()
            _say("The web was reloaded.")
        self._processes = [process for process in self._processes if process.poll() is None]
        self._start(self._options.processes - len(self._processes), self._processes)

    def _replace_all(self) -> None:
        """Raises: CannotStart, and the old ones answer on."""
        new: list[subprocess.Popen[bytes]] = []
        try:
            self._start(self._options.processes, new)
        except CannotStart:
            self._end(new)
            raise
        old, self._processes = self._processes, new
        self._end(old)

    def _start(self, number: int, answering: list[subprocess.Popen[bytes]]) -> None:
        """Adds each new process to those that answer, once it can.

        Raises: CannotStart, when all have been waited for, if one of them cannot.
        """
        begun: list[tuple[subprocess.Popen[bytes], int]] = []
        faults: list[CannotStart] = []
        try:
            for _ in range(number):
                begun.append(self._begin())
        except CannotStart as fault:
            faults.append(fault)
        for process, ready in begun:
            try:
                _wait_for(process, ready)
                answering.append(process)
            except CannotStart as fault:
                self._end([process])
                faults.append(fault)
            finally:
                os.close(ready)
        if faults:
            raise faults[0]

    def _begin(self) -> tuple[subprocess.Popen[bytes], int]:
        """Raises: CannotStart, where the folder or its Python is not there."""
        ready, says_ready = os.pipe()
        try:
            process = subprocess.Popen(
                [
                    sys.executable,
                    *WITHOUT_WORDS,
                    "-m",
                    "alliance.web.answering",
                    str(self._listener.fileno()),
                    str(says_ready),
                    str(self._options.threads),
                    self._options.env_file,
                ],
                cwd=self._options.folder or None,
                env=MEMORY | os.environ,
                pass_fds=[self._listener.fileno(), says_ready],
                preexec_fn=dies_with_parent(signal.SIGTERM),
            )
        except OSError as fault:
            os.close(ready)
            raise CannotStart(f"A process of the web did not start: {fault}.") from None
        finally:
            os.close(says_ready)
        return process, ready

    def _end(self, processes: list[subprocess.Popen[bytes]]) -> None:
        for process in processes:
            process.terminate()
        deadline = time.monotonic() + STOPS_WITHIN
        for process in processes:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _stop(self, *_: object) -> None:
        self._is_stopping = True

    def _reload(self, *_: object) -> None:
        self._is_asked_to_reload = True


def _wait_for(process: subprocess.Popen[bytes], ready: int) -> None:
    readable, _, _ = select.select([ready], [], [], STARTS_WITHIN)
    if not readable or not os.read(ready, 1):  # it closed its end without a word
        with suppress(subprocess.TimeoutExpired):
            process.wait(1)
        raise CannotStart(f"A process of the web did not start (exit code {process.returncode}).")


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="python -m alliance.web", description=__doc__)
    options.add_argument("--bind", default="127.0.0.1:8000", help="Address and port to answer at.")
    options.add_argument("--processes", type=int, default=2, help="One for each core.")
    options.add_argument("--threads", type=int, default=4, help="Requests at once in each process.")
    options.add_argument("--env-file", default="", help="Settings, read anew by each reload.")
    options.add_argument(
        "--folder", default="", help="Where the code is; each reload follows a link anew."
    )
    return options


def listen(host: str, port: int) -> socket.socket:
    listener = inherited_socket() or socket.create_server((host, port), backlog=BACKLOG)
    listener.settimeout(0)
    return listener


def inherited_socket() -> socket.socket | None:
    """The one that systemd opened and keeps open while we are started anew (sd_listen_fds(3))."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        return None
    return socket.socket(fileno=FIRST_INHERITED)


def forget_counted_requests() -> None:
    """Of processes that went with the web's last run. A reload leaves them: counts only grow."""
    if folder := os.environ.get("METRICS_FOLDER"):
        for file in Path(folder).glob("histogram_*.db"):
            file.unlink(missing_ok=True)


def tell_systemd(state: str) -> bool:
    """As sd_notify(3) does, for a unit of Type=notify."""
    if address := os.environ.get("NOTIFY_SOCKET"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told, suppress(OSError):
            told.connect("\0" + address[1:] if address.startswith("@") else address)
            told.sendall(state.encode())
    return True


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def main() -> int:
    given = parser().parse_args()
    host, _, port = given.bind.rpartition(":")
    forget_counted_requests()
    return Web(given, listen(host, int(port))).run()


if __name__ == "__main__":
    sys.exit(main())
