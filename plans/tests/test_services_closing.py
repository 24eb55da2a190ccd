"""Closing freezes a version once nothing is missing; signatures stand on exactly that text."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from districts.roles import Role
from districts.tests.factories import MembershipFactory, person
from notices.models import Notice
from plans import services
from plans.documents import fingerprint, stored_document
from plans.models import Cover, Signature
from plans.services.closing import intent_of
from plans.tests.documents import change
from plans.tests.factories import PlanFactory, document_of, write_rows
from plans.workflow import StepNotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    plan = PlanFactory()
    write_rows(plan)
    return plan


@pytest.fixture
def coordinator(plan):
    return person(Role.PLAN_COORDINATOR, plan.district)


@pytest.fixture
def superintendent(plan):
    return person(Role.SUPERINTENDENT, plan.district, name="Sam Super")


@pytest.fixture
def chair(plan):
    return person(Role.BOARD_CHAIR, plan.district)


def close(plan, by, at):
    return services.close_for_signature(plan_id=plan.pk, by=by, at=at)


def edit(plan, by, at, summary="Another text."):
    cover = Cover.objects.get(plan=plan)
    services.save_section(
        plan_id=plan.pk,
        model=Cover,
        version=cover.version,
        values={"summary": summary},
        as_typed={},
        by=by,
        at=at,
    )
    plan.refresh_from_db()


def sign(plan, version, by, at):
    return services.sign(plan_id=plan.pk, sha256=version.sha256, by=by, at=at)


def test_closing_freezes_the_text_and_asks_the_signers(
    plan, coordinator, superintendent, chair, noon
):
    version = close(plan, coordinator, noon)

    version.refresh_from_db()
    assert (version.number, version.edition, version.closed_by, version.closed_at) == (
        1,
        plan.edition,
        coordinator,
        noon,
    )
    assert version.sha256 == fingerprint(version.document)
    assert stored_document(version).cover.summary == "Reading, attendance and mentors."
    assert sorted(Notice.objects.values_list("kind", "to")) == sorted(
        [("signature_waiting", superintendent.pk), ("signature_waiting", chair.pk)]
    )


def test_closing_again_without_an_edit_is_one_act(plan, coordinator, superintendent, noon):
    first = close(plan, coordinator, noon)

    assert close(plan, coordinator, noon) == first
    assert (plan.versions.count(), Notice.objects.count()) == (1, 1)


def test_closing_an_incomplete_plan_lists_everything_that_is_missing(noon):
    plan = PlanFactory(returned=True)
    coordinator = person(Role.PLAN_COORDINATOR, plan.district)
    document = document_of(plan.district)
    document = change(document, "objectives", 0, "targets", 0, baseline=None)
    document = change(document, "lines", 0, amount=899_999)
    write_rows(plan, document)
    edit(plan, coordinator, noon)

    with pytest.raises(services.NotReady) as refusal:
        close(plan, coordinator, noon)

    assert [(finding.rule, finding.field) for finding in refusal.value.stops] == [
        ("R07", "baseline"),
        ("R17", ""),
    ]
    assert [change.number for change in refusal.value.unanswered] == [1]
    assert str(refusal.value) == (
        "3 things are missing before this plan can be closed for signature."
    )
    assert plan.versions.count() == 1


@pytest.mark.parametrize("role", [Role.SUPERINTENDENT, Role.BOARD_CHAIR, Role.DISTRICT_VIEWER])
def test_closing_is_for_those_who_write(plan, role, noon):
    with pytest.raises(PermissionDenied):
        close(plan, person(role, plan.district), noon)

    assert not plan.versions.exists()


def test_closing_is_not_for_another_district(plan, noon):
    with pytest.raises(PermissionDenied):
        close(plan, person(Role.PLAN_COORDINATOR), noon)


def test_closing_a_plan_with_the_department_is_refused(noon):
    plan = PlanFactory(submitted=True)
    coordinator = person(Role.PLAN_COORDINATOR, plan.district)

    with pytest.raises(StepNotAllowed, match="This plan is submitted now"):
        close(plan, coordinator, noon)

    assert plan.versions.count() == 1


def test_signature_keeps_name_intent_hash_and_moment(
    plan, coordinator, superintendent, chair, noon
):
    version = close(plan, coordinator, noon)

    signature = sign(plan, version, superintendent, noon)

    signature.refresh_from_db()
    assert (signature.version, signature.capacity, signature.name, signature.sha256) == (
        version,
        Signature.Capacity.SUPERINTENDENT,
        "Sam Super",
        version.sha256,
    )
    assert (signature.signed_by, signature.signed_at) == (superintendent, noon)
    assert signature.intent == (
        f"I have read this plan of {plan.district} for fiscal year 2027, version 1, and I sign it "
        "as superintendent with the intent to be bound by it as by my hand."
    )
    assert signature.intent == intent_of(plan, version, Signature.Capacity.SUPERINTENDENT)


def test_signing_twice_is_one_act(plan, coordinator, superintendent, noon):
    version = close(plan, coordinator, noon)

    first = sign(plan, version, superintendent, noon)

    assert sign(plan, version, superintendent, noon) == first
    assert version.signatures.count() == 1


def test_one_person_in_both_offices_signs_once(plan, coordinator, superintendent, noon):
    MembershipFactory(user=superintendent, role=Role.BOARD_CHAIR, district=plan.district)
    version = close(plan, coordinator, noon)

    sign(plan, version, superintendent, noon)
    sign(plan, version, superintendent, noon)

    assert list(version.signatures.values_list("capacity", flat=True)) == ["superintendent"]


def test_database_refuses_one_person_in_two_capacities(plan, coordinator, superintendent, noon):
    version = close(plan, coordinator, noon)
    sign(plan, version, superintendent, noon)

    with pytest.raises(IntegrityError, match="signature_two_different_people"):
        Signature.objects.create(
            version=version,
            capacity=Signature.Capacity.BOARD_CHAIR,
            name=superintendent.name,
            intent="Mine too.",
            sha256=version.sha256,
            signed_at=noon,
            signed_by=superintendent,
        )


def test_a_second_superintendent_is_told_who_signed(plan, coordinator, superintendent, noon):
    version = close(plan, coordinator, noon)
    sign(plan, version, superintendent, noon)

    with pytest.raises(StepNotAllowed, match="Sam Super has signed as superintendent already"):
        sign(plan, version, person(Role.SUPERINTENDENT, plan.district), noon)

    assert version.signatures.count() == 1


@pytest.mark.parametrize("role", [Role.PLAN_COORDINATOR, Role.FISCAL_OFFICER, Role.DISTRICT_ADMIN])
def test_only_the_two_offices_sign(plan, coordinator, role, noon):
    version = close(plan, coordinator, noon)

    with pytest.raises(PermissionDenied):
        sign(plan, version, person(role, plan.district), noon)

    assert not version.signatures.exists()


def test_a_superintendent_of_another_district_does_not_sign(plan, coordinator, noon):
    version = close(plan, coordinator, noon)

    with pytest.raises(PermissionDenied):
        sign(plan, version, person(Role.SUPERINTENDENT), noon)


def test_another_hash_than_the_closed_text_is_refused(plan, coordinator, superintendent, noon):
    version = close(plan, coordinator, noon)

    with pytest.raises(StepNotAllowed, match="nothing was signed"):
        services.sign(plan_id=plan.pk, sha256="0" * 64, by=superintendent, at=noon)

    assert not version.signatures.exists()


def test_an_edit_voids_the_version_and_both_signatures(
    plan, coordinator, superintendent, chair, noon
):
    version = close(plan, coordinator, noon)
    sign(plan, version, superintendent, noon)
    sign(plan, version, chair, noon)

    edit(plan, coordinator, noon)

    assert services.current_version(plan) is None
    with pytest.raises(StepNotAllowed, match="The text was edited after you opened it"):
        sign(plan, version, superintendent, noon)
    again = close(plan, coordinator, noon)
    assert (again.number, again.signatures.count()) == (2, 0)
    assert again.sha256 != version.sha256
    assert version.signatures.count() == 2


def test_saving_without_a_change_voids_nothing(plan, coordinator, noon):
    version = close(plan, coordinator, noon)

    edit(plan, coordinator, noon, summary="Reading, attendance and mentors.")

    assert services.current_version(plan) == version


def test_signing_before_anything_is_closed_is_refused(plan, superintendent, noon):
    with pytest.raises(StepNotAllowed):
        services.sign(plan_id=plan.pk, sha256="", by=superintendent, at=noon)

    assert not Signature.objects.exists()


def test_signing_what_was_handed_in_is_refused(noon):
    plan = PlanFactory(submitted=True)
    superintendent = person(Role.SUPERINTENDENT, plan.district)

    with pytest.raises(StepNotAllowed, match="submitted now"):
        sign(plan, services.current_version(plan), superintendent, noon)
