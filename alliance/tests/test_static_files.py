"""Style sheets, fonts and scripts as a browser gets them: small, once, and again only if new."""

import gzip
import http.client
import re
from contextlib import closing

import pytest
from django.core.management import call_command

from alliance.assets import HashedFiles
from alliance.tests.test_web import running

HASHED = r"/static/[\w/.-]+\.[0-9a-f]{12}\.\w+"


@pytest.fixture
def collected(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    call_command("collectstatic", interactive=False, verbosity=0)
    return settings.STATIC_ROOT


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_every_file_of_a_page_is_named_by_its_content_compressed_and_kept(
    collected, free_port, tmp_path
):
    with running(free_port, tmp_path, environment={"STATIC_ROOT": str(collected)}) as server:
        _, page, _ = server.ask("/accounts/login/")
        named = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
        told = {name: _headers(server.port, name) for name in named}
        style_sheet = next(name for name in named if "alliance" in name)
        style = gzip.decompress(_asked(server.port, style_sheet)[1]).decode()

    assert named
    assert [name for name in named if not re.fullmatch(HASHED, name)] == []
    assert {headers["Cache-Control"] for headers in told.values()} == {
        "max-age=315360000, public, immutable"
    }
    assert {headers["Content-Encoding"] for headers in told.values()} == {"gzip"}
    fonts = re.findall(r'url\("\.\./(vendor/[^"]+)"\)', style)
    assert len(fonts) == 4
    assert [font for font in fonts if not re.fullmatch(HASHED, f"/static/{font}")] == []


def test_collected_files_can_be_read_by_a_proxy_and_attachments_cannot(collected, settings):
    modes = {path.stat().st_mode & 0o777 for path in collected.rglob("*") if path.is_file()}

    assert modes == {0o644}
    assert settings.FILE_UPLOAD_PERMISSIONS == 0o600


def test_a_file_that_was_not_collected_keeps_its_plain_name(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "nothing"
    settings.DEBUG = False

    assert HashedFiles().url("css/alliance.css") == "/static/css/alliance.css"


def test_a_file_that_changed_has_another_name(collected, settings):
    settings.DEBUG = False
    before = HashedFiles().url("css/alliance.css")
    source = collected / "css" / "alliance.css"
    source.write_text(source.read_text() + "/* new */")

    assert HashedFiles().hashed_name("css/alliance.css") != before.removeprefix("/static/")


def _headers(port, path):
    return _asked(port, path)[0]


def _asked(port, path):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as asking:
        asking.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = asking.getresponse()
        assert answer.status == http.HTTPStatus.OK
        return answer.headers, answer.read()
