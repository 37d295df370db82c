"""The average of a generator's weights: its numbers, where it is kept, and what is built on it."""

from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from stackrepro.base.files import sha256_of_file, write_json
from stackrepro.experiments import resolve
from stackrepro.runs import Run, feeding
from stackrepro.runs.average import Average, past_after
from stackrepro.runs.feeding import trained_sampler, weights_file
from stackrepro.runs.train import train

CPU = torch.device("cpu")


def test_the_past_grows_to_its_bound():
    assert [past_after(n) for n in (1, 2, 8)] == pytest.approx([2 / 11, 3 / 12, 0.5])
    assert past_after(8_989) < 0.999
    assert past_after(8_991) == past_after(100_000) == 0.999


def test_an_average_follows_weights_by_its_formula_and_leaves_them_alone():
    network, seen = nn.Linear(1, 1, bias=False), []
    average = Average(network)
    expected = network.weight.item()
    for update, value in enumerate((5.0, -1.0, 2.0), start=1):
        with torch.no_grad():
            network.weight.fill_(value)
        average.follow(update)
        expected = past_after(update) * expected + (1 - past_after(update)) * value
        seen.append(average.state()["weight"].item())
        assert seen[-1] == pytest.approx(expected, rel=1e-6)
        assert network.weight.item() == value
    # by hand from w: (2w + 9 * 5) / 11, then (3 a - 9) / 12, then (4 b + 9 * 2) / 13
    assert seen[1] == pytest.approx((3 * seen[0] - 9) / 12)
    assert seen[2] == pytest.approx((4 * seen[1] + 18) / 13)


def test_buffers_are_those_of_the_last_iterate():
    network = nn.BatchNorm1d(2)
    average = Average(network)
    network.running_mean.fill_(7.0)
    assert average.state()["running_mean"].tolist() == [7.0, 7.0]
    assert average.state().keys() == network.state_dict().keys()


def test_a_run_keeps_its_average_at_its_end_and_at_kept_points(tiny_birds, tmp_path):
    run = Run(resolve("birds/dconv-64", "matched", "smoke"), tiny_birds)
    folder = train(run, tmp_path)
    kept = run.configuration.snapshots[1:]
    assert {path.name for path in (folder / "snapshots").glob("average-*")} == {
        f"average-{update:06d}.safetensors" for update in kept
    }
    end = load_file(folder / "average.safetensors")
    last = load_file(folder / "snapshots" / f"average-{kept[-1]:06d}.safetensors")
    assert all(torch.equal(tensor, last[name]) for name, tensor in end.items())
    plain, snapshots = load_file(folder / "generator.safetensors"), folder / "snapshots"
    first, once = (load_file(snapshots / f"generator-{update:06d}.safetensors") for update in (0, 1))
    after_one = load_file(snapshots / "average-000001.safetensors")
    name = next(name for name, tensor in plain.items() if tensor.dim() > 1)
    torch.testing.assert_close(after_one[name], (2 * first[name] + 9 * once[name]) / 11)
    assert not torch.equal(end[name], plain[name])


def test_an_average_is_sampled_with_recalibrated_statistics(tiny_birds, tmp_path):
    run = Run(resolve("birds/dconv-64", "matched", "smoke"), tiny_birds)
    kept = load_file(train(run, tmp_path) / "average.safetensors")
    state = trained_sampler(run, tmp_path, CPU, "average").state_dict()
    assert {state[name].item() for name in kept if name.endswith("num_batches_tracked")} == {16}
    for name, tensor in kept.items():
        assert torch.equal(tensor, state[name]) != ("running" in name or "tracked" in name), name


def averaged(name: str, source) -> Run:
    """Return a run that is built on its first stage's average, as at tier small."""
    c = resolve(name, "matched", "smoke")
    return Run(replace(c, stage1_weights="average"), source)


def test_tier_small_builds_on_averages_and_no_other_does():
    rgb = resolve("faces/rgb", "matched", "small")
    assert (rgb.stage1_weights, rgb.stage1.stage1_weights) == ("average", "average")
    assert resolve("birds/dconv-64", "matched", "small").stage1_weights == "last"
    others = ("smoke", "quick", "reduced", "paper")
    assert {resolve("birds/conv-stack", "text", tier).stage1_weights for tier in others} == {"last"}


def test_a_stack_holds_the_recalibrated_average_of_its_first_stage(tiny_birds, tmp_path):
    run = averaged("birds/dconv-stack", tiny_birds)
    folder = train(run, tmp_path)
    stage1 = trained_sampler(run.stage1, tmp_path, CPU, "average").state_dict()
    after = load_file(folder / "generator.safetensors")
    assert all(torch.equal(tensor, after[f"first.{name}"]) for name, tensor in stage1.items())


def test_a_later_stage_is_fed_by_the_average(tiny_faces, tmp_path):
    run = averaged("faces/gray", tiny_faces)
    train(run, tmp_path)
    fed = trained_sampler(run, tmp_path, CPU).first.state_dict()
    wanted = trained_sampler(run.stage1, tmp_path, CPU, "average").state_dict()
    assert all(torch.equal(tensor, fed[name]) for name, tensor in wanted.items())


@pytest.fixture
def published(tiny_birds, tmp_path, monkeypatch) -> Run:
    """Return the first stage of a stack, published with its average as it was trained, and not among the runs."""
    run = averaged("birds/dconv-stack", tiny_birds).stage1
    folder = train(run, tmp_path / "elsewhere")
    results = tmp_path / "results"
    (results / run.name).mkdir(parents=True)
    average = folder / "average.safetensors"
    (results / run.name / "average.safetensors").write_bytes(average.read_bytes())
    write_json(results / run.name / "result.json", {"average_sha256": sha256_of_file(average)})
    monkeypatch.setattr(feeding, "results_root", lambda: results)
    return run


def test_a_stack_is_built_on_a_published_first_stage_with_the_same_numbers(published, tiny_birds, tmp_path):
    run = averaged("birds/dconv-stack", tiny_birds)
    here, elsewhere = (train(run, tmp_path / name) for name in ("runs", "elsewhere"))
    assert not published.folder(tmp_path / "runs").exists()
    assert (here / "average.safetensors").read_bytes() == (elsewhere / "average.safetensors").read_bytes()


def test_published_weights_of_another_hash_are_not_built_on(published, tiny_birds, tmp_path):
    path = tmp_path / "results" / published.name / "result.json"
    write_json(path, {"average_sha256": "0" * 64})
    train(averaged("birds/dconv-stack", tiny_birds), tmp_path / "runs")
    assert weights_file(published, tmp_path / "runs", "average").parent == published.folder(tmp_path / "runs")
