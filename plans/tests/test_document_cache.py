"""What is kept is found only by what was made of the same text, code, templates and settings."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from plans.documents import cache
from plans.reading.rendered import version_part, version_sections

SOURCES = {
    "the pins": "requirements.txt",
    "a template of a document": "templates/plans/document/budget.html",
    "a template of a review": "templates/reviews/_on_one_page.html",
    "words and formats": "districts/words.py",
    "the badge of a status": "districts/templatetags/alliance.py",
    "formats of dates": "alliance/formats/en/formats.py",
    "addresses": "alliance/urls.py",
    "what a review gives its template": "reviews/views/approving.py",
    "reports": "plans/reading/document.py",
}


@pytest.fixture
def house(tmp_path):
    """A copy of what is read, small enough to change."""
    for path in SOURCES.values():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("as it was")
    return tmp_path


@pytest.mark.parametrize("path", SOURCES.values(), ids=SOURCES)
def test_each_source_changes_the_key(house, path):
    assert (Path(settings.BASE_DIR) / path).is_file()
    before = cache.digest_of(house)
    assert cache.digest_of(house) == before

    (house / path).write_text("as it is")

    assert cache.digest_of(house) != before


def test_a_template_that_is_renamed_or_comes_changes_the_key(house):
    template = house / "templates/plans/document/budget.html"
    digests = [cache.digest_of(house)]
    template.rename(template.with_name("bugdet.html"))
    digests.append(cache.digest_of(house))
    template.with_name("new.html").write_text("")
    digests.append(cache.digest_of(house))

    assert len(set(digests)) == 3


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LANGUAGE_CODE", "es"),
        ("TIME_ZONE", "UTC"),
        ("USE_I18N", True),
        ("USE_TZ", False),
        ("USE_THOUSAND_SEPARATOR", True),
        ("FORMAT_MODULE_PATH", []),
        ("TEMPLATES", []),
        ("ROOT_URLCONF", "plans.urls"),
        ("FORCE_SCRIPT_NAME", "/alliance"),
        ("STATIC_URL", "https://static.example.org/"),
        ("MEDIA_URL", "https://files.example.org/"),
    ],
)
def test_each_setting_that_enters_changes_the_key(house, monkeypatch, name, value):
    before = cache.digest_of(house)
    changed = SimpleNamespace(**{each: getattr(settings, each) for each in cache.ENTERING})
    setattr(changed, name, value)
    monkeypatch.setattr(cache, "settings", changed)

    assert cache.digest_of(house) != before


def test_another_python_changes_the_key(house, monkeypatch):
    before = cache.digest_of(house)
    monkeypatch.setattr(cache.sys, "version_info", (3, 99, 0))

    assert cache.digest_of(house) != before


def test_another_text_template_or_release_is_drawn_anew(monkeypatch):
    drawn = []
    monkeypatch.setattr(
        "plans.reading.rendered.render_to_string", lambda *of: drawn.append(of) or str(len(drawn))
    )

    def draw(sha="a", template="one.html", schema=1):
        return version_part(SimpleNamespace(sha256=sha * 64, schema=schema), template, dict)

    monkeypatch.setattr(cache, "release", lambda: "earlier")
    assert [draw(), draw(), draw("b"), draw(template="two.html")] == ["1", "1", "2", "3"]
    assert draw(schema=2) == "4"

    monkeypatch.setattr(cache, "release", lambda: "later")
    assert draw() == "5"


@pytest.mark.parametrize("sections", [version_sections, cache.document_of])
def test_the_same_text_of_another_schema_is_read_anew(monkeypatch, sections):
    read = []
    for module in ("plans.reading.rendered", "plans.documents.cache"):
        monkeypatch.setattr(f"{module}.stored_document", lambda of: read.append(of) or "read")
    monkeypatch.setattr("plans.reading.rendered.sections_of", lambda document: [document])
    monkeypatch.setattr(cache, "release", lambda: f"for-{sections.__name__}")

    for schema in (1, 1, 2):
        sections(SimpleNamespace(sha256="c" * 64, schema=schema))

    assert [version.schema for version in read] == [1, 2]


def test_what_was_made_from_other_rows_is_not_given():
    cache.put("draft/1", "of yesterday", made_from="the rows of yesterday")

    assert cache.get("draft/1", made_from="the rows of today") is None
    assert cache.get("draft/1", made_from="the rows of yesterday") == "of yesterday"


def test_every_app_is_read():
    read = {path.parts[0] for path in _read()}

    assert read == {"templates", *cache.HOUSE}
    assert not [path for path in _read() if "tests" in path.parts]
    apps = {name.split(".")[0] for name in settings.INSTALLED_APPS}
    root = Path(settings.BASE_DIR)
    assert {name for name in apps if (root / name).is_dir()} <= set(cache.HOUSE)


def _read():
    root = Path(settings.BASE_DIR)
    return [path.relative_to(root) for path in cache._sources(root)]
