"""What somebody does in a browser, whose result a test then reads: on the page, in the database."""

from playwright.sync_api import Locator


def send(button: Locator) -> None:
    """Press it, a link too, and wait until the page that answers has come: the act is recorded.

    A click by itself waits for the answer only where the browser says in time that it asks for one;
    and an address that a script changes is no page.
    """
    with button.page.expect_event("load"):
        button.click()
