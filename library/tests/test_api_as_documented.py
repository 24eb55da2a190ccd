"""Whatever the API's document allows, and what it does not, is answered as the document says."""

from http import HTTPStatus

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis.generation import GenerationMode

from library.tests.checked import published, submitted_plan

pytestmark = pytest.mark.django_db
OPERATIONS = {
    *("plans", "plan", "document", "targets", "strategies", "lines"),
    "plan_schema",
}
ASKS_NOTHING = "/api/v1/schema/plan"  # so nothing can be asked that is wrong
TRIED = settings(
    max_examples=25,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@pytest.fixture
def in_one_transaction():
    """As the test client has it: no request closes the connection that holds the test's rows."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("in_one_transaction")
@pytest.mark.parametrize("mode", GenerationMode)
def test_every_answer_is_as_documented(mode, settings):
    settings.PUBLIC_API_A_MINUTE = None
    plan = submitted_plan()
    published(plan)
    place = {"district": plan.district.slug, "fiscal_year": plan.cycle_id}
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    tried = set()

    for found in document.get_all_operations():
        operation = found.ok()
        tried.add(operation.definition.raw["operationId"])
        of_the_plan = operation.Case(path_parameters=place if "{" in operation.path else {})
        assert of_the_plan.call_and_validate().status_code == HTTPStatus.OK
        if mode == GenerationMode.NEGATIVE and operation.path == ASKS_NOTHING:
            continue

        @TRIED
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case):
            case.call_and_validate()

        ask()

    assert tried == OPERATIONS
