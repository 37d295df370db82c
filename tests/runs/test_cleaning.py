"""What `stackrepro runs clean` takes, and what it never does."""

import json
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from stored_results import FACES, write
from test_store import finish

from stackrepro.base import places
from stackrepro.base.errors import UserError
from stackrepro.cli import commands
from stackrepro.experiments import resolve
from stackrepro.runs import Run, cleaning, store
from stackrepro.runs.lock import locked
from stackrepro.runs.train import train


@pytest.fixture
def run(tiny_birds) -> Run:
    return Run(resolve("birds/dconv-64", "matched", "smoke"), tiny_birds)


@pytest.fixture(autouse=True)
def own_cache(tmp_path, tiny_birds, monkeypatch):
    monkeypatch.setenv("STACKREPRO_CACHE", str(tmp_path / "cache"))


def kinds(root: Path, stale: bool = False) -> list[tuple[str, str]]:
    return sorted((one.kind, one.path.name) for one in cleaning.waste(root, stale))


def test_only_the_checkpoint_of_a_finished_run_goes_and_what_was_finished_stays(run, tmp_path):
    root = tmp_path / "runs"
    folder = finish(run, root).folder
    before = {path.name for path in folder.iterdir()}
    found = cleaning.waste(root)
    assert [(one.kind, one.path, one.size) for one in found] == [
        ("checkpoint", folder / "checkpoint.pt", (folder / "checkpoint.pt").stat().st_size)
    ]
    assert cleaning.clean(found) == found
    assert {path.name for path in folder.iterdir()} == before - {"checkpoint.pt"}
    assert store.StoredRun(folder).state == "finished"
    assert cleaning.waste(root, stale=True) == []


def test_what_is_trained_but_not_measured_keeps_its_checkpoint(run, tmp_path):
    train(run, tmp_path / "runs")
    assert cleaning.waste(tmp_path / "runs", stale=True) == []


def test_a_run_of_an_earlier_definition_goes_as_a_whole(run, tmp_path):
    root = tmp_path / "runs"
    old = train(replace(run, configuration=replace(run.configuration, updates=2)), root)
    train(run, root)
    assert kinds(root) == [("orphan", old.name)]
    cleaning.clean(cleaning.waste(root))
    assert [item.folder for item in store.stored(root)] == [run.folder(root)]


def test_a_first_stage_is_nobodys_orphan_though_nothing_measures_it(tiny_birds, tmp_path):
    stack = Run(resolve("birds/dconv-stack+stage1=random", "matched", "smoke"), tiny_birds)
    train(stack, tmp_path / "runs")
    assert kinds(tmp_path / "runs", stale=True) == []


def test_an_older_version_goes_only_when_asked_and_not_while_a_kept_run_is_built_on_it(tiny_birds, run, tmp_path):
    root = tmp_path / "runs"
    item = finish(run, root)
    result = json.loads((item.folder / "result.json").read_text())
    result["measuring_version"] = 0
    (item.folder / "result.json").write_text(json.dumps(result))
    assert kinds(root) == [("checkpoint", "checkpoint.pt")]
    assert kinds(root, stale=True) == [("older version", run.name)]
    stack = train(Run(resolve("birds/dconv-stack", "matched", "smoke"), tiny_birds), root)
    assert kinds(root, stale=True) == []
    (stack / "run.json").write_text("{")
    assert ("older version", run.name) in kinds(root, stale=True), "a damaged record keeps nothing"


def test_all_stages_before_a_kept_run_stay(tmp_path):
    old = {"measuring_version": 0}
    for name, more in (("edges", old), ("gray", old), ("rgb", {})):
        write(tmp_path, f"faces/{name}", 0, 31.0, data=FACES, **more)
    assert kinds(tmp_path, stale=True) == []
    shutil.rmtree(next(tmp_path.glob("faces-rgb-*")))
    assert [kind for kind, _ in kinds(tmp_path, stale=True)] == ["older version", "older version"]


def test_what_a_process_works_on_is_left_alone_before_and_after_the_listing(run, tmp_path):
    root = tmp_path / "runs"
    folder = finish(run, root).folder
    found = cleaning.waste(root)
    with locked(folder):
        assert cleaning.waste(root) == []
        assert cleaning.clean(found) == []
    assert (folder / "checkpoint.pt").exists()


def test_temporaries_of_the_cache_go_after_a_day(tmp_path):
    old, new = (places.cache_root() / "features" / f".a.{digits}.partial.npy" for digits in ("00000000", "11111111"))
    old.parent.mkdir(parents=True)
    for path in (old, new):
        path.write_bytes(b"12")
    os.utime(old, (time.time() - 90_000,) * 2)
    assert [(one.kind, one.path, one.size) for one in cleaning.waste(tmp_path / "runs")] == [("temporary", old, 2)]


def test_the_folder_of_runs_may_be_named_before_the_word_clean(run, monkeypatch, tmp_path):
    root = tmp_path / "runs"
    monkeypatch.setenv("STACKREPRO_RUNS", str(tmp_path / "others"))
    folder = finish(run, root).folder
    for options in (["--runs-root", root, "--json", "clean"], ["clean", "--runs-root", root, "--json"]):
        done = CliRunner().invoke(commands, ["runs", *map(str, options)])
        assert str(folder / "checkpoint.pt") in [one["path"] for one in json.loads(done.stdout)]
    done = CliRunner().invoke(commands, ["runs", "--runs-root", str(root), "clean", "--yes"])
    assert "Removed" in done.stdout
    assert not (folder / "checkpoint.pt").exists()


def test_published_results_are_refused():
    with pytest.raises(UserError, match="holds published results"):
        cleaning.waste(places.results_root())
