"""What a page was made of goes as soon as the page is sent (ADR 89).

A circle keeps it until Python weighs all there is: with whole documents in it, some MB of each
process. What Django leaves of each request by itself, such as who asked, is small and stays.
"""

import gc
from http import HTTPStatus

from django.test import RequestFactory
from django.test.client import ClientHandler
from django.urls import reverse

from alliance.tests.test_access import rows
from alliance.tests.world import World

PAGES = sorted({row.act[1] for row in rows() if row.act[0] == "GET"} - {"health_all"})
HEAVY = {"documents", "reading", "views"}  # the rooms of what a page is made of


def test_a_page_leaves_nothing_that_it_was_made_of(client, db, noon, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    world = World(at=noon)
    world.bring_to("returned for changes")
    urls = {reverse(page.partition("/")[0], kwargs=world.kwargs(page)) for page in PAGES}
    left, opened = {}, 0
    for who in ("coordinator", "manager", "admin"):
        client.force_login(world.people[who])
        ask = _Asking(client)
        pages = [url for url in sorted(urls) if ask(url) == HTTPStatus.OK]
        urls -= {*pages}
        opened += len(pages)
        gc.collect()
        gc.freeze()  # what is kept for the next who asks
        left |= {(who, url): found for url in pages if (found := _left_by(ask, url))}

    assert left == {}
    assert opened > 60


class _Asking:
    """As a server is asked: Django's client keeps what a page was drawn from, to be tested."""

    def __init__(self, client) -> None:
        cookies = "; ".join(f"{name}={said.value}" for name, said in client.cookies.items())
        self._factory = RequestFactory(HTTP_COOKIE=cookies)
        self._answer = ClientHandler()

    def __call__(self, url) -> int:
        answer = self._answer(self._factory.get(url).environ)
        if answer.streaming:
            b"".join(answer.streaming_content)  # a file is closed once it was read
        return answer.status_code


def _left_by(ask, url) -> set[str]:
    """Kinds of objects that no name leads to any more, and that are there nevertheless."""
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        ask(url)
        gc.collect()
        return {f"{type(each).__module__}.{type(each).__qualname__}" for each in _heavy(gc.garbage)}
    finally:
        gc.set_debug(0)
        gc.garbage.clear()


def _heavy(objects):
    return [each for each in objects if HEAVY & {*type(each).__module__.split(".")[1:2]}]
