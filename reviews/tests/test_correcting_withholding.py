"""What a withholding says is corrected beside it: words, money and letter; the step stays."""

from datetime import date, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import InternalError, transaction
from django.urls import reverse

from districts.models import FundingAdjustment
from districts.reports.money import money_of
from districts.roles import Role
from districts.tests.factories import DelegationFactory, person
from districts.words import money
from notices.models import Notice
from plans.models import WithholdingCorrection
from plans.services import Blocked
from plans.tests.factories import PlanFactory
from plans.workflow import Status, StepNotAllowed
from reviews import services
from reviews.services import Duty, MovedOn, Withholding
from reviews.services.withholding import terms_read
from reviews.tests.test_withholding_pages import TERMS, url_of

pytestmark = pytest.mark.django_db
SAYS = Withholding(
    Duty.REPORT, 50_000, "No report came.\nNor a word.", "File it.", date(2026, 12, 18)
)
WHAT = "The report is that of FY2025."


@pytest.fixture
def case(commissioner, people_of, noon):
    with time_machine.travel(noon, tick=False):
        plan = PlanFactory(under_review=True)
        made = SimpleNamespace(plan=plan, people=people_of(plan), by=commissioner, at=noon)
        withhold(made)
        yield made


def withhold(case):
    words = SAYS.words(case.plan.cycle_id)
    act = {"plan_id": case.plan.pk, "by": case.by, "at": case.at, "key": uuid4()}
    services.withhold(reason=words, amount=SAYS.amount, **act)
    case.plan.refresh_from_db()
    case.event = services.withholding_of(case.plan)
    case.allocation = services.allocation_of(case.plan)


def restated(**given):
    return Withholding(**vars(SAYS) | given)


def correct(case, **given):
    said = {"withheld": case.event.pk, "read": 0, "what": WHAT, "by": case.by, "at": case.at}
    said["terms"] = restated(grounds="No report of FY2025 came.")
    return services.correct_withholding(plan_id=case.plan.pk, **said | given)


@pytest.mark.parametrize("terms", [SAYS, restated(amount=None), restated(duty=Duty.LOCAL_FUNDS)])
def test_what_a_withholding_says_is_read_back(terms):
    assert terms_read(terms.words(2027)) == terms
    assert terms_read("No report.") is None


def test_the_words_are_written_beside_the_step_and_the_money_follows(case):
    before = case.event.reason

    made = correct(case, terms=restated(amount=20_000, grounds="No report of FY2025 came."))

    case.plan.refresh_from_db()
    case.event.refresh_from_db()
    assert (case.plan.status, case.event.reason) == (Status.WITHHELD, before)
    assert (made.number, made.correction, made.delegation) == (1, WHAT, None)
    assert money_of(case.plan.district_id, case.plan.cycle_id).withheld == 20_000
    told = Notice.objects.filter(kind="withholding_corrected")
    assert told.count() == 4
    for words in (WHAT, "Withheld: $20,000.", "The funds stay withheld", "10-262u(f)"):
        assert words in told.first().body
    again = correct(case, read=1, what="All of it.", terms=restated(amount=None))
    assert money_of(case.plan.district_id, case.plan.cycle_id).withheld == case.allocation
    assert (again.number, again.amount) == (2, None)
    assert FundingAdjustment.objects.standing().get().amount == case.allocation
    services.release(plan_id=case.plan.pk, by=case.by, at=case.at, key=uuid4())
    assert money_of(case.plan.district_id, case.plan.cycle_id).withheld == 0


def test_the_same_again_is_one_act_and_of_two_the_second_is_told(case):
    made = correct(case)

    assert correct(case) == made
    with pytest.raises(MovedOn, match="corrected this"):
        correct(case, what="Something else.")
    assert Notice.objects.filter(kind="withholding_corrected").count() == 4
    with pytest.raises(InternalError), transaction.atomic():
        WithholdingCorrection.objects.update(letter="Another.")


def test_it_is_asked_what_a_withholding_is_asked(case):
    with pytest.raises(Blocked) as refusal:
        correct(
            case,
            what=" ",
            terms=restated(
                amount=case.allocation + 1, grounds=" ", cure="", answer_by=date(2026, 1, 2)
            ),
        )
    assert refusal.value.reasons == [
        "Say what is corrected, and why: the letter says it.",
        "Say on what grounds the funds are withheld.",
        "Say what the district does for the funds to be released.",
        f"This is more than the allocation, which is {money(case.allocation)} now.",
        "The day to answer has come. Write a day still to come.",
    ]
    with pytest.raises(Blocked, match=r"\$0 withholds nothing"):
        correct(case, terms=restated(amount=0))
    late = case.at + timedelta(days=60)
    assert correct(case, at=late).number == 1  # its day has passed, and stays


def test_of_what_was_released_or_withheld_again_nothing_is_corrected(case):
    former = case.event.pk
    services.release(plan_id=case.plan.pk, by=case.by, at=case.at, key=uuid4())
    with pytest.raises(StepNotAllowed, match="not withheld any more"):
        correct(case)
    withhold(case)
    with pytest.raises(StepNotAllowed, match="not withheld any more"):
        correct(case, withheld=former)


def test_a_delegate_corrects_under_the_delegation_and_nobody_else(case):
    delegate = person(Role.PROGRAM_REVIEWER)
    for who in (delegate, person(Role.PROGRAM_MANAGER), case.people.superintendent):
        with pytest.raises(PermissionDenied):
            correct(case, by=who)
    delegation = DelegationFactory(delegate=delegate)
    assert correct(case, by=delegate).delegation == delegation
    assert Notice.objects.filter(kind="withholding_corrected", to=case.by).exists()
    reviewer = case.plan.assignments.first().reviewer
    DelegationFactory(delegate=reviewer)
    with pytest.raises(Blocked, match="so somebody else decides"):
        correct(case, by=reviewer, read=1, what="More.")


def test_the_page_previews_and_both_sides_read_what_it_said_before(client, case):
    url = url_of("correct_withholding", case.plan)
    client.force_login(case.by)
    assert url in client.get(url_of("plan", case.plan)).text
    page = client.get(url)
    form = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    assert (form["amount"], form["grounds"]) == ("50,000", SAYS.grounds)
    typed = form | TERMS | {"what": WHAT, "cure": "", "amount": "20000"}

    page = client.post(url, typed | {"preview": "1"})
    assert page.context["form"]["grounds"].value() == TERMS["grounds"]
    assert any(len(pieces) == 2 for pieces in page.context["preview"])
    assert not WithholdingCorrection.objects.exists()
    assert client.post(url, typed).status_code == 422
    answer = client.post(url, typed | {"cure": "File it."}, follow=True)
    assert "is corrected." in answer.text

    overview = reverse("plans:overview", args=[case.plan.district.slug, case.plan.cycle_id])
    coordinator = case.people.plan_coordinator
    for reader, where in ((case.by, url_of("plan", case.plan)), (coordinator, overview)):
        client.force_login(reader)
        shown = client.get(where).text
        for words in (WHAT, TERMS["grounds"], "What it said before", "Nor a word."):
            assert words in shown
        assert shown.count(WHAT) == 2  # beside the words, and in the activity
