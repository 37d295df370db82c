"""Measures of a stage by itself: linear stages, whose answers are known, and a small trained stack."""

import numpy as np
import pytest
import torch

from stackrepro.evaluation.later_stages import (
    LATENTS,
    coherence,
    contraction_rows,
    latent_diversity,
    rank_correlation,
)
from stackrepro.evaluation.run import evaluate
from stackrepro.experiments import resolve
from stackrepro.runs import Run
from stackrepro.runs.train import train

KINDS = ("noise", "jpeg", "interpolation", "generated")


def drawn(count: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(count, 1, 16, 16, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def test_a_linear_stage_contracts_by_its_factor_and_leaves_the_signal_to_noise_ratio():
    found = contraction_rows(lambda images: 0.4 * images, drawn(12), drawn(20, seed=1))
    for kind in KINDS:
        assert found[kind]["ratio"] == pytest.approx(0.4, rel=1e-4)
        assert (found[kind]["below_one"], found[kind]["n"]) == (1.0, 12)
    assert found["noise"]["snr_gain"] == pytest.approx(0.0, abs=1e-4)


def test_a_stage_that_averages_takes_out_white_noise():
    # Each pixel becomes the mean over the image, of which 256 independent ones make a noise 16 times smaller; the
    # images are of one value plus a slope between images, so their own signal is made from a fixed pattern.
    pattern = drawn(1, seed=5).expand(12, -1, -1, -1)

    def stage(images: torch.Tensor) -> torch.Tensor:
        return images.mean(dim=(2, 3), keepdim=True) + pattern

    found = contraction_rows(stage, pattern + 0.01 * drawn(12), drawn(20, seed=1))
    assert found["noise"]["ratio"] < 0.2
    assert found["noise"]["snr_gain"] > 20  # 24 decibels for a factor of 16
    assert contraction_rows(lambda images: 3 * images, drawn(4), drawn(4, 1))["jpeg"]["below_one"] == 0.0


def test_a_pair_without_distance_is_left_out():
    images = drawn(6)
    found = contraction_rows(lambda images: images / 2, images, images[:2])
    assert found["generated"]["n"] == 4
    assert contraction_rows(lambda images: images, images, images)["generated"] == {
        "ratio": None, "below_one": None, "n": 0
    }  # fmt: skip


def test_a_latent_moves_outputs_by_the_share_of_its_weight():
    images, latents = drawn(40), drawn(40, seed=3).flatten(1)

    def stage(weight: float):
        return lambda inputs, beside: inputs + weight * beside.reshape(inputs.shape)

    assert latent_diversity(stage(0.0), images, latents)["share"] == pytest.approx(0.0, abs=1e-6)
    assert latent_diversity(stage(1.0), images, latents)["share"] == pytest.approx(1.0, abs=0.03)
    assert latent_diversity(stage(0.25), images, latents)["share"] == pytest.approx(0.25, abs=0.01)
    assert latent_diversity(lambda inputs, beside: 0 * inputs, images, latents)["share"] is None


def test_ranks_follow_order_alone():
    assert rank_correlation([1.0, 2.0, 30.0], [5.0, 6.0, 7.0]) == pytest.approx(1.0)
    assert rank_correlation([1.0, 2.0, 3.0, 4.0], [4.0, 3.0, 2.0, 1.0]) == pytest.approx(-1.0)
    assert rank_correlation([1.0, 2.0, 3.0], [1.0, 3.0, 2.0]) == pytest.approx(0.5)  # 1 - 6 * 2 / (3 * 8)
    assert rank_correlation([1.0, 2.0], [5.0, 5.0]) is None


@pytest.fixture(scope="module")
def results(tiny_faces, tmp_path_factory):
    root, found = tmp_path_factory.mktemp("stages"), {}
    for name in ("faces/edges", "faces/gray", "faces/gray+latent=own"):
        run = Run(resolve(name, "matched", "smoke"), tiny_faces)
        train(run, root)
        found[name] = evaluate(run, root, full=name == "faces/gray")
    return found


def test_a_later_stage_is_measured_by_itself_and_in_the_space_of_the_one_before(results):
    gray, edges = results["faces/gray"], results["faces/edges"]
    back = gray["protocols"]["fid-192/pytorch-fid of edges"]
    assert set(back) == {"average", "generated", "floor", "other_domain", "noise"}
    for name in ("floor", "other_domain", "noise"):
        assert back[name] == edges["measures"][name], "both stages have one reference"
    assert back["generated"]["flags"] == ["rank-deficient", "out-of-domain"]
    assert set(gray["contraction"]) == set(KINDS)
    assert gray["contraction"]["noise"]["n"] == 4  # of one person held out
    assert "latent_diversity" not in gray
    own = results["faces/gray+latent=own"]["latent_diversity"]
    assert own["share"] > 0
    assert (own["latents"], own["n"]) == (LATENTS, 4)


def test_propagation_follows_the_stage_before_from_its_first_to_its_last_point(results):
    points = results["faces/gray"]["propagation"]["points"]
    assert [point["update"] for point in points] == [0, 1, 3]
    assert len({point["before"] for point in points}) == 3
    assert -1 <= results["faces/gray"]["propagation"]["rank_correlation"] <= 1
    assert "propagation" not in results["faces/gray+latent=own"]


def test_a_first_stage_has_none_of_it(results):
    edges = results["faces/edges"]
    assert not {"contraction", "propagation", "latent_diversity"} & set(edges)
    assert edges["protocols"] == {}
    assert set(edges["losses"].values()) == {None}, "three updates tell nothing"


def test_coherence_is_the_correlation_of_each_pair():
    random = np.random.default_rng(0)
    given = random.integers(0, 200, (6, 8, 8, 1), dtype=np.uint8)
    assert coherence(given, given + 50) == {"correlation": pytest.approx(1.0), "n": 6}
    assert coherence(given, 255 - given)["correlation"] == pytest.approx(-1.0)
    other = random.integers(0, 200, (6, 8, 8, 1), dtype=np.uint8)
    expected = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(given, other, strict=True)]
    assert coherence(given, other)["correlation"] == pytest.approx(np.mean(expected))
    assert coherence(given, np.zeros_like(given)) == {"correlation": None, "n": 0}
