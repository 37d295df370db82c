"""The command line from outside: what it prints, how it fails, and that a run can be made with it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from stored_results import JUDGED, write, write_seeds

from stackrepro.base import places
from stackrepro.base.errors import UserError
from stackrepro.claims.schema import claims
from stackrepro.cli import commands
from stackrepro.runs import Run, StoredRun, store, stored


def call(*arguments: object) -> Result:
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


def succeeds(*arguments: object) -> str:
    done = call(*arguments)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


def test_show_counts_the_released_stack_and_list_names_it_with_its_variants():
    released = succeeds("show", "birds/dconv-stack", "--arm", "code", "--tier", "paper")
    assert "  in all: 7,224,704 parameters + 3,328 running statistics = 7,228,032; trainable 2,099,904" in released
    assert "changed" not in released
    quick = succeeds("show", "birds/dconv-stack", "--arm", "code", "--tier", "quick")
    assert "generator.first.channels: [512, 256, 128, 64] -> [64, 32]" in quick.partition("changed")[2]
    assert "+stage1=scratch" in succeeds("list").partition("birds/dconv-stack ")[2].partition("birds/")[0]


@pytest.fixture(scope="module")
def stack(tiny_birds_root, tmp_path_factory) -> tuple[list[object], StoredRun]:
    """Make a stack by its command; return the options and the run."""
    root = tmp_path_factory.mktemp("runs")
    options = ["--data-root", tiny_birds_root, "--unofficial", "--runs-root", root]
    made = succeeds("run", "birds/dconv-stack", "--tier", "smoke", *options)
    return options, StoredRun(Path(made.strip()))


def test_a_run_from_the_command_to_its_result(stack):
    options, made = stack
    states = dict(line.split()[1::-1] for line in succeeds("runs", *options[-2:]).splitlines())
    (first,) = (run.folder.name for run in stored(made.folder.parent) if run.folder != made.folder)
    assert states == {made.folder.name: "finished", first: "trained"}
    result = made.result
    assert result["protocol"]["name"] == "fid-192/pytorch-fid"
    measured = {"average", "generated", "untrained", "halfway", "floor", "other_domain", "noise"}
    assert set(result["measures"]) == measured

    full = json.loads(succeeds("evaluate", made.folder.name, "--full", *options))
    assert full["measures"] == result["measures"], "measuring again gives the same numbers"
    assert full["recalibrated"]["frechet"] > 0
    assert [point["update"] for point in full["trajectory"]] == [0, 1, 3]


def test_a_damaged_result_is_measured_again_and_a_damaged_record_told(stack):
    options, made = stack
    command = ("run", "birds/dconv-stack", "--tier", "smoke", *options)
    before, record = made.result["measures"], (made.folder / "run.json").read_bytes()
    (made.folder / "result.json").write_text("{}")
    succeeds(*command)
    assert StoredRun(made.folder).result["measures"] == before
    (made.folder / "run.json").write_text("{}")
    done = call(*command)
    assert isinstance(done.exception, UserError)
    assert "run.json is damaged" in str(done.exception)
    assert succeeds("runs", *options[-2:]).count("damaged") == 1
    (made.folder / "run.json").write_bytes(record)


def test_a_published_run_is_repeated_by_its_command_and_compared(stack, tmp_path, monkeypatch):
    options, made = stack
    for module in (places, store):
        monkeypatch.setattr(module, "results_root", lambda: tmp_path / "results")
    published = shutil.copytree(made.folder, tmp_path / "results" / made.folder.name)
    shutil.rmtree(made.folder)
    command = ("run", "birds/dconv-stack", "--tier", "smoke", *options)
    again = call(*command)
    assert Path(again.stdout.strip()) == made.folder, "made here, though it is published"
    assert (made.folder / "generator.safetensors").read_bytes() == (published / "generator.safetensors").read_bytes()
    assert "has the bits of the published one" in again.stderr

    result = json.loads((published / "result.json").read_text())
    (published / "result.json").write_text(json.dumps(result | {"generator_sha256": "0" * 64}))
    written = (made.folder / "result.json").stat().st_mtime_ns
    other = call(*command)
    assert str(published / "run.json") in other.stderr
    assert "differs" in other.stderr
    assert (made.folder / "result.json").stat().st_mtime_ns == written, "what is finished here is left alone"


def test_images_of_two_generators_never_mix(stack, tmp_path):
    options, made = stack
    command = ("sample", made.folder.name, *options[-2:], "--to", tmp_path / "new")
    succeeds(*command, "--count", 2)
    succeeds(*command, "--count", 2, "--first", 2)
    names = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert names == [*(f"{number:06d}.png" for number in range(4)), "sample.json"]
    note = json.loads((tmp_path / "new" / "sample.json").read_text())
    assert (note["run"], note["weights"], note["latents"]) == (made.folder.name, "average.safetensors", "fixed")
    (first,) = (run for run in stored(made.folder.parent) if run.folder != made.folder)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "holiday.png").touch()
    others = (
        [*command, "--last"],
        [*command, "--latents", 7],
        [*command, "--grid"],
        [command[0], first.folder.name, *command[2:]],
        [*command[:-1], tmp_path / "mine"],
    )
    for other in others:
        done = call(*other)
        assert isinstance(done.exception, UserError), other
        assert "holds other files" in str(done.exception)
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == names


def test_a_generator_is_exported_with_its_card(stack, tmp_path):
    options, made = stack
    told = succeeds("export", made.folder.name, *options[-2:], "--to", tmp_path)
    assert told.strip() == str(tmp_path / "generator.safetensors")
    assert "load_file" in (tmp_path / "model-card.md").read_text()


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
    missing = [line.strip() for line in told if line.startswith("  stackrepro run")]
    assert missing == ["stackrepro run birds/conv-128 --arm matched --tier reduced --seed 2 --data-root FOLDER"]

    write(tmp_path, "birds/conv-128", 2, 41.0, data=data, **JUDGED)
    told = " ".join(succeeds("claims", "A1", *options).split())
    assert "verdict holds, rung reduced" in told
    assert "difference 0.1 [" in told
    assert "beside it FID 10" in told
    other = succeeds("claims", "A1", "--tier", "paper", *options)
    assert (" ".join(other.split()).count("verdict open"), other.count("  stackrepro run")) == (1, 6)


def test_what_a_claim_lacks_is_made(tiny_faces_root, tiny_faces, tmp_path, monkeypatch):
    data = {key: getattr(tiny_faces, key) for key in ("name", "label", "fingerprint", "official")}
    made = []

    def ensure(run: Run, root: Path, device: str, weights: Path | None) -> None:
        c = run.configuration
        made.append((c.experiment, c.arm, c.tier, c.seed, run.source.fingerprint))
        write(root, c.experiment, c.seed, 50.0, tier=c.tier, data=data, **JUDGED)

    monkeypatch.setattr("stackrepro.evaluation.evaluate.ensure", ensure)
    options = ("--tier", "smoke", "--data-root", tiny_faces_root, "--unofficial", "--runs-root", tmp_path)
    for _ in range(2):  # the second time nothing is lacking
        told = succeeds("claims", "B17", "--make", *options)
        assert made == [("faces/edges", "matched", "smoke", seed, tiny_faces.fingerprint) for seed in range(3)]
        assert "verdict untestable" in " ".join(told.split()), "by three runs, whose losses weren't kept"
        assert "  stackrepro run" not in told


DCONV = ("run", "birds/dconv-64", "--tier", "smoke")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("claims", "A31"), "There is no claim 'A31': did you mean A3"),
        (("claims", "--tier", "huge"), "no tier 'huge'"),
        (("claims", "--make"), "name those"),
        (("costs", "--tier", "huge"), "no tier 'huge'"),
        (("costs", "--list", "none"), "no list 'none'"),
        (("data", "download", "faces"), "CelebA"),
        (("data", "status", "--data-root", "/proc/nowhere"), "/proc/nowhere is not there"),
        (("evaluate", "nothing"), "'nothing' means no run"),
        (("export", "nothing"), "'nothing' means no run"),
        (("export", "birds/dconv-64", "--arm", "paper"), "no arm 'paper'"),
        (("export", "birds/dconv-64", "--half", "--format", "onnx"), "--half is for safetensors"),
        (("eyetest", "import", "/proc/nowhere.csv"), "/proc/nowhere.csv can't be read"),
        (("eyetest", "import", "."), "can't be read"),
        (("eyetest", "publish", "000000000000"), "no test 000000000000 in"),
        (("eyetest", "make", "birds", "--tier", "huge"), "no tier 'huge'"),
        (("eyetest", "make", "faces", "--common-size"), "leave out --common-size"),
        (("eyetest", "make", "birds", "--published", "--with-real"), "leave out --published or --with-real"),
        (("fid", "/proc/nowhere", "/proc/nowhere"), "/proc/nowhere"),
        (("fid", "/proc/nowhere", "/proc/nowhere", "--protocol", "fd"), "fd"),
        (("publish", "nothing"), "'nothing' means no run"),
        (("run", "birds/dconv-46"), "no experiment 'birds/dconv-46': did you mean birds/dconv-64?"),
        (("run", "birds/dconv-64+stage2"), "variant of birds/dconv-64"),
        (("run", "birds/dconv-stack+stage1=loaded"), "no variant of birds/dconv-stack in arm matched"),
        (("run", "faces/single", "--arm", "text"), "no arm of faces/single 'text': choose one of: matched"),
        ((*DCONV, "--arm", "matchde"), "no arm 'matchde': did you mean matched"),
        ((*DCONV, "--tier", "huge"), "no tier 'huge': choose one of: smoke, quick, small, reduced"),
        ((*DCONV, "--seed", "-1"), "seed -1"),
        ((*DCONV, "--data-root", "/proc/nowhere"), "The data root /proc/nowhere is not there"),
        ((*DCONV, "--device", "tpu9"), "no device 'tpu9'"),
        (("sample", "birds/dconv-64", "--seed", "12"), "--seed 12`"),
        (("show", "birds/dconv-64", "--tier", "huge"), "no tier 'huge'"),
    ],
)
def test_bad_input_ends_in_one_sentence(arguments, words, tmp_path, monkeypatch):
    monkeypatch.setenv("STACKREPRO_RUNS", str(tmp_path))
    done = call(*arguments)
    assert isinstance(done.exception, UserError), (done.output, done.exception)
    assert words in str(done.exception)
    assert len(str(done.exception).splitlines()) == 1
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == [] or arguments[-1] == "tpu9"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is full")
def test_output_that_finds_no_room_is_told():
    command = [sys.executable, "-m", "stackrepro", "list"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "Error: No space left on device.\n")


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("show", "birds/dconv-46"), 1, "Error: There is no experiment"),
        (("data", "download", "birds", "--data-root", "a" * 300), 1, "File name too long"),
        (("show", "birds/dconv-64", "--tire", "paper"), 2, "--tire"),
    ],
)
def test_a_failure_is_told_on_stderr_without_a_traceback(arguments, status, words):
    done = subprocess.run([sys.executable, "-m", "stackrepro", *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (status, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
