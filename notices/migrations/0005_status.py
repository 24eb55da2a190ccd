from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0004_failed")]

    operations = [
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["status"], name="notice_status"),
        ),
    ]
