"""The queue leads a liaison to the drafts that are shared with them, and nobody else."""

import pytest
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import MembershipFactory, person
from plans import services
from plans.tests.factories import PlanFactory

pytestmark = pytest.mark.django_db


def leads_to(client, user, address) -> bool:
    client.force_login(user)
    return f'href="{address}"' in client.get(reverse("reviews:queue")).text


def test_queue_lists_the_drafts_shared_with_its_reader(client, reviewer, fiscal_reviewer, noon):
    plan = PlanFactory()
    by = person(Role.SUPERINTENDENT, plan.district)
    address = reverse("plans:shared", args=[plan.district.slug, plan.cycle_id])
    act = {"plan_id": plan.pk, "by": by, "at": noon}
    share = services.share_draft(reader_id=reviewer.pk, **act)

    assert leads_to(client, reviewer, address)
    assert not leads_to(client, fiscal_reviewer, address)
    own = MembershipFactory(user=reviewer, role=Role.DISTRICT_VIEWER, district=plan.district)
    assert not leads_to(client, reviewer, address)
    own.delete()
    services.end_share(share_id=share.pk, **act)
    assert not leads_to(client, reviewer, address)
