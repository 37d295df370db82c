"""The drawn sets: exact truths, all traits, and a folder in the layout of the real set."""

import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from stackrepro.data import BirdView, FaceView, find, held_out_rows, prepare, sources, synthetic_birds, synthetic_faces
from stackrepro.data.celeba import read_catalogue as read_faces
from stackrepro.data.cub import read_catalogue as read_birds
from stackrepro.data.sources import draw_share, synthetic_folder
from stackrepro.data.synthetic_faces import PARTS, curve, ellipse
from stackrepro.data.views import sobel

CUB_PARTS = (  # of CUB-200-2011's parts.txt
    *("back", "beak", "belly", "breast", "crown", "forehead", "left eye", "left leg", "left wing"),
    *("nape", "right eye", "right leg", "right wing", "tail", "throat"),
)
BIRDS = [synthetic_birds.example(index) for index in range(48)]
FACES = [synthetic_faces.example(index) for index in range(0, 360, 15)]


def part(face, *names):
    return np.isin(face.parts, [PARTS.index(name) for name in names])


def test_the_same_seed_and_index_give_the_same_image_and_others_don_t(monkeypatch):
    for drawn, known in ((synthetic_birds, BIRDS[5].image), (synthetic_faces, FACES[1].image)):
        index = 5 if drawn is synthetic_birds else 15
        assert np.array_equal(drawn.example(index).image, known)
        monkeypatch.setattr(drawn, "SEED", 3)
        assert not np.array_equal(drawn.example(index).image, known)


def test_all_species_are_drawn_in_turn():
    assert [bird.species for bird in BIRDS[:18]] == [*range(16), 0, 1]


@pytest.mark.parametrize("bird", BIRDS[::3], ids=range(16))
def test_box_mask_and_parts_are_the_birds(bird):
    left, top, width, height = bird.box
    inside = bird.mask[top : top + height, left : left + width]
    assert inside.sum() == bird.mask.sum()
    assert inside[0].any()
    assert inside[-1].any()
    assert inside[:, 0].any()
    assert inside[:, -1].any()
    assert min(left, top, 96 - left - width, 96 - top - height) >= 4  # 5 % of 96 pixels, less what rounding takes
    for x, y in bird.parts.values():
        assert bird.mask[int(y) - 1 : int(y) + 2, int(x) - 1 : int(x) + 2].any()
    within, without = bird.image[bird.mask].astype(float), bird.image[~bird.mask].astype(float)
    assert np.abs(within.mean(0) - without.mean(0)).max() > 10
    assert within.std(0).max() > 10
    assert without.std(0).max() > 8


def test_every_part_is_seen_and_the_eye_agrees_with_the_side():
    """A bird that stands with its beak ahead shows eye and wing of one side; looking back, the other eye."""
    assert {part for bird in BIRDS for part in bird.parts} == set(CUB_PARTS)
    agreements = set()
    for bird in BIRDS:
        eyes, wings = ({side for side in ("left", "right") if f"{side} {p}" in bird.parts} for p in ("eye", "wing"))
        assert len(eyes) == 1
        if len(wings) == 1 and {"tail", "beak", "breast"} <= bird.parts.keys():  # one wing: it stands
            (beak, crown, breast, tail) = (bird.parts[name][0] for name in ("beak", "crown", "breast", "tail"))
            ahead = (beak - crown) * (breast - tail) > 0
            assert (eyes == wings) == ahead
            agreements.add(ahead)
    assert agreements == {True, False}


@pytest.mark.parametrize("face", FACES, ids=range(len(FACES)))
def test_a_face_is_aligned_as_celebas_and_its_parts_are_the_pictures(face):
    """The eyes lie at (69.5, 111) and (107.5, 111) in every pose: CelebA's means are 69 and 108 at 111."""
    assert face.image.shape == (218, 178, 3)
    assert face.landmarks["lefteye"] == (69.5, 111.0)
    assert face.landmarks["righteye"] == (107.5, 111.0)
    eyes = part(face, "eyes", "glasses")
    for x, side in ((69, np.s_[:, :89]), (107, np.s_[:, 89:])):
        rows, columns = np.nonzero(eyes[side])
        assert abs(rows.mean() - 111) < 5
        assert abs(columns.mean() + (0 if x < 89 else 89) - x) < 6
    heights = []
    for name in ("nose", "mouth"):
        row, column = np.mean(np.nonzero(part(face, name)), axis=1)
        x, y = np.mean([face.landmarks[point] for point in face.landmarks if name in point], axis=0)
        assert abs(column - x) < 6
        assert abs(row - y) < 14
        heights.append(row)
    assert 111 < heights[0] < heights[1]
    whole = part(face, "skin", "brows", "eyes", "nose", "mouth", "beard", "glasses")
    assert 0.08 < whole.mean() < 0.3
    assert whole.sum() < (face.parts > 0).sum() < 0.85 * face.parts.size
    edges = sobel(face.image.astype(float) @ (0.299, 0.587, 0.114))
    assert edges[eyes | part(face, "mouth")].mean() > 1.5 * edges[part(face, "skin")].mean()


def test_a_person_has_eight_different_images_and_no_two_persons_are_alike():
    faces = [synthetic_faces.example(index) for index in range(9)]
    assert [face.identity for face in faces] == [0] * 8 + [1]
    small = np.stack([face.image[20:198:8, ::8].astype(float).mean(-1) for face in (*FACES, *faces[1:])])
    apart = np.abs(small[:, None] - small[None]).mean((2, 3)) + 99 * np.eye(len(small))
    assert apart.min() > 8
    shown = np.array([[part(face, name).any() for name in ("hair", "beard", "glasses")] for face in FACES])
    assert shown.any(0).all()
    assert not shown.all(0).any()


def test_the_folder_holds_what_is_drawn_in_the_layout_of_the_real_set(own_cache):
    birds, faces = synthetic_folder("birds"), synthetic_folder("faces")
    catalogue = read_birds(birds)
    assert catalogue.names[1] == "002.Masked_Goldling/Masked_Goldling_0002.png"
    for bird, name, box in zip(BIRDS[:4], catalogue.names, catalogue.boxes, strict=True):
        assert np.array_equal(np.asarray(Image.open(birds / "images" / name)), bird.image)
        left, top, width, height = bird.box
        assert box == (left, top, left + width, top + height)
    catalogue = read_faces(faces)
    assert catalogue.names == tuple(f"{number:06}.jpg" for number in range(1, 17))
    assert catalogue.identities == (1,) * 8 + (2,) * 8
    stored = np.asarray(Image.open(faces / "img_align_celeba" / "000016.jpg")).astype(float)
    assert np.abs(stored - FACES[1].image).mean() < 4  # a JPEG of the drawing
    before = {path: path.stat().st_mtime_ns for path in own_cache.rglob("*") if path.suffix in (".png", ".jpg")}
    assert (synthetic_folder("birds"), synthetic_folder("faces")) == (birds, faces)
    assert all(path.stat().st_mtime_ns == time for path, time in before.items())


@pytest.mark.parametrize("broken", [False, True])
def test_many_processes_draw_what_one_draws(monkeypatch, own_cache, broken):
    """And where they can't, the one that asked them draws."""
    alone = synthetic_folder("birds")
    files = {path.relative_to(alone): path.read_bytes() for path in alone.rglob("*") if path.is_file()}
    alone.rename(own_cache / "alone")
    monkeypatch.setattr(sources, "ALONE", 1)
    monkeypatch.setattr(sources, "cores", lambda: 3)
    if broken:
        monkeypatch.setattr(sys, "executable", "/bin/false")
    else:
        mine = []
        monkeypatch.setattr(synthetic_birds, "save", lambda f, i, s=synthetic_birds.save: mine.append(i) or s(f, i))
    folder = synthetic_folder("birds")
    assert {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()} == files
    assert broken or mine == [0, 3]


def test_a_drawing_process_ends_with_the_one_that_asked(tmp_path):
    other = subprocess.Popen([sys.executable, "-c", ""])
    other.wait()
    assert list(draw_share("birds", tmp_path, range(4), other.pid)) == []
    assert len(list(draw_share("birds", tmp_path, range(2), os.getppid()))) == 2


@pytest.mark.parametrize("dataset", ["birds", "faces"])
def test_a_drawing_that_was_cut_off_leaves_nothing(monkeypatch, own_cache, dataset):
    def fail(folder, index):
        (folder / "half").write_bytes(b"")
        raise KeyboardInterrupt

    monkeypatch.setattr(sources.SETS[dataset], "save", fail)
    with pytest.raises(KeyboardInterrupt):
        synthetic_folder(dataset)
    assert [path.suffix for path in (own_cache / "synthetic").iterdir()] in ([], [".lock"])


def test_the_sets_are_prepared_like_real_ones():
    bird, birds, faces = BirdView(16), find("birds", None), find("faces", None)
    array = prepare(birds, [bird])[bird]
    left, top, width, height = BIRDS[2].box
    by_hand = Image.fromarray(BIRDS[2].image).resize(
        (16, 16), Image.Resampling.BICUBIC, (left, top, left + width, top + height)
    )
    assert np.array_equal(array[2], np.asarray(by_hand))
    face = FaceView("edges", 32)
    array = prepare(faces, [face])[face]
    assert array.shape == (16, 32, 32, 1)
    assert array.std(axis=0).max() > 10
    assert len(held_out_rows(faces)) == 8


def test_curves_pass_through_their_knots_and_an_ellipse_has_its_axes():
    knots = np.array([(0.0, 0.0), (10.0, 5.0), (20.0, 0.0), (25.0, -9.0)])
    assert np.allclose(curve(*knots)[::8], knots)
    assert np.allclose(curve(*knots, closed=True)[::8], knots)
    points = ellipse(5.0, 7.0, 4.0, 2.0, np.pi / 2)
    assert np.allclose(points.mean(0), (5, 7))
    assert np.allclose(np.ptp(points, axis=0), (4, 8), atol=0.05)
