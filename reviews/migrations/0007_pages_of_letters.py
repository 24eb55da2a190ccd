from django.db import migrations

# The kind of page that each letter of before leads to, by the last address of ours in its text: of
# all apps that keep rows this one stands highest, and knows the addresses of that day.
PAGES = r"""
    UPDATE notices_notice notice
    SET page = leads.page, page_args = leads.args
    FROM (
        SELECT DISTINCT ON (letter.id) letter.id, kind.page,
            CASE kind.made_with
                WHEN 'plan' THEN jsonb_build_array(
                    substring(path from '^/[a-z]+/([-a-z0-9_]+)/'),
                    substring(path from '/([0-9]{4})/')::int
                )
                WHEN 'number' THEN jsonb_build_array(substring(path from '([0-9]+)/?$')::bigint)
                ELSE '[]'::jsonb
            END AS args
        FROM notices_notice letter
        CROSS JOIN LATERAL regexp_matches(
            letter.body, '(?:^|\n|: ) *https?://[^/\s]+(/[^\s]*)(?=\n|$)', 'g'
        ) WITH ORDINALITY AS found (groups, place)
        CROSS JOIN LATERAL (SELECT groups[1] AS path) link
        JOIN (VALUES
            ('home', '^/home/$', ''),
            ('people', '^/people/$', ''),
            ('person', '^/people/[0-9]{1,18}/$', 'number'),
            ('roster_change', '^/roster/changes/[0-9]{1,18}/$', 'number'),
            ('plan', '^/plans/[-a-z0-9_]+/[0-9]{4}/$', 'plan'),
            ('plan_sign', '^/plans/[-a-z0-9_]+/[0-9]{4}/sign/$', 'plan'),
            ('plan_changes', '^/plans/[-a-z0-9_]+/[0-9]{4}/changes/$', 'plan'),
            ('review', '^/reviews/[-a-z0-9_]+/[0-9]{4}/$', 'plan'),
            ('review_approve', '^/reviews/[-a-z0-9_]+/[0-9]{4}/approve/$', 'plan'),
            ('queue', '^/reviews/\?fy=[0-9]{4}$', 'number')
        ) AS kind (page, pattern, made_with) ON path ~ kind.pattern
        WHERE letter.page = '' AND letter.kind <> 'set_password'
        ORDER BY letter.id, place DESC
    ) leads
    WHERE notice.id = leads.id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0011_columns_filled'),
        ('reviews', '0006_acts_of_before'),
    ]

    operations = [
        migrations.RunSQL(PAGES, migrations.RunSQL.noop),
    ]
