"""The pages of closing and signing: what is missing, what freezes, and the password again."""

import re
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.urls import reverse

from districts.roles import DEPARTMENT_ROLES, Role
from districts.tests.factories import PASSWORD, MembershipFactory, person
from plans import services
from plans.documents import draft_document
from plans.models import (
    Cover,
    Signature,
    Strategy,
)
from plans.sections import SectionKey
from plans.services.closing import intent_of
from plans.tests.documents import change
from plans.tests.factories import (
    PlanFactory,
    closed_version,
    document_of,
    sign_version,
    write_rows,
)

pytestmark = pytest.mark.django_db
WRITERS = [Role.PLAN_COORDINATOR, Role.FISCAL_OFFICER]
OFFICES = [Role.SUPERINTENDENT, Role.BOARD_CHAIR]


@pytest.fixture
def plan():
    plan = PlanFactory()
    write_rows(plan)
    return plan


@pytest.fixture
def coordinator(plan):
    return person(Role.PLAN_COORDINATOR, plan.district, name="Cora Coordinator")


@pytest.fixture
def superintendent(plan):
    return person(Role.SUPERINTENDENT, plan.district, name="Sam Super")


@pytest.fixture
def chair(plan):
    return person(Role.BOARD_CHAIR, plan.district, name="Chris Chair")


@pytest.fixture(autouse=True)
def _no_attempts_yet():
    cache.clear()


def url(plan, name):
    return reverse(f"plans:{name}", args=[plan.district.slug, plan.cycle_id])


def edited(plan):
    """As after any edit: the text is another."""
    plan.edition += 1
    plan.save()


# Closing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", WRITERS)
def test_nothing_missing_asks_before_it_freezes(client, plan, superintendent, chair, role):
    client.force_login(person(role, plan.district))

    page = client.get(url(plan, "close")).text

    assert f"Close {plan.district}’s FY2027 plan for signature?" in page
    assert "Closing freezes this text as version 1." in page
    assert "Sam Super" in page
    assert "Chris Chair" in page
    assert not plan.versions.exists()


def test_an_office_nobody_holds_is_said(client, plan, coordinator, superintendent):
    client.force_login(coordinator)

    assert "Nobody holds this role." in client.get(url(plan, "close")).text


def test_closing_freezes_and_leads_to_the_signatures(client, plan, coordinator):
    client.force_login(coordinator)

    response = client.post(url(plan, "close"))

    assert response.url == url(plan, "signatures")
    assert [version.closed_by for version in plan.versions.all()] == [coordinator]


def test_a_plan_closed_already_leads_to_the_signatures(client, plan, coordinator):
    closed_version(plan, draft_document(plan.pk))
    client.force_login(coordinator)

    assert client.get(url(plan, "close")).url == url(plan, "signatures")
    assert client.post(url(plan, "close")).url == url(plan, "signatures")
    assert plan.versions.count() == 1


def faulty(plan):
    """A complete document with one fault in each place a rule can point to."""
    document = document_of(plan.district)
    document = change(document, "objectives", 0, statement="")
    document = change(document, "objectives", 0, "targets", 0, data_source="", baseline=None)
    document = change(document, "objectives", 1, "targets", 0, indicator=None)
    document = change(document, "strategies", 0, domain=None, focus_areas=(), owner="")
    document = change(document, "strategies", 1, starts_on=None, targets=())
    document = change(document, "lines", 0, object_code=None, strategy=None, narrative="")
    document = change(document, "lines", 1, amount=21_000)
    document = change(document, "lines", 2, focus_area=None)
    document = change(document, "cover", as_typed={"contact_email": "a@"})
    return change(document, "assurances", evaluation_plan_approved=None)


@pytest.fixture
def faulty_plan():
    plan = PlanFactory()
    write_rows(plan, faulty(plan))
    Cover.objects.filter(plan=plan).update(as_typed={"contact_email": "a@"})
    plan.assurancestatement.accepted_numbers = [1, 2]
    plan.assurancestatement.save()
    return plan


def test_everything_missing_is_listed_at_once(client, faulty_plan):
    coordinator = person(Role.PLAN_COORDINATOR, faulty_plan.district)
    client.force_login(coordinator)

    response = client.get(url(faulty_plan, "close"))

    listed = [line.finding for line in response.context["stops"]]
    assert {(finding.section, finding.place, finding.field) for finding in listed} == {
        (SectionKey.COVER, "", "contact_email"),
        (SectionKey.OBJECTIVES, "objective", "statement"),
        (SectionKey.OBJECTIVES, "target", "data_source"),
        (SectionKey.OBJECTIVES, "target", "baseline"),
        (SectionKey.OBJECTIVES, "target", "indicator"),
        (SectionKey.STRATEGIES, "strategy", "domain"),
        (SectionKey.STRATEGIES, "strategy", "focus_area_numbers"),
        (SectionKey.STRATEGIES, "strategy", "owner"),
        (SectionKey.STRATEGIES, "strategy", "starts_on"),
        (SectionKey.STRATEGIES, "strategy", "target_lineages"),
        (SectionKey.BUDGET, "", ""),
        (SectionKey.BUDGET, "line", "object_code"),
        (SectionKey.BUDGET, "line", "strategy"),
        (SectionKey.BUDGET, "line", "narrative"),
        (SectionKey.BUDGET, "line", "amount"),
        (SectionKey.BUDGET, "line", "focus_area"),
        (SectionKey.ASSURANCES, "", "evaluation_plan_approved"),
        (SectionKey.ASSURANCES, "", "accepted_numbers"),
    }
    assert f"Cannot be closed yet: {len(listed)} things missing" in response.text
    assert "Close the plan for signature</button>" not in response.text


def test_each_thing_missing_links_to_its_field(client, faulty_plan):
    client.force_login(person(Role.PLAN_COORDINATOR, faulty_plan.district))
    response = client.get(url(faulty_plan, "close"))
    lost = []

    for line in response.context["stops"]:
        address = urlsplit(line.url)
        page = client.get(address.path)
        if page.status_code != 200 or (
            address.fragment and not re.search(rf'\bid="{address.fragment}"', page.text)
        ):
            lost.append(line.url)
        assert line.url in response.text

    assert lost == []


def test_closing_an_incomplete_plan_shows_the_same_list(client, faulty_plan):
    client.force_login(person(Role.PLAN_COORDINATOR, faulty_plan.district))
    listed = client.get(url(faulty_plan, "close")).context["stops"]

    response = client.post(url(faulty_plan, "close"))

    assert (response.status_code, response.context["stops"]) == (409, listed)
    assert not faulty_plan.versions.exists()


def test_an_unanswered_change_is_listed_with_its_link(client, noon):
    plan = PlanFactory(returned=True)
    write_rows(plan)
    edited(plan)
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))

    response = client.post(url(plan, "close"))

    assert response.status_code == 409
    assert "Cannot be closed yet: 1 thing missing" in response.text
    assert f"{url(plan, 'changes')}#change-1" in response.text


def test_warnings_are_listed_apart_and_do_not_stop(client, plan, coordinator):
    plan.board_approval.approved_on = None
    plan.board_approval.save()
    Strategy.objects.filter(plan=plan).first().milestones.all().delete()
    client.force_login(coordinator)

    response = client.get(url(plan, "close"))

    assert [line.finding.rule for line in response.context["warnings"]] == ["R09", "R14"]
    assert "2 warnings: they do not stop the plan" in response.text
    assert client.post(url(plan, "close")).status_code == 302
    assert plan.versions.count() == 1


@pytest.mark.parametrize("role", [*OFFICES, Role.DISTRICT_VIEWER, Role.DISTRICT_ADMIN])
def test_closing_is_not_for_others_of_the_district(client, plan, role):
    client.force_login(person(role, plan.district))

    assert client.get(url(plan, "close")).status_code == 403
    assert client.post(url(plan, "close")).status_code == 403
    assert not plan.versions.exists()


def test_closing_a_plan_handed_in_is_told_in_a_sentence(client):
    plan = PlanFactory(submitted=True)
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))

    for response in (
        client.get(url(plan, "close"), follow=True),
        client.post(url(plan, "close"), follow=True),
    ):
        assert response.redirect_chain == [(url(plan, "overview"), 302)]
        assert "This plan is submitted now, so it cannot be closed." in response.text


@pytest.mark.parametrize("name", ["close", "signatures", "sign"])
@pytest.mark.parametrize("role", sorted(DEPARTMENT_ROLES))
def test_the_department_has_no_part_in_it(client, plan, role, name):
    client.force_login(person(role))

    assert client.get(url(plan, name)).status_code == 404
    assert client.post(url(plan, name)).status_code == (405 if name == "signatures" else 404)


@pytest.mark.parametrize("name", ["close", "signatures", "sign"])
def test_another_district_finds_nothing(client, plan, name):
    client.force_login(person(Role.SUPERINTENDENT))

    assert client.get(url(plan, name)).status_code == 404


# Signatures -------------------------------------------------------------------------------------


def test_signatures_before_anything_is_closed(client, plan, coordinator, superintendent):
    client.force_login(coordinator)
    page = client.get(url(plan, "signatures")).text
    assert "Not closed for signature" in page
    assert url(plan, "close") in page

    client.force_login(superintendent)
    page = client.get(url(plan, "signatures")).text
    assert "The plan coordinator or the fiscal officer closes it." in page
    assert url(plan, "close") not in page


def test_signatures_say_who_signed_and_who_is_waited_for(client, plan, superintendent, chair):
    version = closed_version(plan)
    sign_version(version, capacities=["board_chair"])
    client.force_login(superintendent)

    response = client.get(url(plan, "signatures"))

    assert [(each.capacity, bool(each.signature)) for each in response.context["signers"]] == [
        ("Superintendent", False),
        ("Board chair", True),
    ]
    assert "Waiting for Sam Super" in response.text
    assert version.sha256 in response.text
    assert url(plan, "sign") in response.text


def test_signatures_offer_each_their_own_act(client, plan, coordinator, superintendent, chair):
    closed_version(plan, signed=True)
    offered = {}

    for who in (coordinator, superintendent, chair):
        client.force_login(who)
        page = client.get(url(plan, "signatures")).text
        offered[who.name] = [
            name for name in ("close", "sign", "submit") if f'"{url(plan, name)}"' in page
        ]

    assert offered == {
        "Cora Coordinator": ["submit"],
        "Sam Super": ["submit"],
        "Chris Chair": [],
    }


def test_signatures_say_plainly_that_an_edit_voided_them(client, plan, coordinator):
    version = closed_version(plan)
    sign_version(version, capacities=["superintendent"])
    edited(plan)
    client.force_login(coordinator)

    page = client.get(url(plan, "signatures")).text

    signer = version.signatures.get().name
    assert f"The signature of {signer} is void." in page
    assert "Void: the text changed" in page
    assert "both sign version 2" in page


def test_signatures_of_a_version_handed_in_are_not_called_void(client):
    plan = PlanFactory(returned=True)
    edited(plan)
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))

    page = client.get(url(plan, "signatures")).text

    assert "Version 1 was handed in. The text was edited after that" in page
    assert "void" not in page.lower()


def test_signatures_of_a_version_taken_back_stand_and_it_is_not_handed_in(client, noon):
    plan = PlanFactory(submitted=True)
    coordinator = person(Role.PLAN_COORDINATOR, plan.district)
    services.recall(plan_id=plan.pk, by=coordinator, at=noon, key=uuid4())
    client.force_login(coordinator)

    page = client.get(url(plan, "signatures")).text

    assert "Version 1 is signed by both" in page
    assert "Handed in" not in page
    assert url(plan, "submit") in page


@pytest.mark.parametrize("versions", [1, 3])
def test_signatures_take_the_same_queries_however_many_versions(
    client, plan, coordinator, django_assert_num_queries, versions
):
    for _ in range(versions):
        edited(plan)
        closed_version(plan, signed=True)
    client.force_login(coordinator)

    # session, user, roles, plan, versions, signatures, signers, unanswered changes; and the text of
    # the one closed with the Department's rows of now, since what moved is said to who signs
    with django_assert_num_queries(10):
        response = client.get(url(plan, "signatures"))

    assert len(response.context["versions"]) == versions


# Signing ----------------------------------------------------------------------------------------


def post_signature(client, plan, sha256, password=PASSWORD):
    return client.post(url(plan, "sign"), {"sha256": sha256, "password": password})


@pytest.mark.parametrize("role", OFFICES)
def test_a_signer_sees_the_whole_text_the_sentence_and_the_hash(client, plan, role):
    version = closed_version(plan)
    client.force_login(person(role, plan.district))

    page = client.get(url(plan, "sign")).text

    assert intent_of(plan, version, Signature.Capacity(role)) in page
    assert version.sha256 in page
    for words in (
        "Reading, attendance and mentors.",
        "44 × $500",
        "The local board of education authorized this submission.",
    ):
        assert words in page


def test_signing_keeps_the_signature_and_says_so(client, plan, superintendent):
    version = closed_version(plan)
    client.force_login(superintendent)

    response = post_signature(client, plan, version.sha256)

    assert response.url == url(plan, "signatures")
    assert "You signed version 1 as superintendent." in client.get(response.url).text
    signature = version.signatures.get()
    assert (signature.signed_by, signature.sha256, signature.capacity) == (
        superintendent,
        version.sha256,
        "superintendent",
    )


def test_signing_twice_is_one_act(client, plan, superintendent):
    version = closed_version(plan)
    client.force_login(superintendent)

    first = post_signature(client, plan, version.sha256)
    second = post_signature(client, plan, version.sha256)

    assert (first.url, second.url) == (url(plan, "signatures"),) * 2
    assert version.signatures.count() == 1
    assert client.get(url(plan, "sign")).url == url(plan, "signatures")


def test_one_person_in_both_offices_is_asked_once(client, plan, superintendent):
    MembershipFactory(user=superintendent, role=Role.BOARD_CHAIR, district=plan.district)
    version = closed_version(plan)
    client.force_login(superintendent)
    post_signature(client, plan, version.sha256)

    assert client.get(url(plan, "sign")).url == url(plan, "signatures")
    post_signature(client, plan, version.sha256)
    assert version.signatures.count() == 1


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.upper(), f"{PASSWORD} "])
def test_a_wrong_password_signs_nothing(client, plan, superintendent, password):
    version = closed_version(plan)
    client.force_login(superintendent)

    response = post_signature(client, plan, version.sha256, password)

    assert response.status_code == 422
    assert not version.signatures.exists()
    assert version.sha256 in response.text


def test_after_five_wrong_passwords_the_right_one_waits_too(client, plan, superintendent):
    version = closed_version(plan)
    client.force_login(superintendent)

    answers = [post_signature(client, plan, version.sha256, "wrong") for _ in range(5)]
    sixth = post_signature(client, plan, version.sha256)

    assert [answer.status_code for answer in answers] == [422] * 5
    assert sixth.status_code == 429
    assert "Five attempts in five minutes." in sixth.text
    assert not version.signatures.exists()
    assert ratelimit.parse_rate("5/5m/user").duration == 300


def test_wrong_passwords_of_one_do_not_stop_another(client, plan, superintendent, chair):
    version = closed_version(plan)
    client.force_login(superintendent)
    for _ in range(6):
        post_signature(client, plan, version.sha256, "wrong")

    client.force_login(chair)
    post_signature(client, plan, version.sha256)

    assert [each.signed_by for each in version.signatures.all()] == [chair]


def test_an_edit_after_the_page_was_opened_is_told_and_signs_nothing(client, plan, superintendent):
    version = closed_version(plan)
    edited(plan)
    newer = closed_version(plan, document_of(plan.district, attachments=()))
    client.force_login(superintendent)

    response = post_signature(client, plan, version.sha256)

    assert response.url == url(plan, "signatures")
    assert "The text was edited after you opened it" in client.get(response.url).text
    assert not Signature.objects.exists()
    assert newer.sha256 != version.sha256


def test_with_nothing_closed_there_is_nothing_to_sign(client, plan, superintendent):
    client.force_login(superintendent)

    assert client.get(url(plan, "sign")).url == url(plan, "signatures")


@pytest.mark.parametrize("role", [*WRITERS, Role.DISTRICT_VIEWER, Role.DISTRICT_ADMIN])
def test_signing_is_for_the_two_offices(client, plan, role):
    version = closed_version(plan)
    client.force_login(person(role, plan.district))

    assert client.get(url(plan, "sign")).status_code == 403
    assert post_signature(client, plan, version.sha256).status_code == 403
    assert not version.signatures.exists()
