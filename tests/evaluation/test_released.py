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
from stackrepro.evaluation.released import TOLERANCE, recompute
from stackrepro.runs import Run, StoredRun, store
from stackrepro.runs.publish import publish


@pytest.fixture
def stack(smoke) -> Run:
    return smoke("birds/dconv-stack")[0]


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


def published(run: Run, smoke_root: Path, data: Path) -> None:
    done = call("publish", run.name, "--runs-root", smoke_root, "--data-root", data, "--unofficial")
    assert done.exit_code == 0, (done.output, done.exception)


def checked(name: str) -> dict[str, dict]:
    item = store.with_weights(name, "matched", "smoke", 0, places.results_root())
    return {row["place"]: row for row in recompute(item, "cpu", None)}


def test_a_stack_is_measured_anew_without_its_data(stack, smoke_root, tiny_birds_root, results, weights, request):
    published(stack, smoke_root, tiny_birds_root)
    request.getfixturevalue("no_data")
    rows = checked("birds/dconv-stack")
    assert set(rows) == {"measures.average", "protocols.fid-192/pytorch-fid@16"}
    result = json.loads((smoke_root / stack.name / "result.json").read_text())
    assert rows["measures.average"]["published"] == result["measures"]["average"]["frechet"]
    for row in rows.values():
        assert row["recomputed"] == pytest.approx(row["published"], rel=TOLERANCE)
        assert row["recomputed"] != row["published"], "made from the rounded weights"


def test_a_distance_outside_of_its_tolerance_fails(stack, smoke_root, tiny_birds_root, results):
    published(stack, smoke_root, tiny_birds_root)
    path = results / stack.name / "result.json"
    result = json.loads(path.read_text())
    result["measures"]["average"]["frechet"] *= 1.03
    path.write_text(json.dumps(result))
    done = call("evaluate", "--released", stack.name)
    assert isinstance(done.exception, UserError)
    assert "1 of 2 distances" in str(done.exception)
    assert "measures.average;" in str(done.exception)
    assert "within 1.0%" in done.output


def test_a_later_stage_needs_the_one_before_it(smoke, smoke_root, tiny_faces_root, results, weights, request):
    edges, gray = smoke("faces/edges")[0], smoke("faces/gray", full=True)[0]
    item = StoredRun(gray.folder(smoke_root))
    with pytest.raises(UserError, match=r"reads images of faces-edges.*which isn't published: "):
        publish(item, results, records_only=True)
    publish(StoredRun(edges.folder(smoke_root)), results, records_only=True)
    publish(item, results, records_only=True)  # records need no more than records
    for run in (edges, gray):
        published(run, smoke_root, tiny_faces_root)
    request.getfixturevalue("no_data")
    places_of = list(checked("faces/gray"))
    assert places_of == ["measures.average", "protocols.fid-192/pytorch-fid of edges"]
    drawn = call("sample", "faces/gray", "--count", 2, "--to", results / "drawn", "--runs-root", smoke_root / "none")
    assert drawn.exit_code == 0, drawn.exception
    assert len(list((results / "drawn").glob("*.png"))) == 2


def test_a_publication_that_is_cut_off_leaves_the_one_before(stack, smoke_root, results, monkeypatch):
    item = StoredRun(stack.folder(smoke_root))
    folder = publish(item, results)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def interrupted(*_) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", interrupted)  # when the folder of before has stepped aside
        with pytest.raises(KeyboardInterrupt):
            publish(item, results, records_only=True)
    assert {path: path.read_bytes() for path in results.rglob("*") if path.is_file()} == before
    publish(item, results, records_only=True)
    assert sorted(path.name for path in folder.iterdir()) == ["losses.jsonl", "result.json", "run.json", "samples"]
    assert [path.name for path in results.iterdir()] == [folder.name], "no references"
    refused = call("evaluate", "--released", stack.name, "--runs-root", smoke_root)
    assert isinstance(refused.exception, UserError)


def test_what_is_published_of_a_run(stack, smoke_root, tiny_birds_root, results):
    published(stack, smoke_root, tiny_birds_root)
    folder = results / stack.name
    first, *between, last = stack.configuration.snapshots
    assert between, "some pictures stay behind"
    pictures = [f"samples/average-{last:06d}.png", *(f"samples/grid-{update:06d}.png" for update in (first, last))]
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    weights, records = ["average.safetensors", "generator.safetensors"], ["losses.jsonl", "model-card.md"]
    assert files == [*weights, *records, "result.json", "run.json", *pictures]
    for file in weights:
        assert (folder / file).stat().st_size < (smoke_root / stack.name / file).stat().st_size
    card = (folder / "model-card.md").read_text()
    frechet = StoredRun(folder).result["measures"]["average"]["frechet"]
    assert all(words in card for words in (f"| average | {frechet:.3f} |", stack.command, "rank-deficient"))
    (reference,) = (results / "references").glob("*birds-16-box*")
    with safe_open(reference, "np") as file:
        assert file.metadata()["fingerprint"] == stack.source.fingerprint
        assert int(file.get_tensor("count")[0]) == 28  # 44 less the baseline's 16
    before = {path: path.stat().st_mtime_ns for path in (results / "references").iterdir()}
    again = call("publish", stack.name, "--runs-root", smoke_root)  # where all references are there no data are needed
    assert again.exit_code == 0, again.exception
    assert {path: path.stat().st_mtime_ns for path in (results / "references").iterdir()} == before


def test_the_cards_lines_load_the_generator(stack, smoke_root, results, monkeypatch):
    folder = publish(StoredRun(stack.folder(smoke_root)), results)
    code = (folder / "model-card.md").read_text().split("```python\n")[1].split("```")[0]
    monkeypatch.setenv("STACKREPRO_RUNS", str(smoke_root / "none"))
    names: dict = {}
    exec(code, names)
    size = stack.configuration.view.size
    assert names["images"].shape == (64, size, size, 3)


def test_what_is_unfinished_or_of_no_known_commit_is_refused(stack, smoke_root, results, tmp_path):
    with pytest.raises(UserError, match="is trained, not finished: first finish it with `stackrepro run"):
        publish(StoredRun(stack.stage1.folder(smoke_root)), results)
    folder = shutil.copytree(smoke_root / stack.name, tmp_path / stack.name)
    record = json.loads((folder / "run.json").read_text())
    record["starts"][0]["commit"] = None
    (folder / "run.json").write_text(json.dumps(record))
    assert StoredRun(folder).state == "finished"
    assert unfit(StoredRun(folder)) == "", "measured all the same"
    with pytest.raises(UserError, match="no known commit"):
        publish(StoredRun(folder), results)
    assert not results.exists()
