from django.db import migrations, models


def forget_secrets(apps, schema_editor):
    notices = apps.get_model("notices", "Notice").objects
    notices.filter(kind="set_password").exclude(status="waiting").update(body="")


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_deliveries")]

    operations = [
        migrations.RunPython(forget_secrets, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["set_password"]), _negated=True),
                    ("status", "waiting"),
                    ("body", ""),
                    _connector="OR",
                ),
                name="notice_secret_is_kept_only_while_it_waits",
            ),
        ),
    ]
