"""Checks and resizes of images, and the extractor; its agreement with other programs stands in test_parity.py."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from stackrepro.base.errors import UserError
from stackrepro.data import BirdView
from stackrepro.data.views import render
from stackrepro.evaluation.features import (
    Extractor,
    as_rgb,
    at_size,
    clean,
    onnx_network,
    torch_session,
)
from stackrepro.training.devices import device_named


@pytest.mark.parametrize("size", [(32, 32), (57, 40), (320, 300)], ids=str)
def test_onnx_gives_what_pytorch_fid_gives(extractor, weights, size):
    images = np.random.default_rng(1).integers(0, 256, (3, *size, 3), dtype=np.uint8)
    expected = torch_session(64, weights, "cpu")(images)
    assert expected.std() > 0.1
    np.testing.assert_allclose(extractor(images), expected, atol=2e-5)


def test_features_do_not_depend_on_threads(extractor, blobs):
    images = blobs(41, seed=9)  # five batches and one image
    np.testing.assert_array_equal(Extractor(64, threads=3)(images), extractor(images))


def test_images_of_mixed_sizes_keep_their_order(extractor, blobs):
    images = [*blobs(2, seed=4, size=24), *blobs(3, seed=5, size=40), *blobs(1, seed=6, size=24)]
    expected = np.concatenate([extractor(image[None]) for image in images])
    np.testing.assert_allclose(extractor.stream(iter(images), 6), expected, atol=1e-5)


def test_another_number_of_images_than_announced_is_an_error(extractor, blobs):
    for announced in (2, 4):
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


def test_the_common_size_is_reached_as_real_images_are_prepared(blobs):
    image = blobs(1, seed=4, size=32)
    prepared = render(Image.fromarray(image[0]), (0, 0, 32, 32), [BirdView(16, "none")])
    assert at_size(image, 16).tobytes() == prepared[0]
    assert at_size(image, 32) is image


def test_another_kind_of_array_is_refused(extractor):
    for images in (np.zeros((2, 8, 8, 3), np.float32), np.zeros((2, 8, 8), np.uint8), np.zeros((2, 3, 8, 8), np.uint8)):
        for read in (extractor, clean):
            with pytest.raises(UserError, match=r"make it uint8 \(N, H, W, 1 or 3\)"):
                read(images)


def test_devices():
    with pytest.raises(UserError, match="'cuda:99' is not on this machine"):
        Extractor(64, device="cuda:99")
    assert device_named("auto").type in ("cpu", "cuda")


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
