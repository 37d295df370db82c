"""Runs on disk: identity, states, look-up."""

import json
import re
import shutil

import pytest
import torch

from stackrepro import MEASURING_VERSION
from stackrepro.base.errors import UserError
from stackrepro.experiments import resolve
from stackrepro.runs import Run, find, provenance, store, stored
from stackrepro.runs.lock import locked
from stackrepro.runs.train import train


@pytest.fixture
def run(tiny_birds) -> Run:
    return Run(resolve("birds/dconv-64", "matched", "smoke"), tiny_birds)


def finish(run: Run, root) -> store.StoredRun:
    """Train, and write a result as the evaluation does, without measuring."""
    folder = train(run, root)
    result = dict.fromkeys(store.NEEDED["result.json"]) | {"measuring_version": MEASURING_VERSION}
    result["training"] = json.loads((folder / "training.json").read_text())
    (folder / "result.json").write_text(json.dumps(result))
    return store.StoredRun(folder)


def test_the_identity_follows_configuration_data_seed_and_threads(run, tiny_birds):
    same = Run(resolve("birds/dconv-64", "matched", "smoke"), tiny_birds)
    assert same.identity == run.identity
    others = [
        Run(resolve("birds/dconv-64", "matched", "smoke", 1), tiny_birds),
        Run(resolve("birds/dconv-64", "code", "smoke"), tiny_birds),
        Run(resolve("birds/dconv-64", "matched", "quick"), tiny_birds),
        Run(run.configuration, tiny_birds, threads=2),
        Run(run.configuration, type(tiny_birds)(**{**vars(tiny_birds), "fingerprint": "0" * 64})),
    ]
    assert len({run.identity, *(other.identity for other in others)}) == 6


def test_the_command_of_a_run_makes_it_again(run):
    assert run.command == (
        "stackrepro run birds/dconv-64 --arm matched --tier smoke --seed 0 --data-root FOLDER --unofficial"
    )


def test_states_from_unfinished_to_older_version(run, tmp_path, monkeypatch):
    folder = run.folder(tmp_path)
    folder.mkdir()
    (folder / "run.json").write_text(json.dumps(dict.fromkeys(store.NEEDED["run.json"])))
    item = store.StoredRun(folder)
    assert item.state == "unfinished"
    with locked(folder):
        assert item.state == "running"
    (folder / "run.json").unlink()
    assert finish(run, tmp_path).state == "finished"
    for name in ("TRAINING_VERSION", "MEASURING_VERSION"):
        with monkeypatch.context() as raised:
            raised.setattr(store, name, getattr(store, name) + 1)
            assert store.StoredRun(folder).state == "older version"


def test_a_result_that_records_no_version_is_of_the_first(run, tmp_path, monkeypatch):
    folder = finish(run, tmp_path).folder
    result = json.loads((folder / "result.json").read_text())
    del result["measuring_version"], result["training"]["training_version"]
    (folder / "result.json").write_text(json.dumps(result))
    for name in ("TRAINING_VERSION", "MEASURING_VERSION"):
        monkeypatch.setattr(store, name, 1)
    assert store.StoredRun(folder).state == "finished"
    monkeypatch.setattr(store, "TRAINING_VERSION", 2)
    assert store.StoredRun(folder).state == "older version"


def test_the_record_of_a_run_tells_all_that_makes_it_again(run, tmp_path):
    record = json.loads((train(run, tmp_path) / "run.json").read_text())
    assert record["identity"] == run.identity
    assert record["data"]["name"] == "CUB-200-2011 (not the official archive)"
    assert record["configuration"]["generator"]["type"] == "DeepConvGenerator"
    assert record["versions"]["torch"]
    instructions = torch.backends.cpu.get_cpu_capability()
    assert re.fullmatch(rf"\w+ \w+ {re.escape(instructions)}, host [0-9a-f]{{8}}", record["machine"])
    assert record["command"] == run.command


def test_a_finished_run_is_found_in_the_runs_root_first_and_then_among_the_results(run, tmp_path, monkeypatch):
    monkeypatch.setattr(store, "results_root", lambda: tmp_path / "results")
    assert find(run, tmp_path / "runs") is None
    own = finish(run, tmp_path / "runs")
    published = shutil.copytree(own.folder, tmp_path / "results" / run.name)
    assert find(run, tmp_path / "runs").folder == own.folder
    assert find(run, tmp_path / "elsewhere").folder == published


def test_a_run_is_named_by_folder_name_or_identity(run, tmp_path):
    folder = train(run, tmp_path)
    for name in (str(folder), run.name, run.identity[:8]):
        assert store.named(name, tmp_path).folder == folder
    with pytest.raises(UserError, match="'nothing' means no run in"):
        store.named("nothing", tmp_path)


def test_a_run_is_reopened_only_with_its_own_data(run, tmp_path, tiny_birds):
    train(run, tmp_path)
    item = stored(tmp_path)[0]
    assert store.reopened(item, tiny_birds) == run
    other = type(tiny_birds)(**{**vars(tiny_birds), "fingerprint": "0" * 64})
    with pytest.raises(UserError, match="was trained on CUB-200-2011"):
        store.reopened(item, other)


@pytest.mark.parametrize("name", ["run.json", "result.json"])
@pytest.mark.parametrize("content", ["{}", "[]", "{", ""])
def test_a_damaged_record_is_a_state_and_stops_nobody(run, tmp_path, name, content):
    finish(run, tmp_path)
    sound = train(Run(resolve("birds/dconv-64", "matched", "smoke", 1), run.source), tmp_path)
    (run.folder(tmp_path) / name).write_text(content)
    assert {item.folder: item.state for item in stored(tmp_path)} == {run.folder(tmp_path): "damaged", sound: "trained"}
    assert store.named(sound.name, tmp_path).folder == sound


def test_a_folder_in_the_making_is_no_run(run, tmp_path):
    folder = train(run, tmp_path)
    folder.rename(folder.with_name(f".{folder.name}.partial"))
    assert stored(tmp_path) == []


def test_a_copy_of_a_run_is_not_taken_for_it(run, tmp_path, tiny_birds):
    copy = train(run, tmp_path).rename(tmp_path / "copy")
    with pytest.raises(UserError, match="is a copy of"):
        store.reopened(store.StoredRun(copy), tiny_birds)


def test_each_start_of_a_run_is_recorded_with_its_device_and_what_has_changed(run, tmp_path, monkeypatch):
    folder = train(run, tmp_path)
    for node in (provenance.platform.node(), "another"):
        (folder / "generator.safetensors").unlink()
        monkeypatch.setattr(provenance.platform, "node", lambda name=node: name)
        train(run, tmp_path)
    record = json.loads((folder / "run.json").read_text())
    assert [start["device"] for start in record["starts"]] == ["cpu", "cpu", "cpu"]
    assert [start.keys() & {"machine", "versions"} for start in record["starts"]] == [set(), set(), {"machine"}]
    assert record["starts"][2]["machine"] != record["machine"]


def test_an_unknown_device_leaves_no_record(run, tmp_path):
    with pytest.raises(UserError, match="no device 'tpu9'"):
        train(run, tmp_path, "tpu9")
    assert not (run.folder(tmp_path) / "run.json").exists()


def test_a_damaged_record_of_an_unfinished_run_ends_in_a_sentence(run, tmp_path):
    folder = train(run, tmp_path)
    (folder / "generator.safetensors").unlink()
    (folder / "run.json").write_text("{}")
    with pytest.raises(UserError, match=r"run\.json is damaged: delete its folder"):
        train(run, tmp_path)
