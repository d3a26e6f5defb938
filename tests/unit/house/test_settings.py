"""A shop with a wrong setting does not start, and says which and what to do instead."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from project.settings.environment import BASE_DIR

SERVERS = {
    "DATABASE_URL": "postgresql://waybill:secret@db.example/waybill",
    "BROKER_URL": "amqp://waybill:secret@mq1.example//;amqp://waybill:secret@mq2.example//",
    "REDIS_URL": "redis://:secret@cache.example/0",
    "SECRET_KEY": "q7Yw-3ZtPz0cN4mH8sVd_1kXrB6uJf9aLgTeQiOyE2nMvKpR5hDx",
}
OURS = ("DEBUG", "EMAIL_URL", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "DATABASE_CONN_MAX_AGE", *SERVERS)


def python(*arguments: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name not in OURS and "WAYBILL" not in name}
    return subprocess.run(
        [sys.executable, *arguments],
        env=inherited | {"WAYBILL_DATA": str(data)} | environment,
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


def setting(expression: str, data: Path, **environment: str) -> str:
    read = f"from django.conf import settings; print({expression})"
    done = python("-c", read, data=data, DJANGO_SETTINGS_MODULE="project.settings", **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


REFUSED = {
    "no secret on servers": (SERVERS | {"SECRET_KEY": ""}, "SECRET_KEY is not set"),
    "a short secret": ({"SECRET_KEY": "changeme"}, "SECRET_KEY is shorter than 50 characters"),
    "debug pages on servers": (SERVERS | {"DEBUG": "1"}, "DEBUG is on with servers"),
    "a switch that is neither on nor off": ({"WAYBILL_TLS": "ture"}, "WAYBILL_TLS is 'ture'. Set it to 1 or 0."),
    "every host": ({"ALLOWED_HOSTS": "shop.example,*"}, "ALLOWED_HOSTS has '*'"),
    "a database of another kind": ({"DATABASE_URL": "mysql://db.example/x"}, "DATABASE_URL starts with 'mysql'"),
    "a broker of another kind": (SERVERS | {"BROKER_URL": "kafka://mq.example"}, "BROKER_URL has a URL starting with"),
    "a wrong second broker": (SERVERS | {"BROKER_URL": "amqp://a//;http://b"}, "a URL starting with 'http'"),
    "memory as a failover": (SERVERS | {"BROKER_URL": "amqp://a//;memory://"}, "BROKER_URL mixes memory://"),
    "a broker server on SQLite": ({"BROKER_URL": "amqp://a//"}, "Set DATABASE_URL to PostgreSQL"),
    "a cache of another kind": (SERVERS | {"REDIS_URL": "memcached://c"}, "REDIS_URL starts with 'memcached'"),
    "an unknown time zone": ({"WAYBILL_TIME_ZONE": "Asia/Taipeh"}, "WAYBILL_TIME_ZONE is 'Asia/Taipeh'"),
    "a port out of range": ({"WAYBILL_PORT": "70000"}, "WAYBILL_PORT is '70000'"),
    "a port that is no number": ({"WAYBILL_PORT": "http"}, "WAYBILL_PORT is 'http'"),
    "mail by an unknown way": ({"EMAIL_URL": "pigeon://loft"}, "EMAIL_URL starts with 'pigeon'"),
    "an unknown form of log": ({"WAYBILL_LOG": "xml"}, "WAYBILL_LOG is 'xml'"),
    "an unknown level of log": ({"WAYBILL_LOG_LEVEL": "loud"}, "WAYBILL_LOG_LEVEL is 'LOUD'"),
    "connections kept for ever": (SERVERS | {"DATABASE_CONN_MAX_AGE": "-1"}, "DATABASE_CONN_MAX_AGE is '-1'"),
}


@pytest.mark.parametrize(("environment", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_setting_refuses_the_start(environment: dict[str, str], reason: str, tmp_path: Path):
    done = python("manage.py", "check", data=tmp_path, **environment)

    assert done.returncode != 0
    assert reason in done.stderr.splitlines()[-1]


def test_no_complaint_shows_a_password(tmp_path: Path):
    done = python("manage.py", "check", data=tmp_path, DATABASE_URL="mysql://root:hunter2@db.example/x")

    assert (done.returncode != 0, "hunter2" in done.stderr + done.stdout) == (True, False)


def test_a_data_folder_that_cannot_be_made_refuses_the_start(tmp_path: Path):
    (tmp_path / "file").touch()

    done = python("manage.py", "check", data=tmp_path / "file" / "shop")

    assert done.returncode != 0
    assert "Set WAYBILL_DATA to a folder of yours." in done.stderr


def test_the_servers_profile_passes_the_deployment_check(tmp_path: Path):
    environment = SERVERS | {"WAYBILL_TLS": "1", "ALLOWED_HOSTS": "shop.example"}

    done = python("manage.py", "check", "--deploy", "--fail-level", "WARNING", data=tmp_path, **environment)

    assert (done.returncode, done.stderr) == (0, "")


def test_no_url_means_embedded_and_any_server_means_servers(tmp_path: Path):
    postgresql = {"DATABASE_URL": SERVERS["DATABASE_URL"], "SECRET_KEY": SERVERS["SECRET_KEY"]}

    assert setting("settings.WAYBILL_PROFILE", tmp_path) == "embedded"
    assert setting("settings.WAYBILL_PROFILE", tmp_path, **postgresql) == "servers"
    assert setting("settings.WAYBILL_PROFILE", tmp_path, **SERVERS) == "servers"


def test_the_embedded_shop_keeps_the_secret_it_made(tmp_path: Path):
    first, second = setting("settings.SECRET_KEY", tmp_path), setting("settings.SECRET_KEY", tmp_path)

    assert (len(first) >= 50, first == second) == (True, True)
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_hanging_statement_lock_or_transaction_ends_by_itself_on_postgresql(tmp_path: Path):
    options = setting("settings.DATABASES['default']['OPTIONS']['options']", tmp_path, **SERVERS)

    assert options == "-c statement_timeout=5s -c lock_timeout=2s -c idle_in_transaction_session_timeout=10s"
