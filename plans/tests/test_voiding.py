"""An edit that voids signatures says so before it is made, and each signer is written to."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from districts.roles import Role
from districts.tests.factories import MembershipFactory, person
from notices.models import Notice
from notices.services import deliver_due
from plans import services
from plans.models import Attachment, Cover, Objective, PlanVersion, Signature, Strategy, Voiding
from plans.sections import SectionKey
from plans.services.merging import Typed
from plans.tests.factories import PlanFactory, closed_version, write_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    plan = PlanFactory()
    write_rows(plan)
    return plan


@pytest.fixture
def superintendent(plan):
    return person(Role.SUPERINTENDENT, plan.district, name="Rosa Diaz")


@pytest.fixture
def chair(plan):
    return person(Role.BOARD_CHAIR, plan.district, name="Lee Park")


@pytest.fixture
def coordinator(plan):
    return person(Role.PLAN_COORDINATOR, plan.district, name="Ana Ruiz")


@pytest.fixture
def signed(plan, superintendent, chair, noon):
    """Version 1, signed by both."""
    version = closed_version(plan)
    for signer in (superintendent, chair):
        services.sign(plan_id=plan.pk, sha256=version.sha256, by=signer, at=noon)
    Notice.objects.all().delete()
    return version


@pytest.fixture
def act(plan, coordinator, noon):
    return {"plan_id": plan.pk, "by": coordinator, "at": noon + timedelta(hours=1)}


def save_cover(act, summary="Every child reads."):
    services.save_section(
        model=Cover,
        version=Cover.objects.get().version,
        values={"summary": summary},
        as_typed={},
        **act,
    )


def save_strategy(act):
    row = Strategy.objects.order_by("position").first()
    typed = Typed({"owner": "Somebody else"}, {}, row.version)
    services.save_rows(edits=[services.RowEdit(Strategy, row.pk, typed)], **act)


def add_objective(act):
    services.add_row(model=Objective, values={"statement": "Attend"}, as_typed={}, **act)


def remove_strategy(act):
    row = Strategy.objects.order_by("position").first()
    services.remove_row(model=Strategy, row_id=row.pk, **act)


def attach_file(act):
    upload = SimpleUploadedFile("minutes.txt", b"Aye.")
    services.attach(title="Minutes", upload=upload, **act)


EDITS = {
    save_cover: "Changed: Cover and contacts",
    save_strategy: "Changed: Strategy 1, “Structured literacy in grades K–3”",
    add_objective: "Added: Objective 3, “Attend”",
    remove_strategy: "Removed: Strategy 1, “Structured literacy in grades K–3”, with its"
    " 2 milestones and its 3 budget lines",
    attach_file: "Added: Attachment, “Minutes”",
}


@pytest.mark.parametrize(("edit", "said"), EDITS.items(), ids=[each.__name__ for each in EDITS])
@pytest.mark.usefixtures("signed")
def test_each_signer_gets_a_letter_that_names_what_was_edited(
    plan, superintendent, chair, act, edit, said
):
    edit(act)

    letters = {letter.to: letter for letter in Notice.objects.filter(kind="signature_void")}
    assert set(letters) == {superintendent, chair}
    for signer, capacity in ((superintendent, "superintendent"), (chair, "board chair")):
        body = letters[signer].body
        assert f"- {said}\n" in body
        assert f"as {capacity} on November 23, 2026, 12:00 pm" in body
        assert "Ana Ruiz edited the plan" in body


@pytest.mark.usefixtures("signed")
def test_one_letter_to_each_signer_and_version_however_much_is_edited(plan, act, noon):
    for number in range(3):
        save_cover(act, f"Draft {number}")
        add_objective(act)

    assert Notice.objects.filter(kind="signature_void").count() == 2
    plan.refresh_from_db()
    version = closed_version(plan)
    services.sign(
        plan_id=plan.pk,
        sha256=version.sha256,
        by=Signature.objects.first().signed_by,
        at=noon + timedelta(hours=2),
    )
    save_cover(act, "Once more")
    assert Notice.objects.filter(kind="signature_void").count() == 3


@pytest.mark.usefixtures("signed")
def test_who_edits_what_they_signed_is_written_to_as_well(plan, superintendent, act):
    MembershipFactory(user=superintendent, role=Role.PLAN_COORDINATOR, district=plan.district)

    save_cover(act | {"by": superintendent})

    assert Notice.objects.filter(kind="signature_void", to=superintendent).exists()


def test_where_nobody_signed_nobody_is_written_to(plan, act):
    closed_version(plan)

    save_cover(act)

    assert Voiding.objects.count() == 1
    assert not Notice.objects.filter(kind="signature_void").exists()


@pytest.mark.usefixtures("signed")
def test_an_edit_that_changes_nothing_writes_to_nobody(act):
    save_cover(act, Cover.objects.get().summary)

    assert not Notice.objects.filter(kind="signature_void").exists()


@pytest.mark.usefixtures("signed")
def test_the_letter_stays_where_it_is_once_its_reader_has_signed_again(
    plan, superintendent, chair, act, noon, mailoutbox
):
    save_cover(act)
    plan.refresh_from_db()
    version = closed_version(plan)
    at = noon + timedelta(hours=2)
    services.sign(plan_id=plan.pk, sha256=version.sha256, by=superintendent, at=at)

    deliver_due(at=noon + timedelta(hours=3))

    void = Notice.objects.filter(kind="signature_void")
    assert dict(void.values_list("to__name", "outcome")) == {
        "Rosa Diaz": "It was closed and signed again since.",
        "Lee Park": "Accepted",
    }


def test_of_a_returned_plan_the_letter_says_that_the_version_handed_in_stays(noon):
    plan = PlanFactory(returned=True)
    signers = [each.signed_by for each in Signature.objects.all()]

    save_cover(
        {
            "plan_id": plan.pk,
            "by": person(Role.PLAN_COORDINATOR, plan.district),
            "at": noon,
        }
    )

    letters = Notice.objects.filter(kind="signature_void")
    assert {letter.to for letter in letters} == set(signers)
    assert all("stays on record as it was handed in" in letter.body for letter in letters)
    assert PlanVersion.objects.count() == 1


def pages_that_edit(plan):
    """Every address of the editor at which something of the signed text is written."""
    here = [plan.district.slug, plan.cycle_id]
    for key in SectionKey:
        if key not in {SectionKey.BOARD_APPROVAL, SectionKey.SIGNATURES, SectionKey.PROFILE}:
            yield reverse("plans:section", args=[*here, key.value])
    objective = Objective.objects.earliest("position")
    strategy = Strategy.objects.earliest("position")
    for kind, row in (("objective", objective), ("strategy", strategy)):
        yield reverse("plans:row", args=[*here, kind, row.pk])
        yield reverse("plans:row_add", args=[*here, kind])
        yield reverse("plans:row_remove", args=[*here, kind, row.pk])
    yield reverse("plans:row_add_to", args=[*here, "milestone", strategy.pk])
    yield reverse("plans:attachment_add", args=here)
    file = Attachment.objects.get()
    yield reverse("plans:attachment_remove", args=[*here, file.lineage])
    yield reverse("plans:removed", args=here)


def note_of(page) -> str:
    notes = BeautifulSoup(page.text, "html.parser").main.select(".note.warn")
    return " ".join(" ".join(note.get_text(" ").split()) for note in notes)


def test_every_page_that_edits_says_whose_signatures_an_edit_voids(
    client, plan, superintendent, chair, act, noon
):
    attach_file(act)
    plan.refresh_from_db()
    client.force_login(act["by"])
    pages = list(pages_that_edit(plan))
    assert {note_of(client.get(page)) for page in pages} == {""}

    version = closed_version(plan)
    for page in pages:
        assert "nobody has signed it yet" in note_of(client.get(page)), page
    services.sign(plan_id=plan.pk, sha256=version.sha256, by=superintendent, at=noon)
    for page in pages:
        told = note_of(client.get(page))
        assert "The first edit voids a signature." in told, page
        assert "Version 1 is signed by Rosa Diaz (superintendent)." in told
    services.sign(plan_id=plan.pk, sha256=version.sha256, by=chair, at=noon)
    for page in pages:
        told = note_of(client.get(page))
        assert "The first edit voids 2 signatures." in told, page
        assert "signed by Rosa Diaz (superintendent) and Lee Park (board chair)." in told
        assert "each signer gets a letter that says what was edited" in told


@pytest.mark.usefixtures("signed")
def test_what_stands_beside_the_text_is_not_said_to_void_anything(client, plan, act):
    client.force_login(act["by"])

    page = client.get(reverse("plans:section", args=[plan.district.slug, 2027, "board-approval"]))

    assert note_of(page) == ""
    assert "outside the signed text" in page.text


def test_a_returned_plan_says_that_its_signatures_stand_while_nothing_is_edited(client):
    plan = PlanFactory(returned=True)
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))
    here = [plan.district.slug, 2027]

    told = note_of(client.get(reverse("plans:section", args=[*here, "cover"])))
    answers = client.get(reverse("plans:changes", args=here)).text

    assert "While nothing is edited, the plan can be submitted with these signatures" in told
    assert "saving one voids no signature" in answers


# A page that was opened before somebody signed --------------------------------------------------

STALE = "Words of a page opened long ago"


def forms_of(page, answer):
    """Every form of a page that writes, as where it goes and what a browser sends of it.

    A form may have its buttons elsewhere; one that has none is sent by nobody.
    """
    soup = BeautifulSoup(answer.text, "html.parser")
    forms = []
    for form in soup.main.select("form[method=post]"):
        action, sent = _sent_by(form, page)
        elsewhere = soup.select(f"button[form='{form.get('id')}']")
        if elsewhere and not form.select("button:not([disabled])"):
            sent[elsewhere[0]["name"]] = elsewhere[0]["value"]
        if elsewhere or form.select("button:not([disabled])"):
            forms.append((action, sent))
    return forms


def _sent_by(form, page):
    sent = {}
    for field in form.select("input[name], textarea[name]"):
        if field.get("type") not in {"checkbox", "radio"} or field.has_attr("checked"):
            sent[field["name"]] = field.get("value", field.text.removeprefix("\n"))
    for field in form.select("select[name]"):
        chosen = field.select_one("option[selected]")
        sent[field["name"]] = chosen["value"] if chosen else ""
    if words := form.select("textarea[name], input[type=text][name]"):
        sent[words[0]["name"]] = STALE
    return form.get("action") or page, sent


def send(client, action, sent):
    files = {"upload": SimpleUploadedFile("more.txt", b"More.")} if "upload" in sent else {}
    return client.post(action, sent | files, follow=True)


def opened_then_signed(client, plan, act, noon, before, since):
    """Each form of each page that edits, drawn when some have signed, and sent when more have."""
    attach_file(act)
    remove_strategy(act)
    plan.refresh_from_db()
    client.force_login(act["by"])
    version = closed_version(plan)
    for signer in before:
        services.sign(plan_id=plan.pk, sha256=version.sha256, by=signer, at=noon)
    pages = sorted(set(pages_that_edit(plan)))
    forms = [form for page in pages for form in forms_of(page, client.get(page))]
    for signer in since:
        services.sign(plan_id=plan.pk, sha256=version.sha256, by=signer, at=noon)
    return dict(forms)


def is_void(plan):
    return Voiding.objects.filter(version__plan=plan).exists()


@pytest.mark.parametrize("before", ["nobody", "one"])
def test_a_page_opened_before_a_signature_says_that_its_edit_voids_it_and_then_edits(
    client, plan, superintendent, chair, act, noon, before
):
    """The words are there again, and the same button acts."""
    signers = [superintendent, chair]
    early = [] if before == "nobody" else signers[:1]
    forms = opened_then_signed(client, plan, act, noon, early, signers[len(early) :])

    wrong = []
    for action, sent in forms.items():
        with transaction.atomic():
            asked = send(client, action, sent)
            if is_void(plan) or "voids 2 signatures" not in note_of(asked):
                wrong.append(f"{action}: not asked")
            if STALE in sent.values() and STALE not in asked.text:
                wrong.append(f"{action}: the words are gone")
            again = dict(forms_of(action, asked))[action]
            send(client, action, again)
            if not is_void(plan):
                wrong.append(f"{action}: asked again")
            transaction.set_rollback(True)

    assert wrong == []
    assert len(forms) == 18


def test_a_page_that_has_told_of_every_signature_asks_no_more(
    client, plan, superintendent, chair, act, noon
):
    forms = opened_then_signed(client, plan, act, noon, [superintendent, chair], [])

    for action, sent in forms.items():
        with transaction.atomic():
            send(client, action, sent)
            assert is_void(plan), action
            transaction.set_rollback(True)


@pytest.mark.usefixtures("signed")
def test_what_a_script_saves_from_such_a_page_is_answered_with_what_it_voids(client, plan, act):
    client.force_login(act["by"])
    cover = reverse("plans:section", args=[plan.district.slug, plan.cycle_id, "cover"])
    (sent,) = [sent for action, sent in forms_of(cover, client.get(cover)) if action == cover]

    asked = client.post(cover, sent | {"seen-signatures": ""}, headers={"HX-Request": "true"})

    assert (asked.status_code, is_void(plan)) == (409, False)
    assert "voids 2 signatures" in asked.text
    assert 'value="1:superintendent 1:board_chair"' in asked.text


@pytest.mark.usefixtures("signed")
def test_an_edit_that_changes_nothing_is_not_asked_about(client, plan, act):
    client.force_login(act["by"])
    cover = reverse("plans:section", args=[plan.district.slug, plan.cycle_id, "cover"])
    (sent,) = [sent for action, sent in forms_of(cover, client.get(cover)) if action == cover]
    row = Cover.objects.get()
    left = {name: getattr(row, name) if said == STALE else said for name, said in sent.items()}

    assert client.post(cover, left | {"seen-signatures": ""}).status_code == 302
    assert not is_void(plan)
