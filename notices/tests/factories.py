"""Letters for tests. A person is whoever the project says a person is."""

from datetime import UTC, datetime

import factory
from django.contrib.auth import get_user_model
from factory.django import DjangoModelFactory

from notices.models import About, Notice

ANSONIA = About("plan", district_code="0020011", fiscal_year=2028)
POSTED_AT = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # noon in Connecticut


class AddresseeFactory(DjangoModelFactory):
    class Meta:
        model = get_user_model()

    email = factory.Sequence(lambda n: f"addressee{n}@example.org")
    name = factory.Sequence(lambda n: f"Addressee {n}")


class NoticeFactory(DjangoModelFactory):
    """A letter that is waiting; `sent=True`, `failed=True` and `withdrawn=True` are later days."""

    class Meta:
        model = Notice

    @classmethod
    def _create(cls, model_class, *args, about, **values):
        """What it is about may be a string, as a former release writes it: see the trigger."""
        columns = about.columns if isinstance(about, About) else {}
        return super()._create(model_class, *args, about=str(about), **columns, **values)

    class Params:
        sent = factory.Trait(
            status=Notice.Status.SENT, sent_at=POSTED_AT, attempts=1, outcome="250 Ok"
        )
        failed = factory.Trait(
            status=Notice.Status.FAILED,
            closed_at=POSTED_AT,
            attempts=1,
            first_tried_at=POSTED_AT,
            outcome="550 No such person",
        )
        withdrawn = factory.Trait(
            status=Notice.Status.WITHDRAWN, closed_at=POSTED_AT, outcome="The plan is in"
        )

    key = factory.Sequence(lambda n: f"test/{n}")
    kind = "plan_submitted"
    about = ANSONIA
    why = "The plan was submitted"
    to = factory.SubFactory(AddresseeFactory)
    address = factory.LazyAttribute(lambda notice: notice.to.email)
    subject = "Ansonia submitted its FY2028 amendment"
    body = "The Department has your plan.\n"
    message_id = factory.LazyAttribute(lambda notice: f"<{notice.key}@example.org>")
    posted_at = POSTED_AT
    leaves_at = POSTED_AT
