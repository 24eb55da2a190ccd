from django.db import migrations, models


def refuse_lookalikes(apps, schema_editor):
    """Whoever has such an address is to be given a plain one first, by an administrator."""
    people = apps.get_model("districts", "User").objects.exclude(
        models.Q(email__regex=r"^[!-~]+$") & ~models.Q(email__iregex=r"[@.]xn--")
    )
    if found := ", ".join(f"{person.name} (number {person.pk})" for person in people):
        raise ValueError(
            f"These people have an address with letters that only look like plain ones: {found}. "
            "Correct their addresses at /people/ with the release before this one, then migrate."
        )


class Migration(migrations.Migration):
    dependencies = [("districts", "0001_initial")]

    operations = [
        migrations.RunPython(refuse_lookalikes, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("email__regex", "^[!-~]+$")),
                name="user_email_is_in_plain_letters",
            ),
        ),
    ]
