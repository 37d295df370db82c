"""Runs on disk: identity, record, states, and how one is found."""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from stored_results import JUDGED, row, write

from stackrepro import MEASURING_VERSION, TRAINING_VERSION
from stackrepro.base import places
from stackrepro.base.errors import UserError
from stackrepro.base.files import write_json
from stackrepro.base.lock import locked
from stackrepro.data import Source
from stackrepro.experiments import resolve
from stackrepro.runs import Run, StoredRun, find, provenance, store, stored
from stackrepro.runs.provenance import commit
from stackrepro.runs.store import named, reopened, with_weights

BIRDS = Source("birds", "CUB-200-2011", "cub-0c685df5", "0c68" * 16, Path("/nowhere"), False)


def run_of(experiment: str = "birds/dconv-64", arm: str = "matched", seed: int = 0, source: Source = BIRDS) -> Run:
    return Run(resolve(experiment, arm, "smoke", seed), source)


def begun(run: Run, root: Path) -> StoredRun:
    """Write the record of a start."""
    write_json(run.folder(root) / "run.json", provenance.provenance(run, "cpu", run.folder(root) / "run.json"))
    return StoredRun(run.folder(root))


def finished(run: Run, root: Path, **changed: object) -> StoredRun:
    """Write records and weights, all but the numbers as a training and a measurement do."""
    item, c = begun(run, root), run.configuration
    (item.folder / "generator.safetensors").touch()
    training = {"seconds": {"training": 1.5}, "training_version": TRAINING_VERSION}
    result = {"experiment": c.experiment, "arm": c.arm, "tier": c.tier, "seed": c.seed, "training": training}
    result |= {"protocol": {}, "measures": {}, "measuring_version": MEASURING_VERSION, **changed}
    write_json(item.folder / "result.json", result)
    return StoredRun(item.folder)


def test_the_identity_follows_configuration_data_seed_threads_and_precision():
    run = run_of()
    assert run.identity == run_of().identity
    others = [
        run_of(seed=1),
        run_of(arm="code"),
        Run(resolve("birds/dconv-64", "matched", "quick"), BIRDS),
        run_of(source=replace(BIRDS, fingerprint="0" * 64)),
        replace(run, threads=2),
        replace(run, precision="bf16-mixed"),
    ]
    assert len({run.identity, *(other.identity for other in others)}) == 7
    assert replace(run, source=replace(BIRDS, path=Path("/elsewhere"), name="b")).identity == run.identity


@pytest.mark.parametrize(
    ("changes", "command"),
    [
        ({"threads": 2}, " --data-root FOLDER --unofficial --threads 2"),
        ({"source": replace(BIRDS, official=True)}, " --data-root FOLDER"),
        ({"source": replace(BIRDS, path=None), "precision": "bf16-mixed"}, " --precision bf16-mixed"),
    ],
)
def test_the_command_of_a_run_makes_it_again(changes, command):
    start = "stackrepro run birds/dconv-64 --arm matched --tier smoke --seed 0"
    assert replace(run_of(), **changes).command == start + command


@pytest.mark.parametrize(
    ("told", "model"),
    [
        ("cpu family\t: 6\nmodel\t\t: 143\nmodel name\t: X 1\nstepping\t: 8\n" * 2, ", family 6 model 143 stepping 8"),
        ("processor\t: 0\nCPU implementer\t: 0x41\n", ""),
        (None, ""),
    ],
)  # fmt: skip
def test_a_cpu_is_told_by_its_numbers(told, model, tmp_path):
    if told is not None:
        (tmp_path / "cpuinfo").write_text(told)
    assert provenance.cpu_model(tmp_path / "cpuinfo") == model


def test_the_record_tells_all_that_makes_a_run_again_and_each_start_of_it(tmp_path, monkeypatch):
    run = run_of()
    record = begun(run, tmp_path).record
    assert (record["identity"], record["command"], record["name"]) == (run.identity, run.command, run.name)
    assert record["configuration"]["generator"]["type"] == "DeepConvGenerator"
    assert torch.__version__.startswith(record["versions"]["torch"].partition("+")[0])
    instructions = torch.backends.cpu.get_cpu_capability()
    told = f"{re.escape(instructions)}{provenance.cpu_model()}"
    assert re.fullmatch(rf"\w+ \w+ {told}, host [0-9a-f]{{8}}", record["machine"])
    begun(run, tmp_path)
    monkeypatch.setattr(provenance.platform, "node", lambda: "another")
    again = begun(run, tmp_path).record
    assert [start.keys() & {"machine", "versions"} for start in again["starts"]] == [set(), set(), {"machine"}]
    assert again["machine"] == record["machine"] != again["starts"][2]["machine"]
    (run.folder(tmp_path) / "run.json").write_text("{}")
    with pytest.raises(UserError, match=r"run\.json is damaged: delete its folder"):
        begun(run, tmp_path)


def test_states_from_unfinished_to_older_version(tmp_path, monkeypatch):
    run = run_of()
    item = begun(run, tmp_path)
    assert item.state == "unfinished"
    with locked(item.folder):
        assert item.state == "running"
    lines = '{"update": 1, "a": 0.1}\n{"update": 2, "a": 0.1}\n{"update": 3, "a"'  # the last is in the making
    (item.folder / "losses.jsonl").write_text(lines)
    write_json(item.folder / "progress.json", {"seconds": {"training": 2.0, "pictures": 0.5}})
    assert StoredRun(item.folder).progress == {"updates": 2, "total": 3, "seconds": 2.5}
    write_json(item.folder / "diverged.json", {"update": 2})
    assert (StoredRun(item.folder).state, item.diverged) == ("diverged", 2)
    (item.folder / "generator.safetensors").touch()
    assert StoredRun(item.folder).state == "trained"
    done = finished(run, tmp_path)
    assert (done.state, done.diverged, done.progress) == ("finished", None, {"updates": 3, "total": 3, "seconds": 1.5})
    for name in ("TRAINING_VERSION", "MEASURING_VERSION"):
        with monkeypatch.context() as raised:
            raised.setattr(store, name, getattr(store, name) + 1)
            assert StoredRun(item.folder).state == "older version"


def test_what_a_reader_must_know_of_a_result_is_told(tmp_path):
    dead = {"health": {"alive": False, "died_at": 1200, "gap": 0.0}}
    write(tmp_path, "birds/dconv-64", 0, 50.0, rows={"recall": 0.049}, training=dead)
    write(tmp_path, "birds/dconv-64", 1, 50.0, rows={"recall": 0.05}, training=JUDGED["training"])
    write(tmp_path, "birds/dconv-64", 2, 50.0, rows={"recall": 0.5}, beside={"average": row(40.0, recall=0.04)})
    bad, good, averaged = stored(tmp_path)
    assert len(bad.troubles) == len(bad.flags) == 2
    assert "1,200" in bad.troubles[0]
    assert "0.049" in bad.troubles[1]
    assert good.troubles == good.flags == []
    assert averaged.recall == 0.04, "the average stands for the run where there is one"
    curve = [{"update": n, "real_called_real": 0.5, "generated_called_real": 0.5} for n in range(100)]
    (averaged.folder / "losses.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in curve))
    assert StoredRun(averaged.folder).health["alive"] is False, "a result of before is judged by its curve"


@pytest.mark.parametrize("name", ["run.json", "result.json"])
@pytest.mark.parametrize("content", ["{}", "[]", "{", ""])
def test_a_damaged_record_is_a_state_and_stops_nobody(tmp_path, name, content):
    broken, sound = finished(run_of(), tmp_path), finished(run_of(seed=1), tmp_path)
    (broken.folder / name).write_text(content)
    assert {x.folder: x.state for x in stored(tmp_path)} == {broken.folder: "damaged", sound.folder: "finished"}
    assert named(sound.folder.name, tmp_path).folder == sound.folder
    assert [item.folder for item in stored(tmp_path, experiment="birds/dconv-64")] == [sound.folder]
    with pytest.raises(UserError, match="broken"):
        reopened(StoredRun(broken.folder))


def test_runs_are_asked_for_by_what_they_are(tmp_path):
    own, published = tmp_path / "runs", tmp_path / "results"
    for root, seed in ((own, 0), (own, 1), (published, 1)):
        finished(run_of(seed=seed), root)
    begun(run_of("birds/conv-64"), own).folder.rename(own / ".birds-conv-64.partial")  # in the making
    found = [(x.folder.parent, x.record["configuration"]["seed"]) for x in stored(own, published)]
    assert found == [(own, 0), (own, 1), (published, 1)]
    assert [x.folder.parent for x in stored(published, own, experiment="birds/dconv-64", seed=1)] == [published, own]
    assert stored(own, arm="code") == []


def test_a_finished_run_is_found_among_the_own_first_and_then_among_the_results(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "results_root", lambda: tmp_path / "results")
    assert find(run_of(), tmp_path / "runs") is None
    own = finished(run_of(), tmp_path / "runs").folder
    published = shutil.copytree(own, tmp_path / "results" / own.name)
    assert find(run_of(), tmp_path / "runs").folder == own
    assert find(run_of(), tmp_path / "elsewhere").folder == published


def test_a_run_is_named_by_folder_name_or_identity(tmp_path):
    run = run_of()
    folder = begun(run, tmp_path).folder
    for name in (str(folder), run.name, run.identity[:8]):
        assert named(name, tmp_path / "none", tmp_path).folder == folder
    begun(run_of(seed=1), tmp_path)
    for name, count in (("nothing", "no run"), ("", "2 runs")):
        with pytest.raises(UserError, match=f"'{name}' means {count} in"):
            named(name, tmp_path)


def test_a_run_is_reopened_by_its_record_and_only_with_its_own_data(tmp_path):
    run = run_of()
    item = begun(run, tmp_path)
    assert reopened(item, BIRDS) == run
    known = reopened(item)
    assert (known.identity, known.command) == (run.identity, run.command)
    with pytest.raises(UserError, match="was trained on CUB-200-2011, not on"):
        reopened(item, replace(BIRDS, fingerprint="0" * 64))
    write_json(item.folder / "run.json", item.record | {"identity": "0" * 64})
    with pytest.raises(UserError, match="redefined"):
        reopened(StoredRun(item.folder))
    with pytest.raises(UserError, match="is a copy of"):
        reopened(StoredRun(item.folder.rename(tmp_path / "copy")), BIRDS)


def test_weights_are_found_by_experiment_tier_root_and_stages(tmp_path):
    own, published = tmp_path / "runs", tmp_path / "results"
    birds = finished(run_of(arm="code"), published).folder
    assert with_weights("birds/dconv-64", "code", None, 0, own, published).folder == birds
    mine = finished(run_of(arm="code"), own).folder
    for name in ("birds/dconv-64", birds.name, run_of(arm="code").identity[:10]):
        assert with_weights(name, "code", None, 0, own, published).folder == mine
    higher = finished(Run(resolve("birds/dconv-64", "code", "quick"), BIRDS), published).folder
    assert with_weights("birds/dconv-64", "code", None, 0, own, published).folder == higher
    finished(replace(run_of(arm="code"), threads=2), own)
    with pytest.raises(UserError, match="several data sets or threads"):
        with_weights("birds/dconv-64", "code", "smoke", 0, own)
    with pytest.raises(UserError, match="did you mean birds/dconv-64"):
        with_weights("birds/dconv-65", "code", None, 0, own)
    with pytest.raises(UserError, match=r"`stackrepro run birds/conv-64 --arm code --tier quick --seed 3`"):
        with_weights("birds/conv-64", "code", None, 3, own, published)


def test_a_stage_before_that_is_missing_is_told_with_its_command(tmp_path):
    gray = run_of("faces/gray", source=replace(BIRDS, dataset="faces"))
    (finished(gray, tmp_path).folder / "generator.safetensors").rename(gray.folder(tmp_path) / "average.safetensors")
    with pytest.raises(UserError, match=r"weights of faces-edges.*`stackrepro run faces/edges --arm matched"):
        with_weights("faces/gray", "matched", None, 0, tmp_path)
    finished(gray.stage1, tmp_path)
    assert with_weights("faces/gray", "matched", None, 0, tmp_path).folder == gray.folder(tmp_path)


def git(folder: Path, *arguments: object) -> str:
    command = ["git", "-c", "user.name=a", "-c", "user.email=b", "-C", folder, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def checkout(tmp_path) -> Path:
    """Return a repository that holds a package with its pyproject.toml."""
    folder = tmp_path / "checkout"
    (folder / "stackrepro").mkdir(parents=True)
    shutil.copy2(places.repository() / "pyproject.toml", folder)
    (folder / "stackrepro" / "__init__.py").write_text("")
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "one")
    return folder


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"GIT_DIR": "/nowhere", "GIT_INDEX_FILE": "/nowhere/index"},  # as in a hook of another repository
        {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"},  # git's own tests make it another user's so
    ],
    ids=["plain", "hook", "another user"],
)
def test_the_commit_is_that_of_the_own_repository(variables, checkout, tmp_path, monkeypatch, capsys):
    head = git(checkout, "rev-parse", "HEAD")
    git(checkout, "worktree", "add", "--quiet", tmp_path / "beside")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert commit(checkout) == commit(tmp_path / "beside") == head
    (checkout / "stackrepro" / "__init__.py").write_text("a = 1\n")
    assert commit(checkout) == head + "+changes"
    assert capsys.readouterr().err == ""


def test_what_another_repository_holds_or_only_lies_around_has_no_commit(checkout, capsys):
    copy = shutil.copytree(checkout, checkout / "unpacked", ignore=shutil.ignore_patterns(".git"))
    assert commit(copy) is None
    git(checkout, "rm", "--quiet", "-r", "--cached", "stackrepro")
    git(checkout, "commit", "--quiet", "--message", "the package was unpacked over another project")
    assert commit(checkout) is None
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("lacking", ["git", "commits"])
def test_a_repository_that_git_cannot_read_is_told_of(lacking, checkout, tmp_path, monkeypatch, capsys):
    if lacking == "git":
        monkeypatch.setenv("PATH", str(tmp_path))
    else:
        shutil.rmtree(checkout / ".git" / "refs")
    assert commit(checkout) is None
    (sentence,) = capsys.readouterr().err.splitlines()
    assert str(checkout) in sentence
    assert "published" in sentence
