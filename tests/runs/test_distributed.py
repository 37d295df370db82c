"""Two real processes that share each batch, against one that has it alone."""

import json
import os
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest
import torch
from sharing import SHARED, SHARED_WITH_MORE_DIGITS, UPDATES, shared

from stackrepro.base.errors import UserError
from stackrepro.experiments import resolve
from stackrepro.runs import Run, batches
from stackrepro.runs import train as training
from stackrepro.runs.batches import Batches
from stackrepro.runs.devices import launched

REPOSITORY = Path(__file__).parents[2]
SHARING = Path(__file__).with_name("sharing.py")
HANGS = 1200  # seconds, far beyond what a busy machine needs


def start(*arguments: str | Path) -> subprocess.Popen:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, *map(str, arguments)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.fixture(scope="module")
def trained(tiny_birds_root, tiny_faces_root, tmp_path_factory) -> dict[int, Path]:
    """Return the runs roots of one process and of two."""
    roots = {number: tmp_path_factory.mktemp(f"processes{number}") for number in (1, 2)}
    finish([start(SHARING, number, tiny_birds_root, tiny_faces_root, root) for number, root in roots.items()])
    return roots


def finish(children: list[subprocess.Popen]) -> None:
    try:
        for child in children:
            output, _ = child.communicate(timeout=HANGS)
            assert child.returncode == 0, output
    finally:
        for child in children:
            child.kill()


def losses(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / "losses.jsonl").read_text().splitlines()]


@pytest.mark.parametrize(
    ("which", "place", "tolerance"),
    [(SHARED, ".", {"rel": 2e-5, "abs": 1e-7}), (SHARED_WITH_MORE_DIGITS, "more-digits", {"rel": 1e-11})],
    ids=["single precision", "double precision"],
)
def test_two_processes_have_the_losses_of_one(which, place, tolerance, trained, tiny_birds_root, tiny_faces_root):
    for run in shared(which, tiny_birds_root, tiny_faces_root):
        one, two = (losses(run.folder(root / place)) for root in trained.values())
        assert len(one) == len(two) == UPDATES
        for update, (alone, together) in enumerate(zip(one, two, strict=True)):
            assert together == pytest.approx(alone, **tolerance), (run.name, update)


def test_one_process_writes_all_files_and_the_starts_are_recorded(trained):
    files = {number: {path.relative_to(root) for path in root.rglob("*")} for number, root in trained.items()}
    assert files[1] == files[2]
    for number, root in trained.items():
        for path in root.rglob("run.json"):
            assert json.loads(path.read_text())["starts"][0]["processes"] == number


def test_what_one_process_began_two_go_on_with(trained, tiny_birds_root, tiny_faces_root, tmp_path, monkeypatch):
    (run,) = shared(SHARED[:1], tiny_birds_root, tiny_faces_root)
    play, number = training.play, count()

    def half_of_them(*arguments):
        return 1 / 0 if next(number) == UPDATES // 2 else play(*arguments)

    monkeypatch.setattr(training, "play", half_of_them)
    monkeypatch.setattr(training, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    with pytest.raises(ZeroDivisionError):
        training.train(run, tmp_path)
    finish([start(SHARING, 2, tiny_birds_root, tiny_faces_root, tmp_path, "first")])
    whole, resumed = (losses(run.folder(root)) for root in (trained[1], tmp_path))
    assert len(resumed) == UPDATES
    for alone, together in zip(whole, resumed, strict=True):
        assert together == pytest.approx(alone, rel=2e-5, abs=1e-7)
    starts = json.loads((run.folder(tmp_path) / "run.json").read_text())["starts"]
    assert [one["processes"] for one in starts] == [1, 2]


def test_batches_that_cant_be_shared_evenly_are_refused(tiny_faces, monkeypatch):
    configuration = resolve("faces/edges", "matched", "smoke")
    monkeypatch.setattr(batches, "world_size", lambda: 3)
    with pytest.raises(UserError, match="3 processes can't share the batches of faces/edges evenly"):
        Batches({}, range(configuration.batch), configuration, torch.device("cpu"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("cpu", 0, 1), "0 devices on 1 nodes"),
        (("cpu", 1, 0), "1 devices on 0 nodes"),
        (("cuda", 2, 1), r"not on this machine|has \d CUDA devices, not 2"),
        (("gpu", 2, 1), "no device 'gpu'"),
    ],
)
def test_devices_that_arent_there(arguments, words):
    if arguments[0] == "cuda" and torch.cuda.device_count() > 1:
        pytest.skip("this machine has them")
    with pytest.raises(UserError, match=words), launched(*arguments):
        pytest.fail("launched")


@pytest.mark.parametrize("devices", [1, 3])
def test_another_number_of_processes_than_torchrun_has_started_is_refused(devices, monkeypatch):
    started = {"TORCHELASTIC_RUN_ID": "x", "WORLD_SIZE": "2", "RANK": "0", "LOCAL_RANK": "0"}
    for name, value in started.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("lightning_fabric.connector._IS_INTERACTIVE", False)  # another test may have started a shell
    with pytest.raises(UserError, match=r"started 2 processes|world size \(2\)"), launched("cpu", devices, 1):
        pytest.fail("launched")


def test_precision_is_part_of_the_identity_and_of_the_command(tiny_birds):
    configuration = resolve("birds/dconv-stack", "matched", "smoke")
    usual, short = Run(configuration, tiny_birds), Run(configuration, tiny_birds, precision="bf16-mixed")
    assert usual.identity != short.identity
    assert short.stage1.precision == "bf16-mixed"
    assert short.command == f"{usual.command} --precision bf16-mixed"


@pytest.mark.check
def test_an_error_stops_all_processes_with_its_sentence(tiny_faces_root, tmp_path):
    command = ["run", "faces/gray", "--tier", "smoke", "--devices", 2, "--data-root", tiny_faces_root, "--unofficial"]
    child = start("-m", "stackrepro", *command, "--runs-root", tmp_path)
    output, _ = child.communicate(timeout=300)
    assert child.returncode == 1
    assert "2 processes can't share the batches of faces/gray evenly" in output
    assert "Traceback" not in output
