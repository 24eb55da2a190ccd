"""What older rows and a former release's rows say by strings, their columns say too."""

from datetime import date
from importlib import import_module

import pgtrigger
import pytest
from django.db import IntegrityError, connection

from notices.models import About, Notice
from notices.tests.factories import NoticeFactory
from reviews.words import KINDS_OF_LETTER

pytestmark = pytest.mark.django_db

PLAN = About("plan", district_code="0020011", fiscal_year=2028)
CYCLE = About("cycle", fiscal_year=2028)
PERSON = About("user", about_id=5)
CHANGE = About("roster", about_id=3)
DUE_ON = date(2027, 6, 30)

# Each kind of letter there is: the keys it had before there were columns, and what they say.
BEFORE = [
    ("reminder/plan/0020011/2028/due-7/2027-06-30/user-5", PLAN, "plan"),
    ("reminder/plan/0020011/2028/overdue-14/2027-06-30/user-5", PLAN, "plan"),
    ("reminder/plan/0020011/2028/moved-12/2027-06-30/user-5", PLAN, "plan"),
    ("reminder/plan/0020011/2028/answers-due-3/2027-06-30/user-5", PLAN, "answers"),
    ("reminder/cycle/2028/nobody/from-the-start/user-5", CYCLE, ""),
    ("reminder/cycle/2028/nobody/20270601T120000/user-5", CYCLE, ""),
    ("signature_waiting/plan/0020011/2028/version-1/user-5", PLAN, "plan"),
    ("plan_signed/plan/0020011/2028/version-1/user-5", PLAN, "plan"),
    ("plan_receipt/plan/0020011/2028/version-1-20270601T120000/user-5", PLAN, ""),
    ("plan_submitted/plan/0020011/2028/version-1-20270601T120000/user-5", PLAN, ""),
    ("plan_back/plan/0020011/2028/version-2-20270601T120000/user-5", PLAN, ""),
    ("plan_in_review/plan/0020011/2028/version-1-20270601T120000/user-5", PLAN, ""),
    ("plan_recalled/plan/0020011/2028/recall-8/user-5", PLAN, "plan"),
    ("plan_withdrawn/plan/0020011/2028/event-8/user-5", PLAN, ""),
    ("plan_reopened/plan/0020011/2028/event-8/user-5", PLAN, "plan"),
    ("plan_assigned/plan/0020011/2028/assignment-4/user-5", PLAN, ""),
    ("plan_unassigned/plan/0020011/2028/assignment-4/user-5", PLAN, ""),
    ("plan_returned/plan/0020011/2028/change-1/user-5", PLAN, ""),
    ("changes_answered/plan/0020011/2028/change-1/user-5", PLAN, ""),
    ("plan_recommended/plan/0020011/2028/recommendation-2/user-5", PLAN, ""),
    ("plan_approved/plan/0020011/2028/decision/user-5", PLAN, ""),
    ("plan_withheld/plan/0020011/2028/event-8/user-5", PLAN, ""),
    ("plan_released/plan/0020011/2028/event-8/user-5", PLAN, ""),
    ("plan_moved/plan/0020011/2028/event-8/user-5", PLAN, ""),
    ("decided_in_your_name/plan/0020011/2028/event-8/user-5", PLAN, ""),
    ("roster_proposed/roster/3/user-6", CHANGE, ""),
    ("roster_changed/roster/3/user-6", CHANGE, ""),
    ("roster_refused/roster/3/user-6", CHANGE, ""),
    ("delegation_proposed/9/user-6", PERSON, ""),
    ("set_password/user-5/0123456789abcdef/2027-06-01T12:00:00+00:00", PERSON, ""),
    ("wrong_passwords/user-5/2027-06-01", PERSON, ""),
    ("role_changed/7/given/user-6", PERSON, ""),
    ("idle_account/user-5/20270601T120000", PERSON, ""),
    ("idle_suspended/user-5/2027-06-01T12:00:00+00:00", PERSON, ""),
]
NOT_READ = ["", "plan/elsewhere", "plan/0020011", "plan/0020011/2028/x", "user/x", "cycle/9", "x/1"]


def is_told_a_day(kind: str, what_is_due: str) -> bool:
    return bool(what_is_due) or kind in {"reminder", "idle_account"}


def written_before(key: str, about: str, names_due_on: date | None = None) -> Notice:
    kind = key.partition("/")[0]
    return NoticeFactory(key=key, kind=kind, about=about, names_due_on=names_due_on)


def columns_of(notice: Notice) -> tuple[dict, str]:
    notice.refresh_from_db()
    return {name: getattr(notice, name) for name in notice_columns()}, notice.what_is_due


def notice_columns() -> list[str]:
    return list(PLAN.columns)


def bring_forward() -> None:
    """As the migration does, which found rows that no trigger had filled."""
    with connection.cursor() as cursor:
        cursor.execute(import_module("notices.migrations.0011_columns_filled").FILL)


def test_every_kind_of_letter_of_before_has_its_keys_here():
    """A kind that came since was never without columns, and needs no row."""
    kinds = {key.partition("/")[0] for key, _, _ in BEFORE}
    assert len(kinds) == 29
    assert kinds <= set(KINDS_OF_LETTER)


@pytest.mark.parametrize("by", ["the trigger", "the migration"])
@pytest.mark.parametrize(("key", "about", "what_is_due"), BEFORE, ids=[key for key, *_ in BEFORE])
def test_columns_of_a_letter_written_without_them(key, about, what_is_due, by):
    day = DUE_ON if is_told_a_day(key.partition("/")[0], what_is_due) else None
    if by == "the trigger":
        letter = written_before(key, str(about), day)
    else:
        with pgtrigger.ignore("notices.Notice:fill_columns"):
            letter = written_before(key, str(about), day)
        assert columns_of(letter) == (About("").columns, "")
        bring_forward()

    assert columns_of(letter) == (about.columns, what_is_due)


@pytest.mark.parametrize("about", NOT_READ)
def test_what_cannot_be_read_is_left_empty(about):
    with pgtrigger.ignore("notices.Notice:fill_columns"):
        old = written_before("plan_receipt/1", about)
    new = written_before("plan_receipt/2", about)

    bring_forward()

    assert columns_of(old) == columns_of(new) == (About("").columns, "")


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("notice_about_says_which_one", {"about": About("plan", district_code="")}),
        ("notice_about_says_which_one", {"about": About("", about_id=5)}),
        (
            "notice_district_has_its_year",
            {"about": About("x", about_id=5, district_code="0020011")},
        ),
        ("notice_what_is_due_has_its_day", {"what_is_due": "plan"}),
    ],
)
def test_database_refuses(constraint, values):
    with pytest.raises(IntegrityError, match=constraint):
        NoticeFactory(**values)
