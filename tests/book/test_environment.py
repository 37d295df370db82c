"""pyproject.toml declares the packages and says who made what; the other files that tell either must agree with it."""

import json
import re
import shutil
import subprocess
import tomllib

import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from stackrepro import __version__
from stackrepro.base.places import repository

PROJECT = tomllib.loads((repository() / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
DECLARED = [Requirement(line) for group in (PROJECT["dependencies"], *EXTRAS.values()) for line in group]


def test_what_is_declared_is_pinned_within_its_range():
    lines = (repository() / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    pins = {canonicalize_name(name): version for name, version in pairs}
    others = [requirement for requirement in DECLARED if requirement.name != PROJECT["name"]]
    assert [each for each in others if pins[canonicalize_name(each.name)] not in each.specifier] == []


def test_the_conda_environment_agrees():
    environment = yaml.safe_load((repository() / "environment.yml").read_text(encoding="utf-8"))
    conda = [item for item in environment["dependencies"] if isinstance(item, str)]
    (pip,) = [item["pip"] for item in environment["dependencies"] if isinstance(item, dict)]
    python = next(item.removeprefix("python=") for item in conda if item.startswith("python="))
    assert f"{python}.0" in SpecifierSet(PROJECT["requires-python"])
    assert {re.split(r"[=<>]", item)[0] for item in conda} == {"python", "pip", "make"}  # no package declared twice
    assert pip == ["-c constraints.txt", "-e .[book,test]"]
    assert EXTRAS.keys() >= {"book", "test"}


def test_what_is_to_be_cited_and_deposited_agrees():
    cited = yaml.safe_load((repository() / "CITATION.cff").read_text(encoding="utf-8"))
    deposited = json.loads((repository() / ".zenodo.json").read_text(encoding="utf-8"))
    authors = [author["name"] for author in PROJECT["authors"]]
    assert [author["name"] for author in cited["authors"]] == authors
    assert [creator["name"] for creator in deposited["creators"]] == authors
    for field in ("version", "license"):
        assert cited[field] == deposited[field] == PROJECT[field], field
    for one, other in (("title", "title"), ("abstract", "description"), ("keywords", "keywords")):
        assert cited[one] == deposited[other], one
    assert PROJECT["version"] == __version__


# Makes a folder for a virtual environment if it is allowed to, and notes what is to be installed.
FAKE = """#!/bin/sh
case "$*" in
  -c*) exit 0 ;;
  "-m venv .venv") mkdir -p .venv/bin; [ -e works ] || exit 1; cp "$0" .venv/bin/python ;;
  *) echo "$*" >> installed ;;
esac
"""


def test_make_setup_mends_what_failed_and_refuses_another_python(tmp_path):
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy2(repository() / name, tmp_path)
    python = tmp_path / "python"
    python.write_text(FAKE)
    python.chmod(0o755)

    def setup(named: object) -> tuple[int, str]:
        command = ["make", "setup", f"PYTHON={named}"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    status, told = setup("false")
    assert (status, "3.11, 3.12 or 3.13" in told) == (2, True)
    status, told = setup(python)
    assert (status, "python3-venv" in told, (tmp_path / ".venv").exists()) == (2, True, False)
    (tmp_path / "works").touch()
    assert setup(python)[0] == 0
    (line,) = (tmp_path / "installed").read_text().splitlines()
    assert line.endswith("--constraint constraints.txt --editable .[book,test]")
