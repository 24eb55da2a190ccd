"""One process that answers: waitress, which takes in a whole request before a thread sees it.

So a stranger who sends half a request, or nothing, holds a connection and no thread. A body that
says it is too long is refused before it is read.
"""

import gc
import os
import resource
import signal
import socket
import sys
import time
from contextlib import suppress
from importlib import import_module
from types import FrameType
from typing import Any

import environ
from django.conf import settings
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer, create_server
from waitress.utilities import RequestEntityTooLarge

from alliance.web.database import bound_waits
from alliance.web.memory import (
    forget_what_was_declared,
    pack_fields,
    read_when_used,
    share_expressions,
    share_methods_of_records,
    without_tests,
)

CONNECTIONS = 2_000  # at once in each process
IDLE_SECONDS = 60  # without a byte, then a connection is closed
LINGER_SECONDS = 5  # in which a refused body may still arrive, so that the answer is not lost
LINGER_BYTES = 64 * 1024 * 1024  # of it that are thrown away
FILES = 2 * CONNECTIONS + 100  # a descriptor for each, and one for a long body
DRAIN_SECONDS = 15
QUIET_SECONDS = 1  # without a byte, then a connection is idle


class Request(HTTPRequestParser):
    """One whose body is too long goes on without it, and alliance.middleware refuses its length.

    So the refusal has our page and headers, its id and its line in the log, as any answer has.
    """

    error: Any = None
    is_too_long = False

    def received(self, data: bytes) -> int:
        taken = super().received(data)
        if isinstance(self.error, RequestEntityTooLarge):
            self.is_too_long, self.error, self.expect_continue = True, None, False
            length = max(self.content_length, self.body_bytes_received)
            self.headers |= {"CONTENT_LENGTH": str(length), "CONNECTION": "close"}
            self.close()
            self.body_rcv = None
        return taken


class Channel(HTTPChannel):
    """A connection. Closed at once under a body still on its way, it would lose our answer."""

    parser_class = Request
    refused_a_body = False
    lingers_until = 0.0
    thrown_away = 0  # bytes

    def received(self, data: bytes) -> bool:
        """What follows the head of a body that is too long is the body, and no other request."""
        with self.requests_lock:
            self.refused_a_body |= any(request.is_too_long for request in self.requests)
        return self.refused_a_body or super().received(data)

    def service(self) -> None:
        self.refused_a_body |= self.requests[0].is_too_long
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
        is_over = time.monotonic() > self.lingers_until or self.thrown_away > LINGER_BYTES
        self.will_close = self.will_close or is_over
        return not self.will_close

    def handle_read(self) -> None:
        if not self.lingers_until:
            super().handle_read()
            return
        rest = self.recv(self.adj.recv_bytes)
        self.thrown_away += len(rest)
        self.will_close = not rest


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


def connections_within(files: int) -> int:
    """How many connections may be held, once as many files may be open as the machine lets us.

    Without a descriptor a connection is neither taken nor refused, and asked about for ever.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = files if hard == resource.RLIM_INFINITY else min(files, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return min(CONNECTIONS, (max(soft, allowed) - 100) // 2)


def main(listener: int, says_ready: int, threads: int, env_file: str) -> None:
    if env_file:
        environ.Env.read_env(env_file, overwrite=True)
    bound_waits()
    with without_tests():
        application = import_module("alliance.wsgi").application  # reads the settings
        import_module(settings.ROOT_URLCONF)  # all views: whoever comes first does not wait
    read_when_used("sqlparse")  # by Django, for migrations
    share_methods_of_records()
    pack_fields()
    forget_what_was_declared()
    share_expressions()
    gc.collect()
    gc.freeze()  # what is there for good is not weighed again: what pages leave goes at once
    server = create_server(
        application,
        sockets=[socket.socket(fileno=listener)],
        threads=threads,
        connection_limit=connections_within(FILES),
        channel_timeout=IDLE_SECONDS,
        cleanup_interval=5,
        asyncore_use_poll=True,
        max_request_body_size=settings.LARGEST_BODY + 1,  # waitress refuses this length too
        clear_untrusted_proxy_headers=False,  # Django reads them: TRUSTED_PROXY_COUNT says how far
        log_socket_errors=False,  # who goes away midway is no news
        recv_bytes=65_536,
        ident=None,
    )
    server.channel_class = Channel
    os.write(says_ready, b"1")
    os.close(says_ready)
    answer(server)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
