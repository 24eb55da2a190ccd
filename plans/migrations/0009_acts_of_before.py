"""Acts of before get what those of now have from the start: an event, and the digest of their words."""

import hashlib
import json
from collections import defaultdict

from django.db import migrations

# Steps that said their reason, or nothing. What the others said is known to reviews.
SAY_THEIR_REASON = (
    "submit", "recall", "withdraw", "reopen", "start_review", "withhold", "release",
)
AT_ONCE = 5_000


def digest_of(**said):
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def write(rows, digests):
    """`digests`: the keys of the rows by their digest, many of which are alike."""
    for digest, keys in digests.items():
        for start in range(0, len(keys), AT_ONCE):
            rows.filter(pk__in=keys[start : start + AT_ONCE]).update(digest=digest)


def check_at_once(schema_editor):
    """References, from here to the end: a table with some yet to be checked cannot be altered."""
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def point_changes_to_their_return(apps, schema_editor):
    """By the moment, which was their identity until now, and is given up here."""
    check_at_once(schema_editor)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT change.id FROM plans_requiredchange change LEFT JOIN plans_planevent event
              ON event.plan_id = change.plan_id AND event.step = 'return'
              AND event.taken_at = change.asked_at
            WHERE change.event_id IS NULL
            GROUP BY change.id HAVING count(event.id) <> 1 ORDER BY change.id LIMIT 10
            """
        )
        if unclear := [key for (key,) in cursor.fetchall()]:
            raise RuntimeError(
                f"Required changes {unclear} were not asked by exactly one return of their plan. "
                "Nothing was changed."
            )
        cursor.execute(
            """
            UPDATE plans_requiredchange change SET event_id = event.id FROM plans_planevent event
            WHERE change.event_id IS NULL AND event.plan_id = change.plan_id
              AND event.step = 'return' AND event.taken_at = change.asked_at
            """
        )


def digest_what_steps_said(apps, schema_editor):
    check_at_once(schema_editor)
    events = apps.get_model("plans", "PlanEvent").objects.filter(digest="")
    digests = defaultdict(list)
    known = events.filter(step__in=SAY_THEIR_REASON).values_list("pk", "reason")
    for key, reason in known.iterator():
        digests[digest_of(reason=reason)].append(key)
    table = schema_editor.quote_name("plans_planevent")
    schema_editor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")  # append_only: it stays so
    write(events, digests)
    schema_editor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def digest_comments(apps, schema_editor):
    comments = apps.get_model("plans", "Comment").objects.filter(digest="")
    digests = defaultdict(list)
    said = ("plan_id", "section", "audience", "text")
    for key, *words in comments.values_list("pk", *said).iterator():
        digests[digest_of(**dict(zip(said, words)))].append(key)
    write(comments, digests)


class Migration(migrations.Migration):

    dependencies = [
        ("plans", "0008_acts_by_digest"),
    ]

    operations = [
        migrations.RunPython(point_changes_to_their_return, migrations.RunPython.noop),
        migrations.RunPython(digest_what_steps_said, migrations.RunPython.noop),
        migrations.RunPython(digest_comments, migrations.RunPython.noop),
    ]
