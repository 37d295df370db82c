import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from stackrepro.data import BirdView, find, prepare
from stackrepro.data import synthetic as drawn
from stackrepro.data.cub import read_catalogue
from stackrepro.data.synthetic import birds as synthetic
from stackrepro.data.synthetic.birds import layout
from stackrepro.data.synthetic.birds.painting import PARTS
from stackrepro.data.synthetic.birds.scene import draw
from stackrepro.data.synthetic.birds.species import SPECIES

SOME = range(0, 64, 3)


def test_the_same_numbers_give_the_same_bird():
    one, again, other_seed = draw(3, 5), draw(3, 5), draw(4, 5)
    assert np.array_equal(one.image, again.image)
    assert np.array_equal(one.mask, again.mask)
    assert one.parts == again.parts
    assert not np.array_equal(one.image, other_seed.image)


def test_all_species_are_drawn_in_turn():
    assert [draw(0, index).species for index in range(18)] == [*range(16), 0, 1]


@pytest.mark.parametrize("index", SOME)
def test_the_box_is_tight_and_inside_the_margin(index):
    bird = synthetic.example(index)
    left, top, width, height = bird.box
    inside = bird.mask[top : top + height, left : left + width]
    assert inside.sum() == bird.mask.sum()
    assert inside[0].any()
    assert inside[-1].any()
    assert inside[:, 0].any()
    assert inside[:, -1].any()
    assert min(left, top, 96 - left - width, 96 - top - height) >= 4  # 5 % of 96 pixels, less what rounding takes


@pytest.mark.parametrize("index", SOME)
def test_visible_parts_lie_on_the_bird(index):
    bird = synthetic.example(index)
    for x, y in bird.parts.values():
        column, row = int(x), int(y)
        assert bird.mask[row - 1 : row + 2, column - 1 : column + 2].any()


def test_every_part_is_seen_and_only_one_eye_at_a_time():
    birds = [synthetic.example(index) for index in range(64)]
    assert {part for bird in birds for part in bird.parts} == set(layout.PART_NAMES)
    assert all(("left eye" in bird.parts) != ("right eye" in bird.parts) for bird in birds)


@pytest.mark.parametrize("index", SOME)
def test_the_bird_differs_from_its_background(index):
    """The mask is the bird's: its mean colour inside is another one than outside, and neither is flat."""
    bird = synthetic.example(index)
    inside, outside = bird.image[bird.mask].astype(float), bird.image[~bird.mask].astype(float)
    assert np.abs(inside.mean(0) - outside.mean(0)).max() > 10
    assert inside.std(0).max() > 10
    assert outside.std(0).max() > 8


def test_the_folder_holds_what_example_draws():
    folder = drawn.folder("birds")
    catalogue = read_catalogue(folder)
    for index, name in enumerate(catalogue.names):
        bird = synthetic.example(index)
        assert np.array_equal(np.asarray(Image.open(folder / "images" / name)), bird.image)
        assert np.array_equal(np.asarray(Image.open(folder / "segmentations" / name)), 255 * bird.mask)
        left, top, width, height = bird.box
        assert catalogue.boxes[index] == (left, top, left + width, top + height)


def test_the_lists_have_the_columns_of_cub(monkeypatch):
    monkeypatch.setattr(synthetic, "COUNT", 20)
    folder = drawn.folder("birds")

    def rows(name):
        return [line.split(" ", 1) for line in (folder / name).read_text().splitlines()]

    assert [number for number, _ in rows("images.txt")] == [str(i) for i in range(1, 21)]
    assert rows("image_class_labels.txt")[17] == ["18", "2"]
    assert rows("classes.txt")[1] == ["2", f"002.{SPECIES[1].name}"]
    assert {flag for _, flag in rows("train_test_split.txt")} == {"0", "1"}
    assert rows("parts/parts.txt")[1] == ["2", "beak"]
    places = [line.split() for line in (folder / "parts/part_locs.txt").read_text().splitlines()]
    assert len(places) == 20 * 15
    hidden = [place for place in places if place[4] == "0"]
    assert hidden
    assert all(place[2:4] == ["0.0", "0.0"] for place in hidden)


def test_the_folder_is_drawn_once():
    folder = drawn.folder("birds")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert drawn.folder("birds") == folder
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_a_drawing_that_was_cut_off_leaves_nothing(monkeypatch, own_cache):
    def fail(folder, seed, index):
        raise KeyboardInterrupt

    monkeypatch.setattr(layout, "_write_bird", fail)
    with pytest.raises(KeyboardInterrupt):
        drawn.folder("birds")
    assert [path.suffix for path in (own_cache / "synthetic").iterdir()] in ([], [".lock"])


def test_prepare_crops_the_synthetic_birds():
    view = BirdView(16)
    array = prepare(find("birds", None), [view])[view]
    assert array.shape == (4, 16, 16, 3)
    bird = synthetic.example(2)
    left, top, width, height = bird.box
    box = (left, top, left + width, top + height)
    by_hand = Image.fromarray(bird.image).resize((16, 16), Image.Resampling.BICUBIC, box)
    assert np.array_equal(array[2], np.asarray(by_hand))


def test_the_eye_that_shows_agrees_with_the_side():
    """A bird that stands with its beak ahead shows eye and wing of one side; looking back, the other eye."""
    agreements = set()
    for bird in (synthetic.example(index) for index in range(64)):
        wings = {side for side in ("left", "right") if f"{side} wing" in bird.parts}
        if len(wings) == 1 and {"tail", "beak", "breast"} <= bird.parts.keys():  # one wing: it stands
            eye = "left" if "left eye" in bird.parts else "right"
            ahead = (bird.parts["beak"][0] - bird.parts["crown"][0]) * (
                bird.parts["breast"][0] - bird.parts["tail"][0]
            ) > 0
            assert (eye in wings) == ahead
            agreements.add(ahead)
    assert agreements == {True, False}


@pytest.mark.parametrize("index", [0, 5, 6])
def test_parts_can_be_left_out_and_nothing_else_changes(index):
    whole, blind = draw(3, index), draw(3, index, ("eye",))
    changed = (whole.image != blind.image).any(axis=-1)
    rows, columns = np.nonzero(changed)
    assert 0 < changed.sum() < 120
    assert max(np.ptp(rows), np.ptp(columns)) < 14, "all of it at one place"
    assert np.array_equal(whole.mask, blind.mask)
    assert whole.box == blind.box


def test_a_scene_without_its_bird_is_the_ground():
    whole, bare = draw(3, 5), draw(3, 5, (*PARTS, "eye"))
    assert not bare.mask.any()
    assert bare.parts == {}
    assert bare.box == whole.box
    beyond = ~ndimage.binary_dilation(whole.mask, iterations=2)
    assert np.array_equal(whole.image[beyond], bare.image[beyond])
