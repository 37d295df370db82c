import numpy as np
import pytest
from PIL import Image

from stackrepro.base.errors import UserError
from stackrepro.data.views import BirdView, render
from stackrepro.data.views.birds import inside_frame


def test_the_key_is_readable():
    assert BirdView(64).key == "birds-64-box"
    assert BirdView(32, "none").key == "birds-32-none"


@pytest.mark.parametrize("arguments", [(0,), (4096,), (64, "circle")])
def test_an_unknown_size_or_crop_is_refused(arguments):
    with pytest.raises(UserError, match="choose"):
        BirdView(*arguments)


@pytest.mark.parametrize(
    ("crop", "box", "expected"),
    [
        ("none", (10, 10, 20, 20), (0, 0, 100, 60)),
        ("box", (10, 12, 30, 52), (10, 12, 30, 52)),
        ("square", (40, 10, 60, 50), (30, 10, 70, 50)),  # 20 x 40 around x = 50 becomes 40 x 40
        ("square", (2, 10, 12, 50), (0, 10, 40, 50)),  # around x = 7 it would start at -13: moved right
        ("square", (90, 10, 100, 50), (60, 10, 100, 50)),  # around x = 95 it would end at 115: moved left
        ("square", (5, 20, 95, 40), (5, 0, 95, 60)),  # 90 pixels high don't fit into 60
    ],
)
def test_region(crop, box, expected):
    assert BirdView(16, crop).region(box, 100, 60) == expected


def test_a_box_over_the_edge_is_clipped():
    # The official box of image 1218, whose frame is 500 x 410: 440 wide, of which 32 hang over.
    assert inside_frame((92.0, 51.0, 532.0, 354.0), 500, 410) == (92.0, 51.0, 500.0, 354.0)


@pytest.mark.parametrize(
    ("box", "complaint"),
    [
        ((60, 0, 120, 10), "outside"),
        ((200, 200, 210, 210), "outside"),
        ((5, 5, 5, 9), "empty"),
        ((9, 5, 5, 9), "empty"),
    ],
)
def test_a_box_outside_or_empty_is_refused(box, complaint):
    with pytest.raises(ValueError, match=complaint):
        inside_frame(box, 80, 60)


NOISE = np.random.default_rng(0).integers(0, 256, (30, 40, 3), dtype=np.uint8)


def rendered(box, view):
    (data,) = render(Image.fromarray(NOISE), box, [view])
    return np.frombuffer(data, np.uint8).reshape(view.size, view.size, 3)


def test_render_without_scaling_is_a_plain_crop():
    assert np.array_equal(rendered((4, 6, 14, 16), BirdView(10)), NOISE[6:16, 4:14])
    assert np.array_equal(rendered((4, 8, 16, 10), BirdView(12, "square")), NOISE[3:15, 4:16])


def test_render_scales_as_crop_and_resize_by_hand():
    crop = Image.fromarray(NOISE[6:22, 4:24]).resize((8, 8), Image.Resampling.BICUBIC)
    inner = slice(2, -2)  # nearer to the edge the filter reaches beyond the crop
    assert np.array_equal(rendered((4, 6, 24, 22), BirdView(8))[inner, inner], np.asarray(crop)[inner, inner])


def test_render_squashes_the_whole_image():
    whole = Image.fromarray(NOISE).resize((9, 9), Image.Resampling.BICUBIC)
    assert np.array_equal(rendered((4, 6, 24, 22), BirdView(9, "none")), np.asarray(whole))


def test_grey_images_become_rgb():
    grey = Image.fromarray(np.arange(100, dtype=np.uint8).reshape(10, 10))
    (ours,) = render(grey, (0, 0, 10, 10), [BirdView(10)])
    assert np.array_equal(np.frombuffer(ours, np.uint8).reshape(100, 3), np.arange(100).repeat(3).reshape(100, 3))


def test_gray_and_edges_are_those_of_the_resized_bird():
    from scipy import ndimage

    image = Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8))
    box = (10.0, 5.0, 50.0, 35.0)

    def shown(kind, channels):
        pixels = np.frombuffer(BirdView(16, kind=kind).render(image, box), np.uint8)
        return pixels.reshape(16, 16, channels)

    gray = np.asarray(Image.fromarray(shown("rgb", 3)).convert("L"))
    assert np.array_equal(shown("gray", 1)[..., 0], gray)
    edges = np.hypot(*(ndimage.sobel(gray.astype(float), axis) for axis in (0, 1)))
    found = shown("edges", 1)[..., 0].astype(float)
    assert (found.min(), found.max()) == (0, 255)
    share = (edges - edges.min()) / (edges.max() - edges.min())
    assert np.abs(found - 255 * share).max() <= 2  # colour floor(256 share), and some colours are one level short
    assert [BirdView(16, kind=kind).key for kind in ("rgb", "edges")] == ["birds-16-box", "birds-16-box-edges"]
