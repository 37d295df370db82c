"""Published statistics of real images and what distances they still give; paper B's released distance."""

import numpy as np
import pytest
import torch
from safetensors.numpy import save

from stackrepro.base.errors import UserError
from stackrepro.data import BirdView
from stackrepro.evaluation.features import torch_network
from stackrepro.evaluation.frechet import Statistics, frechet_distance, statistics
from stackrepro.evaluation.protocols import Protocol
from stackrepro.evaluation.released import (
    compact,
    read_reference,
    reference_file,
    released_features,
    released_network,
    restored,
)
from stackrepro.evaluation.weights import inception_weights


def drawn(count: int, dims: int, seed: int, shift: float = 0.0) -> np.ndarray:
    """Draw features whose variances fall over three orders of magnitude, in a turned basis, as Inception's do."""
    random = np.random.default_rng(seed)
    turned, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((dims, dims)))
    drawn = random.standard_normal((count, dims)) * np.logspace(0, -1.5, dims) + shift
    return drawn @ turned.T


@pytest.mark.parametrize(("count", "dims"), [(3000, 192), (100, 192), (32, 192), (32, 64)])
def test_distances_hardly_change(count, dims):
    exact = statistics(drawn(count, dims, seed=1))
    small = restored(compact(exact))
    assert np.trace(small.covariance) == pytest.approx(np.trace(exact.covariance), rel=1e-12)
    for other in (drawn(500, dims, seed=2, shift=0.1), 0.5 * drawn(500, dims, seed=3)):
        known = frechet_distance(statistics(other), exact)
        assert frechet_distance(statistics(other), small) == pytest.approx(known, rel=2e-3)


def test_pool3_takes_two_megabytes():
    """By the same sum that few features take, whose eigenvectors don't take ten seconds."""

    def size(dims: int) -> int:
        return dims * (dims - 1) // 2 + 2 * 4 * dims + 3 * 8

    kept = compact(Statistics(np.zeros(96), np.diag(np.linspace(1, 2, 96)), count=500))
    assert sum(array.nbytes for array in kept.values()) == size(96)
    assert size(2048) < 2.2e6


def test_a_file_comes_back_and_a_damaged_one_is_named(tmp_path):
    exact, path = statistics(drawn(50, 16, seed=4)), tmp_path / "a.safetensors"
    path.write_bytes(save(compact(exact)))
    np.testing.assert_allclose(read_reference(path).covariance, restored(compact(exact)).covariance)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(UserError, match=r"a\.safetensors is damaged"):
        read_reference(path)
    with pytest.raises(UserError, match="is not there: publish"):
        read_reference(tmp_path / "b.safetensors")


def test_a_root_that_is_none_of_its_mean_is_refused_before_it_takes_memory(tmp_path):
    kept = compact(statistics(drawn(50, 16, seed=4)))
    (tmp_path / "a.safetensors").write_bytes(save(kept | {"mean": np.zeros(500_000, np.float32)}))
    with pytest.raises(UserError, match="120 numbers are no root of 500000 features"):
        read_reference(tmp_path / "a.safetensors")


def test_a_files_name_follows_what_its_numbers_depend_on(tiny_birds):
    protocol = Protocol(dims=192, samples=16, reference=32)
    other_data = type(tiny_birds)(**{**vars(tiny_birds), "fingerprint": "0" * 64})
    names = {
        reference_file(tiny_birds, BirdView(16), protocol, "w"),
        reference_file(other_data, BirdView(16), protocol, "w"),
        reference_file(tiny_birds, BirdView(32), protocol, "w"),
        reference_file(tiny_birds, BirdView(16), Protocol(dims=192, samples=16, reference=40), "w"),
        reference_file(tiny_birds, BirdView(16), Protocol(dims=192, samples=16, reference=32, resize="clean"), "w"),
        reference_file(tiny_birds, BirdView(16), protocol, "v"),
    }
    assert len(names) == 6
    # The common size of other models is this model's own: one file serves both.
    same = Protocol(dims=192, samples=16, reference=32, size=16)
    assert reference_file(tiny_birds, BirdView(16), same, "w") == reference_file(
        tiny_birds, BirdView(16), protocol, "w"
    )


def test_pixels_are_repeated_and_pass_the_transform_for_other_values():
    images = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 1), dtype=np.uint8)
    seen = released_features(torch.nn.Identity(), images)
    tensor = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 127.5 - 1
    nearest = torch.nn.functional.interpolate(tensor, size=299, mode="nearest")
    # as torchvision.models.Inception3._transform_input has it, channel by channel
    channels = [
        nearest[:, 0] * (deviation / 0.5) + (mean - 0.5) / 0.5
        for mean, deviation in zip((0.485, 0.456, 0.406), (0.229, 0.224, 0.225), strict=True)
    ]
    np.testing.assert_allclose(seen / 127.5 - 1, torch.stack(channels, dim=-1), atol=1e-5)
    assert seen[..., 0].min() / 127.5 - 1 == pytest.approx(-0.488, abs=1e-3)
    assert seen[..., 0].max() / 127.5 - 1 == pytest.approx(0.428, abs=1e-3)


def test_a_common_shift_is_invisible_as_released_and_visible_in_inference_mode():
    weights = inception_weights()
    faint = np.random.default_rng(1).integers(0, 120, (4, 32, 32, 1), dtype=np.uint8)
    released, standard = released_network(weights), torch_network(2048, weights)
    hidden, seen = (
        frechet_distance(*(statistics(released_features(network, images)) for images in (faint, faint + 100)))
        for network in (released, standard)
    )
    assert hidden < 0.01 * seen
    alone, together = (released_features(released, images)[:2] for images in (faint[:2], faint))
    assert np.abs(alone - together).max() > 0.01, "an image's features depend on the batch that it comes in"
