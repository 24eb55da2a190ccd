"""A real worker, through a real broker: it makes the PDFs, and a paper that cannot be set stops
neither it nor what comes after."""

from contextlib import ExitStack

import pytest
from celery import current_app
from django.conf import settings as project
from django.core.cache import cache

from alliance.tests.test_reminder_services import celery, environment_of_processes, wait_until
from districts.roles import Role
from districts.tests.factories import person
from plans.models import PlanVersion, VersionPdf
from plans.services import PdfState, ask_for_pdf, version_pdf
from plans.tests.factories import PlanFactory

NO_MAIL = 1  # nothing is sent


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_the_worker_makes_pdfs_and_outlives_a_paper_that_cannot_be_set(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    cache.clear()
    current_app.control.purge()
    spoilt, whole = (PlanFactory(submitted=True).versions.get() for _ in range(2))
    client.force_login(person(Role.DISTRICT_VIEWER, whole.plan.district))
    bad = ask_for_pdf({"title": "no paper"}, of=spoilt)  # our type setter knows no such thing
    page = f"/plans/{whole.plan.district.slug}/2027/versions/1/pdf/"

    with ExitStack() as running:
        environment = environment_of_processes(NO_MAIL) | {"MEDIA_ROOT": str(project.MEDIA_ROOT)}
        running.enter_context(celery("worker", tmp_path, environment, "--concurrency=1"))
        wait_until(lambda: version_pdf(spoilt, bad).state is PdfState.FAILED)
        waiting = client.post(page).url
        wait_until(lambda: "Download the PDF" in client.get(waiting).text)

    assert "No PDF was made of version-" in (tmp_path / "worker.log").read_text()
    assert list(VersionPdf.objects.values_list("version", flat=True)) == [whole.pk]
    assert PlanVersion.objects.count() == 2
    file = client.get(f"{page}file/")
    assert b"".join(file.streaming_content).startswith(b"%PDF-1.7")
