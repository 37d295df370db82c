"""pyproject.toml declares the packages; constraints.txt and environment.yml must agree with it."""

import re
import shutil
import subprocess
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from stackrepro.base.places import repository

PROJECT = tomllib.loads((repository() / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
DECLARED = [Requirement(line) for group in (PROJECT["dependencies"], *EXTRAS.values()) for line in group]


def pins() -> dict[str, str]:
    """Read constraints.txt: package, by its canonical name, to version. Any other kind of line is an error."""
    lines = (repository() / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pairs}


@pytest.mark.parametrize("requirement", [r for r in DECLARED if r.name != PROJECT["name"]], ids=str)
def test_what_is_declared_is_pinned_within_its_range(requirement):
    assert pins()[canonicalize_name(requirement.name)] in requirement.specifier


def test_the_conda_environment_agrees():
    environment = yaml.safe_load((repository() / "environment.yml").read_text(encoding="utf-8"))
    conda = [item for item in environment["dependencies"] if isinstance(item, str)]
    (pip,) = [item["pip"] for item in environment["dependencies"] if isinstance(item, dict)]
    python = next(item.removeprefix("python=") for item in conda if item.startswith("python="))
    assert f"{python}.0" in SpecifierSet(PROJECT["requires-python"])
    assert {re.split(r"[=<>]", item)[0] for item in conda} == {"python", "pip", "make"}  # no package declared twice
    constraints, package = pip
    assert constraints == "-c constraints.txt"
    extras = re.fullmatch(r"-e \.\[([a-z,]+)\]", package)[1].split(",")
    assert extras == ["book", "test"]
    assert EXTRAS.keys() >= set(extras)


FAKE = """#!/bin/sh
case "$*" in
  -c*) exit 0 ;;
  "-m venv .venv") mkdir -p .venv/bin; [ -e works ] || exit 1; cp "$0" .venv/bin/python ;;
  *) echo "$*" >> installed ;;
esac
"""


def test_make_setup_mends_what_failed_and_installs_what_the_conda_environment_does(tmp_path):
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy2(repository() / name, tmp_path)
    python = tmp_path / "python"
    python.write_text(FAKE)
    python.chmod(0o755)
    command = ["make", "setup", f"PYTHON={python}"]
    first = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert first.returncode != 0
    assert "python3-venv" in first.stdout
    assert not (tmp_path / ".venv").exists()
    (tmp_path / "works").touch()
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    (line,) = (tmp_path / "installed").read_text().splitlines()
    assert "--constraint constraints.txt" in line
    assert line.endswith("--editable .[book,test]")


def test_make_setup_refuses_another_python(tmp_path):
    shutil.copy2(repository() / "Makefile", tmp_path)
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).touch()
    done = subprocess.run(["make", "setup", "PYTHON=false"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, "3.11, 3.12 or 3.13" in done.stdout) == (2, True)
