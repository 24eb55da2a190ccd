"""The last assurance, from FY2028: true also of a board whose vote is planned and to come (R14).

Plans of FY2027 keep the words they were signed with.
"""

from django.db import migrations

SINCE = 2028
WAS = "The local board of education authorized this submission."
IS = (
    "The local board of education authorized this submission, or votes on it on the day planned,"
    " before the plan is approved."
)


def say(was, now):
    def change(apps, schema_editor):
        stated = apps.get_model("plans", "Assurance").objects
        stated.filter(cycle__gte=SINCE, text=was).update(text=now)

    return change


class Migration(migrations.Migration):
    dependencies = [("plans", "0019_a_return_undone")]
    operations = [migrations.RunPython(say(WAS, IS), say(IS, WAS))]
