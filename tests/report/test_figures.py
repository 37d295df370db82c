"""Figures show what they say: the right pictures in the right places, the caption, what is frozen."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from stackrepro.experiments import resolve
from stackrepro.models.specs import BatchNorm, DCGANGenerator, ResNetGenerator, Stack
from stackrepro.models.stack import StackedGenerator
from stackrepro.models.summary import summarise
from stackrepro.report import figures
from stackrepro.report.architecture import architecture, schematic, source, weighted

ABOUT = SimpleNamespace(stamp="tier smoke | synthetic birds | seed 0")


class Drawn:
    """Stands for a stored run with one picture of 64 images, one loss curve and one trajectory."""

    def __init__(self, path, level: int = 0) -> None:
        self.path, self.folder, self.record = path, path.parent, {"configuration": {"seed": 0}, "command": "stackrepro"}
        self.picture = lambda update: (3, "average", path)
        self.result = {
            "trajectory": [{"update": update, "frechet": 30.0 - update} for update in (0, 5, 10)],
            "protocol": {"trajectory": {"name": "fid-192/pytorch-fid", "samples": 1024}},
        }
        self.losses = lambda: [{"update": u, "discriminator": u + level, "generator": 2.0 * u} for u in (1, 2, 3)]


@pytest.fixture
def run(tmp_path) -> Drawn:
    pixels = np.random.default_rng(0).integers(0, 256, (128, 128, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "grid.png")
    return Drawn(tmp_path / "grid.png")


def texts(figure) -> str:
    found = [text.get_text() for axes in figure.axes for text in axes.texts]
    return "\n".join(found + [axes.get_title() for axes in figure.axes] + [figure.get_supxlabel()])


@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_is_cut_into_what_it_was_laid_out_from(channels):
    images = np.random.default_rng(0).integers(0, 256, (12, 5, 5, channels), dtype=np.uint8)
    picture = figures.tiled(images, 4)
    assert np.array_equal(picture[:5, 5:10], images[1])
    assert np.array_equal(figures.untiled(picture.squeeze(2) if channels == 1 else picture, 4), images)


def test_a_gray_picture_is_drawn_in_gray_over_the_whole_range():
    figure = figures.grid([("", np.full((2, 2, 1), 128, np.uint8))], 1, "")
    (image,) = figure.axes[0].images
    assert image.get_clim() == (0, 255)
    assert image.to_rgba(np.array([[128]]))[0, 0].tolist() == pytest.approx([128 / 255] * 3 + [1], abs=0.003)


def test_a_grid_shows_the_kept_picture_and_its_caption(run):
    figure = figures.fixed_latent_grids(ABOUT, {"birds/dconv-64": [run]})
    assert np.array_equal(np.asarray(figure.axes[0].images[0].get_array()), np.asarray(Image.open(run.path)))
    assert ABOUT.stamp in figure.get_supxlabel()
    assert "unpicked" in figure.get_supxlabel()
    assert np.array_equal(figures.samples_of(run)[9], np.asarray(Image.open(run.path))[16:32, 16:32])


@pytest.mark.parametrize(
    ("counts", "rows"),
    [
        ({"a": 3, "b": 1}, ["ab", "aa"]),
        ({"a": 2, "b": 2, "c": 2}, ["abc", "abc"]),
        ({"a": 2, "b": 1, "c": 1, "d": 2, "e": 1}, ["abc", "de-", "ad-"]),
        ({"a": 3}, ["aaa"]),
        ({"a": 1, "b": 0}, ["a-"]),
        ({"a": 1, "b": 1, "c": 1, "d": 1}, ["ab", "cd"]),
    ],
)
def test_further_seeds_stand_below_the_first_ones_without_gaps(run, counts, rows):
    figure = figures.fixed_latent_grids(ABOUT, {name: [run] * count for name, count in counts.items()})
    columns = figure.axes[0].get_subplotspec().get_gridspec().ncols
    shown = "".join(axes.get_title()[:1] or "-" for axes in figure.axes)
    assert [shown[start : start + columns] for start in range(0, len(shown), columns)] == rows


def test_loss_curves_are_the_runs_losses_a_panel_for_each_model(run):
    other = Drawn(run.path, level=7)
    figure = figures.loss_curves(ABOUT, {"a": [run, run], "b": [other]})
    assert [axes.get_title() for axes in figure.axes] == ["a", "b"]
    drawn = sorted(tuple(line.get_ydata()) for line in figure.axes[0].lines)
    assert drawn == [(1, 2, 3), (1, 2, 3), (2.0, 4.0, 6.0), (2.0, 4.0, 6.0)]
    assert sorted(tuple(line.get_ydata()) for line in figure.axes[1].lines)[1] == (8, 9, 10)


def test_a_single_key_stands_in_one_panel_with_all_models(run):
    figure = figures.curves(ABOUT, {"a": [run], "b": [Drawn(run.path, 7)]}, {"discriminator": "its loss"}, level=1)
    (axes,) = figure.axes
    assert axes.get_ylabel() == "its loss"
    assert [line.get_label() for line in axes.lines[:2]] == ["a", "b"]
    assert list(axes.lines[1].get_ydata()) == [8, 9, 10]


def test_the_distance_of_the_untrained_generator_has_its_place_on_a_logarithmic_axis(run):
    figure = figures.distance_over_training(ABOUT, {"a": [run]})
    (axes,) = figure.axes
    assert list(axes.lines[0].get_ydata()) == [30.0, 25.0, 20.0]
    figure.canvas.draw()
    assert np.isfinite(axes.transData.transform(axes.lines[0].get_xydata())).all()
    labels = [text.get_text() for axis in (axes.xaxis, axes.yaxis) for text in axis.get_ticklabels(which="both")]
    assert {"0", "10", "20"} <= set(labels)
    assert not any("$" in label for label in labels)
    assert "n = 1024" in figure.get_supxlabel()
    run.result["trajectory"] = None
    assert "stackrepro evaluate --full" in figures.distance_over_training(ABOUT, {"a": [run]}).data


def test_intervals_stand_in_rows():
    series = {
        "trained": {"noise": (0.2, 0.5, 0.9), "a step": (1, 2, 4)},
        "untrained": {"noise": (1, 1, 1), "a step": (2, 3, 4)},
    }
    figure = figures.intervals(series, "caption", level=1, xlabel="ratio")
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["noise", "a step"]
    assert [list(container.lines[0].get_xdata()) for container in axes.containers] == [[0.5, 2], [1, 3]]
    (bars,) = axes.containers[0].lines[2]
    assert [segment[:, 0].tolist() for segment in bars.get_segments()] == [pytest.approx([0.2, 0.9]), [1, 4]]


def test_a_figure_of_real_images_says_that_it_is_not_for_publication():
    real = SimpleNamespace(tier="smoke", source=SimpleNamespace(synthetic=False, name="CUB-200-2011"))
    drawn = SimpleNamespace(tier="smoke", source=SimpleNamespace(synthetic=True, name="synthetic birds"))
    assert "not for publication" in figures.of_data(real, "the first")
    assert "not for publication" not in figures.of_data(drawn, "the first")


def test_the_architecture_is_drawn_from_the_network():
    paper = resolve("birds/dconv-stack", "matched", "paper").generator
    shapes = [shape for _, shape in weighted(summarise(paper))]
    assert [shape[0] for shape in shapes] == [512, 256, 128, 64, 3, 256, 256, 128, 64, 3]
    assert shapes[0] == (512, 4, 4), "a vector that is reshaped"
    figure = architecture(paper, "Stack", "tier paper")
    assert "128x128" in texts(figure)
    assert [patch.get_hatch() for patch in figure.axes[0].patches] == ["////"] * 5 + [None] * 5


def test_three_stages_of_one_size_are_drawn_apart():
    gray = ResNetGenerator(32, 1, 1, width=4, blocks=1, dropout=0.5)
    edges = DCGANGenerator((16, 8, 4), 1, BatchNorm())
    stack = Stack(Stack(edges, gray, "nothing"), replace(gray, image_channels=3), "everything")
    between = [4, 8, 16, 16, 16, 8, 4]
    assert [shape[0] for _, shape in weighted(summarise(stack))] == [16, 8, 4, 1, *between, 1, *between, 3]
    found = texts(architecture(stack, "Stack", "tier smoke"))
    assert all(stage in found for stage in ("stage 1", "stage 2", "stage 3"))


def test_code_is_shown_from_the_packages_own_file():
    shown = source(StackedGenerator.between).data
    assert shown.startswith("From `stackrepro/models/stack.py`, line ")
    assert "```python\ndef between(self, " in shown


@pytest.mark.parametrize("name", ["traditional", "stacked", "progressive", "faces", "own-latents", "relayed"])
def test_every_diagram_names_its_boxes(name):
    assert "discriminator" in schematic(name).data
