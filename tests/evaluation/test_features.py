"""Checks and resizes of images, and the extractor; its agreement with other programs stands in test_parity.py."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from cleanfid.resize import build_resizer
from PIL import Image

from stackrepro.base.errors import UserError
from stackrepro.data import BirdView
from stackrepro.data.views import render
from stackrepro.evaluation.features import (
    CLEAN_SCALE,
    Extractor,
    as_rgb,
    at_size,
    clean,
    in_batches,
    onnx_network,
    side_by_side,
    through_jpeg,
    torch_network,
    torch_session,
)


@pytest.mark.parametrize("size", [(32, 32), (57, 40), (320, 300)], ids=str)
def test_onnx_gives_what_pytorch_fid_gives(extractor, weights, size):
    images = np.random.default_rng(1).integers(0, 256, (3, *size, 3), dtype=np.uint8)
    expected = torch_session(64, weights, "cpu")(images)
    assert expected.std() > 0.1
    np.testing.assert_allclose(extractor(images), expected, atol=2e-5)


def test_features_depend_neither_on_the_batch_nor_on_threads(extractor, blobs):
    images = blobs(41, seed=9)
    found = extractor(images)
    np.testing.assert_array_equal(Extractor(64, threads=3)(images), found)
    np.testing.assert_allclose(np.concatenate([extractor(image[None]) for image in images[:11]]), found[:11], atol=1e-5)


@pytest.mark.parametrize("workers", [1, 3])
def test_threads_keep_the_order_and_draw_no_more_batches_than_they_need(workers):
    drawn = []
    batches = (drawn.append(number) or np.array([number]) for number in range(20))
    for number, found in enumerate(side_by_side(lambda batch: batch * 2, batches, workers)):
        assert found == 2 * number
        assert len(drawn) <= number + 1 + workers
    assert len(drawn) == 20


def test_images_of_mixed_sizes_keep_their_order_and_share_batches_with_neighbours(extractor, blobs):
    images = [*blobs(2, seed=4, size=24), *blobs(3, seed=5, size=40), *blobs(1, seed=6, size=24)]
    expected = np.concatenate([extractor(image[None]) for image in images])
    np.testing.assert_allclose(extractor.stream(iter(images), 6), expected, atol=1e-5)
    images = [np.zeros((side, 2, 3)) for side in (1, 1, 1, 4, 4, 1)]
    assert [batch.shape[:2] for batch in in_batches(images, 2)] == [(2, 1), (1, 1), (2, 4), (1, 1)]


@pytest.mark.parametrize("announced", [2, 4])
def test_another_number_of_images_than_announced_is_an_error(extractor, blobs, announced):
    with pytest.raises(ValueError, match=r"images|broadcast"):
        extractor.stream(iter(blobs(3, seed=4)), announced)


def test_gray_is_repeated_in_each_channel_before_every_resize(extractor, blobs):
    gray = blobs(2, seed=7)[..., :1]
    rgb = as_rgb(gray)
    assert all((rgb[..., channel] == gray[..., 0]).all() for channel in range(3))
    assert as_rgb(rgb) is rgb
    np.testing.assert_array_equal(extractor(gray), extractor(rgb))
    np.testing.assert_array_equal(clean(gray), clean(rgb))
    np.testing.assert_array_equal(at_size(gray, 8)[..., 0], at_size(rgb, 8)[..., 0])


@pytest.mark.parametrize("size", [24, 320])
def test_the_clean_resize_and_what_the_network_then_gets_are_clean_fids(extractor, weights, blobs, size):
    """Clean-fid gives (x - 128) / 128 to the same layers."""
    images = blobs(2, seed=1, size=size)
    resized = np.stack([build_resizer("clean")(image) for image in images])
    np.testing.assert_array_equal(clean(images), resized * np.float32(CLEAN_SCALE))
    with torch.inference_mode():
        maps = torch_network(64, weights).blocks.blocks[0]((torch.from_numpy(resized).permute(0, 3, 1, 2) - 128) / 128)
    np.testing.assert_allclose(extractor(images, clean), maps.mean((2, 3)).numpy(), atol=2e-5)


def test_the_common_size_is_reached_as_real_images_are_prepared(blobs):
    image = blobs(1, seed=4, size=32)
    prepared = render(Image.fromarray(image[0]), (0, 0, 32, 32), [BirdView(16, "none")])
    assert at_size(image, 16).tobytes() == prepared[0]
    assert at_size(image, 32) is image


def test_jpeg_keeps_shapes_and_what_has_no_detail(blobs):
    flat = np.full((2, 16, 16, 1), 90, np.uint8)
    np.testing.assert_array_equal(through_jpeg(flat, 75), flat)
    images = blobs(3, seed=1)
    errors = [np.abs(through_jpeg(images, quality).astype(int) - images).mean() for quality in (30, 75, 95)]
    assert errors[0] > errors[1] > errors[2] > 0


@pytest.mark.parametrize(
    "images",
    [np.zeros((2, 8, 8, 3), np.float32), np.zeros((2, 8, 8), np.uint8), np.zeros((2, 3, 8, 8), np.uint8)],
    ids=["float", "no channels", "channels first"],
)
def test_another_kind_of_array_is_refused(extractor, images):
    for read in (extractor, clean):
        with pytest.raises(UserError, match=r"make it uint8 \(N, H, W, 1 or 3\)"):
            read(images)


def test_unknown_dimensions_and_devices():
    with pytest.raises(UserError, match="no features of 100 dimensions"):
        Extractor(100)
    with pytest.raises(UserError, match="'cuda:99' is not on this machine"):
        Extractor(64, device="cuda:99")


def test_a_damaged_onnx_file_is_named(empty_cache, weights, blobs):
    (empty_cache / "inception").mkdir(parents=True)
    stored = empty_cache / "inception" / weights.name
    stored.symlink_to(weights)
    path = onnx_network(64, stored)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(UserError, match=f"{path.name} does not load: delete it"):
        Extractor(64)
    path.unlink()
    assert Extractor(64)(blobs(1, seed=8)).shape == (1, 64)


def test_a_cpu_needs_no_torch_after_the_export(extractor):
    code = "import sys; from stackrepro.evaluation.features import Extractor; Extractor(64); "
    code += "sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
