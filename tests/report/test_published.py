"""The published results: what may share a table, and what stands in for them."""

import json
import re

import numpy as np
import pytest
from PIL import Image
from stored_results import DRAWN, FACES, write, write_seeds

from stackrepro.report import chapter, figures, open_chapter, published, tables
from stackrepro.report.chapter import Chapter
from stackrepro.runs import stored

STUDENT = {"tier": "quick", "seeds": [0], "data_root": "", "unofficial": False, "device": "cpu", "extended": False}


@pytest.fixture
def drawn_grids(monkeypatch) -> list[tuple[str, dict[str, list[int]]]]:
    """Keep captions and seeds instead of drawing grids: results made by hand have no pictures."""
    drawn = []

    def grids(about, runs, columns=None):
        seeds = {name: [run.result["seed"] for run in group] for name, group in runs.items()}
        drawn.append((about.scope, seeds))

    monkeypatch.setattr(published.figures, "fixed_latent_grids", grids)
    return drawn


@pytest.fixture
def shown(monkeypatch) -> list:
    """Keep what is displayed."""
    kept = []
    for module in (published, chapter):
        monkeypatch.setattr(module, "display", kept.append)
    return kept


@pytest.fixture
def student(tmp_path, monkeypatch) -> Chapter:
    """A chapter without runs of its own, whose published results lie in a folder."""
    monkeypatch.setattr(published, "results_root", lambda: tmp_path)
    return open_chapter(STUDENT | {"runs_root": str(tmp_path / "runs")})


def test_published_runs_of_different_tiers_and_data_never_share_a_table(tmp_path, student, drawn_grids, shown):
    name = "birds/dconv-64"
    write(tmp_path, name, 0, 31.0, tier="quick", data=DRAWN)
    write(tmp_path, name, 0, 32.0, tier="quick")
    write(tmp_path, name, 0, 33.0, tier="smoke")
    write(tmp_path, name, 0, 99.0, tier="paper")
    (tmp_path / "birds-dconv-64-matched-paper-seed0-cub-200-2011-0c685df5" / "result.json").write_text("{}")
    published.results(student, name)
    _, table = shown
    assert table.scope == "tier quick | CUB-200-2011 | published results | 1 left out, damaged"
    assert drawn_grids == [(table.scope, {name: [0]})]
    trained = table.data[table.data["images"] == "trained"]
    assert trained[["fid/pytorch-fid", "seeds"]].to_numpy().tolist() == [["32.00", 1]]
    write(tmp_path, name, 1, 34.0, tier="smoke")
    assert published.published([name]).scope.startswith("tier smoke | CUB-200-2011"), "most seeds"
    assert published.published([name], largest=True).scope.startswith("tier quick | CUB-200-2011")
    write(tmp_path, "birds/conv-64", 0, 35.0, tier="quick")
    both = [name, "birds/conv-64"]
    assert published.published(both).runs.keys() == {*both}, "most experiments"
    write(tmp_path, name, 2, 36.0, tier="smoke")
    assert published.published(both).runs.keys() == {*both}, "one alone is no comparison"
    write(tmp_path, "birds/dense-64", 0, 38.0, tier="smoke")
    assert published.published([*both, "birds/dense-64"]).scope.startswith("tier smoke"), "most that may be judged"


def test_published_results_that_cannot_be_compared_are_left_out_and_counted(tmp_path, student, drawn_grids, shown):
    write_seeds(tmp_path, "birds/conv-64", [30.0, 32.0])
    write(tmp_path, "birds/conv-64", 2, 99.0, schema=1)
    write(tmp_path, "birds/dconv-64", 0, 99.0, changed={"batch": 33})
    write(tmp_path, "birds/dense-64", 0, 99.0, schema=1)  # nobody asks for it
    published.results(student, "birds/conv-64")
    assert shown[-1].data["fid/pytorch-fid"][0] == "31.00 [24.69, 37.31]"
    assert shown[-1].scope.endswith("| 1 left out, of an older schema")
    left_out = published.published(["birds/conv-64", "birds/dconv-64"]).left_out
    assert left_out == {"of an older schema": 1, "of another definition": 1}


def test_without_two_sides_there_is_no_comparison_but_commands(tmp_path, student, shown):
    write(tmp_path, "birds/dconv-64", 0, 30.0)
    published.show(student, ["birds/dconv-64", "birds/dconv-128"], lambda *_: pytest.fail("one side alone"))
    (said,) = shown
    commands = re.findall(r"^stackrepro run (\S+) .*--tier quick --seed 0", said.data, re.MULTILINE)
    assert commands == ["birds/dconv-128"], "the other is published"


def test_own_runs_follow_what_is_published_unless_they_are_the_same(tmp_path, student, shown, monkeypatch):
    write(tmp_path, "birds/dconv-64", 0, 30.0)
    write(tmp_path / "runs", "birds/dconv-64", 0, 40.0, tier="quick")
    places = {"own": tmp_path / "runs", "published": tmp_path}
    for place, count in (("own", 2), ("published", 1)):
        own = {"birds/dconv-64": [run for run in stored(places[place]) if run.folder.parent == places[place]]}
        monkeypatch.setattr(Chapter, "finished", lambda self, *names, own=own: own)
        published.show(student, ["birds/dconv-64"], lambda about, runs: (about.scope, runs))
        scopes, runs = zip(*shown, strict=True)
        assert [scope.partition(" | ")[0] for scope in scopes] == ["tier reduced", "tier quick"][:count]
        assert runs[-1]["birds/dconv-64"][0].folder.parent == places[place]
        shown.clear()


def test_the_wall_shows_published_runs_in_their_places(tmp_path, student, drawn_grids):
    write_seeds(tmp_path, "faces/edges", [30.0, 32.0], data=FACES)
    write(tmp_path, "faces/gray", 0, 20.0, data=FACES)
    others = ("faces/edges+update=wgan-gp", "faces/joint", "faces/rgb")
    shown = published.wall(student, others[0], "faces/edges", *others[1:], "faces/gray", columns=2)
    assert shown.scope == "tier reduced | CelebA | published results"
    ((caption, seeds),) = drawn_grids
    assert caption.startswith(f"{shown.scope} | ")
    assert "median" in caption
    assert seeds == {others[0]: [], "faces/edges": [0], "faces/gray": [0]}
    assert shown.data[["model", "fid/pytorch-fid", "KID-2048, untrained", "seeds"]].to_numpy().tolist() == [
        ["faces/edges", "31.00 [24.69, 37.31]", "1.000 [1.000, 1.000]", 2],
        ["faces/edges", "10.00", "-", "-"],
        ["faces/gray", "20.00", "1.000", 1],
        ["faces/gray", "10.00", "-", "-"],
    ]


def test_a_wall_of_a_books_own_runs_has_the_scope_of_their_data(tmp_path, monkeypatch, drawn_grids):
    monkeypatch.setattr(published, "results_root", lambda: tmp_path / "none")
    write(tmp_path, "faces/edges", 0, 30.0, tier="quick", data=DRAWN)
    runs = {"faces/edges": published.stored(tmp_path)}
    monkeypatch.setattr(Chapter, "finished", lambda self, *names: {name: runs[name] for name in names})
    about_birds = open_chapter(STUDENT | {"runs_root": str(tmp_path)})
    assert published.wall(about_birds, "faces/edges").scope == "tier quick | synthetic faces | seed 0"
    ((caption, seeds),) = drawn_grids
    assert caption.startswith("tier quick | synthetic faces | seed 0 | ")
    assert seeds == {"faces/edges": [0]}


def test_a_stack_at_work_is_one_seed_with_stage_2_below_stage_1_at_the_same_latents(tmp_path, student):
    stages = {"birds/dconv-64": 2, "birds/dconv-stack": 4}  # pixels a side
    for name, size in stages.items():
        write_seeds(tmp_path, name, [50.0, 30.0, 32.0])
        for run in stored(tmp_path, experiment=name):
            image = np.arange(64) + 64 * run.result["seed"] + size  # a level for each latent
            images = np.broadcast_to(image[:, None, None, None], (64, size, size, 3)).astype(np.uint8)
            (run.folder / "samples").mkdir()
            Image.fromarray(figures.tiled(images, 8)).save(run.folder / "samples" / "grid-000010.png")
    write(tmp_path, "faces/gray", 0, 20.0, data=FACES)  # whose stage 1 isn't there
    shown = published.at_work(tuple(stages), ("faces/edges", "faces/gray"))
    ((title, picture),) = shown.shown
    assert title.endswith("seed 2")
    assert shown.caption.startswith("tier reduced | CUB-200-2011 | published results | ")
    assert picture.shape == (8, 16, 3)
    assert picture[::4, ::4, 0].tolist() == [[128 + size + latent for latent in range(4)] for size in stages.values()]


def test_the_wall_shows_one_seed_of_each_model(tmp_path, student, drawn_grids):
    write_seeds(tmp_path, "faces/edges", [50.0, 30.0, 32.0], data=FACES)
    published.wall(student, "faces/edges")
    assert drawn_grids[0][1] == {"faces/edges": [2]}


def test_what_is_published_is_drawn_and_nothing_else(tmp_path, student, shown):
    write(tmp_path, "birds/dconv-64", 0, 30.0)
    write(tmp_path, "birds/dconv-64", 0, 31.0, arm="code")
    (folder,) = tmp_path.glob("*matched*")
    lines = [{"update": update, "discriminator": 1.0, "generator": 2.0} for update in (5, 10)]
    (folder / "losses.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    published.show(student, ["birds/dconv-64"], figures.loss_curves)
    published.show(student, ["birds/dconv-64@code"], tables.distances)
    drawn, of_code = shown
    assert [line.get_ydata().tolist() for line in drawn.figure.axes[0].lines] == [[1.0, 1.0], [2.0, 2.0]]
    assert drawn.caption == "tier reduced | CUB-200-2011 | published results"
    assert of_code.data[["model", "fid/pytorch-fid"]].to_numpy().tolist()[0] == ["birds/dconv-64@code", "31.00"]
