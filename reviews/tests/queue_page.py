"""The queue as its page says it, for tests of what it says."""

from dataclasses import dataclass

import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse


@dataclass(frozen=True)
class QueueLine:
    """A row's cells as text, and what is marked in it."""

    district: str
    url: str
    is_reform: bool
    allocation: str
    status: str
    tone: list[str]
    with_whom: str
    received: str
    waiting: str
    due: str
    is_overdue: bool
    program: str
    fiscal: str
    standing: str


def queue_page(reader, at, **asked) -> BeautifulSoup:
    client = Client()
    with time_machine.travel(at):
        client.force_login(reader)
        return BeautifulSoup(
            client.get(reverse("reviews:queue"), {"fy": 2027} | asked).text, "html.parser"
        )


def lines_of(page: BeautifulSoup) -> list[QueueLine]:
    return [_line(row) for row in page.select(".stacks tbody tr")]


def _line(row) -> QueueLine:
    name, *cells = row.find_all(["th", "td"])
    words = {cell["data-label"]: " ".join(cell.text.split()) for cell in cells}
    link, badge = name.a, row.select_one("[data-label=Status] .state")
    standing = name.select_one("span.tag")
    return QueueLine(
        district=link.text if link else name.find(string=True).strip(),
        url=link["href"] if link else "",
        is_reform=name.abbr is not None,
        allocation=words["Allocation"],
        status=words["Status"],
        tone=[each for each in badge["class"] if each != "state"],
        with_whom=words["With"],
        received=words["Received"],
        waiting=words["Days waiting"],
        due=words["Due"],
        is_overdue=row.select_one("[data-label=Due] .bad") is not None,
        program=words["Program reviewer"],
        fiscal=words["Fiscal reviewer"],
        standing=standing.text if standing else "",
    )
