"""The published results: what may share a table, and what stands in for them."""

import json

import pytest
from stored_results import DRAWN, FACES, write, write_seeds

from stackrepro.report import figures, open_chapter, published, tables
from stackrepro.report.chapter import Chapter

STUDENT = {"tier": "quick", "seeds": [0], "data_root": "", "unofficial": False, "device": "cpu", "extended": False}


@pytest.fixture
def drawn_grids(monkeypatch) -> list[tuple[str, dict[str, list[int]]]]:
    """Keep captions and seeds instead of drawing grids: results made by hand have no pictures."""
    drawn = []

    def grids(about, runs, columns=None):
        seeds = {name: [run.result["seed"] for run in group] for name, group in runs.items()}
        drawn.append((about.stamp, seeds))

    monkeypatch.setattr(published.figures, "fixed_latent_grids", grids)
    return drawn


def test_references_of_different_tiers_and_data_never_share_a_table(tmp_path, monkeypatch, drawn_grids):
    monkeypatch.setattr(published, "results_root", lambda: tmp_path)
    name = "birds/dconv-64"
    write(tmp_path, name, 0, 31.0, tier="quick", data=DRAWN)
    write(tmp_path, name, 0, 32.0, tier="quick")
    write(tmp_path, name, 0, 33.0, tier="smoke")
    write(tmp_path, name, 0, 99.0, tier="paper")
    (tmp_path / "birds-dconv-64-matched-paper-seed0-cub-200-2011-0c685df5" / "result.json").write_text("{}")
    shown = published.results([name])
    assert shown.stamp == "tier quick | CUB-200-2011 | published results | 1 left out, damaged"
    assert drawn_grids == [(shown.stamp, {name: [0]})]
    trained = shown.data[shown.data["images"] == "trained"]
    assert trained[["fid/pytorch-fid", "seeds"]].to_numpy().tolist() == [["32.00", 1]]


def test_published_results_that_cannot_be_compared_are_left_out_and_counted(tmp_path, monkeypatch, drawn_grids):
    monkeypatch.setattr(published, "results_root", lambda: tmp_path)
    write_seeds(tmp_path, "birds/conv-64", [30.0, 32.0])
    write(tmp_path, "birds/conv-64", 2, 99.0, schema=1)
    write(tmp_path, "birds/dconv-64", 0, 99.0, changed={"batch": 33})
    write(tmp_path, "birds/dense-64", 0, 99.0, schema=1)  # nobody asks for it
    shown = published.results(["birds/conv-64", "birds/dconv-64"])
    assert shown.data["fid/pytorch-fid"][0] == "31.00 [24.69, 37.31]"
    assert shown.stamp.endswith("| 1 left out, of an older schema | 1 left out, of another definition")
    none = published.results(["birds/dconv-64"]).data
    assert none.startswith("No reference result of tier `small` is published yet | 1 left out, of another definition.")


def test_the_wall_shows_published_runs_in_their_places(tmp_path, monkeypatch, drawn_grids):
    monkeypatch.setattr(published, "results_root", lambda: tmp_path)
    write_seeds(tmp_path, "faces/edges", [30.0, 32.0], data=FACES)
    write(tmp_path, "faces/gray", 0, 20.0, data=FACES)
    chapter = open_chapter(STUDENT | {"runs_root": str(tmp_path)})
    others = ("faces/edges+update=wgan-gp", "faces/joint", "faces/rgb")
    shown = published.wall(chapter, others[0], "faces/edges", *others[1:], "faces/gray", columns=2)
    assert shown.stamp == "tier reduced | CelebA | published results"
    ((caption, seeds),) = drawn_grids
    assert caption.startswith(f"{shown.stamp} | ")
    assert "median" in caption
    assert seeds == {others[0]: [], "faces/edges": [0], "faces/gray": [0]}
    assert shown.data[["model", "fid/pytorch-fid", "KID-2048, untrained", "seeds"]].to_numpy().tolist() == [
        ["faces/edges", "31.00 [24.69, 37.31]", "1.000 [1.000, 1.000]", 2],
        ["faces/edges", "10.00", "-", "-"],
        ["faces/gray", "20.00", "1.000", 1],
        ["faces/gray", "10.00", "-", "-"],
    ]


def test_a_wall_of_a_books_own_runs_wears_the_stamp_of_their_data(tmp_path, monkeypatch, drawn_grids):
    monkeypatch.setattr(published, "results_root", lambda: tmp_path / "none")
    write(tmp_path, "faces/edges", 0, 30.0, tier="quick", data=DRAWN)
    runs = {"faces/edges": published.stored(tmp_path)}
    monkeypatch.setattr(Chapter, "finished", lambda self, *names: {name: runs[name] for name in names})
    chapter = open_chapter(STUDENT | {"runs_root": str(tmp_path)})  # a chapter about birds
    assert published.wall(chapter, "faces/edges").stamp == "tier quick | synthetic faces | seed 0"
    ((caption, seeds),) = drawn_grids
    assert caption.startswith("tier quick | synthetic faces | seed 0 | ")
    assert seeds == {"faces/edges": [0]}


@pytest.mark.parametrize(("distances", "seed"), [([50.0, 30.0, 32.0], 2), ([32.0, 50.0, 30.0, 31.0], 3)])
def test_the_wall_shows_the_seed_of_the_median_and_of_two_the_nearer(
    tmp_path, monkeypatch, drawn_grids, distances, seed
):
    monkeypatch.setattr(published, "results_root", lambda: tmp_path)
    write_seeds(tmp_path, "faces/edges", distances, data=FACES)
    published.wall(open_chapter(STUDENT | {"runs_root": str(tmp_path)}), "faces/edges")
    assert drawn_grids[0][1] == {"faces/edges": [seed]}


def test_what_is_published_is_drawn_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setattr(published, "results_root", lambda: tmp_path)
    assert published.show(figures.loss_curves, "birds/dconv-64") is None
    write(tmp_path, "birds/dconv-64", 0, 30.0)
    write(tmp_path, "birds/dconv-64", 0, 31.0, arm="code")
    (folder,) = tmp_path.glob("*matched*")
    lines = [{"update": update, "discriminator": 1.0, "generator": 2.0} for update in (5, 10)]
    (folder / "losses.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    drawn = published.show(figures.loss_curves, "birds/dconv-64", "birds/dconv-128")
    assert [line.get_ydata().tolist() for line in drawn.figure.axes[0].lines] == [[1.0, 1.0], [2.0, 2.0]]
    assert drawn.caption == "tier reduced | CUB-200-2011 | published results"
    of_code = published.show(tables.distances, "birds/dconv-64@code").data
    assert of_code[["model", "fid/pytorch-fid"]].to_numpy().tolist()[0] == ["birds/dconv-64@code", "31.00"]
