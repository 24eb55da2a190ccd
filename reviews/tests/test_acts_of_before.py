"""The migration that gives acts of before their event and their digest, over rows without them.

What it finds is what the services write now: the same rows, robbed of both, come out as they were.
"""

from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import InternalError, connection

from districts.roles import Role
from districts.tests.factories import person
from plans import services
from plans.models import Comment, PlanEvent, RequiredChange
from plans.tests.factories import PlanFactory, RequiredChangeFactory, closed_version
from plans.workflow import Step
from reviews.models import Determination, Recommendation, Waiver
from reviews.services import (
    Seen,
    approve,
    assign,
    comment,
    recommend,
    release,
    save_change,
    save_words,
    send_return,
    waive,
    withhold,
)

pytestmark = pytest.mark.django_db

COLUMNS = {
    PlanEvent: ["digest"],
    Comment: ["digest"],
    RequiredChange: ["event"],
    Recommendation: ["digest", "submission"],
    Waiver: ["submission"],
    Determination: ["event"],
}
NOTHING = {"digest": "", "event": None, "submission": None}


@pytest.fixture
def history(noon, commissioner, manager):
    """Two plans: one goes from hand to hand until it is approved, the other is withdrawn."""
    plan, other = PlanFactory(), PlanFactory(under_review=True)
    closed_version(plan, signed=True)
    head = person(Role.SUPERINTENDENT, plan.district)
    coordinator = person(Role.PLAN_COORDINATOR, plan.district)
    program, fiscal = person(Role.PROGRAM_REVIEWER), person(Role.FISCAL_REVIEWER)

    def take(verb, by, hours, **said):
        at = noon.replace(hour=hours)
        return verb(plan_id=plan.pk, by=by, at=at, key=uuid4(), **said)

    take(services.submit, head, 1)
    take(services.recall, head, 2)
    take(services.withdraw, head, 3, reason="The board said no.")
    take(services.reopen, head, 4, reason="In “error”.")
    take(services.submit, head, 5)
    take(assign, manager, 6, program_reviewer_id=program.pk, fiscal_reviewer_id=fiscal.pk)
    take(comment, program, 7, section="budget", audience="district", text="Dear.")
    take(recommend, program, 8, version=1, text="Approve.")
    written = {"plan_id": plan.pk, "by": fiscal, "at": noon.replace(hour=9)}
    save_words(version=1, values={"words": "Thank you."}, as_typed={}, **written)
    changes = {}
    for text in ("Which grades?", "Which schools?"):
        values = {"section": "budget", "text": text, "due_on": None}
        row = save_change(lineage=uuid4(), version=0, values=values, as_typed={}, **written)
        changes[row.lineage] = row.version
    take(send_return, fiscal, 9, version=1, seen=Seen(words=2, changes=changes))
    for number in (1, 2):
        services.answer_change(
            plan_id=plan.pk,
            number=number,
            version=1,
            answer="K to 3.",
            by=coordinator,
            at=noon.replace(hour=10),
        )
    take(services.submit, head, 11)
    take(recommend, program, 12, version=1, text="Approve.")
    take(recommend, fiscal, 13, version=1, text="Approve, gladly.")
    take(withhold, commissioner, 14, reason="No report.")
    take(release, commissioner, 15, reason="")
    waive(
        plan_id=other.pk,
        version=1,
        grounds="One office.",
        by=commissioner,
        at=noon.replace(hour=15),
    )
    take(
        approve,
        commissioner,
        16,
        version=1,
        implementation="largely",
        implementation_reasons="Most of it ran.",
        performance="progress",
        performance_reasons="Four of nine.",
    )
    return plan, other


def stored():
    return {
        model: list(model.objects.order_by("pk").values_list("pk", *columns))
        for model, columns in COLUMNS.items()
    }


def as_before(cursor):
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for model, columns in COLUMNS.items():
        table = model._meta.db_table
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        model.objects.update(**{name: NOTHING[name] for name in columns})
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def migrate():
    plans = import_module("plans.migrations.0009_acts_of_before")
    reviews = import_module("reviews.migrations.0006_acts_of_before")
    for migration in (plans.Migration, reviews.Migration):
        for step in migration.operations:
            # the models of now: what was removed since is not in these columns
            with connection.schema_editor(atomic=False) as editor:
                step.code(apps, editor)
            assert triggers_at_rest() == []  # after each step: the next may put its own in order


def triggers_at_rest():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled = 'D'")
        return cursor.fetchall()


def test_every_act_of_before_has_its_event_and_its_digest(history):
    plan, other = history
    given = stored()
    by_factory = list(other.events.order_by("pk").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        as_before(cursor)
    assert stored() != given

    migrate()

    found = stored()
    unknown = services.digest_of(reason="")  # what a submission and the start of a review say
    given[PlanEvent] = [
        (pk, unknown if pk in by_factory else digest) for pk, digest in given[PlanEvent]
    ]
    assert found == given
    steps = plan.events.order_by("pk").values_list("step", flat=True)
    assert set(steps) == set(Step) - {Step.UNDO_RETURN, Step.CALL_BACK}  # which nobody could take
    assert all(digest for _, digest in found[PlanEvent])


def test_rows_that_stay_as_they_are_do_so_again_afterwards(history):
    with connection.cursor() as cursor:
        as_before(cursor)

    migrate()

    with pytest.raises(InternalError, match="Cannot update or delete rows"):
        PlanEvent.objects.update(digest="")


@pytest.mark.parametrize("hours", [0, 1])
def test_a_change_that_no_one_return_asked_stops_the_migration(history, noon, hours):
    """Of two returns at one moment it might be either; of none there is nothing to point to."""
    plan, _ = history
    returned = plan.events.get(step=Step.RETURN)
    at = returned.taken_at.replace(minute=30) if hours else returned.taken_at
    change = RequiredChangeFactory(
        plan=plan, version=returned.version, number=9, event=None, asked_at=at
    )
    if not hours:
        plan.events.create(
            step=Step.RETURN,
            source="under_review",
            target="returned",
            reason="1.",
            taken_at=at,
            taken_by=returned.taken_by,
        )
        RequiredChange.objects.update(event=None)

    with pytest.raises(RuntimeError, match=rf"\b{change.pk}\b.* not asked by exactly one return"):
        migrate()
