"""Later stages: linear maps whose answers are known, and real faces turned back."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from stackrepro.data import FaceView, prepare
from stackrepro.evaluation.stages import (
    Rows,
    Translations,
    add_noise,
    coherence,
    contraction_rows,
    distance_ratios,
    latent_diversity,
    nearest,
    noise_travel,
    rank_correlation,
    round_trip,
    turned_back,
)
from stackrepro.models.specs import ResNetGenerator

SINGULAR = torch.tensor([3.0, 2.0, 1.5, 1.0, 0.5, 0.4, 0.3, 0.2, 0.1], dtype=torch.float64)
KINDS = ("noise", "jpeg", "interpolation", "generated")


def drawn(count: int, seed: int = 0) -> Tensor:
    return torch.rand(count, 1, 16, 16, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def test_a_linear_map_with_known_singular_values():
    torch.manual_seed(0)
    left, right = (torch.linalg.qr(torch.randn(9, 9, dtype=torch.float64))[0] for _ in range(2))
    matrix, images = left @ torch.diag(SINGULAR) @ right.T, torch.randn(9, 1, 3, 3, dtype=torch.float64)
    steps = torch.linspace(0.01, 2, 9, dtype=torch.float64)[:, None] * right.T

    def network(images: Tensor) -> Tensor:
        return (images.flatten(1) @ matrix.T).reshape(images.shape)

    assert torch.allclose(distance_ratios(network, images, images + steps.reshape(9, 1, 3, 3)), SINGULAR)


def test_neighbours_are_what_they_are_called():
    images = drawn(3)
    noise = add_noise(images, 0.1) - images
    assert noise.std().item() == pytest.approx(0.1, rel=0.05)
    assert not torch.equal(add_noise(images, 0.1), add_noise(images, 0.1, seed=2))
    assert torch.equal(nearest(add_noise(images, 0.1)[[2, 0]], images), images[[2, 0]])


def test_a_jpeg_round_trip_keeps_what_is_flat_and_changes_what_is_fine():
    flat = torch.tensor([-1.0, -51 / 127.5, 1.0]).reshape(3, 1, 1, 1).expand(3, 3, 16, 16)
    assert torch.allclose(round_trip(flat), flat, atol=1.01 / 127.5)
    fine = add_noise(torch.zeros(1, 1, 32, 32), 0.3)
    changed = [(round_trip(fine, quality) - fine).abs().mean().item() for quality in (95, 75, 30)]
    assert 1 / 255 < changed[0] < changed[1] < changed[2]


def test_noise_travels_through_a_known_filter():
    torch.manual_seed(0)
    images = (torch.rand(64, 1, 2, 2) * 2 - 1).repeat_interleave(16, 2).repeat_interleave(16, 3)  # flat 16 x 16 squares
    before, after = noise_travel(nn.AvgPool2d(4), images, add_noise(images, 0.2))
    expected = 20 * torch.log10(images.flatten(1).std(dim=1, correction=0) / 0.2)
    assert before.mean().item() == pytest.approx(expected.mean().item(), abs=0.1)
    # The mean over 16 pixels leaves the squares and a quarter of the noise: 12 dB.
    assert (after - before).mean().item() == pytest.approx(12.04, abs=0.3)


def test_a_linear_stage_contracts_by_its_factor_and_leaves_the_signal_to_noise_ratio():
    found = contraction_rows(lambda images: 0.4 * images, drawn(12), drawn(20, seed=1))
    for kind in KINDS:
        assert found[kind]["ratio"] == pytest.approx(0.4, rel=1e-4)
        assert (found[kind]["below_one"], found[kind]["n"]) == (1.0, 12)
    assert found["noise"]["snr_gain"] == pytest.approx(0.0, abs=1e-4)
    assert contraction_rows(lambda images: 3 * images, drawn(4), drawn(4, 1))["jpeg"]["below_one"] == 0.0


def test_a_pair_without_distance_is_left_out():
    images = drawn(6)
    assert contraction_rows(lambda images: images / 2, images, images[:2])["generated"]["n"] == 4
    alone = contraction_rows(lambda images: images, images, images)["generated"]
    assert alone == {"ratio": None, "below_one": None, "n": 0}


@pytest.mark.parametrize(("weight", "share", "error"), [(0.0, 0.0, 1e-6), (1.0, 1.0, 0.03), (0.25, 0.25, 0.01)])
def test_a_latent_moves_outputs_by_the_share_of_its_weight(weight, share, error):
    images, latents = drawn(40), drawn(40, seed=3).flatten(1)
    found = latent_diversity(lambda x, z: x + weight * z.reshape(x.shape), images, latents)
    assert found["share"] == pytest.approx(share, abs=error)
    assert latent_diversity(lambda x, z: 0 * x, images, latents)["share"] is None


def test_ranks_follow_order_alone():
    assert rank_correlation([1.0, 2.0, 30.0], [5.0, 6.0, 7.0]) == pytest.approx(1.0)
    assert rank_correlation([1.0, 2.0, 3.0], [1.0, 3.0, 2.0]) == pytest.approx(0.5)  # 1 - 6 * 2 / (3 * 8)
    assert rank_correlation([1.0, 2.0], [5.0, 5.0]) is None


def test_coherence_is_the_correlation_of_each_pair():
    given, other = np.random.default_rng(0).integers(0, 200, (2, 6, 8, 8, 1), dtype=np.uint8)
    assert coherence(given, given + 50) == {"correlation": pytest.approx(1.0), "n": 6}
    expected = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(given, other, strict=True)]
    assert coherence(given, other)["correlation"] == pytest.approx(np.mean(expected))
    assert coherence(given, np.zeros_like(given)) == {"correlation": None, "n": 0}


@pytest.mark.parametrize("stretch", [True, False])
@pytest.mark.parametrize("gray", ["luma", "red"])
def test_of_real_gray_faces_it_makes_exactly_the_real_edges(stretch, gray, tiny_faces):
    views = [FaceView("gray", 32, gray=gray), FaceView("edges", 32, gray=gray, stretch=stretch)]
    images, edges = prepare(tiny_faces, views).values()
    assert np.array_equal(turned_back(*views)(images[:]), edges)
    assert edges.std() > 5


@pytest.mark.parametrize("gray", ["luma", "red"])
def test_of_real_colour_it_makes_the_real_gray_faces_but_for_rounding(gray, tiny_faces):
    views = [FaceView("rgb", 32), FaceView("gray", 32, gray=gray)]
    images, grays = prepare(tiny_faces, views).values()
    apart = np.abs(turned_back(*views)(images[:]).astype(int) - grays)
    assert apart.max() < 16  # where resizing clips each colour before they are weighed
    assert np.mean(apart > 1) < 0.02


def test_where_a_step_is_not_one_of_the_final_pixels_there_is_no_way_back():
    for kind, earlier in (
        ("gray", FaceView("edges", 32, sobel="original")),
        ("rgb", FaceView("gray", 32, jpeg=True)),
        ("rgb", FaceView("edges", 32)),
    ):
        assert turned_back(FaceView(kind, 32), earlier) is None


class Negative(nn.Module):
    """An image-to-image generator that turns black into white."""

    specification = ResNetGenerator(8, 1, 1, width=2, blocks=1, dropout=0.0)

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(-1.0))

    def forward(self, image):
        return self.weight * image


def test_every_real_condition_is_translated_once_in_order():
    images = np.random.default_rng(0).integers(0, 256, (75, 8, 8, 1), dtype=np.uint8)
    rows = np.arange(70) + 5  # more than one batch of 64, and no multiple of it
    given, partners = Rows(images, rows), Rows(np.zeros_like(images), rows)
    made = Translations(Negative(), 70, (-1.0, 1.0), conditions=given, real=partners)
    assert np.array_equal(np.concatenate(list(made.batches())), 255 - images[5:])
    assert made.l1() == {"l1": pytest.approx((255 - images[5:].astype(float)).mean()), "n": 70}
    assert given[np.array([1, 0])].tolist() == images[[6, 5]].tolist()
