"""What an image becomes: against Pillow by hand, SciPy, and the files that the authors' builders write."""

import io
import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image
from scipy import ndimage
from tiny_sets import encoded, face

from stackrepro.base.errors import UserError
from stackrepro.data import BirdView, FaceView
from stackrepro.data.views import as_rgb, inside_frame, render, rounded, sobel, stretch

NOISE = np.random.default_rng(0).integers(0, 256, (30, 40, 3), dtype=np.uint8)
FACE = Image.open(io.BytesIO(encoded(face(1), "JPEG")))
CROP = (0, 20, 178, 198)  # the authors' crop
RELEASED = {"gray": "red", "sobel": "original", "stretch": True, "jpeg": True}


def rendered(view, image=FACE, box=None):
    (data,) = render(image if isinstance(image, Image.Image) else Image.fromarray(image), box, [view])
    pixels = np.frombuffer(data, np.uint8).reshape(view.size, view.size, view.channels)
    return pixels if view.channels == 3 else pixels[..., 0]


def resized(image, size):
    return np.asarray(image.resize((size, size), Image.Resampling.BICUBIC))


def gradient(gray):
    """The magnitude of the Sobel gradient by SciPy, whose largest value on 0 to 255 is 255 sqrt 20."""
    return np.hypot(*(ndimage.sobel(np.asarray(gray, float), axis, mode="reflect") for axis in (0, 1)))


@pytest.mark.parametrize(
    ("view", "key"),
    [
        (BirdView(64), "birds-64-box"),
        (BirdView(32, "none"), "birds-32-none"),
        (BirdView(16, kind="edges"), "birds-16-box-edges"),
        (FaceView("edges", 64), "faces-edges-64-centre-luma-resized"),
        (FaceView("edges", 64, **RELEASED), "faces-edges-64-centre-red-original-stretch-jpeg"),
        (FaceView("gray", 64, **RELEASED), "faces-gray-64-centre-red-stretch-jpeg"),
        (FaceView("rgb", 64, **RELEASED), "faces-rgb-64-centre-jpeg"),
        (FaceView("rgb", 64, crop="none"), "faces-rgb-64-none"),
    ],
)
def test_keys_tell_apart_what_differs_and_only_that(view, key):
    assert view.key == key
    assert view.channels == (3 if view.kind == "rgb" else 1)


@pytest.mark.parametrize(
    "values", [{"size": 7}, {"size": 513}, {"kind": "depth"}, {"gray": "green"}, {"sobel": "both"}, {"crop": "circle"}]
)
def test_an_unknown_value_is_refused(values):
    for view in (FaceView, BirdView)[: 1 if values.keys() & {"gray", "sobel"} else 2]:
        with pytest.raises(UserError, match="choose"):
            view(**{"kind": "gray", "size": 64, **values})


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
def test_the_region_of_a_bird(crop, box, expected):
    assert BirdView(16, crop).region(box, 100, 60) == expected


@pytest.mark.parametrize(
    ("frame", "region"),
    [((178, 218), CROP), ((89, 109), (0, 10, 89, 99)), ((100, 60), (20, 0, 80, 60)), ((64, 64), (0, 0, 64, 64))],
)
def test_the_centre_of_a_face_is_the_largest_square(frame, region):
    assert FaceView("rgb", 8).region(*frame) == region
    assert FaceView("rgb", 8, crop="none").region(*frame) == (0, 0, *frame)


def test_a_box_over_the_edge_is_clipped_and_one_outside_or_empty_refused():
    # The official box of image 1218, whose frame is 500 x 410: 440 wide, of which 32 hang over.
    assert inside_frame((92.0, 51.0, 532.0, 354.0), 500, 410) == (92.0, 51.0, 500.0, 354.0)
    for box in ((60, 0, 120, 10), (200, 200, 210, 210)):
        with pytest.raises(ValueError, match="outside"):
            inside_frame(box, 80, 60)
    for box in ((5, 5, 5, 9), (9, 5, 5, 9)):
        with pytest.raises(ValueError, match="empty"):
            inside_frame(box, 80, 60)


def test_a_bird_is_scaled_as_crop_and_resize_by_hand():
    assert np.array_equal(rendered(BirdView(10), NOISE, (4, 6, 14, 16)), NOISE[6:16, 4:14])
    assert np.array_equal(rendered(BirdView(12, "square"), NOISE, (4, 8, 16, 10)), NOISE[3:15, 4:16])
    crop = resized(Image.fromarray(NOISE[6:22, 4:24]), 8)
    inner = slice(2, -2)  # nearer to the edge the filter reaches beyond the crop
    assert np.array_equal(rendered(BirdView(8), NOISE, (4, 6, 24, 22))[inner, inner], crop[inner, inner])
    assert np.array_equal(rendered(BirdView(9, "none"), NOISE, (4, 6, 24, 22)), resized(Image.fromarray(NOISE), 9))


def test_gray_and_edges_are_those_of_the_resized_bird():
    box = (10.0, 5.0, 30.0, 25.0)
    gray = np.asarray(Image.fromarray(rendered(BirdView(16), NOISE, box)).convert("L"))
    assert np.array_equal(rendered(BirdView(16, kind="gray"), NOISE, box), gray)
    edges, found = gradient(gray), rendered(BirdView(16, kind="edges"), NOISE, box).astype(float)
    assert (found.min(), found.max()) == (0, 255)
    share = (edges - edges.min()) / (edges.max() - edges.min())
    assert np.abs(found - 255 * share).max() <= 2  # colour floor(256 share), and some colours are one level short


def test_the_views_of_faces_in_the_text():
    gray = FACE.convert("L").crop(CROP).resize((64, 64))
    assert np.array_equal(rendered(FaceView("rgb", 64)), resized(FACE.crop(CROP), 64))
    assert np.array_equal(rendered(FaceView("gray", 64)), np.asarray(gray))
    assert np.array_equal(rendered(FaceView("edges", 64)), np.rint(gradient(gray) / np.sqrt(20)).astype(np.uint8))
    assert np.array_equal(rendered(FaceView("gray", 32, crop="none")), resized(FACE.convert("L"), 32))


@pytest.mark.parametrize("kind", ["rgb", "gray", "edges"])
@pytest.mark.parametrize("seed", range(2))
def test_the_views_of_the_code_are_the_files_that_its_builders_write(kind, seed):
    """The steps of edges_builder.py, edges_grayscale.py and grayscale_rgb.py, with SciPy in scikit-image's place."""
    image = Image.fromarray(face(seed))
    red = np.array(image)[:, :, 0]
    built = {"rgb": np.array(image), "gray": red, "edges": gradient(red / 255) / 4 / np.sqrt(2)}[kind]
    resampled = Image.fromarray(built).crop(CROP).resize((128, 128))
    buffer = io.BytesIO()
    plt.imsave(buffer, np.asarray(resampled), cmap="gray", format="jpg")
    loaded = Image.open(buffer).convert("RGB" if kind == "rgb" else "L")
    assert np.array_equal(rendered(FaceView(kind, 128, **RELEASED), image), np.asarray(loaded))


def test_edges_of_the_whole_frame_are_clipped_not_wrapped_around():
    """Bicubic resizing overshoots beside strong edges: unstretched, what falls below 0 is 0."""
    stripes = np.zeros((218, 178), np.uint8)
    stripes[:, ::7] = 255
    edges = rendered(FaceView("edges", 150, sobel="original"), stripes)
    floats = Image.fromarray((gradient(stripes) / np.sqrt(20)).astype(np.float32)).crop(CROP).resize((150, 150))
    assert np.asarray(floats).min() < -1
    assert np.abs(edges - np.asarray(floats).clip(0, 255)).max() <= 0.51
    assert rounded(np.array([-3.2, 0.4, 0.6, 254.6, 271.0])).tolist() == [0, 0, 1, 255, 255]


@pytest.mark.parametrize("kind", ["gray", "edges"])
@pytest.mark.parametrize("factors", [{}, RELEASED])
def test_a_face_of_one_colour(kind, factors):
    grey = Image.new("RGB", (178, 218), (90, 90, 90))
    expected = 90 if kind == "gray" and not factors else 0
    with np.errstate(all="raise"):
        assert (rendered(FaceView(kind, 32, **factors), grey) == expected).all()


def decoded(pixels, mode=None, kind="PNG"):
    return Image.open(io.BytesIO(encoded(pixels, kind, mode)))


def test_other_colours_become_rgb_where_nothing_is_lost():
    for mode in ("L", "P", "LA", "RGBA", "1"):
        image = decoded(NOISE, mode)
        assert np.array_equal(np.asarray(as_rgb(image)), np.asarray(image.convert("RGBA"))[..., :3])
    wide = np.arange(0, 65536, 257, dtype=np.uint16).reshape(16, 16)
    assert np.array_equal(np.asarray(as_rgb(decoded(wide)))[..., 1], np.arange(256).reshape(16, 16))
    alpha = np.dstack([NOISE, np.full(NOISE.shape[:2], 255, np.uint8)])
    alpha[0, 0, 3] = 254
    low = decoded(NOISE[..., 0].astype(np.uint16))  # 8 bits that were saved as 16: all of it would be black
    for image, words in ((decoded(alpha), "transparent"), (decoded(NOISE, "CMYK", "JPEG"), "CMYK"), (low, "65535")):
        with pytest.raises(ValueError, match=words):
            as_rgb(image)


def test_sobel_is_scipys_up_to_its_scale_which_one_image_reaches_and_none_exceeds():
    """The magnitude is convex, so that its maximum lies at a black and white neighbourhood: try all 512."""
    images = NOISE.transpose(2, 0, 1)
    for image in images:
        np.testing.assert_allclose(sobel(image), gradient(image) / np.sqrt(20), rtol=1e-6, atol=1e-4)
    assert np.array_equal(sobel(images), [sobel(image) for image in images])
    patterns = np.array(list(itertools.product((0, 255), repeat=9))).reshape(-1, 3, 3)
    assert sobel(patterns)[:, 1, 1].max() == pytest.approx(255)


def test_stretch_is_what_imsave_stores():
    for image in (NOISE[..., 0] // 2 + 40, NOISE[..., 0].astype(np.float32) * np.float32(0.37)):
        buffer = io.BytesIO()
        plt.imsave(buffer, image, cmap="gray", format="png")
        assert np.array_equal(stretch(image), np.asarray(Image.open(buffer).convert("L")))
        assert np.array_equal(stretch(np.stack([image, image // 2]))[0], stretch(image))  # each by itself
