"""Rules of the house that a linter cannot state."""

import ast
from http import HTTPStatus
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command

APPS = ("districts", "notices", "plans", "reviews")


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", "--check", "--dry-run")


def _sources():
    for app in APPS:
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            if not {"tests", "migrations"} & set(path.parts):
                yield path


def _assigns_status(path: Path) -> bool:
    """An assignment to `plan.status`, or an update of it in bulk."""
    for node in ast.walk(ast.parse(path.read_text())):
        if (
            isinstance(node, ast.Attribute)
            and node.attr == "status"
            and isinstance(node.ctx, ast.Store)
            and getattr(node.value, "id", "") == "plan"
        ):
            return True
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "attr", "") in {"update", "bulk_update"}
            and any(keyword.arg == "status" for keyword in node.keywords)
            and path.parts[-3] != "notices"
        ):
            return True
    return False


def test_only_one_module_writes_the_status_of_a_plan():
    writers = {
        str(path.relative_to(settings.BASE_DIR)) for path in _sources() if _assigns_status(path)
    }

    assert writers == {"plans/services/steps.py"}


def test_every_moment_has_its_person_and_a_constraint_that_pairs_them():
    unpaired = []
    for model in (model for app in APPS for model in apps.get_app_config(app).get_models()):
        fields = {field.name for field in model._meta.fields}
        for by in (name for name in fields if name.endswith("_by")):
            verb = by.removesuffix("_by")
            if f"{verb}_at" not in fields:
                continue
            if verb == "given":
                continue  # a first admin and the demo's people were given their role by nobody
            name = f"{model._meta.model_name}_{verb}_at_and_by_go_together"
            if name not in {constraint.name for constraint in model._meta.constraints}:
                unpaired.append(name)

    assert unpaired == []


def test_no_list_has_an_order_that_nobody_asked_for():
    ordered = [
        model.__name__
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        if model._meta.ordering
    ]

    assert ordered == []


def test_templates_hold_no_inline_script_or_style():
    inline = [
        str(path.relative_to(settings.BASE_DIR))
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        if any(bad in path.read_text() for bad in ("<script>", "<style", 'style="', "onclick="))
    ]

    assert inline == []


STATUS_CODES = {int(code) for code in HTTPStatus if code >= HTTPStatus.BAD_REQUEST}


def _bare_status_codes(path: Path):
    """Where a page answers `status=409`, or a name or a function stands for such a number."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.keyword) and node.arg != "status":
            continue
        value = getattr(node, "value", None)
        if isinstance(node, ast.keyword | ast.Assign | ast.Return) and value is not None:
            numbers = [each for each in ast.walk(value) if isinstance(each, ast.Constant)]
            for number in numbers:
                if type(number.value) is int and number.value in STATUS_CODES:
                    yield f"{path.relative_to(settings.BASE_DIR)}:{number.lineno}"


def test_views_name_their_status_codes():
    views = [path for path in _sources() if "views" in path.parts]
    views += [*(settings.BASE_DIR / "alliance").glob("*.py")]
    assert len(views) > 20

    assert [place for path in views for place in _bare_status_codes(path)] == []
