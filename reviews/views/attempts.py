"""Calling a verb from a page: a refusal becomes sentences above what was typed."""

from collections.abc import Callable

from django.forms import Form

from plans.services import Blocked
from plans.workflow import StepNotAllowed

REFUSED = 409  # the page is shown again, with what was typed and why it was not done
NOT_READ = 422


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
        return 200
    return REFUSED if set(form.errors) == {"__all__"} else NOT_READ
