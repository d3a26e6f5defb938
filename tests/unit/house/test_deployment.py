"""Every way to deploy starts the same processes."""

import re

import yaml

from project.processes import programs
from project.settings.environment import BASE_DIR

DEPLOY = BASE_DIR / "deploy"
STARTS = re.compile(r"manage\.py process (\w+)")


def test_the_procfile_starts_every_process():
    lines = (DEPLOY / "Procfile").read_text().splitlines()
    names = {line.partition(":")[0]: STARTS.findall(line) for line in lines}

    assert names == {"prepare": [], **{name: [name] for name in programs(8000)}}


def test_compose_starts_every_process():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    started = [name for name, service in services.items() if service.get("command", [])[:2] == ["process", name]]

    assert started == list(programs(8000))


def test_systemd_starts_every_process():
    target = (DEPLOY / "systemd" / "waybill.target").read_text()

    assert re.findall(r"waybill@(\w+)\.service", target) == list(programs(8000))
