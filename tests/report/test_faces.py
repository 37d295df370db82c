"""Figures and tables of the chapters on faces: the right pictures in the right places, numbers that are known."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from stackrepro.data import held_out_rows, prepare
from stackrepro.experiments import resolve
from stackrepro.report import contraction, face_tables, faces, figures, open_chapter, stage_two, wasserstein
from stackrepro.report.networks import StageTwo, opened
from stackrepro.runs import Run, StoredRun
from stackrepro.runs.sampling import load_generator, to_pixels
from stackrepro.runs.train import train

EIGHT = 8
UNPUBLISHED = "contains images of the data set: not for publication"


@pytest.fixture(scope="module")
def chapter(tiny_faces_root, tmp_path_factory):
    parameters = {"tier": "smoke", "seeds": [0], "data_root": str(tiny_faces_root), "unofficial": True}
    runs_root = str(tmp_path_factory.mktemp("runs"))
    return open_chapter(parameters | {"runs_root": runs_root, "device": "cpu", "extended": False}, "faces")


@pytest.fixture(scope="module")
def gray(chapter) -> StoredRun:
    return StoredRun(train(Run(resolve("faces/gray", "matched", "smoke"), chapter.source), chapter.runs_root))


def shown(axes) -> np.ndarray:
    """Return the picture that is drawn; matplotlib leaves out a single channel."""
    return np.asarray(axes.images[0].get_array())


def last_grid(folder: Path) -> np.ndarray:
    """Return the pictures of the first eight latents, which are the first row of a run's last grid."""
    grid = np.asarray(Image.open(sorted((folder / "samples").glob("grid-*.png"))[-1]))
    return grid[: grid.shape[0] // EIGHT]


def test_a_gray_picture_is_drawn_in_gray_over_the_whole_range():
    figure, axes = figures.plt.subplots()
    figures.picture(axes, np.full((2, 2, 1), 128, np.uint8))
    (image,) = axes.images
    assert image.get_clim() == (0, 255)
    assert image.to_rgba(np.array([[128]]))[0, 0].tolist() == pytest.approx([128 / 255] * 3 + [1], abs=0.003)
    figures.plt.close(figure)


def test_faces_for_pictures_are_those_of_the_prepared_arrays(chapter):
    views = list(faces.views_of(chapter, "code").values())
    assert [view.kind for view in views] == ["rgb", "gray", "edges"]
    prepared = prepare(chapter.source, views)
    for view, array in zip(views, faces.first_faces(chapter.source, views, 5), strict=True):
        np.testing.assert_array_equal(array, prepared[view][:5])


def test_facts_count_persons_and_who_is_held_out(chapter):
    table = faces.dataset_facts(chapter.source, faces.views_of(chapter, "text")["gray"]).set_index("")["here"]
    assert table[["images", "persons", "persons held out", "images held out"]].tolist() == ["44", "11", "1", "4"]
    assert table["size in pixels"] == "32 x 32"


def test_each_factor_is_changed_by_itself_where_a_view_has_it(chapter):
    views = faces.views_of(chapter, "matched")
    edges = faces.one_factor_each(views["edges"])
    assert list(edges) == ["as it is", *faces.FACTORS]
    assert "edges before the scaling" not in faces.one_factor_each(views["gray"])
    table = faces.factors(chapter, edges).set_index("view")
    assert table.loc["as it is", "mean difference per pixel"] == "0.0"
    assert table.loc["as it is", "mean brightest level of an image"] == "255"  # what a stretch is for
    assert float(table.loc["stretched or not", "mean level"]) < float(table.loc["as it is", "mean level"])


def test_views_stand_side_by_side_with_the_same_faces(chapter):
    views = faces.views_of(chapter, "text")
    figure = faces.side_by_side(chapter, {"": views})
    for axes, view in zip(figure.axes, views.values(), strict=True):
        (array,) = faces.first_faces(chapter.source, [view], EIGHT)
        np.testing.assert_array_equal(shown(axes), figures.tiled(array, EIGHT).squeeze())
    assert UNPUBLISHED in figure._supxlabel.get_text()


def test_arms_differ_in_the_fields_that_the_register_names():
    arms = {arm: resolve("faces/edges", arm, "paper") for arm in ("text", "code", "matched")}
    table = face_tables.contrasted(arms).set_index("field")
    assert set(table.index) == {"view.gray", "view.sobel", "view.stretch", "view.jpeg", "sampling_norm"}
    assert table.loc["view.gray"].tolist() == ["luma", "red", "luma"]


def test_stage_two_is_shown_with_what_it_reads_and_with_the_real_face(chapter, gray):
    figure = stage_two.translations(chapter, {"faces/gray": [gray]})
    assert UNPUBLISHED in figure._supxlabel.get_text()
    left, right = figure.axes
    size = 32
    run = Run(resolve("faces/gray", "matched", "smoke"), chapter.source)
    stage1 = run.stage1.folder(chapter.runs_root)
    # A batch of 8 and one of 64 may round differently.
    np.testing.assert_allclose(shown(left)[:size, :, 0].astype(int), last_grid(stage1), atol=1)
    np.testing.assert_allclose(shown(left)[size:, :, 0].astype(int), last_grid(gray.folder), atol=1)

    rows, c = held_out_rows(chapter.source), run.configuration
    arrays = prepare(chapter.source, [c.condition, c.view])
    condition, output, real = np.split(shown(right)[..., :1], 3)
    np.testing.assert_array_equal(condition, figures.tiled(arrays[c.condition][rows], len(rows)))
    np.testing.assert_array_equal(real, figures.tiled(arrays[c.view][rows], len(rows)))
    network = load_generator(c, gray.folder / "generator.safetensors", torch.device("cpu"))
    edges = torch.from_numpy(arrays[c.condition][rows]).permute(0, 3, 1, 2) / 127.5 - 1
    with torch.inference_mode():
        made = to_pixels(network(edges), (-1.0, 1.0))
    assert np.abs(output.astype(int) - figures.tiled(made, len(rows))).max() <= 1


def test_without_weights_the_command_that_makes_them_is_named(chapter, gray, tmp_path):
    alone = tmp_path / gray.folder.name  # without its first stage
    shutil.copytree(gray.folder, alone)
    said = stage_two.translations(chapter, {"faces/gray": [StoredRun(alone)]}).data
    assert "stackrepro run faces/gray --arm matched --tier smoke --seed 0" in said


def test_the_parts_of_the_loss_are_drawn_apart(chapter, gray):
    adversarial, l1 = stage_two.losses_in_parts(chapter, {"faces/gray": [gray]}).axes
    losses = gray.losses()
    assert list(adversarial.get_lines()[1].get_ydata()) == [record["generator_adversarial"] for record in losses]
    assert list(l1.get_lines()[0].get_ydata()) == [record["generator_l1"] for record in losses]


def test_a_latent_of_its_own_changes_the_face_and_no_latent_does_not(chapter):
    name = "faces/gray+latent=own"
    run = StoredRun(train(Run(resolve(name, "matched", "smoke"), chapter.source), chapter.runs_root))
    stage = opened(chapter, run)
    conditions = stage.real_conditions(stage.held_out[:2])
    assert not torch.equal(stage.translate(conditions), stage.translate(conditions, first=1))
    figure = stage_two.other_latents(chapter, {name: [run]})
    assert UNPUBLISHED in figure._supxlabel.get_text()
    (axes,) = figure.axes
    assert shown(axes).shape == (4 * 32, EIGHT * 32)  # as many faces as are held out, an edge image and 7 latents


def test_the_released_loop_shows_how_its_gradient_points(chapter):
    name = "faces/edges+update=wgan-released"
    run = StoredRun(train(Run(resolve(name, "matched", "smoke"), chapter.source), chapter.runs_root))
    (axes,) = wasserstein.gradient_cosine(chapter, {name: [run]}).axes
    assert axes.lines[0].get_ydata().tolist() == [record["gradient_cosine"] for record in run.losses()]


class Half(torch.nn.Module):
    """A map that halves all distances."""

    specification = SimpleNamespace(latent=0)

    def forward(self, images):
        return images / 2


class Drawn:
    """Stands for a stack whose first stage draws these edges."""

    specification = SimpleNamespace(latent=100)

    def __init__(self, edges):
        self.edges = edges

    def stages(self, latents):
        return self.edges[: len(latents)], self.edges[: len(latents)] / 2

    def between(self, images):
        return images


def test_a_map_that_halves_distances_is_measured_as_one_half_everywhere(chapter):
    run = Run(resolve("faces/gray", "matched", "smoke"), chapter.source)
    pixels = np.random.default_rng(0).integers(0, 256, (80, 32, 32, 1), dtype=np.uint8)
    edges = torch.rand(64, 1, 32, 32, generator=torch.Generator().manual_seed(0)) * 2 - 1
    stage = StageTwo(run, Drawn(edges), Half(), pixels, pixels, np.arange(16), np.arange(16, 80))
    found = contraction.measured(stage)
    assert len(found) == 5
    for apart, ratios in found.values():
        assert (apart > 0).all()
        np.testing.assert_allclose(ratios, 0.5, rtol=1e-4)


def evaluated(**rows) -> SimpleNamespace:
    measures = {
        name: {"frechet": value, "kid": value / 10, "n": 256, "n_reference": 1024, "flags": ["rank-deficient"]}
        for name, value in rows.items()
    }
    result = {
        "protocol": {"name": "fid-192/pytorch-fid", "dims": 192},
        "measures": measures,
        "translation": {"held_out": {"l1": 41.26, "n": 256}, "trained_on": {"l1": 40.0, "n": 256}},
    }
    view = {"dataset": "faces", "kind": "gray", "size": 32}
    return SimpleNamespace(result=result, record={"configuration": {"view": view}}, flags=[])


def test_stage_two_is_measured_by_what_its_faces_are_made_of(chapter):
    rows = {"held_out": 5.0, "trained_on": 4.0, "untrained": 90.0, "floor": 0.5, "noise": 200.0}
    first, second = evaluated(generated=9.0, **rows), evaluated(generated=8.0, **rows)
    for run in (first, second):
        run.result["measures"]["noise"]["images"] = "uniform noise"
    table = face_tables.made_of(chapter, {"faces/gray": [first]}).data
    assert table["fid-192/pytorch-fid"].tolist() == ["9.00", "5.00", "4.00", "90.00", "0.50", "200.00"]
    assert table["L1"].tolist() == ["-", "41.3", "40.0", "-", "-", "-"]
    assert table["made of"].tolist()[-2:] == ["- real (floor)", "- uniform noise (ceiling)"]
    both = face_tables.made_of(chapter, {"faces/gray": [first], "faces/gray+l1=10": [second]}).data
    assert both["model"].tolist() == ["faces/gray"] * 4 + ["faces/gray+l1=10"] * 4 + ["all gray at 32 px"] * 2
    second.flags = ["older version"]
    both = face_tables.made_of(chapter, {"faces/gray": [first], "faces/gray+l1=10": [second]}).data
    assert both["flags"].str.contains("older version").tolist() == [False] * 4 + [True] * 4 + [False] * 2


def test_edges_of_both_stages_stand_in_one_space_with_one_floor_that_has_no_seed(chapter):
    edges = [evaluated(generated=distance, floor=0.5, other_domain=6.0) for distance in (9.0, 11.0)]
    for run in edges:
        run.result["measures"]["other_domain"] |= {"images": "birds", "n": 64}
    gray = evaluated(generated=7.0, floor=0.4)
    gray.result["protocols"] = {"fid-192/pytorch-fid of edges": evaluated(generated=8.0, floor=0.5).result["measures"]}
    runs = {"faces/edges": edges, "faces/gray": [gray]}
    table = face_tables.edge_space(chapter, runs).data
    assert table["fid-192/pytorch-fid"].tolist() == ["10.00 [3.69, 16.31]", "8.00", "0.50", "-"]
    assert table["KID"].tolist()[1:] == ["0.800", "0.050", "0.600"], "birds lie nearer than either stage"
    assert table["seeds"].tolist() == ["n = 2", "n = 1", "-", "-"]
    gray.flags = ["older version"]
    table = face_tables.edge_space(chapter, runs).data
    assert table["flags"].str.contains("older version").tolist() == [False, True, False, False]


def test_tables_without_distances_tell_an_older_version_too(chapter):
    run = evaluated(generated=9.0, floor=0.5)
    run.result["coherence"] = {"correlation": 0.25}
    pixels = {"border_noise": 4.0, "sharpness": 300.0, "spectrum_distance": 0.5, "n": 256}
    run.result["pixels"] = {"generated": pixels, "floor": pixels | {"border_noise": 1.0}}
    older = SimpleNamespace(**vars(run) | {"flags": ["older version"]})
    heard = face_tables.heard(chapter, {"faces/gray": [run], "faces/edges": [older]}).data
    assert heard["coherence"].tolist() == ["0.25", "0.25"]
    assert heard["flags"].tolist() == ["-", "older version"]
    noise = face_tables.noise(chapter, {"faces/gray": [run], "faces/edges": [older]})
    assert noise.data["border noise"].tolist() == ["4", "1", "4", "1"]
    assert noise.data["flags"].tolist() == ["-", "-", "older version", "older version"]
    assert noise.data["seeds"].tolist() == ["n = 1", "-", "n = 1", "-"]
    assert "older version: " in noise.caption


def test_the_papers_distances_stand_beside_those_of_the_same_model(chapter):
    run = evaluated(generated=9.0, untrained=90.0, floor=0.5)
    names = ("faces/edges", "faces/edges+images=quarter-epochs", "faces/gray")
    table = face_tables.beside_paper(chapter, {name: [run] for name in names}).data
    assert table["paper"].tolist() == ["FID 73", "FID 181", "FID 59"]
    assert (set(table["untrained"]), set(table["floor"])) == ({"90.00"}, {"0.50"})
    assert set(table["flags"]) == {"rank-deficient"}
    assert set(table["n, reference"]) == {"256, 1024"}
    older = SimpleNamespace(**vars(run) | {"flags": ["older version"]})
    flags = face_tables.beside_paper(chapter, {"faces/edges": [run], "faces/gray": [older]}).data["flags"]
    assert flags.tolist() == ["rank-deficient", "rank-deficient, older version"]
    several = face_tables.beside_paper(chapter, {"faces/gray": [run, run]}).data
    assert several[["untrained", "floor"]].to_numpy().tolist() == [["90.00 [90.00, 90.00]", "0.50"]]
