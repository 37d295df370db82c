"""From a generator's weights to pixels: averages, BatchNorm, stages one behind the other, and weights on disk."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save, save_file

from stackrepro.base.errors import UserError
from stackrepro.experiments import resolve
from stackrepro.models import build
from stackrepro.models.layers import initialise
from stackrepro.models.specs import ResNetGenerator, StageLatent
from stackrepro.training.sampling import (
    NORMS,
    Average,
    Cascade,
    fixed_latents,
    load_weights,
    normalised_by_batch,
    past_after,
    recalibrate,
    to_pixels,
    wrapped,
    write_grid,
)

RANGE = (-1.0, 1.0)


def test_values_outside_are_clipped_or_wrap_around():
    # -10.5, -1, 0, 100.75, 255 and 270 levels: the notebooks' display loses the fraction and counts modulo 256
    images = torch.tensor([-10.5, -1, 0, 100.75, 255, 270]).reshape(1, 1, 1, -1) / 255
    images += torch.sign(images) * 1e-6  # to the far side of what float32 makes of whole levels
    assert to_pixels(images, (0.0, 1.0)).ravel().tolist() == [0, 0, 0, 101, 255, 255]
    assert to_pixels(images, (0.0, 1.0), wrapped).ravel().tolist() == [246, 255, 0, 100, 255, 14]
    both = to_pixels(torch.tensor([-1.0, 0.0, 1.0]).reshape(1, 1, 1, 3), RANGE)
    assert both.ravel().tolist() == [0, 128, 255]
    assert both.dtype == np.uint8


def test_a_grid_holds_the_images_row_by_row_and_black_behind_them(tmp_path):
    images = np.full((5, 4, 4, 1), 1, np.uint8) * np.arange(10, 60, 10, dtype=np.uint8).reshape(5, 1, 1, 1)
    write_grid(images, tmp_path / "grid.png")
    grid = np.asarray(Image.open(tmp_path / "grid.png"))
    assert grid.shape == (8, 12)
    assert grid[::4, ::4].tolist() == [[10, 20, 30], [40, 50, 0]]


def test_an_average_follows_weights_by_its_formula_and_leaves_them_alone():
    network, seen = torch.nn.Linear(1, 1, bias=False), []
    average, start = Average(network), network.weight.item()
    for update, value in enumerate((5.0, -1.0, 2.0), start=1):
        network.weight.data.fill_(value)
        average.follow(update)
        seen.append(average.state()["weight"].item())
        assert network.weight.item() == value
    # by hand from w: (2w + 9 * 5) / 11, then (3 a - 9) / 12, then (4 b + 9 * 2) / 13
    expected = [(2 * start + 45) / 11, (3 * seen[0] - 9) / 12, (4 * seen[1] + 18) / 13]
    assert seen == pytest.approx(expected, rel=1e-5)
    assert past_after(8_989) < 0.999 == past_after(8_991)


def generator(name: str, arm: str) -> torch.nn.Module:
    torch.manual_seed(1)
    network = build(resolve(name, arm, "smoke").generator)
    initialise(network, "keras")
    return network.eval()


def norms(network: torch.nn.Module) -> list[torch.nn.Module]:
    return [module for module in network.modules() if isinstance(module, NORMS)]


def test_the_statistics_are_the_average_over_batches_of_fixed_latents():
    network, seen = generator("birds/dense-64", "code"), []
    first = norms(network)[0]
    first.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].clone()))
    recalibrate(network)
    assert [len(batch) for batch in seen] == [64] * 16
    torch.testing.assert_close(first.running_mean, torch.stack([batch.mean(0) for batch in seen]).mean(0))
    torch.testing.assert_close(first.running_var, torch.stack([batch.var(0) for batch in seen]).mean(0))
    linear = next(module for module in network.modules() if isinstance(module, torch.nn.Linear))
    with torch.no_grad():
        expected = torch.nn.functional.leaky_relu(linear(torch.from_numpy(fixed_latents(1024, 100))), 0.2)
    torch.testing.assert_close(torch.cat(seen), expected)


def test_what_recalibration_leaves_alone():
    stack = generator("birds/dconv-stack", "matched")
    for norm in norms(stack):
        norm.running_mean.fill_(7)
    assert recalibrate(stack)
    assert all((norm.running_mean == 7).all() for norm in norms(stack.first)), "it is frozen"
    assert not any((norm.running_mean == 7).all() for norm in norms(stack.second))
    assert not stack.training
    assert not recalibrate(generator("birds/conv-64", "code")), "it has no BatchNorm"


def test_batch_statistics_replace_the_running_ones_in_a_copy():
    torch.manual_seed(0)
    network = build(resolve("faces/edges", "matched", "smoke").generator)
    latent = torch.randn(16, 100)
    before = network.eval()(latent)
    by_batch = normalised_by_batch(network).eval()
    assert torch.equal(network(latent), before)
    assert torch.allclose(by_batch(latent), network.train()(latent), atol=1e-6)


class Edges(torch.nn.Module):
    """A first stage whose image is a ramp of a height that the latent's first number gives."""

    specification = resolve("faces/edges", "matched", "smoke").generator

    def forward(self, latent: torch.Tensor) -> torch.Tensor:
        return (latent[:, :1, None, None] * torch.linspace(0, 0.5, 32)).expand(-1, 1, 32, 32).contiguous()


class Remembers(torch.nn.Module):
    """A second stage that keeps what it is given."""

    def __init__(self, specification: ResNetGenerator) -> None:
        super().__init__()
        self.specification = specification

    def forward(self, image: torch.Tensor, *latent: torch.Tensor) -> torch.Tensor:
        self.image, self.latent = image, latent
        return image


def given(feed: str, extra: StageLatent | None = None) -> Remembers:
    second = Remembers(ResNetGenerator(32, 1, 1, width=2, blocks=1, dropout=0.0, stage_latent=extra))
    cascade = Cascade(Edges(), second, feed, RANGE)
    latent = torch.ones(2, cascade.specification.latent)
    latent[1, 0] = -1.0
    cascade(latent)
    return second


def test_what_a_cascade_does_to_the_images_between_its_stages(tmp_path):
    raw, stretched, compressed = (given(feed).image for feed in ("raw", "stretched", "jpeg"))
    assert raw[0, 0, 0].tolist() == pytest.approx(torch.linspace(0, 0.5, 32).tolist())
    assert raw[1].max() == 0
    assert (stretched.amin((1, 2, 3)).tolist(), stretched.amax((1, 2, 3)).tolist()) == ([-1.0, -1.0], [1.0, 1.0])
    assert (stretched[0, 0, 0].diff() > 0).all()
    assert (stretched[1, 0, 0].diff() < 0).all()
    (own,) = given("raw", StageLatent(64, channels=2, correlation=0.0)).latent
    assert own.tolist() == torch.ones(2, 64).tolist(), "the stage's own latent stands behind the first one's numbers"
    pixels = to_pixels(stretched, RANGE)[0, ..., 0]
    Image.fromarray(pixels).save(tmp_path / "edges.jpg", quality=75)
    expected = np.asarray(Image.open(tmp_path / "edges.jpg"))
    assert np.array_equal(to_pixels(compressed, RANGE)[0, ..., 0], expected)
    assert not np.array_equal(expected, pixels)


STEPS, SCALE = [[127, -127, 64], [0, 1, -3]], [0.5, 2.0]  # whole multiples of the rows' steps, 8 bits each


def packed(bias: torch.Tensor) -> bytes:
    """Write by hand what results/README.md describes: numbers plus 127, the lowest bit in a byte's highest place."""
    numbers = [int(f"{step + 127:08b}"[::-1], 2) for row in STEPS for step in row]
    tensors = {"weight.packed": torch.tensor(numbers, dtype=torch.uint8), "weight.scale": torch.tensor(SCALE)}
    return save({**tensors, "bias": bias}, {"bits": "8", "shapes": json.dumps({"weight": [2, 3]})})


def loaded(path: Path, content: bytes) -> torch.nn.Linear:
    network = torch.nn.Linear(3, 2)
    path.write_bytes(content)
    load_weights(network, path)
    return network


def test_weights_are_read_rounded_halved_or_as_they_are(tmp_path):
    bias, network = torch.randn(2), torch.nn.Linear(3, 2)
    rounded = loaded(tmp_path / "a.safetensors", packed(bias))
    assert rounded.weight.tolist() == [[63.5, -63.5, 32.0], [0.0, 2.0, -6.0]]
    assert torch.equal(rounded.bias, bias)
    save_file(network.state_dict(), tmp_path / "b.safetensors")
    load_weights(rounded, tmp_path / "b.safetensors")
    assert torch.equal(rounded.weight, network.weight)
    half = loaded(tmp_path / "c", save({name: tensor.half() for name, tensor in network.state_dict().items()}))
    torch.testing.assert_close(half.weight, network.weight, rtol=1e-3, atol=1e-4)
    assert half.weight.dtype == torch.float32


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"weight.packed"', b'"weight.pocked"'),
        (b'"bits":"8"', b'"bits":"1"'),
        (b'"bits":"8"', b'"bits":"x"'),
        (b"[2, 3]", b"[9, 9]"),
        (b"[2, 3]", b"[-2,3"),
        (b'{\\"weight\\": [2, 3]}', b"[1]"),
        (b'{\\"weight\\": [2, 3]}', b'{\\"weight\\": null}'),
    ],
)
def test_a_file_that_lies_about_its_kernels_is_refused(old, new, tmp_path):
    content = packed(torch.zeros(2))
    assert old in content
    with pytest.raises(UserError, match="damaged"):
        loaded(tmp_path / "a.safetensors", content.replace(old, new + b" " * (len(old) - len(new))))
    with pytest.raises(UserError, match="are not there"):
        load_weights(torch.nn.Linear(3, 2), tmp_path / "none.safetensors")
