"""The command line from outside: what it prints, how it fails, and that a run can be made with it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from stored_results import JUDGED, write, write_seeds

from stackrepro.base import places
from stackrepro.claims.schema import claims
from stackrepro.cli import commands
from stackrepro.runs import store

COUNTS_OF_THE_STACK = {"parameters": 7_224_704, "running_statistics": 3_328, "total": 7_228_032, "trainable": 2_099_904}


def stackrepro(*arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "stackrepro", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def succeeds(*arguments: str) -> str:
    done = stackrepro(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_show_counts_the_released_stack():
    shown = json.loads(succeeds("show", "birds/dconv-stack", "--arm", "code", "--tier", "paper", "--json"))
    assert shown["generator"]["counts"] == COUNTS_OF_THE_STACK
    assert shown["generator"]["stages"]["stage 1"]["trainable"] == 1_920
    assert shown["changed_by_tier"] == []
    text = succeeds("show", "birds/dconv-stack", "--arm", "code", "--tier", "quick")
    assert "What tier quick changed" in text
    assert "generator.first.channels: [512, 256, 128, 64] -> [64, 32]" in text


def test_list_names_experiments_with_arms_and_variants():
    rows = {row["name"]: row for row in json.loads(succeeds("list", "--json"))}
    assert set(rows) >= {"birds/dconv-64", "birds/dconv-128", "birds/dconv-stack"}
    assert rows["birds/dconv-64"]["arms"] == ["text", "code", "matched"]
    assert {v["name"] for v in rows["birds/dconv-stack"]["variants"]} >= {"stage1=loaded", "stage1=scratch"}


def test_a_run_from_the_command_to_its_result(tiny_birds_root, tmp_path):
    data = ("--data-root", tiny_birds_root, "--unofficial")
    made = succeeds("run", "birds/dconv-stack", "--tier", "smoke", *data, "--runs-root", tmp_path)
    rows = json.loads(succeeds("runs", "--runs-root", tmp_path, "--json"))
    states = {row["experiment"]: row["state"] for row in rows}
    assert states == {"birds/dconv-stack": "finished", "birds/dconv-64": "trained"}
    stack = next(row for row in rows if row["experiment"] == "birds/dconv-stack")
    assert made.strip() == stack["folder"]

    result = json.loads((tmp_path / stack["name"] / "result.json").read_text())
    assert result["protocol"]["name"] == "fid-192/pytorch-fid"
    rows = {"average", "generated", "untrained", "halfway", "floor", "other_domain", "noise"}
    assert set(result["measures"]) == rows
    assert result["measures"]["average"]["n"] == 16
    assert result["measures"]["floor"]["frechet"] < result["measures"]["untrained"]["frechet"]

    (tmp_path / stack["name"] / "result.json").write_text("{}")
    succeeds("run", "birds/dconv-stack", "--tier", "smoke", *data, "--runs-root", tmp_path)
    again = json.loads((tmp_path / stack["name"] / "result.json").read_text())
    assert again["measures"] == result["measures"], "a damaged result is measured again"

    again = json.loads(succeeds("evaluate", stack["name"], *data, "--runs-root", tmp_path))
    assert again["measures"] == result["measures"]
    full = json.loads(succeeds("evaluate", stack["name"], "--full", *data, "--runs-root", tmp_path))
    assert full["recalibrated"]["frechet"] > 0
    assert [point["update"] for point in full["trajectory"]] == [0, 1, 3]

    (tmp_path / stack["name"] / "run.json").write_text("{}")
    done = stackrepro("run", "birds/dconv-stack", "--tier", "smoke", *data, "--runs-root", tmp_path)
    assert done.returncode == 1
    assert "run.json is damaged: delete the folder" in done.stderr


def test_a_published_run_is_repeated_by_its_command_and_compared(tiny_birds_root, tmp_path, monkeypatch):
    for module in (places, store):
        monkeypatch.setattr(module, "results_root", lambda: tmp_path / "results")
    command = ["run", "birds/dconv-64", "--tier", "smoke", "--data-root", str(tiny_birds_root), "--unofficial"]
    first = CliRunner().invoke(commands, [*command, "--runs-root", str(tmp_path / "first")])
    published = shutil.copytree(first.stdout.strip(), tmp_path / "results" / Path(first.stdout.strip()).name)

    again = CliRunner().invoke(commands, [*command, "--runs-root", str(tmp_path / "again")])
    made = Path(again.stdout.strip())
    assert made == tmp_path / "again" / published.name
    assert (made / "generator.safetensors").read_bytes() == (published / "generator.safetensors").read_bytes()
    assert "The generator has the bits of the published one." in again.stderr

    result = json.loads((published / "result.json").read_text())
    (published / "result.json").write_text(json.dumps(result | {"generator_sha256": "0" * 64}))
    written = (made / "result.json").stat().st_mtime_ns
    other = CliRunner().invoke(commands, [*command, "--runs-root", str(tmp_path / "again")])
    assert f"differs from the published one: compare machine and versions in {published / 'run.json'}" in other.stderr
    assert (made / "result.json").stat().st_mtime_ns == written, "what is finished here is left alone"


def test_claims_are_judged_by_the_runs_on_the_data_that_are_named(tiny_birds_root, tiny_birds, tmp_path):
    data = {key: getattr(tiny_birds, key) for key in ("name", "label", "fingerprint", "official")}
    write_seeds(tmp_path, "birds/conv-stack", [30.0, 31.0, 32.0], data=data, **JUDGED)
    write_seeds(tmp_path, "birds/conv-128", [40.0, 42.0], data=data, **JUDGED)
    write_seeds(tmp_path, "birds/conv-128", [20.0, 22.0, 21.0])  # other data
    options = ("--runs-root", tmp_path, "--data-root", tiny_birds_root, "--unofficial")
    lines = succeeds("claims", *options).splitlines()
    assert [line.split()[0] for line in lines] == list(claims())
    assert max(map(len, lines)) <= 110
    assert lines[0].split()[:3] == ["A1", "reduced", "open"]

    told = succeeds("claims", "A1", "--tier", "reduced", *options).splitlines()
    commands = [line.strip() for line in told if line.startswith("  stackrepro run")]
    assert commands == ["stackrepro run birds/conv-128 --arm matched --tier reduced --seed 2 --data-root FOLDER"]

    write(tmp_path, "birds/conv-128", 2, 41.0, data=data, **JUDGED)
    (record,) = json.loads(succeeds("claims", "A1", "--json", *options))
    assert (record["verdict"], record["rung"], record["counted"]) == ("holds", "reduced", "")
    (part,) = record["parts"]
    assert [side["by_seed"] for side in part["values"]] == [
        {"0": 0.2, "1": 0.21, "2": 0.22},
        {"0": 0.3, "1": 0.32, "2": 0.31},
    ]
    assert (part["mean"], part["seeds_that_would_decide"]) == (pytest.approx(0.1), None)
    (other,) = json.loads(succeeds("claims", "A1", "--json", "--tier", "paper", *options))
    assert (other["verdict"], len(other["missing"])) == ("open", 6)


def test_what_a_claim_lacks_is_made(tiny_faces_root, tmp_path):
    options = ("--tier", "smoke", "--data-root", tiny_faces_root, "--unofficial", "--runs-root", tmp_path, "--json")
    (record,) = json.loads(succeeds("claims", "B17", "--make", *options))
    assert (record["missing"], record["verdict"]) == ([], "untestable")
    assert [len(part["runs"]) for part in record["parts"]] == [3]
    assert "name those" in stackrepro("claims", "--make").stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("claims", "A31"), "There is no claim 'A31': did you mean A3"),
        (("claims", "--tier", "huge"), "no tier 'huge'"),
        (("run", "birds/dconv-46"), "no experiment 'birds/dconv-46': did you mean birds/dconv-64?"),
        (("run", "birds/dconv-64", "--arm", "paper"), "no arm 'paper'"),
        (("run", "birds/dconv-64", "--tier", "huge"), "no tier 'huge'"),
        (("run", "birds/dconv-64", "--data-root", "/nowhere"), "The data root /nowhere is not there"),
        (("run", "birds/dconv-64", "--threads", "0"), "give --threads 1 or more"),
        (("show", "birds"), "no experiment 'birds'"),
        (("publish", "nothing"), "'nothing' means no run"),
        (("evaluate", "nothing"), "'nothing' means no run"),
        (("evaluate", "--released", "birds/conv-64", "--tier", "smoke"), "`stackrepro run birds/conv-64 --arm matched"),
        (("sample", "birds/dconv-46"), "no experiment 'birds/dconv-46': did you mean birds/dconv-64?"),
        (("export", "nothing"), "'nothing' means no run"),
        (("fid", "/nowhere", "/nowhere"), "/nowhere"),
        (("eyetest", "import", "/nowhere.csv"), "/nowhere.csv can't be read"),
    ],
)
def test_bad_input_ends_in_one_sentence_and_a_status(arguments, words):
    done = stackrepro(*arguments)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_wrong_device_ends_in_one_sentence(tiny_birds_root, tmp_path):
    data = ("--data-root", tiny_birds_root, "--unofficial", "--runs-root", tmp_path, "--tier", "smoke")
    done = stackrepro("run", "birds/dconv-64", *data, "--device", "tpu9")
    assert done.returncode == 1
    assert "There is no device 'tpu9': choose" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", list(commands.commands))
def test_every_command_explains_itself(command):
    assert "Usage:" in succeeds(command, "--help")
