"""A PDF is asked for, made by the worker, and opened by those who may read its text."""

import json
import os
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import InternalError
from django.urls import reverse
from django.utils import timezone

from districts.roles import Role
from districts.tests.factories import person
from plans import services, tasks
from plans.models import Cover, VersionPdf
from plans.services import pdfs
from plans.services.typeset import NotTypeset
from plans.tests.factories import PlanFactory, closed_version, write_rows
from plans.tests.tagged import faults_of, reader_of

pytestmark = pytest.mark.django_db

NO_TEXT = "0" * 64


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def asked(monkeypatch):
    """What the worker was woken for; it does not run by itself here."""
    names = []

    def wake(task, name, *, expires):
        assert task == tasks.make_pdf.name
        names.append(name)
        return True

    monkeypatch.setattr(pdfs, "wake", wake)
    return names


@pytest.fixture
def draft():
    plan = PlanFactory()
    write_rows(plan)
    return plan


@pytest.fixture
def version(draft):
    return closed_version(draft)


@pytest.fixture
def signed_in(client, draft):
    client.force_login(person(Role.PLAN_COORDINATOR, draft.district))
    return client


def url(name, plan, *more):
    return reverse(f"plans:{name}", args=[plan.district.slug, plan.cycle_id, *more])


def ask(client, address):
    """The page that waits."""
    response = client.post(address)
    assert response.status_code == 302
    return response.url.removesuffix("#pdf")


def work(asked):
    """The worker does all that waits, as it was told to."""
    while asked:
        tasks.make_pdf(asked.pop(0))


def opened(client, page):
    """The file that a page offers."""
    response = client.get(page)
    assert "The PDF is ready" in response.text
    file = client.get(response.context["file_url"])
    assert file.headers["Content-Type"] == "application/pdf"
    return file, b"".join(file.streaming_content)


def test_a_draft_is_asked_for_waited_for_and_opened(signed_in, draft, asked):
    page = url("draft_pdf", draft)
    assert "Make the PDF" in signed_in.get(page).text

    page = ask(signed_in, page)
    assert "waits for its turn" in signed_in.get(page).text
    assert "Make the PDF" not in signed_in.get(page).text
    work(asked)

    file, content = opened(signed_in, page)
    name = f"{draft.district.slug}-FY2027-plan-draft.pdf"
    assert file.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert faults_of(content) == []
    assert all("DRAFT, not handed in" in each.extract_text() for each in reader_of(content).pages)
    assert not VersionPdf.objects.exists()


def test_the_pdf_is_of_the_text_that_was_asked_for(signed_in, draft, asked):
    Cover.objects.filter(plan=draft).update(summary="As it was.")
    first = ask(signed_in, url("draft_pdf", draft))
    Cover.objects.filter(plan=draft).update(summary="As it is.")
    second = ask(signed_in, url("draft_pdf", draft))
    work(asked)

    texts = [
        "".join(page.extract_text() for page in reader_of(opened(signed_in, each)[1]).pages)
        for each in (first, second)
    ]

    assert ["As it was." in text for text in texts] == [True, False]
    assert ["As it is." in text for text in texts] == [False, True]


def test_what_is_on_its_way_or_there_is_not_asked_for_again(signed_in, draft, version, asked):
    for name, more in (("draft_pdf", ()), ("version_pdf", (version.number,))):
        page = url(name, draft, *more)
        assert ask(signed_in, page) == ask(signed_in, page)
        assert len(asked) == 1
        work(asked)
        ask(signed_in, page)
        assert asked == []


def test_a_plan_that_breaks_every_rule_has_its_pdf(client, asked):
    plan = PlanFactory()  # nothing is written
    client.force_login(person(Role.FISCAL_OFFICER, plan.district))
    page = ask(client, url("draft_pdf", plan))
    work(asked)

    assert faults_of(opened(client, page)[1]) == []


def test_a_version_keeps_its_pdf_with_its_hash(signed_in, draft, version, asked):
    page = url("version_pdf", draft, version.number)
    ask(signed_in, page)
    work(asked)

    file, content = opened(signed_in, page)  # whoever opens it later has asked for nothing
    kept = VersionPdf.objects.get()
    assert (kept.version, kept.size) == (version, len(content))
    assert kept.sha256 == sha256(content).hexdigest()
    assert "plan-version-1.pdf" in file.headers["Content-Disposition"]
    first, *_ = (each.extract_text() for each in reader_of(content).pages)
    assert version.sha256 in "".join(first.split())
    assert "DRAFT" not in first


def test_a_version_has_the_same_pdf_after_it_was_signed_and_handed_in(client, asked):
    plan = PlanFactory(approved=True)
    plan.refresh_from_db()
    version = plan.versions.get()
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))
    for _ in range(2):
        ask(client, url("version_pdf", plan, 1))
        work(asked)
        default_storage.delete(version.pdfs.latest("pk").file.name)

    first, second = version.pdfs.values_list("sha256", flat=True)
    assert first == second


def test_a_file_that_is_gone_is_made_again(signed_in, draft, version, asked):
    page = url("version_pdf", draft, 1)
    ask(signed_in, page)
    work(asked)
    default_storage.delete(VersionPdf.objects.get().file.name)

    assert "Make the PDF" in signed_in.get(page).text
    assert signed_in.get(url("version_pdf_file", draft, 1)).status_code == 404
    ask(signed_in, page)
    work(asked)
    assert opened(signed_in, page)[1].startswith(b"%PDF-")


def test_a_release_that_sets_type_otherwise_makes_another(
    signed_in, draft, version, asked, monkeypatch
):
    page = url("version_pdf", draft, 1)
    ask(signed_in, page)
    work(asked)
    monkeypatch.setattr(pdfs, "look", lambda: "1" * 64)

    assert "Make the PDF" in signed_in.get(page).text
    ask(signed_in, page)
    work(asked)
    assert VersionPdf.objects.count() == 2


def test_a_pdf_on_record_is_never_changed(version):
    made = VersionPdf.objects.create(version=version, look="1", file="a", size=1, sha256=NO_TEXT)

    with pytest.raises(InternalError, match="Cannot update"):
        VersionPdf.objects.filter(pk=made.pk).update(sha256="1" * 64)


@pytest.mark.parametrize(
    ("fault", "logged"),
    [(NotTypeset("exit code -9: "), "exit code -9"), (OSError(28, "No space"), "No space")],
)
def test_a_pdf_that_fails_is_told_and_may_be_asked_for_again(
    signed_in, draft, asked, monkeypatch, caplog, fault, logged
):
    def fails(paper):
        raise fault

    with monkeypatch.context() as broken:
        broken.setattr(pdfs, "typeset", fails)
        page = ask(signed_in, url("draft_pdf", draft))
        work(asked)  # and raises nothing: the next letter leaves

    told = signed_in.get(page).text
    assert "The PDF could not be made." in told
    assert "print" in told
    assert logged in caplog.text
    page = ask(signed_in, url("draft_pdf", draft))
    work(asked)
    assert opened(signed_in, page)[1].startswith(b"%PDF-")


def test_without_a_way_to_the_worker_nothing_waits(signed_in, draft, monkeypatch):
    monkeypatch.setattr(pdfs, "wake", lambda *args, **options: False)

    page = signed_in.post(url("draft_pdf", draft), follow=True)

    assert "The PDF cannot be made just now" in page.text
    assert "Make the PDF" in page.text


def test_a_worker_that_never_came_is_not_waited_for_for_ever(signed_in, draft, asked):
    page = ask(signed_in, url("draft_pdf", draft))
    pdfs.Job.named(asked[0]).say(services.PdfState.NOT_ASKED)  # as after ten minutes

    assert "The PDF is not there." in signed_in.get(page).text
    assert "Make the PDF" in signed_in.get(page).text


def test_a_paper_that_was_changed_while_it_waited_is_not_made(signed_in, draft, asked, caplog):
    page = ask(signed_in, url("draft_pdf", draft))
    waiting = pdfs.Job.named(asked[0]).asked
    with default_storage.open(waiting) as file:
        said = json.loads(file.read())
    default_storage.delete(waiting)
    default_storage.save(waiting, ContentFile(json.dumps(said | {"mark": ""})))
    work(asked)

    assert "could not be made" in signed_in.get(page).text
    assert "not the paper that was asked for" in caplog.text


def test_making_twice_makes_one(signed_in, draft, version, asked):
    ask(signed_in, url("version_pdf", draft, 1))
    work([*asked, *asked])

    assert VersionPdf.objects.count() == 1


def test_a_draft_is_its_own_districts_alone(client, draft, asked):
    own, other = person(Role.DISTRICT_VIEWER, draft.district), PlanFactory()
    client.force_login(own)
    page = ask(client, url("draft_pdf", draft))
    work(asked)
    paper = page.partition("text=")[2]
    assert opened(client, page)[0].status_code == 200

    for reader, plan in (
        (person(Role.PLAN_COORDINATOR, other.district), draft),
        (person(Role.PLAN_COORDINATOR, other.district), other),  # of whom it is not
        (person(Role.PROGRAM_REVIEWER), draft),
    ):
        client.force_login(reader)
        assert client.get(url("draft_pdf_file", plan, paper)).status_code == 404
    assert client.get(url("draft_pdf", draft)).status_code == 404
    assert client.post(url("draft_pdf", draft)).status_code == 404


def test_a_version_is_for_those_who_may_read_it(client, draft, version, asked, reviewer):
    client.force_login(reviewer)
    assert client.post(url("version_pdf", draft, 1)).status_code == 404
    assert asked == []

    filed = PlanFactory(submitted=True)
    page = ask(client, url("version_pdf", filed, 1))
    work(asked)
    assert opened(client, page)[1].startswith(b"%PDF-")


def test_of_a_plan_that_is_filed_the_draft_leads_to_its_version(client):
    plan = PlanFactory(submitted=True)
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))

    for answer in (client.get(url("draft_pdf", plan)), client.post(url("draft_pdf", plan))):
        assert answer.url == url("version_pdf", plan, 1)


@pytest.mark.parametrize("text", ["", "x", "../../secret", "0" * 63, "A" * 64])
def test_an_address_that_names_no_text_is_none(signed_in, draft, text):
    assert "Make the PDF" in signed_in.get(url("draft_pdf", draft), {"text": text}).text
    if "/" not in text and text:
        assert signed_in.get(url("draft_pdf_file", draft, text)).status_code == 404
    assert signed_in.get(url("draft_pdf_file", draft, NO_TEXT)).status_code == 404


def test_a_script_hears_only_what_is_new(signed_in, draft, asked):
    page = ask(signed_in, url("draft_pdf", draft))
    look = signed_in.get(page).context["look_url"]
    by_script = {"headers": {"HX-Request": "true"}}

    assert signed_in.get(look, **by_script).status_code == 204
    work(asked)
    assert "Download the PDF" in signed_in.get(look, **by_script).text


def test_drafts_pass_after_a_day_and_versions_stay(signed_in, draft, version, asked):
    page = ask(signed_in, url("draft_pdf", draft))
    ask(signed_in, url("version_pdf", draft, 1))
    work(asked)
    waiting = default_storage.save("pdf-passing/plan-1-0.json", ContentFile("{}"))
    old = (timezone.now() - timedelta(hours=25)).timestamp()
    for folder, _, names in os.walk(default_storage.path("")):
        for name in names:
            os.utime(os.path.join(folder, name), (old, old))  # noqa: PTH118
    young = ask(signed_in, url("draft_pdf", PlanFactory(district=draft.district, cycle_id=2028)))
    work(asked)

    tasks.remove_old_pdfs()

    assert not default_storage.exists(waiting)
    assert "The PDF is not there." in signed_in.get(page).text
    assert opened(signed_in, url("version_pdf", draft, 1))
    assert opened(signed_in, young)


def test_nothing_is_removed_where_nothing_was_asked_for():
    assert services.remove_old_pdfs(at=timezone.now()) == []


@pytest.mark.parametrize("times", [1, 3])
def test_a_pdf_is_asked_for_in_few_queries(
    signed_in, draft, version, django_assert_num_queries, times
):
    for edition in range(2, times + 1):
        draft.edition = edition
        closed_version(draft)
    page = url("version_pdf", draft, 1)
    ask(signed_in, page)

    with django_assert_num_queries(5):  # session, user, roles, version, its PDFs
        signed_in.get(page)
    with django_assert_num_queries(4):  # session, user, roles, plan
        signed_in.get(url("draft_pdf", draft))
