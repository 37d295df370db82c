"""pyproject.toml declares the packages; constraints.txt and environment.yml must agree with it."""

import re
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


def test_make_installs_what_the_conda_environment_does():
    makefile = (repository() / "Makefile").read_text(encoding="utf-8")
    assert "--constraint constraints.txt" in makefile
    assert "--editable '.[book,test]'" in makefile
