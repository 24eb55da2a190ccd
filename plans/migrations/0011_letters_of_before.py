from django.db import migrations

# The step that each letter tells of: the one its key names, else the one of its moment, which was
# its identity until now. Where that is not exactly one, nothing is known of what brought it about.
EVENTS = r"""
    INSERT INTO plans_planletter (notice_id, event_id)
    SELECT notice.id, min(event.id)
    FROM notices_notice notice
    JOIN (VALUES
        ('plan_receipt', 'submit'), ('plan_submitted', 'submit'), ('plan_back', 'submit'),
        ('plan_recalled', 'recall'), ('plan_withdrawn', 'withdraw'), ('plan_reopened', 'reopen'),
        ('plan_in_review', 'start_review'), ('plan_returned', 'return'),
        ('plan_recommended', 'recommend'), ('plan_approved', 'approve'),
        ('plan_withheld', 'withhold'), ('plan_released', 'release'),
        ('plan_moved', 'return'), ('plan_moved', 'recommend'), ('plan_moved', 'approve'),
        ('plan_moved', 'withhold'), ('plan_moved', 'release'),
        ('decided_in_your_name', 'approve'), ('decided_in_your_name', 'withhold'),
        ('decided_in_your_name', 'release')
    ) tells (kind, step) ON tells.kind = notice.kind
    JOIN districts_district district ON district.edsight_code = notice.district_code
    JOIN plans_plan plan
        ON plan.district_id = district.id AND plan.cycle_id = notice.fiscal_year
    JOIN plans_planevent event ON event.plan_id = plan.id AND event.step = tells.step
        AND CASE WHEN notice.key ~ '/(event|recall)-[0-9]{1,18}/'
            THEN event.id = substring(notice.key from '/(?:event|recall)-([0-9]{1,18})/')::bigint
            ELSE event.taken_at = notice.posted_at END
    GROUP BY notice.id HAVING count(*) = 1
    ON CONFLICT DO NOTHING
"""
VERSIONS = r"""
    INSERT INTO plans_planletter (notice_id, version_id)
    SELECT notice.id, version.id
    FROM notices_notice notice
    JOIN districts_district district ON district.edsight_code = notice.district_code
    JOIN plans_plan plan
        ON plan.district_id = district.id AND plan.cycle_id = notice.fiscal_year
    JOIN plans_planversion version ON version.plan_id = plan.id
        AND version.number = substring(notice.key from '/version-([0-9]{1,4})/')::int
    WHERE notice.kind IN ('signature_waiting', 'plan_signed')
    ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):

    dependencies = [
        ('plans', '0010_letters'),
    ]

    operations = [
        migrations.RunSQL(EVENTS, migrations.RunSQL.noop),
        migrations.RunSQL(VERSIONS, migrations.RunSQL.noop),
    ]
