"""One running shop at a time on a folder."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from project.data_folder import FolderInUse, claim
from project.settings.environment import BASE_DIR


def up(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "up", "--data", str(data), *arguments],
        env=os.environ | {"WAYBILL_DATA": str(data)},
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_folder_is_claimed_once(tmp_path: Path):
    with claim(tmp_path), pytest.raises(FolderInUse, match=str(os.getpid())):
        claim(tmp_path)


def test_a_folder_is_free_again_once_its_shop_is_gone(tmp_path: Path):
    claim(tmp_path).close()

    with claim(tmp_path):
        pass


def test_a_second_start_on_a_folder_is_refused_and_names_the_first(tmp_path: Path):
    with claim(tmp_path):
        done = up(tmp_path, "--port", str(free_port()))

    assert done.returncode != 0
    assert f"Another shop runs on {tmp_path} (process {os.getpid()})" in done.stderr


def test_a_busy_port_is_refused_and_another_is_named(tmp_path: Path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        done = up(tmp_path, "--port", str(port))

    assert done.returncode != 0
    assert f"Port {port} cannot be used (Address already in use)." in done.stderr


def test_a_port_out_of_range_is_refused(tmp_path: Path):
    done = up(tmp_path, "--port", "70000")

    assert done.returncode != 0
    assert "“70000” is no port: give a number from 1 to 65535." in done.stderr
