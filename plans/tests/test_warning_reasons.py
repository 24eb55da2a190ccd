"""A warning takes a one-line reason, which signer and reviewer read as it stood at closing."""

from uuid import uuid4

import pytest
from django.db import Error, transaction
from django.urls import reverse

from districts.calendar import eastern_day
from districts.roles import Role
from districts.tests.factories import person
from notices.models import Notice
from plans import services
from plans.documents import draft_document
from plans.models import Milestone, Strategy, VersionWarning, WarningReason
from plans.rules import Finding, check
from plans.rules.base import Severity
from plans.rules.reasons import Said, mark_of, matched
from plans.services import Given
from plans.tests.factories import PlanFactory, write_rows

pytestmark = pytest.mark.django_db

REASON = "The district pays the benefits of these two from its own budget."


# Which reason belongs to which warning ------------------------------------------------------------


def warning(sentence, *, rule="R24", lineage="", field="benefits_reason", severity=Severity.WARN):
    return Finding(rule, severity, "budget", sentence, "", "default", field=field, lineage=lineage)


def said(sentence, pk=1, **place):
    finding = warning(sentence, **place)
    where = (finding.rule, finding.lineage, finding.field)
    return Said(pk, *where, sentence, f"Since {pk}.", by_id=1, by="Cora", at=None)


FOUR, FIVE, SIX = "It is 4%.", "It is 5%.", "It is 6%."


@pytest.mark.parametrize(
    ("warnings", "given", "answered", "left"),
    [
        ([warning(FOUR)], [said(FOUR)], {FOUR: 1}, []),
        # its figure moved: still the one warning of this rule there, and the one reason
        ([warning(FIVE)], [said(FOUR)], {FIVE: 1}, []),
        ([warning(FIVE)], [said(FOUR, 1), said(SIX, 2)], {FIVE: 2}, [1]),
        # two stand there: a reason is for none that it was not given for
        ([warning(FIVE), warning(SIX)], [said(FOUR)], {}, [1]),
        ([warning(FIVE), warning(FOUR)], [said(FOUR)], {FOUR: 1}, []),
        # another row's, or another rule's
        ([warning(FOUR, lineage="a")], [said(FOUR, lineage="b")], {}, [1]),
        ([warning(FOUR, rule="R22")], [said(FOUR)], {}, [1]),
        # gone, or it stops the plan by now
        ([], [said(FOUR)], {}, [1]),
        ([warning(FOUR, severity=Severity.STOP)], [said(FOUR)], {}, [1]),
    ],
)
def test_a_reason_is_matched_with_the_warning_it_was_given_for(warnings, given, answered, left):
    by_mark, others = matched(warnings, given)

    assert {mark_of(each): each.sentence for each in warnings if mark_of(each) in by_mark} == {
        mark_of(each): each.sentence for each in warnings if each.sentence in answered
    }
    assert sorted(one.pk for one in by_mark.values()) == sorted(answered.values())
    assert [one.pk for one in others] == left


# Of a plan ----------------------------------------------------------------------------------------


@pytest.fixture
def plan():
    """Complete, but for a strategy that has one milestone (R09 warns)."""
    plan = PlanFactory()
    write_rows(plan)
    strategy = Strategy.objects.filter(plan=plan).earliest("position")
    for milestone in Milestone.objects.filter(plan=plan, strategy=strategy)[1:]:
        milestone.delete()
    return plan


@pytest.fixture
def coordinator(plan):
    return person(Role.PLAN_COORDINATOR, plan.district)


def the_warning(plan, at) -> Finding:
    (found,) = check(draft_document(plan.pk), eastern_day(at))
    return found


def give(plan, by, at, text=REASON, was=0, **act):
    given = {mark_of(the_warning(plan, at)): Given(text, was)}
    return services.give_reasons(plan_id=plan.pk, given=given, by=by, at=at, **act)


def page(plan, name="warnings", *args):
    return reverse(f"plans:{name}", args=[plan.district.slug, plan.cycle_id, *args])


def test_signer_and_reviewer_read_the_reason_as_it_stood_at_closing(
    client, plan, coordinator, reviewer, noon
):
    give(plan, coordinator, noon)
    version = services.close_for_signature(plan_id=plan.pk, by=coordinator, at=noon)
    superintendent = person(Role.SUPERINTENDENT, plan.district)
    chair = person(Role.BOARD_CHAIR, plan.district)
    client.force_login(superintendent)
    to_sign = client.get(page(plan, "sign")).text
    for signer in (superintendent, chair):
        services.sign(plan_id=plan.pk, sha256=version.sha256, by=signer, at=noon)
    services.submit(plan_id=plan.pk, by=superintendent, at=noon, key=uuid4())
    client.force_login(reviewer)
    to_review = client.get(reverse("reviews:plan", args=[plan.district.slug, 2027])).text

    for text in (to_sign, to_review):
        assert REASON in text
        assert "1 warning, and the district’s reasons" in " ".join(text.split())
    frozen = VersionWarning.objects.get(version=version)
    assert (frozen.reason, frozen.said_by, frozen.rule) == (REASON, coordinator, "R09")
    with pytest.raises(Error), transaction.atomic():
        VersionWarning.objects.update(reason="Another")


def test_a_warning_without_a_reason_says_so(client, plan, coordinator, noon):
    services.close_for_signature(plan_id=plan.pk, by=coordinator, at=noon)
    client.force_login(person(Role.SUPERINTENDENT, plan.district))

    assert "No reason was given." in client.get(page(plan, "sign")).text


def test_a_reason_given_after_closing_opens_the_text_again(plan, coordinator, noon):
    """Signers read it, so it is an edit like others: what was signed without it is void."""
    first = services.close_for_signature(plan_id=plan.pk, by=coordinator, at=noon)
    signer = person(Role.SUPERINTENDENT, plan.district)
    services.sign(plan_id=plan.pk, sha256=first.sha256, by=signer, at=noon)

    with pytest.raises(services.SignedSince):
        give(plan, coordinator, noon, seen=())
    assert WarningReason.objects.count() == 0

    give(plan, coordinator, noon)
    second = services.close_for_signature(plan_id=plan.pk, by=coordinator, at=noon)
    assert (second.number, second.sha256) == (2, first.sha256)
    assert [one.reason for one in VersionWarning.objects.order_by("pk")] == ["", REASON]
    assert "Reasons for warnings" in Notice.objects.get(kind="signature_void").body


def test_the_page_gives_takes_back_and_keeps_what_was_said(client, plan, coordinator, noon):
    client.force_login(coordinator)
    mark = mark_of(the_warning(plan, noon))
    client.post(page(plan), {f"{mark}-text": REASON, f"{mark}-was": 0})
    (first,) = WarningReason.objects.all()
    shown = [client.get(page(plan, "section", "strategies")).text, client.get(page(plan)).text]
    same = client.post(page(plan), {f"{mark}-text": REASON, f"{mark}-was": first.pk})
    client.post(page(plan), {f"{mark}-text": "", f"{mark}-was": first.pk})

    assert [REASON in text for text in shown] == [True, True]
    assert same.status_code == 302
    assert REASON not in client.get(page(plan)).text
    assert [one.text for one in WarningReason.objects.order_by("pk")] == [REASON, ""]


def test_two_people_who_answer_one_warning_are_asked(client, plan, coordinator, noon):
    mark = mark_of(the_warning(plan, noon))
    give(plan, person(Role.FISCAL_OFFICER, plan.district, name="Fay Low"), noon, text="Theirs.")
    client.force_login(coordinator)

    asked = client.post(page(plan), {f"{mark}-text": "Mine.", f"{mark}-was": 0})

    assert asked.status_code == 409
    assert "Fay Low said: “Theirs.”" in asked.text
    assert 'value="Mine."' in asked.text
    assert [one.text for one in WarningReason.objects.all()] == ["Theirs."]
    was = WarningReason.objects.get().pk
    assert f'value="{was}"' in asked.text
    client.post(page(plan), {f"{mark}-text": "Mine.", f"{mark}-was": was})
    assert WarningReason.objects.latest("pk").text == "Mine."


def test_what_was_typed_for_a_warning_that_went_is_shown_once_more(client, plan, coordinator, noon):
    client.force_login(coordinator)
    give(plan, coordinator, noon)
    strategy = Milestone.objects.filter(plan=plan).order_by("strategy__position").first()
    mark = mark_of(the_warning(plan, noon))
    strategy.pk, strategy.lineage, strategy.position = None, uuid4(), 9
    strategy.save()

    answer = client.post(page(plan), {f"{mark}-text": "It has one.", f"{mark}-was": 0})

    assert answer.status_code == 409
    assert "It has one." in answer.text
    assert "No longer applies: 1" in answer.text
    assert REASON in answer.text
