"""docker-compose.yml, Dockerfile and proxy cannot be started everywhere: here they are read and held to the code."""

import base64
import importlib
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from django.core.management import get_commands
from django.urls import resolve

from tests.house.tree import ROOT

SETTINGS = (ROOT / "yiwu_portal/settings.py").read_text()
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ("migrate", "web", "worker", "beat")
DOCKERFILE = (ROOT / "Dockerfile").read_text()
CADDY = (ROOT / "deploy/Caddyfile").read_text()
BIN = Path(sys.executable).parent


def env_names():
    """Each name settings read -> whether it has a default."""
    calls = re.findall(r"env\.\w+\(\s*\"(\w+)\"(,\s*default=)?", SETTINGS)
    return {name: bool(default) for name, default in calls}


def is_pinned(image):
    return bool(re.fullmatch(r"[\w./-]+:v?\d+\.\d+(\.\d+)?(-[\w.-]+)?", image))


def env_faults(given):
    known = env_names()
    return sorted(
        [name for name in given if name not in known] + [n for n, d in known.items() if not d and n not in given]
    )


def words_of(service):
    command = SERVICES[service]["command"]
    return shlex.split(command) if isinstance(command, str) else command


def options_faults(words, help_text):
    return [word for word in words if word.startswith("--") and word.split("=")[0] not in help_text]


def test_every_image_is_pinned_to_a_version():
    images = [service["image"] for service in SERVICES.values()]
    images += list(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))
    assert all(is_pinned(image) for image in images), images


@pytest.mark.parametrize("image", ["redis", "redis:latest", "redis:7", "postgres:bookworm"])
def test_an_unpinned_image_is_caught(image):
    assert not is_pinned(image)


@pytest.mark.parametrize("service", OURS)
def test_every_environment_name_is_one_settings_read_and_none_is_missing(service):
    assert env_faults(SERVICES[service]["environment"]) == []


def test_a_misspelt_or_missing_environment_name_is_caught():
    given = dict(SERVICES["web"]["environment"])
    del given["SECRET_KEY"]
    assert env_faults({**given, "SECRETKEY": "x"}) == ["SECRETKEY", "SECRET_KEY"]


def test_every_name_a_person_must_fill_in_is_explained_and_no_other():
    used = set(re.findall(r"\${(\w+)", (ROOT / "docker-compose.yml").read_text()))
    explained = set(re.findall(r"^(\w+)=", (ROOT / "deploy/env.example").read_text(), re.MULTILINE))
    assert used == explained


@pytest.mark.parametrize(
    "words", [words_of("web"), yaml.safe_load(DOCKERFILE.split("CMD ")[-1])], ids=["compose", "image"]
)
def test_the_web_server_is_started_with_options_it_knows_and_our_application(words):
    assert words[0] == "granian"
    said = subprocess.run([BIN / "granian", "--help"], capture_output=True, text=True, check=True).stdout
    assert options_faults(words, said) == []
    assert options_faults([*words, "--worker-count"], said) == ["--worker-count"]
    module, name = words[-1].split(":")
    assert callable(getattr(importlib.import_module(module), name))


def test_the_image_and_the_compose_file_start_the_same_server():
    assert yaml.safe_load(DOCKERFILE.split("CMD ")[-1]) == words_of("web")


@pytest.mark.parametrize("service", ["worker", "beat"])
def test_celery_is_started_with_our_application(service):
    words = words_of(service)
    assert words[:3] == ["celery", "-A", "yiwu_portal"]
    assert words[3] == service
    said = subprocess.run([BIN / "celery", words[3], "--help"], capture_output=True, text=True, check=True).stdout
    assert options_faults(words, said) == []
    assert importlib.import_module("yiwu_portal.celery").app.main == "yiwu_portal"


def test_every_management_command_exists():
    text = f"{SERVICES['migrate']['command']} {DOCKERFILE}"
    named = set(re.findall(r"manage\.py (\w+)", text))
    assert named == {"migrate", "createcachetable", "collectstatic"}
    assert named <= set(get_commands())


def test_health_checks_ask_pages_that_exist():
    asked = re.findall(r"http://127\.0\.0\.1:8000(/\w+)", str(SERVICES["web"]["healthcheck"]["test"]))
    asked += re.findall(r"health_uri (\S+)", CADDY)
    assert sorted(asked) == ["/healthz", "/readyz"]
    assert [resolve(path).url_name for path in sorted(asked)] == ["healthz", "readyz"]
    assert all("healthcheck" in service for name, service in SERVICES.items() if name != "migrate")


def test_ports_agree():
    words = words_of("web")
    port = words[words.index("--port") + 1]
    assert f"reverse_proxy web:{port}" in CADDY
    assert f"127.0.0.1:{port}/" in str(SERVICES["web"]["healthcheck"])
    assert f"EXPOSE {port}" in DOCKERFILE
    environment = SERVICES["web"]["environment"]
    addresses = {name: re.sub(r"\${[^}]*}", "x", environment[name]) for name in ("DATABASE_URL", "REDIS_URL")}
    database, redis = urlsplit(addresses["DATABASE_URL"]), urlsplit(addresses["REDIS_URL"])
    assert (database.hostname, database.port, database.path) == (
        "db",
        5432,
        "/" + SERVICES["db"]["environment"]["POSTGRES_DB"],
    )
    assert database.username == SERVICES["db"]["environment"]["POSTGRES_USER"]
    assert (redis.hostname, redis.port) == ("redis", 6379)
    assert {database.hostname, redis.hostname, "mail"} <= set(SERVICES)


def test_volumes_and_files_that_are_named_exist():
    named = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", ())}
    assert {name for name in named if not name.startswith("./")} == set(COMPOSE["volumes"])
    assert all((ROOT / name).exists() for name in named if name.startswith("./"))
    environment = SERVICES["web"]["environment"]
    mounted = {volume.split(":")[1] for volume in SERVICES["web"]["volumes"]}
    assert {environment["FILES_ROOT"], environment["CHECKPOINT_DIR"]} == mounted
    for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE):
        assert all((ROOT / name).exists() for name in line.split()), line
    assert (ROOT / "deploy/health.py").exists()


def test_the_image_holds_what_pdfs_need_and_a_python_we_support():
    machine = (ROOT / "script/ground/machine.py").read_text()
    for package in re.findall(r'"((?:lib|fonts-)[\w.-]+)"', machine):
        assert package in DOCKERFILE, package
    version = re.search(r"FROM python:(\d+)\.(\d+)", DOCKERFILE)
    assert (3, 11) <= (int(version[1]), int(version[2])) <= (3, 13)
    assert "USER portal" in DOCKERFILE
    assert "--require-hashes" in DOCKERFILE


def test_nothing_private_enters_the_image():
    left_out = (ROOT / ".dockerignore").read_text().split()
    assert {".git", "var", ".venv", "node_modules", "deploy/env"} <= set(left_out)


def test_nothing_but_the_proxy_listens_to_the_world():
    for name, service in SERVICES.items():
        if name != "proxy":
            assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ())), name


FILLED = {
    "PUBLIC_URL": "https://portal.example",
    "PUBLIC_HOST": "portal.example",
    "SECRET_KEY": "s0" * 25 + "-abcdefghij",
    "FIELD_ENCRYPTION_SALTS": "new-salt,old-salt",
    "BLIND_INDEX_KEY": "blind",
    "HISTORY_SIGNING_KEY": base64.b64encode(bytes(range(32))).decode(),
    "POSTGRES_PASSWORD": "secret",
    "REDIS_PASSWORD": "secret",
    "FROM_EMAIL": "portal@portal.example",
    "EMAIL_URL": "",
}


def interpolated(text, values):
    """The file as docker compose reads it: `${NAME:?}` must be there, `${NAME:-else}` may lack, `$$` is a dollar."""

    def one(match):
        if match[0] == "$$":
            return "$"
        name, operator, rest = match[1], match[2] or "", match[3] or ""
        if operator == ":?" and not values.get(name):
            raise LookupError(name)
        return values.get(name) or rest

    return re.sub(r"\$\$|\${(\w+)(:\?|:-)?([^}]*)}", one, text)


def test_a_name_left_empty_is_refused_and_all_but_the_mail_address_must_be_filled_in():
    text = (ROOT / "docker-compose.yml").read_text()
    refused = set()
    for name in FILLED:
        try:
            interpolated(text, {**FILLED, name: ""})
        except LookupError as error:
            refused.add(error.args[0])
    assert refused == set(FILLED) - {"EMAIL_URL"}


def test_the_portal_starts_on_what_the_compose_file_gives_it_and_passes_the_checks_for_a_public_host():
    read = yaml.safe_load(interpolated((ROOT / "docker-compose.yml").read_text(), FILLED))
    given = read["services"]["web"]["environment"]
    assert given["EMAIL_URL"] == "smtp://mail:1025"
    code = (
        "import environ; environ.Env.read_env = staticmethod(lambda *a, **k: None)\n"  # not this machine's var/env
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        "call_command('check', deploy=True, fail_level='WARNING')\n"
    )
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "yiwu_portal.settings", **given}
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
