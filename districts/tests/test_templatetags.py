"""What template tags make of what they are given, and that nothing typed becomes markup."""

import re
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from crispy_forms.layout import HTML, Div, Field, Row
from django import forms
from django.core.paginator import Paginator
from django.forms.renderers import Jinja2, get_default_renderer
from django.template import Context, Template, engines
from django.utils.functional import lazy
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from districts import words
from districts.forms.drawing import Controls, laid_out, macros_of
from districts.forms.fields import DayInput
from districts.templatetags import alliance
from districts.words import Label

JUNE_30 = date(2026, 6, 30)


def rendered(text: str, **context) -> str:
    return Template(text).render(Context(context))


def test_an_address_breaks_at_its_at_and_its_dots_alone():
    page = rendered("{% load alliance %}{{ it|address }}", it="ann.lee@ct.example.org")

    assert page == ('<span class="address">ann<wbr>.lee<wbr>@ct<wbr>.example<wbr>.org</span>')
    assert alliance.address("<b>@x") == '<span class="address">&lt;b&gt;<wbr>@x</span>'


@pytest.mark.parametrize(
    ("says", "reads"),
    [
        ("{{ 1204|money }} {{ 1204|num }}", "$1,204 1,204"),
        ("{{ day|day }}, {{ day|weekday }}", "June 30, 2026, Tue, June 30, 2026"),
        ("{{ day|days_from:day }}: {{ day|full_day }}", "due today: Tuesday, June 30, 2026"),
        ("{{ day|deadline }}", words.deadline(JUNE_30)),
        ("{{ at|eastern }}", "June 30, 2026, 12:00 pm ET"),
    ],
)
def test_templates_have_the_words(says, reads):
    at = datetime(2026, 6, 30, 16, 0, tzinfo=UTC)

    assert rendered(says, day=JUNE_30, at=at) == reads


def test_state_shows_a_label():
    html = rendered("{% state label %}", label=Label("Returned", "warn", "back"))

    assert html == (
        '<span class="state warn"><svg class="icon" aria-hidden="true">'
        '<use href="#i-back"/></svg>Returned</span>'
    )


def test_state_without_tone_is_plain_where_asked():
    html = rendered('{% state "" "check" "Past" plain=True %}')

    assert html.startswith('<span class="state plain">')


def test_state_and_icon_escape_what_they_are_given():
    evil = '"><script>alert(1)</script>'

    html = rendered(
        "{% state tone icon words %}{% icon icon %}{% meter 0.5 words %}",
        tone=evil,
        icon=evil,
        words=evil,
    )

    assert "<script" not in html
    assert html.startswith('<span class="state">')


@pytest.mark.parametrize(
    ("fraction", "width"), [(0, "0"), (0.5, "100"), (0.9142, "182.8"), (1.7, "200"), (-1, "0")]
)
def test_meter_is_filled_to_its_fraction(fraction, width):
    html = rendered('{% meter fraction "Budgeted" %}', fraction=fraction)

    assert html == (
        '<svg class="meter" viewBox="0 0 200 12" preserveAspectRatio="none" role="img"'
        ' aria-label="Budgeted"><rect class="m-bg" width="200" height="12"/>'
        f'<rect class="m-fill" width="{width}" height="12"/></svg>'
    )


def test_pages_link_to_the_ends_and_to_the_pages_around():
    page = Paginator(range(2_000), 100).get_page(10)

    html = rendered('{% pages page query "Pages of plans" %}', page=page, query='q="1"&tab=x')

    nav = BeautifulSoup(html, "html.parser").nav
    assert nav["aria-label"] == "Pages of plans"
    assert [part.text for part in nav.children] == [
        *("Page 10 of 20", "Previous", "Page 1", "…", "Page 8", "Page 9", "Page 10"),
        *("Page 11", "Page 12", "…", "Page 20", "Next"),
    ]
    assert [link.text for link in nav.select("[aria-current=page]")] == ["Page 10"]
    assert nav.find("a", string="Next")["href"] == '?q="1"&tab=x&page=11'


def test_pages_of_a_single_page_are_not_shown():
    page = Paginator(range(100), 100).get_page(1)

    assert rendered('{% pages page "" "Pages" %}', page=page) == ""


def test_words_known_to_be_safe_make_no_others_safe():
    known = rendered("{% state '' 'done' words %}", words=SafeString("<b>Done</b>"))
    typed = rendered("{% state '' 'done' words %}", words="<b>Done</b>")

    assert ("<b>Done</b>" in known, "<b>" in typed) == (True, False)


class Choosing(forms.Form):
    HOSTILE = "<script>alert(1)</script> & co"

    ticks = forms.MultipleChoiceField(
        choices=[("1", HOSTILE), ('"2', "Two")],
        initial=['"2'],
        widget=forms.CheckboxSelectMultiple,
        help_text="As many as apply",
    )
    radios = forms.ChoiceField(
        choices=[("a", HOSTILE), ("b", "B")],
        initial="b",
        widget=forms.RadioSelect(attrs={"data-mark": "x"}),
        disabled=True,
    )
    select = forms.ChoiceField(choices=[("a", HOSTILE), ("b", "B")], initial="b")
    short = forms.CharField(max_length=10, initial='"><i>', help_text="Ten letters")
    secret = forms.CharField(
        widget=forms.PasswordInput,
        help_text=lazy(lambda: SafeString("<ul><li>12</li></ul>"), str)(),
    )
    file = forms.FileField(widget=forms.FileInput(attrs={"accept": ".pdf"}))
    yes = forms.BooleanField(initial=True, help_text="Or not")


@pytest.mark.parametrize("typed", [None, {"ticks": "9", "select": "9"}])
@pytest.mark.parametrize("name", Choosing.base_fields)
def test_field_says_what_django_says_of_it(name, typed):
    """Our own template for fields leaves out nothing that a widget, a label or a hint would say."""
    field = Choosing(typed)[name]

    drawn = laid_out(name).fields_of(field.form)
    ours = BeautifulSoup(drawn, "html.parser")
    theirs = BeautifulSoup(str(field), "html.parser")

    assert _said(ours) == _said(theirs)
    assert [tag["for"] for tag in ours.find_all("label")] == [
        tag["id"] for tag in ours.find_all(["input", "select"])
    ]
    assert _hint(ours) == str(conditional_escape(field.help_text))
    assert _hints(ours) <= {tag["id"] for tag in ours.find_all(id=True)}
    assert ours.script is None


class Typing(forms.Form):
    """One field of each control, with what somebody may type that HTML means something by."""

    line = forms.CharField(initial=Choosing.HOSTILE, max_length=20)
    empty = forms.CharField(initial="")
    prose = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), initial="\n<b>\nlast\n")
    day = forms.DateField(initial=date(2027, 6, 30), disabled=True)
    number = forms.IntegerField(min_value=0, initial=0)
    email = forms.EmailField(widget=forms.EmailInput(attrs={"autocomplete": "'\"", "hidden": True}))
    secret = forms.CharField(widget=forms.PasswordInput)
    carried = forms.CharField(widget=forms.HiddenInput, initial='"')
    upload = forms.FileField(widget=forms.FileInput(attrs={"accept": ".pdf", "title": False}))
    grouped = forms.ChoiceField(
        choices=[
            ("", "None"),
            ("A & B", [("1", Choosing.HOSTILE), ("2", "Two")]),
            ("C", [("3", "")]),
        ],
        initial="2",
    )
    several = forms.MultipleChoiceField(choices=[("1", "One"), ("2", "Two")], initial=["1", "2"])
    ticks = forms.MultipleChoiceField(choices=[("1", "One")], widget=forms.CheckboxSelectMultiple)


@pytest.mark.parametrize("name", Typing.base_fields)
def test_a_control_is_word_for_word_what_django_draws(name):
    ours, theirs = Typing(renderer=Controls())[name], Typing(renderer=Jinja2())[name]
    assert _words(ours.as_widget()) == _words(theirs.as_widget())
    if name == "prose":
        assert "\n\n&lt;b&gt;\nlast\n</textarea>" in ours.as_widget()  # a browser drops the first


def test_a_template_that_changes_while_one_develops_is_read_again(monkeypatch):
    jinja = engines["jinja2"].env
    assert macros_of("controls.html") is macros_of("controls.html")

    monkeypatch.setattr(jinja, "auto_reload", True)
    monkeypatch.setattr(jinja, "get_template", lambda name: SimpleNamespace(module="as it is now"))

    assert macros_of("controls.html") == "as it is now"


def test_every_form_is_drawn_by_it():
    assert isinstance(get_default_renderer(), Controls)


def _words(html: str) -> str:
    """Blanks between controls and options are no words."""
    return re.sub(r"\s*(</?(?:select|optgroup|option)[^>]*>)\s*", r"\1", str(html)).strip()


@pytest.mark.parametrize(
    "said",
    [
        HTML("<b>"),
        Row("line", "day"),
        Field("line", placeholder="Here"),
        Field("line", css_class="wide"),
        Div("line", css_id="lines"),
        Div("line", hidden="hidden"),
        Div(Div("line", css_id="lines")),
    ],
)
def test_a_layout_of_which_the_template_would_leave_something_out_is_refused(said):
    with pytest.raises(TypeError, match="does not draw this"):
        laid_out(said).fields_of(Typing())


def _said(page):
    """Every control with all it says but its looks, and each choice of a select."""
    return [
        {key: value for key, value in tag.attrs.items() if key != "class"}
        | {"is": tag.name, "text": tag.text.strip()}
        for tag in page.find_all(["input", "select", "option", "textarea"])
    ]


def _hint(page):
    return "".join(tag.decode_contents() for tag in page.find_all(class_="form-text")).strip()


def _hints(page):
    return {
        hint
        for tag in page.find_all(attrs={"aria-describedby": True})
        for hint in tag["aria-describedby"].split()
    }


@pytest.mark.parametrize(
    ("shown", "kind"),
    [
        ("2027-06-30", "date"),
        ("2028-02-29", "date"),
        ("2027-02-30", "text"),  # a picker would show nothing of it
        ("2027-13-01", "text"),
        ("next spring", "text"),
        ("", "date"),
    ],
)
def test_a_day_that_a_picker_cannot_show_stands_as_it_was_typed(shown, kind):
    drawn = BeautifulSoup(DayInput().render("day", shown, renderer=Controls()), "html.parser")
    assert drawn.input["type"] == kind
    assert drawn.input.get("value", "") == shown
