"""Rules of the house that a linter cannot state."""

import ast
import re
from http import HTTPStatus
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from pghistory.models import Event

APPS = ("districts", "library", "notices", "plans", "progress", "reviews")


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
            if issubclass(model, Event):
                continue  # a copy of a row that is paired already
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


STATUS_CODES = {int(code) for code in HTTPStatus} - {int(HTTPStatus.CONTINUE)}  # 100 counts things
SAYS_A_STATUS = {"status", "status_code"}


def _bare_status_codes(source: str):
    """The lines on which a number stands for how a page answers."""
    for node in ast.walk(ast.parse(source)):
        for value in _where_a_status_stands(node):
            for each in ast.walk(value):
                if isinstance(each, ast.Constant) and each.value in STATUS_CODES:
                    yield each.lineno


def _where_a_status_stands(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.keyword):
        return [node.value] if node.arg in SAYS_A_STATUS else []
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.Return):
        return [node.value] if node.value else []
    if isinstance(node, ast.arguments):
        return [default for default in [*node.defaults, *node.kw_defaults] if default]
    return []


@pytest.mark.parametrize(
    "source",
    [
        "render(request, page, status=409)",
        "STALE = 409",
        "status = 422 if form.errors else 200",
        "def page(request, *, status: int = 200): ...",
        "def page(request, status=404): ...",
        "def status_of(form):\n    return 200",
    ],
)
def test_a_bare_status_code_is_found_however_it_is_written(source):
    assert [*_bare_status_codes(source)]


def test_views_name_their_status_codes():
    views = [path for path in _sources() if "views" in path.parts]
    views += [settings.BASE_DIR / "alliance" / name for name in ("views.py", "middleware.py")]
    views += [settings.BASE_DIR / "alliance" / name for name in ("typed_again.py", "unread.py")]
    views.append(settings.BASE_DIR / "districts" / "typed.py")
    assert len(views) > 20

    found = [
        f"{path.relative_to(settings.BASE_DIR)}:{line}"
        for path in views
        for line in _bare_status_codes(path.read_text())
    ]

    assert found == []


SQL = ("django.db", "django.contrib.postgres")  # of the first, pages need no more than transactions


def _builds_sql(source: str) -> bool:
    """Whether a module takes what queries are built of, or builds one of columns of its own."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            names = {each.name for each in node.names} - {"transaction", "DatabaseError"}
            if "Statement" in names or (names and (node.module or "").startswith(SQL)):
                return True
        if isinstance(node, ast.Attribute) and node.attr in {"annotate", "aggregate", "raw"}:
            return True
    return False


@pytest.mark.parametrize(
    "source",
    [
        "from django.db.models import Q",
        "from django.db.models.functions import JSONObject",
        "from django.contrib.postgres.expressions import ArraySubquery",
        "from django.db import connection",
        "from districts.models import Statement, User",
        "def page(request):\n    return Plan.objects.annotate(n=1)",
    ],
)
def test_sql_is_found_however_it_is_built(source):
    assert _builds_sql(source)
    assert not _builds_sql("from django.db import transaction\nPlan.objects.filter(pk=1).first()")


def test_pages_build_no_sql():
    """What is known of the rows is a report's or a queryset's to say; a page says it in words."""
    pages = [path for path in _sources() if {"views", "reading", "templatetags"} & set(path.parts)]
    assert len(pages) > 50

    found = [path for path in pages if _builds_sql(path.read_text())]

    assert [str(path.relative_to(settings.BASE_DIR)) for path in found] == []


TAG = re.compile(
    r"</?(a|abbr|b|br|button|code|dd|div|dl|dt|em|form|h[1-6]|i|img|input|label|li|nav|ol|option|p|"
    r"rect|section|select|small|span|strong|svg|table|td|th|tr|ul|use|wbr)(\s[^<>]*)?/?>"
)
MAKES_HTML = {
    *("SafeString", "SafeText", "mark_safe", "html_safe", "__html__"),
    *("format_html", "format_html_join", "escape", "conditional_escape"),
    *("template", "loader", "engines", "Engine", "Template", "TemplateResponse"),
    *("get_template", "select_template", "render"),
}
OF_DJANGO = {"html", "safestring", "shortcuts"}  # modules, asked by name
A_TAG_MAY = frozenset(  # it names a template, whose HTML it is
    {"template", "engines", "get_template", "render_to_string", "escape"}
)
A_LETTER = re.compile(r"emails/.*\.txt|reviews/(revision|spending)_letter\.txt")  # text


def _makes_html(source: str, *, may: frozenset[str] = frozenset()) -> bool:
    """Whether a module writes markup, calls some safe, or renders what is not a letter's text."""
    return any(
        _is_markup(node)
        or ("render_to_string" not in may and _renders_a_page(node))
        or bool(_names(node) & (MAKES_HTML - may))
        for node in ast.walk(ast.parse(source))
    )


def _names(node: ast.AST) -> set[str]:
    if isinstance(node, ast.ImportFrom):
        return {each.name for each in node.names}
    if isinstance(node, ast.Import):
        return {each.name.rpartition(".")[-1] for each in node.names}
    if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") in OF_DJANGO:
        return {node.attr}
    return set()


def _is_markup(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and bool(TAG.search(node.value))
    )


def _renders_a_page(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "render_to_string"):
        return False
    named = node.args[0] if node.args else None
    choices = [named.body, named.orelse] if isinstance(named, ast.IfExp) else [named]
    return not all(A_LETTER.fullmatch(_literal(choice)) for choice in choices)


def _literal(node: ast.AST | None) -> str:
    """A string as it is written; what is put into it stands as a word."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_literal(part) for part in node.values)
    return node.value if isinstance(node, ast.Constant) else "something"


@pytest.mark.parametrize(
    "source",
    [
        "from django.utils.safestring import SafeString",
        "from django.utils.safestring import mark_safe as known",
        "from django.utils import html\nhtml.format_html('{}', 1)",
        "from django.shortcuts import render",
        "import django.template",
        "from django.template import loader",
        "cell = f'<td class=\"num\">{amount}</td>'",
        "line = 'One<br>Two'",
        "render_to_string('reviews/_letter.html', {})",
        "render_to_string(template, {})",
        "render_to_string(f'emails/{kind}.html', {})",
        "render_to_string('emails/a.txt' if said else 'plans/plan_read.html', {})",
    ],
)
def test_html_is_found_however_it_is_made(source):
    assert _makes_html(source)


@pytest.mark.parametrize(
    "source",
    [
        "from django.template.loader import render_to_string\nrender_to_string(f'emails/{k}.txt')",
        "render_to_string('emails/a.txt' if said else 'emails/b.txt', {})",
        "import re\nre.escape('a+b')\nspec.template",
        "column = 'spent_<fiscal year>'  # and a plan < another",
    ],
)
def test_letters_and_plain_words_are_no_html(source):
    assert not _makes_html(source)


PAGES = {  # where a page is made
    *("views", "reading", "forms", "forms.py", "accounts.py"),
    "typed.py",  # that which gives words back
}


def test_html_is_made_by_pages_alone():
    """No report, service, reminder, rule, model nor template tag writes any: they know, or name."""
    others = [path for path in _sources() if not PAGES & set(path.parts)]
    assert {"reports", "services", "reminders", "rules", "words.py", "templatetags"} <= {
        part for path in others for part in path.parts
    }

    found = [
        path
        for path in others
        if _makes_html(
            path.read_text(),
            may=A_TAG_MAY if "templatetags" in path.parts else frozenset(),
        )
    ]

    assert [str(path.relative_to(settings.BASE_DIR)) for path in found] == []
