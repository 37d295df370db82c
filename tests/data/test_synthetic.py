"""The drawn sets, in the layout of the real ones. tests/golden has their pixels."""

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

BIRDS = [synthetic_birds.example(index) for index in range(18)]
FACES = [synthetic_faces.example(index) for index in range(0, 128, 3)]


def test_another_seed_gives_other_images_and_all_species_are_drawn_in_turn(monkeypatch):
    assert [bird.species for bird in BIRDS] == [*range(16), 0, 1]
    for drawn, index, known in ((synthetic_birds, 5, BIRDS[5].image), (synthetic_faces, 15, FACES[5].image)):
        assert drawn.example(index).image == known
        monkeypatch.setattr(drawn, "SEED", 3)
        assert drawn.example(index).image != known


@pytest.mark.parametrize("index", range(32))
def test_a_box_is_what_shows_any_of_the_bird(index, monkeypatch):
    side = synthetic_birds.SIZE * synthetic_birds.OVERSAMPLING
    monkeypatch.setattr(synthetic_birds, "backdrop", lambda *_: Image.new("RGB", (side, side)))
    monkeypatch.setattr(synthetic_birds, "perch", lambda *_: None)
    monkeypatch.setattr(synthetic_birds, "photograph", lambda image, *_: image)
    bird = synthetic_birds.example(index)
    left, top, width, height = bird.box
    seen = np.array(bird.image.convert("L").getbbox())
    assert np.abs(seen - (left, top, left + width, top + height)).max() <= 1
    assert min(left, top, 96 - left - width, 96 - top - height) >= 3  # 5 % of 96 pixels, less what rounding takes


def test_faces_are_aligned_by_their_eyes_as_celebas_are():
    """They lie at (69.5, 111) and (107.5, 111) in every pose: CelebA's means are 69 and 108 at 111."""
    assert {face.image.size for face in FACES} == {(178, 218)}
    gray = np.mean([np.asarray(face.image.convert("L"), float) for face in FACES], axis=0)
    darkest = [np.unravel_index(gray[100:122, side].argmin(), (22, 40)) for side in (np.s_[50:90], np.s_[88:128])]
    for (row, column), x in zip(darkest, (69.5 - 50, 107.5 - 88), strict=True):
        assert abs(row + 100 - 111) <= 3
        assert abs(column - x) <= 3


def test_a_person_is_drawn_eight_times_at_other_moments(monkeypatch):
    persons, draw = [], synthetic_faces.draw_person
    monkeypatch.setattr(synthetic_faces, "draw_person", lambda random: persons.append(draw(random)) or persons[-1])
    faces = [synthetic_faces.example(index) for index in range(9)]
    assert [face.identity for face in faces] == [0] * 8 + [1]
    assert [person == persons[0] for person in persons] == [True] * 8 + [False]
    assert len({face.image.tobytes() for face in faces}) == 9


def test_the_folder_holds_what_is_drawn_in_the_layout_of_the_real_set(own_cache):
    birds, faces = synthetic_folder("birds"), synthetic_folder("faces")
    catalogue = read_birds(birds)
    assert catalogue.names[1] == "002.Masked_Goldling/Masked_Goldling_0002.png"
    for bird, name, box in zip(BIRDS[:4], catalogue.names, catalogue.boxes, strict=True):
        assert np.array_equal(np.asarray(Image.open(birds / "images" / name)), np.asarray(bird.image))
        left, top, width, height = bird.box
        assert box == (left, top, left + width, top + height)
    catalogue = read_faces(faces)
    assert catalogue.names == tuple(f"{number:06}.jpg" for number in range(1, 17))
    assert catalogue.identities == (1,) * 8 + (2,) * 8
    stored = np.asarray(Image.open(faces / "img_align_celeba" / "000016.jpg")).astype(float)
    assert np.abs(stored - FACES[5].image).mean() < 4  # a JPEG of the drawing
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
