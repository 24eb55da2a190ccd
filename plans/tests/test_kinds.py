"""Each kind of row is declared once; whatever lists kinds or fields covers what is declared."""

from pathlib import Path

import pytest
from crispy_forms.layout import Layout
from django.conf import settings
from pydantic import BaseModel, ValidationError

from plans.documents.draft import _made
from plans.documents.fields import Control
from plans.documents.kinds import IN_DOCUMENT, KINDS, LISTED, SINGLE, parts_of
from plans.documents.parts import Row
from plans.documents.rows import MADE_FROM, _columns, columns_of
from plans.documents.shape import PlanDocument
from plans.forms.making import MAKERS
from plans.forms.rows import ROW_FORMS
from plans.forms.sections import SECTION_FORMS
from plans.models import Attachment, ListRow, SectionRow
from plans.rules.typed import ASKED_BY, BY_CONTROL, EXPECTED
from plans.sections import SECTIONS, SectionKey
from plans.tests.factories import PlanFactory, write_rows
from plans.tests.stored import every_part
from plans.views import kinds as pages
from plans.views.sections import LISTINGS, STORED_AS, TEMPLATES

OF_EVERY_ROW = {
    *("id", "plan", "lineage", "position", "version", "as_typed", "saved_at", "saved_by"),
}
BESIDE_THE_TEXT = {  # columns that no document holds, each with its reason
    "attachment": {"file", "content_type", "removed_at", "removed_by"},  # the file itself
}
FORMS = {**ROW_FORMS, **{KINDS[key].key: SECTION_FORMS[KINDS[key].section] for key in SINGLE}}
FORMS["vote"] = SECTION_FORMS[SectionKey.BOARD_APPROVAL]
every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def own_columns(kind) -> set[str]:
    columns = {column.name for column in kind.model._meta.concrete_fields}
    return columns - OF_EVERY_ROW - {kind.parent} - BESIDE_THE_TEXT.get(kind.key, set())


def rows_in(part) -> list[Row]:
    """Every row in a part of a document, however deep."""
    found = [part] if isinstance(part, Row) else []
    for value in dict(part).values():
        for each in value if isinstance(value, tuple) else (value,):
            found += rows_in(each) if isinstance(each, BaseModel) else []
    return found


def subclasses(model) -> set[type]:
    found = {each for child in model.__subclasses__() for each in [child, *subclasses(child)]}
    return {each for each in found if not each._meta.abstract}


def test_every_model_of_a_draft_has_its_kind():
    assert {kind.model for kind in SINGLE.values()} == subclasses(SectionRow)
    assert {kind.model for kind in IN_DOCUMENT.values() if kind.is_list} == subclasses(ListRow)


@every_kind
def test_every_column_is_declared(kind):
    assert {field.name for field in kind.fields} == own_columns(kind)


@every_kind
def test_every_field_of_the_part_is_declared_or_made(kind):
    """Numbers are counted, and children are kinds of their own."""
    made = {"number"} | {child.within for child in kind.children}
    declared = {field.part_name for field in kind.fields}

    assert set(kind.part.model_fields) - set(Row.model_fields) - made == declared - made
    assert [field.name for field in kind.fields if not field.words] == []


def test_every_part_of_the_document_has_its_kind():
    """But for what the Department filled in."""
    theirs = {"fiscal_year", "kind", "district", "money", "focus_areas", "allows_indirect_costs"}
    theirs |= {"stakeholder_groups", "retired"}  # retired: out of the lists, with its reason
    whole = {kind.within for kind in IN_DOCUMENT.values() if not kind.parent}

    assert whole == set(PlanDocument.model_fields) - theirs


def test_a_draft_reads_every_declared_column_of_every_kind():
    queries = _columns(-1).query.annotations

    for key, kind in IN_DOCUMENT.items():
        sql = str(queries[f"{key}_as_text"].query)
        for name in kind.columns:
            assert f'U0."{name}"' in sql, (key, name)
        assert kind.model in MADE_FROM["plan_id = plans_plan.id"]


@every_kind
def test_every_written_field_is_on_its_form_and_laid_out(kind):
    if not kind.written:
        assert kind.key not in FORMS
        return
    form = FORMS[kind.key]
    assert form.model is kind.model
    assert list(form.base_fields) == [field.name for field in kind.written]
    for field in kind.written:
        assert form.base_fields[field.name].label == field.label
    if form.layout:
        named = [each.name for each in Layout(*form.layout).get_field_names()]
        assert sorted(named) == sorted(form.base_fields)


def test_every_control_has_its_form_field_and_says_what_cannot_be_read():
    assert set(MAKERS) == set(Control) - {Control.NONE}
    assert set(Control) - set(BY_CONTROL) == {
        *(Control.LINE, Control.PROSE),  # can only be too long
        *(Control.TICK, Control.NONE),  # cannot be mistyped
    }


def test_one_name_expects_one_thing_in_every_kind():
    """`as_typed` names the field alone."""
    for kind in KINDS.values():
        for field in kind.written:
            expected = field.expected or BY_CONTROL.get(field.control)
            assert EXPECTED.get(field.name) == expected, (kind.key, field.name)


def test_rules_walk_every_part_of_every_section():
    document = every_part()
    walked = [part for section in SECTIONS for part in parts_of(section, document)]

    assert len(walked) == len(rows_in(document)) > len(IN_DOCUMENT)
    assert {type(part) for part in walked} == {kind.part for kind in IN_DOCUMENT.values()}
    assert set(ASKED_BY) == {kind.section for kind in IN_DOCUMENT.values() if kind.written}


def test_pages_forms_and_stored_rows_cover_every_kind():
    assert list(pages.KINDS) == list(ROW_FORMS) == list(LISTED)
    assert set(SECTION_FORMS) == {*STORED_AS, SectionKey.BOARD_APPROVAL}
    assert set(STORED_AS.values()) == set(SINGLE)
    assert set(LISTINGS) <= set(TEMPLATES)
    for name in [*LISTINGS.values(), *TEMPLATES.values()]:
        assert (Path(settings.BASE_DIR) / "templates" / name).is_file(), name


@pytest.mark.django_db
@pytest.mark.parametrize("key", IN_DOCUMENT)
def test_whatever_is_read_of_a_row_goes_into_the_document(key):
    """A column that was read and then dropped would be typed, saved and never signed."""
    plan = PlanFactory()
    write_rows(plan)
    Attachment.objects.create(
        plan=plan, position=1, title="Minutes", file_name="m.pdf", size=1, sha256="0" * 64
    )
    stored = columns_of(plan.pk)[1]
    assert _made(stored)[0].lines
    for row in stored[key]:
        row["a_new_column"] = "typed"

    with pytest.raises(ValidationError, match="a_new_column"):
        _made(stored)
