import io
import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from stackrepro.data.pixels import jpeg, rounded, sobel, stretch

NOISE = np.random.default_rng(0).integers(0, 256, (5, 17, 23), dtype=np.uint8)


def test_sobel_is_scipys_up_to_its_scale():
    for image in NOISE:
        x, y = (ndimage.sobel(image.astype(float), axis, mode="reflect") for axis in (0, 1))
        np.testing.assert_allclose(sobel(image), np.hypot(x, y) / np.sqrt(20), rtol=1e-6, atol=1e-4)


def test_sobel_takes_many_images_at_once():
    assert np.array_equal(sobel(NOISE), [sobel(image) for image in NOISE])


def test_sobel_of_a_ramp():
    """scikit-image normalises its kernels to one, and the root of two sums by two: a ramp of slope s gives 2s / sqrt 2.

    Ours is sqrt(8 / 5) times that.
    """
    ramp = np.tile(np.arange(0, 90, 3), (5, 1))
    expected = np.sqrt(8 / 5) * (2 * 3) / np.sqrt(2)
    np.testing.assert_allclose(sobel(ramp)[:, 1:-1], expected, rtol=1e-6)


def test_no_image_exceeds_the_scale_of_sobel_and_one_reaches_it():
    """The magnitude is convex, so that its maximum lies at a black and white neighbourhood: try all 512."""
    patterns = np.array(list(itertools.product((0, 255), repeat=9))).reshape(-1, 3, 3)
    assert sobel(patterns)[:, 1, 1].max() == pytest.approx(255)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
def test_stretch_is_what_imsave_stores(dtype):
    image = (NOISE[0] // 2 + 40).astype(dtype)
    if dtype is np.float32:
        image *= 0.37
    buffer = io.BytesIO()
    plt.imsave(buffer, image, cmap="gray", format="png")
    assert np.array_equal(stretch(image), np.asarray(Image.open(buffer).convert("L")))


def test_each_image_is_stretched_by_itself():
    images = np.stack([NOISE[0] // 4, NOISE[1] // 2])
    stretched = stretch(images)
    assert stretched.min((1, 2)).tolist() == [0, 0]
    assert stretched.max((1, 2)).tolist() == [255, 255]


@pytest.mark.parametrize("value", [0, 7, 255])
def test_an_image_of_one_value_stretches_to_black(value):
    with np.errstate(all="raise"):
        assert stretch(np.full((2, 4, 4), value)).tolist() == np.zeros((2, 4, 4)).tolist()


def test_rounding_clips_what_bicubic_resizing_overshoots():
    assert rounded(np.array([-3.2, 0.4, 0.6, 254.6, 271.0])).tolist() == [0, 0, 1, 255, 255]


def test_the_round_trip_is_imsaves_file():
    gray = stretch(NOISE[0])
    buffer = io.BytesIO()
    plt.imsave(buffer, NOISE[0], cmap="gray", format="jpg")
    ours = np.asarray(jpeg(Image.fromarray(gray)))
    assert np.array_equal(ours, np.asarray(Image.open(buffer).convert("L")))
    assert not np.array_equal(ours, gray)
