"""The letter of one reminder: its key, its subject and its body."""

from datetime import date, datetime
from email.utils import parseaddr

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.functional import lazy

from districts.models import User
from districts.words import day as day_in_words
from notices.models import REMINDER
from notices.pages import Page, link_to
from notices.reminders import Reminder
from plans.models import CycleChange
from plans.reminders.occurrences import Occurrence
from plans.reminders.owed import PLAN, Owed

MOVED = "moved-"  # how the rule of a correction begins


def reminder_of(
    owed: Owed, person: User, occurrence: Occurrence, day: date, leaves_at: datetime
) -> Reminder:
    """`day` is the day the letter speaks of: one that leaves late says how late it is by now."""
    due_on = owed.due_on
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
        what_is_due=PLAN,
        page=_page(owed),
        leaves_at=leaves_at,
        subject=_subject(owed, person, day),
        body=_body(owed, person, day),
    )


def correction_of(
    owed: Owed, person: User, said: date, move: CycleChange, leaves_at: datetime, day: date
) -> Reminder:
    """To someone whose last letter `said` another due date; it stands for the rules' letters too.

    Its key names the move, so that a date moved away and back corrects twice.
    """
    due_on = owed.due_on
    return Reminder(
        key=f"{REMINDER}/{owed.about}/{MOVED}{move.pk}/{due_on}/user-{person.pk}",
        series=f"{owed.about}/user-{person.pk}",
        about=owed.about,
        to_id=person.pk,
        address=person.email,
        rule=f"{MOVED}{move.pk}",
        why=f"An earlier letter said {day_in_words(said)}: it is due on {day_in_words(due_on)} now",
        concerns=owed.district.name,
        due_on=due_on,
        what_is_due=PLAN,
        page=_page(owed),
        leaves_at=leaves_at,
        subject=_subject(owed, person, day, said),
        body=_body(owed, person, day, said),
    )


def text_of(owed: Owed, person: User, day: date, said: date | None = None) -> tuple[str, str]:
    """Subject and body: the template's first line is the subject. `said`: an earlier letter did."""
    days = (owed.due_on - day).days
    text = render_to_string(
        "emails/due_date_moved.txt" if said else "emails/plan_reminder.txt",
        {
            "person": person,
            "district": owed.district,
            "cycle": owed.cycle,
            "year_before": owed.cycle.fiscal_year - 1,
            "plan": owed.plan,
            "thing": owed.thing,
            "due_on": owed.due_on,
            "said": said,
            "days": days,
            "late": -days,
            "link": link_to(_page(owed)),
            "office": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        },
    )
    subject, _, body = text.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


def _page(owed: Owed) -> Page:
    """Its plan; nobody has one who has not started it."""
    if owed.plan is None:
        return Page("home")
    return Page("plan", (owed.district.slug, owed.cycle.fiscal_year))


# Written only when used: of all that is ever due, few letters leave.
_subject = lazy(lambda *about: text_of(*about)[0], str)
_body = lazy(lambda *about: text_of(*about)[1], str)
