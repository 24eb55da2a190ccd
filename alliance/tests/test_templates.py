"""Pages are sent without the blanks that indent their templates; letters keep theirs."""

import pytest
from django.conf import settings
from django.template import TemplateDoesNotExist, TemplateSyntaxError, engines
from jinja2 import FileSystemLoader

from alliance.templates import FieldLoader, Page, fields, without_indentation

DJANGO = engines["django"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(DJANGO.engine, "dirs", [tmp_path])
    for loader in DJANGO.engine.template_loaders:
        loader.reset()
    yield tmp_path
    for loader in DJANGO.engine.template_loaders:
        loader.reset()


def test_a_page_is_drawn_without_the_blanks_that_indent_it(folder):
    (folder / "page.html").write_text(
        "<ul>\n  {% if 1 %}\n\t<li>two  blanks</li>\n  {% endif %}\n</ul>"
    )
    assert DJANGO.get_template("page.html").render() == "<ul>\n\n<li>two  blanks</li>\n\n</ul>"


def test_what_a_person_typed_keeps_its_blanks(folder):
    (folder / "page.html").write_text("<pre>\n  {{ typed }}</pre>")
    assert DJANGO.get_template("page.html").render({"typed": "a\n  b"}) == "<pre>\na\n  b</pre>"


def test_a_letter_keeps_every_blank(folder):
    (folder / "letter.txt").write_text("Two things:\n  - one\n  - two\n")
    assert DJANGO.get_template("letter.txt").render() == "Two things:\n  - one\n  - two\n"


def test_an_error_names_the_line_of_the_template_as_it_was_written(folder):
    (folder / "page.html").write_text("<p>\n\n    one\n    {% no_such_tag %}\n</p>")
    with pytest.raises(TemplateSyntaxError) as error:
        DJANGO.get_template("page.html")
    assert error.value.token.lineno == 4


def test_fields_are_drawn_without_indentation_too(tmp_path):
    (tmp_path / "field.html").write_text("<p>\n      {% if 1 %}\n    <b>1</b>\n  {% endif %}\n</p>")
    options = {"trim_blocks": True, "lstrip_blocks": True}
    drawn = fields(loader=FileSystemLoader(tmp_path), **options).get_template("field.html").render()

    assert drawn == "<p>\n<b>1</b>\n</p>"
    assert isinstance(engines["jinja2"].env.loader, FieldLoader)
    assert engines["jinja2"].env.autoescape


def test_what_only_a_page_of_errors_shows_is_kept_only_where_it_is_shown(folder, settings):
    def kept():
        for loader in DJANGO.engine.template_loaders:
            loader.reset()
        found = DJANGO.get_template("page.html").template
        return found.source, [node.token for node in found.nodelist if node.token]

    (folder / "page.html").write_text("<p>{% if 1 %}one{% endif %}</p>")
    assert kept() == ("", [])
    settings.DEBUG = True
    source, tokens = kept()
    assert (source, len(tokens)) == ("<p>{% if 1 %}one{% endif %}</p>", 3)


def test_no_template_of_ours_holds_text_whose_blanks_count():
    for template in (settings.BASE_DIR / "templates").rglob("*.html"):
        source = template.read_text()
        assert "<pre" not in source, template
        assert "white-space" not in source, template
        assert without_indentation(source).count("\n") == source.count("\n"), template


def test_fields_of_every_form_are_drawn_by_the_one_template():
    """crispy’s filter draws them by its own, and so does its tag for a form without a helper."""
    for template in (settings.BASE_DIR / "templates").rglob("*.html"):
        assert "|crispy" not in template.read_text(), template


def test_a_template_that_is_not_there_says_who_looked_for_it():
    page = Page(DJANGO.engine.from_string('{% include "no/such.html" %}'), DJANGO)

    with pytest.raises(TemplateDoesNotExist) as told:
        page.render({})

    assert told.value.backend is DJANGO
