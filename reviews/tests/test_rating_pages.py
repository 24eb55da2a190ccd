"""The screen of a review: text and criteria beside one another, saved with and without a script."""

from http import HTTPStatus
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import person
from plans.models import Comment
from plans.sections import READABLE
from plans.workflow import Status
from reviews.models import Concern, Rating, Recommendation, Rubric
from reviews.reports.rubrics import DEFAULT
from reviews.services import comment
from reviews.tests.test_rating import DOLLARS, FISCAL, PROGRAM, apart, finish, rate_all, two

pytestmark = pytest.mark.django_db
__all__ = ["apart", "two"]  # fixtures

SCRIPT = {"HTTP_HX_REQUEST": "true"}


def url(plan, key="budget"):
    return reverse("reviews:section", args=[plan.district.slug, plan.cycle_id, key])


def page_of(response):
    return BeautifulSoup(response.text, "html.parser")


class Screen:
    """One person's open page. It stays as it was opened, whatever is saved elsewhere."""

    def __init__(self, client, plan, key="budget"):
        self.client, self.url = client, url(plan, key)
        self.page = page_of(client.get(self.url))
        form = self.page.select_one("form#ratings")
        self.fields = {
            field["name"]: field.get("value", "")
            for field in form.select("input[name]")
            if field["type"] != "radio" or field.has_attr("checked")
        }
        self.fields |= {field["name"]: field.text.strip() for field in form.select("textarea")}

    def name(self, question, field):
        return f"c{question.lineage.hex[:12]}-{field}"

    def type(self, question, **typed):
        self.fields |= {self.name(question, field): words for field, words in typed.items()}

    def save(self, **headers):
        return self.client.post(self.url, self.fields, **headers)


@pytest.fixture
def opened(two, client):
    plan, program, fiscal = two
    client.force_login(program)
    return client, plan, program, fiscal


def test_a_section_shows_its_text_its_criteria_and_how_far_one_is(opened):
    client, plan, *_ = opened
    page = Screen(client, plan).page
    work = page.select_one("#ratings")
    assert [each.text.strip() for each in work.select("legend")] == [
        f"{DOLLARS.number}. {DOLLARS.title}"
    ]
    for words in (DOLLARS.meets, DOLLARS.partially, DOLLARS.does_not):
        assert words in work.text
    assert "0 of 9 criteria rated" in page.select_one("#pace").text
    tabs = [each.text.split() for each in page.select("#places a")]
    assert len(tabs) == len(READABLE) + 1
    assert page.select_one("#budget h2").text == "Budget"
    assert page.select_one("#strategies") is None
    whole = page_of(client.get(url(plan, "all")))
    assert len(whole.select("form#ratings [data-criterion]")) == 9
    assert whole.select_one("#strategies h2").text == "Strategies"
    elsewhere = client.get(url(plan).replace("budget", "signatures"))
    assert elsewhere.status_code == HTTPStatus.NOT_FOUND


def test_it_is_saved_by_its_button_and_as_one_types(opened):
    client, plan, *_ = opened
    screen = Screen(client, plan)
    screen.type(DOLLARS, level="partially", evidence="Line 4 is round.")
    answer = screen.save()
    assert answer.url == f"{url(plan)}#ratings-saved"
    assert list(Rating.objects.values_list("level", "evidence")) == [
        ("partially", "Line 4 is round.")
    ]

    screen = Screen(client, plan)
    screen.type(DOLLARS, evidence="Lines 4 and 5 are round.")
    answer = screen.save(**SCRIPT)
    assert (answer.status_code, answer["X-Saved"]) == (HTTPStatus.OK, "in part")
    parts = page_of(answer)
    assert "1 of 9" in parts.select_one("#pace").text
    assert parts.select_one("#ratings-saved").text.strip().startswith("Saved")
    was = parts.select_one("input[id$=-was]")["value"]
    assert was != screen.fields[screen.name(DOLLARS, "was")]
    looked = client.get(url(plan), **SCRIPT)
    assert "1 of 9" in page_of(looked).select_one("#pace").text

    screen.type(DOLLARS, was=was, evidence="Line 5 alone.")
    screen.fields["next"] = "1"
    assert screen.save().url == url(plan, "engagement")
    assert Rating.objects.get().evidence == "Line 5 alone."


def test_the_first_rating_of_all_counts_at_once_where_a_script_saves_it(opened):
    client, plan, *_ = opened
    screen = Screen(client, plan)
    screen.type(DOLLARS, level="meets")

    answer = page_of(screen.save(**SCRIPT))

    assert "1 of 9" in answer.select_one("#pace").text


def test_two_windows_of_one_reviewer_are_asked_and_keep_both_texts(opened):
    client, plan, *_ = opened
    first, second = Screen(client, plan), Screen(client, plan)
    first.type(DOLLARS, level="meets", evidence="The first words.")
    first.save()
    second.type(DOLLARS, evidence="Other words.")

    asked = second.save(**SCRIPT)
    assert asked.status_code == HTTPStatus.CONFLICT
    mine, theirs = (side.select_one("mark").text for side in page_of(asked).select(".clash > div"))
    assert ("Other" in mine, "The first" in theirs) == (True, True)
    panel = second.save()
    assert panel.status_code == HTTPStatus.CONFLICT
    mine = page_of(panel).select_one("button[name=mine]")["value"]
    assert page_of(panel).select_one("textarea[name$=evidence]").text.strip() == "Other words."
    assert Rating.objects.get().evidence == "The first words."

    second.fields["mine"] = mine
    assert second.save().status_code == HTTPStatus.FOUND
    rating = Rating.objects.get()
    assert (rating.level, rating.evidence) == ("meets", "Other words.")


def test_what_cannot_be_saved_is_given_back(opened, noon):
    client, plan, program, _ = opened
    rate_all(plan, program, noon, PROGRAM)
    screen = Screen(client, plan)
    finish(plan, program, noon)
    screen.type(DOLLARS, evidence="One more thing.")

    answer = screen.save()
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "One more thing." in answer.text
    assert "is in, so its ratings stand" in answer.text
    assert page_of(client.get(url(plan))).select_one("form#ratings") is None


def test_others_ratings_are_read_once_ones_own_are_in(opened, noon):
    client, plan, program, fiscal = opened
    rate_all(plan, fiscal, noon, FISCAL, dollars="partially")
    finish(plan, fiscal, noon)
    beside = reverse("reviews:side_by_side", args=[plan.district.slug, plan.cycle_id])

    blind = client.get(url(plan)).text
    assert "Another review is in" in blind
    assert "Page 4." not in blind
    assert "Page 4." not in client.get(beside).text
    rate_all(plan, program, noon, PROGRAM)
    finish(plan, program, noon)
    assert "Page 4." in client.get(url(plan)).text
    assert "Page 4." in client.get(beside).text


def test_reviewers_agree_on_the_page_that_shows_them_side_by_side(apart, client, noon):
    plan, program, _ = apart
    client.force_login(program)
    beside = reverse("reviews:side_by_side", args=[plan.district.slug, plan.cycle_id])
    page = page_of(client.get(beside))
    assert "1 criterion is rated two levels apart" in page.text
    [form] = page.select("form.is-warn")
    typed = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}

    lacking = client.post(beside, typed | {"level": "meets", "words": " "})
    assert lacking.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.post(beside, typed | {"level": "meets", "words": "It does."}).url == beside
    plan.refresh_from_db()
    assert plan.status == Status.RECOMMENDED
    assert "Agreed: Dollars match" in client.get(beside).text


def test_the_screen_asks_as_much_whatever_was_rated(opened, noon, django_assert_max_num_queries):
    client, plan, program, _ = opened
    client.get(url(plan, "objectives"))  # its text is rendered
    with django_assert_max_num_queries(9) as bare:
        client.get(url(plan, "objectives"))
    rate_all(plan, program, noon, PROGRAM)
    for _ in range(3):
        comment(
            plan_id=plan.pk,
            section="objectives",
            audience="internal",
            text="Hm.",
            key=uuid4(),
            by=program,
            at=noon,
        )
    with django_assert_max_num_queries(11) as full:
        client.get(url(plan, "objectives"))
    assert len(full) <= len(bare) + 2  # its review and its ratings


def test_one_comes_back_to_where_one_was(opened):
    client, plan, *_ = opened
    go_on = reverse("reviews:go_on", args=[plan.district.slug, plan.cycle_id])
    assert client.get(go_on).url == url(plan, "cover")
    client.get(url(plan, "strategies"))
    assert client.get(go_on).url == url(plan, "strategies")


def test_a_comment_is_on_a_row_and_is_resolved_and_opened_again(opened):
    client, plan, program, _ = opened
    page = page_of(client.get(url(plan, "budget")))
    form = page.select_one("#new-comment")
    typed = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    rows = form.select("select[name=about] option")
    said = {"audience": "internal", "text": "Round?"}
    if rows:
        said["about"] = rows[-1]["value"]
    answer = client.post(form["action"], typed | said)
    assert page_of(answer).select(".invalid-feedback, [role=alert]") == []
    assert answer.url == f"{url(plan)}#comments"
    written = Comment.objects.get()
    if rows:
        assert (written.concern.kind, written.concern.lineage) == ("line", said["about"])
        assert f"On {rows[-1].text.strip()}" in page_of(client.get(url(plan))).text

    page = page_of(client.get(url(plan)))
    resolve = page.select_one(f"#comment-{written.pk} form")
    typed = {field["name"]: field["value"] for field in resolve.select("input[name]")}
    client.post(resolve["action"], typed)
    concern = Concern.objects.get()
    assert concern.resolved_by == program
    again = page_of(client.get(url(plan))).select_one(f"#comment-{written.pk}")
    assert "Resolved by" in again.text
    client.post(resolve["action"], typed | {"resolved": "no"})
    assert Concern.objects.get().resolved_at is None
    assert client.post(resolve["action"].replace(str(written.pk), "999"), typed).status_code == 404


def test_managers_write_the_rubric_and_reviewers_read_it(client, two, manager):
    plan, program, _ = two
    at = reverse("reviews:rubric", args=[plan.cycle_id])
    client.force_login(program)
    read = client.get(at).text
    assert DEFAULT.questions[0].does_not in read
    assert "Save the rubric" not in read
    assert client.post(at).status_code == HTTPStatus.FORBIDDEN

    client.force_login(manager)
    page = page_of(client.get(at))
    form = page.select_one("form[method=post][action='" + at + "']")
    typed = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
    typed |= {field["name"]: field.text.strip() for field in form.select("textarea")}
    typed |= {
        field["name"]: (field.select_one("option[selected]") or {"value": ""})["value"]
        for field in form.select("select")
    }
    for box in form.select("input[type=checkbox]"):
        typed.pop(box["name"])
    assert client.post(at, typed | {"criterion-1-title": ""}).status_code == 409
    typed |= {"criterion-1-title": "Needs are plain", "criterion-2-left_out": "on"}
    assert client.post(at, typed).url == at
    rubric = Rubric.objects.get()
    titles = list(rubric.criteria.order_by("position").values_list("title", flat=True))
    assert titles == ["Needs are plain", *(one.title for one in DEFAULT.questions[2:])]
    stale = client.post(at, typed | {"criterion-1-title": "Other words"})
    assert stale.status_code == HTTPStatus.CONFLICT
    assert "Other words" in stale.text
    assert client.get(reverse("reviews:rubric", args=[1999])).status_code == HTTPStatus.NOT_FOUND


def test_who_takes_no_part_reads_the_criteria_and_the_finished_reviews(opened, noon):
    client, plan, program, _ = opened
    rate_all(plan, program, noon, PROGRAM)
    client.force_login(person(Role.AUDITOR))
    assert "Page 4." not in client.get(url(plan)).text
    finish(plan, program, noon)
    page = client.get(url(plan))
    assert "Page 4." in page.text
    assert page_of(page).select_one("form#ratings") is None
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))
    assert client.get(url(plan)).status_code == HTTPStatus.NOT_FOUND


def test_who_finishes_last_is_led_to_where_the_two_lie_apart(opened, noon):
    client, plan, program, fiscal = opened
    rate_all(plan, fiscal, noon, FISCAL, dollars="does_not")
    finish(plan, fiscal, noon)
    rate_all(plan, program, noon, PROGRAM)
    args = [plan.district.slug, plan.cycle_id]
    answer = client.post(
        reverse("reviews:recommend", args=args),
        {"key": uuid4(), "version": 1, "text": "Sound."},
        follow=True,
    )
    assert answer.redirect_chain[-1][0] == reverse("reviews:side_by_side", args=args)
    assert "1 criterion is rated two levels apart" in answer.text


def test_the_recommendation_says_what_is_left_to_rate(opened, noon):
    client, plan, *_ = opened
    screen = Screen(client, plan)
    screen.type(DOLLARS, level="meets")
    screen.save()
    answer = client.post(
        reverse("reviews:recommend", args=[plan.district.slug, plan.cycle_id]),
        {"key": uuid4(), "version": 1, "text": "Sound."},
    )
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "Criterion 1, Needs are shown by data: it is not rated." in answer.text
    assert not Recommendation.objects.exists()
