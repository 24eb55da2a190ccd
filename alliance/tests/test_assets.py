"""Every file a page asks for is there, and comes from us or from an installed wheel."""

import contextlib
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command

from alliance.assets import ASSETS, WheelFinder
from plans.workflow import DEPARTMENT_LABELS, DISTRICT_LABELS

CSS = settings.BASE_DIR / "static" / "css" / "alliance.css"
TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))


@pytest.mark.parametrize("name", ASSETS)
def test_asset_is_found_in_its_wheel(name):
    found = Path(finders.find(name))

    assert found.is_file()
    assert settings.BASE_DIR / "static" not in found.parents


def test_finder_knows_nothing_else():
    assert WheelFinder().find("css/alliance.css") == []
    assert WheelFinder().find("vendor/../../secrets", find_all=True) == []


def test_finder_leaves_out_what_is_ignored():
    listed = [name for name, _ in WheelFinder().list(["*.ttf", "*.map"])]

    assert listed == ["vendor/bootstrap.min.css"]


def test_collecting_copies_every_asset(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path

    call_command("collectstatic", interactive=False, verbosity=0)

    collected = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert set(ASSETS) | {"css/alliance.css", "django_htmx/htmx-2.min.js"} <= collected


def test_stylesheet_names_only_files_that_exist():
    named = re.findall(r'url\("\.\./([^"]+)"\)', CSS.read_text())

    assert len(named) == 4
    assert [name for name in named if not finders.find(name)] == []


def test_stylesheet_and_templates_ask_nobody_else():
    foreign = re.compile(r"(?:src|href|url)\s*[=(]\s*[\"']?(?:https?:)?//")

    assert [str(path) for path in [CSS, *TEMPLATES] if foreign.search(path.read_text())] == []


def test_templates_name_only_static_files_that_exist():
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r"{% static ['\"]([^'\"]+)['\"]", path.read_text())
    }

    assert named
    assert [name for name in named if not finders.find(name)] == []


def test_templates_hold_no_script_and_no_style_of_their_own():
    """The Content-Security-Policy would drop them without a word."""
    inline = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=", re.IGNORECASE)

    assert [str(path) for path in TEMPLATES if inline.search(path.read_text())] == []


def test_templates_comment_on_one_line_or_in_a_comment_tag():
    """Django shows a {# … #} that spans lines to everybody."""
    spanning = re.compile(r"{#(?![^\n]*#})")

    assert [str(path) for path in TEMPLATES if spanning.search(path.read_text())] == []


def test_templates_draw_only_icons_of_the_sprite():
    sprite = settings.BASE_DIR / "templates" / "components" / "sprite.html"
    drawn = set(re.findall(r'id="i-([a-z]+)"', sprite.read_text()))
    asked = {
        name
        for path in TEMPLATES
        for name in re.findall(r'{% icon "([^"]*)"', path.read_text())
        + re.findall(r'{% state "[^"]*" "([^"]*)"', path.read_text())
    }
    asked |= {label.icon for label in [*DISTRICT_LABELS.values(), *DEPARTMENT_LABELS.values()]}

    assert asked - drawn == set()


@pytest.mark.django_db  # closing an answer looks after connections
def test_asset_is_served(client):
    response = client.get("/static/vendor/PublicSans.ttf")

    with contextlib.closing(response):
        assert response.status_code == 200
        assert b"".join(response.streaming_content)[:4] == b"\x00\x01\x00\x00"
