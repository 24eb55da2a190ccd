"""One save can send many letters: how many is said first, they are held, and can be taken back."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from districts.calendar import EASTERN
from districts.roles import Role
from districts.tests.factories import DesignationFactory, DistrictFactory, person
from notices.models import REMINDER, Notice
from notices.services import deliver_due, post_reminders
from plans import services
from plans.forms.cycles import DATES
from plans.models import Cycle, CycleChange
from plans.reminders import due
from plans.reminders.owed import _told
from plans.tests.factories import PlanFactory, closed_version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reminders_begun")]

YEAR = "/cycles/2028/"
RIGHT, WRONG = date(2027, 6, 30), date(2027, 6, 4)
MAY = datetime(2027, 5, 20, 10, 0, tzinfo=EASTERN)  # the reminder of 30 days before is to come
NEXT_NINE = datetime(2027, 5, 21, 9, 0, tzinfo=EASTERN)
HELD = timedelta(minutes=10)
FIRST = "Ansonia: the FY2028 amendment is due in 50 days"  # of 60 days before, sent ten days late
CORRECTED = "Ansonia: the FY2028 amendment is due {}, not {}"
TO_WRONG = CORRECTED.format("June 4, 2027", "June 30, 2027")
TO_RIGHT = CORRECTED.format("June 30, 2027", "June 4, 2027")


@pytest.fixture
def ansonia():
    """It owes its FY2028 amendment; its superintendent had a letter with the right date."""
    district = DistrictFactory(name="Ansonia", designated=True)
    DesignationFactory(district=district, first_fiscal_year=2028, last_fiscal_year=2032)
    person(Role.SUPERINTENDENT, district, email="sam@ansonia.example.org")
    sweep(MAY - timedelta(days=9))
    sweep(MAY - timedelta(minutes=1))
    return district


def sweep(at):
    """What beat starts every minute."""
    post_reminders(at=at)
    deliver_due(at=at)


def move(to, by, at, **values):
    cycle = Cycle.objects.get(pk=2028)
    edit = {"plan_due_on": to, **values}
    return services.edit_cycle(fiscal_year=2028, version=cycle.version, values=edit, by=by, at=at)


def last_change() -> CycleChange:
    return CycleChange.objects.latest("pk")


def subjects(mailoutbox) -> list[str]:
    return [letter.subject for letter in mailoutbox]


def test_letters_of_an_edit_are_counted_without_sending_or_keeping_anything(ansonia, admin):
    cycle = Cycle.objects.get(pk=2028)
    kept = Notice.objects.count()

    letters = services.letters_of_edit(
        fiscal_year=2028, version=cycle.version, values={"plan_due_on": WRONG}, by=admin, at=MAY
    )

    assert [(one.address, str(one.subject), one.leaves_at) for one in letters] == [
        ("sam@ansonia.example.org", TO_WRONG, MAY + HELD)
    ]
    assert (Notice.objects.count(), CycleChange.objects.count()) == (kept, 0)
    assert Cycle.objects.get(pk=2028) == cycle
    assert Cycle.objects.get(pk=2028).plan_due_on == RIGHT


def test_a_letter_that_leaves_anyway_is_not_counted_as_the_edits(ansonia, admin):
    person(Role.PLAN_COORDINATOR, ansonia, email="new@ansonia.example.org")
    cycle = Cycle.objects.get(pk=2028)
    edit = {"fiscal_year": 2028, "version": cycle.version, "by": admin, "at": MAY}

    sooner = services.letters_of_edit(values={"opens_on": date(2027, 3, 1)}, **edit)
    moved = services.letters_of_edit(values={"plan_due_on": WRONG}, **edit)

    assert (len(sooner), [letter.address for letter in moved]) == (0, ["sam@ansonia.example.org"])


def test_date_moved_and_taken_back_while_held_sends_no_letter(ansonia, admin, mailoutbox):
    before = subjects(mailoutbox)
    move(WRONG, admin, MAY)
    sweep(MAY + timedelta(minutes=1))
    sweep(MAY + timedelta(minutes=9))

    services.take_back(change_id=last_change().pk, by=admin, at=MAY + timedelta(minutes=9))
    for minutes in (10, 11, 60):
        sweep(MAY + timedelta(minutes=minutes))

    assert subjects(mailoutbox) == before
    assert Cycle.objects.get(pk=2028).plan_due_on == RIGHT
    assert list(CycleChange.objects.order_by("pk").values_list("values", "letters")) == [
        ({"plan_due_on": ["2027-06-30", "2027-06-04"]}, 1),
        ({"plan_due_on": ["2027-06-04", "2027-06-30"]}, 0),
    ]


def test_after_the_hold_one_letter_leaves_not_two_and_moving_back_corrects_it(
    ansonia, admin, mailoutbox
):
    mailoutbox.clear()
    move(WRONG, admin, MAY)
    for minutes in (1, 10, 11, 60):
        sweep(MAY + timedelta(minutes=minutes))
    assert subjects(mailoutbox) == [TO_WRONG]

    move(RIGHT, admin, MAY + timedelta(hours=2))
    for minutes in (1, 10, 11, 60):
        sweep(MAY + timedelta(hours=2, minutes=minutes))

    assert subjects(mailoutbox) == [TO_WRONG, TO_RIGHT]
    assert "Please go by this date instead: Wednesday, June 30, 2027" in mailoutbox[-1].body


def test_a_reminder_that_comes_due_during_the_hold_waits_and_the_correction_takes_its_place(
    ansonia, admin, mailoutbox
):
    mailoutbox.clear()
    eve = datetime(2027, 5, 31, 8, 55, tzinfo=EASTERN)  # 5 minutes before that of 30 days
    move(date(2027, 7, 1), admin, eve)  # that reminder leaves on June 1 then
    move(date(2027, 6, 30), admin, eve + timedelta(minutes=1))

    sweep(eve + timedelta(minutes=6))
    assert subjects(mailoutbox) == []
    sweep(eve + timedelta(minutes=11))

    assert subjects(mailoutbox) == ["Ansonia: the FY2028 amendment is due in 30 days"]


def test_whoever_was_told_by_any_letter_hears_of_the_new_date(ansonia, admin, mailoutbox):
    """The board chair has no reminders, and was told the date when asked to sign."""
    plan = PlanFactory(district=ansonia, cycle=Cycle.objects.get(pk=2028))
    chair = person(Role.BOARD_CHAIR, ansonia, email="chair@ansonia.example.org")
    version = closed_version(plan)
    services.letters.post_signature_waiting(plan, version=version, at=MAY - HELD)
    deliver_due(at=MAY - HELD)
    mailoutbox.clear()

    move(WRONG, admin, MAY)
    sweep(MAY + HELD)

    assert {(letter.to[0], letter.subject) for letter in mailoutbox} == {
        (chair.email, TO_WRONG),
        ("sam@ansonia.example.org", TO_WRONG),
    }


def test_whoever_was_told_no_date_gets_no_correction_but_a_reminder_at_the_next_hour(
    ansonia, admin, mailoutbox
):
    person(Role.PLAN_COORDINATOR, ansonia, email="new@ansonia.example.org")
    mailoutbox.clear()
    to = date(2027, 6, 6)
    said = [
        ("sam@ansonia.example.org", CORRECTED.format("June 6, 2027", "June 30, 2027")),
        ("new@ansonia.example.org", "Ansonia: the FY2028 amendment is due in 16 days"),
    ]
    version = Cycle.objects.get(pk=2028).version
    edit = {"fiscal_year": 2028, "version": version, "values": {"plan_due_on": to}, "by": admin}
    before = services.letters_of_edit(**edit, at=MAY)
    assert [(one.address, str(one.subject), one.leaves_at) for one in before] == [
        (*said[0], MAY + HELD),
        (*said[1], NEXT_NINE),
    ]

    move(to, admin, MAY)
    for minutes in (10, 11, 600):
        sweep(MAY + timedelta(minutes=minutes))
    assert [(letter.to[0], letter.subject) for letter in mailoutbox] == said[:1]
    sweep(NEXT_NINE)

    assert [(letter.to[0], letter.subject) for letter in mailoutbox] == said
    late = Notice.objects.filter(to__email="new@ansonia.example.org", status="sent").get()
    assert late.leaves_at == NEXT_NINE


def test_opening_a_cycle_by_another_date_is_held_too(ansonia, admin):
    """Kind: any edit of a cycle on account of which letters leave."""
    Cycle.objects.filter(pk=2028).update(opens_on=date(2027, 6, 1))

    services.edit_cycle(
        fiscal_year=2028, version=1, values={"opens_on": date(2027, 4, 1)}, by=admin, at=MAY
    )

    assert last_change().held_until == MAY + HELD
    assert list(due(MAY)) == []


def test_taking_back_is_refused_once_letters_left_or_after_another_change(ansonia, admin):
    move(WRONG, admin, MAY)
    first = last_change()

    with pytest.raises(services.NotTakenBack, match="no longer held"):
        services.take_back(change_id=first.pk, by=admin, at=MAY + HELD)
    with pytest.raises(PermissionDenied):
        services.take_back(change_id=first.pk, by=person(Role.PROGRAM_MANAGER), at=MAY)
    move(date(2027, 6, 7), admin, MAY + timedelta(minutes=1))
    with pytest.raises(services.NotTakenBack, match="changed again since"):
        services.take_back(change_id=first.pk, by=admin, at=MAY + timedelta(minutes=2))


def test_taking_back_restores_every_date_of_the_edit_and_twice_is_once(ansonia, admin):
    dates = {name: getattr(Cycle.objects.get(pk=2028), name) for name in DATES}
    move(WRONG, admin, MAY, reviews_complete_on=date(2027, 6, 10), guidelines="Write plainly.")
    change = last_change()

    for _ in range(2):
        services.take_back(change_id=change.pk, by=admin, at=MAY + timedelta(minutes=1))

    cycle = Cycle.objects.get(pk=2028)
    assert {name: getattr(cycle, name) for name in DATES} == dates
    assert (cycle.guidelines, CycleChange.objects.count()) == ("", 2)


# The pages --------------------------------------------------------------------------------------


def typed(cycle, **changes):
    shown = {name: getattr(cycle, name).isoformat() for name in DATES}
    return {
        **shown,
        "guidelines": cycle.guidelines,
        "stakeholder_groups": cycle.stakeholder_groups,
        "version": cycle.version,
        **changes,
    }


def test_page_says_before_saving_how_many_letters_leave_and_to_whom_and_takes_back(
    client, admin, ansonia
):
    with time_machine.travel(MAY, tick=False):
        client.force_login(admin)
        look = client.post(YEAR, typed(Cycle.objects.get(pk=2028), plan_due_on="2027-06-04"))
        assert "1 letter leaves because of this" in look.text
        assert "to 1 person in 1 district" in look.text
        assert "sam@ansonia.example.org" in look.text
        assert TO_WRONG in look.text
        assert Cycle.objects.get(pk=2028).plan_due_on == RIGHT

        client.post(YEAR, look.context["form"].data)
        held = client.get(YEAR).text
        assert "Letters are held until" in held
        assert "Plan or amendment due: June 30, 2027 → June 4, 2027" in held
        taken = client.post(f"{YEAR}changes/{last_change().pk}/take-back/", follow=True)

    assert "Taken back. None of its letters has left, and none will." in taken.text
    assert "Took back the change of" in taken.text
    assert Cycle.objects.get(pk=2028).plan_due_on == RIGHT


def test_not_now_saves_nothing_and_loses_nothing_that_was_typed(client, admin, ansonia):
    with time_machine.travel(MAY, tick=False):
        client.force_login(admin)
        new = typed(Cycle.objects.get(pk=2028), plan_due_on="2027-06-04", guidelines="Plainly.")
        look = client.post(YEAR, new)
        assert "Not now" in look.text
        back = client.post(YEAR, {**dict(look.context["form"].data.lists()), "not_now": "1"})
        shown = dict(back.context["form"].data.lists())
        again = client.post(YEAR, {name: shown[name] for name in shown if name != "not_now"})

    assert "Nothing is saved. What you typed is still in the form." in back.text
    assert ('value="2027-06-04"' in back.text, "Plainly." in back.text) == (True, True)
    assert "Not now" not in back.text
    assert "1 letter leaves because of this" in again.text  # shown anew before anything is saved
    assert not CycleChange.objects.exists()


@pytest.mark.parametrize(
    ("to", "doubt"),
    [
        ("2027-05-19", "May 19, 2027 is past: every plan that is not handed in is late"),
        ("2027-05-21", "May 21, 2027 is 1 day from today."),
        ("2027-06-03", None),
        ("2027-09-14", None),
        ("2027-11-30", "November 30, 2027 is 153 days later than the date kept now."),
        ("2028-07-01", "July 1, 2028 is after the fiscal year has ended."),
    ],
)
def test_due_date_that_looks_like_a_slip_is_doubted_before_it_is_saved(
    client, admin, ansonia, to, doubt
):
    with time_machine.travel(MAY, tick=False):
        client.force_login(admin)
        later = {"reviews_complete_on": "2028-08-01", "decisions_on": "2028-09-15"}
        look = client.post(YEAR, typed(Cycle.objects.get(pk=2028), plan_due_on=to, **later))

    assert look.status_code == 200
    doubts = look.context["doubts"]
    assert (doubts == []) is (doubt is None)
    assert doubt is None or any(doubt in each for each in doubts)
    assert all(each in look.text for each in doubts)


@pytest.mark.parametrize("changes", [1, 3])
def test_cycle_page_takes_nine_queries_however_many_changes(
    client, admin, ansonia, changes, django_assert_num_queries
):
    for number in range(changes):
        move(WRONG if number % 2 == 0 else RIGHT, admin, MAY + number * HELD)
    services.take_back(change_id=last_change().pk, by=admin, at=MAY + (changes - 1) * HELD)
    client.force_login(admin)

    with django_assert_num_queries(9):
        assert client.get(YEAR).status_code == 200


def test_record_of_a_change_cannot_be_altered(ansonia, admin):
    move(WRONG, admin, MAY)

    with pytest.raises(Exception, match="Cannot update"):
        CycleChange.objects.update(letters=0)


def test_reminder_keys_of_a_hold_are_reminders_and_stop_on_filing(ansonia, admin):
    move(WRONG, admin, MAY)
    post_reminders(at=MAY + HELD)
    assert Notice.objects.filter(kind=REMINDER, status="waiting").count() == 1

    PlanFactory(district=ansonia, cycle=Cycle.objects.get(pk=2028), submitted=True)
    post_reminders(at=MAY + HELD)

    assert not Notice.objects.filter(status="waiting").exists()


# While a hold lasts -----------------------------------------------------------------------------


def wait_for_mail(ansonia):
    """Its latest letter waits: the mail server is away."""
    Notice.objects.filter(status="sent").update(status="waiting", sent_at=None)
    return Notice.objects.get(status="waiting")


def test_letter_that_waited_when_the_date_was_edited_and_taken_back_still_leaves(
    ansonia, admin, mailoutbox
):
    letter = wait_for_mail(ansonia)
    mailoutbox.clear()
    move(WRONG, admin, MAY)
    sweep(MAY + timedelta(minutes=1))
    assert (subjects(mailoutbox), Notice.objects.get(pk=letter.pk).status) == ([], "waiting")

    services.take_back(change_id=last_change().pk, by=admin, at=MAY + timedelta(minutes=2))
    sweep(MAY + HELD)

    assert subjects(mailoutbox) == [FIRST]


def test_letter_with_the_old_date_does_not_leave(ansonia, admin, mailoutbox):
    letter = wait_for_mail(ansonia)
    mailoutbox.clear()
    move(WRONG, admin, MAY)

    deliver_due(at=MAY + HELD)

    letter.refresh_from_db()
    assert (mailoutbox, letter.outcome) == ([], "The due date has moved since.")


def test_reminders_of_answers_are_held_and_are_no_earlier_word_of_the_plans_date(ansonia, admin):
    plan = PlanFactory(district=ansonia, cycle=Cycle.objects.get(pk=2028), returned=True)
    plan.required_changes.update(due_on=date(2027, 5, 25), asked_at=MAY - timedelta(days=12))
    move(WRONG, admin, MAY)
    assert list(due(MAY + timedelta(minutes=1))) == []
    sweep(NEXT_NINE)
    assert Notice.objects.filter(key__contains="/answers-", status="sent").exists()

    told = _told([Cycle.objects.get(pk=2028)], [ansonia])

    assert set(told.values()) == {RIGHT}


def test_list_of_cycles_says_where_reminders_have_not_begun(client, admin):
    Cycle.objects.filter(pk=2028).update(reminders_from=None)
    Cycle.objects.exclude(pk=2028).update(reminders_from=MAY)
    client.force_login(admin)

    assert client.get("/cycles/").text.count("Reminders have not begun") == 1
