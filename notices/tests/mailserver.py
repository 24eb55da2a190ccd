"""A real SMTP server for tests, which keeps what it is given and can be told to refuse."""

import socket
import ssl
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path
from threading import Event, Thread

import pytest
from aiosmtpd.controller import Controller


class MailServer:
    """Refuses addresses with the answers in `refuses`; keeps those in `holds` till `may_answer`."""

    def __init__(self) -> None:
        self.letters: list[Message] = []
        self.refuses: dict[str, str] = {}
        self.holds: set[str] = set()
        self.is_holding = Event()
        self.may_answer = Event()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.holds.intersection(envelope.rcpt_tos):
            self.is_holding.set()
            await server.loop.run_in_executor(None, self.may_answer.wait, 10)
        self.letters.append(message_from_bytes(envelope.content, policy=default))
        return f"250 2.0.0 Ok: queued as {len(self.letters):04}"

    @property
    def addresses(self) -> list[str]:
        return [letter["To"] for letter in self.letters]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextmanager
def running_mail_server():
    server = MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=free_port(), ready_timeout=10)
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()


@pytest.fixture
def mail_server(settings):
    """A real SMTP server, and the settings that send letters to it."""
    with running_mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


@pytest.fixture
def untrusted_mail_server(settings):
    """One that speaks TLS with a certificate nobody here has signed."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(Path(__file__).with_name("untrusted.pem"))
    certified = socket.create_server(("127.0.0.1", 0))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = certified.getsockname()
    settings.EMAIL_USE_SSL = True
    refusing = Thread(target=_shake_hands_once, args=(certified, context))
    refusing.start()
    yield
    refusing.join(timeout=5)
    certified.close()


def _shake_hands_once(listener, context):
    connection, _ = listener.accept()
    with connection, suppress(OSError):
        context.wrap_socket(connection, server_side=True)
