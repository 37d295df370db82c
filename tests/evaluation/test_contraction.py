"""Contraction against linear maps whose singular values are known, and against a Jacobian written out in full."""

import pytest
import torch
from torch import Tensor, nn

from stackrepro.base.errors import UserError
from stackrepro.evaluation.contraction import (
    add_noise,
    distance_ratios,
    interpolate,
    nearest,
    noise_travel,
    round_trip,
    spectral_norms,
)
from stackrepro.models import ResNetGenerator, build
from stackrepro.models.layers import initialise

SINGULAR = torch.tensor([3.0, 2.0, 1.5, 1.0, 0.5, 0.4, 0.3, 0.2, 0.1], dtype=torch.float64)


@pytest.fixture
def linear():
    """Return a linear map of images (N, 1, 3, 3) with the singular values above, and its right singular vectors."""
    torch.manual_seed(0)
    left, right = (torch.linalg.qr(torch.randn(9, 9, dtype=torch.float64))[0] for _ in range(2))
    matrix = left @ torch.diag(SINGULAR) @ right.T
    return lambda images: (images.flatten(1) @ matrix.T).reshape(images.shape), right


def test_ratios_of_a_linear_map_along_its_singular_vectors(linear):
    network, right = linear
    images = torch.randn(9, 1, 3, 3, dtype=torch.float64)
    steps = torch.linspace(0.01, 2, 9, dtype=torch.float64)[:, None] * right.T
    ratios = distance_ratios(network, images, images + steps.reshape(9, 1, 3, 3))
    assert torch.allclose(ratios, SINGULAR)


def test_the_spectral_norm_of_a_linear_map(linear):
    network, _ = linear
    norms = spectral_norms(network, torch.randn(4, 1, 3, 3, dtype=torch.float64))
    assert torch.allclose(norms, torch.full((4,), 3.0, dtype=torch.float64))


def test_each_image_has_a_jacobian_of_its_own():
    images = torch.tensor([0.5, -1.0, 3.0], dtype=torch.float64).reshape(3, 1, 1, 1).expand(3, 1, 2, 2)
    assert torch.allclose(spectral_norms(lambda x: x**2, images), 2 * images[:, 0, 0, 0].abs())


def test_the_spectral_norm_of_a_stage_2_is_that_of_its_jacobian():
    torch.manual_seed(0)
    network = build(ResNetGenerator(8, 1, 1, width=4, blocks=2, dropout=0.5))
    initialise(network, "dcgan")
    network = network.double().eval()
    images = torch.rand(2, 1, 8, 8, dtype=torch.float64) * 2 - 1
    norms = spectral_norms(network, images, iterations=200)
    for image, norm in zip(images, norms, strict=True):
        jacobian = torch.autograd.functional.jacobian(network, image[None]).reshape(64, 64)
        assert norm.item() == pytest.approx(torch.linalg.matrix_norm(jacobian, 2).item(), rel=1e-3)
    near = add_noise(images, 1e-6)
    assert (distance_ratios(network, images, near) <= norms * 1.001).all()


def test_a_neighbour_that_is_the_image_is_refused():
    images = torch.zeros(3, 1, 2, 2)
    with pytest.raises(UserError, match="Image 1 and its neighbour are equal"):
        distance_ratios(nn.Identity(), images, images + torch.tensor([1.0, 0.0, 1.0]).reshape(3, 1, 1, 1))


def test_neighbours_are_what_they_are_called():
    torch.manual_seed(0)
    images = torch.rand(3, 1, 32, 32) * 2 - 1
    noise = add_noise(images, 0.1) - images
    assert noise.std().item() == pytest.approx(0.1, rel=0.05)
    assert not torch.equal(add_noise(images, 0.1, seed=1), add_noise(images, 0.1, seed=2))
    assert torch.allclose(interpolate(images, -images, 0.25), 0.5 * images)
    assert torch.equal(nearest(add_noise(images, 0.1)[[2, 0]], images), images[[2, 0]])


@pytest.mark.parametrize("channels", [1, 3])
def test_a_jpeg_round_trip_keeps_what_is_flat_and_changes_what_is_fine(channels):
    flat = torch.tensor([-1.0, -51 / 127.5, 1.0]).reshape(3, 1, 1, 1).expand(3, channels, 16, 16)
    assert torch.allclose(round_trip(flat), flat, atol=1.01 / 127.5)
    fine = add_noise(torch.zeros(1, channels, 32, 32), 0.3)
    changed = [(round_trip(fine, quality) - fine).abs().mean().item() for quality in (95, 75, 30)]
    assert 1 / 255 < changed[0] < changed[1] < changed[2]


def test_noise_travels_down_a_stack_of_known_filters():
    torch.manual_seed(0)
    images = (torch.rand(64, 1, 2, 2) * 2 - 1).repeat_interleave(16, 2).repeat_interleave(16, 3)  # flat 16 x 16 squares
    noisy = add_noise(images, 0.2)

    def halve(image: Tensor) -> Tensor:
        return 0.5 * image

    travel = noise_travel([halve, nn.AvgPool2d(4)], images, noisy)
    mean = travel.noise.mean(dim=1).tolist()
    # Halving takes half of both; the mean over 16 pixels leaves the squares and a quarter of the noise: 12 dB.
    assert mean == pytest.approx([0.2, 0.1, 0.025], rel=0.03)
    deviation = images.flatten(1).std(dim=1, correction=0)
    assert torch.allclose(travel.signal, torch.stack([deviation, deviation / 2, deviation / 2]), atol=1e-5)
    gained = travel.decibels.diff(dim=0).mean(dim=1).tolist()
    assert gained == pytest.approx([0.0, 12.04], abs=0.3)
