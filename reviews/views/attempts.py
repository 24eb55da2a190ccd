"""Calling a verb from a page: a refusal becomes sentences above what was typed."""

from collections.abc import Callable
from http import HTTPStatus

from django.forms import Form

from plans.services import Blocked
from plans.workflow import StepNotAllowed


def attempt(form: Form, verb: Callable[[], object]) -> bool:
    """Whether the verb was done; if not, the form says why."""
    try:
        verb()
    except Blocked as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
    except StepNotAllowed as refusal:
        form.add_error(None, str(refusal))
    else:
        return True
    return False


def status_of(form: Form) -> int:
    """200 for a page just opened, 422 where a field was not read, 409 where the act was refused."""
    if not form.is_bound or not form.errors:
        return HTTPStatus.OK
    return (
        HTTPStatus.CONFLICT if set(form.errors) == {"__all__"} else HTTPStatus.UNPROCESSABLE_ENTITY
    )
