"""The files that say what to install agree, so that every way of installing gives the same."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def wanted() -> dict[str, Requirement]:
    """What pyproject.toml asks for: the framework's requirements and all extras."""
    extras = PROJECT["optional-dependencies"]
    lines = [*PROJECT["dependencies"], *extras["student"], *extras["course"], *extras["dev"]]
    lines.remove("tinytorch[student]")
    return {Requirement(line).name: Requirement(line) for line in lines}


def pinned(name: str = "requirements.txt") -> list[Requirement]:
    """The lines of a file of pins; a package may have one for each Python."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if not line.startswith("#")]


def conda() -> tuple[list[str], list[str]]:
    """What environment.yml takes from conda, and what through pip."""
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    first = [line for line in environment["dependencies"] if isinstance(line, str)]
    (rest,) = [line["pip"] for line in environment["dependencies"] if isinstance(line, dict)]
    return first, rest


def test_environment_yml_asks_for_what_pyproject_asks():
    _, through_pip = conda()
    listed = [Requirement(line) for line in through_pip if not line.startswith("-")]
    assert {r.name: r.specifier for r in listed} == {n: r.specifier for n, r in wanted().items()}
    assert "-e ." in through_pip


def test_environment_yml_asks_for_the_same_python():
    first, _ = conda()
    assert "python" + PROJECT["requires-python"] in first


def test_requirements_txt_pins_within_the_bounds():
    versions: dict[str, list[str]] = {}
    for requirement in pinned():
        (pin,) = requirement.specifier
        assert pin.operator == "==", str(requirement)
        versions.setdefault(requirement.name, []).append(pin.version)
    for name, requirement in wanted().items():
        assert versions.get(name), f"{name} is not in requirements.txt: run `make requirements`"
        outside = [v for v in versions[name] if v not in requirement.specifier]
        assert not outside, f"{name} {outside} is outside {requirement.specifier}"


def test_students_get_the_same_versions_and_no_maintainers_tools():
    students, everybody = (
        {line.name: line.specifier for line in lines}
        for lines in (pinned("requirements-student.txt"), pinned())
    )  # where a package is wanted may differ: on more systems by a maintainer's tools
    assert students.items() < everybody.items()
    names = set(students)
    asked = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["student"]]
    assert names >= {Requirement(line).name for line in asked}
    tools = [Requirement(line).name for line in PROJECT["optional-dependencies"]["dev"]]
    assert not names & {*tools, "jupytext", "scipy"}


def test_the_cluster_extra_is_part_of_what_is_tested():
    extras = PROJECT["optional-dependencies"]
    assert set(extras["cluster"]) <= set(extras["dev"])


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-student.txt"])
def test_requirements_hold_no_address(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"://|@|^-|\.\.?/", text, re.MULTILINE)


def test_every_target_of_the_makefile_is_listed():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)[1].split()
    listing = subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [line.split()[1] for line in listing.stdout.splitlines()] == targets


@pytest.mark.parametrize(
    ("program", "cure"),
    [
        ("exit 1", "install Python 3.11 or newer"),
        ('case "$2" in *ensurepip*) exit 1;; esac', "apt-get install python3-venv"),
    ],
    ids=["python too old", "no ensurepip"],
)
def test_setup_says_what_the_machine_lacks(tmp_path, program, cure):
    """A Python that fails one of the questions `make setup` asks ends it in one sentence."""
    for name in ("Makefile", "pyproject.toml", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{program}\n")
    python.chmod(0o755)
    done = subprocess.run(
        ["make", "setup", f"PYTHON={python}"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert cure in done.stderr.splitlines()[0]
    assert not (tmp_path / ".venv").exists()


def test_the_wheel_brings_the_data(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for data in ("digits.npy", "mnist.npz", "animals.npz", "shakespeare.txt", "names.txt"):
        assert f"tinytorch_data/{data}" in names
    assert "tinytorch_data/SOURCES.md" in names
    assert "tito/cli.py" in names
    assert not [name for name in names if name.startswith(("tests/", "source/", "modules/"))]
