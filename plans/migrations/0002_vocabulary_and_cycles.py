"""The ten focus areas, four domains, twelve indicators, ED114 object codes, and two cycles.

Each row carries its citation and how sure we are of it. Sources: the Alliance District programme
page of the Department (focus areas), the Next Generation Accountability System (indicators), the
ED114 budget form (object codes: from practice, so admins can change them).
"""

from datetime import date

from django.db import migrations

D = "Conn. Gen. Stat. § 10-262u(d)"
FOCUS_AREAS = [
    (1, "Tiered interventions", "A tiered system of interventions for the schools of the district, based on their needs."),
    (2, "Reading, grades K–3", "Ways to strengthen foundational reading programs in kindergarten to grade 3: rigorous literacy instruction, screening, and support of early readers."),
    (3, "Additional learning time", "Additional learning time, with an extended school day or school year."),
    (4, "Talent and TEAM mentors", "A talent strategy to attract, retain, promote and bolster the performance of staff, which may include $500 stipends for mentor teachers in the TEAM program."),
    (5, "Evaluation training", "Training for school leaders and other staff on new teacher evaluation models."),
    (6, "Early childhood, Head Start", "Coordination with early childhood education providers, including funding for Head Start."),
    (7, "Community and wraparound", "Coordination with governmental and community programs to give student support and wraparound services."),
    (8, "Statewide standards", "Implementing and furthering statewide education standards."),
    (9, "Minority recruiting", "Recruiting minority teachers and administrators."),
    (10, "Bilingual education", "Enhancement of bilingual education programs."),
]
DOMAINS = [
    ("talent", "Talent"),
    ("academics", "Academics"),
    ("culture-and-climate", "Culture and Climate"),
    ("operations", "Operations"),
]
INDICATORS = [
    (1, "Academic achievement", "rises", False),
    (2, "Academic growth", "rises", False),
    (3, "Assessment participation", "rises", False),
    (4, "Chronic absenteeism", "falls", False),
    (5, "Postsecondary preparation: coursework", "rises", True),
    (6, "Postsecondary readiness: exams", "rises", True),
    (7, "On track in grade 9", "rises", True),
    (8, "Four-year graduation", "rises", True),
    (9, "Six-year graduation, high needs", "rises", True),
    (10, "Postsecondary entrance", "rises", True),
    (11, "Physical fitness", "rises", False),
    (12, "Arts access", "rises", True),
]
OBJECT_CODES = {
    ("100", "Salaries"): [
        ("111A", "Administrators and supervisors"),
        ("111B", "Teachers"),
        ("112A", "Education aides"),
        ("112B", "Clerical"),
        ("119", "Other salaries"),
    ],
    ("200", "Employee benefits"): [],
    ("300", "Purchased professional and technical services"): [
        ("321", "Tutors"),
        ("322", "In-service, instructional program improvement"),
        ("323", "Pupil services"),
        ("324", "Field trips"),
        ("325", "Parental activities"),
        ("330", "Training and development"),
        ("331", "Audit"),
    ],
    ("400", "Purchased property services"): [],
    ("500", "Other purchased services"): [
        ("510", "Student transportation"),
        ("530", "Communications"),
        ("560", "Tuition"),
        ("580", "Travel"),
        ("590", "Other purchased services"),
    ],
    ("600", "Supplies"): [
        ("611", "Instructional supplies"),
        ("612", "Administrative supplies"),
        ("641", "Textbooks"),
        ("642", "Library books"),
        ("650", "Technology supplies"),
        ("690", "Other supplies"),
    ],
    ("700", "Property"): [
        ("730", "Equipment"),
        ("734", "Technology hardware"),
        ("735", "Technology software"),
    ],
    ("890", "Other objects"): [],
    ("940", "Indirect costs"): [],
}
ASSURANCES = [
    ("The funds are spent only on the purposes of the approved plan.", "§ 10-262u(c)", "law?"),
    ("The funds supplement, and do not supplant, local funds.", "§ 10-262u(c)", "law?"),
    ("Records are kept and are open to audit.", "Department practice", "practice"),
    ("No person is discriminated against in any activity of the plan.", "Department practice", "practice"),
    ("Progress and expenditure reports are handed in on time.", "§ 10-262u(g)", "law?"),
    ("The educator evaluation plan of the district is approved by the Department.", "Department practice", "practice"),
    ("Funds that are unspent or misspent may have to be repaid, or be offset against a later year.", "§ 10-262u(g)", "law?"),
    ("Nothing handed in contains information by which a student can be identified.", "FERPA, 20 U.S.C. § 1232g", "practice"),
    ("The local board of education authorized this submission.", "Department practice", "practice"),
]
REMINDERS = [-60, -30, -14, -7, -3, -1, 0, 1, 3, 7]  # days from the due date; the last repeats weekly


def load(apps, schema_editor):
    model = lambda name: apps.get_model("plans", name)  # noqa: E731
    model("FocusArea").objects.bulk_create(
        model("FocusArea")(number=n, short_name=short, text=text, citation=D, certainty="page")
        for n, short, text in [
            *FOCUS_AREAS,
            (11, "Other, approved", "Another area, approved by the Commissioner: the ten are not a closed list."),
        ]
    )
    model("Domain").objects.bulk_create(
        model("Domain")(
            code=code, name=name, position=position,
            citation="The Department's framework", certainty="practice",
        )
        for position, (code, name) in enumerate(DOMAINS, start=1)
    )
    model("Indicator").objects.bulk_create(
        model("Indicator")(
            number=number, name=name, direction=direction, is_high_school=high_school,
            citation="Next Generation Accountability System", certainty="practice",
        )
        for number, name, direction, high_school in [*INDICATORS, (99, "Local measure", "rises", False)]
    )
    for (code, name), children in OBJECT_CODES.items():
        common = {"citation": "ED114 budget form", "certainty": "practice", "is_indirect_cost": code == "940"}
        parent = model("ObjectCode").objects.create(code=code, name=name, **common)
        model("ObjectCode").objects.bulk_create(
            model("ObjectCode")(code=child, name=child_name, parent=parent, **common)
            for child, child_name in children
        )
    for year in (2027, 2028):
        cycle = model("Cycle").objects.create(**default_calendar(year))
        model("Assurance").objects.bulk_create(
            model("Assurance")(cycle=cycle, number=n, text=text, citation=citation, certainty=certainty)
            for n, (text, citation, certainty) in enumerate(ASSURANCES, start=1)
        )
        model("ReminderRule").objects.bulk_create(
            model("ReminderRule")(cycle=cycle, days=days, repeats_weekly=days == REMINDERS[-1])
            for days in REMINDERS
        )


def default_calendar(year):
    """Every date of a cycle. Practice and our own choices, except where a sister grant's date is borrowed."""
    before = year - 1
    return {
        "fiscal_year": year,
        "guidance_on": date(before, 3, 15),
        "opens_on": date(before, 4, 1),
        "plan_due_on": date(before, 6, 30),
        "reviews_complete_on": date(before, 7, 31),
        "decisions_on": date(before, 9, 15),
        "mid_year_report_on": date(year, 2, 28),
        "last_revision_on": date(year, 4, 30),
        "end_of_year_report_on": date(year, 8, 15),
        "expenditure_report_on": date(year, 8, 31),
    }


class Migration(migrations.Migration):
    dependencies = [("plans", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
