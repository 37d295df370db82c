"""The drawn sets: exact truths, and a folder in the layout of the real set. tests/golden has their pixels."""

import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from stackrepro.data import sources, synthetic_birds, synthetic_faces
from stackrepro.data.celeba import read_catalogue as read_faces
from stackrepro.data.cub import read_catalogue as read_birds
from stackrepro.data.sources import draw_share, synthetic_folder
from stackrepro.data.synthetic_faces import PARTS

CUB_PARTS = (  # of CUB-200-2011's parts.txt
    *("back", "beak", "belly", "breast", "crown", "forehead", "left eye", "left leg", "left wing"),
    *("nape", "right eye", "right leg", "right wing", "tail", "throat"),
)
BIRDS = [synthetic_birds.example(index) for index in range(48)]
FACES = [synthetic_faces.example(index) for index in range(0, 360, 15)]


def part(face, *names):
    return np.isin(face.parts, [PARTS.index(name) for name in names])


def test_another_seed_gives_other_images_and_all_species_are_drawn_in_turn(monkeypatch):
    assert [bird.species for bird in BIRDS[:18]] == [*range(16), 0, 1]
    for drawn, index, known in ((synthetic_birds, 5, BIRDS[5].image), (synthetic_faces, 15, FACES[1].image)):
        assert np.array_equal(drawn.example(index).image, known)
        monkeypatch.setattr(drawn, "SEED", 3)
        assert not np.array_equal(drawn.example(index).image, known)


@pytest.mark.parametrize("bird", BIRDS[::3], ids=range(16))
def test_box_mask_and_parts_are_the_birds(bird):
    left, top, width, height = bird.box
    rows, columns = np.nonzero(bird.mask)
    assert (rows.min(), np.ptp(rows) + 1, columns.min(), np.ptp(columns) + 1) == (top, height, left, width)
    assert min(left, top, 96 - left - width, 96 - top - height) >= 4  # 5 % of 96 pixels, less what rounding takes
    for x, y in bird.parts.values():
        assert bird.mask[int(y) - 1 : int(y) + 2, int(x) - 1 : int(x) + 2].any()


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


def test_a_drawing_that_was_cut_off_leaves_nothing(monkeypatch, own_cache):
    def fail(folder, index):
        (folder / "half").write_bytes(b"")
        raise KeyboardInterrupt

    monkeypatch.setattr(synthetic_birds, "save", fail)
    with pytest.raises(KeyboardInterrupt):
        synthetic_folder("birds")
    assert [path.suffix for path in (own_cache / "synthetic").iterdir()] in ([], [".lock"])
