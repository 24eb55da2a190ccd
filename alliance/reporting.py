"""Sends each fault of the log to an address, as its line of JSON, where ERROR_REPORTS_URL is set.

It says what the log says: no address of a page or of a person, and nothing that was typed.
"""

import logging
import os
import queue
import threading
from http.client import HTTPException
from urllib.request import Request, urlopen

SECONDS = 5
MOST_WAITING = 100  # then the newest is dropped: the log has it

logger = logging.getLogger(__name__)


class ReportFaults(logging.Handler):
    """Never keeps anybody waiting: a thread of its own sends."""

    def __init__(self, url: str) -> None:
        super().__init__(logging.ERROR)
        if not url.startswith(("https://", "http://")):
            raise ValueError("ERROR_REPORTS_URL must begin with https://.")
        self._url = url
        self._waiting: queue.Queue[str] = queue.Queue(MOST_WAITING)
        self._process = 0  # the thread of a process that forked stays behind

    def emit(self, record: logging.LogRecord) -> None:
        if self._process != os.getpid():
            self._process = os.getpid()
            threading.Thread(target=self._send_all, daemon=True, name="reports").start()
        try:
            self._waiting.put_nowait(self.format(record))
        except queue.Full:
            return

    def _send_all(self) -> None:
        while True:
            line = self._waiting.get()
            headers = {"Content-Type": "application/json"}
            request = Request(self._url, line.encode(), headers)  # noqa: S310  checked above
            try:
                urlopen(request, timeout=SECONDS).close()  # noqa: S310
            except (OSError, HTTPException) as fault:
                logger.warning("A fault was not reported: %s", type(fault).__name__)
