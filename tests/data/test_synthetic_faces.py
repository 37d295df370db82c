import numpy as np
import pytest
from PIL import Image

from stackrepro.data import FaceView, find, held_out_rows, prepare
from stackrepro.data import synthetic as drawn
from stackrepro.data.celeba import read_catalogue
from stackrepro.data.pixels import sobel
from stackrepro.data.synthetic import faces
from stackrepro.data.synthetic.faces import layout
from stackrepro.data.synthetic.faces.canvas import curve, ellipse
from stackrepro.data.synthetic.faces.scene import draw

SOME = [faces.example(index) for index in range(0, 480, 15)]


def test_the_same_numbers_give_the_same_face():
    one, again, other_seed = draw(3, 5), draw(3, 5), draw(4, 5)
    assert np.array_equal(one.image, again.image)
    assert np.array_equal(one.parts, again.parts)
    assert not np.array_equal(one.image, other_seed.image)


def test_a_person_has_eight_different_images():
    images = [draw(0, index) for index in range(9)]
    assert [face.identity for face in images] == [0] * 8 + [1]
    assert len({face.person for face in images[:8]}) == 1
    assert len({face.moment for face in images}) == 9
    assert images[8].person != images[0].person


@pytest.mark.parametrize("face", SOME, ids=range(len(SOME)))
def test_the_frame_is_aligned_as_celebas(face):
    """The eyes lie at (69.5, 111) and (107.5, 111) in every pose: CelebA's means are 69 and 108 at 111."""
    assert face.image.shape == (218, 178, 3)
    assert face.landmarks["lefteye"] == (69.5, 111.0)
    assert face.landmarks["righteye"] == (107.5, 111.0)
    shown = face.part("glasses") | face.part("eyes") if face.moment.sunglasses else face.part("eyes")
    for x, side in ((69, np.s_[:, :89]), (107, np.s_[:, 89:])):
        rows, columns = np.nonzero(shown[side])
        assert abs(rows.mean() - 111) < 3
        assert abs(columns.mean() + (0 if x < 89 else 89) - x) < 4


@pytest.mark.parametrize("face", SOME, ids=range(len(SOME)))
def test_parts_lie_where_a_face_has_them(face):
    middle = {name: np.mean(np.nonzero(face.part(name)), axis=1) for name in ("eyes", "nose", "mouth", "face")}
    if not face.moment.sunglasses:
        assert middle["eyes"][0] < middle["nose"][0]
    assert middle["nose"][0] < middle["mouth"][0]
    for name in ("nose", "mouth"):
        x, y = np.mean([face.landmarks[point] for point in face.landmarks if name in point], axis=0)
        assert abs(middle[name][1] - x) < 6
        assert abs(middle[name][0] - y) < 14
    assert 0.08 < face.part("face").mean() < 0.3
    assert face.part("face").sum() < face.mask.sum() < 0.85 * face.mask.size
    assert face.part("hair").any() == (face.person.hair != "bald")


@pytest.mark.parametrize("face", SOME, ids=range(len(SOME)))
def test_the_eyes_are_seen_in_the_edges(face):
    """The masks are the picture's: the gradient is stronger at eyes and mouth than on the face at large."""
    edges = sobel(face.image.astype(float) @ (0.299, 0.587, 0.114))
    features = face.part("glasses") | face.part("eyes") | face.part("mouth")
    assert edges[features].mean() > 1.5 * edges[face.part("skin")].mean()


def test_faces_are_varied():
    """No two images are alike, and traits of all kinds occur."""
    small = np.stack([face.image[20:198:8, ::8].astype(float).mean(-1) for face in SOME])
    apart = np.abs(small[:, None] - small[None]).mean((2, 3)) + 99 * np.eye(len(small))
    assert apart.min() > 10
    everyone = [layout.attributes_of(face) for face in SOME]
    assert all(len({known[name] for known in everyone}) == 2 for name in ("Male", "Smiling", "Black_Hair", "No_Beard"))


def test_the_folder_has_celebas_layout():
    folder = drawn.folder("faces")
    catalogue = read_catalogue(folder)
    assert catalogue.names == tuple(f"{number:06}.jpg" for number in range(1, 17))
    assert catalogue.identities == (1,) * 8 + (2,) * 8
    for index, name in enumerate(catalogue.names):
        stored = np.asarray(Image.open(folder / "img_align_celeba" / name)).astype(float)
        assert np.abs(stored - faces.example(index).image).mean() < 4  # a JPEG of the drawing

    def rows(name):
        return [line.split() for line in (folder / name).read_text().splitlines()]

    attributes, landmarks = rows("list_attr_celeba.txt"), rows("list_landmarks_align_celeba.txt")
    assert attributes[0] == landmarks[0] == ["16"]
    assert landmarks[1][:4] == ["lefteye_x", "lefteye_y", "righteye_x", "righteye_y"]
    assert landmarks[2][:5] == ["000001.jpg", "70", "111", "108", "111"]
    assert len(attributes) == len(landmarks) == 18
    assert {value for row in attributes[2:] for value in row[1:]} == {"1", "-1"}
    assert len(attributes[2]) == len(attributes[1]) + 1
    partition = rows("list_eval_partition.txt")
    assert [row[0] for row in partition] == list(catalogue.names)
    assert all(row[1] in {"0", "1", "2"} for row in partition)


def test_prepare_takes_the_synthetic_faces():
    source, view = find("faces", None), FaceView("edges", 32)
    array = prepare(source, [view])[view]
    assert array.shape == (16, 32, 32, 1)
    assert len(held_out_rows(source)) == 8
    assert array.std(axis=0).max() > 10


def test_a_drawing_that_was_cut_off_leaves_nothing(monkeypatch, own_cache):
    def fail(example, path):
        raise KeyboardInterrupt

    monkeypatch.setattr(layout, "_save", fail)
    with pytest.raises(KeyboardInterrupt):
        drawn.folder("faces")
    assert [path.suffix for path in (own_cache / "synthetic").iterdir()] in ([], [".lock"])


def test_curves_pass_through_their_knots():
    knots = np.array([(0.0, 0.0), (10.0, 5.0), (20.0, 0.0), (25.0, -9.0)])
    assert np.allclose(curve(*knots)[::8], knots)
    assert np.allclose(curve(*knots, closed=True)[::8], knots)


def test_an_ellipse_has_its_axes():
    points = ellipse(5.0, 7.0, 4.0, 2.0, np.pi / 2)
    assert np.allclose(points.mean(0), (5, 7))
    assert np.allclose(np.ptp(points, axis=0), (4, 8), atol=0.05)
