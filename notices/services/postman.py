"""Hands one letter to the mail server and brings back what the server said."""

import logging
import re
import smtplib
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

logger = logging.getLogger(__name__)

SMTP_BACKEND = f"{EmailBackend.__module__}.{EmailBackend.__qualname__}"
# Said of us, not of the addressee (RFC 4954, RFC 3463): no right to send, or a sender not known.
REFUSES_US = re.compile(r"(?:530|535|538)\b|\d{3}[ -]5\.(?:7\.\d+|1\.[78])\b")


@dataclass(frozen=True)
class Answer:
    """What became of one attempt."""

    is_accepted: bool
    words: str
    is_final: bool = False  # refused for good: another attempt would end the same way
    is_server_away: bool = False  # the next letter would fare no better now


class _Listens(smtplib.SMTP):
    """Keeps the server's answer to the letter itself, which smtplib drops once it is a good one."""

    last_words = ""

    def data(self, msg):  # type: ignore[no-untyped-def, override]  # as smtplib's, which has none
        code, said = super().data(msg)
        self.last_words = _words(code, said)
        return code, said


class _ListensOverTls(_Listens, smtplib.SMTP_SSL):
    pass


class _SmtpBackend(EmailBackend):
    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _ListensOverTls if self.use_ssl else _Listens


def hand_over(letter: EmailMessage) -> Answer:
    """Send one letter over a connection of its own; every failure comes back as an answer.

    Final is only what lies in the letter itself. What lies in the server, in its certificate or in
    our settings is put right by people, and then the letter leaves.
    """
    if fault := _fault_of(letter):
        return Answer(is_accepted=False, words=f"Cannot be sent: {fault}", is_final=True)
    connection = None
    try:
        connection = _connection()
        connection.open()
        connection.send_messages([letter])
        spoken = getattr(getattr(connection, "connection", None), "last_words", "")
        return Answer(is_accepted=True, words=spoken or "Accepted")
    except smtplib.SMTPRecipientsRefused as refusal:
        return _refused(*next(iter(refusal.recipients.values())))
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as refusal:
        return Answer(is_accepted=False, words=_words(refusal.smtp_code, refusal.smtp_error))
    except (OSError, ValueError) as fault:  # smtplib's others; a certificate's is both at once
        words = f"No mail server: {fault or type(fault).__name__}"
        return Answer(is_accepted=False, words=words, is_server_away=True)
    except Exception as fault:  # one odd letter must not hold up all that wait behind it
        logger.exception("A letter could not be handed over")
        return Answer(is_accepted=False, words=f"Not sent: {type(fault).__name__}: {fault}")
    finally:
        if connection is not None:
            connection.close()


def _fault_of(letter: EmailMessage) -> str:
    """What no mail server could be given, in an address or a header of the letter; else nothing.

    Its sender is left out: that is a setting.
    """
    try:
        EmailMessage(letter.subject, letter.body, "us@example.org", letter.to).message()
        for address in letter.to:
            sanitize_address(address, "utf-8")
    except (ValueError, AttributeError) as fault:  # its parser trips over an open bracket
        return str(fault)
    return ""


def _refused(code: int, said: bytes | str) -> Answer:
    words = _words(code, said)
    is_final = 500 <= code < 600 and not REFUSES_US.match(words)
    return Answer(is_accepted=False, words=words, is_final=is_final)


def _connection() -> BaseEmailBackend:
    if settings.EMAIL_BACKEND == SMTP_BACKEND:
        return _SmtpBackend()
    return get_connection()


def _words(code: int, said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"
