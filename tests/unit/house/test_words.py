"""What is said where a command or a page is given something that it cannot take."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from apps.console.cards import card
from project.settings.environment import BASE_DIR


def manage(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    known = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "WAYBILL_DATA")}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        check=False, cwd=BASE_DIR, env=known | {"WAYBILL_DATA": str(data)}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("arguments", [("audit",), ("rebuild", "all"), ("api_token", "admin")])
def test_a_command_without_a_shop_says_so(tmp_path: Path, arguments: tuple[str, ...]):
    done = manage(tmp_path, *arguments)

    assert (done.returncode, done.stderr) == (
        1,
        f"CommandError: There is no shop in {tmp_path}: start it with bin/run, or name its folder: WAYBILL_DATA=DIR\n",
    )


@pytest.mark.parametrize("port", ["abc", "0", "65536"])
def test_a_port_that_is_none_is_refused_in_words(tmp_path: Path, port: str):
    done = manage(tmp_path, "up", "--port", port)

    assert done.returncode == 2
    assert f"“{port}” is no port: give a number from 1 to 65535." in done.stderr


@pytest.mark.parametrize(("token", "shown"), [("tok_ok", "approved (tok_ok)"), ("tok_other", "tok_other")])
def test_a_card_has_its_name_beside_its_token(token: str, shown: str):
    assert card(token) == shown
