"""The pinned requirements: compiled from pyproject.toml, or (--check) compared with it without any network."""

import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = tomllib.loads(Path("pyproject.toml").read_text())
RUN = PROJECT["project"]["dependencies"]
DEVELOPMENT = RUN + PROJECT["dependency-groups"]["dev"]
BENCH = RUN + PROJECT["dependency-groups"]["bench"]
COMPILE = shlex.split("uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11")


def pinned(file: str) -> dict[str, str]:
    lines = [line.split(";")[0].rstrip(" \\") for line in Path(file).read_text().splitlines() if "==" in line]
    pins = [line.split("==") for line in lines if not line.startswith((" ", "#"))]
    return {canonicalize_name(name.split("[")[0]): version for name, version in pins}


def complaints() -> list[str]:
    run, development = pinned("requirements.txt"), pinned("requirements-dev.txt")
    bench = pinned("requirements-bench.txt")
    return [
        *unmet(RUN, run, "requirements.txt"),
        *unmet(DEVELOPMENT, development, "requirements-dev.txt"),
        *unmet(BENCH, bench, "requirements-bench.txt"),
        *(
            f"{name} is pinned twice, differently"
            for name in run
            if not run[name] == development.get(name) == bench.get(name)
        ),
    ]


def unmet(wanted: list[str], pins: dict[str, str], file: str) -> list[str]:
    requirements = [Requirement(line) for line in wanted]
    return [
        f"{file} does not meet {requirement}"
        for requirement in requirements
        if not requirement.specifier.contains(pins.get(canonicalize_name(requirement.name), "0"), prereleases=True)
    ]


def compile_all() -> None:
    files = {"requirements.txt": [], "requirements-dev.txt": ["--group", "dev"]}
    files["requirements-bench.txt"] = ["--group", "bench", "--constraint", "requirements.txt"]
    for file, group in files.items():
        subprocess.run([*COMPILE, *group, "pyproject.toml", "-o", file], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    if "--check" not in sys.argv:
        compile_all()
    found = complaints()
    print(*found, sep="\n")
    sys.exit(bool(found))
