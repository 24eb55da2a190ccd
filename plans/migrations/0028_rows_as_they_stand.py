"""Every row of before has its first event: what the next save of it is told against."""

from django.db import migrations

MODELS = [
    "AssuranceStatement",
    "Attachment",
    "BoardApproval",
    "BudgetLine",
    "BudgetNarrative",
    "Collaboration",
    "Cover",
    "LookBack",
    "Milestone",
    "NeedsAssessment",
    "Objective",
    "PerformanceTarget",
    "StakeholderEngagement",
    "Strategy",
    "Sustainability",
]


def copy_rows(apps, schema_editor):
    for name in MODELS:
        row, event = apps.get_model("plans", name)._meta, apps.get_model("plans", f"{name}Event")._meta
        kept = {field.column for field in event.local_concrete_fields}
        names = [field.column for field in row.local_concrete_fields if field.column in kept]
        columns, theirs = (", ".join(f'{of}"{name}"' for name in names) for of in ("", "r."))
        schema_editor.execute(
            f'INSERT INTO "{event.db_table}" (pgh_created_at, pgh_label, pgh_obj_id, {columns})'
            f" SELECT COALESCE(r.saved_at, p.started_at), 'insert', r.\"{row.pk.column}\", {theirs}"
            f' FROM "{row.db_table}" AS r JOIN plans_plan AS p ON p.id = r.plan_id'
            f' WHERE NOT EXISTS (SELECT FROM "{event.db_table}" AS e'
            f' WHERE e.plan_id = r.plan_id AND e.pgh_obj_id = r."{row.pk.column}")'
        )


class Migration(migrations.Migration):
    dependencies = [("plans", "0027_history_of_rows")]
    operations = [migrations.RunPython(copy_rows, migrations.RunPython.noop, elidable=True)]
