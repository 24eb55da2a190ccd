"""docker-compose.yml and the Dockerfile against the settings and the pins: no engine is needed."""

import re

import pytest
import yaml
from django.conf import settings

ROOT = settings.BASE_DIR
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SETTINGS = (ROOT / "alliance" / "settings.py").read_text()
OURS = ["migrate", "web", "worker", "beat"]


def test_compose_runs_what_the_product_is_made_of():
    assert set(COMPOSE["services"]) == {"postgres", "redis", *OURS, "mailpit"}


def test_postgres_keeps_its_data_where_version_18_writes_it():
    postgres = COMPOSE["services"]["postgres"]

    assert (postgres["image"], postgres["volumes"]) == (
        "postgres:18",
        ["postgres:/var/lib/postgresql"],
    )


@pytest.mark.parametrize("service", OURS)
def test_compose_sets_only_what_the_settings_read_and_never_the_demo(service):
    read = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', SETTINGS))

    given = set(COMPOSE["services"][service]["environment"])

    assert given <= read
    assert not given & {"DEMO", "INSECURE_LOCAL", "DEBUG"}


@pytest.mark.parametrize("service", [*OURS, "postgres"])
def test_secrets_have_no_default(service):
    for name, value in COMPOSE["services"][service]["environment"].items():
        if re.search("SECRET|PASSWORD|DATABASE_URL|EMAIL_URL", name):
            assert ":?" in value, name
            assert ":-" not in value, name


@pytest.mark.parametrize("service", ["postgres", "redis", "web", "worker"])
def test_service_says_whether_it_is_well(service):
    assert COMPOSE["services"][service]["healthcheck"]["test"][0] == "CMD"


def test_only_the_loopback_address_is_published():
    published = [
        port for service in COMPOSE["services"].values() for port in service.get("ports", [])
    ]

    assert all(port.startswith("127.0.0.1:") for port in published)


def test_image_installs_the_runtime_pins_alone_and_runs_as_nobody_in_particular():
    assert re.findall(r"pip install -r (\S+)", DOCKERFILE) == ["requirements.txt"]
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.M) == ["alliance"]


def test_health_answers_plain_http_behind_the_proxy():
    assert 'SECURE_REDIRECT_EXEMPT = [r"^health/$"]' in SETTINGS
