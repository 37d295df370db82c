"""Training for real at the smoke tier: the same numbers each time, whether cut off or not."""

import errno
import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from stackrepro.base.errors import UserError
from stackrepro.experiments import ARMS, EXPERIMENTS, resolve
from stackrepro.runs import Run
from stackrepro.runs import train as training
from stackrepro.runs.losses import RECORDS, LossRecord
from stackrepro.runs.train import train

NAMES = [
    (f"{experiment.name}{suffix}", arm)
    for experiment in EXPERIMENTS.values()
    for suffix, arms in [("", ARMS), *((f"+{v.name}", v.arms) for v in experiment.variants)]
    for arm in arms
]


def smoke(name: str, arm: str, source, seed: int = 0, **changes) -> Run:
    return Run(replace(resolve(name, arm, "smoke", seed), **changes), source)


@pytest.mark.parametrize(("name", "arm"), NAMES)
def test_every_experiment_and_arm_trains(name, arm, tiny_birds, tiny_faces, tmp_path):
    few = {"batch": 2} if "images=" in name or "wgan" in name else {}  # all that a tiny set has for them
    run = smoke(name, arm, tiny_birds if name.startswith("birds/") else tiny_faces, **few)
    folder = train(run, tmp_path)
    before = load_file(folder / "snapshots" / "generator-000000.safetensors")
    after = load_file(folder / "generator.safetensors")
    assert any(not torch.equal(before[key], after[key]) for key in before)
    records = [json.loads(line) for line in (folder / "losses.jsonl").read_text().splitlines()]
    assert [record["update"] for record in records] == list(range(1, run.configuration.updates + 1))


@pytest.mark.parametrize("arm", ["text", "matched"])
def test_the_held_first_stage_is_the_trained_one_before_and_after(arm, tiny_birds, tmp_path):
    run = smoke("birds/dconv-stack", arm, tiny_birds)
    folder = train(run, tmp_path)
    first = load_file(run.stage1.folder(tmp_path) / "generator.safetensors")
    after = load_file(folder / "generator.safetensors")
    assert first
    for key, value in first.items():
        assert torch.equal(value, after[f"first.{key}"]), key


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(tiny_birds, tmp_path):
    run = smoke("birds/dconv-64", "code", tiny_birds)
    files = [train(run, tmp_path / name) / "generator.safetensors" for name in ("a", "b")]
    assert files[0].read_bytes() == files[1].read_bytes()
    other = train(smoke("birds/dconv-64", "code", tiny_birds, seed=1), tmp_path / "a") / "generator.safetensors"
    assert other.read_bytes() != files[0].read_bytes()


@pytest.mark.parametrize("arm", ["matched", "code"])
def test_a_run_that_was_cut_off_ends_bit_identical(arm, tiny_birds, tmp_path, monkeypatch):
    run = smoke("birds/dconv-64", arm, tiny_birds, updates=7)
    whole = train(run, tmp_path / "whole")
    monkeypatch.setattr(training, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    real = training.play
    calls = []

    def dies_in_the_fifth(*arguments):
        calls.append(1)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(training, "play", dies_in_the_fifth)
    with pytest.raises(KeyboardInterrupt):
        train(run, tmp_path / "cut")
    folder = train(run, tmp_path / "cut")
    assert len(calls) == 5 + 3, "it went on from update 4, not from the beginning"
    for file in ("generator.safetensors", "average.safetensors", "losses.jsonl", "samples/average-000007.png"):
        assert (folder / file).read_bytes() == (whole / file).read_bytes(), file


def test_a_finished_training_is_left_alone(tiny_birds, tmp_path, monkeypatch):
    run = smoke("birds/dconv-64", "matched", tiny_birds)
    train(run, tmp_path)
    monkeypatch.setattr(training, "fit", lambda *_: pytest.fail("trained again"))
    train(run, tmp_path)


def test_a_loss_that_is_no_number_stops_the_run_and_names_the_update(tiny_birds, tmp_path, monkeypatch):
    run = smoke("birds/dconv-64", "matched", tiny_birds)
    real = training.play
    calls = []

    def diverges_in_the_second(*arguments):
        calls.append(1)
        losses = real(*arguments)
        return losses | {"generator": losses["generator"] * float("nan")} if len(calls) == 2 else losses

    monkeypatch.setattr(training, "play", diverges_in_the_second)
    with pytest.raises(UserError, match="no longer a finite number at update 2"):
        train(run, tmp_path)
    assert not (run.folder(tmp_path) / "generator.safetensors").exists()


@pytest.mark.parametrize("damage", ["truncated", "foreign", "not a checkpoint"])
def test_a_checkpoint_that_cant_be_used_is_named(damage, tiny_birds, tmp_path):
    run = smoke("birds/dconv-64", "matched", tiny_birds)
    path = train(run, tmp_path) / "checkpoint.pt"
    (path.parent / "generator.safetensors").unlink()
    content = path.read_bytes()
    if damage == "truncated":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "foreign":
        other = train(smoke("birds/dconv-64", "matched", tiny_birds, seed=1), tmp_path)
        path.write_bytes((other / "checkpoint.pt").read_bytes())
    else:
        path.write_bytes(b"not a checkpoint")
    with pytest.raises(UserError, match=r"checkpoint\.pt .*delete it"):
        train(run, tmp_path)


def test_too_few_images_for_a_batch(tiny_birds, tmp_path):
    with pytest.raises(UserError, match="44 images to train on but birds/dconv-64 takes 64 at a time"):
        train(smoke("birds/dconv-64", "matched", tiny_birds, batch=64), tmp_path)


def test_an_unknown_device(tiny_birds, tmp_path):
    for device, words in [("gpu", "no device 'gpu'"), ("cuda:99", "not on this machine"), ("meta", "not supported")]:
        with pytest.raises(UserError, match=words):
            train(smoke("birds/dconv-64", "matched", tiny_birds), tmp_path / device, device)


def test_a_full_disk_stops_the_run_and_leaves_nothing_half_written(tiny_birds, tmp_path, monkeypatch):
    run = smoke("birds/dconv-64", "matched", tiny_birds)
    real = Path.write_bytes

    def full(path, content):
        if path.name.startswith(".checkpoint"):
            real(path, content[:100])
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UserError, match="No space left on the device"):
        train(run, tmp_path)
    folder = run.folder(tmp_path)
    assert not (folder / "generator.safetensors").exists()
    assert not list(folder.rglob("*partial*"))
    monkeypatch.undo()
    train(run, tmp_path)
    assert (folder / "generator.safetensors").exists()


def test_a_training_tells_what_its_time_was_spent_on(tiny_birds, tmp_path):
    run = smoke("birds/dconv-stack-bp", "matched", tiny_birds)
    folder = train(run, tmp_path)
    training = json.loads((folder / "training.json").read_text())
    assert training["seconds"].keys() == {"data", "discriminator", "generator"}
    assert all(value > 0 for value in training["seconds"].values())
    spent = sum(training["seconds"].values())
    assert training["images_per_second"] == pytest.approx(run.configuration.updates * run.configuration.batch / spent)


@pytest.mark.parametrize(
    "damage",
    [
        lambda state: state["players"].pop("discriminator"),
        lambda state: state["players"]["generator"].pop("optimizer"),
        lambda state: state["players"]["generator"]["network"].pop("image.0.weight"),
        lambda state: state.update(players=None),
        lambda state: state.update(seconds=3.0),
    ],
    ids=["a player lacks", "an optimizer lacks", "a weight lacks", "no players", "old seconds"],
)
def test_a_checkpoint_of_another_layout_ends_in_a_sentence(damage, tiny_birds, tmp_path):
    run = smoke("birds/dconv-64", "matched", tiny_birds)
    path = train(run, tmp_path) / "checkpoint.pt"
    (path.parent / "generator.safetensors").unlink()
    state = torch.load(path, weights_only=True)
    damage(state)
    torch.save(state, path)
    with pytest.raises(UserError, match=r"checkpoint\.pt can't be used .*delete it"):
        train(run, tmp_path)


def test_a_checkpoint_of_before_averages_were_kept_ends_in_a_sentence_with_the_remedy(tiny_birds, tmp_path):
    run = smoke("birds/dconv-64", "matched", tiny_birds)
    path = train(run, tmp_path) / "checkpoint.pt"
    (path.parent / "generator.safetensors").unlink()
    state = torch.load(path, weights_only=True)
    del state["average"]
    torch.save(state, path)
    with pytest.raises(UserError, match=r"before averages .*: delete the folder"):
        train(run, tmp_path)


def test_losses_are_looked_at_once_an_interval_but_the_very_update_is_named(tmp_path):
    good, bad = {"generator": torch.tensor(1.0)}, {"generator": torch.tensor(float("inf"))}
    losses = LossRecord(tmp_path, 0, updates=5 * RECORDS)
    losses.add(good)
    losses.add(bad)
    losses.add(good)
    losses.add(bad)
    with pytest.raises(UserError, match="at update 2:"):
        losses.add(good)
    with pytest.raises(UserError, match="at update 1:"):
        LossRecord(tmp_path, 0, updates=5 * RECORDS).add(bad, check=True)


def test_mixed_precision_trains_near_the_usual_one(tiny_birds, tmp_path):
    usual = smoke("birds/dconv-64", "matched", tiny_birds)
    folders = [train(run, tmp_path) for run in (usual, replace(usual, precision="bf16-mixed"))]
    one, other = ([json.loads(line) for line in (f / "losses.jsonl").read_text().splitlines()] for f in folders)
    assert one != other
    for record, rounded in zip(one, other, strict=True):
        assert rounded == pytest.approx(record, rel=0.03)
