"""A real browser for the tests that need one, and a database to back up."""

import asyncio
import os
import shutil
import socket
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from alliance.tests.backups import backup, filled, media  # noqa: F401  these are fixtures
from alliance.tests.keyboard import Keyboard
from alliance.tests.loaded import part_of_demo, whole_demo  # noqa: F401  and these
from districts.models import User
from districts.tests.factories import PASSWORD

BROWSERS = (  # the first has no window to draw, and takes a third less for itself
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "microsoft-edge",
    "chrome",
)
QUIETLY = (
    "--disable-background-networking",
    "--disable-component-update",
    # a page lives too briefly for its scripts to be made faster, or tidied up beside them
    "--js-flags=--no-opt --no-maglev --single-threaded-gc",
)


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def browser_path() -> str:
    """A Chromium-like browser; where there is none these tests skip, or fail if one is required."""
    for name in BROWSERS:
        if (found := shutil.which(name)) is not None:
            return found
    reason = f"No browser on PATH: looked for {', '.join(BROWSERS)}."
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


class Running(NamedTuple):
    browser: Browser
    loop: asyncio.AbstractEventLoop


@pytest.fixture(scope="session")
def running_chromium(browser_path: str) -> Iterator[Running]:
    """One browser for every test of a run: it starts for longer than many a test lasts.

    Playwright’s event loop counts as running for as long as the browser lives. Tests without a
    browser must not meet it: Django refuses the database beside one.
    """
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        loop = asyncio.get_running_loop()
        browser = playwright.chromium.launch(
            executable_path=browser_path,
            args=[*QUIETLY, *sandbox],
        )
        asyncio._set_running_loop(None)
        yield Running(browser, loop)
        asyncio._set_running_loop(loop)
        browser.close()


@pytest.fixture
def chromium(running_chromium: Running, monkeypatch) -> Iterator[Browser]:
    """The browser with nothing open in it: whatever a test opens is closed after it."""
    browser, loop = running_chromium
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    asyncio._set_running_loop(loop)
    yield browser
    for context in browser.contexts:
        context.close()
    connections.close_all()  # those opened beside the event loop are seen only from here
    asyncio._set_running_loop(None)


class Visitor:
    """Somebody at a browser of their own, signed in."""

    def __init__(self, browser: Browser, base_url: str, **options) -> None:
        self.base_url = base_url
        self.page: Page = browser.new_context(base_url=base_url, **options).new_page()
        self.page.set_default_timeout(10_000)

    def sign_in_at_the_form(self, email: str) -> Page:
        self.page.goto("/accounts/login/")
        self.page.get_by_label("Work email").fill(email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.locator("main").get_by_role("button", name="Sign in").click()
        self.page.wait_for_url("**/home/")
        return self.page

    def sign_in(self, email: str) -> Page:
        """By the cookie alone: a test that is not about the form does not wait for it."""
        client = Client()
        client.force_login(User.objects.with_address(email).get())
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.base_url}]
        )
        self.page.goto("/home/")
        return self.page


@pytest.fixture
def live_server(live_server, settings, monkeypatch):
    """As the product is run: whoever asks again finds a connection to the database, and prepared
    what is asked often. It is closed with the browser’s own."""
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 600)
    settings.PREPARES_STATEMENTS = True
    return live_server


@pytest.fixture
def visit(chromium: Browser, live_server):
    """`visit(email)` gives that person's page, signed in."""

    def _visit(email: str, **options) -> Page:
        return Visitor(chromium, live_server.url, **options).sign_in(email)

    return _visit


@pytest.fixture
def arrive(chromium, live_server):
    """`arrive(email)` signs somebody in, by keyboard."""

    def _arrive(email: str) -> Keyboard:
        page = chromium.new_context(base_url=live_server.url).new_page()
        page.set_default_timeout(10_000)
        page.goto("/accounts/login/")
        keyboard = Keyboard(page)
        keyboard.skip_to_the_page()
        assert page.evaluate("document.activeElement.type") == "email"
        keyboard.type(email)
        keyboard.fill(page.get_by_label("Password"), PASSWORD)
        with page.expect_navigation():
            keyboard.press("Enter")
        return keyboard

    return _arrive
