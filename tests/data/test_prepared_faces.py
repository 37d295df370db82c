import io

import numpy as np
import pytest
from PIL import Image
from tiny_birds import build_folder
from tiny_faces import encoded

from stackrepro.base.errors import UserError
from stackrepro.data import BirdView, FaceView, decoding, find, held_out_rows, prepare, training_rows
from stackrepro.data.prepared import prepared_folder, prepared_views

VIEWS = [FaceView(kind, 16) for kind in ("rgb", "gray", "edges")]


@pytest.fixture
def source(tmp_path, faces_files):
    """Return a function that lays the files out and finds them."""

    def build():
        return find("faces", build_folder(tmp_path / "root", faces_files), unofficial=True)

    return build


def test_all_views_come_from_one_decode(source, faces_files, monkeypatch):
    decoded = []

    def counting(data, box, views, decode=decoding.decode):
        decoded.append(data)
        return decode(data, box, views)

    monkeypatch.setattr(decoding, "decode", counting)
    arrays = prepare(source(), VIEWS)
    assert len(decoded) == 8
    assert [array.shape for array in arrays.values()] == [(8, 16, 16, 3), (8, 16, 16, 1), (8, 16, 16, 1)]
    for row in range(8):
        image = Image.open(io.BytesIO(faces_files[f"img_align_celeba/{row + 1:06}.jpg"]))
        for view, array in arrays.items():
            assert array[row].tobytes() == view.render(image, None)


def test_views_that_differ_in_what_a_kind_ignores_share_one_file(source):
    views = [FaceView("rgb", 16), FaceView("rgb", 16, gray="red", stretch=True)]
    arrays = prepare(source(), views)
    assert np.array_equal(arrays[views[0]], arrays[views[1]])
    assert prepared_views(source()) == ["faces-rgb-16-centre"]


def test_the_rows_of_the_split_are_the_rows_of_the_arrays(source):
    gray = prepare(source(), VIEWS)[VIEWS[1]]
    assert len(training_rows(source())) + len(held_out_rows(source())) == len(gray)
    assert prepared_views(source()) == sorted(view.key for view in VIEWS)


def test_mixed_sizes_are_refused_by_the_first_that_differs(source, faces_files):
    faces_files["img_align_celeba/000004.jpg"] = encoded(4, size=(89, 109))
    faces_files["img_align_celeba/000006.jpg"] = encoded(6, size=(90, 100))
    with pytest.raises(UserError, match=r"mixes sizes \(000004\.jpg has 89 x 109 pixels, 000001\.jpg 178 x 218\)"):
        prepare(source(), VIEWS)
    assert {path.name for path in prepared_folder(source()).iterdir()} <= {"lock"}


def test_files_that_are_no_images_are_all_named(source, faces_files):
    faces_files["img_align_celeba/000002.jpg"] = b"<html>"
    faces_files["img_align_celeba/000007.jpg"] = faces_files["img_align_celeba/000007.jpg"][:300]
    with pytest.raises(UserError, match=r"2 unusable images \(000002\.jpg: it doesn't decode.*000007\.jpg: it doesn't"):
        prepare(source(), VIEWS)


def test_a_view_of_birds_is_refused(source):
    with pytest.raises(UserError, match="birds-8-box is not one of faces"):
        prepare(source(), [BirdView(8)])
