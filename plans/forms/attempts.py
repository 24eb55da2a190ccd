"""Calling a verb from a page: a refusal becomes sentences above what was typed."""

from collections.abc import Callable

from django.forms import Form

from districts.requests import refuse
from plans.services import Blocked
from plans.workflow import StepNotAllowed


def attempt(form: Form, verb: Callable[[], object]) -> bool:
    """Whether the verb was done; if not, the form says why."""
    try:
        verb()
    except Blocked as refusal:
        for reason in refusal.reasons:
            refuse(form, reason)
    except StepNotAllowed as refusal:
        refuse(form, str(refusal))
    else:
        return True
    return False
