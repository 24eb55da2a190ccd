"""docker-compose.yml and the Dockerfile against the settings and the pins: no engine is needed."""

import json
import os
import re
import subprocess
import sys
import time

import pytest
import yaml
from django.conf import settings

from alliance.tests.commands import fault_of
from alliance.web.__main__ import STOPS_WITHIN, WITHOUT_WORDS

ROOT = settings.BASE_DIR
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SETTINGS = (ROOT / "alliance" / "settings.py").read_text()
OURS = ["migrate", "web", "worker", "beat"]


def test_compose_runs_what_the_product_is_made_of():
    assert set(COMPOSE["services"]) == {"postgres", "redis", *OURS, "clamav", "mailpit"}


def image_of(service):
    """Without the variable that may name it by digest."""
    return re.sub(r"\$\{[A-Z]+_IMAGE:-(.+)\}", r"\1", COMPOSE["services"][service]["image"])


def test_postgres_keeps_its_data_where_version_18_writes_it():
    assert (image_of("postgres"), COMPOSE["services"]["postgres"]["volumes"]) == (
        "postgres:18",
        ["postgres:/var/lib/postgresql"],
    )


def test_image_is_compiled_as_its_web_reads_it():
    """Where it runs nothing can be written: each process would compile everything again."""
    assert f" python {' '.join(WITHOUT_WORDS)} -m compileall " in DOCKERFILE


@pytest.mark.parametrize("service", COMPOSE["services"])
def test_service_is_confined(service):
    """No right of root but those PostgreSQL's entry point gives up, no writing but to volumes."""
    told = COMPOSE["services"][service]

    assert (told["read_only"], told["cap_drop"], told["security_opt"]) == (
        True,
        ["ALL"],
        ["no-new-privileges:true"],
    )
    assert ("cap_add" in told) == (service == "postgres")
    assert any(place.startswith("/tmp") for place in told["tmpfs"])  # noqa: S108


@pytest.mark.parametrize("service", COMPOSE["services"])
def test_log_of_a_service_has_a_limit(service):
    assert set(COMPOSE["services"][service]["logging"]["options"]) == {"max-size", "max-file"}


def test_web_has_the_time_it_takes_to_finish_what_it_began():
    assert COMPOSE["services"]["web"]["stop_grace_period"] == f"{STOPS_WITHIN + 10}s"


def test_redis_asks_for_a_password_that_no_list_of_processes_shows():
    redis = COMPOSE["services"]["redis"]
    command = redis["command"][-1]
    said = "import sys; print(sys.argv[1:], sys.stdin.read())"
    here = command.replace("$$", "$").replace("redis-server", f"{sys.executable} -c '{said}'")

    told = subprocess.run(  # noqa: S603
        ["/bin/sh", "-c", here],
        env={"REDISCLI_AUTH": "secret"},
        capture_output=True,
        check=True,
        text=True,
    )

    assert redis["user"] == "redis"
    assert ":?" in redis["environment"]["REDISCLI_AUTH"]
    assert "@redis:" in COMPOSE["services"]["web"]["environment"]["REDIS_URL"]
    assert told.stdout == (
        "['-', '--appendonly', 'yes', '--maxmemory-policy', 'noeviction'] requirepass secret\n\n"
    )


@pytest.mark.parametrize("service", OURS)
def test_compose_sets_only_what_the_settings_read_and_never_the_demo(service):
    read = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', SETTINGS))

    given = set(COMPOSE["services"][service]["environment"])

    assert given <= read
    assert not given & {"DEMO", "INSECURE_LOCAL", "DEBUG"}


@pytest.mark.parametrize("service", [*OURS, "postgres", "redis"])
def test_secrets_have_no_default(service):
    for name, value in COMPOSE["services"][service]["environment"].items():
        if re.search("SECRET|PASSWORD|AUTH|DATABASE_URL|REDIS_URL|EMAIL_URL", name):
            assert ":?" in value, name
            assert ":-" not in value, name


@pytest.mark.parametrize("service", ["postgres", "redis", "clamav", "web", "worker", "beat"])
def test_service_says_whether_it_is_well(service):
    check = COMPOSE["services"][service]["healthcheck"]

    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert set(check) == {"test", "interval", "timeout", "retries", "start_period"}


@pytest.mark.parametrize("service", ["worker", "beat"])
def test_sign_of_life_is_looked_for_where_it_is_left(service, tmp_path):
    file = COMPOSE["services"][service]["environment"]["SIGN_OF_LIFE_FILE"]
    (shell, command) = COMPOSE["services"][service]["healthcheck"]["test"]
    here = tmp_path / "alive"
    asked = command.replace("$$", "$").replace(file, str(here))

    def is_well():
        return subprocess.run(["sh", "-c", asked], capture_output=True, check=False).returncode == 0  # noqa: S603, S607

    before = is_well()
    here.touch()
    touched = is_well()
    minutes_ago = time.time() - 4 * 60
    os.utime(here, (minutes_ago, minutes_ago))

    assert (shell, file in command) == ("CMD-SHELL", True)
    assert (before, touched, is_well()) == (False, True, False)


def test_web_is_asked_what_a_balancer_asks():
    assert "http://localhost:8000/health/'" in COMPOSE["services"]["web"]["healthcheck"]["test"][-1]


def test_migrations_are_done_before_anything_of_ours_starts():
    services = COMPOSE["services"]

    assert services["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert [
        services[name]["depends_on"]["migrate"]["condition"] for name in ("web", "worker", "beat")
    ] == ["service_completed_successfully"] * 3


@pytest.mark.parametrize("service", ["migrate", "worker", "beat"])
def test_command_of_a_service_is_understood(service):
    assert fault_of(COMPOSE["services"][service]["command"]) is None


def test_command_of_the_web_is_understood():
    (command,) = re.findall(r"^CMD (.+)$", DOCKERFILE, re.M)

    assert fault_of(json.loads(command)) is None


def test_redis_forgets_no_task():
    command = COMPOSE["services"]["redis"]["command"][-1]

    assert command.endswith("--appendonly yes --maxmemory-policy noeviction")


@pytest.mark.parametrize("service", ["postgres", "redis", "clamav", "mailpit"])
def test_images_of_others_name_a_version(service):
    assert re.fullmatch(r"[\w/]+:v?\d[\d.]*", image_of(service))


def test_each_volume_is_declared_and_used():
    used = {
        volume.partition(":")[0]
        for service in COMPOSE["services"].values()
        for volume in service.get("volumes", [])
    }

    assert used == set(COMPOSE["volumes"])


def test_only_the_loopback_address_is_published():
    published = [
        port for service in COMPOSE["services"].values() for port in service.get("ports", [])
    ]

    assert all(port.startswith("127.0.0.1:") for port in published)


def test_image_installs_the_runtime_pins_alone_and_runs_as_nobody_in_particular():
    assert re.findall(r"pip install (.+)", DOCKERFILE) == ["--require-hashes -r requirements.txt"]
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.M) == ["alliance"]
    assert DOCKERFILE.index("USER alliance") < DOCKERFILE.index("CMD [")


def test_image_has_neither_tests_nor_what_only_one_machine_knows():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()

    assert {".git", ".venv", ".env", "var", "**/tests", "requirements-dev.*"} <= set(ignored)


def test_image_has_the_python_of_the_pins():
    (python,) = re.findall(r"^ARG PYTHON_IMAGE=python:(\d+\.\d+)-slim", DOCKERFILE, re.M)
    compiled_for = re.findall(
        r"--python-version (\d+\.\d+)", (ROOT / "requirements.txt").read_text()
    )

    assert [python] == compiled_for


def test_health_answers_plain_http_behind_the_proxy():
    assert 'SECURE_REDIRECT_EXEMPT = [r"^health/"]' in SETTINGS


OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
OURS_IN_OPERATIONS = re.findall(
    r"^(?:ExecStart=/srv/alliance/current/|as_alliance )\.venv/bin/(.+)$", OPERATIONS, re.M
)


@pytest.mark.parametrize("command", sorted(set(OURS_IN_OPERATIONS)))
def test_command_in_operations_is_understood(command):
    assert fault_of(command.split()) is None


def test_operations_starts_every_process_and_upgrades_in_order():
    assert {command.split()[-1] for command in OURS_IN_OPERATIONS} >= {"beat"}
    steps = OPERATIONS[OPERATIONS.index("## Upgrade") :]
    order = ["alliance-backup", "collectstatic", "migrate", "ln -sfn", "reload", "restart"]
    assert [steps.index(step) for step in order] == sorted(steps.index(step) for step in order)


def test_proxy_of_operations_lets_our_own_refusal_be_seen_and_keeps_no_path():
    megabytes = int(re.search(r"client_max_body_size (\d+)m", OPERATIONS)[1])
    (log,) = re.findall(r"log_format \w+ '(.+)';", OPERATIONS)

    assert megabytes * 1024 * 1024 > settings.LARGEST_BODY
    assert not set(re.findall(r"\$\w+", log)) & {
        "$request",
        "$request_uri",
        "$uri",
        "$http_referer",
    }


def test_settings_that_operations_names_are_read():
    block = OPERATIONS[: OPERATIONS.index("## Install")]

    assert set(re.findall(r"^([A-Z_]+)=", block, re.M)) <= set(
        re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', SETTINGS)
    )
