"""Figures show what they say: the right pictures in the right places, the stamp, the held layers."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from stackrepro.experiments import resolve
from stackrepro.models import BatchNorm, DCGANGenerator, ResNetGenerator, Stack
from stackrepro.models.summary import summarise
from stackrepro.report import figures, open_chapter
from stackrepro.report.architecture import architecture, blocks
from stackrepro.runs import Run, StoredRun
from stackrepro.runs.train import train


@pytest.fixture
def chapter(tiny_birds_root):
    parameters = {"tier": "smoke", "seeds": [0], "data_root": str(tiny_birds_root), "unofficial": True}
    return open_chapter(parameters | {"runs_root": "", "device": "cpu", "extended": False})


@pytest.fixture
def stored_run(chapter, tmp_path) -> StoredRun:
    return StoredRun(train(Run(resolve("birds/dconv-64", "matched", "smoke"), chapter.source), tmp_path))


def texts(figure) -> str:
    found = [text.get_text() for axes in figure.axes for text in axes.texts]
    found += [axes.get_title() for axes in figure.axes] + [figure._supxlabel.get_text()]
    return "\n".join(found)


def test_tiles_are_laid_out_in_rows():
    images = np.arange(6, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 2, 3), np.uint8)
    assert figures.tiled(images, 3)[::2, ::2, 0].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_a_grid_shows_the_last_snapshot_and_wears_the_stamp(chapter, stored_run):
    figure = figures.fixed_latent_grids(chapter, {"birds/dconv-64": [stored_run]})
    shown = np.asarray(figure.axes[0].images[0].get_array())
    assert np.array_equal(shown, np.asarray(Image.open(stored_run.folder / "samples" / "average-000003.png")))
    assert "tier smoke | CUB-200-2011 (not the official archive) | seed 0" in texts(figure)
    assert "unpicked" in texts(figure)


def test_loss_curves_are_the_runs_losses(chapter, stored_run):
    figure = figures.loss_curves(chapter, {"birds/dconv-64": [stored_run]})
    lines = figure.axes[0].get_lines()
    assert list(lines[0].get_ydata()) == [record["discriminator"] for record in stored_run.losses()]
    assert list(lines[1].get_ydata()) == [record["generator"] for record in stored_run.losses()]


def test_the_architecture_is_drawn_from_the_network():
    paper = resolve("birds/dconv-stack", "matched", "paper").generator
    row = blocks(summarise(paper))
    assert [block.main.output[0] for block in row] == [512, 256, 128, 64, 3, 256, 256, 128, 64, 3]
    assert [block.held for block in row] == [True] * 5 + [False] * 5
    figure = architecture(paper, "Stack", "tier paper")
    assert "128x128" in texts(figure)
    assert [patch.get_hatch() for patch in figure.axes[0].patches] == ["////"] * 5 + [None] * 5
    assert "trained" in texts(figure)


def test_more_than_four_grids_stand_in_rows_of_three(chapter, stored_run):
    figure = figures.fixed_latent_grids(chapter, {f"model {number}": [stored_run] for number in range(5)})
    shown = [axes.get_title().splitlines()[0] for axes in figure.axes if axes.images]
    assert shown == [f"model {number}" for number in range(5)]
    assert figure.axes[0].get_subplotspec().get_gridspec().ncols == 3


@pytest.mark.parametrize(
    ("experiments", "seeds", "most", "columns"),
    [(4, 1, 4, 4), (4, 3, 3, 2), (1, 4, 3, 2), (3, 1, 3, 3), (1, 3, 3, 3), (5, 1, 4, 3), (7, 2, 3, 3), (1, 1, 3, 1)],
)
def test_four_grids_that_do_not_fit_into_one_row_stand_two_by_two(experiments, seeds, most, columns):
    runs = {f"model {number}": [None] * seeds for number in range(experiments)}
    assert figures.columns_for(runs, most) == columns


def test_further_seeds_stand_below_the_first_ones_without_gaps(chapter, stored_run):
    def titles(**counts: int) -> list[str]:
        figure = figures.fixed_latent_grids(chapter, {name: [stored_run] * count for name, count in counts.items()})
        columns = figure.axes[0].get_subplotspec().get_gridspec().ncols
        row = "".join(axes.get_title()[:1] or "-" for axes in figure.axes)
        return [row[start : start + columns] for start in range(0, len(row), columns)]

    assert titles(a=3, b=1) == ["ab", "aa"]
    assert titles(a=2, b=2, c=2) == ["abc", "abc"]
    assert titles(a=2, b=1, c=1, d=2, e=1) == ["abc", "de-", "ad-"]
    assert titles(a=3) == ["aaa"]
    assert titles(a=1, b=0) == ["a-"]


def test_the_gradients_of_a_watched_run_are_drawn(chapter, tmp_path):
    name = "birds/dconv-stack-bp+intermediate=probe"
    run = StoredRun(train(Run(resolve(name, "matched", "smoke"), chapter.source), tmp_path))
    figure = figures.gradient_agreement(chapter, {name: [run]})
    for axes, key in zip(figure.axes, ("gradient_cosine", "gradient_ratio"), strict=True):
        assert axes.lines[0].get_ydata().tolist() == [record[key] for record in run.losses()]
    assert all(-1 <= record["gradient_cosine"] <= 1 for record in run.losses())


def test_three_stages_of_one_size_are_drawn_apart():
    gray = ResNetGenerator(32, 1, 1, width=4, blocks=1, dropout=0.5)
    edges = DCGANGenerator((16, 8, 4), 1, BatchNorm())
    stack = Stack(Stack(edges, gray, "nothing"), replace(gray, image_channels=3), "everything")
    row = blocks(summarise(stack))
    between = [4, 8, 16, 16, 16, 8, 4]
    assert [block.main.output[0] for block in row] == [16, 8, 4, 1, *between, 1, *between, 3]
    assert row[7].behind == ["InstanceNorm", "ReLU", "Dropout 0.5"]
    found = texts(architecture(stack, "Stack", "tier smoke"))
    assert all(stage in found for stage in ("stage 1", "stage 2", "stage 3"))
