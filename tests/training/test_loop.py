"""Training for real at tier smoke: what a run keeps, and that it ends with the same bits however it is interrupted."""

import json
import shutil
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from stackrepro.base.errors import UserError
from stackrepro.base.files import sha256_of_file, write_json
from stackrepro.base.stopping import exit_on_sigterm
from stackrepro.experiments import resolve
from stackrepro.models import build
from stackrepro.runs import Run, StoredRun, weights
from stackrepro.runs.weights import train, trained_sampler, weights_file
from stackrepro.training import loop
from stackrepro.training.losses import RECORDS, LossRecord
from stackrepro.training.sampling import fixed_latents, sample

CPU = torch.device("cpu")
KEPT = ("generator.safetensors", "average.safetensors", "losses.jsonl", "samples/average-000007.png")


def smoke(source, name: str = "birds/dconv-64", arm: str = "matched", **changes) -> Run:
    return Run(replace(resolve(name, arm, "smoke"), **changes), source)


def seven(source, name: str = "birds/dconv-64", arm: str = "matched") -> Run:
    return smoke(source, name, arm, updates=7, batch=4)


@pytest.fixture(scope="module")
def whole(tiny_birds, tmp_path_factory) -> Path:
    """Return the folder of a run of seven updates."""
    return train(seven(tiny_birds), tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def stack(tiny_birds, tmp_path_factory) -> tuple[Run, Path]:
    """Return a stack on its first stage's average, and the root of both."""
    run, root = smoke(tiny_birds, "birds/dconv-stack", stage1_weights="average"), tmp_path_factory.mktemp("stack")
    train(run, root)
    return run, root


@pytest.fixture
def copied(whole, tmp_path) -> Path:
    """Return a copy of the whole run that lacks the file which ends a training."""
    folder = tmp_path / whole.name
    shutil.copytree(whole, folder)
    (folder / "generator.safetensors").unlink()
    return folder


def at_update(number: int, monkeypatch, happen) -> list[int]:
    """Let something happen to the losses and networks of an update; return a list with an entry for each update."""
    real, calls = loop.training_step, []

    def step(rule, networks, *arguments):
        calls.append(len(calls) + 1)
        losses = real(rule, networks, *arguments)
        if calls[-1] == number:
            happen(losses, networks)
        return losses

    monkeypatch.setattr(loop, "training_step", step)
    return calls


@pytest.mark.parametrize(
    ("name", "arm", "spoilt"),
    [
        ("birds/dconv-64", "matched", False),
        ("birds/dconv-64", "code", True),
        ("faces/edges+update=wgan-released", "matched", False),  # whose accumulated gradient is a state of its own
    ],
)
def test_a_run_that_was_cut_off_ends_bit_identical(name, arm, spoilt, tiny_birds, tiny_faces, tmp_path, monkeypatch):
    run = seven(tiny_birds if name.startswith("birds") else tiny_faces, name, arm)
    whole = train(run, tmp_path / "whole")
    assert not (whole / "checkpoint.previous.pt").exists()
    monkeypatch.setattr(loop, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    calls = at_update(5, monkeypatch, lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        train(run, tmp_path / "cut")
    if spoilt:  # then the checkpoint before the last one serves
        path = run.folder(tmp_path / "cut") / "checkpoint.pt"
        path.write_bytes(path.read_bytes()[:1000])
    folder = train(run, tmp_path / "cut")
    assert len(calls) == 5 + (4 if spoilt else 3)
    for file in KEPT:
        assert (folder / file).read_bytes() == (whole / file).read_bytes(), file


@pytest.mark.parametrize(("number", "raised"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit)])
def test_a_signal_ends_a_training_after_the_update_with_a_checkpoint(
    number, raised, whole, tiny_birds, tmp_path, monkeypatch
):
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    exit_on_sigterm()
    try:
        calls = at_update(4, monkeypatch, lambda *_: signal.raise_signal(number))
        with pytest.raises(raised):
            train(seven(tiny_birds), tmp_path)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    assert len(calls) == 4
    item = StoredRun(tmp_path / whole.name)
    assert (item.state, item.progress["updates"], item.progress["total"]) == ("unfinished", 4, 7)
    state = torch.load(item.folder / "checkpoint.pt", weights_only=True)
    assert state.keys() == {"identity", "update", "seconds", "pending", "players", "average"}, "as older runs have it"
    assert state["players"].keys() == {"generator", "discriminator"}
    assert state["players"]["generator"].keys() == {"network", "optimizer"}
    train(seven(tiny_birds), tmp_path)
    for file in KEPT:
        assert (item.folder / file).read_bytes() == (whole / file).read_bytes(), file


@pytest.mark.parametrize(
    "damage",
    [
        lambda state: state["players"]["generator"].pop("optimizer"),
        lambda state: state["players"]["generator"]["network"].popitem(),
        lambda state: state.update(seconds=3.0),
        lambda state: state.update(average=state["average"][1:]),
        lambda state: state.update(identity="0" * 64),
    ],
)
def test_a_checkpoint_of_another_layout_or_run_ends_in_a_sentence(damage, copied, tiny_birds):
    path = copied / "checkpoint.pt"
    state = torch.load(path, weights_only=True)
    damage(state)
    torch.save(state, path)
    with pytest.raises(UserError, match=r"checkpoint\.pt can't be used .*delete it"):
        train(seven(tiny_birds), copied.parent)


class Hostile:
    """What runs code when it is unpickled by a careless reader."""

    def __reduce__(self):
        return (Path("/tmp/stackrepro-hostile").touch, ())


def test_a_checkpoint_that_is_none_ends_in_a_sentence_and_runs_no_code(copied, tiny_birds):
    path = copied / "checkpoint.pt"
    torch.save({"identity": Hostile()}, path)
    for content in (path.read_bytes(), path.read_bytes()[:300], b"not a checkpoint", b""):
        path.write_bytes(content)
        with pytest.raises(UserError, match=r"checkpoint\.pt can't be used .*delete it"):
            train(seven(tiny_birds), copied.parent)
    assert not Path("/tmp/stackrepro-hostile").exists()


def test_a_loss_curve_that_lost_lines_is_named(copied, tiny_birds):
    (copied / "losses.jsonl").write_text('{"update": 1}\n')
    with pytest.raises(UserError, match=r"losses\.jsonl lacks updates .* delete the checkpoints"):
        train(seven(tiny_birds), copied.parent)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda losses, _: losses["generator"].fill_(float("inf")), "no longer a finite number at update 1"),
        (lambda _, networks: next(networks.generator.network.parameters()).data.fill_(float("nan")), "has diverged"),
    ],
)
def test_what_is_no_number_stops_a_run_until_it_goes_on(spoil, words, whole, tiny_birds, tmp_path, monkeypatch):
    at_update(1, monkeypatch, spoil)
    with pytest.raises(UserError, match=words):
        train(seven(tiny_birds), tmp_path)
    item = StoredRun(tmp_path / whole.name)
    assert (item.state, item.diverged) == ("diverged", 1)
    assert [path.name for path in (item.folder / "snapshots").iterdir()] == ["generator-000000.safetensors"]
    monkeypatch.undo()
    train(seven(tiny_birds), tmp_path)
    item = StoredRun(item.folder)
    assert (item.state, item.diverged) == ("trained", None)
    assert (item.folder / "generator.safetensors").read_bytes() == (whole / "generator.safetensors").read_bytes()


def test_what_a_run_keeps(whole, tiny_birds, monkeypatch):
    monkeypatch.setattr(loop, "train", lambda *_: pytest.fail("trained again"))
    assert train(seven(tiny_birds), whole.parent) == whole
    training = json.loads((whole / "training.json").read_text())
    assert [line["update"] for line in StoredRun(whole).losses()] == list(range(1, 8))
    assert training.keys() == {"seconds", "images_per_second", "health", "training_version"}
    assert training["seconds"].keys() == {"data", "discriminator", "generator"}
    assert training["images_per_second"] == pytest.approx(7 * 4 / sum(training["seconds"].values()))
    names = {path.name for path in (whole / "snapshots").iterdir()}
    assert names == {f"generator-{n:06d}.safetensors" for n in (0, 1, 3, 7)} | {
        f"average-{n:06d}.safetensors" for n in (1, 3, 7)
    }
    kept = {name: load_file(whole / "snapshots" / name) for name in names}
    for name in ("average", "generator"):
        last, end = kept[f"{name}-000007.safetensors"], load_file(whole / f"{name}.safetensors")
        assert all(torch.equal(tensor, last[key]) for key, tensor in end.items())
    first, once = kept["generator-000000.safetensors"], kept["generator-000001.safetensors"]
    for key, tensor in kept["average-000001.safetensors"].items():
        if tensor.dim() > 1:
            torch.testing.assert_close(tensor, (2 * first[key] + 9 * once[key]) / 11)
            assert not torch.equal(first[key], once[key])


def test_an_average_is_sampled_with_recalibrated_statistics(whole, tiny_birds):
    kept = load_file(whole / "average.safetensors")
    sampler = trained_sampler(seven(tiny_birds), whole.parent, CPU, "average")
    picture = np.asarray(Image.open(whole / "samples" / "average-000007.png"))
    assert np.array_equal(picture[:16, :16], sample(sampler, 64, (-1.0, 1.0))[0])
    state = sampler.state_dict()
    assert {state[name].item() for name in kept if name.endswith("num_batches_tracked")} == {16}
    for name, tensor in kept.items():
        assert torch.equal(tensor, state[name]) != ("running" in name or "tracked" in name), name


def test_a_stack_freezes_the_recalibrated_average_of_its_first_stage(stack):
    run, root = stack
    stage1 = trained_sampler(run.stage1, root, CPU, "average").state_dict()
    after = load_file(run.folder(root) / "generator.safetensors")
    assert all(torch.equal(tensor, after[f"first.{name}"]) for name, tensor in stage1.items())


def test_published_weights_serve_if_they_are_those_that_were_trained(stack, tmp_path, monkeypatch):
    run, root = stack
    before, results = run.stage1, tmp_path / "results"
    trained = before.folder(root) / "average.safetensors"
    published = before.folder(results) / "average.safetensors"
    published.parent.mkdir(parents=True)
    shutil.copy(trained, published)
    monkeypatch.setattr(weights, "results_root", lambda: results)
    write_json(published.with_name("result.json"), {"average_sha256": sha256_of_file(trained)})
    again = train(run, tmp_path / "runs")
    assert not before.folder(tmp_path / "runs").exists()
    assert sha256_of_file(again / "average.safetensors") == sha256_of_file(run.folder(root) / "average.safetensors")
    write_json(published.with_name("result.json"), {"average_sha256": "0" * 64})
    assert weights_file(before, tmp_path / "runs", "average").parent == before.folder(tmp_path / "runs")


def test_samples_of_stage_2_are_its_images_of_stage_1s_samples(tiny_faces, tmp_path):
    run = smoke(tiny_faces, "faces/gray", stage1_weights="average")
    folder = train(run, tmp_path)
    first, both = trained_sampler(run.stage1, tmp_path, CPU, "average"), trained_sampler(run, tmp_path, CPU)
    second = build(run.configuration.generator).eval()
    second.load_state_dict(load_file(folder / "generator.safetensors"))
    latent = torch.from_numpy(fixed_latents(4, 100))
    with torch.inference_mode():
        assert torch.equal(both(latent), second(first(latent)))
    grid = np.asarray(Image.open(folder / "samples" / "grid-000003.png")).astype(int)
    again = sample(both, 64, run.configuration.value_range)[0, ..., 0]
    assert np.abs(grid[:32, :32] - again).max() <= 1  # in training weights lie in another order
    (run.stage1.folder(tmp_path) / "average.safetensors").unlink()
    with pytest.raises(UserError, match=r"faces-edges.*are not there"):
        trained_sampler(run, tmp_path, CPU)


def test_losses_are_looked_at_once_an_interval_but_the_very_update_is_named(tmp_path):
    good, bad = {"generator": torch.tensor(1.0)}, {"generator": torch.tensor(float("inf"))}
    losses = LossRecord(tmp_path, 0, updates=5 * RECORDS)
    for each in (good, bad, good, bad):
        losses.add(each)
    with pytest.raises(UserError, match="at update 2:"):
        losses.add(good)
    with pytest.raises(UserError, match="at update 1:"):
        LossRecord(tmp_path, 0, updates=5 * RECORDS).add(bad, check=True)


def test_a_checkpoint_holds_losses_that_no_line_has_yet(tmp_path):
    record = LossRecord(tmp_path, 0, 3 * RECORDS)  # a line for three updates
    values = [{"generator": torch.tensor(float(value))} for value in (1, 2, 6, 4)]
    for value in values[:2]:
        record.add(value)
    again = LossRecord(tmp_path, 2, 3 * RECORDS, record.pending())
    for value in values[2:]:
        again.add(value)
    lines = (tmp_path / "losses.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [{"update": 3, "generator": 3.0}]


def test_mixed_precision_trains_near_the_usual_one(whole, tiny_birds, tmp_path):
    short = train(replace(seven(tiny_birds), precision="bf16-mixed"), tmp_path)
    assert short.name != whole.name
    one, other = (StoredRun(folder).losses() for folder in (whole, short))
    assert one != other
    for exact, rounded in zip(one, other, strict=True):
        assert rounded == pytest.approx(exact, rel=0.05)
