"""script/soak editing: many people write in the same plans while web processes are killed.

Each saves as the script of the page does: all fields of a form, with what they were filled from,
again and again until an answer came. What was acknowledged must be in its row, or in the row's
history, at the end. It prints counts; a text that is missing or a page that failed is a failure.
"""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlencode

from bs4 import BeautifulSoup

from alliance.embedded.processes import Child
from benchmarks.filled import fields_of
from benchmarks.said import say

KILL_EVERY = 4  # seconds
PAUSE = (0.2, 1.5)  # seconds between two saves of one person
WAITS = (0.2, 0.5, 1, 2)  # seconds before what was not answered is sent again, then the last
TOKEN = "c" * 32
SAVED, CHOSEN, KEPT = "saved", "mine", "theirs"


@dataclass(frozen=True)
class Place:
    """A form that people write in: its page, its row, and its fields of free text."""

    path: str
    model: str
    row_id: int
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Acknowledged:
    """A text of which the server said that it is kept: in the row, or as not chosen."""

    place: Place
    name: str
    text: str


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    is_to_a_script: bool


@dataclass
class Editor:
    """One person at one form, who types until it is over."""

    number: int
    port: int
    session: str
    place: Place
    over: Event
    kept: list[Acknowledged] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def run(self) -> None:
        choose = random.Random(self.number)  # noqa: S311
        form = self._open()
        while not self.over.wait(choose.uniform(*PAUSE)) and form:
            name = choose.choice(self.place.fields)
            text = f"Editor {self.number} wrote this as number {self.counts[SAVED] + 1}."
            form[name] = text
            form = self._save(form, name, text, button=choose.choice((CHOSEN, KEPT)))
            self.counts[SAVED] += 1

    def _open(self) -> dict[str, object]:
        answer = self._until_answered("GET", {})
        return _fields(answer.text) if answer else {}

    def _save(
        self, form: dict[str, object], name: str, text: str, *, button: str
    ) -> dict[str, object]:
        """The form as it is to be sent next time. What is asked is answered with the `button`."""
        answer = self._until_answered("POST", form)
        if answer is None:
            return form
        if not answer.is_to_a_script:
            self.faults.append(f"{answer.status} without an answer to a script")
            return self._open()
        page = BeautifulSoup(answer.text, "html.parser")
        asked = page.select_one(f"button[name={button}]")
        form |= _hidden(page)
        if answer.status == HTTPStatus.CONFLICT and asked is not None:
            self.counts["asked"] += 1
            again = self._until_answered("POST", form | {button: asked["value"]})
            if again is None or again.status != HTTPStatus.OK:
                return self._open()  # somebody wrote again meanwhile: asked anew, nothing promised
            self.counts[button] += 1
        self.kept.append(Acknowledged(self.place, name, text))
        return self._open() if asked is not None else form

    def _until_answered(self, method: str, form: dict[str, object]) -> Answer | None:
        """None where it is over before an answer came: then nothing was promised."""
        for number in range(1_000):
            with suppress(OSError, HTTPException):
                answer = self._ask(method, form)
                if answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                    return answer
                self.faults.append(f"{method} {self.place.path}: {answer.status}")
            self.counts["sent again"] += 1
            if self.over.wait(WAITS[min(number, len(WAITS) - 1)]):
                return None
        return None

    def _ask(self, method: str, form: dict[str, object]) -> Answer:
        headers = {"Cookie": f"sessionid={self.session}; csrftoken={TOKEN}"}
        if method == "POST":
            headers |= {
                "X-CSRFToken": TOKEN,
                "HX-Request": "true",
                "Content-Type": "application/x-www-form-urlencoded",
            }
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            body = urlencode(form, doseq=True) if method == "POST" else None
            connection.request(method, self.place.path, body, headers)
            came = connection.getresponse()
            text = came.read().decode()
        finally:
            connection.close()
        return Answer(came.status, text, bool(came.getheader("X-Saved")))


def soak(people: Sequence[tuple[str, Place]], web: Child, port: int, *, seconds: float) -> int:
    """Lets everybody write for so long. What the command exits with."""
    editors = [
        Editor(number, port, session, place, Event())
        for number, (session, place) in enumerate(people)
    ]
    killed = _write(editors, web, seconds=seconds)
    return _judge(editors, killed)


def _write(editors: Sequence[Editor], web: Child, *, seconds: float) -> int:
    """How many processes were killed while they wrote."""
    over = Event()
    for editor in editors:
        editor.over = over
    threads = [Thread(target=editor.run, daemon=True) for editor in editors]
    for thread in threads:
        thread.start()
    killed, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(min(KILL_EVERY, max(0.0, until - time.monotonic())))
        killed += _kill_one(web)
    over.set()
    for thread in threads:
        thread.join(timeout=60)
    return killed


def _kill_one(web: Child) -> int:
    of_web = f"/proc/{web.process.pid}/task/{web.process.pid}/children"
    children = [int(pid) for pid in Path(of_web).read_text().split()]
    if not children:
        return 0
    with suppress(ProcessLookupError):
        os.kill(random.choice(children), signal.SIGKILL)  # noqa: S311
    return 1


def _judge(editors: Sequence[Editor], killed: int) -> int:
    kept = [each for editor in editors for each in editor.kept]
    faults = [fault for editor in editors for fault in editor.faults]
    missing = lost(kept)
    counts: Counter[str] = sum((editor.counts for editor in editors), Counter())
    say(
        f"{len(editors)} editors, {killed} web processes killed: {len(kept)} texts acknowledged,"
        f" {counts['asked']} asked about ({counts[CHOSEN]} kept mine, {counts[KEPT]} kept theirs),"
        f" {counts['sent again']} sent again."
    )
    for fault, times in Counter(faults).most_common(10):
        say(f"Failed {times} times: {fault}")
    for each in missing[:10]:
        say(f"Lost: “{each.text}” ({each.name} at {each.place.path})")
    say(f"{len(missing)} acknowledged texts are missing, {len(faults)} answers failed.")
    return 1 if missing or faults or not kept else 0


def lost(kept: Sequence[Acknowledged]) -> list[Acknowledged]:
    """The texts that are neither in their row nor in its history."""
    from django.apps import apps  # noqa: PLC0415

    from plans.models import HISTORY  # noqa: PLC0415

    held: dict[tuple[Place, str], set[str]] = {}
    for place in {each.place for each in kept}:
        model = apps.get_model("plans", place.model)
        for name in place.fields:
            events = HISTORY[model]._default_manager.filter(pgh_obj_id=place.row_id)
            row = model._default_manager.filter(pk=place.row_id)
            said = [*events.values_list(name, flat=True), *row.values_list(name, flat=True)]
            held[place, name] = set(said)
    return [each for each in kept if each.text not in held[each.place, each.name]]


def _fields(text: str) -> dict[str, object]:
    """Every field of the page's form as a browser would send it."""
    form = BeautifulSoup(text, "html.parser").select_one("form[data-saves]")
    return {} if form is None else fields_of(form)


def _hidden(page: BeautifulSoup) -> dict[str, object]:
    """What each form of the page is filled from now."""
    return {str(each["name"]): each["value"] for each in page.select("input[hx-swap-oob]")}
