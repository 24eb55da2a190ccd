"""What a process of the web leaves out is not there, and whoever asks for it finds it as it was."""

# ruff: noqa: S603  the command run here is our own, as a list of words

import json
import subprocess
import sys

import pytest

from alliance.tests.test_web import environment_of_the_tests

BEGINS = """
import json, os, socket, sys
from dataclasses import FrozenInstanceError, dataclass, field

@dataclass(frozen=True)
class Record:
    name: str
    number: int = field(default=1, repr=False)
    note: str = field(default="", compare=False)

@dataclass(frozen=True)
class Weighed:
    name: str
    number: int = field(default=1, hash=False)

class Wider(Record):
    pass

def as_written(record, other):
    yield repr(record), record == other, record != other, record == Record("b"), record == ("a", 1)
    yield hash(record) == hash(other), hash(Weighed("a", 1)) == hash(Weighed("a", 2))
    for act in (lambda: setattr(record, "name", "b"), lambda: delattr(record, "name"),
                lambda: setattr(record, "other", "b"), lambda: setattr(Wider("a"), "name", "b"),
                lambda: setattr(Wider("a"), "other", "b"), lambda: delattr(Wider("a"), "other")):
        try:
            yield str(act())
        except (FrozenInstanceError, AttributeError) as fault:
            yield type(fault).__name__, str(fault)

before = list(as_written(Record("a", note="x"), Record("a", note="y")))
of_its_own = Record.__eq__, Record.__repr__, Weighed.__hash__

from alliance.web import answering

def stands(*args, **options):
    from django.apps import apps
    from django.template import Context, engines

    say = {"read": sorted({"unittest", "django.test", "sqlparse.sql"} & set(sys.modules))}
    say["records"] = list(as_written(Record("a", note="x"), Record("a", note="y"))) == before
    say["own methods"] = [one is other for one, other in zip(
        of_its_own, (Record.__eq__, Record.__repr__, Weighed.__hash__))]
    say["triggers"] = sum(len(model._meta.triggers) for model in apps.get_models())
    fields = [vars(each) for model in apps.get_models() for each in model._meta.local_fields]
    say["room"] = max(map(sys.getsizeof, fields)) < sys.getsizeof(dict.fromkeys(range(43)))
    django = engines["django"].engine
    first, again, other = map(django.from_string, ("{{ a.b }}!", "{{ a.b }}?", "{{ a.c }}"))
    expressions = [each.nodelist[0].filter_expression for each in (first, again, other)]
    say["shared"] = [expressions[0] is each for each in expressions]
    say["drawn"] = [each.render(Context({"a": {"b": 1, "c": 2}})) for each in (first, again, other)]

    import sqlparse
    from django.core.signals import setting_changed
    from django.test.signals import setting_changed as asked
    say["asked for"] = sqlparse.format("select 1", keyword_case="upper"), asked is setting_changed
    print(json.dumps(say))
    raise SystemExit

answering.create_server = stands
listener = socket.create_server(("127.0.0.1", 0))
answering.main(listener.fileno(), os.pipe()[1], 4, "")
"""


@pytest.mark.services
@pytest.mark.usefixtures("django_db_setup")
def test_a_process_leaves_out_what_no_page_needs_and_says_the_same():
    told = subprocess.run(
        [sys.executable, "-c", BEGINS],
        env=environment_of_the_tests(),
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(told.stdout) == {
        "read": [],
        "records": True,
        "own methods": [False, False, True],
        "triggers": 0,
        "room": True,
        "shared": [True, True, False],
        "drawn": ["1!", "1?", "2"],
        "asked for": ["SELECT 1", True],
    }
