"""Plans that somebody has checked: what the tests of this app publish."""

from datetime import datetime
from uuid import uuid4

from districts.calendar import EASTERN
from districts.roles import Role
from districts.tests.factories import person
from library.documents import Passage
from library.models import Publication, Why
from library.reports.published import decision_on
from library.rules import findings_in
from library.services import publish
from plans.documents.cache import document_of
from plans.models import Plan
from plans.reports.versions import latest_standing
from plans.tests.documents import complete_document
from plans.tests.factories import PlanFactory, closed_version
from reviews.models import Determination

PUBLISHED = datetime(2026, 8, 3, 9, 0, tzinfo=EASTERN)
LETTER = "I have approved the plan. Mrs. Ada Whitlock may call."


def submitted_plan(**values) -> Plan:
    return PlanFactory(**{"submitted": True} | values)


def resubmit(plan: Plan, summary: str, **parts):
    """A second version, submitted after the first, as its events say."""
    shape = complete_document()
    first = document_of(plan.versions.get(number=1))
    cover = shape.cover.model_copy(update={"summary": summary})
    text = first.model_copy(update={"cover": cover, **parts})
    Plan.objects.filter(pk=plan.pk).update(edition=plan.edition + 1)
    plan.refresh_from_db()
    version = closed_version(plan, text, signed=True)
    came = plan.events.filter(step="submit").first()
    came.pk, came.version, came.key, came.taken_at = None, version, uuid4(), PUBLISHED
    came.save(force_insert=True)
    return version


def decide(plan: Plan, letter: str = LETTER, **values) -> Determination:
    event = plan.events.filter(step="approve").first()
    return Determination.objects.create(
        plan=plan,
        version=latest_standing(plan),
        event=event,
        implementation="first_plan",
        implementation_reasons="First.",
        performance="first_plan",
        performance_reasons="First.",
        amount=1_000_000,
        letter=letter,
        decided_at=event.taken_at,
        decided_by=person(Role.COMMISSIONER),
        **values,
    )


def all_kept(plan: Plan, *removed: Passage) -> list[Passage]:
    """Every finding left in view, but for what is removed."""
    version = latest_standing(plan)
    decided = decision_on(plan, at=PUBLISHED)
    found = findings_in(document_of(version), decided.letter if decided else "")
    gone = " ".join(passage.text for passage in removed)
    kept = [Passage(one.passage, Why.KEPT) for one in found if one.passage not in gone]
    return [*removed, *kept]


def published(plan: Plan, *removed: Passage, **values) -> Publication:
    last = plan.publications.order_by("-pk").first()
    said = {
        "version": latest_standing(plan).number,
        "after": last.pk if last else None,
        "passages": all_kept(plan, *removed),
        "reason": "" if last is None else "A parent wrote to us.",
        "key": uuid4(),
        "by": person(Role.PROGRAM_MANAGER),
        "at": PUBLISHED,
    }
    return publish(plan_id=plan.pk, **said | values)
