"""One process that answers: waitress, which takes in a whole request before a thread sees it.

So a stranger who sends half a request, or nothing, holds a connection and no thread. A body that
says it is too long is refused before it is read.
"""

import os
import signal
import socket
import sys
import time
from contextlib import suppress
from importlib import import_module
from types import FrameType

import environ
from django.conf import settings
from django.template.loader import render_to_string
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer, create_server
from waitress.task import ErrorTask
from waitress.utilities import RequestEntityTooLarge

CONNECTIONS = 2_000  # at once in each process
IDLE_SECONDS = 60  # without a byte, then a connection is closed
LINGER_SECONDS = 5  # in which a refused body may still arrive, so that the answer is not lost
DRAIN_SECONDS = 15
QUIET_SECONDS = 1  # without a byte, then a connection is idle


class Refusal(ErrorTask):
    """What is said of a request that never reaches Django."""

    too_large: bytes  # a page, made once the settings are read

    def execute(self) -> None:
        if not isinstance(self.request.error, RequestEntityTooLarge):
            super().execute()
            return
        self.status = "413 Content Too Large"
        self.response_headers += [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Cache-Control", "no-store"),
        ]
        self.set_close_on_finish()
        self.content_length = len(self.too_large)
        self.write(self.too_large)


class Channel(HTTPChannel):
    """A connection. Closed at once under a body still on its way, it would lose our answer."""

    error_task_class = Refusal
    refused_a_body = False
    lingers_until = 0.0

    def service(self) -> None:
        self.refused_a_body = isinstance(self.requests[0].error, RequestEntityTooLarge)
        super().service()

    def handle_close(self) -> None:
        if self.refused_a_body and self.connected and not self.lingers_until:
            self.lingers_until = time.monotonic() + LINGER_SECONDS
            self.will_close = False
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)
        else:
            super().handle_close()

    def readable(self) -> bool:
        if not self.lingers_until:
            return super().readable()
        self.will_close = time.monotonic() > self.lingers_until
        return not self.will_close

    def handle_read(self) -> None:
        if not self.lingers_until:
            super().handle_read()
        elif not self.recv(self.adj.recv_bytes):
            self.will_close = True


def answer(server: TcpWSGIServer) -> None:
    """Until SIGTERM; then no more connections are taken, and what was begun is finished."""
    is_stopping = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal is_stopping
        is_stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever keeps us
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    while not is_stopping:
        wasyncore.loop(timeout=0.5, use_poll=True, map=server._map, count=1)
    server.del_channel()  # the socket stays: others listen at it too
    deadline = time.monotonic() + DRAIN_SECONDS
    while server.active_channels and time.monotonic() < deadline:
        _close_idle(server)
        wasyncore.loop(timeout=0.1, use_poll=True, map=server._map, count=1)
    server.task_dispatcher.shutdown(timeout=1)


def _close_idle(server: TcpWSGIServer) -> None:
    """One that was taken just now may have its first bytes on the way."""
    quiet_since = time.time() - QUIET_SECONDS
    for channel in server.active_channels.values():
        is_busy = channel.requests or channel.request or channel.total_outbufs_len
        if not is_busy and channel.last_activity < quiet_since:
            channel.will_close = True


def main(listener: int, says_ready: int, threads: int, env_file: str) -> None:
    if env_file:
        environ.Env.read_env(env_file, overwrite=True)
    application = import_module("alliance.wsgi").application  # reads the settings
    Refusal.too_large = render_to_string("413.html", {"limit": settings.LARGEST_BODY}).encode()
    server = create_server(
        application,
        sockets=[socket.socket(fileno=listener)],
        threads=threads,
        connection_limit=CONNECTIONS,
        channel_timeout=IDLE_SECONDS,
        cleanup_interval=5,
        asyncore_use_poll=True,
        max_request_body_size=settings.LARGEST_BODY + 1,  # waitress refuses this length too
        clear_untrusted_proxy_headers=False,  # Django reads them: TRUSTED_PROXY_COUNT says how far
        ident=None,
    )
    server.channel_class = Channel
    os.write(says_ready, b"1")
    os.close(says_ready)
    answer(server)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
