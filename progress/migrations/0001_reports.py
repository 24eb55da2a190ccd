import django.contrib.postgres.functions
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('districts', '__first__'),
        ('plans', '0021_outcomes'),
    ]

    operations = [
        migrations.CreateModel(
            name='ExpenditureReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('edition', models.PositiveIntegerField(default=1, help_text='Rises with every edit of the text: a version closed at another edition is void.')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('certified', 'Certified'), ('returned', 'Returned'), ('accepted', 'Accepted'), ('superseded', 'Superseded')], default='draft', editable=False, max_length=10)),
                ('reason', models.TextField(blank=True, default='', help_text='Why it takes the place of the one before.')),
                ('started_at', models.DateTimeField()),
                ('certified_at', models.DateTimeField(blank=True, null=True)),
                ('period', models.CharField(choices=[('q1', 'First quarter'), ('q2', 'Second quarter'), ('q3', 'Third quarter'), ('annual', 'Annual')], max_length=6)),
                ('as_of', models.DateField(help_text='September 30, December 31, March 31, or June 30.')),
                ('certified_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('measured_against', models.ForeignKey(help_text="The approved plan, as revised on the report's date. Later revisions change it not.", on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plans.planversion')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_set', to='plans.plan')),
                ('prepared_by', models.ForeignKey(blank=True, help_text='Who closed the version that is certified.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('started_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('supersedes', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='progress.expenditurereport')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'certified', 'returned', 'accepted', 'superseded'])), name='expenditurereport_status_is_known'), models.CheckConstraint(condition=models.Q(('certified_by', None), models.Q(('certified_by', models.F('prepared_by')), _negated=True), _connector='OR'), name='expenditurereport_preparer_does_not_certify'), models.CheckConstraint(condition=models.Q(('supersedes', None), models.Q(('reason', ''), _negated=True), _connector='OR'), name='expenditurereport_a_correction_says_why'), models.CheckConstraint(condition=models.Q(models.Q(('started_at__isnull', True), ('started_by__isnull', True)), models.Q(('started_at__isnull', False), ('started_by__isnull', False)), _connector='OR'), name='expenditurereport_started_at_and_by_go_together'), models.CheckConstraint(condition=models.Q(models.Q(('certified_at__isnull', True), ('certified_by__isnull', True)), models.Q(('certified_at__isnull', False), ('certified_by__isnull', False)), _connector='OR'), name='expenditurereport_certified_at_and_by_go_together'), models.CheckConstraint(condition=models.Q(('certified_at__gte', models.F('started_at')), ('started_at__isnull', True), ('certified_at__isnull', True), _connector='OR'), name='expenditurereport_certified_at_is_not_before_started_at'), models.UniqueConstraint(condition=models.Q(('status', 'superseded'), _negated=True), fields=('plan', 'period'), name='expenditurereport_one_stands_for_a_period'), models.CheckConstraint(condition=models.Q(('period__in', ['q1', 'q2', 'q3', 'annual'])), name='expenditurereport_period_is_known')],
                'triggers': [pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='400dc39a5c8d449256c5befd96be78649db915cf', operation='DELETE', pgid='pgtrigger_kept_20755', table='progress_expenditurereport', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='CodeSpending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lineage', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('as_typed', models.JSONField(blank=True, default=dict)),
                ('saved_at', models.DateTimeField(blank=True, null=True)),
                ('funding_source', models.CharField(choices=[('allocation', 'Current allocation'), ('carry_forward', 'Carry-forward')], max_length=13)),
                ('object_code', models.CharField(max_length=8)),
                ('budgeted', models.BigIntegerField(help_text='In the approved plan as revised.')),
                ('obligated', models.BigIntegerField(blank=True, null=True)),
                ('expended', models.BigIntegerField(blank=True, null=True)),
                ('over_reason', models.TextField(blank=True, help_text='Why it is more than 10% over (R52).')),
                ('split', models.CharField(choices=[('by_share', 'By each line’s share of the budget'), ('by_line', 'Line by line')], default='by_share', max_length=8)),
                ('saved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='codes', to='progress.expenditurereport')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('saved_at__isnull', True), ('saved_by__isnull', True)), models.Q(('saved_at__isnull', False), ('saved_by__isnull', False)), _connector='OR'), name='codespending_saved_at_and_by_go_together'), models.UniqueConstraint(fields=('report', 'funding_source', 'object_code'), name='codespending_one_for_each_code')],
            },
        ),
        migrations.CreateModel(
            name='ExpenditureVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('edition', models.PositiveIntegerField(help_text='That of the text when this was closed.')),
                ('schema', models.PositiveSmallIntegerField(help_text="Version of the document's own shape.")),
                ('document', models.JSONField()),
                ('sha256', models.CharField(help_text='Of the document as canonical JSON.', max_length=64)),
                ('closed_at', models.DateTimeField()),
                ('closed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='progress.expenditurereport')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='expenditureversion_sha256_is_a_hash'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('closed_by__isnull', True)), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='expenditureversion_closed_at_and_by_go_together'), models.UniqueConstraint(fields=('report', 'number'), name='expenditureversion_unique_number')],
                'triggers': [pgtrigger.compiler.Trigger(name='immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6ad14371c50265141a5a7171ffdb656c70090020', operation='UPDATE OR DELETE', pgid='pgtrigger_immutable_a629b', table='progress_expenditureversion', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='ExpenditureSignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='As it was when signed.', max_length=150)),
                ('intent', models.TextField(help_text='The sentence the signer agreed to.')),
                ('sha256', models.CharField(help_text='Hash of the exact text signed.', max_length=64)),
                ('signed_at', models.DateTimeField()),
                ('capacity', models.CharField(choices=[('certifier', 'Certifying officer')], max_length=14)),
                ('signed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='progress.expenditureversion')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('version', 'capacity'), name='expendituresignature_one_in_each_capacity'), models.UniqueConstraint(fields=('version', 'signed_by'), name='expendituresignature_two_different_people'), models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', True), ('signed_by__isnull', True)), models.Q(('signed_at__isnull', False), ('signed_by__isnull', False)), _connector='OR'), name='expendituresignature_signed_at_and_by_go_together')],
                'triggers': [pgtrigger.compiler.Trigger(name='immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='dcc0bd4c6902cffc8162529dc76eb796646e6bd5', operation='UPDATE OR DELETE', pgid='pgtrigger_immutable_9d64b', table='progress_expendituresignature', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='ExpenditureEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(blank=True, db_default='', editable=False, help_text='SHA-256 of what was said; empty where that was not kept.', max_length=64)),
                ('step', models.CharField(choices=[('certify', 'Certify'), ('accept', 'Accept'), ('return', 'Return'), ('supersede', 'Correct')], max_length=12)),
                ('source', models.CharField(choices=[('draft', 'Draft'), ('certified', 'Certified'), ('returned', 'Returned'), ('accepted', 'Accepted'), ('superseded', 'Superseded')], max_length=12)),
                ('target', models.CharField(choices=[('draft', 'Draft'), ('certified', 'Certified'), ('returned', 'Returned'), ('accepted', 'Accepted'), ('superseded', 'Superseded')], max_length=12)),
                ('reason', models.TextField(blank=True)),
                ('key', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), help_text='The same key twice is one act, answered twice.')),
                ('taken_at', models.DateTimeField()),
                ('taken_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='progress.expenditurereport')),
                ('version', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='progress.expenditureversion')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('report', 'key'), name='expenditureevent_key_is_used_once'), models.CheckConstraint(condition=models.Q(models.Q(('step__in', ['return', 'supersede']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='expenditureevent_says_why_where_it_must'), models.CheckConstraint(condition=models.Q(models.Q(('taken_at__isnull', True), ('taken_by__isnull', True)), models.Q(('taken_at__isnull', False), ('taken_by__isnull', False)), _connector='OR'), name='expenditureevent_taken_at_and_by_go_together'), models.CheckConstraint(condition=models.Q(('digest__regex', '^([0-9a-f]{64})?$')), name='expenditureevent_digest_is_a_hash')],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0b85f3bab29aac0ca225de251a6ecfbc5555f307', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_04b18', table='progress_expenditureevent', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='ExpenditureVoiding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('voided_at', models.DateTimeField()),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='voiding', to='progress.expenditureversion')),
                ('voided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('voided_at__isnull', True), ('voided_by__isnull', True)), models.Q(('voided_at__isnull', False), ('voided_by__isnull', False)), _connector='OR'), name='expenditurevoiding_voided_at_and_by_go_together')],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1b1d4bd779ef3798d6eebe6789981d78fb77cfa9', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4a621', table='progress_expenditurevoiding', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='LineSpending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lineage', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('as_typed', models.JSONField(blank=True, default=dict)),
                ('saved_at', models.DateTimeField(blank=True, null=True)),
                ('expended', models.BigIntegerField(blank=True, null=True)),
                ('code', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='progress.codespending')),
                ('saved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('saved_at__isnull', True), ('saved_by__isnull', True)), models.Q(('saved_at__isnull', False), ('saved_by__isnull', False)), _connector='OR'), name='linespending_saved_at_and_by_go_together'), models.UniqueConstraint(fields=('code', 'lineage'), name='linespending_one_for_each_line')],
            },
        ),
        migrations.CreateModel(
            name='ProgressReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('edition', models.PositiveIntegerField(default=1, help_text='Rises with every edit of the text: a version closed at another edition is void.')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('certified', 'Certified'), ('returned', 'Returned'), ('accepted', 'Accepted'), ('superseded', 'Superseded')], default='draft', editable=False, max_length=10)),
                ('reason', models.TextField(blank=True, default='', help_text='Why it takes the place of the one before.')),
                ('started_at', models.DateTimeField()),
                ('certified_at', models.DateTimeField(blank=True, null=True)),
                ('period', models.CharField(choices=[('mid_year', 'Mid-year'), ('end_of_year', 'End of year')], max_length=11)),
                ('certified_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('measured_against', models.ForeignKey(help_text="The approved plan, as revised on the report's date. Later revisions change it not.", on_delete=django.db.models.deletion.PROTECT, related_name='+', to='plans.planversion')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_set', to='plans.plan')),
                ('prepared_by', models.ForeignKey(blank=True, help_text='Who closed the version that is certified.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('started_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('supersedes', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='progress.progressreport')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'certified', 'returned', 'accepted', 'superseded'])), name='progressreport_status_is_known'), models.CheckConstraint(condition=models.Q(('certified_by', None), models.Q(('certified_by', models.F('prepared_by')), _negated=True), _connector='OR'), name='progressreport_preparer_does_not_certify'), models.CheckConstraint(condition=models.Q(('supersedes', None), models.Q(('reason', ''), _negated=True), _connector='OR'), name='progressreport_a_correction_says_why'), models.CheckConstraint(condition=models.Q(models.Q(('started_at__isnull', True), ('started_by__isnull', True)), models.Q(('started_at__isnull', False), ('started_by__isnull', False)), _connector='OR'), name='progressreport_started_at_and_by_go_together'), models.CheckConstraint(condition=models.Q(models.Q(('certified_at__isnull', True), ('certified_by__isnull', True)), models.Q(('certified_at__isnull', False), ('certified_by__isnull', False)), _connector='OR'), name='progressreport_certified_at_and_by_go_together'), models.CheckConstraint(condition=models.Q(('certified_at__gte', models.F('started_at')), ('started_at__isnull', True), ('certified_at__isnull', True), _connector='OR'), name='progressreport_certified_at_is_not_before_started_at'), models.UniqueConstraint(condition=models.Q(('status', 'superseded'), _negated=True), fields=('plan', 'period'), name='progressreport_one_stands_for_a_period'), models.CheckConstraint(condition=models.Q(('period__in', ['mid_year', 'end_of_year'])), name='progressreport_period_is_known')],
                'triggers': [pgtrigger.compiler.Trigger(name='kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='de915163b0f26f3e48779fda4adae5e505e7bb43', operation='DELETE', pgid='pgtrigger_kept_a69b9', table='progress_progressreport', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='MilestoneProgress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lineage', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('as_typed', models.JSONField(blank=True, default=dict)),
                ('saved_at', models.DateTimeField(blank=True, null=True)),
                ('done_on', models.DateField(blank=True, null=True)),
                ('moved_to', models.DateField(blank=True, null=True)),
                ('note', models.TextField(blank=True, help_text='Why it was moved, or how it was done.')),
                ('saved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)s_set', to='progress.progressreport')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('saved_at__isnull', True), ('saved_by__isnull', True)), models.Q(('saved_at__isnull', False), ('saved_by__isnull', False)), _connector='OR'), name='milestoneprogress_saved_at_and_by_go_together'), models.UniqueConstraint(fields=('report', 'lineage'), name='milestoneprogress_one_for_each_row_of_the_plan')],
            },
        ),
        migrations.CreateModel(
            name='ProgressVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('edition', models.PositiveIntegerField(help_text='That of the text when this was closed.')),
                ('schema', models.PositiveSmallIntegerField(help_text="Version of the document's own shape.")),
                ('document', models.JSONField()),
                ('sha256', models.CharField(help_text='Of the document as canonical JSON.', max_length=64)),
                ('closed_at', models.DateTimeField()),
                ('closed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='progress.progressreport')),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='progressversion_sha256_is_a_hash'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('closed_by__isnull', True)), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='progressversion_closed_at_and_by_go_together'), models.UniqueConstraint(fields=('report', 'number'), name='progressversion_unique_number')],
                'triggers': [pgtrigger.compiler.Trigger(name='immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='206f98e0917defdc66f74111047a47d6906d2665', operation='UPDATE OR DELETE', pgid='pgtrigger_immutable_e601c', table='progress_progressversion', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='ProgressSignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='As it was when signed.', max_length=150)),
                ('intent', models.TextField(help_text='The sentence the signer agreed to.')),
                ('sha256', models.CharField(help_text='Hash of the exact text signed.', max_length=64)),
                ('signed_at', models.DateTimeField()),
                ('capacity', models.CharField(choices=[('certifier', 'Certifying officer')], max_length=14)),
                ('signed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='progress.progressversion')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('version', 'capacity'), name='progresssignature_one_in_each_capacity'), models.UniqueConstraint(fields=('version', 'signed_by'), name='progresssignature_two_different_people'), models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', True), ('signed_by__isnull', True)), models.Q(('signed_at__isnull', False), ('signed_by__isnull', False)), _connector='OR'), name='progresssignature_signed_at_and_by_go_together')],
                'triggers': [pgtrigger.compiler.Trigger(name='immutable', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9ff818c70822b040653f829b910b8f65f7856487', operation='UPDATE OR DELETE', pgid='pgtrigger_immutable_bce46', table='progress_progresssignature', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='ProgressEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(blank=True, db_default='', editable=False, help_text='SHA-256 of what was said; empty where that was not kept.', max_length=64)),
                ('step', models.CharField(choices=[('certify', 'Certify'), ('accept', 'Accept'), ('return', 'Return'), ('supersede', 'Correct')], max_length=12)),
                ('source', models.CharField(choices=[('draft', 'Draft'), ('certified', 'Certified'), ('returned', 'Returned'), ('accepted', 'Accepted'), ('superseded', 'Superseded')], max_length=12)),
                ('target', models.CharField(choices=[('draft', 'Draft'), ('certified', 'Certified'), ('returned', 'Returned'), ('accepted', 'Accepted'), ('superseded', 'Superseded')], max_length=12)),
                ('reason', models.TextField(blank=True)),
                ('key', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), help_text='The same key twice is one act, answered twice.')),
                ('taken_at', models.DateTimeField()),
                ('taken_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='progress.progressreport')),
                ('version', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='progress.progressversion')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('report', 'key'), name='progressevent_key_is_used_once'), models.CheckConstraint(condition=models.Q(models.Q(('step__in', ['return', 'supersede']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='progressevent_says_why_where_it_must'), models.CheckConstraint(condition=models.Q(models.Q(('taken_at__isnull', True), ('taken_by__isnull', True)), models.Q(('taken_at__isnull', False), ('taken_by__isnull', False)), _connector='OR'), name='progressevent_taken_at_and_by_go_together'), models.CheckConstraint(condition=models.Q(('digest__regex', '^([0-9a-f]{64})?$')), name='progressevent_digest_is_a_hash')],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2c3d4f621e2a6b3ada3e09a4586748288729a904', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_bff75', table='progress_progressevent', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='ProgressVoiding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('voided_at', models.DateTimeField()),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='voiding', to='progress.progressversion')),
                ('voided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('voided_at__isnull', True), ('voided_by__isnull', True)), models.Q(('voided_at__isnull', False), ('voided_by__isnull', False)), _connector='OR'), name='progressvoiding_voided_at_and_by_go_together')],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='72a03d7f30ab3db4cd57d0eab4d4e3b8697f4bf2', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7281f', table='progress_progressvoiding', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='StrategyProgress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lineage', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('as_typed', models.JSONField(blank=True, default=dict)),
                ('saved_at', models.DateTimeField(blank=True, null=True)),
                ('status', models.CharField(blank=True, choices=[('not_started', 'Not started'), ('on_track', 'On track'), ('at_risk', 'At risk'), ('off_track', 'Off track'), ('complete', 'Complete'), ('discontinued', 'Discontinued')], max_length=12)),
                ('sentence', models.TextField(blank=True, help_text='How it goes, or why it was discontinued.')),
                ('evidence', models.TextField(blank=True, help_text='What shows it.')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)s_set', to='progress.progressreport')),
                ('saved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('saved_at__isnull', True), ('saved_by__isnull', True)), models.Q(('saved_at__isnull', False), ('saved_by__isnull', False)), _connector='OR'), name='strategyprogress_saved_at_and_by_go_together'), models.UniqueConstraint(fields=('report', 'lineage'), name='strategyprogress_one_for_each_row_of_the_plan')],
            },
        ),
        migrations.CreateModel(
            name='TargetResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lineage', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('as_typed', models.JSONField(blank=True, default=dict)),
                ('saved_at', models.DateTimeField(blank=True, null=True)),
                ('actual', models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True)),
                ('measured_in', models.CharField(blank=True, help_text='The school year of the figure: 2026-27.', max_length=20)),
                ('source', models.TextField(blank=True)),
                ('available_on', models.DateField(blank=True, help_text='When a figure that is not there yet will be.', null=True)),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)s_set', to='progress.progressreport')),
                ('saved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('saved_at__isnull', True), ('saved_by__isnull', True)), models.Q(('saved_at__isnull', False), ('saved_by__isnull', False)), _connector='OR'), name='targetresult_saved_at_and_by_go_together'), models.UniqueConstraint(fields=('report', 'lineage'), name='targetresult_one_for_each_row_of_the_plan')],
            },
        ),
    ]
