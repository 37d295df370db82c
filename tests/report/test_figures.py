"""Figures show what they say: the right pictures in the right places, the caption, what is frozen."""

from base64 import b64decode
from copy import copy
from io import BytesIO
from types import SimpleNamespace

import numpy as np
import pytest
from bs4 import BeautifulSoup, Tag
from PIL import Image

from stackrepro.base.places import repository
from stackrepro.experiments import resolve
from stackrepro.models.summary import summarise
from stackrepro.report import figures
from stackrepro.report.architecture import architecture, schematic, weighted

ABOUT = SimpleNamespace(scope="tier smoke | synthetic birds | seed 0")


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


def pictures_in(shown) -> list[Tag]:
    return BeautifulSoup(shown._repr_html_(), "html.parser").find_all("img")


def pixels_of(picture: Tag) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(b64decode(picture["src"].partition(",")[2]))))


def test_a_grid_shows_the_kept_picture_its_caption_and_says_both_in_words(run):
    shown = figures.fixed_latent_grids(ABOUT, {"birds/dconv-64": [run]})
    (picture,) = pictures_in(shown)
    assert np.array_equal(pixels_of(picture), np.asarray(Image.open(run.path)))
    assert all(word in picture["alt"] for word in ("64 samples", "birds/dconv-64, seed 0", ABOUT.scope))
    assert "unpicked" in shown.caption
    assert np.array_equal(figures.samples_of(run)[9], np.asarray(Image.open(run.path))[16:32, 16:32])


@pytest.mark.parametrize(("kids", "middle"), [([0.5, 0.3, 0.32], 2), ([0.32, 0.5, 0.3, 0.31], 3), ([0.5], 0)])
def test_the_seed_of_median_kid_is_shown_of_two_the_nearer_and_the_others_are_folded(run, kids, middle):
    runs = [copy(run) for _ in kids]
    for seed, (each, kid) in enumerate(zip(runs, kids, strict=True)):
        each.result = {"measures": {"generated": {"kid": kid}}, "seed": seed}
    assert figures.median(runs) is runs[middle]
    shown = figures.fixed_latent_grids(ABOUT, {"a": runs, "b": [run], "c": []})
    assert [title[0] for title, image in shown.shown if image is not None] == ["a", "b"]
    assert len(shown.folded) == len(kids) - 1
    assert len(pictures_in(shown)) == len(kids) + 1
    assert ("median" in shown.caption) == (len(kids) > 1)


@pytest.mark.parametrize(("side", "part"), [(128, 128), (256, 256), (512, 256), (1024, 256)])
def test_of_a_large_picture_a_part_is_shown_that_fits_a_phone(side, part):
    assert figures.part_of(np.zeros((side, side, 3), np.uint8)) == (part, side == part)
    shown = figures.grid([("large", np.zeros((side, side, 3), np.uint8))], 1, "caption")._repr_html_()
    assert ("click" in shown) == (side != part)
    strip = figures.tiled(np.zeros((12, 64, 64, 3), np.uint8), 12)
    assert figures.part_of(strip) == (768, True), "a strip is whole, and scrolls on a phone"


def test_curves_are_what_the_runs_recorded_a_panel_for_each_model_or_one_for_one_key(run):
    other = Drawn(run.path, level=7)
    runs = {"a": [run, run], "b": [other]}
    drawing = figures.loss_curves(ABOUT, runs)
    figure = drawing.figure
    assert [axes.get_title() for axes in figure.axes] == ["a", "b"]
    drawn = [tuple(line.get_ydata()) for line in figure.axes[0].lines]
    assert drawn == [(1, 2, 3), (1, 2, 3), (2.0, 4.0, 6.0), (2.0, 4.0, 6.0)]
    assert tuple(figure.axes[1].lines[0].get_ydata()) == (8, 9, 10)
    assert (
        "a: loss in nats by updates of the generator: discriminator from 1 to 3; generator from 2 to 6" in drawing.alt
    )
    (axes,) = figures.curves(ABOUT, runs, {"discriminator": "its loss"}, level=1).figure.axes  # one panel for a key
    assert axes.get_ylabel() == "its loss"
    assert [line.get_label() for line in axes.lines[::2]] == ["a", "b"]
    assert list(axes.lines[2].get_ydata()) == [8, 9, 10]
    looks = {(line.get_color(), line.get_linestyle()) for line in axes.lines[:3]}
    assert len(looks) == len({style for _, style in looks}) == 2, "told apart without colours"


def test_the_distance_of_the_untrained_generator_has_its_place_on_a_logarithmic_axis(run):
    drawing = figures.distance_over_training(ABOUT, {"a": [run]})
    figure, (axes,) = drawing.figure, drawing.figure.axes
    assert list(axes.lines[0].get_ydata()) == [30.0, 25.0, 20.0]
    figure.canvas.draw()
    assert np.isfinite(axes.transData.transform(axes.lines[0].get_xydata())).all()
    labels = [text.get_text() for axis in (axes.xaxis, axes.yaxis) for text in axis.get_ticklabels(which="both")]
    assert {"0", "10", "20"} <= set(labels)
    assert not any("$" in label for label in labels)
    assert "n = 1024" in drawing.caption
    run.result["trajectory"] = None
    assert "stackrepro evaluate --full" in figures.distance_over_training(ABOUT, {"a": [run]}).data


def test_intervals_stand_in_rows():
    series = {
        "trained": {"noise": (0.2, 0.5, 0.9), "a step": (1, 2, 4)},
        "untrained": {"noise": (1, 1, 1), "a step": (2, 3, 4)},
    }
    drawing = figures.intervals(series, "caption", level=1, xlabel="ratio")
    (picture,) = pictures_in(drawing)
    assert "trained a step: 2 from 1 to 4" in picture["alt"]
    assert pixels_of(picture).shape[1] == 2 * int(picture["width"]), "sharp on a fine screen"
    (axes,) = drawing.figure.axes
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
    drawing = architecture(paper, "Stack", "tier paper")
    assert "dense, frozen to 512x4x4, " in drawing.alt
    figure = drawing.figure
    assert {"128²", "stage 1", "stage 2"} <= {text.get_text() for text in figure.axes[0].texts}
    assert [patch.get_hatch() for patch in figure.axes[0].patches] == ["////"] * 5 + [None] * 5


@pytest.mark.parametrize(
    "path", sorted((repository() / "book" / "schematics").glob("*.svg")), ids=lambda path: path.stem
)
def test_each_diagram_says_what_it_shows(path):
    (picture,) = BeautifulSoup(schematic(path.stem).data, "html.parser").find_all("img")
    assert len(picture["alt"]) > 20
