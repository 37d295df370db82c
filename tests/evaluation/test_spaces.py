"""Images of a later stage, turned back into those of the stage before."""

import numpy as np
import pytest

from stackrepro.data import FaceView, prepare
from stackrepro.evaluation.spaces import turned_back


@pytest.mark.parametrize("stretch", [True, False])
@pytest.mark.parametrize("gray", ["luma", "red"])
def test_of_real_gray_faces_it_makes_exactly_the_real_edges(stretch, gray, tiny_faces):
    views = [FaceView("gray", 32, gray=gray), FaceView("edges", 32, gray=gray, stretch=stretch)]
    images, edges = prepare(tiny_faces, views).values()
    turn = turned_back(*views)
    assert np.array_equal(turn(images[:]), edges)
    assert edges.std() > 5


@pytest.mark.parametrize("gray", ["luma", "red"])
def test_of_real_colour_it_makes_the_real_gray_faces_but_for_rounding(gray, tiny_faces):
    views = [FaceView("rgb", 32), FaceView("gray", 32, gray=gray)]
    images, grays = prepare(tiny_faces, views).values()
    apart = np.abs(turned_back(*views)(images[:]).astype(int) - grays)
    assert apart.max() < 16  # where resizing clips each colour before they are weighed
    assert np.mean(apart > 1) < 0.02


@pytest.mark.parametrize(
    ("kind", "earlier"),
    [
        ("gray", FaceView("edges", 32, sobel="original")),
        ("gray", FaceView("edges", 32, stretch=True, jpeg=True)),
        ("rgb", FaceView("gray", 32, jpeg=True)),
        ("rgb", FaceView("edges", 32)),
    ],
)
def test_where_a_step_is_not_one_of_the_final_pixels_there_is_no_way_back(kind, earlier):
    assert turned_back(FaceView(kind, 32), earlier) is None
