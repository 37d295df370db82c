import numpy as np
import pytest
import torch
from cleanfid.resize import build_resizer
from PIL import Image

from stackrepro.base.errors import UserError
from stackrepro.data import BirdView
from stackrepro.data.views import render
from stackrepro.evaluation.images import CLEAN_SCALE, as_rgb, at_size, clean
from stackrepro.evaluation.inception import torch_network


@pytest.mark.parametrize("size", [24, 320])
def test_the_clean_resize_is_clean_fids(blobs, size):
    images = blobs(3, seed=1, size=size)
    expected = np.stack([build_resizer("clean")(image) for image in images])
    np.testing.assert_array_equal(clean(images), expected * np.float32(CLEAN_SCALE))


def test_the_network_then_gets_clean_fids_numbers(extractor, weights, blobs):
    """Clean-fid feeds (x - 128) / 128 to the same layers."""
    images = blobs(2, seed=2)
    fed = torch.from_numpy(np.stack([build_resizer("clean")(image) for image in images])).permute(0, 3, 1, 2)
    with torch.inference_mode():
        maps = torch_network(64, weights).blocks.blocks[0]((fed - 128) / 128)
    np.testing.assert_allclose(extractor(images, clean), maps.mean((2, 3)).numpy(), atol=2e-5)


def test_gray_is_repeated_before_every_resize(extractor, blobs):
    gray = blobs(2, seed=3)[..., :1]
    np.testing.assert_array_equal(clean(gray), clean(as_rgb(gray)))
    np.testing.assert_array_equal(at_size(gray, 8)[..., 0], at_size(as_rgb(gray), 8)[..., 0])
    assert at_size(gray, 8).shape == (2, 8, 8, 1)


def test_the_common_size_is_reached_as_real_images_are_prepared(blobs):
    image = blobs(1, seed=4, size=32)
    prepared = render(Image.fromarray(image[0]), (0, 0, 32, 32), [BirdView(16, "none")])
    assert at_size(image, 16).tobytes() == prepared[0]
    assert at_size(image, 32) is image


def test_other_arrays_are_refused_before_any_resize():
    with pytest.raises(UserError, match=r"make it uint8 \(N, H, W, 1 or 3\)"):
        clean(np.zeros((2, 8, 8, 3), np.float32))
