"""The released distance: resize against torch's, what its BatchNorm hides."""

import numpy as np
import pytest
import torch

from stackrepro.evaluation import inception_weights
from stackrepro.evaluation.frechet import frechet_distance, statistics
from stackrepro.evaluation.inception import torch_network
from stackrepro.evaluation.released_fid import released_features, released_network


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
