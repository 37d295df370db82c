"""The published results: what may share a table, and what stands in for them."""

import json
import subprocess
import sys

import numpy as np
import pytest
from stored_results import DRAWN, FACES, PROTOCOL, write, write_seeds

from stackrepro.report import figures, open_chapter, reference
from stackrepro.report.chapter import Chapter

STUDENT = {"tier": "quick", "seeds": [0], "data_root": "", "unofficial": False, "device": "cpu", "extended": False}


@pytest.fixture
def drawn_grids(monkeypatch) -> list[tuple[str, dict[str, int]]]:
    """Keep stamps and counts of runs instead of drawing grids: results made by hand have no pictures."""
    drawn = []

    def grids(runs, stamp, columns):
        drawn.append((stamp, {name: len(group) for name, group in runs.items()}))

    monkeypatch.setattr(reference.figures, "grids", grids)
    return drawn


def test_reading_results_brings_no_torch():
    code = "import sys; from stackrepro.report import reference; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_references_of_different_tiers_and_data_never_share_a_table(tmp_path, monkeypatch, drawn_grids):
    monkeypatch.setattr(reference, "results_root", lambda: tmp_path)
    name = "birds/dconv-64"
    write(tmp_path, name, 0, 31.0, tier="quick", data=DRAWN)
    write(tmp_path, name, 0, 32.0, tier="quick")
    write(tmp_path, name, 0, 33.0, tier="smoke")
    write(tmp_path, name, 0, 99.0, tier="paper")
    (tmp_path / "birds-dconv-64-matched-paper-seed0-cub-200-2011-0c685df5" / "result.json").write_text("{}")
    shown = reference.results([name])
    assert shown.caption == "tier quick | CUB-200-2011 | published results | 1 left out, damaged"
    assert drawn_grids == [(shown.caption, {name: 1})]
    trained = shown.data[shown.data["images"] == "trained"]
    assert trained[["fid/pytorch-fid", "seeds"]].to_numpy().tolist() == [["32.00", "n = 1"]]


def test_without_references_the_commands_that_make_them_stand_there(monkeypatch):
    monkeypatch.setattr(reference, "stored", lambda _: [])
    assert "stackrepro run birds/dconv-64 --arm matched --tier small" in reference.results(["birds/dconv-64"]).data


def test_published_results_that_cannot_be_compared_are_left_out_and_counted(tmp_path, monkeypatch, drawn_grids):
    monkeypatch.setattr(reference, "results_root", lambda: tmp_path)
    write_seeds(tmp_path, "birds/conv-64", [30.0, 32.0])
    write(tmp_path, "birds/conv-64", 2, 99.0, schema=1)
    write(tmp_path, "birds/dconv-64", 0, 99.0, changed={"batch": 33})
    write(tmp_path, "birds/dense-64", 0, 99.0, schema=1)  # nobody asks for it
    shown = reference.results(["birds/conv-64", "birds/dconv-64"])
    assert shown.data["fid/pytorch-fid"][0] == "31.00 [24.69, 37.31]"
    assert shown.caption.endswith("| 1 left out, of an older schema | 1 left out, of another definition")
    none = reference.results(["birds/dconv-64"]).data
    assert none.startswith(
        "No reference result of tier `small` is published yet | 1 left out, of another definition."
    )


def test_the_wall_shows_published_runs_in_their_places(tmp_path, monkeypatch, drawn_grids):
    monkeypatch.setattr(reference, "results_root", lambda: tmp_path)
    write_seeds(tmp_path, "faces/edges", [30.0, 32.0], data=FACES)
    write(tmp_path, "faces/gray", 0, 20.0, data=FACES)
    chapter = open_chapter(STUDENT | {"runs_root": str(tmp_path)})
    others = ("faces/edges+update=wgan-gp", "faces/joint", "faces/rgb")
    shown = reference.wall(chapter, others[0], "faces/edges", *others[1:], "faces/gray", columns=2)
    assert shown.caption == "tier reduced | CelebA | published results"
    assert drawn_grids == [(shown.caption, {others[0]: 0, "faces/edges": 1, "faces/gray": 1})]
    assert shown.data[
        ["model", "fid/pytorch-fid", "KID, untrained", "KID, real images", "seeds"]
    ].to_numpy().tolist() == [
        ["faces/edges", "31.00 [24.69, 37.31]", "1.000 [1.000, 1.000]", "0.000", "n = 2"],
        ["faces/gray", "20.00", "1.000", "0.000", "n = 1"],
    ]


def test_a_wall_of_a_books_own_runs_wears_the_stamp_of_their_data(tmp_path, monkeypatch, drawn_grids):
    monkeypatch.setattr(reference, "results_root", lambda: tmp_path / "none")
    write(tmp_path, "faces/edges", 0, 30.0, tier="quick", data=DRAWN)
    runs = {"faces/edges": reference.stored(tmp_path)}
    monkeypatch.setattr(Chapter, "obtain", lambda self, *names: {name: runs[name] for name in names})
    chapter = open_chapter(STUDENT | {"runs_root": str(tmp_path)})  # a chapter about birds
    assert reference.wall(chapter, "faces/edges").caption == "tier quick | synthetic faces | seed 0"
    assert drawn_grids == [("tier quick | synthetic faces | seed 0", {"faces/edges": 1})]


def test_generators_beyond_pictures_of_another_kind_are_counted_by_kid(tmp_path, monkeypatch):
    monkeypatch.setattr(reference, "results_root", lambda: tmp_path)
    other = {"frechet": 1.0, "kid": 0.3, "n": 512}  # nearer by the Fréchet distance, which doesn't count
    for name, seed, kid in (("dense-64", 0, 0.4), ("dense-64", 1, 0.5), ("conv-64", 0, 0.2), ("dconv-64", 0, 0.6)):
        write(tmp_path, f"birds/{name}", seed, 30.0, rows={"kid": kid})
    for path in tmp_path.glob("*/result.json"):
        result = json.loads(path.read_text())
        result["measures"] |= {"other_domain": other} if "dconv" not in path.parent.name else {}
        path.write_text(json.dumps(result))
    assert reference.farther_than_others().data == "2 of 3 published generators: `birds/dense-64` (2 seeds)."


def test_figures_of_published_runs_wear_their_stamp(tmp_path, monkeypatch):
    monkeypatch.setattr(reference, "results_root", lambda: tmp_path)
    assert reference.show(figures.loss_curves, "birds/dconv-64") is None
    points = [{"update": update, "frechet": 30.0 - update} for update in (0, 5, 10)]
    protocol = {**PROTOCOL, "trajectory": {"name": "fid-192/pytorch-fid", "samples": 1024}}
    write(tmp_path, "birds/dconv-64", 0, 30.0, trajectory=points, protocol=protocol)
    (folder,) = tmp_path.iterdir()
    lines = [{"update": update, "discriminator": 1.0, "generator": 2.0} for update in (5, 10)]
    (folder / "losses.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    drawn = reference.show(figures.loss_curves, "birds/dconv-64", "birds/dconv-128")
    assert [line.get_ydata().tolist() for line in drawn.axes[0].lines] == [[1.0, 1.0], [2.0, 2.0]]
    assert drawn.get_supxlabel() == "tier reduced | CUB-200-2011 | published results"
    way = reference.show(figures.distance_over_training, "birds/dconv-64")
    assert way.axes[0].lines[0].get_ydata().tolist() == [30.0, 25.0, 20.0]
    way.canvas.draw()
    places = way.axes[0].transData.transform(way.axes[0].lines[0].get_xydata())
    assert np.isfinite(places).all()  # the untrained generator, at 0 updates, has its place on the axis
    axes = (way.axes[0].xaxis, way.axes[0].yaxis)
    labels = [text.get_text() for axis in axes for text in axis.get_ticklabels(which="both")]
    assert {"0", "10", "20"} <= set(labels)
    assert not any("$" in label for label in labels)
    assert way.get_supxlabel() == "tier reduced | CUB-200-2011 | published results | fid-192/pytorch-fid, n = 1024"
