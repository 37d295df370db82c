"""From a run to what is published of it, and back to its numbers without the data."""

import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from safetensors import safe_open

import stackrepro.data
from stackrepro.base import places
from stackrepro.base.errors import UserError
from stackrepro.claims.select import unfit
from stackrepro.cli import commands
from stackrepro.evaluation.released import TOLERANCE
from stackrepro.experiments import resolve
from stackrepro.runs import Run, StoredRun, store
from stackrepro.runs.publish import publish
from stackrepro.runs.weights import train


@pytest.fixture
def own(smoke_root) -> Path:
    return smoke_root


@pytest.fixture
def stack(smoke) -> Run:
    return smoke("birds/dconv-stack")[0]


@pytest.fixture
def gray(smoke) -> Run:
    smoke("faces/edges")
    return smoke("faces/gray", full=True)[0]


@pytest.fixture
def results(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(places, "results_root", lambda: tmp_path / "results")
    return tmp_path / "results"


@pytest.fixture
def no_data(cache, monkeypatch) -> None:
    """Leave nothing but the Inception weights, and let nobody look for data."""

    def refuse(*_, **__):
        raise AssertionError("the data were asked for")

    monkeypatch.setattr(stackrepro.data, "find", refuse)
    monkeypatch.setattr(stackrepro.data, "prepare", refuse)


def call(*arguments: object) -> Result:
    return CliRunner().invoke(commands, [str(argument) for argument in arguments], catch_exceptions=True)


def published(run: Run, own: Path, data: Path) -> None:
    done = call("publish", run.name, "--runs-root", own, "--data-root", data, "--unofficial")
    assert done.exit_code == 0, (done.output, done.exception)


def checked(name: str, own: Path) -> list[dict]:
    done = call("evaluate", "--released", name, "--tier", "smoke", "--runs-root", own, "--json")
    assert done.exit_code == 0, (done.output, done.exception)
    return json.loads(done.stdout)


def test_a_stack_is_measured_anew_without_its_data(stack, own, tiny_birds_root, results, weights, request):
    published(stack, own, tiny_birds_root)
    request.getfixturevalue("no_data")
    rows = {row["place"]: row for row in checked("birds/dconv-stack", own / "none")}
    assert set(rows) == {"measures.average", "protocols.fid-192/pytorch-fid@16"}
    result = json.loads((own / stack.name / "result.json").read_text())
    assert rows["measures.average"]["published"] == result["measures"]["average"]["frechet"]
    for row in rows.values():
        assert row["recomputed"] == pytest.approx(row["published"], rel=TOLERANCE)
        assert row["recomputed"] != row["published"], "made from the rounded weights"


def test_a_distance_outside_of_its_tolerance_fails(stack, own, tiny_birds_root, results):
    published(stack, own, tiny_birds_root)
    path = results / stack.name / "result.json"
    result = json.loads(path.read_text())
    result["measures"]["average"]["frechet"] *= 1.03
    path.write_text(json.dumps(result))
    done = call("evaluate", "--released", stack.name)
    assert isinstance(done.exception, UserError)
    assert "1 of 2 distances" in str(done.exception)
    assert "measures.average;" in str(done.exception)
    assert "outside of 1.0%" in done.output
    assert "within 1.0%" in done.output


def test_a_later_stage_needs_the_one_before_it(gray, own, tiny_faces_root, results, weights, request):
    before, item = StoredRun(gray.stage1.folder(own)), StoredRun(gray.folder(own))
    with pytest.raises(UserError, match=r"reads images of faces-edges.*which isn't published: "):
        publish(item, results, records_only=True)
    publish(before, results, records_only=True)
    publish(item, results, records_only=True)  # records need no more than records
    published(gray.stage1, own, tiny_faces_root)
    published(gray, own, tiny_faces_root)
    request.getfixturevalue("no_data")
    places_of = [row["place"] for row in checked("faces/gray", own / "none")]
    assert places_of == ["measures.average", "protocols.fid-192/pytorch-fid of edges"]
    drawn = call("sample", "faces/gray", "--count", 2, "--to", results / "drawn", "--runs-root", own / "none")
    assert drawn.exit_code == 0, drawn.exception
    assert len(list((results / "drawn").glob("*.png"))) == 2


def test_a_publication_that_is_cut_off_leaves_the_one_before(stack, own, results, monkeypatch):
    item = StoredRun(stack.folder(own))
    folder = publish(item, results)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def interrupted() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "sync", interrupted)
        with pytest.raises(KeyboardInterrupt):
            publish(item, results, records_only=True)
    assert {path: path.read_bytes() for path in results.rglob("*") if path.is_file()} == before
    publish(item, results, records_only=True)
    assert sorted(path.name for path in folder.iterdir()) == ["losses.jsonl", "result.json", "run.json", "samples"]
    assert [path.name for path in results.iterdir()] == [folder.name], "no references"
    refused = call("evaluate", "--released", stack.name, "--runs-root", own)
    assert isinstance(refused.exception, UserError)


def test_what_is_published_of_a_run(stack, own, tiny_birds_root, results):
    published(stack, own, tiny_birds_root)
    folder = results / stack.name
    first, *between, last = stack.configuration.snapshots
    assert between, "some pictures stay behind"
    pictures = [f"samples/average-{last:06d}.png", *(f"samples/grid-{update:06d}.png" for update in (first, last))]
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    weights, records = ["average.safetensors", "generator.safetensors"], ["losses.jsonl", "model-card.md"]
    assert files == [*weights, *records, "result.json", "run.json", *pictures]
    for file in weights:
        assert (folder / file).stat().st_size < (own / stack.name / file).stat().st_size
    card = (folder / "model-card.md").read_text()
    result = StoredRun(folder).result
    assert f"| average | {result['measures']['average']['frechet']:.3f} |" in card
    assert all(words in card for words in (stack.command, "non-commercial", "rank-deficient", "not the official"))
    (reference,) = (results / "references").glob("*birds-16-box*")
    with safe_open(reference, "np") as file:
        assert file.metadata()["fingerprint"] == stack.source.fingerprint
        assert int(file.get_tensor("count")[0]) == 28  # 44 less the floor's 16
    before = {path: path.stat().st_mtime_ns for path in (results / "references").iterdir()}
    again = call("publish", stack.name, "--runs-root", own)  # where all references are there no data are needed
    assert again.exit_code == 0, again.exception
    assert {path: path.stat().st_mtime_ns for path in (results / "references").iterdir()} == before
    assert len([path for path in results.iterdir() if path.name != "references"]) == 1


def test_the_cards_lines_load_the_generator(stack, own, results, monkeypatch):
    folder = publish(StoredRun(stack.folder(own)), results)
    code = (folder / "model-card.md").read_text().split("```python\n")[1].split("```")[0]
    monkeypatch.setenv("STACKREPRO_RUNS", str(own / "none"))
    names: dict = {}
    exec(code, names)
    size = stack.configuration.view.size
    assert names["images"].shape == (64, size, size, 3)


def test_an_unfinished_run_is_refused_with_the_command(tiny_birds, tmp_path):
    run = Run(resolve("birds/dconv-64", "matched", "smoke"), tiny_birds)
    train(run, tmp_path)
    with pytest.raises(UserError, match="is trained, not finished: first finish it with `stackrepro run"):
        publish(store.StoredRun(run.folder(tmp_path)), tmp_path / "results")
    assert not (tmp_path / "results").exists()


def test_a_run_of_no_known_commit_is_refused_and_measured_all_the_same(stack, own, results, tmp_path):
    folder = shutil.copytree(own / stack.name, tmp_path / stack.name)
    record = json.loads((folder / "run.json").read_text())
    record["starts"][0]["commit"] = None
    (folder / "run.json").write_text(json.dumps(record))
    assert StoredRun(folder).state == "finished"
    assert unfit(StoredRun(folder)) == ""
    with pytest.raises(UserError, match="no known commit"):
        publish(StoredRun(folder), results)
    assert not results.exists()
