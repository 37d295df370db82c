"""What the chapter on the machine eye test makes of runs."""

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from stackrepro.data import BirdView, prepare
from stackrepro.evaluation.machine_eye import Calibrated, Validation, calibrated
from stackrepro.report import figures, machine_eye, machine_eye_models, open_chapter
from stackrepro.report.machine_eye import SizedTest


@pytest.fixture(scope="module")
def chapter(tiny_birds_root):
    parameters = {"tier": "smoke", "seeds": [0], "data_root": str(tiny_birds_root), "unofficial": True}
    return open_chapter(parameters | {"runs_root": "", "device": "cpu", "extended": False})


@pytest.fixture(scope="module")
def real(chapter) -> np.ndarray:
    return prepare(chapter.source, [BirdView(16)])[BirdView(16)]


class Finished(SimpleNamespace):
    """A run of which only a distance and the kept pictures are known."""

    def picture(self, update="last"):
        return 0, "", self.path


def finished(folder, images: np.ndarray, frechet: float) -> Finished:
    path = folder / f"grid-{frechet:g}.png"
    Image.fromarray(figures.tiled(images, 8)).save(path)
    result = {"protocol": {"name": "fid"}, "measures": {"generated": {"frechet": frechet}}}
    return Finished(path=path, result=result)


def cells(table) -> list[list[str]]:
    return [[str(cell) for cell in row] for row in table.data.to_numpy().tolist()]


@pytest.fixture(scope="module")
def tests(chapter) -> dict[int, SizedTest]:
    validation = Validation({}, {}, ("outline", "colour"), 0.7, 0.5, 128)
    return {16: SizedTest(BirdView(16), calibrated(chapter.source, BirdView(16), exact=False), validation)}


@pytest.fixture(scope="module")
def runs(tmp_path_factory, real):
    """Three models: one copies real images, one half of them, one makes gray."""
    folder = tmp_path_factory.mktemp("runs")
    copies, gray = real[np.arange(64) % len(real)], np.full((64, 16, 16, 3), 128, np.uint8)
    half = np.where(np.arange(64)[:, None, None, None] % 2, copies, gray)
    made = {"best": (copies, 10.0), "middle": (half, 20.0), "worst": (gray, 30.0)}
    return {name: [finished(folder, *model)] for name, model in made.items()}


def test_models_are_ranked_by_what_passes(chapter, tests, runs):
    table = machine_eye_models.passes(chapter, tests, runs)
    assert [row[0] for row in cells(table)] == ["real images", "untrained generators", "best", "middle", "worst"]
    data = table.data.set_index("images")
    shares = [int(re.match(r"\d+", text)[0]) for text in data.loc[["best", "middle", "worst"], "fill"]]
    assert shares[0] > 70
    assert shares[1] == pytest.approx(shares[0] / 2, abs=5)
    assert shares[2] == 0
    assert set(data["shape"]) | set(data["anatomy"]) == {"-"}, "no valid score stands for them"
    assert data["n"].tolist() == [11, 192, 64, 64, 64]
    assert (
        data.loc["best":, "rank by test"].tolist() == data.loc["best":, "rank by distance"].tolist() == ["1", "2", "3"]
    )
    sentence = machine_eye_models.agreement(tests, runs).data
    assert "the two orders agree" in sentence
    assert "rank correlation is 1.00" in sentence


def test_equal_models_have_no_order(tests, runs):
    assert "no order" in machine_eye_models.agreement(tests, {"a": runs["worst"], "b": runs["worst"]}).data


def test_rank_agreement_is_spearmans_and_chance_is_counted():
    from scipy.stats import spearmanr

    random = np.random.default_rng(1)
    a, b = random.permutation(9) + 1.0, random.permutation(9) + 1.0
    correlation, chance = machine_eye_models.rank_agreement(a, b)
    expected = spearmanr(a, b)
    assert correlation == pytest.approx(expected.statistic)
    assert chance == pytest.approx(expected.pvalue, abs=0.03)
    same, rare = machine_eye_models.rank_agreement(np.arange(4.0), np.arange(4.0))
    assert same == pytest.approx(1)
    assert rare == pytest.approx(2 / 24, abs=0.01)  # the order itself and its reverse


def test_shares_have_wilsons_interval():
    assert machine_eye_models.share_with_interval(0, 64) == "0% [0%, 6%]"  # 1.96² / (64 + 1.96²) = 0.057
    assert machine_eye_models.share_with_interval(32, 64) == "50% [38%, 62%]"


def test_what_is_valid_is_said_in_words(tests):
    text = machine_eye.validity(
        {16: replace(tests[16], validation=replace(tests[16].validation, separation={"blur": dict.fromkeys(
            ("outline", "shape", "colour", "texture", "eye"), 0.5)}))}
    ).data  # fmt: skip
    assert "outline, colour are valid" in text
    assert "failing the criteria: shape, texture, eye" in text
    assert "nothing is said of shape and anatomy" in text


def test_the_test_is_made_for_each_size_once(chapter, monkeypatch):
    calls = []

    def noted(source, view, exact):
        calls.append((source.name, view.size, exact))
        return Calibrated(None, None)

    monkeypatch.setattr(machine_eye, "calibrated", noted)
    monkeypatch.setattr(machine_eye, "validate", lambda instrument, view: None)
    assert list(machine_eye.prepared_test(chapter, [16, 32, 16])) == [16, 32]
    assert calls == [(name, size, False) for size in (16, 32) for name in ("synthetic birds", chapter.source.name)]
