"""A server that speaks clamd's INSTREAM, for tests: it finds the one thing that all scanners do."""

import socketserver
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"  # in two
CALLED = "Win.Test.EICAR_HDB-1"
TOO_LONG, SILENT = b"longer than it takes", b"says nothing"


class _Clamd(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        file = b""
        while size := struct.unpack("!I", self.rfile.read(4))[0]:
            file += self.rfile.read(size)
        if SILENT not in file:
            self.wfile.write(_verdict(file) + b"\0")


def _verdict(file: bytes) -> bytes:
    if TOO_LONG in file:
        return b"INSTREAM size limit exceeded. ERROR"
    return f"stream: {CALLED} FOUND".encode() if EICAR in file else b"stream: OK"


@contextmanager
def clamd() -> Iterator[str]:
    """Its address, as CLAMAV_URL names it."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Clamd) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"tcp://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()
