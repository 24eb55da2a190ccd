"""What a stranger reads of a public plan, and that of any other they read nothing."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from districts.roles import Role
from districts.tests.factories import person
from library.documents import Passage
from library.models import Why
from library.reading.results import results_shown
from library.reports.results import results_among
from library.services import take_down
from library.tests.checked import PUBLISHED, decide, published, resubmit, submitted_plan
from library.tests.test_publishing import with_baselines
from library.urls import urlpatterns
from plans.documents.cache import document_of
from plans.models import Comment, Plan, TargetOutcome
from plans.reports.versions import latest_standing
from plans.tests.factories import PlanFactory
from reviews.models import Recommendation
from reviews.reports.findings import Measured

pytestmark = pytest.mark.django_db
RUIZ = Passage("Ana Ruiz", Why.PERSONAL_DATA)
READ = ("plan", "text", "summary", "changes")
OF_A_PLAN = [one.name for one in urlpatterns if "/public/" in str(one.pattern)]


def address(plan, name="plan", **more):
    of_data = {"table": "lines", "kind": "csv"} if name == "plan_data" else {}
    place = {"slug": plan.district.slug, "fiscal_year": plan.cycle_id}
    return reverse(f"library:{name}", kwargs=place | of_data | more)


def read(client, plan, name="plan"):
    response = client.get(address(plan, name))
    assert response.status_code == 200, name
    return response.text


@pytest.mark.parametrize("name", OF_A_PLAN)
def test_a_stranger_fetches_nothing_of_a_plan_that_is_not_public(client, name):
    drafted, submitted = PlanFactory(), submitted_plan()
    taken = submitted_plan()
    publication = published(taken)
    take_down(
        plan_id=taken.pk,
        publication=publication.pk,
        reason="It names a student.",
        key=uuid4(),
        by=person(Role.SYSADMIN),
        at=PUBLISHED,
    )

    met = {client.get(address(plan, name)).status_code for plan in (drafted, submitted, taken)}

    assert met == {404}


@pytest.mark.parametrize("name", READ)
def test_a_public_plan_is_read_without_an_account_and_kept_for_minutes(client, name):
    plan = submitted_plan()
    published(plan)

    response = client.get(address(plan, name))

    assert plan.district.name in response.text
    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert not response.cookies


def test_the_list_has_what_is_public_and_counts_what_is_not(client):
    public, _ = submitted_plan(), submitted_plan()
    published(public)

    page = client.get(reverse("library:list"))

    assert address(public) in page.text
    assert page.text.count("/public/") == 1
    assert "1 more plan is submitted" in " ".join(page.text.split())


def test_the_list_of_a_year(client):
    published(submitted_plan())

    assert "/public/" in client.get(reverse("library:list") + "?fy=2027").text
    for other in ("2026", "٢", "x", "99999999999"):
        assert client.get(reverse("library:list") + f"?fy={other}").status_code == 200
    assert "/public/" not in client.get(reverse("library:list") + "?fy=2026").text


def test_a_stranger_at_the_address_of_a_plan_is_led_to_its_public_page(client):
    public, other = submitted_plan(), submitted_plan()
    published(public)

    assert client.get(public.get_absolute_url()).url == address(public)
    assert client.get(other.get_absolute_url()).url.startswith("/accounts/login/")


def test_who_is_signed_in_reads_their_own_page_of_it(client, noon):
    plan = submitted_plan()
    published(plan)
    client.force_login(person(Role.SUPERINTENDENT, plan.district))

    assert client.get(plan.get_absolute_url()).status_code == 200
    assert "private" in client.get(address(plan)).headers["Cache-Control"]


@pytest.mark.parametrize("name", READ)
def test_what_is_removed_stands_in_no_page(client, name):
    plan = submitted_plan()
    resubmit(plan, "Ana Ruiz reads with ANA  RUIZ.")
    published(plan)
    read(client, plan, name)  # and is kept

    published(plan, RUIZ)

    assert "ruiz" not in read(client, plan, name).lower()


def test_what_changed_shows_nothing_that_was_removed_of_either_text(client):
    plan = submitted_plan()
    published(plan, RUIZ)
    resubmit(plan, "Other words, of Otis Lake.")
    published(plan, RUIZ, Passage("Otis Lake", Why.PERSONAL_DATA))

    page = read(client, plan, "changes")

    assert "Other words" in page
    assert "ruiz" not in page.lower()
    assert "Otis" not in page


def test_a_version_taken_back_is_held_against_nothing(client):
    plan = submitted_plan()
    first = published(plan)
    act = {"plan_id": plan.pk, "by": person(Role.SYSADMIN), "at": PUBLISHED}
    take_down(publication=first.pk, reason="A name.", key=uuid4(), **act)
    resubmit(plan, "Other words.")
    published(plan)

    assert "Other words" not in read(client, plan, "changes")
    assert "Nothing to hold it against" in read(client, plan, "changes")


def test_the_letter_is_public_once_it_was_checked_with_the_decision(client):
    plan = submitted_plan(submitted=False, approved=True)
    published(plan)
    decide(plan)
    assert client.get(address(plan, "letter")).status_code == 404

    published(plan, Passage("Mrs. Ada Whitlock", Why.PERSONAL_DATA))

    page = read(client, plan, "letter")
    assert "I have approved the plan. [removed: personal data] may call." in page
    assert "Approved" in read(client, plan)


@pytest.mark.parametrize("status", ["under_review", "recommended"])
def test_a_review_or_a_recommendation_reads_as_not_decided(client, status):
    plan = submitted_plan(submitted=False, **{status: True})
    published(plan)

    page = read(client, plan)

    assert "Submitted, not yet decided" in page
    assert "ecommend" not in page


@pytest.mark.parametrize("name", READ)
def test_nothing_of_the_reviews_is_in_a_public_page(client, name):
    plan = submitted_plan(submitted=False, recommended=True)
    Recommendation.objects.filter(plan=plan).update(text="Sesquipedalian word.")
    Comment.objects.create(
        plan=plan,
        version=plan.versions.get(),
        section="budget",
        audience="internal",
        text="Sesquipedalian doubt.",
        key=uuid4(),
        written_at=PUBLISHED,
        written_by=person(Role.PROGRAM_REVIEWER),
    )
    published(plan)

    assert "Sesquipedalian" not in read(client, plan, name)


def test_a_later_version_that_is_not_checked_is_not_said_to_be_read(client):
    plan = submitted_plan(submitted=False, approved=True)
    published(plan)
    resubmit(plan, "The second.")

    page = read(client, plan)

    assert "a later version is being checked" in page
    assert "The second." not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_so_many_queries_however_many_are_public(
    client, count, django_assert_num_queries
):
    for _ in range(count):
        published(submitted_plan())
    client.cookies["brought"] = "along"

    with django_assert_num_queries(4):
        client.get(reverse("library:list"))


@pytest.mark.parametrize(
    ("name", "queries"), [("plan", 5), ("text", 1), ("summary", 1), ("changes", 3)]
)
def test_a_page_asks_so_many_queries_however_often_it_was_published(
    client, name, queries, django_assert_num_queries
):
    plan = submitted_plan()
    published(plan)
    client.cookies["brought"] = "along"
    client.get(address(plan, name))

    with django_assert_num_queries(queries):
        client.get(address(plan, name))
    published(plan, RUIZ)
    published(plan)
    client.get(address(plan, name))
    with django_assert_num_queries(queries):
        client.get(address(plan, name))


@pytest.mark.parametrize("place", ["list", *READ])
def test_what_a_stranger_reads_is_made_once_for_all(client, place, django_assert_num_queries):
    plan = submitted_plan()
    published(plan)
    where = reverse("library:list") if place == "list" else address(plan, place)
    made = client.get(where)

    with django_assert_num_queries(1):
        kept = client.get(where)

    assert kept.content == made.content
    assert kept.headers["Cache-Control"] == "public, max-age=300"


def test_what_is_kept_for_strangers_is_made_anew_once_anything_is_told_of(client):
    plan, listed = submitted_plan(), reverse("library:list")
    published(plan)
    assert address(plan) in client.get(listed).text
    assert "Planned by" in read(client, plan)

    approved = plan.events.get(step="submit")
    approved.pk, approved.step, approved.target, approved.key = None, "approve", "approved", uuid4()
    approved.save(force_insert=True)
    Plan.objects.filter(pk=plan.pk).update(status="approved")
    assert "Planned by" not in read(client, plan)
    decide(plan)
    later = published(plan)
    assert "Read the letter" in read(client, plan)
    take_down(
        plan_id=plan.pk,
        publication=later.pk,
        reason="It names a student.",
        key=uuid4(),
        by=person(Role.SYSADMIN),
        at=PUBLISHED,
    )

    assert client.get(address(plan)).status_code == 404
    assert address(plan) not in client.get(listed).text


def test_who_brings_a_cookie_or_another_question_reads_no_page_kept_for_strangers(client):
    published(submitted_plan())
    listed = reverse("library:list")
    client.get(listed)

    assert "Sign out" not in client.get(f"{listed}?fy=2027&more=1").text
    client.force_login(person(Role.AUDITOR))
    assert "Sign out" in client.get(listed).text
    client.logout()
    assert "Sign out" not in client.get(listed).text


def test_the_sitemap_names_what_is_public_and_nothing_else(client, settings):
    public, other = submitted_plan(), submitted_plan()
    published(public)

    told = client.get("/sitemap.xml").text

    assert f"<loc>{settings.SITE_URL}{address(public)}</loc><lastmod>2026-08-03</lastmod>" in told
    assert other.district.slug not in told


def test_an_approval_whose_letter_was_not_checked_is_said_without_it(client):
    plan = submitted_plan(submitted=False, approved=True)
    published(plan)

    page = read(client, plan)

    assert "The letter is being checked" in page
    assert "It can still change" not in page


def test_results_are_those_of_the_certified_report_of_the_plan():
    plan, lineage = PlanFactory(), uuid4()
    said = {"lineage": lineage, "report": "progress/1", "certified_at": PUBLISHED}
    TargetOutcome.objects.create(plan=plan, actual=Decimal("8.5"), measured_in="2026-27", **said)
    TargetOutcome.objects.create(plan=PlanFactory(), actual=Decimal(1), **said)

    told = {str(lineage): Measured(Decimal("8.50"), "", "2026-27")}
    assert results_among([plan.pk]) == {plan.pk: told}


@pytest.fixture
def approved_with(monkeypatch):
    def approved(said):
        """Public, with a certified figure of its first target."""
        plan = submitted_plan(submitted=False, approved=True)
        decide(plan)
        published(plan)
        (target, *_) = document_of(latest_standing(plan)).targets
        found = {plan.pk: {target.lineage: said}}
        monkeypatch.setattr("library.reading.results.results_among", lambda plans: found)
        return plan

    return approved


def test_what_targets_came_to_stands_beside_them_once_a_report_is_certified(client, approved_with):
    plan = approved_with(Measured(Decimal("80.5"), "", "2026-27", source="Mr. Lee’s count."))

    row = read(client, plan).partition('data-label="Result"')[2][:400]

    assert "80.5" in row
    assert "2026-27, target met" in " ".join(row.split())
    assert "Lee" not in read(client, plan)


def test_a_result_that_was_published_without_a_number_is_shown_without(client, approved_with):
    plan = approved_with(Measured(suppressed="<5"))

    page = read(client, plan)

    assert "&lt;5" in page
    assert "target met" not in page
    assert "target not met" not in page


def test_a_count_of_a_few_is_left_out_of_the_results_and_so_is_what_would_tell_it():
    text = SimpleNamespace(document=with_baselines(*[None] * 3))
    marked = [
        each.model_copy(update={"lineage": f"lineage-{place}", "number": f"1.{place}"})
        for place, each in enumerate(text.document.targets)
    ]
    text.document = SimpleNamespace(targets=marked)
    said = {
        f"lineage-{place}": Measured(Decimal(count), measured_in="2026-27")
        for place, count in enumerate((3, 9, 12))
    }

    shown = results_shown(text, said)

    assert [shown[f"1.{place}"].figure for place in range(3)] == ["<6", "*", "12"]
    assert [shown[f"1.{place}"].is_met for place in range(2)] == [None, None]


@pytest.mark.parametrize(("minutes", "told"), [(15, False), (-1, True)])
def test_the_public_reads_of_an_approval_once_its_letters_may_leave(client, minutes, told):
    """Until then it can be called back."""
    plan = submitted_plan(submitted=False, approved=True)
    published(plan)
    decide(plan, leaves_at=timezone.now() + timedelta(minutes=minutes))

    page = read(client, plan)
    listed = BeautifulSoup(client.get(reverse("library:list")).text, "html.parser")
    answered = client.get(f"/api/v1/plans/{plan.district.slug}/{plan.cycle_id}").json()

    assert ("has approved this plan" in " ".join(page.split())) is told
    assert (listed.select_one("td[data-label=Status]").text.strip() == "Approved") is told
    assert (answered["status"] == "Approved") is told
