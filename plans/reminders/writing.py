"""The letter of one reminder: its key, its subject and its body."""

from datetime import date
from email.utils import parseaddr

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import lazy

from districts.models import User
from notices.models import REMINDER
from notices.reminders import Reminder
from plans.reminders.occurrences import Occurrence
from plans.reminders.owed import Owed


def reminder_of(owed: Owed, person: User, occurrence: Occurrence, day: date) -> Reminder:
    """`day` is the day the letter speaks of: one that leaves late says how late it is by now."""
    due_on = owed.cycle.plan_due_on
    series = f"{owed.about}/user-{person.pk}"
    return Reminder(
        key=f"{REMINDER}/{owed.about}/{occurrence.rule}/{due_on}/user-{person.pk}",
        series=series,
        about=owed.about,
        to_id=person.pk,
        address=person.email,
        rule=occurrence.rule,
        why=owed.why(occurrence),
        concerns=owed.district.name,
        due_on=due_on,
        leaves_at=occurrence.leaves_at,
        subject=_subject(owed, person, day),
        body=_body(owed, person, day),
    )


def text_of(owed: Owed, person: User, day: date) -> tuple[str, str]:
    """Subject and body: the template's first line is the subject."""
    days = (owed.cycle.plan_due_on - day).days
    path = reverse("home")
    if owed.plan is not None:
        path = reverse("plans:overview", args=[owed.district.slug, owed.cycle.fiscal_year])
    text = render_to_string(
        "emails/plan_reminder.txt",
        {
            "person": person,
            "district": owed.district,
            "cycle": owed.cycle,
            "year_before": owed.cycle.fiscal_year - 1,
            "plan": owed.plan,
            "thing": owed.thing,
            "days": days,
            "late": -days,
            "link": settings.SITE_URL + path,
            "office": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        },
    )
    subject, _, body = text.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


# Written only when used: of all that is ever due, few letters leave.
_subject = lazy(lambda *about: text_of(*about)[0], str)
_body = lazy(lambda *about: text_of(*about)[1], str)
