"""Search finds what one may read, says where it stands, and nothing that is another's."""

from datetime import datetime
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.calendar import EASTERN
from districts.roles import Role
from districts.tests.factories import (
    ConflictFactory,
    DistrictFactory,
    MembershipFactory,
    UserFactory,
    person,
)
from plans.models import Comment, Plan, PlanEvent
from plans.revision_workflow import RevisionStep
from plans.tests.documents import change, complete_document
from plans.tests.factories import PlanFactory, closed_version
from plans.workflow import Status, Step
from reviews.reports.searching import LONGEST, PAGE, CannotSearch, search
from reviews.tests.ledgers import revise

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 8, 3, 12, tzinfo=EASTERN)


def says(word: str):
    """A document in which this word stands once, in the needs."""
    return change(complete_document(), "needs", narrative=f"Here stands {word} & <b>more</b>.")


def a_plan(name: str, word: str, *, handed_in: bool = True) -> Plan:
    district = DistrictFactory(name=name, slug=name.lower(), designated=True)
    plan = PlanFactory(district=district)
    version = closed_version(plan, says(word))
    if handed_in:
        step(plan, Step.SUBMIT, Status.DRAFT, Status.SUBMITTED, version=version)
    return plan


def step(plan, taken, source, target, *, version=None):
    PlanEvent.objects.create(
        plan=plan,
        step=taken,
        source=source,
        target=target,
        version=version,
        reason="So.",
        taken_at=NOON,
        taken_by=plan.started_by,
    )
    Plan.objects.filter(pk=plan.pk).update(
        status=target, submitted_at=NOON, submitted_by=plan.started_by
    )


def found(user, words, **asked) -> set[str]:
    return {hit.district for hit in search(user, words, **asked).hits}


@pytest.fixture
def auditor():
    return person(Role.AUDITOR)


def test_department_finds_what_was_handed_in_and_nothing_else(auditor):
    a_plan("Ansonia", "quokka")
    a_plan("Bristol", "quokka", handed_in=False)
    recalled = a_plan("Derby", "quokka")
    step(recalled, Step.RECALL, Status.SUBMITTED, Status.DRAFT)

    assert found(auditor, "quokka") == {"Ansonia"}
    again = recalled.versions.get()
    step(recalled, Step.SUBMIT, Status.DRAFT, Status.SUBMITTED, version=again)
    assert found(auditor, "quokka") == {"Ansonia", "Derby"}


def test_the_text_that_stands_is_searched_and_not_the_one_before(auditor):
    plan = a_plan("Ansonia", "quokka")
    plan.edition += 1
    plan.save()
    later = closed_version(plan, says("wombat"))
    assert found(auditor, "quokka") == {"Ansonia"}
    assert found(auditor, "wombat") == set()

    step(plan, Step.RETURN, Status.UNDER_REVIEW, Status.RETURNED)
    step(plan, Step.SUBMIT, Status.RETURNED, Status.SUBMITTED, version=later)

    assert found(auditor, "quokka") == set()
    assert found(auditor, "wombat") == {"Ansonia"}


@pytest.mark.parametrize(
    ("step_taken", "standing", "other"),
    [(RevisionStep.HAND_IN, "quokka", "wombat"), (RevisionStep.APPROVE, "wombat", "quokka")],
)
def test_a_revision_is_found_once_it_is_in_force(auditor, step_taken, standing, other):
    plan = a_plan("Ansonia", "quokka")
    plan.refresh_from_db()

    revise(plan, says("wombat"), step_taken)

    assert found(auditor, standing) == {"Ansonia"}
    assert found(auditor, other) == set()


def test_a_district_finds_its_own_as_last_closed_and_no_other(auditor):
    own = a_plan("Ansonia", "quokka", handed_in=False)
    a_plan("Bristol", "quokka")
    coordinator = person(Role.PLAN_COORDINATOR, own.district)

    assert found(coordinator, "quokka") == {"Ansonia"}
    assert found(person(Role.DISTRICT_VIEWER, own.district), "quokka") == {"Ansonia"}
    assert found(UserFactory(), "quokka") == set()
    coordinator.memberships.update(ended_at=NOON, ended_by=coordinator)
    assert found(type(coordinator).objects.get(pk=coordinator.pk), "quokka") == set()


def test_who_is_kept_from_a_district_finds_it_as_the_district_would_or_not_at_all():
    ansonia = a_plan("Ansonia", "quokka", handed_in=False)
    bristol = a_plan("Bristol", "quokka")
    a_plan("Derby", "quokka")
    reader = person(Role.PROGRAM_REVIEWER)
    MembershipFactory(user=reader, role=Role.PLAN_COORDINATOR, district=ansonia.district)
    ConflictFactory(person=reader, district=bristol.district)

    assert found(reader, "quokka") == {"Ansonia", "Derby"}


def test_nothing_that_reviewers_say_is_found(auditor):
    plan = a_plan("Ansonia", "quokka")
    Comment.objects.create(
        plan=plan,
        version=plan.versions.get(),
        section="needs",
        audience=Comment.Audience.INTERNAL,
        text="A platypus among reviewers.",
        key=uuid4(),
        written_at=NOON,
        written_by=auditor,
    )

    for reader in (auditor, person(Role.SUPERINTENDENT, plan.district)):
        assert found(reader, "quokka") == {"Ansonia"}
        assert found(reader, "platypus") == set()


def test_the_excerpt_marks_the_words_and_leads_to_their_section(client, auditor):
    a_plan("Ansonia", "quokkas")
    client.force_login(auditor)
    page = client.get(reverse("reviews:search"), {"q": "quokka"})
    [hit] = BeautifulSoup(page.text, "html.parser").select(".found li")

    assert hit.a.text == "Ansonia, FY2027: Needs assessment"
    assert hit.a["href"] == f"{reverse('plans:version', args=['ansonia', 2027, 1])}#needs"
    assert hit.mark.text == "quokkas"
    assert "& more" in " ".join(hit.p.text.split())  # of what looks like markup nothing is drawn
    assert hit.p.b is None
    text = BeautifulSoup(client.get(hit.a["href"]).text, "html.parser")
    assert "quokkas" in text.find(id="needs").text


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("stands quokka", 1),
        ('"stands quokka"', 1),
        ('"quokka stands"', 0),
        ("quokka -stands", 0),
        ("quokka or wombat", 1),
        ("qokka", 0),
        ("quokka " * 20, 1),
        ("quokka' \\ :* & | ! <-> (", 1),
    ],
)
def test_words_are_taken_as_people_write_them(auditor, words, hits):
    a_plan("Ansonia", "quokka")

    assert len(search(auditor, words).hits) == hits


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("and or -", "No word here can be searched for."),
        ("the of", "No word here can be searched for."),
        ("-quokka", "No word here can be searched for."),
        ('"" & | ! ()', "No word here can be searched for."),
        ("x" * 10_000, "These are 10,000 characters. Search for 200 or fewer"),
    ],
)
def test_what_cannot_be_searched_for_is_answered_with_a_sentence(client, auditor, words, sentence):
    with pytest.raises(CannotSearch, match=sentence.replace("(", r"\(")):
        search(auditor, words)
    client.force_login(auditor)
    page = client.get(reverse("reviews:search"), {"q": words})
    assert page.status_code == 200
    assert sentence in page.text
    assert "x" * (LONGEST + 2) not in page.text


@pytest.mark.parametrize("words", ["", "   ", "\0", "\0 \0"])
def test_no_words_are_asked_for(client, auditor, words):
    client.force_login(auditor)
    page = client.get(reverse("reviews:search"), {"q": words, "page": "9", "fy": "x"})

    assert "Name a few words" in page.text


def test_nul_within_words_is_a_space(auditor):
    a_plan("Ansonia", "quokka")

    assert found(auditor, "stands\0quokka") == {"Ansonia"}


def test_one_year_is_searched_where_one_is_named(auditor):
    a_plan("Ansonia", "quokka")

    assert found(auditor, "quokka", fiscal_year=2027) == {"Ansonia"}
    assert found(auditor, "quokka", fiscal_year=2028) == set()
    district = Plan.objects.get().district
    own = person(Role.PLAN_COORDINATOR, district)
    assert found(own, "quokka", fiscal_year=2028) == set()


def test_search_asks_as_often_for_one_plan_as_for_many(client, auditor, django_assert_num_queries):
    a_plan("Ansonia", "quokka")
    client.force_login(auditor)
    url = reverse("reviews:search")
    with django_assert_num_queries(7):
        client.get(url, {"q": "quokka"})
    for number in range(PAGE + 1):
        a_plan(f"Town{number:02}", "quokka")

    with django_assert_num_queries(7):
        page = client.get(url, {"q": "quokka"})
    assert len(BeautifulSoup(page.text, "html.parser").select(".found li")) == PAGE
    assert f"{PAGE + 2} sections with these words" in page.text
    for beyond in ("2", "3", "99999", "9" * 9):
        last = client.get(url, {"q": "quokka", "page": beyond})
        shown = PAGE if len(beyond) > 5 else 2  # a number nobody would ask for is the first page
        assert len(BeautifulSoup(last.text, "html.parser").select(".found li")) == shown


def test_of_what_is_found_no_more_than_a_page_is_read(client, auditor):
    for number in range(PAGE + 1):
        a_plan(f"Town{number:02}", "quokka")

    first, second = (search(auditor, "quokka", page=page) for page in ("", "2"))

    assert [hit.district for hit in first.hits] == [f"Town{number:02}" for number in range(PAGE)]
    assert [hit.district for hit in second.hits] == [f"Town{PAGE:02}"]
    assert (first.page.paginator.count, first.page.number, second.page.number) == (PAGE + 1, 1, 2)
