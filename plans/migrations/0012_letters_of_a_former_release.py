from django.db import migrations

# A former release that runs beside this one ties no letter to its event or version, so this does it
# as the row is written, the way 0011 did. Its rows are known by this: they name no page, and every
# letter about a plan has one. Notices knows no plans, so the trigger is not of its models. To be
# removed with the next release.
TIE = r"""
    CREATE OR REPLACE FUNCTION plans_tie_letter_of_a_former_release() RETURNS trigger AS $$
    BEGIN
        INSERT INTO plans_planletter (notice_id, event_id)
        SELECT NEW.id, min(event.id)
        FROM districts_district district
        JOIN plans_plan plan
            ON plan.district_id = district.id AND plan.cycle_id = NEW.fiscal_year
        JOIN plans_planevent event ON event.plan_id = plan.id
        JOIN (VALUES
            ('plan_receipt', 'submit'), ('plan_submitted', 'submit'), ('plan_back', 'submit'),
            ('plan_recalled', 'recall'), ('plan_withdrawn', 'withdraw'),
            ('plan_reopened', 'reopen'), ('plan_in_review', 'start_review'),
            ('plan_returned', 'return'), ('plan_recommended', 'recommend'),
            ('plan_approved', 'approve'), ('plan_withheld', 'withhold'),
            ('plan_released', 'release'), ('plan_moved', 'return'), ('plan_moved', 'recommend'),
            ('plan_moved', 'approve'), ('plan_moved', 'withhold'), ('plan_moved', 'release'),
            ('decided_in_your_name', 'approve'), ('decided_in_your_name', 'withhold'),
            ('decided_in_your_name', 'release')
        ) tells (kind, step) ON tells.kind = NEW.kind AND tells.step = event.step
        WHERE district.edsight_code = NEW.district_code
            AND CASE WHEN NEW.key ~ '/(event|recall)-[0-9]{1,18}/'
                THEN event.id = substring(NEW.key from '/(?:event|recall)-([0-9]{1,18})/')::bigint
                ELSE event.taken_at = NEW.posted_at END
        HAVING count(*) = 1
        ON CONFLICT DO NOTHING;

        INSERT INTO plans_planletter (notice_id, version_id)
        SELECT NEW.id, version.id
        FROM districts_district district
        JOIN plans_plan plan
            ON plan.district_id = district.id AND plan.cycle_id = NEW.fiscal_year
        JOIN plans_planversion version ON version.plan_id = plan.id
            AND version.number = substring(NEW.key from '/version-([0-9]{1,4})/')::int
        WHERE district.edsight_code = NEW.district_code
            AND NEW.kind IN ('signature_waiting', 'plan_signed')
        ON CONFLICT DO NOTHING;
        RETURN NULL;
    END
    $$ LANGUAGE plpgsql;

    CREATE TRIGGER plans_tie_letter_of_a_former_release AFTER INSERT ON notices_notice
        FOR EACH ROW WHEN (NEW.page = '' AND NEW.district_code <> '' AND NEW.kind <> 'reminder')
        EXECUTE FUNCTION plans_tie_letter_of_a_former_release();
"""
UNTIE = """
    DROP TRIGGER plans_tie_letter_of_a_former_release ON notices_notice;
    DROP FUNCTION plans_tie_letter_of_a_former_release();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('plans', '0011_letters_of_before'),
    ]

    operations = [
        migrations.RunSQL(TIE, UNTIE),
    ]
