"""Every form of ours that posts says for whom it was drawn, and says what Enter does in it."""

import re

import pytest
from django.conf import settings

FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.DOTALL)
TOKEN = re.compile(r"\{% csrf_token %\}|csrfmiddlewaretoken")
WORDS = re.compile(
    r"\{% crispy |<textarea|<input(?![^>]*type=\"hidden\")|_change\.html|fields\.html"
)
NO_ENTER = "components/no_enter.html"
ENTER = (NO_ENTER, "plans/_form_begins.html", "plans/_first_button.html")

MARKED_OTHERWISE = {
    "alliance/typed.html": "its address says whose: the page is drawn without the database",
    "account/_sign_in_form.html": "nobody is signed in yet",
}
ENTER_SENDS = {
    "account/_sign_in_form.html": "signing in",
    "account/password_reset.html": "an email address alone",
    "account/password_reset_from_key.html": "a password, typed twice",
    "plans/plan_sign.html": "a password alone, typed to sign",
}
SAVES_A_DRAFT = {"reviews/plan_return.html": "Save the draft"}  # by its first button


def holds_words(name, form):
    return name not in ENTER_SENDS and WORDS.search(form)


def forms():
    for path in sorted((settings.BASE_DIR / "templates").rglob("*.html")):
        for form in FORM.findall(path.read_text()):
            if 'method="post"' in form:
                yield str(path.relative_to(settings.BASE_DIR / "templates")), form


def test_no_form_is_drawn_in_another_way():
    """What is not found here is not held here: none is made by a library, or in Python."""
    assert len(list(forms())) > 30
    for folder in ("alliance", "districts", "library", "plans", "reviews"):
        for path in (settings.BASE_DIR / folder).rglob("*.py"):
            if "tests" not in path.parts:
                assert not re.search(r"<form\b|form_tag = True", path.read_text()), path


def test_every_form_that_posts_says_whose_words_it_holds():
    """A token written by hand has no mark: its words would be shown to who signs in next."""
    by_hand = {name for name, form in forms() if "{% csrf_token %}" not in form}

    assert by_hand == set(MARKED_OTHERWISE)


@pytest.mark.parametrize(
    ("name", "form"), [pytest.param(*one, id=one[0]) for one in forms() if holds_words(*one)]
)
def test_enter_in_a_field_does_no_act_half_made(name, form):
    """The first button of a form is what Enter presses: it is off, or it saves a draft."""
    after_token = TOKEN.split(form, maxsplit=1)[1]
    first = min(
        (place for place in map(after_token.find, [*ENTER, "<button"]) if place >= 0),
        default=-1,
    )

    assert first >= 0, "no button at all"
    assert after_token[first:].startswith(ENTER) or SAVES_A_DRAFT[name] in after_token[first:][:99]
    assert first < WORDS.search(after_token).start()
