"""The fourteen categories of § 10-262u(d), as read in the edition through 2024 (ADR 59).

What was focus area 11, the Commissioner's own, is 14 in the statute: rows of drafts follow. What a
version stores is not touched, and forms of FY2027 keep the names they had.
"""

from django.db import migrations

LAST_YEAR_OF_THE_TEN = 2027
OTHER_WAS, OTHER_IS = 11, 14
NAMED_ANEW = {
    2: "Foundational reading, grades K–3",
    3: "Additional learning time (extended day or year)",
    6: "Early childhood and Head Start",
    7: "Community, wraparound and community schools",
    9: "Minority teachers and administrators",
    10: "Bilingual education, multilingual learners",
}
ALSO_IN_STATUTE = {
    11: "District responsibilities agreement",
    12: "Leadership succession plans",
    13: "FAFSA completion policy",
    14: "Other, determined by the Commissioner",
}
TEXTS = {
    1: "A tiered system of interventions for the schools of the district, based on their needs.",
    2: "Ways to strengthen the foundational programs in reading, through the intensive reading instruction program of § 10-14u, so that reading is mastered in kindergarten to grade 3: standards and instruction, proper use of data, intervention strategies, current information for teachers, parental engagement, and professional development.",
    3: "Additional learning time, including an extended school day or school year, by school personnel or external partners.",
    4: "A talent strategy: recruitment and assignment of teachers and school leaders, career ladders that draw upon the guidelines for teacher evaluation, and ways to attract, retain, promote and bolster the performance of staff. The Department’s program page names $500 stipends for mentor teachers in the TEAM program among what is allowed.",
    5: "Training for school leaders and other staff on new teacher evaluation models.",
    6: "Cooperation and coordination with early childhood education providers, so that it fits what the district expects of students who enter kindergarten, including funding for an existing local Head Start program.",
    7: "Cooperation and coordination with other governmental and community programs, so that students receive adequate support and wraparound services, including community school models.",
    8: "Implementing and furthering the statewide education standards of the State Board of Education, and the activities and initiatives that go with them.",
    9: "Strategies for attracting and recruiting minority teachers and administrators.",
    10: "Enhancement of bilingual education programs (§ 10-17f), or other language acquisition services to multilingual learners.",
    11: "Entering into the model school district responsibilities agreement of § 10-223l.",
    12: "Leadership succession plans: training and learning opportunities for administrators, so that school and district personnel move in and out of leadership positions without a break and improvement plans go on.",
    13: "Implementing the policy of § 10-223m, so that more students of grade 12 and of adult education, and their parents and guardians, complete the Free Application for Federal Student Aid.",
    14: "An additional category or goal, as the Commissioner determines. A cycle that offers it says what it is.",
}


def load(apps, schema_editor):
    area = apps.get_model("plans", "FocusArea").objects
    area.bulk_create(
        apps.get_model("plans", "FocusArea")(
            number=number, short_name=name, is_on_programme_page=False, first_fiscal_year=first
        )
        for number, name, first in [
            (12, ALSO_IN_STATUTE[12], LAST_YEAR_OF_THE_TEN + 1),
            (13, ALSO_IN_STATUTE[13], LAST_YEAR_OF_THE_TEN + 1),
            (OTHER_IS, ALSO_IN_STATUTE[OTHER_IS], 2013),
        ]
    )
    _follow_the_other(apps, name=area.get(number=OTHER_WAS).short_name)
    area.filter(number=OTHER_WAS).update(
        short_name=ALSO_IN_STATUTE[OTHER_WAS],
        is_on_programme_page=False,
        first_fiscal_year=LAST_YEAR_OF_THE_TEN + 1,
    )
    for number, name in NAMED_ANEW.items():
        renamed = area.get(number=number)
        apps.get_model("plans", "FormerName").objects.create(
            area=renamed, short_name=renamed.short_name, last_fiscal_year=LAST_YEAR_OF_THE_TEN
        )
        area.filter(number=number).update(short_name=name)
    for number, text in TEXTS.items():
        area.filter(number=number).update(
            text=text, citation=f"Conn. Gen. Stat. § 10-262u(d)({number})", certainty="law"
        )
    # Read meanwhile: (c)(2) what the money is for, and (g) the report and what follows from it.
    apps.get_model("plans", "Assurance").objects.filter(certainty="law?").update(certainty="law")


def _follow_the_other(apps, *, name):
    """Drafts and cycles that had the Commissioner's own area have it under its number of now."""
    apps.get_model("plans", "Cycle").objects.filter(allows_other_focus_area=True).update(
        other_focus_area_name=name
    )
    apps.get_model("plans", "BudgetLine").objects.filter(focus_area_id=OTHER_WAS).update(
        focus_area_id=OTHER_IS
    )
    strategies = apps.get_model("plans", "Strategy").objects
    for strategy in strategies.filter(focus_area_numbers__contains=[OTHER_WAS]):
        numbers = [OTHER_IS if n == OTHER_WAS else n for n in strategy.focus_area_numbers]
        strategies.filter(pk=strategy.pk).update(focus_area_numbers=numbers)


def take_back(apps, schema_editor):
    """The ten under the names they had, and the Commissioner's own under its number of then."""
    models = {name: apps.get_model("plans", name) for name in ("FocusArea", "FormerName", "Cycle")}
    area = models["FocusArea"].objects
    named = models["Cycle"].objects.exclude(other_focus_area_name="").first()
    area.filter(number=OTHER_WAS).update(
        short_name=named.other_focus_area_name if named else "Other, approved",
        is_on_programme_page=True,
    )
    for former in models["FormerName"].objects.filter(last_fiscal_year=LAST_YEAR_OF_THE_TEN):
        area.filter(pk=former.area_id).update(short_name=former.short_name)
        former.delete()
    apps.get_model("plans", "BudgetLine").objects.filter(focus_area_id=OTHER_IS).update(
        focus_area_id=OTHER_WAS
    )
    strategies = apps.get_model("plans", "Strategy").objects
    for strategy in strategies.filter(focus_area_numbers__contains=[OTHER_IS]):
        numbers = [OTHER_WAS if n == OTHER_IS else n for n in strategy.focus_area_numbers]
        strategies.filter(pk=strategy.pk).update(focus_area_numbers=numbers)
    area.filter(number__gt=OTHER_WAS).delete()


class Migration(migrations.Migration):
    dependencies = [("plans", "0014_focus_areas_dated")]
    operations = [migrations.RunPython(load, take_back)]
