"""The machine eye test: its scores by closed forms, its thresholds, and what degraded synthetic birds do to them."""

import numpy as np
import pytest

from stackrepro.base.errors import UserError
from stackrepro.data import BirdView, find
from stackrepro.evaluation.machine_eye import Instrument, calibrate, calibrated, measures, validate
from stackrepro.evaluation.machine_eye.degradations import DEGRADATIONS, degraded, pictures
from stackrepro.evaluation.machine_eye.eyes import eyes, usual_places
from stackrepro.evaluation.machine_eye.figure import overlap, segment
from stackrepro.evaluation.machine_eye.truth import example, eye_in, figure_in
from stackrepro.evaluation.machine_eye.validation import is_valid, share_above

VIEW = BirdView(32)


def disc(size: int, radius: float, row: float = 0.5, column: float = 0.5) -> np.ndarray:
    """A disc as a mask (1, size, size); lengths are in sides."""
    y, x = (np.mgrid[:size, :size] + 0.5) / size
    return (np.hypot(y - row, x - column) < radius)[None]


def two_colours(figures: np.ndarray, inside: tuple[int, int, int], outside: tuple[int, int, int]) -> np.ndarray:
    return np.where(figures[..., None], inside, outside).astype(np.uint8)


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    """One from 96 synthetic birds and 64 others; what the set's own instrument has, only smaller."""
    birds = [example(index) for index in range(96)]
    figures = np.stack([figure_in(VIEW, bird) for bird in birds])
    places = np.array([place for bird in birds if (place := eye_in(VIEW, bird))])
    return calibrate(degraded(VIEW, range(96), "blur", 0), figures, degraded(VIEW, range(96, 160), "blur", 0), places)


@pytest.mark.parametrize("size", [16, 32, 64])
def test_a_disc_is_found_wherever_it_lies_and_its_hole_is_filled(size):
    figures = np.concatenate([disc(size, 0.3), disc(size, 0.25, 0.4, 0.6), disc(size, 0.3)])
    images = two_colours(figures, (200, 40, 40), (40, 120, 200))
    images[2][disc(size, 0.1)[0]] = (40, 120, 200)
    images[0, 0, 0] = (200, 40, 40)  # alone, in a corner
    assert overlap(segment(images), figures).min() > 0.85  # its edge may lie a pixel off


def test_a_flat_image_has_no_figure_worth_a_score(instrument):
    flat = np.full((2, 32, 32, 3), 128, np.uint8)
    scores = instrument.scores(flat)
    assert scores["outline"].max() == 0
    assert all(((values >= 0) & (values <= 1)).all() for values in scores.values())
    assert not instrument.passes(flat, ("outline",))["outline"].any()


def test_outline_of_two_flat_colours_is_their_distance():
    figures = disc(64, 0.3)
    images = two_colours(figures, (100, 100, 100), (130, 140, 100))  # 50 levels apart
    assert measures.outline(images, figures) == pytest.approx(50 / 90)
    assert measures.outline(images, np.zeros_like(figures)) == 0


def test_silhouettes_do_not_depend_on_place_and_scale():
    small, large = np.zeros((1, 64, 64), bool), np.zeros((1, 64, 64), bool)
    small[0, 5:21, 40:56], large[0, 10:58, 2:50] = True, True
    small[0, 5:13, 40:48], large[0, 10:34, 2:26] = False, False  # a quarter is missing
    whole = np.ones((1, 256), bool)
    assert measures.best_overlap(measures.silhouettes(small), measures.silhouettes(large)) == 1
    assert measures.best_overlap(measures.silhouettes(small), whole) == 0.75
    assert measures.best_overlap(measures.silhouettes(np.zeros_like(small)), whole) == 0


def test_intersection_is_that_with_the_nearest_histogram():
    known = np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0]])
    assert measures.best_intersection(np.array([[0.7, 0.2, 0.1]]), known) == pytest.approx(0.7)


def test_textures_tell_flat_from_steep():
    figures = np.ones((2, 16, 16), bool)
    images = np.zeros((2, 16, 16, 3), np.uint8)
    images[1] = (np.arange(16) * 15)[:, None]  # 15 levels a pixel, in the fine class 12 to 24
    flat, steep = measures.textures(images, figures).reshape(2, 6, 6)
    assert flat.sum() == pytest.approx(1)
    assert flat[0, 0] == flat.max()
    assert steep.sum(axis=1).argmax() == 3


@pytest.mark.parametrize("size", [32, 64])
def test_an_eye_is_found_only_where_eyes_lie(size):
    figures = disc(size, 0.45)
    head = two_colours(figures, (150, 150, 150), (230, 230, 230))
    bird = head.copy()
    for radius, level in ((0.045, 240), (0.03, 15)):
        bird[disc(size, radius, 0.4, 0.3)] = level
    where = usual_places(np.array([[0.3, 0.4]]), size)
    assert eyes(bird, figures, where) > eyes(head, figures, where) + 0.2
    assert eyes(bird, figures, where[:, ::-1]) == eyes(bird, figures, where), "a place counts mirrored too"
    assert eyes(bird, figures, ~where) < eyes(bird, figures, where)


def test_thresholds_reject_one_in_twenty_and_add_up(instrument):
    images = degraded(VIEW, range(96, 160), "blur", 0)  # those that fixed the thresholds
    scores = instrument.scores(images)
    for name in ("outline", "shape", "colour", "texture"):
        assert (scores[name] < instrument.least[name]).sum() == 4  # of 64: the quantile lies between the 4th and 5th
    passed = instrument.passes(images, ("outline", "shape", "colour"))
    assert list(passed) == ["outline", "shape", "fill"], "no valid score, no threshold"
    alone = [scores[name] >= instrument.least[name] for name in ("outline", "shape", "colour")]
    assert np.array_equal(passed["fill"], np.all(alone, axis=0))
    assert passed["outline"].sum() >= passed["shape"].sum() >= passed["fill"].sum()


def test_each_image_is_scored_by_itself(instrument):
    images = degraded(VIEW, range(6), "blur", 0)
    together, alone = instrument.scores(images), instrument.scores(images[3:4])
    for name, values in alone.items():
        assert values[0] == pytest.approx(together[name][3], abs=1e-12)


def test_what_cannot_be_tested_is_refused(instrument):
    with pytest.raises(UserError, match="16 x 16 pixels can't be tested with thresholds for 32 x 32"):
        instrument.scores(np.zeros((1, 16, 16, 3), np.uint8))
    with pytest.raises(UserError, match="uint8"):
        instrument.scores(np.zeros((1, 32, 32, 3)))
    few = np.zeros((3, 32, 32, 3), np.uint8)
    with pytest.raises(UserError, match="has 3 real images to compare with and 3"):
        calibrate(few, segment(few), few)


def test_an_instrument_of_a_small_set_uses_each_image_once(tiny_birds):
    made = calibrated(tiny_birds, BirdView(16), exact=False)  # 44 images
    assert (len(made.instrument.silhouettes), made.instrument.held_out, len(made.others)) == (22, 11, 11)
    assert "eye" not in made.instrument.least


@pytest.mark.parametrize("name", DEGRADATIONS)
def test_degradations_begin_with_the_clean_bird_and_are_repeatable(name):
    clean = degraded(VIEW, range(4), "blur", 0)
    assert np.abs(degraded(VIEW, range(4), name, 0).astype(int) - clean).mean() < 1.5  # bending sharpens the outline
    full = degraded(VIEW, range(4), name, 1)
    pictures.cache_clear()
    assert np.array_equal(full, degraded(VIEW, range(4), name, 1))
    assert not np.array_equal(full, clean)


def test_scores_fall_with_what_they_are_meant_for(instrument):
    """The module's criteria, at 32 pixels, where an eye is about one pixel wide."""
    found = validate(instrument, VIEW, count=64)
    assert set(found.valid) >= {"outline", "colour", "texture"}
    assert found.separation["bird bent"]["shape"] > 0.65
    for name in ("outline", "shape", "colour", "texture"):
        assert found.separation["eye removed"][name] == pytest.approx(0.5, abs=0.06)
    assert found.separation["eye removed"]["eye"] > 0.6
    assert found.overlap > 0.65
    assert found.overlap > found.ellipse + 0.15


@pytest.mark.check
def test_all_scores_are_valid_at_64_pixels_and_few_at_16():
    source = find("birds", None)
    found = {size: validate(calibrated(source, BirdView(size), True).instrument, BirdView(size)) for size in (16, 64)}
    assert found[64].valid == ("outline", "shape", "colour", "texture", "eye")
    assert set(found[16].valid) == {"outline", "colour"}
    assert found[64].overlap > 0.7


def test_the_criteria_by_made_numbers():
    names = {name: meant for name, (meant, _) in DEGRADATIONS.items()}
    scores = set(names.values())
    means = {name: dict.fromkeys(scores, (0.9, 0.6, 0.3)) for name in names}
    separation = {name: {score: 0.9 if meant == score else 0.5 for score in scores} for name, meant in names.items()}
    assert all(is_valid(score, means, separation) for score in scores)

    def changed(table, name, score, value):
        return {key: row | ({score: value} if key == name else {}) for key, row in table.items()}

    assert not is_valid("texture", means, changed(separation, "noise", "texture", 0.74)), "one of two isn't enough"
    assert not is_valid("shape", changed(means, "bird bent", "shape", (0.9, 0.9, 0.3)), separation)
    assert not is_valid("outline", means, changed(separation, "blur", "outline", 0.9)), "a later threshold's"
    assert is_valid("shape", means, changed(separation, "bird faded", "shape", 1.0)), "an earlier threshold's"
    assert is_valid("colour", means, changed(separation, "noise", "colour", 1.0)), "its own threshold's"


def test_share_above_counts_ties_half():
    assert share_above(np.array([1.0, 2.0]), np.array([1.0, 0.0])) == pytest.approx(3.5 / 4)
