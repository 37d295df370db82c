"""An option wins over the environment, that over the default."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from stackrepro.base import places
from stackrepro.base.errors import UserError


def test_the_data_root_by_option_environment_and_default(tmp_path, monkeypatch):
    option, variable, default = (tmp_path / name for name in ("option", "variable", "default"))
    for folder in (option, variable):
        folder.mkdir()
    monkeypatch.setattr(places, "default_data_root", lambda: default)
    monkeypatch.delenv("STACKREPRO_DATA", raising=False)
    assert places.data_root() is None
    default.mkdir()
    (default / ".lock").touch()
    (default / "CUB_200_2011.tgz.part").touch()
    assert places.data_root() is None, "what a failed download leaves is no data"
    (default / "CUB_200_2011.tgz").touch()
    assert places.data_root() == default
    monkeypatch.setenv("STACKREPRO_DATA", str(variable))
    assert places.data_root("") == variable
    assert places.data_root(option) == option


def test_runs_lie_in_the_checkout_unless_told_otherwise(tmp_path, monkeypatch):
    monkeypatch.delenv("STACKREPRO_RUNS", raising=False)
    checkout = Path(places.__file__).parents[2]
    assert places.runs_root() == checkout / "runs"
    monkeypatch.setenv("STACKREPRO_RUNS", str(tmp_path / "a"))
    assert places.runs_root() == tmp_path / "a"
    assert places.runs_root(tmp_path / "b") == tmp_path / "b"


@pytest.mark.parametrize(("typed", "meant"), [("~/c", "home/c"), ("$HOME/c", "home/c"), ("c", "here/c"), ("../c", "c")])
def test_a_place_counts_from_where_it_was_typed_in_child_processes_too(typed, meant, tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "here").mkdir()
    show = "from stackrepro.base import places; print(places.cache_root().resolve(), places.runs_root(), sep='\\n')"
    code = f"{show}; import subprocess, sys; subprocess.run([sys.executable, '-c', {show!r}], cwd='/', check=True)"
    variables = dict.fromkeys(("STACKREPRO_CACHE", "STACKREPRO_RUNS"), typed)
    environment = os.environ | variables | {"HOME": str(tmp_path / "home")}
    command = [sys.executable, "-u", "-c", code]
    done = subprocess.run(command, cwd=tmp_path / "here", env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [str(tmp_path / meant)] * 4
    del environment["STACKREPRO_CACHE"]
    command = [sys.executable, "-u", "-c", code]
    defaults = {"XDG_CACHE_HOME": typed, "XDG_DATA_HOME": typed}
    done = subprocess.run(
        command, cwd=tmp_path / "here", env=environment | defaults, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[::2] == [str(tmp_path / meant / "stackrepro")] * 2


@pytest.mark.parametrize("typed", ["~nobody-known/c", "$UNSET_HERE/c", "/data/${UNSET_HERE}"])
def test_a_place_that_is_nowhere_is_told_when_it_is_asked_for(typed, tmp_path):
    environment = os.environ | {"STACKREPRO_RUNS": typed}
    command = [sys.executable, "-m", "stackrepro", "runs"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: {typed} is nowhere")
    assert not any(tmp_path.iterdir())


def test_a_user_without_a_home_is_told(monkeypatch):
    def nobody(number: int) -> None:
        raise KeyError(number)

    for name in ("HOME", "STACKREPRO_CACHE", "STACKREPRO_DATA", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    for place in (places.cache_root, places.data_root):
        with pytest.raises(UserError, match=r"set HOME|~ means nothing"):
            place()
