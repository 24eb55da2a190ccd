"""Any text in any field of any form, by anybody: no page fails, each opens again, and what was
typed is there, or is said to be unread."""

from itertools import cycle

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliance.tests.remembered import Memory
from alliance.tests.test_access import Visits, rows, world  # noqa: F401  a fixture
from districts import parsing

ODD = st.sampled_from(
    [
        *("1e999999", "NaN", "46,1", "6.5.2027", "12/31/9999", "*", "<5", "-1", "9" * 400),
        *("\0\u202e\ufffe", "Jose\u0301\u200b", "<script>&amp;{{ x }}", "a\tb\r\nc", "x" * 20_000),
        *("=cmd|'/c calc'!A1", "null", " "),
    ]
)
ANYTHING = st.text(max_size=40) | ODD
TYPES = {"text", "search", "email", "tel", "url", "number", "date", None}
PLANS = ("draft", "under review")
KEPT_BY_NOBODY = {"password", "password1", "password2"}  # a secret is never given back


def forms_at(response):
    """The forms of a page that somebody types into."""
    for form in BeautifulSoup(response.text, "html.parser").select("main form[method=post]"):
        fields = {}
        for field in form.select("input[name], textarea[name], select[name]"):
            kind = field.get("type") if field.name == "input" else field.name
            if kind in {"checkbox", "radio", "file"}:
                continue
            if kind == "select":
                chosen = field.select_one("option[selected]")
                fields[field["name"]] = chosen["value"] if chosen else ""
            else:
                fields[field["name"]] = field.get("value", "") if kind != "textarea" else ""
        typed = [
            field["name"]
            for field in form.select("input[name], textarea[name]")
            if field.name == "textarea" or field.get("type") in TYPES
        ]
        if typed:
            yield form.get("action") or "", fields, typed


def seen(text):
    """As it can be looked for in a page, however it was cleaned and shown."""
    return "".join(parsing.line(text).split())


def everybodys_forms(visits, state):
    """Who types where: one person for each form, of those who may."""
    asked = set()
    for row in rows():
        if row.method != "GET" or not ({state, "—"} & set(row.states)):
            continue
        for who, said in row.answers.items():
            if said == "sees" and row.address not in asked:
                asked.add(row.address)
                url = visits.url(row.address)
                page = visits.send(who, "GET", url)
                if page.headers.get("Content-Type", "").startswith("text/html"):
                    for action, fields, typed in forms_at(page):
                        yield who, url, action or url, fields, typed


@pytest.mark.parametrize("state", PLANS)
def test_any_text_in_any_field_is_there_or_said_to_be_unread(world, state):  # noqa: F811
    world.bring_to(state)
    visits = Visits(world)
    met = list(everybodys_forms(visits, state))
    assert len(met) > 20

    @settings(
        max_examples=2,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(texts=st.lists(ANYTHING, min_size=5, max_size=9))
    def holds(texts):
        for who, page, action, fields, typed in met:
            words = dict(zip(typed, cycle(texts)))
            with Memory().undone():
                answer = visits.client_of(who).post(action, fields | words)
                assert answer.status_code < 500, (action, words)
                if answer.status_code in {200, 400, 409, 422}:
                    shown = answer
                else:
                    shown = visits.client_of(who).get(page)
                    assert shown.status_code < 500, (page, words)
                    is_saved = any(name.endswith("was") for name in fields) and "/add" not in page
                    kept = textareas(shown) if is_saved else {}
                    assert {name: seen(kept[name]) for name in kept.keys() & words.keys()} == {
                        name: seen(words[name]) for name in kept.keys() & words.keys()
                    }, page
                if answer.status_code in {200, 400, 422}:
                    flat = seen(BeautifulSoup(shown.text, "html.parser").text + given_back(shown))
                    lost = {
                        name: text
                        for name, text in words.items()
                        if name not in KEPT_BY_NOBODY and seen(text)[:200] not in flat
                    }
                    assert not lost, (action, lost)

    holds()


def textareas(response):
    soup = BeautifulSoup(response.text, "html.parser")
    return {field["name"]: field.text for field in soup.select("main textarea[name]")}


def given_back(response):
    """What the fields of a page hold."""
    soup = BeautifulSoup(response.text, "html.parser")
    return " ".join(field.get("value", "") for field in soup.select("input[value]"))
