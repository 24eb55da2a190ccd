"""What a district signs is called in the document and in print as on the form that asked for it."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import pytest
from django.conf import settings
from django.template import Engine, Template, TemplateSyntaxError
from django.template.loader import render_to_string

from plans.documents import fields
from plans.documents.fields import fields_of
from plans.documents.kinds import IN_DOCUMENT, WORDS
from plans.documents.shape import StrategyPart
from plans.forms.attachments import AttachmentForm
from plans.forms.rows import ROW_FORMS
from plans.forms.sections import SECTION_FORMS
from plans.reading import fields as read
from plans.reading.document import document_sections, reading_context
from plans.tests.documents import ACADEMICS, FOCUS_AREAS, change
from plans.tests.stored import every_part

TEMPLATES = Path(settings.BASE_DIR) / "templates/plans/document"
SHOWN_WITHOUT_WORDS = {  # beside another, or as a title
    "cover": {"contact_title"},
    "target": {"baseline_year"},
    "strategy": {"title", "comes_from"},
    "statement": {"evaluation_plan_approved_on"},
    "line": {"strategy", "line_kind", "narrative", "supplanting_explanation"},
}
every_kind = pytest.mark.parametrize("kind", IN_DOCUMENT.values(), ids=IN_DOCUMENT)


def whole():
    return change(every_part(), "lines", 0, grades="K–3", previously_locally_funded=True)


def read_page(document):
    context = reading_context(document)
    return "\n".join(
        render_to_string(each.template, context) for each in document_sections(document)
    )


@pytest.fixture
def read_anew():
    """Templates hold words from when they are read; a test that changes words reads them again."""

    def forget():
        for loader in Engine.get_default().template_loaders:
            loader.reset()

    yield forget
    forget()


@every_kind
def test_every_field_is_called_by_its_own_words(kind, monkeypatch, read_anew):
    for name in WORDS[kind.key]:
        monkeypatch.setitem(WORDS[kind.key], name, f"«{name}»")
    read_anew()

    page = read_page(whole())

    monkeypatch.undo()
    called = {name for name in WORDS[kind.key] if f"«{name}»" in page}
    placed = set(read.PLACED[kind.key].split())
    assert called == placed - SHOWN_WITHOUT_WORDS.get(kind.key, set())


@every_kind
def test_no_template_says_the_words_itself(kind):
    text = (TEMPLATES / f"{kind.section.value}.html").read_text()

    said = [
        field.words
        for field in kind.fields
        if re.search(rf'[>"]\s*{re.escape(field.words)}\s*[<":]', text)
    ]
    assert f"{{% words_of {kind.key}." in text
    assert f"{{% others {kind.key} " in text
    assert said == []


def test_words_of_no_field_are_noticed_when_the_template_is_read():
    with pytest.raises(TemplateSyntaxError, match="the field line"):
        Template("{% load reading %}{% words_of line.amonut %}")


def test_the_form_asks_with_the_same_words():
    forms = {**ROW_FORMS, **{str(key): form for key, form in SECTION_FORMS.items()}}

    assert forms["look-back"].base_fields["lessons"].label == "What you change because of it"
    assert "<h3>What you change because of it</h3>" in read_page(whole())
    assert "What was learned" not in read_page(whole())


def test_a_file_is_asked_for_with_the_words_it_is_listed_with():
    labels = {name: field.label for name, field in AttachmentForm.base_fields.items()}

    assert labels == {
        "title": WORDS["attachment"]["title"],
        "upload": WORDS["attachment"]["file_name"],
    }


@every_kind
def test_every_field_is_placed_by_a_template_or_shown_as_another(kind):
    placed, declared = read.PLACED[kind.key].split(), [each.part_name for each in kind.fields]

    assert set(placed) <= set(declared)
    assert [each.part_name for each in read.OTHERS[kind.part]] == [
        name for name in declared if name not in placed
    ]


class LaterStrategy(StrategyPart):
    """As if a field had just been added to a strategy, and to nothing else."""

    cost: Annotated[int | None, fields.dollars("Cost for each student")] = None


def test_a_field_that_no_template_places_is_shown_where_it_holds_something(monkeypatch, read_anew):
    (cost,) = (field for field in fields_of(LaterStrategy) if field.name == "cost")
    for part in (StrategyPart, LaterStrategy):
        monkeypatch.setitem(read.OTHERS, part, (cost,))
    read_anew()
    strategies = [
        LaterStrategy(**{**dict(whole().strategies[0]), "cost": dollars})
        for dollars in (1_250, None)
    ]

    page = read_page(change(whole(), strategies=tuple(strategies)))

    assert page.count("Cost for each student") == 1
    assert 'Cost for each student: <span class="words">$1,250</span>' in page


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        (fields.line("Owner"), "A director", "A director"),
        (fields.line("Owner"), "", ""),
        (fields.day("Due"), date(2027, 6, 30), "June 30, 2027"),
        (fields.day("Due"), None, ""),
        (fields.number("Baseline"), Decimal("46.10"), "46.1"),
        (fields.number("Baseline"), Decimal(0), "0"),
        (fields.dollars("Amount"), 1_250, "$1,250"),
        (fields.dollars("Amount"), 0, "$0"),
        (fields.yes_no("Approved?"), True, "Yes"),
        (fields.yes_no("Approved?"), False, "No"),
        (fields.tick("Was paid before"), True, "Yes"),
        (fields.tick("Was paid before"), False, ""),
        (fields.choice("Domain"), ACADEMICS, "Academics"),
        (fields.choices("Areas", column="x"), (), ""),
        (
            fields.choices("Areas", column="x"),
            (FOCUS_AREAS[1], FOCUS_AREAS[3]),
            "1 Tiered interventions · 3 Additional learning time",
        ),
    ],
)
def test_each_control_reads_as_a_person_writes_it(field, value, text):
    assert read.text_of(field, value) == text
