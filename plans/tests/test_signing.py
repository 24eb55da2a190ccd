"""What closes, signs, merges and judges, tried on a report that is no plan (plans/tests/small)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from districts.tests.factories import UserFactory
from plans.documents.stored import Altered
from plans.rules.base import run
from plans.services import signing
from plans.services.merging import Typed, digest_of
from plans.tests.small import services
from plans.tests.small.documents import LAYOUT, REPORT, RULES, document_of
from plans.tests.small.models import (
    TABLES,
    Report,
    ReportSignature,
    ReportVersion,
    ReportVoiding,
    Spending,
)
from plans.workflow import StepNotAllowed

pytestmark = pytest.mark.django_db

PRINCIPAL, TREASURER = ReportSignature.Capacity


@pytest.fixture
def tables(db):
    """The report's tables, with their constraints and triggers, as its migrations would make them.

    They go with the test's own transaction.
    """
    with connection.schema_editor() as editor:
        for model in TABLES:
            editor.create_model(model)
    for model in TABLES:
        for trigger in getattr(model._meta, "triggers", []):
            trigger.install(model)


@pytest.fixture
def report(tables):
    report = Report.objects.create(school="Kennedy School")
    for what, spent in [("Two coaches", 900), ("Books", 110)]:
        Spending.objects.create(report=report, what=what, budgeted=1000, spent=spent)
    return report


@pytest.fixture
def coaches(report):
    return report.spending.get(what="Two coaches")


@pytest.fixture
def principal(tables):
    return UserFactory(name="Rosa Diaz")


@pytest.fixture
def treasurer(tables):
    return UserFactory(name="Lee Park")


def typed(row, **values):
    """What comes back from a form that was filled from the row as it is."""
    was = {name: digest_of(getattr(row, name)) for name in ("what", "budgeted", "spent")}
    filled = {name: getattr(row, name) for name in was}
    return Typed(filled | values, {}, row.version, was)


def test_a_report_is_closed_as_it_stands(report, principal, noon):
    version = services.close(report.pk, by=principal, at=noon)

    assert (version.number, version.edition, version.schema) == (1, 1, 1)
    assert (version.closed_by, version.closed_at) == (principal, noon)
    assert version.document["spending"][0] == {
        "lineage": str(report.spending.get(what="Two coaches").lineage),
        "as_typed": {},
        "number": 1,
        "what": "Two coaches",
        "budgeted": 1000,
        "spent": 900,
    }
    assert version.sha256 == REPORT.close(document_of(report)).sha256
    assert REPORT.document_of(version).frozen() == document_of(report).frozen()


def test_a_report_that_did_not_change_is_closed_once(report, principal, treasurer, noon):
    first = services.close(report.pk, by=principal, at=noon)
    second = services.close(report.pk, by=treasurer, at=noon)

    assert first == second == signing.current_version(report)


def test_a_version_is_read_only_if_its_text_is_the_one_closed(report, principal, noon):
    version = services.close(report.pk, by=principal, at=noon)
    version.document["spending"][0]["spent"] = 1

    with pytest.raises(Altered, match="version 1"):
        REPORT.document_of(version)


def test_each_signs_in_a_capacity_of_theirs_the_text_that_was_read(
    report, principal, treasurer, noon
):
    version = services.close(report.pk, by=principal, at=noon)
    assert signing.unsigned(version) == [PRINCIPAL, TREASURER]

    both = [PRINCIPAL, TREASURER]
    services.sign(report.pk, version.sha256, as_=both, by=principal, at=noon)
    assert signing.unsigned(version) == [TREASURER]
    services.sign(report.pk, version.sha256, as_=both, by=treasurer, at=noon)

    assert signing.unsigned(version) == []
    assert list(
        version.signatures.order_by("pk").values_list("capacity", "name", "sha256", "intent")
    ) == [
        (
            *("principal", "Rosa Diaz", version.sha256),
            "I sign the report of Kennedy School as Principal.",
        ),
        (
            *("treasurer", "Lee Park", version.sha256),
            "I sign the report of Kennedy School as Treasurer.",
        ),
    ]


def test_signing_twice_is_one_signature(report, principal, noon):
    version = services.close(report.pk, by=principal, at=noon)
    both = [PRINCIPAL, TREASURER]
    first = services.sign(report.pk, version.sha256, as_=both, by=principal, at=noon)

    assert services.sign(report.pk, version.sha256, as_=both, by=principal, at=noon) == first
    assert version.signatures.count() == 1


def test_nobody_signs_where_somebody_else_has(report, principal, treasurer, noon):
    version = services.close(report.pk, by=principal, at=noon)
    services.sign(report.pk, version.sha256, as_=[PRINCIPAL], by=principal, at=noon)

    with pytest.raises(StepNotAllowed, match="Rosa Diaz has signed as principal already"):
        services.sign(report.pk, version.sha256, as_=[PRINCIPAL], by=treasurer, at=noon)


def test_an_edit_voids_what_was_signed(report, coaches, principal, treasurer, noon):
    signed = services.close(report.pk, by=principal, at=noon)
    services.sign(report.pk, signed.sha256, as_=[PRINCIPAL], by=principal, at=noon)

    later = noon + timedelta(hours=1)
    services.save(coaches.pk, typed(coaches, spent=950), by=treasurer, at=later)

    report.refresh_from_db()
    assert (report.edition, signing.current_version(report)) == (2, None)
    voiding = ReportVoiding.objects.get()
    assert (voiding.version, voiding.voided_by, voiding.voided_at) == (signed, treasurer, later)
    with pytest.raises(StepNotAllowed, match="edited after you opened it"):
        services.sign(report.pk, signed.sha256, as_=[TREASURER], by=treasurer, at=later)

    again = services.close(report.pk, by=principal, at=later)
    assert (again.number, again.edition) == (2, 2)
    assert again.sha256 != signed.sha256
    assert signing.unsigned(again) == [PRINCIPAL, TREASURER]
    with pytest.raises(StepNotAllowed, match="edited after you opened it"):
        services.sign(report.pk, signed.sha256, as_=[TREASURER], by=treasurer, at=later)


def test_only_the_first_edit_voids_and_a_save_of_the_same_words_does_not(
    report, coaches, principal, noon
):
    services.close(report.pk, by=principal, at=noon)
    services.save(coaches.pk, typed(coaches), by=principal, at=noon)
    assert not ReportVoiding.objects.exists()

    for spent in (950, 960):
        coaches.refresh_from_db()
        services.save(coaches.pk, typed(coaches, spent=spent), by=principal, at=noon)

    assert ReportVoiding.objects.count() == 1
    report.refresh_from_db()
    assert report.edition == 3


def test_two_people_in_one_row_both_keep_what_they_wrote(
    report, coaches, principal, treasurer, noon
):
    mine, theirs = typed(coaches, what="Three coaches"), typed(coaches, spent=950)

    services.save(coaches.pk, mine, by=principal, at=noon)
    saved = services.save(coaches.pk, theirs, by=treasurer, at=noon)

    coaches.refresh_from_db()
    assert (coaches.what, coaches.spent, saved.conflicts) == ("Three coaches", 950, ())


def test_only_a_field_that_both_changed_is_asked_about(report, coaches, principal, treasurer, noon):
    mine, theirs = typed(coaches, what="Three coaches"), typed(coaches, what="One", spent=950)

    services.save(coaches.pk, mine, by=principal, at=noon)
    saved = services.save(coaches.pk, theirs, by=treasurer, at=noon)

    coaches.refresh_from_db()
    assert (coaches.what, coaches.spent) == ("Three coaches", 950)
    assert (saved.conflicts, saved.by) == (("what",), principal)


def test_two_rules_judge_it_row_by_row(report, coaches, principal, noon):
    services.save(coaches.pk, typed(coaches, spent=None), by=principal, at=noon)
    books = report.spending.get(what="Books")
    services.save(books.pk, typed(books, spent=1200), by=principal, at=noon)

    found = run(RULES, document_of(report), LAYOUT, today=noon.date())

    assert [(each.rule, each.sentence, each.place, each.row_id, each.field) for each in found] == [
        ("1", "Line 1 does not say what was spent.", "spending", coaches.pk, "spent"),
        ("2", "Line 2 spent more than was budgeted.", "spending", books.pk, "spent"),
    ]
    assert [each.stops for each in found] == [True, False]
    with pytest.raises(StepNotAllowed, match="Line 1 does not say what was spent"):
        services.close(report.pk, by=principal, at=noon)


def test_a_stored_version_is_judged_like_the_text_it_was(report, principal, noon):
    version = services.close(report.pk, by=principal, at=noon)

    assert run(RULES, REPORT.document_of(version), LAYOUT, today=noon.date()) == run(
        RULES, document_of(report), LAYOUT, today=noon.date()
    )


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("reportsignature_one_in_each_capacity", {"capacity": "principal"}),
        ("reportsignature_two_different_people", {"is_same_person": True}),
    ],
)
def test_the_database_refuses(report, principal, treasurer, noon, constraint, values):
    version = services.close(report.pk, by=principal, at=noon)
    services.sign(report.pk, version.sha256, as_=[PRINCIPAL], by=principal, at=noon)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ReportSignature.objects.create(
            version=version,
            capacity=values.get("capacity", "treasurer"),
            signed_by=principal if values.get("is_same_person") else treasurer,
            signed_at=noon,
            sha256=version.sha256,
        )


def test_a_version_a_signature_and_a_voiding_are_never_changed(report, coaches, principal, noon):
    version = services.close(report.pk, by=principal, at=noon)
    services.sign(report.pk, version.sha256, as_=[PRINCIPAL], by=principal, at=noon)
    services.save(coaches.pk, typed(coaches, spent=950), by=principal, at=noon)

    for model, values in [
        (ReportVersion, {"number": 7}),
        (ReportSignature, {"name": "Nobody"}),
        (ReportVoiding, {"voided_at": noon + timedelta(days=1)}),
    ]:
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            model.objects.update(**values)
