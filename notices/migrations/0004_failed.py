from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_no_secret_kept")]

    operations = [
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("status", "failed")),
                fields=["closed_at"],
                name="notice_failed",
            ),
        ),
    ]
