"""A file shown to ClamAV: clamd's INSTREAM, over TCP.

The libraries for it are forks of one of 2014, and all of it that we need is this page.
"""

import socket
import struct
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings

PORT = 3310
CONNECTS_IN = 5  # seconds
ANSWERS_IN = 120  # seconds, in which it unpacks and looks through 25 MB
LONGEST_ANSWER = 4096


class ScannerAway(Exception):
    """There is no scanner at the address: any other file would wait as well."""


class NotScanned(Exception):
    """The scanner gave no verdict on this file; it may on the next."""


def scan(pieces: Iterable[bytes]) -> str:
    """What malware there is in a file, as the scanner calls it; empty where it finds none.

    Raises:
        ScannerAway, NotScanned.
    """
    address = urlsplit(settings.CLAMAV_URL)
    try:
        scanner = socket.create_connection(
            (address.hostname, address.port or PORT), timeout=CONNECTS_IN
        )
    except OSError as fault:
        raise ScannerAway(str(fault)) from fault
    with scanner:
        scanner.settimeout(ANSWERS_IN)
        try:
            _send(scanner, pieces)
            answer = _answer(scanner)
        except OSError as fault:
            raise NotScanned(str(fault)) from fault
    verdict = answer.rpartition(": ")[2]
    if verdict == "OK":
        return ""
    if verdict.endswith(" FOUND"):
        return verdict.removesuffix(" FOUND")
    raise NotScanned(answer or "It said nothing.")


def _send(scanner: socket.socket, pieces: Iterable[bytes]) -> None:
    scanner.sendall(b"zINSTREAM\0")
    for piece in pieces:
        if piece:  # one of no length ends the file
            scanner.sendall(struct.pack("!I", len(piece)) + piece)
    scanner.sendall(struct.pack("!I", 0))


def _answer(scanner: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        piece = scanner.recv(LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\0").decode(errors="replace").strip()
