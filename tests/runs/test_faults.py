"""Faults in real processes: no space, signals, two that want one run, checkpoints that a disk has spoilt."""

import fcntl
import json
import os
import resource
import signal
import subprocess
import sys
import time
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
import torch
from killing import processes

from stackrepro.base.errors import UserError
from stackrepro.base.stopping import exit_on_sigterm
from stackrepro.experiments import resolve
from stackrepro.runs import Run, checkpoint, store
from stackrepro.runs import losses as records
from stackrepro.runs import train as training
from stackrepro.runs.average import Average
from stackrepro.runs.lock import is_locked, locked
from stackrepro.runs.losses import LossRecord
from stackrepro.runs.players import start
from stackrepro.runs.train import train


def small(source, **changes) -> Run:
    return Run(replace(resolve("birds/dconv-64", "matched", "smoke"), **changes), source)


def command(tiny_birds_root: Path, root: Path, experiment: str = "birds/dconv-64") -> list[str]:
    options = ["--tier", "smoke", "--data-root", str(tiny_birds_root), "--unofficial", "--runs-root", str(root)]
    return [sys.executable, "-m", "stackrepro", "run", experiment, *options]


def wait_for(condition, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.01)


def test_a_file_that_grows_beyond_a_limit_ends_in_a_sentence_and_the_run_goes_on_without_it(
    tiny_birds_root, tiny_birds, tmp_path
):
    train(small(tiny_birds), tmp_path / "arrays")  # so that only the run is limited, not the prepared arrays
    limit = 60_000  # bytes; the loss curve and the snapshots are smaller, the checkpoint is larger

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    whole = train(small(tiny_birds), tmp_path / "whole")
    assert (whole / "checkpoint.pt").stat().st_size > limit
    done = subprocess.run(
        command(tiny_birds_root, tmp_path), preexec_fn=limited, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "No space left on the device" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    folder = small(tiny_birds).folder(tmp_path)
    assert not list(folder.rglob("*partial*"))
    assert store.StoredRun(folder).state == "unfinished"
    train(small(tiny_birds), tmp_path)
    assert (folder / "generator.safetensors").read_bytes() == (whole / "generator.safetensors").read_bytes()


def train_in_threes(run: Run, root: Path) -> None:
    """Train with records of three updates each, and end as the command line does.

    The 14th update lasts until the file `sent` is there, so that a signal finds the training under way. Ctrl-C has its
    usual handler even where the tests are run in the background of a script, which starts them without one.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    exit_on_sigterm()
    records.RECORDS = 20
    own, calls = training.play, count(1)

    def play(*arguments):
        if next(calls) == 14:
            wait_for((root / "sent").exists)
        return own(*arguments)

    training.play = play
    try:
        train(run, root)
    except KeyboardInterrupt:
        sys.exit(130)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_during_an_update_ends_after_it_with_a_checkpoint(number, status, tiny_birds, tmp_path, monkeypatch):
    monkeypatch.setattr(records, "RECORDS", 20)
    run = small(tiny_birds, updates=60)
    whole = train(run, tmp_path / "whole")
    process = processes.Process(target=train_in_threes, args=(run, tmp_path))
    process.start()
    losses = run.folder(tmp_path) / "losses.jsonl"
    wait_for(lambda: losses.exists() and losses.read_bytes().count(b"\n") > 3)
    os.kill(process.pid, number)
    (tmp_path / "sent").touch()
    process.join()
    assert process.exitcode == status
    item = store.StoredRun(run.folder(tmp_path))
    assert item.state == "unfinished"
    kept = json.loads((item.folder / "progress.json").read_text())["update"]
    assert item.progress["total"] == 60
    assert item.progress["updates"] == 12
    assert 12 <= kept <= 14
    folder = train(run, tmp_path)
    for file in ("generator.safetensors", "losses.jsonl"):
        assert (folder / file).read_bytes() == (whole / file).read_bytes(), file


def test_of_two_processes_that_want_a_run_one_trains_and_the_other_uses_it(tiny_birds_root, tiny_birds, tmp_path):
    folder = small(tiny_birds).folder(tmp_path)
    with locked(folder):
        waiting = subprocess.Popen(command(tiny_birds_root, tmp_path), stderr=subprocess.PIPE, text=True)
        line = waiting.stderr.readline()
        stopped = subprocess.Popen(command(tiny_birds_root, tmp_path), stderr=subprocess.PIPE, text=True)
        stopped.stderr.readline()
        stopped.send_signal(signal.SIGTERM)
        assert stopped.communicate()[1] == "Stopped. The same command goes on from here.\n"
        assert stopped.returncode == 143
    assert line == f"Another process works on {folder.name}; waiting for it.\n"
    done = subprocess.run(command(tiny_birds_root, tmp_path), capture_output=True, text=True, check=False)
    said = waiting.communicate()[1]
    assert (waiting.returncode, done.returncode) == (0, 0), said + done.stderr
    assert (said + done.stderr).count('"work": "train ') == 1
    assert len(json.loads((folder / "run.json").read_text())["starts"]) == 1


def test_a_lock_is_free_once_its_process_is_killed_but_not_while_a_child_shares_it(tmp_path):
    code = (
        "import subprocess, sys; from pathlib import Path; from stackrepro.runs.lock import locked\n"
        "with locked(Path(sys.argv[1])) as lock:\n"
        "    shared = (lock,) if sys.argv[2] == 'shared' else ()\n"
        "    child = subprocess.Popen(['sleep', '60'], pass_fds=shared)\n"
        "    print(child.pid, flush=True)\n"
        "    child.wait()\n"
    )
    for kind in ("alone", "shared"):
        holder = subprocess.Popen([sys.executable, "-c", code, tmp_path, kind], stdout=subprocess.PIPE, text=True)
        child = int(holder.stdout.readline())
        assert is_locked(tmp_path)
        holder.kill()
        holder.wait()
        assert is_locked(tmp_path) == (kind == "shared")
        os.kill(child, signal.SIGKILL)
        wait_for(lambda: not is_locked(tmp_path))


def test_who_only_asks_for_a_lock_is_not_taken_for_its_holder(tmp_path):
    with locked(tmp_path):
        pass
    with (tmp_path / ".lock").open("rb") as asking:  # open for reading, which is all that a network file system lets
        fcntl.flock(asking, fcntl.LOCK_SH)
        assert not is_locked(tmp_path)


def test_a_lock_clears_what_killed_processes_left_and_nothing_else(tmp_path):
    left = tmp_path / "samples" / ".grid-000001.0a1b2c3d.partial.png"
    left.parent.mkdir()
    left.write_bytes(b"")
    kept = tmp_path / ".partial"
    kept.write_text("")
    with locked(tmp_path):
        assert not left.exists()
        assert kept.exists()


def test_the_checkpoint_before_the_last_takes_the_place_of_a_spoilt_one(tiny_birds, tmp_path):
    run = small(tiny_birds)
    game, path = start(run.configuration), tmp_path / "checkpoint.pt"
    average = Average(game.generator.network)
    for update in (1, 2):
        checkpoint.save(path, run.identity, checkpoint.Progress(update), game, average)
    path.write_bytes(b"spoilt")
    assert checkpoint.restore(path, run.identity, game, average).update == 1
    assert checkpoint.load(path, run.identity, game, average).update == 1
    assert not checkpoint.previous(path).exists()


def test_a_spoilt_checkpoint_costs_no_more_than_the_way_from_the_one_before(tiny_birds, tmp_path, monkeypatch, capsys):
    run = small(tiny_birds, updates=7)
    whole = train(run, tmp_path / "whole")
    assert not checkpoint.previous(whole / "checkpoint.pt").exists()
    monkeypatch.setattr(training, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    real, calls = training.play, []

    def dies_in_the_fifth(*arguments):
        calls.append(1)
        if len(calls) == 5:
            raise ZeroDivisionError
        return real(*arguments)

    monkeypatch.setattr(training, "play", dies_in_the_fifth)
    with pytest.raises(ZeroDivisionError):
        train(run, tmp_path)
    path = run.folder(tmp_path) / "checkpoint.pt"
    path.write_bytes(path.read_bytes()[:1000])
    folder = train(run, tmp_path)
    assert len(calls) == 5 + 4, "it went on from update 3, the checkpoint before the last"
    assert "The one before it serves." in capsys.readouterr().err
    assert (folder / "generator.safetensors").read_bytes() == (whole / "generator.safetensors").read_bytes()
    assert (folder / "losses.jsonl").read_bytes() == (whole / "losses.jsonl").read_bytes()


def test_a_loss_curve_that_lost_lines_is_named(tiny_birds, tmp_path):
    run = small(tiny_birds)
    folder = train(run, tmp_path)
    (folder / "generator.safetensors").unlink()
    (folder / "losses.jsonl").write_text('{"update": 1}\n')
    with pytest.raises(UserError, match=r"losses\.jsonl lacks updates .* delete the checkpoints"):
        train(run, tmp_path)


def test_a_diverged_run_is_listed_as_such_with_its_update_until_it_goes_on(tiny_birds, tmp_path, monkeypatch):
    run = small(tiny_birds)
    real = training.play

    def diverges(*arguments):
        losses = real(*arguments)
        return losses | {"generator": losses["generator"] * float("inf")}

    monkeypatch.setattr(training, "play", diverges)
    with pytest.raises(UserError, match="at update 1"):
        train(run, tmp_path)
    item = store.StoredRun(run.folder(tmp_path))
    assert (item.state, item.diverged) == ("diverged", 1)
    assert (item.folder / "snapshots" / "generator-000000.safetensors").exists()
    monkeypatch.undo()
    train(run, tmp_path)
    item = store.StoredRun(run.folder(tmp_path))
    assert (item.state, item.diverged) == ("trained", None)


@pytest.mark.parametrize("name", ["losses.jsonl", "progress.json", "diverged.json", "training.json"])
def test_a_spoilt_file_of_an_unfinished_run_is_a_state_and_stops_nobody(name, tmp_path):
    folder = tmp_path / "a-run"
    folder.mkdir()
    (folder / "run.json").write_text(json.dumps(dict.fromkeys(store.NEEDED["run.json"])))
    assert store.StoredRun(folder).state == "unfinished"
    (folder / name).write_text("spoilt}\n")
    assert store.StoredRun(folder).state == "damaged"


def test_weights_that_are_no_numbers_count_as_divergence_too(tiny_birds, tmp_path, monkeypatch):
    real = training.play

    def spoils(rule, game, *arguments):
        losses = real(rule, game, *arguments)
        next(game.generator.network.parameters()).data.fill_(float("nan"))
        return losses

    monkeypatch.setattr(training, "play", spoils)
    with pytest.raises(UserError, match="has diverged"):
        train(small(tiny_birds), tmp_path)
    item = store.StoredRun(small(tiny_birds).folder(tmp_path))
    assert (item.state, item.diverged) == ("diverged", 1)
    assert sorted(path.name for path in (item.folder / "snapshots").iterdir()) == ["generator-000000.safetensors"]


def test_a_checkpoint_holds_losses_that_no_line_has_yet(tiny_birds, tmp_path):
    path = tmp_path / "losses.jsonl"
    record = LossRecord(tmp_path, 0, 1200)  # a line for three updates
    values = [{"generator": torch.tensor(float(value))} for value in (1, 2, 6, 4)]
    for value in values[:2]:
        record.add(value)
    again = LossRecord(tmp_path, 2, 1200, record.pending())
    for value in values[2:]:
        again.add(value)
    assert [json.loads(line) for line in path.read_text().splitlines()] == [{"update": 3, "generator": 3.0}]
