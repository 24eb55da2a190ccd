"""Files in a bucket: attached, opened, looked into and swept on a server that speaks S3."""

import io
from datetime import timedelta
from types import SimpleNamespace
from zipfile import ZipFile

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from moto.server import ThreadedMotoServer

from alliance import bucket
from alliance.backup.archive import Archive, NewArchive
from alliance.backup.attachments import copied_in, copy_out
from districts.roles import Role
from districts.tests.factories import person
from plans import services, tasks
from plans.models import Attachment, FileCheck
from plans.tests.factories import PlanFactory
from plans.tests.test_attachments import NEVER_RUNS
from plans.tests.test_checking import workbook

pytestmark = pytest.mark.django_db
NAME = "alliance-files"


@pytest.fixture(scope="module")
def server():
    serving = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    serving.start()
    yield "http://{}:{}".format(*serving.get_host_and_port())
    serving.stop()


@pytest.fixture(autouse=True)
def _keys(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def keep_in(settings):
    """As STORAGE_URL does at the start."""

    def _keep_in(endpoint):
        url = f"s3://key:se%2Fcret@{NAME}/ours?region=us-east-1&endpoint={endpoint}"
        storage = {"BACKEND": "alliance.bucket.Bucket", "OPTIONS": {"url": url}}
        settings.STORAGES = settings.STORAGES | {"default": storage}

    return _keep_in


@pytest.fixture
def stored(server, keep_in):
    """The names in the bucket, as another client of it sees them."""
    client = boto3.client("s3", endpoint_url=server, region_name="us-east-1")
    client.create_bucket(Bucket=NAME)
    keep_in(server)
    yield lambda: [each["Key"] for each in client.list_objects(Bucket=NAME).get("Contents", [])]
    for key in [each["Key"] for each in client.list_objects(Bucket=NAME).get("Contents", [])]:
        client.delete_object(Bucket=NAME, Key=key)
    client.delete_bucket(Bucket=NAME)


@pytest.fixture
def plan():
    return PlanFactory()


@pytest.fixture
def send(client, plan):
    client.force_login(person(Role.PLAN_COORDINATOR, plan.district))

    def _send(name="a.csv", content=b"46.1"):
        return client.post(
            reverse("plans:attachment_add", args=[plan.district.slug, plan.cycle_id]),
            {"title": "Scores of grade 3", "upload": SimpleUploadedFile(name, content)},
        )

    return _send


def open_file(client, plan, row):
    return client.get(
        reverse("plans:attachment", args=[plan.district.slug, plan.cycle_id, row.lineage])
    )


@pytest.mark.parametrize("size", [4, 9 * 1024 * 1024], ids=["at once", "in parts"])
def test_a_file_is_kept_in_the_bucket_and_opened_through_us(client, plan, send, stored, size):
    content = b"46.1" * (size // 4)

    assert send(content=content).status_code == 302

    row = Attachment.objects.get()
    assert stored() == [f"ours/{row.file.name}"]
    answer = open_file(client, plan, row)
    assert b"".join(answer) == content
    assert {name: answer[name] for name in NEVER_RUNS} == NEVER_RUNS
    client.force_login(person(Role.PLAN_COORDINATOR))
    assert open_file(client, plan, row).status_code == 404


def test_a_workbook_in_the_bucket_is_looked_into(send, stored):
    send("a.xlsx", workbook("46.1", 1234567890))

    tasks.check_files()

    assert FileCheck.objects.get().number_ends == "7890"


def test_strays_of_the_bucket_are_swept(send, stored):
    send()
    kept = stored()
    default_storage.save("plans/2026/a-0123456789abcdef.csv", ContentFile(b"stray"))

    removed = services.remove_strays(at=timezone.now() + timedelta(hours=25))

    assert (removed, stored()) == (["plans/2026/a-0123456789abcdef.csv"], kept)


def test_a_backup_fetches_what_is_in_the_bucket_and_a_restore_puts_it_back(send, stored):
    send()
    row, raw = Attachment.objects.get(), io.BytesIO()
    with ZipFile(raw, "w") as archive:
        kept = copy_out(row._meta.get_field("file"), row.file.name, NewArchive(archive))
    manifest = SimpleNamespace(attachments=[kept])

    default_storage.delete(row.file.name)
    with ZipFile(raw) as archive, copied_in(Archive(archive, manifest)) as renamed:
        assert renamed == {}

    with default_storage.open(row.file.name) as back:
        assert (kept.sha256, back.read()) == (row.sha256, b"46.1")


def test_a_bucket_that_is_away_is_said_in_words_and_loses_nothing(
    client, plan, send, stored, keep_in, monkeypatch
):
    send()
    row = Attachment.objects.get()
    monkeypatch.setattr(bucket, "TRIES", 1)
    keep_in("http://127.0.0.1:9")  # where nothing listens

    refused = send()
    gone = open_file(client, plan, row)

    assert (refused.status_code, "Scores of grade 3" in refused.text) == (409, True)
    assert "could not be kept" in refused.text
    assert (gone.status_code, "A file is missing" in gone.text) == (404, True)
    assert services.remove_strays(at=timezone.now()) == []
    assert Attachment.objects.count() == 1
