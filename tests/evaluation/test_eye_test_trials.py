"""Trials: what is shown, and that nothing tells it."""

import io
from collections import Counter

import numpy as np
import pytest
from eye_tests import BIRDS, SALT, made_test, run_with_grid
from PIL import Image

from stackrepro.base.errors import UserError
from stackrepro.data import held_out_rows
from stackrepro.evaluation.eye_test import store
from stackrepro.evaluation.eye_test.making import make
from stackrepro.report.eye_test_page import data, page


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
    assert Counter((t.model, t.size) for t in once if t.model == "real") == {("real", 16): 4, ("real", 32): 4}


def test_a_trials_picture_is_its_cell_of_the_grid_and_all_have_one_size(birds):
    for trial in birds.test.trials:
        picture = pixels(birds.pictures[trial.trial])
        assert picture.shape == (256, 256, 3)
        if trial.model != "real":
            assert (picture == [trial.number, 2 * trial.number, 100]).all()
    assert (pixels(birds.practice) == [4, 8, 100]).all()  # the first latent that is not part of the test


def test_repetitions_stand_in_the_last_block_and_what_they_repeat_in_the_first(birds):
    trials = {trial.trial: trial for trial in birds.test.trials}
    again = [trial for trial in trials.values() if trial.repeats]
    assert len(again) == 2  # of 16
    assert len(trials) == 18
    for trial in again:
        first = trials[trial.repeats]
        assert (first.block, trial.block) == (0, 2)
        assert birds.pictures[first.trial] == birds.pictures[trial.trial]


def test_the_key_decides_names_and_order(tmp_path, tiny_birds, birds):
    again = made_test(tmp_path / "again", tiny_birds)
    assert again == birds
    other = made_test(tmp_path / "other", tiny_birds, "cd" * 32)
    assert not {trial.trial for trial in other.test.trials} & {trial.trial for trial in birds.test.trials}
    order = [(trial.model, trial.number) for trial in birds.test.trials]
    assert [(trial.model, trial.number) for trial in other.test.trials] != order


def test_the_page_names_no_model(birds):
    text = page(birds)
    hidden = {trial.run for trial in birds.test.trials if trial.model != "real"} | set(BIRDS) | {SALT, "dconv"}
    assert not [word for word in hidden if word in text]
    assert "tier smoke" in text
    assert [len(block) for block in data(birds)["blocks"]] == [5, 6, 7]
    assert "must not be passed on" in text


def test_all_birds_at_the_common_size(tmp_path, tiny_birds):
    made = made_test(tmp_path, tiny_birds, common=16)
    assert {trial.size for trial in made.test.trials} == {16}
    assert sum(trial.model == "real" and trial.repeats is None for trial in made.test.trials) == 4


def test_without_permission_no_image_of_an_archive_is_shown(tmp_path, tiny_birds, tiny_faces):
    made = made_test(tmp_path, tiny_birds, with_real=False)
    assert {trial.model for trial in made.test.trials} == set(BIRDS)
    assert "must not be passed on" not in page(made)
    with pytest.raises(UserError, match="give --with-real, and keep the page to yourself"):
        made_test(tmp_path, tiny_faces, with_real=False)


def test_of_faces_half_are_real_for_each_stage_and_of_persons_held_out(tmp_path, tiny_faces):
    made = made_test(tmp_path, tiny_faces)
    once = [trial for trial in made.test.trials if trial.repeats is None]
    assert Counter((trial.model == "real", trial.stage) for trial in once) == {
        (real, stage): 4 for real in (True, False) for stage in ("edges", "gray")
    }
    assert {t.number for t in once if t.model == "real"} <= set(held_out_rows(tiny_faces).tolist())


def test_what_can_not_be_made_is_said(tmp_path, tiny_birds, tiny_faces):
    run = run_with_grid(tmp_path, BIRDS[0], tiny_birds)
    for images in (0, 64):
        with pytest.raises(UserError, match=f"{images} images of each run can't be shown"):
            make([run], tiny_birds, SALT, images=images)
    with pytest.raises(UserError, match="no finished run of birds"):
        make([], tiny_birds, SALT)
    with pytest.raises(UserError, match="has 4 images to show, the test needs 5"):
        made_test(tmp_path, tiny_faces, images=5)
    next((run[1].folder / "samples").iterdir()).write_bytes(b"no picture")
    with pytest.raises(UserError, match="lacks its last grid of samples"):
        make([run], tiny_birds, SALT)


def test_tests_are_kept_and_a_changed_one_is_refused(tmp_path, birds):
    store.keep(birds.test, tmp_path)
    assert store.tests(tmp_path) == {birds.test.identity: birds.test}
    path = tmp_path / "eye-test" / "tests" / f"{birds.test.identity}.json"
    path.write_text(path.read_text().replace("birds/dconv-64", "birds/conv-64"))
    with pytest.raises(UserError, match="has been changed"):
        store.tests(tmp_path)
    path.write_text("[]")
    with pytest.raises(UserError, match="is no eye test"):
        store.tests(tmp_path)


def test_a_runs_root_has_one_key(tmp_path):
    assert store.salt(tmp_path) == store.salt(tmp_path)
    assert store.salt(tmp_path) != store.salt(tmp_path / "other")
