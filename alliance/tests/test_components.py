"""The small things pages share, as their comments promise them."""

from types import SimpleNamespace

from bs4 import BeautifulSoup
from django import forms
from django.http import HttpResponse
from django.template import Context, Template
from django.template.loader import render_to_string

from districts.forms.accounts import NewPasswordForm
from districts.forms.ruled import RuledForm


def rendered(name: str, **context) -> BeautifulSoup:
    return BeautifulSoup(render_to_string(f"components/{name}.html", context), "html.parser")


def filled(text: str) -> BeautifulSoup:
    html = Template(text).render(Context({"where": "<here> & there"}))
    return BeautifulSoup(html, "html.parser")


def words(tag) -> str:
    return " ".join(tag.get_text(" ").split())


def test_findings_say_whether_they_stop_and_where_to_mend():
    stop = SimpleNamespace(stops=True, sentence="It is short.", citation="§ 10-262u(d)", rule="R17")
    warning = SimpleNamespace(stops=False, sentence="5 & 9 are blank.", citation="Ours", rule="")

    html = rendered(
        "findings",
        lines=[
            {"finding": stop, "url": "/budget/", "link": "Open budget"},
            {"finding": warning, "url": "", "link": ""},
        ],
    )

    assert [(line["class"], words(line)) for line in html.select("li")] == [
        (["bad"], "Stops: It is short. Open budget § 10-262u(d) · R17"),
        (["warn"], "Warning: 5 & 9 are blank. Ours"),
    ]
    assert [link["href"] for link in html.select("a")] == ["/budget/"]
    assert "It is short. Open budget" in " ".join(html.li.get_text().split())  # a blank between
    assert html.ul["class"] == ["rules"]


def test_steps_mark_what_is_done_and_where_the_plan_is():
    html = rendered(
        "steps",
        steps=[
            {"state": "done", "title": "Opened", "text": "April 1"},
            {"state": "now", "title": "Draft", "text": "You are here"},
            {"state": "", "title": "Submitted", "text": "Due June 30"},
        ],
    )

    assert [
        (step.get("class"), step.get("aria-current"), step.use["href"], words(step))
        for step in html.select("li")
    ] == [
        (["done"], None, "#i-done", "Opened (done) April 1"),
        (["now"], "step", "#i-now", "Draft You are here"),
        (None, None, "#i-empty", "Submitted Due June 30"),
    ]


def test_none_yet_offers_what_to_do_meanwhile():
    bare = filled('{% none_yet "No letters yet" %}They appear {{ where }}.{% endnone_yet %}')
    led = filled('{% none_yet "No plan yet" url="/plan/" link="Start" %}Start it.{% endnone_yet %}')

    assert (words(bare), bare.select("a")) == ("No letters yet They appear <here> & there.", [])
    assert (led.a["href"], led.a.text) == ("/plan/", "Start")


def test_note_has_its_tone_and_its_link():
    html = rendered(
        "note",
        tone="warn",
        icon="clock",
        title="Due today.",
        text="At 11:59 pm.",
        url="/x/",
        link="See",
    )

    assert (html.div["class"], words(html)) == (["note", "warn"], "Due today. At 11:59 pm. See")


def test_confirm_posts_the_verb_once_and_says_what_it_does():
    class Reason(RuledForm):
        rows = [("reason",)]
        reason = forms.CharField()

    html = rendered(
        "confirm",
        title="Withhold funds from Groton?",
        body="This stops $0.",
        more="It sends a letter.",
        action="/withhold/",
        verb="Withhold funds",
        back="/plan/",
        back_words="Not yet",
        csrf_token="token",
        form=Reason(),
        key="one-time",
        is_bad=True,
    )

    form = html.form
    assert (form["class"], form["method"], form["action"]) == (
        ["ask", "is-bad"],
        "post",
        "/withhold/",
    )
    assert [(field["name"], field.get("value")) for field in form.select("input")] == [
        ("csrfmiddlewaretoken", "token"),
        ("key", "one-time"),
        ("reason", None),
    ]
    [verb] = form.select("button:not([disabled])")  # the first is what Enter presses
    assert (verb.text.strip(), form.a["href"], form.a.text) == (
        "Withhold funds",
        "/plan/",
        "Not yet",
    )
    assert form.h2["id"] == form["aria-labelledby"]


def test_form_errors_lead_to_their_fields():
    class Pair(forms.Form):
        name = forms.CharField(label="Name")

        def clean(self):
            raise forms.ValidationError("Both are needed.")

    wrong = rendered("form_errors", form=Pair({"name": ""}))
    untouched = rendered("form_errors", form=Pair())

    assert (words(wrong), wrong.a["href"]) == (
        "Both are needed. Name : This is empty. Fill it in.",
        "#id_name",
    )
    assert wrong.div.has_attr("autofocus")
    assert words(untouched) == ""


def test_faults_of_a_whole_form_are_a_note_and_not_bootstraps_alert():
    form = NewPasswordForm({})
    form.is_valid()
    form.add_error(None, "This link was used.")

    html = BeautifulSoup(render_to_string("bootstrap5/errors.html", {"form": form}), "html.parser")

    assert (html.div["class"], words(html)) == (["note", "bad", "mb-3"], "This link was used.")


def test_a_page_is_read_as_a_browser_shows_it_and_a_field_as_it_was_typed():
    """What the tests of every page stand on: see conftest.py."""
    page = HttpResponse("<p>Waits\n    for you.</p><textarea>a\n  b</textarea>")
    file = HttpResponse("a\n  b", content_type="text/csv")

    assert page.text == "<p>Waits for you.</p><textarea>a\n  b</textarea>"
    assert file.text == "a\n  b"
