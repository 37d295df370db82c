"""Runs on disk: identity, states, look-up."""

import json
import re
import shutil

import pytest
import torch

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
    modules = ["stackrepro.base.errors", "stackrepro.runs.run"]
    source = {"modules": modules, "digest": provenance.source_digest(modules)}
    result = dict.fromkeys(store.NEEDED["result.json"])
    result |= {"source": source, "training": {"source": source}}
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


def test_states_from_unfinished_to_stale(run, tmp_path, monkeypatch):
    folder = run.folder(tmp_path)
    folder.mkdir()
    (folder / "run.json").write_text(json.dumps(dict.fromkeys(store.NEEDED["run.json"])))
    item = store.StoredRun(folder)
    assert item.state == "unfinished"
    with locked(folder):
        assert item.state == "running"
    (folder / "run.json").unlink()
    assert finish(run, tmp_path).state == "finished"
    monkeypatch.setattr(store, "source_digest", lambda _: "another")
    assert store.StoredRun(folder).state == "stale"


def test_the_source_digest_follows_the_source(tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "PACKAGE", tmp_path)
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "__init__.py").write_text("")
    (tmp_path / "room" / "part.py").write_text("a = 1\n")
    modules = ["stackrepro.room", "stackrepro.room.part"]
    before = provenance.source_digest(modules)
    assert provenance.source_digest(modules) == before
    (tmp_path / "room" / "part.py").write_text("a = 2\n")
    assert provenance.source_digest(modules) != before


BARE = 'A = "#1"\n\n\ndef f():\n    return A\n\n\nclass C: "c"\n'
DRESSED = '''"""A room.

Of two lines.
"""
# why
A = "#1"  # first
def f():
    """Return it."""

    # here
    return A
class C: "c"
'''


def test_comments_and_docstrings_are_no_code():
    assert provenance.code_of(DRESSED.encode()) == provenance.code_of(BARE.encode())
    code = provenance.code_of(BARE.encode())
    for before, after in (("#1", "#2"), ("return A", "return None"), ('"c"', '"d"'), ("    return", "  return")):
        assert provenance.code_of(BARE.replace(before, after).encode()) != code, before
    assert b"pair" in provenance.code_of(b'def f():\n    x = """pair"""\n    return x\n'), "not every string documents"


def test_the_source_of_a_run_is_what_its_numbers_depend_on(run, tmp_path):
    training = json.loads((train(run, tmp_path) / "training.json").read_text())
    modules = {name.removeprefix("stackrepro.") for name in training["source"]["modules"]}
    assert {"models.dconv", "runs.train", "runs.batches", "updates.standard", "data.pixels"} <= modules
    told = {"runs.provenance", "runs.store", "runs.lock", "base.progress", "base.stopping", "base.errors"}
    assert not modules & told, "these can be mended without a doubt about a result"
    assert not [name for name in modules if name.startswith(("report", "commands", "experiments"))]


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


def test_a_result_without_its_trainings_source_is_damaged(run, tmp_path):
    folder = finish(run, tmp_path).folder
    result = json.loads((folder / "result.json").read_text())
    del result["training"]["source"]
    (folder / "result.json").write_text(json.dumps(result))
    assert store.StoredRun(folder).state == "damaged"


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


def test_a_result_is_stale_when_what_trained_it_has_changed_though_it_was_measured_again(run, tmp_path):
    folder = finish(run, tmp_path).folder
    result = json.loads((folder / "result.json").read_text())
    result["training"]["source"] = result["source"] | {"digest": "another"}
    (folder / "result.json").write_text(json.dumps(result))
    assert store.StoredRun(folder).state == "stale"


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
