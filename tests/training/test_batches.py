"""What a training is fed with: batches of real images and random numbers."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from stackrepro.base.errors import UserError
from stackrepro.data import held_out_rows, prepare, training_rows
from stackrepro.experiments import resolve
from stackrepro.training.batches import Batches
from stackrepro.training.networks import Batch
from stackrepro.training.sampling import fixed_latents, seed_for

CPU = torch.device("cpu")
IMAGES = np.arange(44, dtype=np.uint8)[:, None, None, None] * np.ones((1, 16, 16, 3), np.uint8)


def batches(arm: str, **changes) -> Batches:
    configuration = replace(resolve("birds/dconv-64", arm, "smoke"), **changes)
    return Batches({configuration.view: IMAGES}, np.arange(44), configuration, CPU)


def indices(batch: Batch, low: float, high: float) -> list[int]:
    return [round((value.item() - low) / (high - low) * 255) for value in batch.real[:, 0, 0, 0]]


def test_arm_code_ends_an_epoch_with_the_rest_and_keeps_its_order_and_arm_matched_neither():
    real = batches("code", batch=32)
    epochs = [[indices(real.at(2 * epoch + part), 0, 1) for part in (0, 1)] for epoch in (0, 1)]
    assert [len(part) for part in epochs[0]] == [32, 12]
    assert sorted(epochs[0][0] + epochs[0][1]) == list(range(44))
    assert epochs[0] == epochs[1]
    real = batches("matched", batch=32)
    first, second = (indices(real.at(update), -1, 1) for update in (0, 1))
    assert len(first) == len(second) == 32
    assert first != second


def test_a_batch_depends_on_its_number_alone():
    forwards, jumping = batches("matched", batch=8), batches("matched", batch=8)
    expected = [forwards.at(update) for update in range(13)]
    for update in (12, 3, 7):
        assert torch.equal(jumping.at(update).real, expected[update].real)


def test_a_share_of_the_images_is_the_same_one_in_every_epoch():
    quarter = batches("matched", batch=4, images=1 / 4)
    assert quarter.per_epoch == 2  # 11 of 44 images, of which 3 wait for another epoch
    seen = {index for update in range(60) for index in indices(quarter.at(update), -1, 1)}
    assert len(seen) == 11
    other = batches("matched", batch=4, images=1 / 4, seed=1)
    assert set(indices(other.at(0), -1, 1)) - seen


def test_too_few_images_for_a_batch_end_in_a_sentence():
    with pytest.raises(UserError, match="44 images to train on but birds/dconv-64 takes 64 at a time"):
        batches("matched", batch=64)


def test_no_person_held_out_is_ever_in_a_batch(tiny_faces):
    c = resolve("faces/gray", "matched", "smoke")
    arrays = prepare(tiny_faces, c.views)
    kept, out = training_rows(tiny_faces), held_out_rows(tiny_faces)
    batches = Batches(arrays, kept, c, CPU)
    seen = {
        batches.at(update).real.mul(127.5).add(127.5).round().to(torch.uint8).numpy().tobytes()
        for update in range(batches.per_epoch)
    }
    assert len(out)
    assert seen == {arrays[c.view][row].tobytes() for row in kept}
    assert not seen & {arrays[c.view][row].tobytes() for row in out}


def test_random_numbers_go_by_seed_purpose_and_position():
    seeds = {seed_for(seed, purpose, place) for seed in (0, 1) for purpose in ("a", "b") for place in (0, 1, 2)}
    assert len(seeds) == 12
    assert all(0 <= seed < 2**63 for seed in seeds)
    few, many, wide = fixed_latents(5, 100), fixed_latents(1000, 100), fixed_latents(1000, 164)
    assert np.array_equal(many[:5], few)
    assert np.array_equal(wide[:, :100], many)  # a stage that reads more finds the others' numbers in front
    assert wide.mean() == pytest.approx(0, abs=0.01)
    assert [many.std(), wide[:, 100:].std()] == pytest.approx([1, 1], abs=0.02)
