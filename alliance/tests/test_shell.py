"""What every page stands on: its header, its messages, and the refusals."""

import re

import pytest
from bs4 import BeautifulSoup
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.test import Client
from django.urls import get_resolver, path

from alliance import urls
from alliance.context_processors import nav_for, shell, who_is
from alliance.signs_of_life import leave_sign_of_life
from alliance.tests.addresses import views_below
from alliance.views import forbidden
from districts.roles import DEPARTMENT_ROLES, DISTRICT_ROLES, REVIEWER_ROLES, Role
from districts.tests.factories import DelegationFactory, MembershipFactory, UserFactory, person

pytestmark = pytest.mark.django_db


def page_of(response) -> BeautifulSoup:
    return BeautifulSoup(response.text, "html.parser")


def places(rf, user) -> list[str]:
    request = rf.get("/elsewhere/")
    request.user = user
    return [place.label for place in nav_for(request)]


# The header ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(DISTRICT_ROLES))
def test_nav_of_a_district_role(rf, role):
    people = ["People"] if role == Role.DISTRICT_ADMIN else []
    assert places(rf, person(role)) == ["Home", "Ledger", "Search", *people]


@pytest.mark.parametrize("role", sorted(DEPARTMENT_ROLES - {Role.SYSADMIN}))
def test_nav_of_a_department_role(rf, role):
    people = [] if role in REVIEWER_ROLES else ["People"]
    publish = ["Publish"] if role == Role.PROGRAM_MANAGER else []
    assert places(rf, person(role)) == [
        "Queue",
        "Dashboard",
        "Search",
        "Ledger",
        "Letters",
        "Districts",
        "Cycles",
        *people,
        *publish,
    ]


@pytest.mark.parametrize("at_department", sorted(DEPARTMENT_ROLES))
@pytest.mark.parametrize("in_district", sorted(DISTRICT_ROLES))
def test_nav_of_two_hats_leads_wherever_either_leads(rf, at_department, in_district):
    user = person(at_department)
    MembershipFactory(user=user, role=in_district)

    both = places(rf, user)

    alone = [places(rf, person(at_department)), places(rf, person(in_district))]
    assert (set(both), both[0]) == ({*alone[0], *alone[1]}, "Home")


def test_the_commissioner_is_led_to_a_delegation_that_waits(client):
    """The kind: a role that has something to do, and no way to it but a letter."""
    proposed = DelegationFactory(confirmed_at=None, confirmed_by=None)
    DelegationFactory()  # confirmed
    commissioner = person(Role.COMMISSIONER)
    client.force_login(commissioner)

    people = page_of(client.get("/")).find("a", string="People")["href"]
    note = page_of(client.get(people)).select_one(".note.warn")

    assert "1 delegation waits for your word." in note.text
    persons_page = note.find("a")["href"]
    assert f"/delegations/{proposed.pk}/confirm/" in client.get(persons_page).text
    client.force_login(person(Role.SYSADMIN))
    assert "for your word" not in client.get(people).text


def test_nav_of_an_admin(rf):
    assert places(rf, person(Role.SYSADMIN)) == [
        *("Districts", "People", "Cycles", "Letters", "Ledger", "Publish")
    ]


@pytest.mark.parametrize("role", sorted(Role))
def test_nav_leads_only_where_the_role_may_go(client, role):
    client.force_login(person(role))
    links = page_of(client.get("/")).select("nav[aria-label=Main] a")

    shown = [client.get(link["href"], follow=True) for link in links]  # a district's own ledger
    assert [page.status_code for page in shown] == [200] * len(links)


def test_nav_of_several_roles_holds_each_place_once(rf):
    user = person(Role.SYSADMIN)
    MembershipFactory(user=user, role=Role.PROGRAM_MANAGER)
    MembershipFactory(user=user, role=Role.PLAN_COORDINATOR)

    assert places(rf, user) == [
        *("Home", "Ledger", "Search", "Queue", "Dashboard", "Letters", "Districts", "Cycles"),
        *("People", "Publish"),
    ]


def test_nav_of_someone_without_a_role_is_empty(rf):
    assert places(rf, UserFactory()) == []


@pytest.mark.parametrize(
    ("path", "current"), [("/", ["page", "", ""]), ("/accounts/login/", ["", "", "page"])]
)
def test_nav_marks_the_present_place(client, path, current):
    links = page_of(client.get(path)).select("nav[aria-label=Main] a")

    assert [link.get("aria-current", "") for link in links] == current


def test_nav_marks_the_place_a_page_belongs_to(rf):
    request = rf.get("/districts/ansonia/")
    request.user = person(Role.SYSADMIN)

    assert [place.label for place in nav_for(request) if place.current == "true"] == ["Districts"]


def test_nav_marks_the_queue_where_decisions_are_read(rf):
    request = rf.get("/decisions/conditions/")
    request.user = person(Role.COMMISSIONER)

    assert [place.label for place in nav_for(request) if place.current == "true"] == ["Queue"]


def test_who_names_every_role_and_a_delegation(rf):
    request = rf.get("/")
    request.user = person(Role.PROGRAM_REVIEWER, name="Robin Reader")
    MembershipFactory(user=request.user, role=Role.FISCAL_REVIEWER)
    DelegationFactory(delegate=request.user)

    who = who_is(request)

    assert (who.name, who.roles) == (
        "Robin Reader",
        "Program reviewer, Fiscal reviewer, Commissioner’s delegate",
    )


def test_header_costs_one_query_and_none_where_it_is_not_shown(rf, django_assert_num_queries):
    request = rf.get("/")
    request.user = person(Role.PROGRAM_REVIEWER)

    with django_assert_num_queries(0):
        context = shell(request)
    with django_assert_num_queries(1):
        assert len(context["nav"]) == 7
        assert context["who"].roles == "Program reviewer"


def test_header_signs_out_by_post(client):
    client.force_login(person(Role.PLAN_COORDINATOR, name="Casey <Coordinator>"))

    page = page_of(client.get("/"))

    assert page.select_one(".top-who span").get_text(" ") == "Casey <Coordinator> Plan coordinator"
    form = page.select_one(".top-who form")
    assert (form["method"], form["action"], form.button.text) == (
        "post",
        "/accounts/logout/",
        "Sign out",
    )


@pytest.mark.parametrize(
    ("level", "tone", "role"),
    [
        (messages.SUCCESS, "good", "status"),
        (messages.INFO, "info", "status"),
        (messages.WARNING, "warn", "status"),
        (messages.ERROR, "bad", "alert"),
    ],
)
def test_message_is_a_note_in_its_tone(rf, level, tone, role):
    message = messages.storage.base.Message(level, "<b>Kept</b>")

    html = render_to_string("components/messages.html", {"messages": [message]})

    (note,) = BeautifulSoup(html, "html.parser").select(".note")
    assert (note["class"], note["role"], note.get_text(strip=True)) == (
        ["note", tone],
        role,
        "<b>Kept</b>",
    )


def test_page_tells_htmx_how_to_behave_and_proves_its_origin(client):
    page = page_of(client.get("/"))

    config = page.select_one("meta[name=htmx-config]")["content"]
    assert '"allowEval":false' in config
    assert '"includeIndicatorStyles":false' in config
    assert re.findall(r'"code":"(4..)","swap":true', config) == ["409", "422"]
    assert page.body["hx-headers"].startswith('{"X-CSRFToken": "')


def test_page_has_one_heading_of_the_first_rank_and_a_skip_link(client):
    page = page_of(client.get("/"))

    assert len(page.select("h1")) == 1
    assert page.select_one("a.skip")["href"] == "#" + page.main["id"]


def test_pages_of_people_signed_in_are_kept_by_nobody_else(client, auditor):
    stranger = client.get("/")
    client.force_login(auditor)
    signed_in = client.get("/")

    assert "Cache-Control" not in stranger.headers
    assert signed_in.headers["Cache-Control"] == "private, no-cache"


# Who gets in ------------------------------------------------------------------------------------

OPEN_TO_ANYONE = {
    "welcome": "/",
    "health": "/health/",
    "health_all": "/health/all/",
    "favicon": "/favicon.ico",
    "plans:verify": "/verify/",
    "library:list": "/plans/",
    "library:dictionary": "/plans/data/",
    "library:sitemap": "/sitemap.xml",
    "library:data": "/plans/data/lines.csv",
    "api:api-root": "/api/v1/",
    "api:plans": "/api/v1/plans",
    "api:openapi-json": "/api/v1/openapi.json",
    "api:schema_of_plan": "/api/v1/schema/plan",
    "account_login": "/accounts/login/",
    "account_logout": "/accounts/logout/",
    "account_inactive": "/accounts/inactive/",
    "account_signup": "/accounts/signup/",
    "account_reset_password": "/accounts/password/reset/",
    "account_reset_password_done": "/accounts/password/reset/done/",
    "account_reset_password_from_key": "/accounts/password/reset/key/1-abc-123/",
    "account_reset_password_from_key_done": "/accounts/password/reset/key/done/",
}


OPEN_ONCE_PUBLIC = {  # of a plan; library/tests has what a stranger meets before that
    f"library:{name}"
    for name in (
        *("plan", "text", "summary", "changes", "letter"),
        *("pdf", "pdf_file", "plan_data"),
    )
} | {f"api:{name}" for name in ("plan", "document", "targets", "strategies", "lines")}


def test_only_these_pages_are_open_to_strangers():
    views = views_below(get_resolver(urls))

    opened = {name for name, view in views if not getattr(view, "login_required", True)}

    assert opened == {*OPEN_TO_ANYONE, *OPEN_ONCE_PUBLIC}


@pytest.mark.parametrize("url", OPEN_TO_ANYONE.values())
def test_open_page_opens_for_a_stranger(client, url):
    leave_sign_of_life("worker")
    leave_sign_of_life("beat")

    response = client.get(url)

    assert (response.status_code, response.headers.get("Location")) in [
        (200, None),
        (302, "/"),  # signing out while signed out
        (302, "/plans/data/"),  # what the API is about
        (302, static("favicon.svg")),
    ]


# Refusals --------------------------------------------------------------------------------------


def refuse(request):
    raise PermissionDenied("Only the Commissioner or a delegate approves.")


def fail(request):
    raise RuntimeError


def keep(request):
    return HttpResponse("kept")


urlpatterns = [
    path("refuse/", refuse),
    path("fail/", fail),
    path("keep/", keep, name="keep"),
    *urls.urlpatterns,
]
handler403, handler404 = urls.handler403, urls.handler404


@pytest.mark.urls(__name__)
def test_refusal_gives_the_reason(client, auditor):
    client.force_login(auditor)

    response = client.get("/refuse/")

    assert response.status_code == 403
    assert "Only the Commissioner or a delegate approves." in response.text


def test_refusal_without_a_reason_needs_none(rf, auditor):
    request = rf.get("/")
    request.user = auditor

    response = forbidden(request, PermissionDenied())

    assert (response.status_code, "Your role does not include" in response.text) == (403, True)


@pytest.mark.parametrize("signed_in", [True, False])
def test_missing_page_says_the_same_of_what_is_hidden(client, auditor, signed_in):
    if signed_in:
        client.force_login(auditor)

    response = client.get("/no/such/page/")

    assert response.status_code == 404
    assert "There is no such page for you" in response.text
    assert "exist" not in page_of(response).main.text


@pytest.mark.urls(__name__)
def test_failure_page_needs_nothing_that_could_have_failed(auditor, django_assert_num_queries):
    client = Client(raise_request_exception=False)
    client.force_login(auditor)

    with django_assert_num_queries(2):  # session, user: of the request, not of the page
        response = client.get("/fail/")

    assert response.status_code == 500
    assert "Something failed here" in response.text


@pytest.mark.urls(__name__)
def test_form_older_than_the_sign_in_is_refused_in_words(auditor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(auditor)

    response = client.post("/keep/")

    assert response.status_code == 403
    assert "Nothing was saved: send it once more" in response.text
