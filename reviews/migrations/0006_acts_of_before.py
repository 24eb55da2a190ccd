"""Acts of before get what those of now have from the start: an event, and the digest of their words."""

import hashlib
import json
from contextlib import contextmanager

from django.db import migrations


def digest_of(**said):
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def check_at_once(schema_editor):
    """References, from here to the end: a table with some yet to be checked cannot be altered."""
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@contextmanager
def written_to(schema_editor, name):
    """A table whose rows are never changed, while it is given what it lacked. It stays so."""
    check_at_once(schema_editor)
    table = schema_editor.quote_name(name)
    schema_editor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    schema_editor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


# What was said of a version after it came in is of that submission: the latest before it was said.
SUBMISSION_BEFORE = """
    UPDATE {table} said SET submission_id = (
        SELECT event.id FROM plans_planevent event
        WHERE event.plan_id = said.plan_id AND event.version_id = said.version_id
          AND event.step = 'submit' AND event.taken_at <= said.{moment}
        ORDER BY event.id DESC LIMIT 1
    ) WHERE said.submission_id IS NULL
"""


def point_reviews_to_their_submission(apps, schema_editor):
    check_at_once(schema_editor)
    schema_editor.execute(SUBMISSION_BEFORE.format(table="reviews_recommendation", moment="made_at"))


def point_waivers_to_their_submission(apps, schema_editor):
    with written_to(schema_editor, "reviews_waiver"):
        schema_editor.execute(SUBMISSION_BEFORE.format(table="reviews_waiver", moment="given_at"))


def point_determinations_to_their_approval(apps, schema_editor):
    """By the moment, which was their identity until now, and is given up here."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT determination.id FROM reviews_determination determination
            LEFT JOIN plans_planevent event ON event.plan_id = determination.plan_id
              AND event.step = 'approve' AND event.taken_at = determination.decided_at
            WHERE determination.event_id IS NULL
            GROUP BY determination.id HAVING count(event.id) <> 1
            ORDER BY determination.id LIMIT 10
            """
        )
        if unclear := [key for (key,) in cursor.fetchall()]:
            raise RuntimeError(
                f"Determinations {unclear} were not made by exactly one approval of their plan. "
                "Nothing was changed."
            )
    with written_to(schema_editor, "reviews_determination"):
        schema_editor.execute(
            """
            UPDATE reviews_determination determination SET event_id = event.id
            FROM plans_planevent event
            WHERE determination.event_id IS NULL AND event.plan_id = determination.plan_id
              AND event.step = 'approve' AND event.taken_at = determination.decided_at
            """
        )


def digest_what_was_said(apps, schema_editor):
    """A return from before its draft was kept is left: what its page said is not known in whole."""
    recommendations = apps.get_model("reviews", "Recommendation").objects.filter(digest="")
    events = apps.get_model("plans", "PlanEvent").objects.filter(digest="")
    digests = {}  # of events, by their key
    for one in recommendations.iterator():
        digest = digest_of(text=one.text, by=one.made_by_id)
        recommendations.filter(pk=one.pk).update(digest=digest)
        own = events.filter(plan_id=one.plan_id, key=one.key, step="recommend")
        digests |= dict.fromkeys(own.values_list("pk", flat=True), digest)
    findings = (
        "implementation", "implementation_reasons", "performance", "performance_reasons",
    )
    determinations = apps.get_model("reviews", "Determination").objects.values("event", *findings)
    for one in determinations.iterator():
        event = one.pop("event")
        digests[event] = digest_of(**one)
    drafts = apps.get_model("reviews", "ReturnDraft").objects.exclude(event=None)
    for draft in drafts.prefetch_related("changes"):
        sent = [one for one in draft.changes.all() if one.removed_at is None]
        changes = {str(one.lineage): one.version for one in sent}
        digests[draft.event_id] = digest_of(words=draft.version, changes=changes)
    with written_to(schema_editor, "plans_planevent"):
        for key, digest in digests.items():
            events.filter(pk=key).update(digest=digest)


class Migration(migrations.Migration):

    dependencies = [
        ("plans", "0009_acts_of_before"),
        ("reviews", "0005_acts_point_to_events"),
    ]

    operations = [
        migrations.RunPython(point_reviews_to_their_submission, migrations.RunPython.noop),
        migrations.RunPython(point_waivers_to_their_submission, migrations.RunPython.noop),
        migrations.RunPython(point_determinations_to_their_approval, migrations.RunPython.noop),
        migrations.RunPython(digest_what_was_said, migrations.RunPython.noop),
    ]
