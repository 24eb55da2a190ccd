"""No app names an address of an app above it: it names a kind of page, and `alliance.pages` knows.

`plans` wrote links into `reviews`, and `districts` into both, of which an import contract sees
nothing: an address is a string.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import Resolver404, URLPattern, get_resolver, resolve, reverse

from alliance.pages import ASKED_FOR, NAMES

FLOORS = ["notices", "districts", "plans", "reviews", "library", "alliance"]  # the lowest first
TAKES_A_NAME = {"reverse", "reverse_lazy", "redirect", "resolve_url", "says_refusal"}
NAMESPACED = re.compile(r"(\w+):[\w{]*\Z")
IN_TEMPLATE = re.compile(r"""{%\s*url\s+["']([\w:]+)["']|(?:href|action)="(/[^"{]*)""")
TEMPLATES = {  # folder: the lowest app that shows what is in it
    "components": "districts",
    "emails": "districts",
    "districts": "districts",
    "plans": "plans",
    "progress": "progress",
    "reviews": "reviews",
    "library": "library",
}


@cache
def _apps_by_name(resolver=None, prefix="") -> dict[str, str]:
    """Of each name of an address, the app whose view answers there."""
    apps = {}
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLPattern):
            if each.name:
                apps[prefix + each.name] = each.callback.__module__.partition(".")[0]
        else:
            inner = f"{prefix}{each.namespace}:" if each.namespace else prefix
            apps |= _apps_by_name(each, inner)
    return apps


def _app_of(name: str) -> str:
    """The app that the name or path of an address leads to; empty for what is no address."""
    if name.startswith("/"):
        try:
            return resolve(name.partition("?")[0]).func.__module__.partition(".")[0]
        except Resolver404:
            return ""
    if NAMESPACED.match(name):
        namespace = name.partition(":")[0]
        return namespace if namespace in FLOORS else ""
    return "" if name.startswith("account_") else _apps_by_name().get(name, "")  # allauth's names


def _named_in_python(source: str):
    """Strings that can name an address: those with a namespace or a path, and what a call takes."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            texts = [each for arg in given for each in ast.walk(arg)]
            if called in TAKES_A_NAME:
                yield from (each.value for each in texts if _is_text(each))
        if _is_text(node) and (node.value.startswith("/") or NAMESPACED.match(node.value)):
            yield node.value


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) > 1


def _named_in_template(source: str):
    for name, path in IN_TEMPLATE.findall(source):
        yield name or path


def _is_above(app: str, floor: str) -> bool:
    return app in FLOORS and FLOORS.index(app) > FLOORS.index(floor)


def _sources():
    """Each file of ours, the floor it stands on, and the addresses it names."""
    for app in FLOORS[:-1]:
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            if not {"tests", "migrations"} & set(path.parts):
                yield path, app, _named_in_python(path.read_text())
    for folder, app in TEMPLATES.items():
        for path in (Path(settings.BASE_DIR) / "templates" / folder).rglob("*.*"):
            yield path, app, _named_in_template(path.read_text())


def test_no_app_names_an_address_of_an_app_above_it():
    named = [(path, floor, name) for path, floor, names in _sources() for name in names]
    assert sum(_app_of(name) == floor for _, floor, name in named) > 100

    found = {
        f"{path.relative_to(settings.BASE_DIR)}: {name}"
        for path, floor, name in named
        if _is_above(_app_of(name), floor)
    }

    assert found == set()


@pytest.mark.parametrize(
    ("floor", "source"),
    [
        ("plans", 'redirect("reviews:queue")'),
        ("plans", 'link_to("reviews:plan", slug, 2028)'),
        ("plans", 'PLACES = {"Queue": "reviews:queue"}'),
        ("plans", 'reverse(f"reviews:{name}")'),
        ("plans", 'url = f"{settings.SITE_URL}/reviews/{slug}/"'),
        ("districts", 'redirect("districts:people" if theirs else "home")'),
        ("districts", 'link = site + "/letters/?status=failed"'),
        ("notices", 'reverse("districts:person", args=[5])'),
    ],
)
def test_an_address_of_an_upper_app_is_found_however_it_is_written(floor, source):
    assert any(_is_above(_app_of(name), floor) for name in _named_in_python(source))


@pytest.mark.parametrize(
    "source",
    ["<a href=\"{% url 'reviews:letters' %}\">", '{% url "home" %}', '<a href="/reviews/">'],
)
def test_an_address_of_an_upper_app_is_found_in_a_template(source):
    assert any(_is_above(_app_of(name), "districts") for name in _named_in_template(source))


@pytest.mark.parametrize("source", ['reverse("districts:people")', 'kind = "home"', '"/nowhere/"'])
def test_what_is_no_address_of_an_upper_app_is_left_alone(source):
    assert not any(_is_above(_app_of(name), "districts") for name in _named_in_python(source))


def test_every_kind_of_page_has_an_address():
    known = _apps_by_name()
    assert {kind: name for kind, name in NAMES.items() if name not in known} == {}
    assert {reverse(NAMES[kind]) for kind in ASKED_FOR} == {"/reviews/", "/letters/"}
