"""Stages that were trained apart, one behind the other."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from stackrepro.base.errors import UserError
from stackrepro.experiments import resolve
from stackrepro.models import ResNetGenerator, StageLatent, build
from stackrepro.runs import Run
from stackrepro.runs.batches import Batches
from stackrepro.runs.feeding import Fed, normalised_by_batch, trained_sampler
from stackrepro.runs.randomness import fixed_latents
from stackrepro.runs.sampling import sample, to_pixels
from stackrepro.runs.train import train

RANGE = (-1.0, 1.0)
CPU = torch.device("cpu")


class Edges(torch.nn.Module):
    """A first stage whose image is a ramp of a height that the latent's first number gives."""

    specification = resolve("faces/edges", "matched", "smoke").generator

    def forward(self, latent):
        return (latent[:, :1, None, None] * torch.linspace(0, 0.5, 32)).expand(-1, 1, 32, 32).contiguous()


class Remembers(torch.nn.Module):
    """A second stage that keeps what it is given."""

    def __init__(self, specification):
        super().__init__()
        self.specification = specification

    def forward(self, image, *latent):
        self.image, self.latent = image, latent
        return image


def given(feed: str, extra: StageLatent | None = None) -> Remembers:
    second = Remembers(ResNetGenerator(32, 1, 1, width=2, blocks=1, dropout=0.0, stage_latent=extra))
    fed = Fed(Edges(), second, feed, RANGE)
    latent = torch.ones(2, fed.specification.latent)
    latent[1, 0] = -1.0
    fed(latent)
    return second


def test_raw_images_pass_as_they_are():
    seen = given("raw").image
    assert seen[0, 0, 0].tolist() == pytest.approx(torch.linspace(0, 0.5, 32).tolist())
    assert seen[1].max() == 0


def test_stretched_images_reach_both_ends_of_the_range():
    seen = given("stretched").image
    assert (seen.amin((1, 2, 3)).tolist(), seen.amax((1, 2, 3)).tolist()) == ([-1.0, -1.0], [1.0, 1.0])
    assert (seen[0, 0, 0].diff() > 0).all()
    assert (seen[1, 0, 0].diff() < 0).all()


def test_jpeg_images_are_what_pillow_reads_back(tmp_path):
    stretched, compressed = given("stretched").image, given("jpeg").image
    pixels = to_pixels(stretched, RANGE)[0, ..., 0]
    Image.fromarray(pixels).save(tmp_path / "edges.jpg", quality=75)
    expected = np.asarray(Image.open(tmp_path / "edges.jpg"))
    assert np.array_equal(to_pixels(compressed, RANGE)[0, ..., 0], expected)
    assert not np.array_equal(expected, pixels)


def test_a_latent_of_its_own_stands_behind_the_first_stages_numbers():
    seen = given("raw", StageLatent(64, channels=2, correlation=0.0)).latent[0]
    assert seen.shape == (2, 64)
    assert (seen == 1).all()


def test_the_first_stages_latents_are_the_same_with_and_without_a_second_latent():
    assert np.array_equal(fixed_latents(5, 164)[:, :100], fixed_latents(5, 100))
    assert fixed_latents(1000, 164)[:, 100:].std() == pytest.approx(1, abs=0.02)


def test_samples_of_stage_2_are_its_images_of_stage_1s_samples(tiny_faces, tmp_path):
    run = Run(resolve("faces/gray", "matched", "smoke"), tiny_faces)
    train(run, tmp_path)
    stages = [trained_sampler(each, tmp_path, CPU) for each in (run.stage1, run)]
    second = build(run.configuration.generator).eval()
    second.load_state_dict(load_file(run.folder(tmp_path) / "generator.safetensors"))
    latent = torch.from_numpy(fixed_latents(4, 100))
    with torch.inference_mode():
        assert torch.equal(stages[1](latent), second(stages[0](latent)))
    grid = np.asarray(Image.open(run.folder(tmp_path) / "samples" / "grid-000003.png"))
    again = sample(stages[1], 64, RANGE)[0, ..., 0]
    assert np.abs(grid[:32, :32].astype(int) - again).max() <= 1  # in training weights lie in another order


def test_three_stages_stand_in_a_row(tiny_faces, tmp_path):
    run = Run(resolve("faces/rgb", "matched", "smoke"), tiny_faces)
    train(run, tmp_path)
    images = sample(trained_sampler(run, tmp_path, CPU), 2, RANGE)
    assert images.shape == (2, 32, 32, 3)


def test_a_stage_that_is_not_there_is_named(tiny_faces, tmp_path):
    run = Run(resolve("faces/gray", "matched", "smoke"), tiny_faces)
    train(run, tmp_path)
    (run.stage1.folder(tmp_path) / "generator.safetensors").unlink()
    with pytest.raises(UserError, match=r"faces-edges.*are not there"):
        trained_sampler(run, tmp_path, CPU)


def test_batch_statistics_replace_the_running_ones_in_a_copy():
    torch.manual_seed(0)
    generator = build(resolve("faces/edges", "matched", "smoke").generator)
    latent = torch.randn(16, 100)
    before = generator.eval()(latent)
    by_batch = normalised_by_batch(generator).eval()
    assert torch.equal(generator(latent), before)
    assert torch.allclose(by_batch(latent), generator.train()(latent), atol=1e-6)


def test_no_person_held_out_is_ever_dealt(tiny_faces):
    from stackrepro.data import held_out_rows, prepare, training_rows

    c = resolve("faces/gray", "matched", "smoke")
    arrays = prepare(tiny_faces, c.views)
    kept, out = training_rows(tiny_faces), held_out_rows(tiny_faces)
    batches = Batches(arrays, kept, c, CPU)
    dealt = [batches.at(update) for update in range(batches.per_epoch)]
    seen = {batch.real.mul(127.5).add(127.5).round().to(torch.uint8).numpy().tobytes() for batch in dealt}
    assert len(dealt) == len(kept)
    images = arrays[c.view]
    assert len(out)
    assert not seen & {images[row].tobytes() for row in out}
    assert seen == {images[row].tobytes() for row in kept}


def test_channels_that_do_not_fit_end_in_a_sentence(tiny_faces, tmp_path):
    c = resolve("faces/gray", "matched", "smoke")
    colours = replace(c, view=replace(c.view, kind="rgb"))
    with pytest.raises(UserError, match=r"expected \(N, 1, 32, 32\), got \(1, 3, 32, 32\): make the experiment"):
        train(Run(colours, tiny_faces), tmp_path)
    assert not (Run(colours, tiny_faces).folder(tmp_path) / "generator.safetensors").exists()
