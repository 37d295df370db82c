"""What is committed in results/: whole, of today's schema, explained, and small."""

import re
import runpy

import numpy as np
import pytest
from PIL import Image
from safetensors import safe_open

from stackrepro.base import places
from stackrepro.base.files import read_json, sha256_of_file
from stackrepro.claims.select import unfit
from stackrepro.evaluation.released import FOLDER, distances, published, reference_file
from stackrepro.experiments import resolve
from stackrepro.experiments.references import REFERENCES, base_models, first_stages
from stackrepro.eyetest.ratings import sessions
from stackrepro.runs import StoredRun, stored
from stackrepro.runs.publish import model_card
from stackrepro.runs.store import reopened

RESULTS = places.repository() / "results"
TIMING = RESULTS / "timing.json"
RUNS = {run.folder.name: run for run in stored(RESULTS)}
RECORDS = {"run.json", "result.json", "losses.jsonl", "samples"}
WEIGHTS = {"generator.safetensors", "average.safetensors"}
RELEASED = {*WEIGHTS, "model-card.md"}
MEGABYTES = 100  # for all weights and references, so that a clone stays quick
# Under these fields stand names that the data dictionary needn't list: of rows, libraries and updates.
NAMED = {"measures", "pixels", "pixels_common", "translation", "contraction", "versions", "spread"}
LEFT_OUT = {"configuration", "protocols"}  # the latter's rows are as those of `measures`
LISTED = {(x.experiment, x.arm, x.tier, x.seed) for x in REFERENCES}


def of_before(run: StoredRun) -> bool:
    """Tell whether a run is one of the first birds, which were published before averages were kept."""
    return run.result["tier"] == "reduced" and run.result["experiment"].startswith("birds/")


@pytest.fixture(params=RUNS)
def run(request) -> StoredRun:
    """Return each published run."""
    return RUNS[request.param]


def test_a_published_run_is_whole_and_made_by_a_commit_on_real_images(run):
    assert {path.name for path in run.folder.iterdir()} - RELEASED == RECORDS
    assert unfit(run) == ""
    record, result = run.record, run.result
    assert run.folder.name == record["name"] == result["name"]
    assert record["data"]["label"] != "synthetic"
    assert all(re.fullmatch("[0-9a-f]{40}", str(start["commit"])) for start in record["starts"])
    c, decides = record["configuration"], result["measures"]["generated" if of_before(run) else "average"]
    assert of_before(run) or (c["experiment"], c["arm"], c["tier"], c["seed"]) in LISTED
    assert decides["n"] >= (2048 if of_before(run) else 1024)
    assert run.losses()[-1]["update"] == record["configuration"]["updates"]


def test_a_card_is_what_would_be_written_today(run):
    path = run.folder / "model-card.md"
    if not path.exists():
        return
    card = path.read_text(encoding="utf-8")
    file, precision = re.search(r"^\| file \| `([a-z.]+)`, (.+) \|$", card, re.MULTILINE).groups()
    assert card == model_card(reopened(run), run, file, precision)
    _, _, factor = run.result["experiment"].partition("+")
    assert f"One factor is changed, `{factor}`: " in card or not factor


def test_pictures_of_a_published_run_are_the_generators_own(run):
    c = reopened(run).configuration
    assert list(run.grids()) == [c.snapshots[0], c.snapshots[-1]]
    for path in run.grids().values():
        with Image.open(path) as picture:
            assert picture.size == (8 * c.view.size, 8 * c.view.size)


def test_released_weights_and_references_are_those_of_the_run(run):
    there = {path.name for path in run.folder.iterdir()} & RELEASED
    item, c = reopened(run), reopened(run).configuration
    if not of_before(run):
        wanted = {"average.safetensors", "model-card.md"} if c.seed == 0 or c in first_stages() else set()
        wanted |= {"generator.safetensors"} if c.seed == 0 and c.experiment in base_models() else set()
        assert there == wanted
    for name in there & WEIGHTS:
        key = f"{name.partition('.')[0]}_sha256"
        if c in first_stages():
            assert sha256_of_file(run.folder / name) == run.result[key]
        else:
            with safe_open(run.folder / name, "np") as file:
                assert file.metadata()["identity"] == run.record["identity"]
    if there and c.seed == 0:
        weights = run.result["protocol"]["weights"]["digest"]
        for distance in distances(item, run.result):
            assert np.isfinite(published(run.result, distance))
            assert (RESULTS / FOLDER / reference_file(item.source, distance.view, distance.protocol, weights)).is_file()


def test_weights_and_references_together_are_small():
    sizes = [path.stat().st_size for path in RESULTS.rglob("*.safetensors")]
    assert sum(sizes) < MEGABYTES * 1e6


def fields(value, found: set[str]) -> set[str]:
    """Collect the names of all fields in JSON: none below LEFT_OUT, below NAMED only from the second level on."""
    if isinstance(value, list):
        for item in value:
            fields(item, found)
    elif isinstance(value, dict):
        for name, item in value.items():
            found.add(name)
            if name not in LEFT_OUT:
                fields(list(item.values()) if name in NAMED and isinstance(item, dict) else item, found)
    return found


def test_the_data_dictionary_explains_every_field():
    text = (RESULTS / "README.md").read_text()
    explained = set(re.findall(r"[`.]([a-z0-9_]+)(?=[`. ])", text))
    found: set[str] = set()
    for run in RUNS.values():
        fields(run.record, found)
        fields(run.result, found)
        found |= {name for line in run.losses() for name in line}
    fields(read_json(TIMING), found)
    assert found - explained == set()


def test_the_times_of_updates_are_whole_and_of_the_networks_of_today():
    record = read_json(TIMING)
    multiply_adds = runpy.run_path(str(places.repository() / "benchmarks" / "work.py"))["multiply_adds"]
    assert record["threads"] == 1
    assert re.fullmatch("[0-9a-f]{40}", record["commit"])
    for entry in record["timed"]:
        assert entry["minimum"] == min(entry["seconds"]) > 0
        c = resolve(entry["experiment"], entry["arm"], entry["tier"])
        assert entry["multiply_adds"] == multiply_adds(c, entry["batch"])
    models = [(entry["tier"], entry["batch"], entry["experiment"]) for entry in record["timed"]]
    assert len(set(models)) == len(models)
    sides = {f"birds/{kind}-{model}" for kind in ("dense", "conv", "dconv") for model in ("128", "stack", "stack-bp")}
    sides |= {"faces/edges", "faces/gray", "faces/gray+latent=own", "faces/joint"}
    tiers = {tier for tier, _, _ in models}
    assert len(tiers) == 2
    assert all(sides <= {name for at, _, name in models if at == tier} for tier in tiers | {"paper"})


def test_no_file_in_results_is_of_an_unknown_kind():
    kinds = {path.suffix for path in RESULTS.rglob("*") if path.is_file()}
    assert kinds <= {".csv", ".json", ".jsonl", ".md", ".png", ".safetensors"}
    pictures = list(RESULTS.rglob("*.png"))
    assert all(
        re.fullmatch(r"(grid|average)-\d{6}\.png", path.name) and path.parent.name == "samples" for path in pictures
    )


def test_each_csv_file_in_results_holds_what_a_rater_answered():
    files = list(RESULTS.rglob("*.csv"))
    assert {path.parent for path in files} <= {RESULTS / "eye-test" / "ratings"}
    assert {f"{session.test}-{session.rater}.csv" for session in sessions(RESULTS)} == {path.name for path in files}
