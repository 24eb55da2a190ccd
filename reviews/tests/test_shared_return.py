"""A return is one draft of all reviewers until one of them sends it.

The kind of fault: what one reviewer did with a form of their own shut the others' words out.
"""

from copy import copy
from datetime import date
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import MembershipFactory, person
from districts.typed import TYPED_BY
from notices.models import Notice
from plans.models import RequiredChange
from plans.tests.factories import resubmit
from plans.tests.pages import words_of
from plans.workflow import Status, Step
from reviews.models import ProposedChange, ReturnDraft
from reviews.reports.packet import read_packet
from reviews.services import ChangeAsked, Unseen, approve, recommend, return_for_changes
from reviews.services.return_drafts import MOST_CHANGES
from reviews.tests.drafting import ReturnPage, soup, url_of

pytestmark = pytest.mark.django_db

SECRET = "Zanzibar"
FINDINGS = {
    "implementation": "largely",
    "implementation_reasons": "Most of it ran.",
    "performance": "progress",
    "performance_reasons": "Four of nine.",
}


@pytest.fixture
def page_of(under_review):
    """The page of a return as it is opened by somebody, each in a browser of their own."""

    def _page_of(user, plan=None):
        client = Client()
        client.force_login(user)
        return ReturnPage(client, plan or under_review)

    return _page_of


@pytest.fixture
def program(under_review, program_reviewer_of):
    return program_reviewer_of(under_review)


@pytest.fixture
def fiscal(under_review, fiscal_reviewer_of):
    return fiscal_reviewer_of(under_review)


def status_of(plan):
    plan.refresh_from_db()
    return plan.status


# Written together ------------------------------------------------------------------------------


def test_page_opens_with_three_empty_rows_and_says_that_the_draft_is_shared(page_of, program):
    page = page_of(program)

    assert page.rows() == [("", "", "")] * 3
    assert "This draft is shared" in page.said()


def test_two_reviewers_write_three_changes_each_and_one_of_them_sends_all_six(
    page_of, program, fiscal, under_review, people_of
):
    people_of(under_review)
    first = page_of(program)
    for place in (1, 2, 3):
        first.write(place, "needs", f"Program {place}")
    first.press()

    second = page_of(fiscal)
    assert second.written() == [("needs", f"Program {place}") for place in (1, 2, 3)]
    for place in (4, 5, 6):
        second.write(place, "budget", f"Fiscal {place}")
    response = second.write_words("Six things.").press("send")

    assert response.url == url_of(under_review, "plan")
    assert list(
        under_review.required_changes.order_by("number").values_list(
            "number", "section", "text", "asked_by", "proposal__written_by"
        )
    ) == [
        *((place, "needs", f"Program {place}", fiscal.pk, program.pk) for place in (1, 2, 3)),
        *((place, "budget", f"Fiscal {place}", fiscal.pk, fiscal.pk) for place in (4, 5, 6)),
    ]
    letters = Notice.objects.filter(kind="plan_returned")
    assert letters.count() == 4
    assert letters.values("body").distinct().count() == 1
    assert "\n\nSix things.\n\n1. Needs assessment\nProgram 1\n" in letters[0].body
    event = under_review.events.get(step=Step.RETURN)
    assert event.reason.startswith("Six things.\n\n1. Needs assessment: Program 1\n2. ")
    assert ReturnDraft.objects.get().event == event


def test_reviewer_whose_page_stood_open_adds_to_what_a_colleague_saved(page_of, program, fiscal):
    first, second = page_of(program), page_of(fiscal)
    first.write(1, "needs", "Program").press()

    second.write(1, "budget", "Fiscal").press()

    assert second.written() == [("needs", "Program"), ("budget", "Fiscal")]


@pytest.mark.parametrize("who", ["manager", "commissioner", "delegate"])
def test_whoever_may_return_the_plan_writes_in_the_same_draft(who, request, page_of, program):
    page_of(program).write(1, "needs", "Program").press()

    page = page_of(request.getfixturevalue(who))

    assert page.written() == [("needs", "Program")]
    assert f"Written by {program.name}" in page.said()


def test_draft_outlives_a_reload_and_whoever_wrote_it(page_of, program, manager, under_review):
    page = page_of(program).write(1, "needs", "Program").write_words("One thing.")
    page.press()
    under_review.assignments.filter(reviewer=program).update(ended_at=page_at(), ended_by=manager)
    type(program).objects.filter(pk=program.pk).update(is_active=False)

    page = page_of(manager)

    assert (page.written(), page.fields["words"]) == ([("needs", "Program")], "One thing.")
    assert page.press("send").status_code == 302


def page_at():
    return ProposedChange.objects.get().written_at


def test_what_cannot_be_sent_yet_is_kept_and_marked(page_of, program, under_review):
    page = page_of(program).write(1, text="No section.", due_on="someday")
    page.write(2, "budget", "x" * 5_001).press()

    assert page.rows()[:2] == [("", "No section.", "someday"), ("budget", "x" * 5_001, "")]
    assert page.press("send").status_code == 409
    assert [note.text for note in soup(page.response).select(".note.bad p")] == [
        "Change 1 names no section that the district writes.",
        "The day by which change 1 is due cannot be read.",
        "The text of change 2 is too long.",
    ]
    assert page.rows()[0] == ("", "No section.", "someday")
    assert status_of(under_review) == Status.UNDER_REVIEW


def test_return_that_asks_for_nothing_is_refused_in_words(page_of, manager):
    page = page_of(manager)

    assert page.press("send").status_code == 409
    assert "Ask for at least one change." in page.said()


def test_numbers_go_on_from_the_return_before(page_of, manager, under_review, noon):
    return_for_changes(
        plan_id=under_review.pk,
        version=1,
        changes=[ChangeAsked("budget", "Name the grades.")],
        key=uuid4(),
        by=manager,
        at=noon,
    )
    under_review.refresh_from_db()
    resubmit(under_review)

    page = page_of(manager)

    legends = [" ".join(one.text.split()) for one in soup(page.response).select("legend")]
    assert legends == ["Change 2", "Change 3", "Change 4"]
    page.write(1, "budget", "Name them all.").press("send")
    assert list(under_review.required_changes.values_list("number", flat=True)) == [1, 2]


def test_section_of_the_plan_opens_the_draft_at_an_empty_row_for_it(client, program, under_review):
    client.force_login(program)
    plan = soup(client.get(url_of(under_review, "plan")))
    link = next(a for a in plan.select("a") if a.text == "Require a change in Budget")

    response = client.get(url_of(under_review) + link["href"].split("return/")[1])

    new = soup(response).select_one("fieldset#new option[selected]")
    assert new["value"] == "budget"
    untouched = ReturnPage(client, under_review, response)
    untouched.press()
    assert not ProposedChange.objects.exists()


@pytest.mark.parametrize("rows", ["", "-1", "x", "²", "9999999"])
def test_page_takes_no_number_at_its_word(page_of, manager, rows):
    page = page_of(manager).write(1, "budget", "Name the grades.")
    page.fields |= {"rows": rows, "change-1-version": rows, "words-version": rows}
    page.fields["change-2-id"] = rows

    page.press()

    assert page.written()[0][1] in {"Name the grades.", ""}


def test_a_return_has_an_end(page_of, manager):
    page = page_of(manager)
    for start in range(1, MOST_CHANGES + 1, 3):
        for place in range(start, min(start + 3, MOST_CHANGES + 1)):
            page.write(place, "budget", f"Change {place}")
        page.press()
    assert (len(page.written()), len(page.rows())) == (MOST_CHANGES, MOST_CHANGES)

    page.fields |= {"rows": "41", "change-41-section": "needs", "change-41-text": "One more"}
    response = page.press()

    assert response.status_code == 409
    assert "A return asks for 40 changes at most." in response.text
    assert "One more" in response.text


# Two on one change -----------------------------------------------------------------------------


def test_two_on_the_same_change_see_both_texts_and_choose(page_of, program, fiscal):
    page_of(program).write(1, "budget", "Name the grades.").press()
    first, second = page_of(program), page_of(fiscal)
    first.write(1, text="Name the grades of line 10.").press()

    response = second.write(1, text="Say which grades.").press()

    assert response.status_code == 409
    clash = soup(response).select_one("section.is-warn")
    assert f"{program.name} saved this while you were writing" in clash.text
    assert [words_of(one) for one in clash.select(".clash .words")] == [
        "Say which grades.",
        "Name the grades of line 10.",
    ]
    assert second.written() == [("budget", "Say which grades.")]
    assert ProposedChange.objects.get().text == "Name the grades of line 10."

    keep_theirs = copy(second)
    keep_theirs.press("theirs", soup(response).select_one("button[name=theirs]")["value"])
    assert keep_theirs.written() == [("budget", "Name the grades of line 10.")]
    second.press()
    change = ProposedChange.objects.get()
    assert (change.text, change.written_by, change.saved_by) == (
        "Say which grades.",
        program,
        fiscal,
    )


def test_two_who_write_on_other_fields_of_one_change_are_asked_nothing(page_of, program, fiscal):
    page_of(program).write(1, "budget", "Name the grades.").press()
    first, second = page_of(program), page_of(fiscal)
    first.write(1, due_on="2026-12-04").press()

    response = second.write(1, text="Say which grades.").press()

    assert response.status_code == 200
    change = ProposedChange.objects.get()
    assert (change.text, change.due_on) == ("Say which grades.", date(2026, 12, 4))


def test_only_the_field_that_both_changed_is_asked_about(page_of, program, fiscal):
    page_of(program).write(1, "budget", "Name the grades.").press()
    first, second = page_of(program), page_of(fiscal)
    first.write(1, text="Name the grades of line 10.", due_on="2026-12-04").press()

    response = second.write(1, "needs", "Say which grades.").press()

    assert response.status_code == 409
    labels = [one.text for one in soup(response).select("section.is-warn h3")]
    assert labels == ["What has to change"]
    assert second.rows()[0] == ("needs", "Say which grades.", "2026-12-04")
    change = ProposedChange.objects.get()
    assert (change.section, change.text) == ("needs", "Name the grades of line 10.")


def test_a_colleagues_field_that_a_save_was_merged_with_is_not_sent_unseen(
    page_of, program, fiscal, under_review
):
    page_of(program).write(1, "budget", "Name the grades.").press()
    first, second = page_of(program), page_of(fiscal)
    first.write(1, due_on="2026-12-04").press()

    response = second.write(1, text="Say which grades.").press("send")

    assert (response.status_code, status_of(under_review)) == (409, Status.UNDER_REVIEW)
    assert "New since you opened this page" in second.said()
    assert second.rows()[0] == ("budget", "Say which grades.", "2026-12-04")
    assert second.press("send").url == url_of(under_review, "plan")


def test_a_page_opened_before_forms_carried_what_they_were_filled_from_overwrites_nothing(
    page_of, program, fiscal
):
    page_of(program).write(1, "budget", "One").write_words("Thank you.").press()
    old = page_of(fiscal)
    old.fields = {name: said for name, said in old.fields.items() if not name.endswith("-was")}
    page_of(program).write(1, text="One, longer").write_words("Thank you all.").press()

    response = old.write(2, "needs", "Two").press()

    assert response.status_code == 409
    assert list(ProposedChange.objects.order_by("pk").values_list("text", flat=True)) == [
        "One, longer",
        "Two",
    ]
    assert ReturnDraft.objects.get().words == "Thank you all."


def test_clash_on_one_change_stops_no_other_from_being_saved(page_of, program, fiscal):
    page_of(program).write(1, "budget", "One").write(2, "needs", "Two").press()
    first, second = page_of(program), page_of(fiscal)
    first.write(1, text="One, by program").press()

    second.write(1, text="One, by fiscal").write(2, text="Two, by fiscal").write(
        3, "cover", "Three"
    )
    second.press("send")

    assert second.response.status_code == 409
    assert list(ProposedChange.objects.order_by("pk").values_list("text", flat=True)) == [
        "One, by program",
        "Two, by fiscal",
        "Three",
    ]
    assert "Nothing was sent: choose a text below first." in second.said()
    assert "New since you opened this page" not in second.said()


def test_change_that_a_colleague_wrote_on_is_left_alone_by_whoever_did_not(
    page_of, program, fiscal
):
    page_of(program).write(1, "budget", "One").press()
    second = page_of(fiscal)
    page_of(program).write(1, text="One, longer").press()

    second.write(2, "needs", "Two").press()

    assert second.written() == [("budget", "One, longer"), ("needs", "Two")]


def test_two_on_the_words_see_both_texts(page_of, program, fiscal):
    first, second = page_of(program), page_of(fiscal)
    first.write_words("Thank you.").press()

    response = second.write_words("Two things.").press()

    assert response.status_code == 409
    beside = [words_of(one) for one in soup(response).select(".clash .words")]
    assert beside == ["Two things.", "Thank you."]
    assert second.fields["words"] == "Two things."
    second.press()
    assert ReturnDraft.objects.get().words == "Two things."


# Taken out -------------------------------------------------------------------------------------


def test_change_taken_out_is_kept_and_can_be_put_back(page_of, program, fiscal):
    page = page_of(program).write(1, "budget", "One").write(2, "needs", "Two")
    page.press()

    page.press("remove", page.lineage(1))

    assert page.written() == [("needs", "Two")]
    other = page_of(fiscal)
    assert f"taken out by {program.name}" in other.said()
    other.press("back", str(ProposedChange.objects.earliest("pk").lineage))
    assert other.written() == [("budget", "One"), ("needs", "Two")]
    assert ProposedChange.objects.earliest("pk").removed_by is None


def test_change_taken_out_while_another_wrote_on_it_is_shown_to_them(page_of, program, fiscal):
    page_of(program).write(1, "budget", "One").press()
    first, second = page_of(program), page_of(fiscal)
    first.press("remove", first.lineage(1))

    response = second.write(1, text="One, longer").press()

    assert response.status_code == 409
    assert f"{program.name} took this change out while you were writing" in second.said()
    second.press()
    assert second.written() == [("budget", "One, longer")]


def test_change_that_a_colleague_wrote_on_meanwhile_is_not_taken_out_unread(
    page_of, program, fiscal
):
    page_of(program).write(1, "budget", "One").press()
    second = page_of(fiscal)
    page_of(program).write(1, text="One, longer").press()

    second.press("remove", second.lineage(1))

    assert second.written() == [("budget", "One, longer")]
    assert "so it is still there" in second.said()


# Sent ------------------------------------------------------------------------------------------


def add(page):
    page.write(2, "needs", "Two").press()


def edit(page):
    page.write(1, text="One, longer").press()


def remove(page):
    page.press("remove", page.lineage(1))


def write_words(page):
    page.write_words("Thank you.").press()


@pytest.mark.parametrize("meanwhile", [add, edit, remove, write_words])
def test_nobodys_words_are_sent_unseen(meanwhile, page_of, program, fiscal, under_review):
    page_of(program).write(1, "budget", "One").write(3, "cover", "Three").press()
    sender = page_of(fiscal)
    meanwhile(page_of(program))

    sender.write(4, "look-back", "Mine")
    response = sender.press("send")

    assert (response.status_code, status_of(under_review)) == (409, Status.UNDER_REVIEW)
    assert "This draft was written on since you opened the page" in sender.said()
    assert meanwhile is remove or "New since you opened this page" in sender.said()
    assert sender.written() == [
        (one.section, one.text)
        for one in ProposedChange.objects.filter(removed_at=None).order_by("pk")
    ]
    assert ("look-back", "Mine") in sender.written()
    seen = sender.written()
    assert sender.press("send").url == url_of(under_review, "plan")
    assert list(RequiredChange.objects.order_by("number").values_list("section", "text")) == seen


def test_ten_presses_of_the_same_button_send_once(page_of, program, under_review, people_of):
    people_of(under_review)
    page_of(program).write(1, "budget", "One").press()
    page = page_of(program).write(1, text="One, longer").write(2, "needs", "Two")
    page.write_words("Both.")
    fields = dict(page.fields)

    answers = {page.client.post(page.url, fields | {"send": "1"}).url for _ in range(10)}

    assert answers == {url_of(under_review, "plan")}
    assert under_review.events.filter(step=Step.RETURN).count() == 1
    assert list(RequiredChange.objects.values_list("text", flat=True)) == ["One, longer", "Two"]
    assert Notice.objects.filter(kind="plan_returned").count() == 4
    assert ProposedChange.objects.count() == 2


def test_page_sent_again_with_other_words_is_told_and_gives_them_back(page_of, program):
    page = page_of(program).write(1, "budget", "One")
    fields = dict(page.fields)
    page.press("send")

    response = page.client.post(page.url, fields | {"change-1-text": "Two", "send": "1"})

    assert response.status_code == 409
    assert "You returned this plan for changes on" in response.text
    assert "Two" in soup(response).select_one("main").text
    assert RequiredChange.objects.count() == 1


def test_direct_return_sends_nobody_elses_draft_with_it(
    page_of, program, manager, under_review, noon
):
    page_of(program).write(1, "budget", "One").press()

    with pytest.raises(Unseen):
        return_for_changes(
            plan_id=under_review.pk,
            version=1,
            changes=[ChangeAsked("needs", "Two", date(2026, 12, 4))],
            key=uuid4(),
            by=manager,
            at=noon,
        )

    assert not RequiredChange.objects.exists()
    assert ProposedChange.objects.count() == 1


def test_next_return_begins_with_an_empty_draft(page_of, program, under_review):
    page_of(program).write(1, "budget", "One").press("send")
    under_review.refresh_from_db()
    resubmit(under_review)

    assert page_of(program).written() == []
    packet = read_packet(type(under_review).objects.filter(pk=under_review.pk))
    assert not packet.has_draft


def test_words_of_a_page_from_before_the_plan_came_back_are_kept(page_of, program, under_review):
    """Its words were saved often, so it names a version that the new draft has not come to."""
    old = page_of(program)
    for words in ("Thank", "Thank you", "Thank you."):
        old.write_words(words).press()
    page_of(program).write(1, "budget", "One").press("send")
    under_review.refresh_from_db()
    resubmit(under_review)

    response = old.write_words("Once more.").press()

    assert response.status_code == 200
    assert ReturnDraft.objects.get(event=None).words == "Once more."


def test_the_words_of_the_return_before_can_open_this_one_too(page_of, program, under_review):
    page_of(program).write_words("Thank you.").write(1, "budget", "One").press("send")
    under_review.refresh_from_db()
    resubmit(under_review)

    page_of(program).write_words("Thank you.").press()

    assert ReturnDraft.objects.get(event=None).words == "Thank you."


# Not sent --------------------------------------------------------------------------------------


def test_draft_of_a_plan_approved_meanwhile_is_kept_for_the_reviewers_with_the_reason(
    page_of, program, fiscal, commissioner, under_review, noon
):
    page_of(program).write(1, "budget", "Name the grades.").write_words("A word.").press()
    for by in (fiscal, program):
        recommend(plan_id=under_review.pk, version=1, text="Sound.", key=uuid4(), by=by, at=noon)
    client = page_of(program).client
    shown = soup(client.get(url_of(under_review, "plan"))).select_one("#draft-return").text
    assert "recommended this plan" in shown
    assert "It can still be returned" in shown
    open_page = page_of(fiscal)

    approve(plan_id=under_review.pk, version=1, key=uuid4(), by=commissioner, at=noon, **FINDINGS)

    shown = soup(client.get(url_of(under_review, "plan"))).select_one("#draft-return")
    assert f"Not sent, because {commissioner.name} approved this plan on November 23" in shown.text
    assert "Name the grades." in shown.text
    assert "A word." in shown.text
    response = open_page.write(2, "needs", "Cite it.").press("send")
    assert response.status_code == 409
    assert f"{commissioner.name} approved this plan on November 23" in response.text
    assert "Cite it." in response.text


def test_recommending_and_approving_say_that_a_return_is_drafted(
    page_of, program, fiscal, commissioner, under_review
):
    page_of(program).write(1, "budget", "Name the grades.").press()

    client = page_of(fiscal).client
    said = client.get(url_of(under_review, "recommend")).text
    assert "A return of this plan is drafted: 1 change · not sent." in said
    client.force_login(commissioner)
    assert "A return of this plan is drafted" in client.get(url_of(under_review, "approve")).text


def test_reviewer_replaced_while_writing_gets_the_words_back(page_of, program, under_review, noon):
    page = page_of(program).write(1, "budget", "Name the grades.").write_words("A word.")
    under_review.assignments.filter(reviewer=program).update(ended_at=noon, ended_by=program)

    response = page.press()

    assert response.status_code == 403
    typed = soup(response).select_one("main").text
    assert "not yours to return now" in typed
    assert "Name the grades." in typed
    assert "A word." in typed
    assert not ProposedChange.objects.exists()


def test_plans_page_shows_the_draft_to_whoever_may_return_it_and_to_nobody_else(
    client, page_of, program, fiscal, under_review
):
    page_of(program).write(1, "budget", "Name the grades.").press()
    url = url_of(under_review, "plan")

    client.force_login(fiscal)
    page = soup(client.get(url))
    assert "Name the grades." in page.select_one("#draft-return").text
    assert f"Written by {program.name}" in page.select_one("#draft-return").text
    assert "Draft return: 1 change" in page.select_one(".acts").text
    client.force_login(person(Role.AUDITOR))
    assert "Name the grades." not in client.get(url).text


# Never to the district -------------------------------------------------------------------------


def test_district_and_whoever_belongs_to_it_read_nothing_of_a_draft(
    client, page_of, program, under_review, people_of
):
    people = people_of(under_review)
    two_hats = person(Role.PROGRAM_MANAGER)
    MembershipFactory(user=two_hats, role=Role.DISTRICT_VIEWER, district=under_review.district)
    page = page_of(program).write(1, "budget", f"{SECRET} 1").write(2, "needs", f"{SECRET} 2")
    page.write_words(f"{SECRET} 3").press()
    page.press("remove", page.lineage(2))
    forged = {name: value for name, value in page.fields.items() if name != TYPED_BY}
    here = [under_review.district.slug, under_review.cycle_id]
    pages = [
        reverse(f"plans:{name}", args=here)
        for name in ("overview", "read", "changes", "signatures")
    ]
    pages += [reverse("home"), reverse("reviews:queue"), reverse("reviews:letters")]

    for reader in (people.superintendent, people.plan_coordinator, two_hats):
        client.force_login(reader)
        for url in pages:
            assert SECRET not in client.get(url, follow=True).text
        assert client.get(url_of(under_review)).status_code == 404
        assert client.get(url_of(under_review, "plan")).status_code == 404
        assert client.post(url_of(under_review), forged).status_code == 404
        assert SECRET not in client.get(url_of(under_review)).text
    assert not Notice.objects.filter(body__contains=SECRET).exists()
    assert SECRET in page_of(program).said()
