"""Trials: what is shown, and that nothing tells it."""

import io
from collections import Counter

import numpy as np
import pytest
from eye_tests import BIRDS, SALT, finished_run, made_test
from PIL import Image

from stackrepro.base.errors import UserError
from stackrepro.data import held_out_rows
from stackrepro.eyetest.page import data, page
from stackrepro.eyetest.trials import REAL, make


def pixels(png: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(png)) as opened:
        return np.asarray(opened)


@pytest.fixture
def birds(tmp_path, tiny_birds):
    return made_test(tmp_path, tiny_birds)


def test_the_first_latents_of_each_model_are_shown_once_and_real_images_beside_them(birds):
    once = [trial for trial in birds.test.trials if trial.repeats is None]
    shown = {model: sorted(t.number for t in once if t.model == model) for model in BIRDS}
    assert shown == {model: [0, 1, 2, 3] for model in BIRDS}
    assert Counter((t.model, t.size) for t in once if t.model == REAL) == {(REAL, 16): 4, (REAL, 32): 4}


def test_a_trials_picture_is_its_cell_of_the_grid_and_all_have_one_size(birds):
    for trial in birds.test.trials:
        picture = pixels(birds.pictures[trial.trial])
        assert picture.shape == (256, 256, 3)
        if trial.model != REAL:
            assert (picture == [trial.number, 2 * trial.number, 100]).all()
    assert (pixels(birds.practice) == [4, 8, 100]).all()  # the first latent that is not part of the test


def test_repetitions_stand_in_the_last_block_and_what_they_repeat_in_the_first(birds):
    trials = {trial.trial: trial for trial in birds.test.trials}
    again = [trial for trial in trials.values() if trial.repeats]
    assert (len(again), len(trials)) == (2, 18)  # of 16 images
    for trial in again:
        first = trials[trial.repeats]
        assert (first.block, trial.block) == (0, 2)
        assert birds.pictures[first.trial] == birds.pictures[trial.trial]
    assert [len(block) for block in data(birds)["blocks"]] == [5, 6, 7]


def test_the_key_decides_names_and_order(tmp_path, tiny_birds, birds):
    assert made_test(tmp_path / "again", tiny_birds) == birds
    other = made_test(tmp_path / "other", tiny_birds, "cd" * 32)
    assert not {trial.trial for trial in other.test.trials} & {trial.trial for trial in birds.test.trials}
    orders = [[(trial.model, trial.number) for trial in made.test.trials] for made in (birds, other)]
    assert orders[0] != orders[1]


def test_the_page_names_no_model_and_says_what_must_not_be_passed_on(birds, tmp_path, tiny_birds):
    text = page(birds)
    hidden = {trial.run for trial in birds.test.trials if trial.model != REAL} | set(BIRDS) | {SALT, "dconv"}
    assert not [word for word in hidden if word in text]
    assert "{{" not in text
    assert "must not be passed on" in text
    without = made_test(tmp_path / "without", tiny_birds, with_real=False)
    assert {trial.model for trial in without.test.trials} == set(BIRDS)
    assert "must not be passed on" not in page(without)


def test_all_birds_at_the_common_size(tmp_path, tiny_birds):
    test = made_test(tmp_path, tiny_birds, common_size=True).test
    assert ({trial.size for trial in test.trials}, test.pixels) == ({16}, "common")
    assert sum(trial.model == REAL and trial.repeats is None for trial in test.trials) == 4


def test_of_faces_half_are_real_for_each_stage_and_of_persons_held_out(tmp_path, tiny_faces):
    once = [trial for trial in made_test(tmp_path, tiny_faces).test.trials if trial.repeats is None]
    assert Counter((trial.model == REAL, trial.stage) for trial in once) == {
        (real, stage): 4 for real in (True, False) for stage in ("edges", "gray")
    }
    assert {t.number for t in once if t.model == REAL} <= set(held_out_rows(tiny_faces).tolist())


def test_of_published_runs_the_records_name_the_data(tmp_path, tiny_birds, tiny_faces):
    run = finished_run(tmp_path, BIRDS[0], tiny_birds)
    test = make([run], None, SALT).test
    assert (test.data, test.fingerprint) == (tiny_birds.name, tiny_birds.fingerprint)
    assert {trial.model for trial in test.trials} == {BIRDS[0]}


def test_what_can_not_be_made_is_said(tmp_path, tiny_birds, tiny_faces):
    run = finished_run(tmp_path, BIRDS[0], tiny_birds)
    refused = [
        (lambda: make([], tiny_birds, SALT), "no finished run"),
        (lambda: made_test(tmp_path / "a", tiny_faces, with_real=False), "give --with-real"),
        (lambda: made_test(tmp_path / "b", tiny_faces, images=5), "has 4 images to show, the test needs 5"),
    ]
    for call, why in refused:
        with pytest.raises(UserError, match=why):
            call()
    next((run.folder / "samples").iterdir()).write_bytes(b"no picture")
    with pytest.raises(UserError, match="lacks its last grid"):
        make([run], tiny_birds, SALT)
