from django.db import migrations, models

# What each letter is about, of which district and year, and what is due on the day it names. What
# no release has written is left empty, and is a letter about nothing that is known.
FILL = r"""
    UPDATE notices_notice
    SET about_noun = 'plan',
        district_code = split_part(about, '/', 2),
        fiscal_year = split_part(about, '/', 3)::int
    WHERE about_noun = '' AND about ~ '^plan/[0-9]{7}/[0-9]{4}$';

    UPDATE notices_notice
    SET about_noun = 'cycle', fiscal_year = split_part(about, '/', 2)::int
    WHERE about_noun = '' AND about ~ '^cycle/[0-9]{4}$';

    UPDATE notices_notice
    SET about_noun = split_part(about, '/', 1), about_id = split_part(about, '/', 2)::bigint
    WHERE about_noun = '' AND about ~ '^(user|roster)/[0-9]{1,18}$';

    UPDATE notices_notice
    SET what_is_due = CASE WHEN key LIKE '%/answers-%' THEN 'answers' ELSE 'plan' END
    WHERE what_is_due = '' AND about_noun = 'plan' AND names_due_on IS NOT NULL;

    -- Every row that changed leaves a check of its keys to the end, and none may be left below.
    SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0010_columns'),
    ]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['district_code', 'fiscal_year'], name='notice_of_plan'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('about_id__isnull', False)), fields=['about_id', 'about_noun'], name='notice_of_one'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('about_id', None), ('about_noun', ''), ('district_code', ''), ('fiscal_year', None), ('what_is_due', '')), models.Q(models.Q(('about_noun', ''), _negated=True), models.Q(('about_id__isnull', False), ('fiscal_year__isnull', False), _connector='OR')), _connector='OR'), name='notice_about_says_which_one'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('district_code', ''), ('fiscal_year__isnull', False), _connector='OR'), name='notice_district_has_its_year'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('what_is_due', ''), ('names_due_on__isnull', False), _connector='OR'), name='notice_what_is_due_has_its_day'),
        ),
    ]
