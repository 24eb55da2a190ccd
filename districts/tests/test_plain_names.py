"""Names are found however they are typed: accents, composition, quotes and hyphens aside."""

from unicodedata import normalize

import pytest
from django.urls import reverse

from districts.models import District, User, is_named
from districts.models.plain import FROM, TO, plain
from districts.roles import Role
from districts.tests.factories import DistrictFactory, person

pytestmark = pytest.mark.django_db

NAMES = [
    ("José Núñez", ["Jose", "JOSÉ", "josé nunez", "nuñez", normalize("NFD", "José Núñez")]),
    ("Jose Nunez", ["José", "Núñez", "jose"]),
    ("Zoë O’Brien", ["Zoe O'Brien", "zoë o’brien", "O`Brien", "OʼBRIEN"]),
    ("Ann-Marie Søren", ["ann‑marie", "Ann–Marie Soren", "SØREN"]),
    ("Łukasz Çelik", ["lukasz", "celik", "Łukasz  Çelik", "łUKASZ"]),
    ("Nguyễn Thị", ["nguyen thi", "Nguyễn\u00a0Thị", "Nguyen\u200b"]),
]
ASKED = [(name, asked) for name, all_asked in NAMES for asked in all_asked]


@pytest.mark.parametrize(("name", "asked"), ASKED)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_name_is_found_with_and_without_its_accents(name, asked, form):
    DistrictFactory(name=normalize(form, name))
    DistrictFactory(name="Hartford")
    them = person(Role.AUDITOR, name=normalize(form, name))

    assert District.objects.matching(asked).count() == 1
    assert User.objects.filter(is_named("name", asked)).get() == them


def test_the_database_reads_names_as_we_do():
    """Each letter, as it stands in a column and as it is typed."""
    letters = [*FROM, *"áÀüßÑñçřşïÿž‘Åé", "e\u0301", "ﬁ"]
    for number, letter in enumerate(letters):
        DistrictFactory(name=f"{number} a{letter}b")

    stored = dict(District.objects.values_list("name", "name__plain"))

    assert stored == {name: plain(name) for name in stored}
    assert len(stored) == len(letters)
    assert len(FROM) == len(TO)


@pytest.mark.parametrize("words", ["Strasse_", "%", "'", '"', "\\", "Jos_"])
def test_what_means_something_to_the_database_is_only_a_letter(words):
    DistrictFactory(name="José")

    assert not District.objects.matching(words).exists()


@pytest.mark.parametrize("asked", ["Jose", "josé", "Jose\u0301"])
def test_every_search_of_a_page_finds_the_name(client, asked):
    """The lists of districts and of people; queue and letters have tests of their own."""
    admin = person(Role.SYSADMIN, name="Ada")
    found = DistrictFactory(name="José Martí", designated=True)
    person(Role.SUPERINTENDENT, found, name="Ann José")
    client.force_login(admin)

    for page, shown in [
        (reverse("districts:list"), "José Martí"),
        (reverse("districts:people"), "Ann José"),
    ]:
        assert shown in client.get(page, {"q": asked}).text
