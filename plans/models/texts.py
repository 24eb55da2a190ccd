"""Beside each frozen version its words, for search, and its dollars, for sums over all plans.

PostgreSQL's own trigger writes both as a version is frozen, whichever release freezes it (ADR 102):
what is searched and what is added up is always what was frozen. Neither is part of the signed text,
and both can be made of it anew.
"""

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models

LONGEST = 200_000  # characters of a passage that are searched: a tsvector holds 1 MB
LANGUAGE = "english"
KEPT = pgtrigger.Protect(name="kept", operation=pgtrigger.Update | pgtrigger.Delete)

# Where in the stored text each section stands. What the Department fills in (the profile, the
# wording of assurances) is the same in every plan and is not searched.
_PLACES = """(VALUES
    ('cover', 'strict $.cover'),
    ('needs', 'strict $.needs'),
    ('look-back', 'strict $.look_back'),
    ('objectives', 'strict $.objectives'),
    ('strategies', 'strict $.strategies'),
    ('strategies', 'strict $.retired'),
    ('budget', 'strict $.budget_narrative'),
    ('budget', 'strict $.lines'),
    ('engagement', 'strict $.engagement'),
    ('engagement', 'strict $.collaboration'),
    ('sustainability', 'strict $.sustainability'),
    ('attachments', 'strict $.attachments')
) AS place(section, path)"""
# Keys of values that are no words: what a row is known by, codes, numbers and dates.
_NO_WORDS = """'lineage', 'sha256', 'code', 'number', 'kind', 'line_kind', 'funding_source',
    'group', 'strategy', 'baseline', 'target_value', 'quantity', 'unit_cost', 'starts_on',
    'ends_on', 'due_on', 'held_on'"""
_WORDS = 'strict $.** ? (@.type() == "object").keyvalue() ? (@.value.type() == "string")'
_ON_FREEZING = f"""
    INSERT INTO plans_versionpassage (version_id, section, text)
    SELECT NEW.id, place.section,
        left(string_agg(pair.said->>'value', ' · ' ORDER BY place.path, pair.number), {LONGEST})
    FROM {_PLACES},
        jsonb_path_query(NEW.document, place.path::jsonpath, '{{}}', true) AS part,
        jsonb_path_query(part, '{_WORDS}', '{{}}', true) WITH ORDINALITY AS pair(said, number)
    WHERE pair.said->>'key' NOT IN ({_NO_WORDS}) AND btrim(pair.said->>'value') <> ''
    GROUP BY place.section;

    INSERT INTO plans_versiondollars
        (version_id, focus_area, domain, object_group, funding_source, amount)
    SELECT NEW.id, (line->'focus_area'->>'number')::smallint,
        coalesce((
            SELECT strategy->'domain'->>'code'
            FROM jsonb_path_query(NEW.document, '$.strategies[*]') AS strategy
            WHERE strategy->>'lineage' = line->>'strategy' LIMIT 1
        ), ''),
        coalesce(left(line->'object_code'->>'code', 1), ''),
        coalesce(line->>'funding_source', ''),
        sum(coalesce((line->>'amount')::bigint, 0))
    FROM jsonb_path_query(NEW.document, '$.lines[*]') AS line
    GROUP BY 2, 3, 4, 5;

    RETURN NULL;
"""  # noqa: S608 - put together of constants
ON_FREEZING = pgtrigger.Trigger(
    name="words_and_dollars", operation=pgtrigger.Insert, when=pgtrigger.After, func=_ON_FREEZING
)


class VersionPassage(models.Model):
    """What one section of a frozen version says, without what it is stored by."""

    version = models.ForeignKey("PlanVersion", models.PROTECT, related_name="passages")
    section = models.CharField(max_length=20, help_text="A key of plans/sections.py.")
    text = models.TextField()
    words = models.GeneratedField(
        expression=SearchVector("text", config=LANGUAGE),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="versionpassage_one_a_section", fields=["version", "section"]
            ),
        ]
        indexes = [GinIndex(fields=["words"], name="versionpassage_words")]
        triggers = [KEPT]

    def __str__(self):
        return f"{self.section} of {self.version}"


class VersionDollars(models.Model):
    """The lines of a frozen version added up: those of one focus area, domain and object group.

    All of them together are all its lines, so that sums over plans foot whichever way they are cut.
    """

    version = models.ForeignKey("PlanVersion", models.PROTECT, related_name="dollars")
    focus_area = models.PositiveSmallIntegerField(
        null=True, help_text="Its number; none where the line names none."
    )
    domain = models.CharField(
        max_length=50, blank=True, help_text="Of the line's strategy; empty where there is none."
    )
    object_group = models.CharField(
        max_length=1, blank=True, help_text="The first figure of its object code; or empty."
    )
    funding_source = models.CharField(max_length=20, blank=True)
    amount = models.BigIntegerField(help_text="Whole US dollars.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="versiondollars_one_a_cut",
                fields=["version", "focus_area", "domain", "object_group", "funding_source"],
                nulls_distinct=False,
            ),
        ]
        triggers = [KEPT]

    def __str__(self):
        return f"${self.amount} of {self.version}"
