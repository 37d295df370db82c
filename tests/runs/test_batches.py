"""The order of the real images, and their range."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from stackrepro.experiments import resolve
from stackrepro.runs.batches import Batches
from stackrepro.runs.randomness import fixed_latents, seed_for
from stackrepro.updates.game import Batch

IMAGES = np.arange(44, dtype=np.uint8)[:, None, None, None] * np.ones((1, 16, 16, 3), np.uint8)


def batches(arm: str, **changes) -> Batches:
    configuration = replace(resolve("birds/dconv-64", arm, "smoke"), **changes)
    return Batches({configuration.view: IMAGES}, np.arange(44), configuration, torch.device("cpu"))


def indices(batch: Batch, value_range: tuple[float, float]) -> list[int]:
    low, high = value_range
    return [round((value.item() - low) / (high - low) * 255) for value in batch.real[:, 0, 0, 0]]


def test_arm_code_ends_an_epoch_with_the_rest_and_keeps_its_order():
    real = batches("code", batch=32)
    epochs = [[indices(real.at(2 * epoch + part), (0, 1)) for part in (0, 1)] for epoch in (0, 1)]
    assert [len(part) for part in epochs[0]] == [32, 12]
    assert sorted(epochs[0][0] + epochs[0][1]) == list(range(44))
    assert epochs[0] == epochs[1]


def test_arm_matched_drops_the_rest_and_reshuffles():
    real = batches("matched", batch=32)
    first, second = (indices(real.at(update), (-1, 1)) for update in (0, 1))
    assert len(first) == len(second) == 32
    assert first != second


def test_a_batch_depends_on_its_number_alone():
    forwards, jumping = batches("matched", batch=8), batches("matched", batch=8)
    expected = [forwards.at(update) for update in range(13)]
    for update in (12, 3, 7):
        assert torch.equal(jumping.at(update).real, expected[update].real)


def test_pixels_reach_both_ends_of_the_range():
    black_and_white = np.zeros((32, 16, 16, 3), np.uint8)
    black_and_white[16:] = 255
    for arm, ends in (("text", [0.0, 1.0]), ("matched", [-1.0, 1.0])):
        configuration = resolve("birds/dconv-64", arm, "smoke")
        values = (
            Batches({configuration.view: black_and_white}, np.arange(32), configuration, torch.device("cpu")).at(0).real
        )
        assert values.shape == (32, 3, 16, 16)
        assert values.unique().tolist() == pytest.approx(ends, abs=1e-6)


def test_a_longer_list_of_fixed_latents_begins_with_the_shorter_one():
    few, many = fixed_latents(5, 100), fixed_latents(1000, 100)
    assert np.array_equal(many[:5], few)
    assert many.mean() == pytest.approx(0, abs=0.01)
    assert many.std() == pytest.approx(1, abs=0.01)


def test_seeds_differ_by_purpose_and_position():
    seeds = {seed_for(seed, purpose, place) for seed in (0, 1) for purpose in ("a", "b") for place in (0, 1, 2)}
    assert len(seeds) == 12
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_a_share_of_the_images_is_the_same_one_in_every_epoch():
    quarter = batches("matched", batch=4, images=1 / 4)
    assert quarter.per_epoch == 2  # 11 of 44 images, of which 3 wait for another epoch
    seen = {index for update in range(60) for index in indices(quarter.at(update), (-1, 1))}
    assert len(seen) == 11
    other = batches("matched", batch=4, images=1 / 4, seed=1)
    assert set(indices(other.at(0), (-1, 1))) - seen
