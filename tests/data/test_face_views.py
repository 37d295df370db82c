import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from PIL import Image
from scipy import ndimage
from tiny_faces import encoded

from stackrepro.base.errors import UserError
from stackrepro.data import FaceView
from stackrepro.data.views import render

FACE = Image.open(io.BytesIO(encoded(1)))
BOX = (0, 20, 178, 198)  # the authors' crop
RELEASED = {"gray": "red", "sobel": "original", "stretch": True, "jpeg": True}


def rendered(view, image=FACE):
    (data,) = render(image, None, [view])
    shape = (view.size, view.size, 3) if view.kind == "rgb" else (view.size, view.size)
    return np.frombuffer(data, np.uint8).reshape(shape)


def test_keys_tell_apart_what_differs_and_only_that():
    assert FaceView("edges", 64).key == "faces-edges-64-centre-luma-resized"
    assert FaceView("edges", 64, **RELEASED).key == "faces-edges-64-centre-red-original-stretch-jpeg"
    assert FaceView("gray", 64, **RELEASED).key == "faces-gray-64-centre-red-stretch-jpeg"
    assert FaceView("rgb", 64, **RELEASED).key == "faces-rgb-64-centre-jpeg"
    assert FaceView("rgb", 64, crop="none").key == "faces-rgb-64-none"


def test_channels():
    assert [FaceView(kind, 8).channels for kind in ("rgb", "gray", "edges")] == [3, 1, 1]


@pytest.mark.parametrize(
    "arguments",
    [
        {"size": 7},
        {"size": 513},
        {"kind": "depth"},
        {"gray": "green"},
        {"sobel": "both"},
        {"crop": "box"},
    ],
)
def test_an_unknown_value_is_refused(arguments):
    with pytest.raises(UserError, match="choose"):
        FaceView(**{"kind": "gray", "size": 64, **arguments})


@pytest.mark.parametrize(
    ("frame", "region"),
    [((178, 218), BOX), ((89, 109), (0, 10, 89, 99)), ((100, 60), (20, 0, 80, 60)), ((64, 64), (0, 0, 64, 64))],
)
def test_the_centre_is_the_largest_square(frame, region):
    assert FaceView("rgb", 8).region(*frame) == region
    assert FaceView("rgb", 8, crop="none").region(*frame) == (0, 0, *frame)


def test_the_views_of_the_text():
    gray = FACE.convert("L").crop(BOX).resize((64, 64))
    x, y = (ndimage.sobel(np.asarray(gray, float), axis, mode="reflect") for axis in (0, 1))
    assert np.array_equal(rendered(FaceView("rgb", 64)), np.asarray(FACE.crop(BOX).resize((64, 64))))
    assert np.array_equal(rendered(FaceView("gray", 64)), np.asarray(gray))
    assert np.array_equal(rendered(FaceView("edges", 64)), np.rint(np.hypot(x, y) / np.sqrt(20)).astype(np.uint8))


@pytest.mark.parametrize("kind", ["rgb", "gray", "edges"])
@pytest.mark.parametrize("seed", range(4))
def test_the_views_of_the_code_are_the_files_that_its_builders_write(kind, seed):
    """The steps of edges_builder.py, edges_grayscale.py and grayscale_rgb.py, with SciPy in scikit-image's place."""
    face = Image.open(io.BytesIO(encoded(seed)))
    red = np.array(face)[:, :, 0]
    x, y = (ndimage.sobel(red / 255, axis, mode="reflect") / 4 for axis in (0, 1))
    built = {"rgb": np.array(face), "gray": red, "edges": np.hypot(x, y) / np.sqrt(2)}[kind]
    resampled = Image.fromarray(built).crop(BOX).resize((128, 128))
    buffer = io.BytesIO()
    plt.imsave(buffer, np.asarray(resampled), cmap="gray", format="jpg")
    loaded = Image.open(buffer).convert("RGB" if kind == "rgb" else "L")
    assert np.array_equal(rendered(FaceView(kind, 128, **RELEASED), face), np.asarray(loaded))


def test_edges_of_the_whole_frame_are_clipped_not_wrapped_around():
    """Bicubic resizing overshoots beside strong edges: unstretched, what falls below 0 is 0."""
    stripes = np.zeros((218, 178), np.uint8)
    stripes[:, ::7] = 255
    edges = rendered(FaceView("edges", 150, sobel="original"), Image.fromarray(stripes))
    magnitude = np.hypot(*(ndimage.sobel(stripes.astype(float), axis, mode="reflect") for axis in (0, 1)))
    floats = Image.fromarray((magnitude / np.sqrt(20)).astype(np.float32)).crop(BOX).resize((150, 150))
    assert np.asarray(floats).min() < -1
    assert np.abs(edges - np.asarray(floats).clip(0, 255)).max() <= 0.51


@pytest.mark.parametrize("kind", ["gray", "edges"])
@pytest.mark.parametrize("factors", [{}, RELEASED])
def test_a_face_of_one_colour(kind, factors):
    grey = Image.new("RGB", (178, 218), (90, 90, 90))
    expected = 90 if kind == "gray" and not factors else 0
    assert (rendered(FaceView(kind, 32, **factors), grey) == expected).all()


def test_whole_frames_are_squashed():
    whole = FACE.convert("L").resize((32, 32))
    assert np.array_equal(rendered(FaceView("gray", 32, crop="none")), np.asarray(whole))


def test_gray_files_count_as_rgb():
    gray = FACE.convert("L")
    assert np.array_equal(rendered(FaceView("gray", 32, gray="red"), gray), rendered(FaceView("gray", 32)))
