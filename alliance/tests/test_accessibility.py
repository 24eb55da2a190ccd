"""Every page, as people who may open it: axe finds nothing, in both themes, wide and narrow.

Nor does looks.py, which measures and reads what axe does not look for. The crawler follows links
from each person's home and reads every address once a person. It draws an address when it first
comes there, and a page of it again that has a part which no page had that was drawn. An address it
never reached must be named below, with the reason.
"""

from functools import cache
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.urls import Resolver404, get_resolver, resolve
from django.utils import timezone

from alliance import urls
from alliance.tests.addresses import views_below
from alliance.tests.axe import OF_A_LOOK, Looks, faults_of, keep_at_hand, open_to_be_looked_at
from alliance.tests.demo import load_demo, load_roster
from alliance.tests.looks import Titles, faults_drawn, faults_written
from alliance.tests.parts import Parts
from districts.tests.published import load_published

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

VISITORS = [
    "coordinator@bristol.example.org",
    "superintendent@bristol.example.org",
    "coordinator@windham.example.org",
    "superintendent@east-haven.example.org",
    "coordinator@ansonia.example.org",
    "chair@naugatuck.example.org",
    "reviewer@csde.example.org",
    "manager@csde.example.org",
    "commissioner@csde.example.org",
    "admin@csde.example.org",
]
STRANGERS_SEE = (
    *("/", "/accounts/login/", "/accounts/password/reset/", "/accounts/signup/"),
    *("/verify/", "/plans/", "/plans/data/"),
)
PLANS_OF = (  # one plan of each kind of page: more of a kind find nothing new
    "ansonia",
    "bristol",
    "east-haven",
    "naugatuck",
    "new-haven",
    "new-london",
    "norwich",
    "winchester",
    "windham",
)
STANDING_STILL = [  # pages that a withheld or a withdrawn plan changes
    ("superintendent@new-london.example.org", "/plans/new-london/2027/"),
    ("superintendent@winchester.example.org", "/plans/winchester/2027/"),
    ("manager@csde.example.org", "/reviews/new-london/2027/"),
]
NOT_REACHED = {
    "account_login": "looked at before signing in",
    "account_logout": "signing out is a button",
    "account_inactive": "nobody is suspended in the demo",
    "account_signup": "nothing leads there; it says that sign-up is closed",
    "account_reset_password": "looked at before signing in",
    "account_reset_password_done": "follows a letter",
    "account_reset_password_from_key": "opens from a letter",
    "account_reset_password_from_key_done": "follows a letter",
    "health": "answers machines",
    "health_all": "answers machines",
    "favicon": "leads to a picture",
    "plans:attachment": "a file",
    "plans:draft_pdf_file": "a file",
    "plans:version_pdf_file": "a file",
    "plans:budget_sheet": "a file",
    "library:pdf_file": "a file",
    "reviews:decision_pdf_file": "a file",
    "library:plan_data": "a file",
    "library:data": "a file",
    "library:sitemap": "answers machines",
    **dict.fromkeys(
        (
            *("api:plans", "api:plan", "api:document", "api:targets", "api:strategies"),
            *("api:lines", "api:schema_of_plan", "api:openapi-json", "api:api-root"),
        ),
        "answers programs",
    ),
    "progress:spending_sheet": "a file",
    "districts:file_allocations": "a file",
    "districts:file_roster": "a file",
    "reviews:dashboard_file": "a file",
    "reviews:queue_file": "a file",
    "reviews:ledger_xlsx": "a file",
    "reviews:ledger_csv": "a file",
    "reviews:ledger_district_xlsx": "a file",
    "reviews:ledger_district_csv": "a file",
    "reviews:side_by_side": "no plan here was rated by two; test_rating_pages.py opens one",
    "reviews:go_on": "leads on to a section of the review",
    "library:take_down": "offered on a public plan; test_accessibility_beside.py opens one",
    "reviews:correct_withholding": "offered then too; test_accessibility_beside.py opens one",
    "reviews:release": "offered on a withheld plan; test_accessibility_beside.py opens one",
    "plans:reopen": "offered to the superintendent of a withdrawn plan; the crawler is another's",
    "plans:cycle_begin": "the reminders of the demo's cycles have begun",
    "plans:cycle_take_back": "a button, while letters are held",
    "districts:session_time": "answers our script",
    "plans:here": "answers our script",
    "plans:row_add_to": "follows a button of a strategy; its form is looked at in its list",
    "districts:session_end": "a button",
    "districts:keys": "a button",
    "districts:delegation_confirm": "no delegation of the demo waits",
    "plans:submit": "nothing is signed and not handed in in the demo",
    "districts:delegation_give": "offered on a reviewer's page; the crawler opens another's",
    "districts:delegation_end": "offered on a delegate's page; the crawler opens another's",
    "districts:office_change": "follows once the sitting board chair is to be superintendent",
    "districts:restore": "offered on a retired district's page; none is retired in the demo",
    "plans:attachment_remove": "no draft of the demo has a file; test_accessibility_beside.py does",
    "plans:shared": "no draft of the demo is shared; test_accessibility_beside.py opens one",
    "plans:removed": "offered once a row was removed; test_accessibility_beside.py opens one",
    "reviews:conflict_end": "the demo has none; test_pages_of_assigning.py opens one",
    "reviews:nudge": "no district of the demo here is quiet; test_pages_of_seeing.py opens one",
    "reviews:waive_last_year": "offered where the gate is closed; no demo plan's is",
    "reviews:condition_met": "offered on an approved plan; test_pages_of_the_year.py looks",
    "reviews:determine": "no report of the demo waits; test_pages_of_the_year.py looks",
    "progress:year_close": "offered of a year that nobody can report on; the demo has none",
    "plans:question": "asked of another plan of the demo; test_pages_of_asking.py opens one",
    "reviews:extension": "no district of the demo asks; test_pages_of_asking.py opens one",
    "reviews:report_extension": "no district of the demo asks; test_pages_of_asking.py opens one",
    "reviews:question": "asked of another plan of the demo; test_pages_of_asking.py opens one",
    "reviews:wording": "the demo has none; test_pages_of_asking.py opens one",
    "reviews:call_back": "offered while a letter is held; test_pages_of_decisions.py opens one",
    "reviews:correct": "offered of an approval; test_pages_of_decisions.py opens one",
    "reviews:sign_off": "follows the list; test_pages_of_decisions.py opens it",
    "reviews:undo_return": "offered to who returned a plan; test_accessibility_beside.py opens one",
}
NOT_REACHED |= {
    f"progress:{name}": "no report of the demo is started; test_progress_in_browser.py opens it"
    for name in (
        *("write", "close", "certify"),
        *("accept", "return", "former"),
    )
}
BESIDE = (
    *("progress:spending_bring_in", "progress:spending_certify", "progress:spending_accept"),
    *("progress:spending_return", "progress:spending_superseded"),
    *("plans:revision_record", "plans:revision_withdraw", "plans:revision_hand_in"),
    *("reviews:revision", "reviews:revision_recommend", "reviews:revision_return"),
    "reviews:revision_approve",
)
NONE_IN_THE_DEMO = "the demo has none; test_pages_of_spending_and_revisions.py opens it"
NOT_REACHED |= dict.fromkeys(BESIDE, NONE_IN_THE_DEMO)
NO_PAGES = {"a file", "answers programs"}
FILES = {(name, "") for name, why in NOT_REACHED.items() if why in NO_PAGES}
ONLY_POST = {
    "progress:start",
    "progress:spending_start",
    "progress:spending_close",
    "districts:change_confirm",
    "districts:change_refuse",
    "districts:person_letter",
    "districts:person_reactivate",
    "plans:start",
    "plans:change",
    "plans:bring_back",
    "plans:keep",
    "plans:move",
    "plans:baseline",
    "plans:sharing_end",
    "plans:comment_done",
    "reviews:comment_resolve",
    "reviews:letter_dismiss",
    "reviews:letter_send_again",
    "reviews:view_drop",
    "reviews:third",
}


@pytest.fixture
def demo(settings, transactional_db):
    settings.DEMO = True
    load_roster()
    load_published("Ansonia", at=timezone.now())
    load_demo(*PLANS_OF)


def address_of(url):
    """The name of an address, and which of its sections or kinds of row: pages of their own."""
    return address_at(urlsplit(url).path)


@cache
def address_at(path):
    try:
        match = resolve(path, urls)
    except Resolver404:
        return None
    return match.view_name, match.kwargs.get("key") or match.kwargs.get("kind_key") or ""


def all_faults_of(page):
    """What axe finds, and what looks.py does."""
    page.wait_for_load_state()  # what a click asked for may have begun to come only
    found = BeautifulSoup(page.content(), "html.parser")
    return faults_of(page) + faults_drawn(page) + faults_written(found, page.url)


def crawl(page, start, drawn, titles):
    """Faults of every address that links lead to, beside what was `drawn` for others before.

    Of each kind of page one more is read, for its title alone.
    """
    faults, seen, ahead, twins = [], set(), [start], {}
    keep_at_hand(page)
    while ahead:
        url = ahead.pop(0)
        if address_of(url) in seen:
            twins[address_of(url)] = url
            continue
        seen.add(address_of(url))  # also where it only leads on: many rows link to the same
        answer = page.request.get(url)
        came_to = address_of(answer.url)
        if came_to in seen - {address_of(url)}:
            continue
        seen.add(came_to)
        if answer.status != 200:
            faults.append((url, answer.status))
            continue
        found = BeautifulSoup(answer.text(), "html.parser")
        if drawn.add(found) or came_to not in drawn.addresses:
            drawn.addresses.add(came_to)
            open_to_be_looked_at(page, answer.url)
            faults += faults_of(page) + faults_drawn(page)
        titles.add(found, answer.url)
        faults += faults_written(found, answer.url)
        ahead += links_of(found, answer.url)
    compare(page, {address: twins[address] for address in twins.keys() - titles.compared}, titles)
    return faults


def compare(page, twins, titles):
    """Reads the title of one more page of each kind."""
    for address, url in twins.items():
        titles.compared.add(address)
        answer = page.request.get(url)
        titles.add(BeautifulSoup(answer.text(), "html.parser"), answer.url)


def links_of(found, url):
    """Of the product's pages."""
    links = [urljoin(url, link["href"]) for link in found.select("a[href]")]
    here = [link for link in links if urlsplit(link).netloc == urlsplit(url).netloc]
    return [link for link in here if address_of(link) not in FILES | {None}]


@pytest.mark.long
def test_nothing_is_found_on_any_page(visit, chromium, live_server, demo):
    still = {"reduced_motion": "reduce"}  # a colour half-way between two is nobody's
    stranger = chromium.new_context(base_url=live_server.url, **still).new_page()
    faults, drawn, titles = [], Parts(), Titles()
    for path in STRANGERS_SEE:
        stranger.goto(path)
        faults += all_faults_of(stranger)
    for email in VISITORS:
        page = visit(email, **still)
        faults += crawl(page, f"{live_server.url}/home/", drawn, titles)
        page.context.close()
    for email, path in STANDING_STILL:
        page = visit(email, **still)
        page.goto(path)
        assert page.locator(".panel h2", has_text="Why it").count() == 1
        faults += all_faults_of(page)
        page.context.close()

    assert faults + titles.shared() == []
    every = {name for name, _ in views_below(get_resolver(urls))}
    assert every - {name for name, _ in drawn.addresses} - ONLY_POST == set(NOT_REACHED)


PLANTED = """
<!doctype html><html lang="en"><title>Faults</title><style>
  h1, p { color: black; background: white }
  @media (prefers-color-scheme: dark) { #dark { color: #444; background: #333 } }
  @media (prefers-color-scheme: light) and (max-width: 500px) { #narrow { color: #bbb } }
  @media (prefers-color-scheme: dark) and (min-width: 500px) { section { background: #222 } }
  #upon { background: none }
  img, #wide { display: none }
  button { width: 30px; height: 30px; padding: 0; border: 0 }
  @media (max-width: 500px) { img { display: block } button { width: 12px; height: 12px } }
  @media (min-width: 500px) { #wide { display: block; color: #ccc } }
</style><main><h1>Faults</h1><p id="dark">Words</p><p id="wide">Words</p>
<section><p id="upon">Words</p></section><p id="narrow">Words</p>
<button>A</button><button>B</button><img src="data:,"></main></html>
"""


def test_a_fault_of_one_theme_or_one_width_is_found(chromium):
    page = chromium.new_page()
    page.set_content(PLANTED)

    assert [fault[1:] for fault in faults_of(page, Looks())] == [
        (1440, "dark", "color-contrast", "#dark"),
        (1440, "dark", "color-contrast", "#wide"),
        (1440, "dark", "color-contrast", "#upon"),
        (390, "light", "color-contrast", "#narrow"),
        (390, "light", "image-alt", "img"),
        (390, "light", "target-size", "button:nth-child(6)"),
        (390, "light", "target-size", "button:nth-child(7)"),
        (1440, "light", "color-contrast", "#wide"),
    ]


def test_a_look_is_measured_on_the_first_pages_that_have_it(chromium):
    page, looks = chromium.new_page(), Looks()
    found = []
    for _ in range(OF_A_LOOK + 1):
        page.set_content(PLANTED)
        found.append({fault[3] for fault in faults_of(page, looks)})
    page.set_content(PLANTED.replace("#bbb", "#bbc"))
    another = [fault[1:] for fault in faults_of(page, looks) if fault[3] == "color-contrast"]

    assert ["color-contrast" in each for each in found] == [True] * OF_A_LOOK + [False]
    assert another == [(390, "light", "color-contrast", "#narrow")]


@pytest.mark.parametrize(
    ("page", "is_new"),
    [
        ("<h1>Other</h1><p class='small'>Words, and more of them</p>", False),
        ("<h1>Title</h1><p class='small' id='other'>Words</p>", True),
        ("<h1>Title</h1><p class='quiet'>Words</p>", True),
        ("<h1>Title</h1><div><p class='small'>Words</p></div>", True),
        ("<h1>Title</h1><input type='checkbox'>", True),
        ("<h1>Title</h1><h1>Title</h1>", True),
    ],
)
def test_a_page_is_new_by_a_part_that_no_page_had(page, is_new):
    drawn = Parts()
    drawn.add(BeautifulSoup("<body><h1>Title</h1><p class='small'>Words</p></body>", "html.parser"))

    assert drawn.add(BeautifulSoup(f"<body>{page}</body>", "html.parser")) == is_new
    assert not drawn.add(BeautifulSoup(f"<body>{page}</body>", "html.parser"))
