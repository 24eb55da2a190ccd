"""Every act is announced on the page it leads to (3.3.1, 4.1.3): by a message, which
static/js/page.js reads out, or by what the address points to, which has the focus there.
"""

from urllib.parse import urldefrag

import pytest
from bs4 import BeautifulSoup
from django.contrib.messages import get_messages

from alliance.tests.test_access import (  # noqa: F401  world is a fixture
    OF_NO_PLAN,
    Visits,
    rows,
    world,
)

SILENT = {
    "account_logout": "leads to the front page, which offers to sign in",
    "districts:session_time": "answers our script",
}


def acts() -> dict[str, dict[str, str]]:
    """Each address that takes an act, once: by its first state, with who may do it there."""
    found: dict[str, dict[str, str]] = {}
    for row in rows():
        may = [who for who, met in row.answers.items() if met == "may"]
        if row.method == "POST" and may and row.address not in SILENT:
            found.setdefault(row.states[0], {})[row.address] = may[0]
    return found


def is_announced(visits: Visits, who: str, address: str) -> bool:
    answer = visits.send(who, "POST", visits.url(address), visits.world.typed(address))
    if list(get_messages(answer.wsgi_request)):
        return True
    url, place = urldefrag(answer.url)
    page = BeautifulSoup(visits.send(who, "GET", url).text, "html.parser")
    return bool(place and page.select(f"#{place}[tabindex][role=status]"))


@pytest.mark.parametrize("state", acts())
def test_every_act_is_announced(world, state):  # noqa: F811
    if state != OF_NO_PLAN:
        world.bring_to(state)
    visits = Visits(world)

    silent = {
        address for address, who in acts()[state].items() if not is_announced(visits, who, address)
    }

    assert silent == set()
